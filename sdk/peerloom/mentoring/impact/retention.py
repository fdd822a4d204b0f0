"""Who stays: the share of those who joined that is still there, by week or by round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.impact.cells import Count, chain, size
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.funnel import chance_sentence
from peerloom.mentoring.impact.intervals import Interval, share_interval
from peerloom.mentoring.moments import utc
from peerloom.reasons import N_, Reason

MOST_WEEKS = 520


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """From when to when somebody was a member.

    Parameters
    ----------
    member
        The id.
    joined_at, left_at
        Aware, kept in UTC; `left_at` is None for somebody who is still there.
    group
        The id of the group whose members leave or stay together; None for somebody alone.
    """

    member: str
    joined_at: datetime
    left_at: datetime | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "joined_at", utc(self.joined_at, "joined_at"))
        if self.left_at is not None:
            object.__setattr__(self, "left_at", utc(self.left_at, "left_at"))
            if self.left_at < self.joined_at:
                raise ImpactError.of_field("left_at", 'a moment not before "joined_at"')


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionStep:
    """How many were still there after so many weeks, or in a round.

    Parameters
    ----------
    number
        The number of weeks, from 0, or of the round.
    count
        How many, or between which numbers.
    share
        The share of all with its interval; None where the count is hidden or there are too few
        groups.
    """

    number: int
    count: Count
    share: Interval | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "number": self.number,
            "count": self.count.to_dict(),
            "share": None if self.share is None else self.share.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Of the same people, how many were still there, step by step.

    Parameters
    ----------
    unit
        "week" or "round".
    people
        How many are followed, from the first step to the last.
    steps
        In the order of time; never more people than in the step before.
    """

    unit: str
    people: Count
    steps: tuple[RetentionStep, ...]

    def sentences(self) -> tuple[Reason, ...]:
        """Say in plain words how many were there at the end."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON."""
        return {
            "unit": self.unit,
            "people": self.people.to_dict(),
            "steps": [step.to_dict() for step in self.steps],
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if not self.people.value or not self.steps:
            yield Reason(
                code="retention_few",
                template=N_(
                    "Fewer than {smallest} people were there long enough, so no number is told of "
                    "how many stayed."
                ),
                values={"smallest": SMALLEST},
            )
            return
        last = self.steps[-1]
        weeks = (
            N_("After {number} weeks {count} of {people} were still there."),
            N_("After {number} weeks between {least} and {most} of {people} were still there."),
        )
        rounds = (
            N_("{count} of the {people} people of the first round were there in round {number}."),
            N_(
                "Between {least} and {most} of the {people} people of the first round were there "
                "in round {number}."
            ),
        )
        shown, hidden = weeks if self.unit == "week" else rounds
        is_hidden = last.count.value is None
        numbers = (
            {"least": last.count.low, "most": last.count.high}
            if is_hidden
            else {"count": last.count.low}
        )
        yield Reason(
            code=f"retention_{self.unit}",
            template=hidden if is_hidden else shown,
            values={"number": last.number, "people": self.people.value} | numbers,
        )
        if last.share is not None:
            yield chance_sentence(last.share)


def retention_by_week(stays: Iterable[Stay], *, now: datetime, weeks: int) -> Retention:
    """Follow those who joined long enough ago, week by week.

    Parameters
    ----------
    stays
        One for each person who ever joined, also of those who left.
    now
        The present moment; aware.
    weeks
        How many weeks to follow them, 1 to 520. Who joined later than so many weeks ago is left
        out: nobody knows yet whether they stay.

    Raises
    ------
    ImpactError
        For other numbers of weeks.

    Notes
    -----
    All steps follow the same people, so that a share never changes because others are counted.
    O(n * weeks). Of two calls with different weeks show one only: who knows two can subtract.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 9, 7, tzinfo=UTC)
    >>> stays = [
    ...     Stay(
    ...         member=str(number),
    ...         joined_at=monday,
    ...         left_at=monday + timedelta(weeks=5, days=1) if number < 6 else None,
    ...     )
    ...     for number in range(30)
    ... ]
    >>> for sentence in retention_by_week(
    ...     stays, now=datetime(2026, 11, 23, tzinfo=UTC), weeks=8
    ... ).sentences():
    ...     print(sentence)
    After 8 weeks 24 of 30 were still there.
    That is 80 in 100. With other people like these it might as well have been 62 to 91 in 100.
    """
    if type(weeks) is not int or not 1 <= weeks <= MOST_WEEKS:
        raise ImpactError.of_field("weeks", f"a whole number from 1 to {MOST_WEEKS}")
    since = utc(now, "now") - timedelta(weeks=weeks)
    followed = [stay for stay in stays if stay.joined_at <= since]
    table = {
        week: [
            stay.left_at is None or stay.left_at - stay.joined_at >= timedelta(weeks=week)
            for stay in followed
        ]
        for week in range(weeks + 1)
    }
    names = [
        ("alone", one.member) if one.group is None else ("group", one.group) for one in followed
    ]
    return _retention("week", table, names)


def retention_by_round(groups: Iterable[PublishedGroup]) -> Retention:
    """Follow the people of the first round, round by round.

    Who pauses and comes back was there all the time: a person is there in a round if they are in a
    group of that round or of any later one.

    Parameters
    ----------
    groups
        Of all rounds, in any order.

    Notes
    -----
    O(n log n) for n seats in groups.

    Examples
    --------
    >>> retention_by_round([]).sentences()[0].code
    'retention_few'
    """
    seats = [(group.round, group.id, one) for group in groups for one in group.members]
    if not seats:
        return _retention("round", {}, [])
    last: dict[str, int] = {}
    for number, _, member in seats:
        last[member] = max(number, last.get(member, number))
    first_round = min(number for number, _, _ in seats)
    first: dict[str, str] = {}
    for number, group, member in sorted(seats):
        if number == first_round:
            first.setdefault(member, group)
    table = {
        number: [last[member] >= number for member in first]
        for number in sorted({number for number, _, _ in seats})
    }
    return _retention("round", table, [("group", group) for group in first.values()])


def _retention(
    unit: str, table: dict[int, list[bool]], names: Sequence[tuple[str, str]]
) -> Retention:
    people = len(names)
    counts = chain([people, *(sum(hits) for hits in table.values())])[1:] if people else ()
    steps = tuple(
        RetentionStep(
            number=number,
            count=count,
            share=None if count.value is None else share_interval(hits, names),
        )
        for (number, hits), count in zip(table.items(), counts, strict=False)
    )
    return Retention(unit=unit, people=size(people), steps=steps)
