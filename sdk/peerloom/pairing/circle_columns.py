"""Circles as the columns of a set-partition problem, and finding the good ones among millions."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circles import LARGEST, shared_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from peerloom.pairing.weights import IntArray

# Prices are counted in parts of a point, as fine as sums over everybody in 64 bits allow: sixty
# shares of eight times the largest score.
_FINEST = 12
_BITS = 50
_LARGEST_PRICE = 8
# What a forbidden pair brings: ten of them still fit 64 bits.
_NEVER = -(1 << 59)
# How many sums are held at once while circles grow.
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Some admissible circles.

    Attributes
    ----------
    members : array of int, shape (N, 5)
        Who is in each circle, sorted; free places hold n.
    size, value, lone : array of int, shape (N,)
        How many people, the circle's value in fine points, and how many of them are alone.
    """

    members: IntArray
    size: IntArray
    value: IntArray
    lone: IntArray

    def __len__(self) -> int:
        return len(self.size)

    def take(self, chosen: IntArray | np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Columns:
        """Choose some circles."""
        return Columns(
            self.members[chosen], self.size[chosen], self.value[chosen], self.lone[chosen]
        )

    def group(self, index: int) -> tuple[int, ...]:
        """Return one circle as a group."""
        return tuple(self.members[index, : self.size[index]].tolist())


@dataclass(frozen=True, slots=True)
class Prices:
    """Dual prices in fine points.

    Attributes
    ----------
    person : array of int, shape (n + 1,)
        What each person is worth; the last entry stands for a free place and is zero.
    circle : array of int, shape (6,)
        What a circle of each size costs.
    lone : int
        What each person who is alone costs; never negative.
    """

    person: IntArray
    circle: IntArray
    lone: int = 0

    def reduced(self, columns: Columns) -> IntArray:
        """Value of each circle beyond its price."""
        paid = self.person[columns.members].sum(axis=1) + self.circle[columns.size]
        reduced: IntArray = columns.value - paid - self.lone * columns.lone
        return reduced


@dataclass(frozen=True)
class CircleProblem:
    """Who is to be seated in circles of which sizes.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, whole dozens; negative = forbidden.
    sizes
        How many people each circle takes; their sum is n.
    alone
        Codes per person, shape ``(n,)`` each; -1 = not said. A person is alone if their code is
        said, somebody else has it too, but nobody else in their circle.
    most_lone
        No more people than this may be alone.
    """

    weights: IntArray
    sizes: tuple[int, ...]
    alone: tuple[IntArray, ...] = ()
    most_lone: int = 0
    codes: tuple[IntArray, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "codes", tuple(np.append(shared_codes(codes), -1) for codes in self.alone)
        )

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.weights)

    @cached_property
    def classes(self) -> tuple[tuple[int, int], ...]:
        """Each size of a circle, and how many circles have it."""
        return tuple((size, self.sizes.count(size)) for size in sorted(set(self.sizes)))

    @cached_property
    def unit(self) -> int:
        """Every circle's value is a multiple of this."""
        weights = self.weights[self.weights > 0]
        whole = int(np.gcd.reduce(weights, initial=0))
        return gcd(*(whole // (size - 1) for size, _ in self.classes)) or 1

    @cached_property
    def scale(self) -> int:
        """How many fine points are in one point."""
        largest = int(self.weights.max(initial=0)) * self.count
        return 1 << max(0, min(_FINEST, _BITS - largest.bit_length()))

    @cached_property
    def largest_price(self) -> int:
        """No price needs to be larger in fine points; larger ones would not fit 64 bits."""
        return _LARGEST_PRICE * self.scale * (int(self.weights.max(initial=0)) + 1)

    @cached_property
    def kinds(self) -> IntArray:
        """Number people, with the same number for those whom nothing tells apart."""
        kinds = np.arange(self.count)
        for one in range(self.count):
            if kinds[one] < one:
                continue
            same = self.weights == self.weights[one]
            same[:, one] = True
            np.fill_diagonal(same, val=True)
            alike = same.all(axis=1)
            for codes in self.codes:
                alike &= codes[:-1] == codes[one]
            kinds[alike & (kinds > one)] = one
        return kinds

    def columns(self, groups: Iterable[Sequence[int]]) -> Columns:
        """Turn groups into columns."""
        table = [[*sorted(group), *[self.count] * (LARGEST - len(group))] for group in groups]
        return self._columns(np.array(table, dtype=np.int64).reshape(-1, LARGEST))

    def circles_above(self, prices: Prices, floor: int, limit: int) -> Columns | None:
        """Find all admissible circles whose reduced value is at least `floor`.

        Parameters
        ----------
        prices
            What is taken off the values.
        floor
            In fine points.
        limit
            Give up when more sets of people than this must be looked at.

        Returns
        -------
        Columns or None
            None if there are too many.

        Notes
        -----
        A circle's reduced value is a sum over its pairs. So in a circle that reaches a floor,
        some circle of one person less reaches the average share of it, and so on down to a pair:
        sets of people grow by one person at a time, and only the promising ones.
        """
        person = prices.person[:-1]
        pairs = self.scale * self.weights - person[:, None] - person
        pairs[self.weights < 0] = _NEVER
        np.fill_diagonal(pairs, _NEVER)
        found = []
        for size, _ in self.classes:
            least = (size - 1) * (floor + int(prices.circle[size]))
            sets = _sets_above(pairs, size, least, limit)
            if sets is None:
                return None
            filled = np.full((len(sets), LARGEST), self.count, dtype=np.int64)
            filled[:, :size] = sets
            found.append(filled)
        columns = self._columns(np.concatenate(found))
        if not self.codes:
            return columns
        good = (columns.lone <= self.most_lone) & (prices.reduced(columns) >= floor)
        return columns.take(good)

    def lone(self, members: IntArray) -> IntArray:
        """Count who is alone in each circle, shape ``(N,)``, once for each attribute."""
        lone = np.zeros(len(members), dtype=np.int64)
        for codes in self.codes:
            said = codes[members]
            for place in range(LARGEST):
                same = (said == said[:, place, None]).sum(axis=1)
                lone += (said[:, place] >= 0) & (same == 1)
        return lone

    def _columns(self, members: IntArray) -> Columns:
        """Value circles."""
        size = (members < self.count).sum(axis=1)
        padded = np.zeros((self.count + 1, self.count + 1), dtype=np.int64)
        padded[:-1, :-1] = self.weights
        value = np.zeros(len(members), dtype=np.int64)
        for one, other in combinations(range(LARGEST), 2):
            value += padded[members[:, one], members[:, other]]
        value = value // (size - 1) * self.scale
        return Columns(members, size, value, self.lone(members))


def join(first: Columns, second: Columns) -> Columns:
    """Put circles together, each once."""
    members = np.concatenate([first.members, second.members])
    _, chosen = np.unique(members, axis=0, return_index=True)
    return Columns(
        members[chosen],
        np.concatenate([first.size, second.size])[chosen],
        np.concatenate([first.value, second.value])[chosen],
        np.concatenate([first.lone, second.lone])[chosen],
    )


def _sets_above(pairs: IntArray, size: int, least: int, limit: int) -> IntArray | None:
    """List the sets of `size` people whose pairs sum to at least `least`, each sorted."""
    floors = {size: least}
    for smaller in range(size - 1, 1, -1):
        floors[smaller] = floors[smaller + 1] * (smaller - 1) // (smaller + 1)
    one, other = np.triu_indices(len(pairs), 1)
    good = pairs[one, other] >= floors[2]
    sets = np.stack([one[good], other[good]], axis=1)
    sums = pairs[sets[:, 0], sets[:, 1]]
    for larger in range(3, size + 1):
        grown = _grow(pairs, sets, sums, floors[larger], limit)
        if grown is None:
            return None
        sets, sums = grown
    return sets


def _grow(
    pairs: IntArray, sets: IntArray, sums: IntArray, least: int, limit: int
) -> tuple[IntArray, IntArray] | None:
    """Add one person to each set in every way that reaches a sum, and keep each result once."""
    count = len(pairs)
    step = max(1, _BLOCK // max(1, count))
    rows, people, values = [], [], []
    seen = 0
    for start in range(0, len(sets), step):
        block = sets[start : start + step]
        total = np.repeat(sums[start : start + step, None], count, axis=1)
        for place in range(sets.shape[1]):
            total += pairs[block[:, place]]
        row, person = np.nonzero(total >= least)
        seen += len(row)
        if seen > limit:
            return None
        rows.append(row + start)
        people.append(person)
        values.append(total[row, person])
    if not rows:
        return np.zeros((0, sets.shape[1] + 1), dtype=np.int64), np.zeros(0, dtype=np.int64)
    grown = np.column_stack([sets[np.concatenate(rows)], np.concatenate(people)])
    grown.sort(axis=1)
    key = np.zeros(len(grown), dtype=np.int64)
    for place in range(grown.shape[1]):
        key = key * count + grown[:, place]
    _, chosen = np.unique(key, return_index=True)
    return grown[chosen], np.concatenate(values)[chosen]
