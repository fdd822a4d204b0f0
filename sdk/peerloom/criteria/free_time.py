"""Availability: the minutes of a week in which two people are both free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.availability import MINUTES_OF_DAY
from peerloom.criteria.scale import FULL_QUALITY, points_of
from peerloom.members import Member
from peerloom.pairing.profiles import SharedBits, pack_bits
from peerloom.reasons import N_, Reason, hours
from peerloom.weeks import MINUTES_OF_WEEK, common_minutes, local_minutes, start_of

if TYPE_CHECKING:
    from peerloom.pairing.profiles import Bits
    from peerloom.pairing.weights import IntArray

_CELLS_AT_ONCE = 1 << 20


class FreeTime(NamedTuple):
    """The free time of n people in one week, as bits of equal length.

    Parameters
    ----------
    bits : array of uint64, shape (n, words)
        A bit for each stretch of the week in which at least two people are free.
    minutes
        The length of a stretch: the longest with which every answer begins and ends between two
        stretches, in UTC. So the common minutes of two people are exactly `minutes` for each bit
        that they share.
    """

    bits: Bits
    minutes: int

    @classmethod
    def of(cls, members: Sequence[Member], week: date) -> FreeTime:
        """Lay the answers of n people on one line of UTC minutes.

        Parameters
        ----------
        members
            n people; whoever has named no free time has no bits.
        week
            Any day of the ISO week whose UTC offsets count.

        Notes
        -----
        O(slots + n * stretches / 8) time; about 1,300 bytes for each person if answers begin at any
        minute, and a few dozen if they begin on the hour.
        """
        people, starts, ends = _intervals(members, week)
        edges = np.unique(np.concatenate((starts, ends)))
        if not len(edges):
            return cls(np.zeros((len(members), 1), dtype=np.uint64), 1)
        minutes = gcd(*(edges - edges[0]).tolist())
        starts, ends = (starts - edges[0]) // minutes, (ends - edges[0]) // minutes
        count = int(edges[-1] - edges[0]) // minutes
        free = np.cumsum(
            np.bincount(starts, minlength=count + 1) - np.bincount(ends, minlength=count + 1)
        )
        # A stretch in which fewer than two people are free can never be common.
        place = np.concatenate(([0], np.cumsum(free[:count] > 1)))
        bits = _packed(people, place[starts], place[ends], len(members), int(place[-1]))
        return cls(bits, minutes)


def terms(
    members: Sequence[Member], share: int, *, week: date, enough_minutes: int
) -> tuple[SharedBits]:
    """Rate the common free time of a week, full at `enough_minutes`.

    Unknown free time rates 0, so that saying more about one's time can never make a pair worse and
    hiding it never pays.
    """
    time = FreeTime.of(members, week)
    most = -(-enough_minutes // time.minutes)
    common = np.minimum(np.arange(most + 1) * time.minutes, enough_minutes)
    return (SharedBits(time.bits, points_of(common * FULL_QUALITY // enough_minutes, share)),)


def why(members: Sequence[Member], points: IntArray, *, week: date) -> Iterator[Reason]:
    """Say how much time all of them have in common.

    Parameters
    ----------
    points
        Of every two members, in the order of `itertools.combinations`.
    """
    part = int(points.sum()) // len(points)
    minutes = common_minutes(members, week)
    if minutes:
        yield Reason(
            code="common_time",
            template=N_("Common free time each week: {hours} h."),
            values={"hours": hours(minutes)},
            points=part,
        )
    elif not all(member.availability for member in members):
        yield Reason(
            code="common_time_unknown",
            template=N_(
                "Not everybody has said yet when they are free: that would show when you can meet."
            ),
            points=part,
        )
    else:
        yield Reason(
            code="common_time_none",
            template=N_("There is no time of the week at which all of you are free."),
            points=part,
        )


def _intervals(members: Sequence[Member], week: date) -> tuple[IntArray, IntArray, IntArray]:
    """Give the free stretches of everybody: person, and first and last minute of the UTC week."""
    by_zone: dict[str, list[tuple[int, int, int]]] = {}
    for index, member in enumerate(members):
        if member.availability:
            here = by_zone.setdefault(member.timezone, [])
            for slot in member.availability.slots:
                midnight = slot.day * MINUTES_OF_DAY
                here.append((index, midnight + slot.start, midnight + slot.end))
    found = [np.zeros((3, 0), dtype=np.int64)]
    for timezone, slots in by_zone.items():
        people, starts, ends = np.array(slots, dtype=np.int64).T
        for first, last, ahead in _pieces(timezone, week):
            # The local week is a circle: the same slot may begin before Monday and end after it.
            for turn in (-MINUTES_OF_WEEK, 0, MINUTES_OF_WEEK):
                start = np.maximum(starts - ahead + turn, first)
                end = np.minimum(ends - ahead + turn, last)
                here = start < end
                found.append(np.stack((people[here], start[here], end[here])))
    people, starts, ends = np.concatenate(found, axis=1)
    return people, starts, ends


def _pieces(timezone: str, week: date) -> Iterator[tuple[int, int, int]]:
    """Cut the UTC week where a zone changes its clocks: first minute, last, and minutes ahead."""
    local = local_minutes(timezone, start_of(week), MINUTES_OF_WEEK).astype(np.int64)
    half = MINUTES_OF_WEEK // 2
    ahead = (local - np.arange(MINUTES_OF_WEEK) + half) % MINUTES_OF_WEEK - half
    edges = [0, *(np.flatnonzero(np.diff(ahead)) + 1).tolist(), MINUTES_OF_WEEK]
    for first, last in pairwise(edges):
        yield first, last, int(ahead[first])


def _packed(people: IntArray, starts: IntArray, ends: IntArray, size: int, width: int) -> Bits:
    """Pack stretches of bits, some people at a time: one byte for each bit would be much."""
    order = np.argsort(people, kind="stable")
    people, starts, ends = people[order], starts[order], ends[order]
    parts = [np.zeros((0, max(1, -(-width // 64))), dtype=np.uint64)]
    at_once = max(1, _CELLS_AT_ONCE // (width + 1))
    for first in range(0, size, at_once):
        last = min(first + at_once, size)
        here = slice(*np.searchsorted(people, (first, last)))
        shape = (last - first, width + 1)
        row = (people[here] - first) * shape[1]
        changes = np.bincount(row + starts[here], minlength=shape[0] * shape[1])
        changes -= np.bincount(row + ends[here], minlength=shape[0] * shape[1])
        free = np.cumsum(changes.astype(np.int8).reshape(shape), axis=1, dtype=np.int8)
        parts.append(pack_bits(free[:, :width] > 0))
    return np.concatenate(parts)
