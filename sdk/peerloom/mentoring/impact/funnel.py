"""The funnel of activity: of those who enrolled, who was paired, met, met again, met a goal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.impact.cells import Count, chain, exactly, size, split
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.intervals import Interval, share_interval
from peerloom.mentoring.impact.journeys import Journey
from peerloom.reasons import N_, Reason, Value

MEETINGS = 3
"""So many meetings make a habit, unless a programme says otherwise."""

# For each step: the sentence with its number, and the one for a number that is hidden.
_SENTENCES = {
    "paired": (
        N_("{count} of {people} were in a group."),
        N_("Between {least} and {most} of {people} were in a group."),
    ),
    "met": (
        N_("{count} of {people} met at least once."),
        N_("Between {least} and {most} of {people} met at least once."),
    ),
    "met_again": (
        N_("{count} of {people} met at least {meetings} times."),
        N_("Between {least} and {most} of {people} met at least {meetings} times."),
    ),
    "goal_met": (
        N_("{count} of {people} met a goal."),
        N_("Between {least} and {most} of {people} met a goal."),
    ),
    "fits": (
        N_("{count} of the {people} who were asked and answered said last that they fit together."),
        N_(
            "Between {least} and {most} of the {people} who were asked and answered said last that "
            "they fit together."
        ),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How many people came so far.

    Parameters
    ----------
    code
        "paired", "met", "met_again", "goal_met" or "fits".
    count
        How many, or between which numbers.
    of
        Of how many: all who enrolled, or for "fits" all who answered.
    share
        The share with its interval; None where the count is hidden or there are too few groups.
    """

    code: str
    count: Count
    of: Count
    share: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "code": self.code,
            "count": self.count.to_dict(),
            "of": self.of.to_dict(),
            "share": None if self.share is None else self.share.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Of those who enrolled, how many came how far. Numbers of fewer than five are hidden.

    How many were in a group is not: that is the doing of who paired them.

    Parameters
    ----------
    enrolled
        How many there are.
    meetings
        How many meetings the step "met_again" asks for.
    steps
        "paired", "met", "met_again", each counting people of the one before, "goal_met", and
        "fits".
    days
        Within how many days of being paired half of those who met had done so; None where nobody
        met or their number is hidden.
    """

    enrolled: Count
    meetings: int
    steps: tuple[Step, ...]
    days: int | None

    def sentences(self) -> tuple[Reason, ...]:
        """Say it in plain words, step by step."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "enrolled": self.enrolled.to_dict(),
            "meetings": self.meetings,
            "steps": [step.to_dict() for step in self.steps],
            "days": self.days,
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if self.enrolled.value is None or self.enrolled.value == 0:
            yield Reason(
                code="funnel_few",
                template=N_("Fewer than {smallest} people enrolled, so no number of them is told."),
                values={"smallest": SMALLEST},
            )
            return
        yield Reason(
            code="funnel_enrolled",
            template=N_("{people} people enrolled."),
            values={"people": self.enrolled.value},
        )
        for step in self.steps:
            if step.of.value:
                yield _sentence(step, step.of.value, self.meetings)
            # Whether everybody is paired is up to the organizer, and not to chance.
            if step.share is not None and step.code != "paired":
                yield chance_sentence(step.share)
            if step.code == "met" and self.days is not None:
                yield _waiting(self.days)


def _waiting(days: int) -> Reason:
    if days == 1:
        return Reason(
            code="funnel_day",
            template=N_("Half of those who met did so within a day of being paired."),
        )
    return Reason(
        code="funnel_days",
        template=N_("Half of those who met did so within {days} days of being paired."),
        values={"days": days},
    )


def chance_sentence(share: Interval) -> Reason:
    """Say what chance makes of a share."""
    return Reason(
        code="share_interval",
        template=N_(
            "That is {share} in 100. With other people like these it might as well have been "
            "{low} to {high} in 100."
        ),
        values={
            "share": round(100 * share.estimate),
            "low": math.floor(100 * share.low),
            "high": math.ceil(100 * share.high),
        },
    )


def funnel(journeys: Iterable[Journey], *, meetings: int = MEETINGS) -> Funnel:
    """Count how many people came how far.

    Parameters
    ----------
    journeys
        One for each person who enrolled.
    meetings
        How many meetings are wanted, at least 2.

    Raises
    ------
    ImpactError
        For fewer meetings, or two journeys of one person.

    Notes
    -----
    O(n log n). Of several funnels over nearly the same people, only one may be shown: who knows
    two can subtract.

    Examples
    --------
    Ten pairs of whom seven met, and five of them three times:

    >>> from datetime import UTC, datetime
    >>> monday = datetime(2026, 11, 23, tzinfo=UTC)
    >>> people = [
    ...     Journey(
    ...         member=f"{number:02d}",
    ...         group=str(number // 2),
    ...         paired_at=monday,
    ...         met_at=monday + timedelta(days=2 + number // 2) if number < 14 else None,
    ...         meetings=3 if number < 10 else int(number < 14),
    ...     )
    ...     for number in range(20)
    ... ]
    >>> for sentence in funnel(people).sentences()[:4]:
    ...     print(sentence)
    20 people enrolled.
    20 of 20 were in a group.
    14 of 20 met at least once.
    That is 70 in 100. With other people like these it might as well have been 38 to 90 in 100.
    >>> [step.count for step in funnel(people).steps][2]
    Count(low=10, high=13)
    """
    people = tuple(journeys)
    if meetings < 2:
        raise ImpactError.of_field("meetings", "a whole number from 2 up")
    if len({one.member for one in people}) < len(people):
        raise ImpactError("A person can have one journey only: join what belongs together.")
    enrolled = size(len(people))
    tests: dict[str, Callable[[Journey], bool]] = {
        "paired": lambda one: one.paired_at is not None,
        "met": lambda one: one.paired_at is not None and one.met_at is not None,
        "met_again": lambda one: (
            one.paired_at is not None and one.met_at is not None and one.meetings >= meetings
        ),
    }
    counts = [sum(map(test, people)) for test in tests.values()]
    # How many groups there are is no secret, so neither is how many people are in them.
    paired = exactly(counts[0]) if enrolled.value is not None else enrolled
    nested = (paired, *chain(counts)[1:])
    steps = [
        _step(code, count, enrolled, [test(one) for one in people], people)
        for (code, test), count in zip(tests.items(), nested, strict=True)
    ]
    met_goal = [one.goals_met > 0 for one in people]
    steps.append(
        _step("goal_met", chain([len(people), sum(met_goal)])[1], enrolled, met_goal, people)
    )
    answered = [one for one in people if one.fits is not None]
    fits = [bool(one.fits) for one in answered]
    steps.append(_step("fits", split(sum(fits), len(fits)), size(len(answered)), fits, answered))
    return Funnel(
        enrolled=enrolled,
        meetings=meetings,
        steps=tuple(steps),
        days=_days(people) if nested[1].value is not None else None,
    )


def clusters(people: Sequence[Journey]) -> list[tuple[str, str]]:
    """Name for each person what they share their fate with: their group, or nobody."""
    return [
        ("group", one.group) if one.group is not None else ("alone", one.member) for one in people
    ]


def _step(
    code: str, count: Count, of: Count, hits: Sequence[bool], people: Sequence[Journey]
) -> Step:
    is_shown = count.value is not None and bool(of.value)
    share = share_interval(hits, clusters(people)) if is_shown else None
    return Step(code=code, count=count, of=of, share=share)


def _days(people: Sequence[Journey]) -> int | None:
    waits = [
        max(one.met_at - one.paired_at, timedelta())
        for one in people
        if one.met_at is not None and one.paired_at is not None
    ]
    if not waits:
        return None
    middle = median(wait / timedelta(days=1) for wait in waits)
    return max(1, math.ceil(middle))


def _sentence(step: Step, people: int, meetings: int) -> Reason:
    shown, hidden = _SENTENCES[step.code]
    values: dict[str, Value] = {"people": people}
    if step.code == "met_again":
        values["meetings"] = meetings
    if step.count.value is not None:
        values["count"] = step.count.value
    else:
        values |= {"least": step.count.low, "most": step.count.high}
    return Reason(
        code=f"funnel_{step.code}",
        template=hidden if step.count.value is None else shown,
        values=values,
    )
