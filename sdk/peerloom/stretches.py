"""Free time of a few people as stretches of UTC minutes, exact over every change of the clocks.

Where `peerloom.weeks` lays the weeks of many people over each other minute by minute, this looks at
one group over days or months, and costs as much as there are stretches. Both follow one rule: a
member is free in a UTC minute when their own clock shows a free minute of the week at that moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from peerloom.availability import MINUTES_OF_DAY, Availability
from peerloom.members import Member
from peerloom.zones import zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

_MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
_EPOCH_IS_THURSDAY = 3 * MINUTES_OF_DAY
_BLOCK = 64 * MINUTES_OF_DAY
_NEVER = (1 << 62, 1 << 63)


class Stretch(NamedTuple):
    """Minutes since `EPOCH`, the last one not included."""

    first: int
    end: int


class Clock(NamedTuple):
    """A stretch in which a local clock is the same number of minutes ahead of UTC."""

    first: int
    end: int
    ahead: int


def minute_of(moment: datetime) -> int:
    """Give the minute since `EPOCH` in which a moment lies.

    Examples
    --------
    >>> minute_of(datetime(1970, 1, 2, 0, 1, 59, tzinfo=UTC))
    1441
    """
    return (moment - EPOCH) // MINUTE


def clocks(timezone: str, first: int, end: int) -> Iterator[Clock]:
    """Say how a local clock runs: one piece for each change, in order and without gaps.

    Examples
    --------
    >>> autumn = minute_of(datetime(2026, 10, 25, tzinfo=UTC))
    >>> for one in clocks("Europe/Berlin", autumn, autumn + 1440):
    ...     print(one.end - one.first, one.ahead)
    60 120
    1380 60
    """
    for block in range(first // _BLOCK, -(-end // _BLOCK)):
        for one in _clocks_of_block(timezone, block):
            if one.end > first and one.first < end:
                yield Clock(max(one.first, first), min(one.end, end), one.ahead)


def common_stretches(members: Sequence[Member], first: int, end: int) -> list[Stretch]:
    """Give the stretches in which all members are free: sorted, and never touching.

    O(s) for s stretches of all members between these minutes.
    """
    if not members:
        return []
    common = _free(members[0], first, end)
    for member in members[1:]:
        common = _both(common, _free(member, first, end))
    return common


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """Give what is left of sorted stretches, of which some time is taken.

    Examples
    --------
    >>> list(without([Stretch(0, 60)], [Stretch(50, 70), Stretch(10, 20), Stretch(15, 18)]))
    [Stretch(first=0, end=10), Stretch(first=20, end=50)]
    """
    in_order = sorted(taken)
    for first, end in stretches:
        since = first
        for start, until in in_order:
            if until <= since or start >= end:
                continue
            if start > since:
                yield Stretch(since, start)
            since = until
        if since < end:
            yield Stretch(since, end)


def _free(member: Member, first: int, end: int) -> list[Stretch]:
    """Give the free stretches of one member, on their own clock."""
    found: list[Stretch] = []
    before = -1
    free = _of_a_week(member.availability)
    for since, until, ahead in clocks(member.timezone, first, end) if free else ():
        # Monday 00:00 of the week in which the piece begins, as the minute when a clock that is
        # as far ahead all the time would show it.
        begins = since - (since + ahead + _EPOCH_IS_THURSDAY) % _MINUTES_OF_WEEK
        for week in range(begins, until, _MINUTES_OF_WEEK):
            for from_monday, to in free:
                start, stop = week + from_monday, week + to
                if stop <= since or start >= until:
                    continue
                start, stop = max(start, since), min(stop, until)
                if start == before:
                    start = found.pop().first
                found.append(Stretch(start, stop))
                before = stop
    return found


@lru_cache(maxsize=4096)
def _of_a_week(availability: Availability) -> tuple[tuple[int, int], ...]:
    """Give the free times in minutes after Monday 00:00, in order."""
    return tuple(
        (slot.day * MINUTES_OF_DAY + slot.start, slot.day * MINUTES_OF_DAY + slot.end)
        for slot in availability.slots
    )


def _both(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """Give the stretches that lie in both, each sorted and without overlaps."""
    found: list[Stretch] = []
    those = iter(other)
    there, until = next(those, _NEVER)
    for first, end in one:
        # Those that end before this one begins can meet no later one either.
        while until <= first:
            there, until = next(those, _NEVER)
        while there < end:
            found.append(Stretch(max(first, there), min(end, until)))
            if until > end:
                break
            there, until = next(those, _NEVER)
    return found


@lru_cache(maxsize=4096)
def _clocks_of_block(timezone: str, block: int) -> tuple[Clock, ...]:
    """Give the pieces of 64 days; blocks do not depend on the present moment, so they are kept."""
    place = zone(timezone)

    def ahead(minute: int) -> int:
        offset = (EPOCH + minute * MINUTE).astimezone(place).utcoffset() or timedelta()
        return offset // MINUTE

    first, end = block * _BLOCK, (block + 1) * _BLOCK
    pieces = []
    since, before = first, ahead(first)
    # One look a day: since 1970 no clock on Earth was changed twice within six days.
    for day in range(first, end, MINUTES_OF_DAY):
        after = ahead(day + MINUTES_OF_DAY)
        if after != before:
            unchanged, changed = day, day + MINUTES_OF_DAY
            while changed - unchanged > 1:
                middle = (unchanged + changed) // 2
                if ahead(middle) == before:
                    unchanged = middle
                else:
                    changed = middle
            pieces.append(Clock(since, changed, before))
            since, before = changed, after
    return (*pieces, Clock(since, end, before)) if since < end else tuple(pieces)
