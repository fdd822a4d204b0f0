"""All figures of a programme together, with what they do not prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.impact.change import ScaleChange
from peerloom.mentoring.impact.evidence import Finding, evidence
from peerloom.mentoring.impact.funnel import Funnel
from peerloom.mentoring.impact.lots import LotComparison
from peerloom.mentoring.impact.retention import Retention
from peerloom.reasons import N_, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactReport:
    """What can be said about whether a programme does any good. For staff: only aggregates.

    Parameters
    ----------
    funnel
        How far people came; None where it was not asked for.
    retention
        Who stayed, by week and by round.
    changes
        What changed between the answers before and after.
    lots
        Comparisons by recorded lots, each by a name of one's own.
    """

    funnel: Funnel | None = None
    retention: tuple[Retention, ...] = ()
    changes: tuple[ScaleChange, ...] = ()
    lots: Mapping[str, LotComparison] = field(default_factory=dict, hash=False)

    def caveats(self) -> tuple[Reason, ...]:
        """Say what the figures do not prove. Never show them without it."""
        return caveats(has_answers=bool(self.changes))

    def evidence(self) -> tuple[Finding, ...]:
        """Give what others found, each with source and caveat."""
        return evidence()

    def sentences(self) -> tuple[Reason, ...]:
        """Say everything in plain words, the caveats last."""
        parts = [
            *(() if self.funnel is None else self.funnel.sentences()),
            *(one for retention in self.retention for one in retention.sentences()),
            *(one for change in self.changes for one in change.sentences()),
            *(one for name in sorted(self.lots) for one in self.lots[name].sentences()),
        ]
        return (*parts, *self.caveats())

    def to_dict(self) -> dict[str, Any]:
        """Give the aggregates as plain data for JSON."""
        return {
            "funnel": None if self.funnel is None else self.funnel.to_dict(),
            "retention": [one.to_dict() for one in self.retention],
            "changes": [one.to_dict() for one in self.changes],
            "lots": {name: one.to_dict() for name, one in sorted(self.lots.items())},
            "caveats": [one.to_dict() for one in self.caveats()],
            "evidence": [one.to_dict() for one in self.evidence()],
        }


def caveats(*, has_answers: bool = True) -> tuple[Reason, ...]:
    """Say in plain words what such figures do not prove.

    Parameters
    ----------
    has_answers
        Whether there are answers to questionnaires among them.

    Examples
    --------
    >>> print(caveats()[0])
    These figures show what happened, and not why. People learn, settle in and leave for many \
reasons besides a partner, so a rise is no proof that mentoring caused it, and a fall none that it \
did harm.
    """
    always = (
        Reason(
            code="caveat_cause",
            template=N_(
                "These figures show what happened, and not why. People learn, settle in and leave "
                "for many reasons besides a partner, so a rise is no proof that mentoring caused "
                "it, and a fall none that it did harm."
            ),
        ),
        Reason(
            code="caveat_interval",
            template=N_(
                "Ranges say how much chance there is in such numbers. They hold in 95 of 100 "
                "cases, and not if other people take part or the course is another one."
            ),
        ),
        Reason(
            code="caveat_hidden",
            template=N_(
                "Where fewer than {smallest} people did something, or did not, their number is "
                "hidden, and with it those from which it would follow. How many were in a group, "
                "were followed or answered is told."
            ),
            values={"smallest": SMALLEST},
        ),
    )
    answers = (
        Reason(
            code="caveat_answers",
            template=N_(
                "Only those who answered both times are compared. Who had left or did not feel "
                "like answering may have fared worse."
            ),
        ),
        Reason(
            code="caveat_scales",
            template=N_(
                "Answers are what people say of themselves. What confident means to somebody may "
                "change when they learn more, and scores can fall for that reason alone."
            ),
        ),
        Reason(
            code="caveat_late",
            template=N_(
                "Who answers later is counted once at least {smallest} of them have, so that "
                "nobody can tell single answers from two reports."
            ),
            values={"smallest": SMALLEST},
        ),
    )
    return (*always[:1], *(answers if has_answers else ()), *always[1:])
