"""Small numbers of people, hidden: also where they would follow from others by subtraction.

Everybody may know these rules. Whatever is published, at least two numbers of people remain
possible wherever fewer than five are concerned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.impact.errors import ImpactError


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of people that may be told, or between which numbers it lies.

    Parameters
    ----------
    low, high
        The least and the most that it can be; equal where it may be told.
    """

    low: int
    high: int

    @property
    def value(self) -> int | None:
        """The number; None where it is hidden."""
        return self.low if self.low == self.high else None

    def to_dict(self) -> dict[str, Any]:
        """Give the number, or None with its bounds, for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


def exactly(number: int) -> Count:
    """Give a number that may be told."""
    return Count(low=number, high=number)


def size(number: int) -> Count:
    """Give the number of all people of whom something is told; hidden below five, unless none.

    Examples
    --------
    >>> size(31).value, size(4).value
    (31, None)
    """
    return exactly(number) if number == 0 or number >= SMALLEST else Count(low=1, high=SMALLEST - 1)


def chain(counts: Sequence[int]) -> tuple[Count, ...]:
    """Hide small steps where each number counts some of the people of the one before.

    A number is hidden where it is from 1 to 4, or where it is 1 to 4 below the last one that is
    shown: who knows both knows how few fell away.

    Parameters
    ----------
    counts
        None larger than the one before.

    Raises
    ------
    ImpactError
        For a number that is larger than the one before, or below 0.

    Examples
    --------
    >>> [count.value for count in chain([31, 31, 29, 24, 3, 0])]
    [31, 31, None, 24, None, 0]
    >>> chain([31, 29])[1]
    Count(low=27, high=30)
    """
    if any(later > earlier for earlier, later in pairwise(counts)) or (counts and counts[-1] < 0):
        raise ImpactError("Each number counts some of the people before it: none may be larger.")
    shown: list[Count] = []
    for count in counts:
        if not shown:
            shown.append(size(count))
            last = count
        elif 0 < last < SMALLEST:
            shown.append(Count(low=0, high=SMALLEST - 1))
        else:
            found = _below(count, last)
            shown.append(found)
            last = count if found.value is not None else last
    return tuple(shown)


def split(count: int, of: int) -> Count:
    """Hide how many people gave a private answer, unless at least five did and five did not.

    That everybody or nobody gave it would tell what each of them answered.

    Parameters
    ----------
    count, of
        How many gave it, and how many gave any.

    Raises
    ------
    ImpactError
        For more answers than people, or a number below 0.

    Examples
    --------
    >>> split(20, 31), split(29, 31), split(0, 31)
    (Count(low=20, high=20), Count(low=27, high=31), Count(low=0, high=4))
    """
    if not 0 <= count <= of:
        raise ImpactError("Not more people can give an answer than give any.")
    if of < 2 * SMALLEST:
        return (
            Count(low=0, high=of) if of >= SMALLEST or not of else Count(low=0, high=SMALLEST - 1)
        )
    if count < SMALLEST:
        return Count(low=0, high=SMALLEST - 1)
    if of - count < SMALLEST:
        return Count(low=of - SMALLEST + 1, high=of)
    return exactly(count)


def parts(counts: Mapping[str, int]) -> dict[str, Count]:
    """Hide small parts of a whole whose size is known.

    Where any part is below five, the first one that is not is hidden too, and more until at least
    ten people are, so that the total does not give the small ones away. Not the smallest of them:
    that it is smaller than those that are shown would tell too much.

    Parameters
    ----------
    counts
        How many people are in each part; nobody in two.

    Returns
    -------
    dict of str to Count
        In the same order. A hidden part may be anything from 0 to all that are hidden.

    Raises
    ------
    ImpactError
        For a number below 0.

    Examples
    --------
    >>> shown = parts({"north": 12, "south": 9, "west": 3})
    >>> [count.value for count in shown.values()]
    [None, 9, None]
    """
    if any(count < 0 for count in counts.values()):
        raise ImpactError("A number of people cannot be below 0.")
    hidden = {name for name, count in counts.items() if count < SMALLEST}
    others = [name for name in counts if name not in hidden]
    while hidden and others:
        hidden.add(others.pop(0))
        if sum(counts[name] for name in hidden) >= 2 * SMALLEST:
            break
    total = sum(counts[name] for name in hidden)
    most = max(total, SMALLEST - 1)
    return {
        name: Count(low=0, high=most) if name in hidden else exactly(count)
        for name, count in counts.items()
    }


def _below(count: int, last: int) -> Count:
    """Show a number below one that is shown, or the range of those that would be hidden alike."""
    fell_away = last - count
    if fell_away == 0 or count == 0 or (count >= SMALLEST and fell_away >= SMALLEST):
        return exactly(count)
    if last < 2 * SMALLEST - 1:
        # Both ranges overlap: telling which one it is would tell the number.
        return Count(low=1, high=last - 1)
    if count < SMALLEST:
        return Count(low=1, high=SMALLEST - 1)
    return Count(low=last - SMALLEST + 1, high=last - 1)
