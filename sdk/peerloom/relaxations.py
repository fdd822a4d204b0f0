"""Rules that give way, each for somebody, when they cannot all hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from peerloom.members import Member, labels
from peerloom.policy import Policy
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from peerloom.rules import PairRule

MUST = "must"
LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """One rule that does not hold for some people.

    Parameters
    ----------
    rule
        The field of the policy (`least_common_minutes`, `same`, `different` or `must`), or `locked`
        for a group that cannot stay as it is.
    members
        The ids of the people for whom it does not hold, sorted.
    reason
        The same as a sentence.
    column
        The column of which the rule speaks, if it speaks of one.
    """

    rule: str
    members: tuple[str, ...]
    reason: Reason
    column: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "rule": self.rule,
            "column": self.column,
            "members": list(self.members),
            "reason": self.reason.to_dict(),
        }


def of_pair(rule: PairRule, one: Member, other: Member, policy: Policy, week: date) -> Relaxation:
    """Say that two people are together although they break a general rule."""
    return Relaxation(
        rule=rule.name,
        column=rule.column,
        members=(one.id, other.id),
        reason=rule.sentence(one, other, policy, week),
    )


def of_must(one: Member, other: Member) -> Relaxation:
    """Say that two people who should be together are not. It is never said why."""
    names = labels([one, other])
    return Relaxation(
        rule=MUST,
        members=(one.id, other.id),
        reason=Reason(
            code="relaxed_must",
            template=N_("{one} and {other} should be together, and are not."),
            values={"one": names[0], "other": names[1]},
        ),
    )


def of_locked(members: Sequence[Member]) -> Relaxation:
    """Say that a locked group cannot stay. It is never said why, except that somebody paused."""
    names = labels(members)
    paused = [name for name, one in zip(names, members, strict=True) if one.is_paused]
    values = {"names": ", ".join(names), "paused": ", ".join(paused)}
    if paused:
        template = N_("This group cannot stay as it is: {names}. Paused: {paused}.")
    else:
        template = N_("This group cannot stay as it is: {names}.")
    return Relaxation(
        rule=LOCKED,
        members=tuple(member.id for member in members),
        reason=Reason(code="relaxed_locked", template=template, values=values),
    )


def of_opened(members: Sequence[Member]) -> Relaxation:
    """Say that a locked group takes somebody in, or is given up, who would be alone otherwise."""
    return Relaxation(
        rule=LOCKED,
        members=tuple(member.id for member in members),
        reason=Reason(
            code="relaxed_locked_opened",
            template=N_(
                "This locked group cannot stay as it is, as somebody would be alone otherwise: "
                "{names}."
            ),
            values={"names": ", ".join(labels(members))},
        ),
    )
