"""Times to meet: moments in which everybody of a group is free, and what each clock shows then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from peerloom.availability import MINUTES_OF_DAY
from peerloom.errors import PeerloomError, WeekError
from peerloom.members import Member
from peerloom.stretches import (
    EPOCH,
    MINUTE,
    Stretch,
    clocks,
    common_stretches,
    minute_of,
    without,
)
from peerloom.zones import zone

MAX_DAYS = 92
MOST_SLOTS = 1000


class SlotError(PeerloomError):
    """A number that no search for times can use."""

    code = "slot_invalid"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time for one session.

    Parameters
    ----------
    starts_at
        When it starts: aware, in UTC.
    minutes
        How long it lasts.
    """

    starts_at: datetime
    minutes: int

    @property
    def ends_at(self) -> datetime:
        """When it ends: aware, in UTC."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockTime:
    """When a slot is on the clock of one member; the day may differ from that of the others.

    Parameters
    ----------
    member
        The id of the member.
    starts_at, ends_at
        In the member's own zone; a change of the clocks may lie between them.
    """

    member: str
    starts_at: datetime
    ends_at: datetime


def clock_times(slot: Slot, members: Iterable[Member]) -> tuple[ClockTime, ...]:
    """Show a slot in each person's zone, in the order of the members.

    Examples
    --------
    >>> from datetime import UTC
    >>> kiri = Member(id="kiri", timezone="Pacific/Kiritimati")
    >>> lea = Member(id="lea", timezone="Pacific/Honolulu")
    >>> slot = Slot(datetime(2026, 11, 23, 20, tzinfo=UTC), 60)
    >>> for time in clock_times(slot, [kiri, lea]):
    ...     print(time.member, time.starts_at)
    kiri 2026-11-24 10:00:00+14:00
    lea 2026-11-23 10:00:00-10:00
    """
    return tuple(
        ClockTime(
            member=member.id,
            starts_at=slot.starts_at.astimezone(zone(member.timezone)),
            ends_at=slot.ends_at.astimezone(zone(member.timezone)),
        )
        for member in members
    )


def propose_slots(
    members: Sequence[Member],
    *,
    start: datetime,
    days: int = 14,
    end: datetime | None = None,
    minutes: int = 60,
    limit: int = 6,
    step: int = 30,
    busy: Iterable[Slot] = (),
) -> tuple[Slot, ...]:
    """Find times at which all members are free, on as many different days as possible.

    Each slot lies wholly inside the free time of every member, on their own clock of that date. It
    starts at a round time on the clock of the member whose id comes first, and days are that
    member's days. The first time of each day comes first; only when every day has one does a day
    get a second.

    Parameters
    ----------
    members
        The people of one group.
    start
        The earliest moment; aware.
    days
        How far to look ahead, 1 to 92 days of 24 hours. A slot ends inside them.
    end
        By when a slot ends at the latest, if that is earlier; aware, or None.
    minutes
        The length of a session.
    limit
        How many slots at most.
    step
        Starts lie on multiples of these minutes after local midnight.
    busy
        Times that are taken, such as other sessions of these people: no slot overlaps one.

    Returns
    -------
    tuple of Slot
        Sorted by time and never overlapping; empty when there is no common time.

    Raises
    ------
    WeekError
        For a start or end without a time zone, or a start outside the years 1970 to 9998.
    SlotError
        For a number outside its bounds.

    Notes
    -----
    O(s) for s stretches of free time of all members between start and end.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom import Availability
    >>> ada = Member(id="ada", availability=Availability.parse("Mon 18:00-20:00"))
    >>> bo = Member(
    ...     id="bo", timezone="Europe/Berlin", availability=Availability.parse("Mon 18:00-20:30")
    ... )
    >>> for slot in propose_slots([ada, bo], start=datetime(2026, 11, 20, tzinfo=UTC)):
    ...     print(slot.starts_at, slot.minutes)
    2026-11-23 18:00:00+00:00 60
    2026-11-30 18:00:00+00:00 60
    """
    check_numbers(days=days, minutes=minutes, limit=limit, step=step)
    if start.utcoffset() is None or (end is not None and end.utcoffset() is None):
        raise WeekError("A start must know its time zone, and so must an end.")
    if not 1970 <= start.year <= 9998:
        raise WeekError("A start lies in a year from 1970 to 9998.")
    first = -((EPOCH - start) // MINUTE)
    last = first + days * MINUTES_OF_DAY
    if end is not None:
        last = min(last, minute_of(end))
    if not members or last - first < minutes:
        return ()
    return slots_in(
        free_stretches(members, first, last, busy),
        host_of(members).timezone,
        minutes=minutes,
        limit=limit,
        step=step,
    )


def host_of(members: Sequence[Member]) -> Member:
    """Give the member on whose clock times are round and days begin: whose id comes first."""
    return min(members, key=lambda member: member.id)


def free_stretches(
    members: Sequence[Member], first: int, end: int, busy: Iterable[Slot] = ()
) -> list[Stretch]:
    """Give the stretches in which all members are free and that are not taken.

    A minute of which a part is taken is taken.
    """
    taken = (Stretch(minute_of(one.starts_at), -((EPOCH - one.ends_at) // MINUTE)) for one in busy)
    near = (one for one in taken if one.first < end and one.end > first)
    return list(without(common_stretches(members, first, end), near))


def slots_in(
    stretches: Iterable[Stretch], timezone: str, *, minutes: int, limit: int, step: int = 30
) -> tuple[Slot, ...]:
    """Choose slots in stretches of common free time: see `propose_slots`.

    Parameters
    ----------
    stretches
        Sorted, and never touching.
    timezone
        The clock on which starts are round and days begin.
    minutes, limit, step
        As for `propose_slots`.

    Returns
    -------
    tuple of Slot
        The first start of each day before a second of any; sorted by time.

    Raises
    ------
    SlotError
        For a number outside its bounds.
    """
    check_numbers(minutes=minutes, limit=limit, step=step)
    by_day: dict[int, list[int]] = {}
    for start, day in _starts(stretches, timezone, minutes, step) if limit else ():
        if day not in by_day and len(by_day) == limit:
            break
        by_day.setdefault(day, []).append(start)
    turns = sorted((turn, start) for starts in by_day.values() for turn, start in enumerate(starts))
    return tuple(
        Slot(EPOCH + start * MINUTE, minutes) for start in sorted(one for _, one in turns[:limit])
    )


def _starts(
    stretches: Iterable[Stretch], timezone: str, minutes: int, step: int
) -> Iterator[tuple[int, int]]:
    """Give starts on the step, one after another as early as possible, each with its local day."""
    for stretch in stretches:
        free_from = stretch.first
        for first, end, ahead in clocks(timezone, *stretch):
            start = max(first, free_from)
            while True:
                minute = (start + ahead) % MINUTES_OF_DAY
                start += min(-minute % step, MINUTES_OF_DAY - minute)
                if start >= end or start + minutes > stretch.end:
                    break
                yield start, (start + ahead) // MINUTES_OF_DAY
                start = free_from = start + minutes


_BOUNDS = {
    "days": (1, MAX_DAYS),
    "minutes": (1, MINUTES_OF_DAY),
    "limit": (0, MOST_SLOTS),
    "step": (1, MINUTES_OF_DAY),
}


def check_numbers(**numbers: int) -> None:
    """Check numbers of a search for times: days, minutes, limit or step.

    Raises
    ------
    SlotError
        For one outside its bounds.
    """
    for name, value in numbers.items():
        low, high = _BOUNDS[name]
        if type(value) is not int or not low <= value <= high:
            raise SlotError(f'"{name}" needs a whole number from {low} to {high}.')
