"""Free time of people in different time zones, laid over each other minute by minute.

All arithmetic happens on the line of UTC minutes. A member is free in a UTC minute when their own
clock shows a free minute of the week at that moment. So a change of the clocks needs no special
case: a skipped hour does not exist, and a repeated hour is free twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from peerloom.availability import MINUTES_OF_DAY, Availability
from peerloom.errors import WeekError
from peerloom.members import Member
from peerloom.zones import zone

MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
REFERENCE_WEEK = date(2026, 1, 5)
"""The week that counts where none is given: a Monday without any change of the clocks near it."""

_YEARS = range(1970, 9999)
_Bits = npt.NDArray[np.bool_]


def monday(week: date | None) -> date:
    """Give the Monday of the ISO week in which a date lies; of the reference week for None.

    Raises
    ------
    WeekError
        For a year outside 1970 to 9998.

    Examples
    --------
    >>> monday(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    day = REFERENCE_WEEK if week is None else week
    if day.year not in _YEARS:
        raise WeekError(f"A week lies in a year from {_YEARS[0]} to {_YEARS[-1]}, not {day.year}.")
    return date(day.year, day.month, day.day) - timedelta(days=day.weekday())


def free_minutes(members: Sequence[Member], start: datetime, count: int) -> _Bits:
    """Say for each member and each UTC minute whether the member is free.

    Parameters
    ----------
    members
        n people.
    start
        The first minute: aware, in UTC, without seconds.
    count
        How many minutes.

    Returns
    -------
    array of bool, shape (n, count)
    """
    free = np.zeros((len(members), count), dtype=np.bool_)
    for row, member in enumerate(members):
        if member.availability:
            free[row] = _week_bits(member.availability)[
                local_minutes(member.timezone, start, count)
            ]
    return free


@lru_cache(maxsize=512)
def local_minutes(timezone: str, start: datetime, count: int) -> npt.NDArray[np.int16]:
    """Give the minute of the week that a clock in `timezone` shows at each UTC minute.

    Parameters
    ----------
    timezone
        An IANA name.
    start
        The first minute: aware, in UTC, without seconds.
    count
        How many minutes.

    Returns
    -------
    array of int, shape (count,)
        0 is Monday 00:00, 10079 is Sunday 23:59.
    """
    place = zone(timezone)

    def offset(minute: int) -> int:
        """Give the whole minutes that the local clock is ahead of UTC."""
        ahead = (start + timedelta(minutes=minute)).astimezone(place).utcoffset() or timedelta()
        return ahead // timedelta(minutes=1)

    # One look per hour; minute by minute only in the rare hour in which the clocks change.
    offsets = np.empty(count, dtype=np.int64)
    after = offset(0)
    for first in range(0, count, 60):
        last = min(first + 60, count)
        before, after = after, offset(last)
        offsets[first:last] = (
            before if before == after else [offset(minute) for minute in range(first, last)]
        )
    first_minute = start.weekday() * MINUTES_OF_DAY + start.hour * 60 + start.minute
    local = ((first_minute + np.arange(count) + offsets) % MINUTES_OF_WEEK).astype(np.int16)
    local.setflags(write=False)
    return local


def common_minutes(members: Sequence[Member], week: date | None = None) -> int:
    """Count the minutes of a week in which all members are free.

    Parameters
    ----------
    members
        The people; nobody has no common time.
    week
        Any day of the ISO week whose UTC offsets count; None for the reference week. The week runs
        from Monday 00:00 UTC.

    Examples
    --------
    >>> berlin = Member(
    ...     id="a", timezone="Europe/Berlin", availability=Availability.parse("Mon 18:00-21:00")
    ... )
    >>> lisbon = Member(
    ...     id="b", timezone="Europe/Lisbon", availability=Availability.parse("Mon 18:00-21:00")
    ... )
    >>> common_minutes([berlin, lisbon], date(2026, 11, 16))
    120
    """
    if not members:
        return 0
    return int(free_minutes(members, start_of(week), MINUTES_OF_WEEK).all(axis=0).sum())


def common_minutes_matrix(members: Sequence[Member], week: date) -> npt.NDArray[np.int64]:
    """Count the common free minutes of every two members.

    Returns
    -------
    array of int, shape (n, n)
        Symmetric; the diagonal holds a member's own free minutes.
    """
    if not members:
        return np.zeros((0, 0), dtype=np.int64)
    # People with the same answer have the same row: count each kind of row once.
    kinds: dict[tuple[str, Availability], int] = {}
    examples: list[Member] = []
    kind_of = np.empty(len(members), dtype=np.int64)
    for index, member in enumerate(members):
        key = (member.timezone, member.availability)
        if key not in kinds:
            kinds[key] = len(examples)
            examples.append(member)
        kind_of[index] = kinds[key]
    free = free_minutes(examples, start_of(week), MINUTES_OF_WEEK)
    # Join minutes between which nobody's answer changes into one column with a width.
    changes = np.flatnonzero((free[:, 1:] != free[:, :-1]).any(axis=0)) + 1
    starts = np.concatenate(([0], changes))
    widths = np.diff(np.concatenate((starts, [MINUTES_OF_WEEK])))
    # float32 counts whole numbers up to 2**24 exactly, and a week has 10,080 minutes.
    columns = free[:, starts].astype(np.float32)
    common = ((columns * widths.astype(np.float32)) @ columns.T).astype(np.int64)
    return common[np.ix_(kind_of, kind_of)]


def start_of(week: date | None) -> datetime:
    """Give the first moment of a week: Monday 00:00 UTC."""
    first = monday(week)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _week_bits(availability: Availability) -> _Bits:
    bits = np.zeros(MINUTES_OF_WEEK, dtype=np.bool_)
    for slot in availability.slots:
        first = slot.day * MINUTES_OF_DAY
        bits[first + slot.start : first + slot.end] = True
    bits.setflags(write=False)
    return bits
