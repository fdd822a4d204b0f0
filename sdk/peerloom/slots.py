"""Times to meet: moments in which everybody of a group is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

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


def propose_slots(
    members: Sequence[Member],
    *,
    start: datetime,
    days: int = 14,
    minutes: int = 60,
    limit: int = 6,
    step: int = 30,
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
    minutes
        The length of a session.
    limit
        How many slots at most.
    step
        Starts lie on multiples of these minutes after local midnight.

    Returns
    -------
    tuple of Slot
        Sorted by time and never overlapping; empty when there is no common time.

    Raises
    ------
    WeekError
        For a start without a time zone or outside the years 1970 to 9998.
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
    if start.tzinfo is None:
        raise WeekError("A start must know its time zone.")
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
    free = free_minutes(members, first, count).all(axis=0)
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
