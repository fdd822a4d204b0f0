"""Times to meet: moments in which everybody of a group is free, and what each clock shows then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from peerloom.availability import MINUTES_OF_DAY
from peerloom.errors import WeekError
from peerloom.members import Member
from peerloom.weeks import free_minutes, local_minutes
from peerloom.zones import zone

MAX_DAYS = 92


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
    ValueError
        For a number outside its bounds.

    Examples
    --------
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
    if start.tzinfo is None or (end is not None and end.tzinfo is None):
        raise WeekError("A start must know its time zone, and so must an end.")
    for name, value, low, high in (
        ("days", days, 1, MAX_DAYS),
        ("minutes", minutes, 1, MINUTES_OF_DAY),
        ("limit", limit, 0, 1000),
        ("step", step, 1, MINUTES_OF_DAY),
    ):
        if not low <= value <= high:
            raise ValueError(f"{name} must be from {low} to {high}, not {value}")
    if not 1970 <= start.year <= 9998:
        raise WeekError("A start lies in a year from 1970 to 9998.")
    if not members:
        return ()
    first = _next_whole_minute(start.astimezone(UTC))
    count = days * MINUTES_OF_DAY
    if end is not None:
        count = min(count, (end - first) // timedelta(minutes=1))
    if count < minutes:
        return ()
    free: npt.NDArray[np.bool_] = np.logical_and.reduce(free_minutes(members, first, count))
    minute = timedelta(minutes=1)
    for slot in busy:
        since, until = (slot.starts_at - first) // minute, -((first - slot.ends_at) // minute)
        free[max(since, 0) : max(until, 0)] = False
    # How many free minutes lie before each minute: a window is free when it holds them all.
    before = np.concatenate(([0], np.cumsum(free)))
    windows = before[minutes:] - before[:-minutes] == minutes
    host = min(members, key=lambda member: member.id)
    clock = local_minutes(host.timezone, first, count)[: len(windows)] % MINUTES_OF_DAY
    on_the_step = clock % step == 0
    starts = [
        Slot(first + timedelta(minutes=int(minute)), minutes)
        for minute in np.flatnonzero(windows & on_the_step)
    ]
    return _spread(starts, host, limit)


def _spread(candidates: Sequence[Slot], host: Member, limit: int) -> tuple[Slot, ...]:
    """Choose one slot of each day, then a second of each day, and so on."""
    place = zone(host.timezone)
    turns: list[tuple[int, Slot]] = []
    taken: dict[object, int] = {}
    last_end: datetime | None = None
    for slot in candidates:
        if last_end is None or slot.starts_at >= last_end:
            day = slot.starts_at.astimezone(place).date()
            turns.append((taken.get(day, 0), slot))
            taken[day] = taken.get(day, 0) + 1
            last_end = slot.ends_at
    return tuple(sorted(slot for _, slot in sorted(turns)[:limit]))


def _next_whole_minute(moment: datetime) -> datetime:
    whole = moment.replace(second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=1)
