"""The best groups of a few people, exactly, for thousands of small sets of people at once.

A table over the subsets of people (M. Held and R. Karp, "A dynamic programming approach to
sequencing problems", Journal of the SIAM 10, 1962), in which the first person of a subset chooses
with whom to be. An entry is an array with one number for each set of people, so all sets are
solved by the same few thousand steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circles import LARGEST, circle_sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from peerloom.pairing.weights import IntArray

FORBIDDEN = -(1 << 58)
"""The worth of a forbidden pair: sixteen of it still fit 64 bits."""
LEAST = -(1 << 55)
"""Groups that are worth less hold a forbidden pair."""

_MOST_EVEN = 18
_MOST_ODD = 15
_MOST_SEATED = 11


@dataclass(frozen=True, slots=True)
class Shapes:
    """Which groups may be made of a number of people.

    Parameters
    ----------
    sizes
        How many people a group may have; ``(2,)`` means pairs, and one trio for an odd number.
    """

    sizes: tuple[int, ...]

    @classmethod
    def of(cls, size: int, people: int) -> Shapes:
        """Give the shapes for groups of about `size` people, when there are `people` in all."""
        if size == 2:
            return cls((2,))
        even = circle_sizes(people, size) if people > 1 else ()
        sizes = {*even, size - 1, size, size + 1}
        return cls(tuple(sorted(sizes & set(range(2, LARGEST + 1)))))

    def choices(self, people: int) -> tuple[int, ...]:
        """Give the sizes that a group of some people may have."""
        if self.sizes == (2,):
            return (2, 3) if people % 2 else (2,)
        return self.sizes

    def steps(self, people: int) -> int:
        """Estimate the steps for so many people; 0 where they are too many."""
        if self.sizes != (2,):
            return 5**people // 2**people + 1 if people <= _MOST_SEATED else 0
        if people % 2:
            return 5 * 4 ** (people // 2) // 2 if people <= _MOST_ODD else 0
        return int(3 ** (people // 2)) if people <= _MOST_EVEN else 0


class GroupingTable:
    """The best groups for each of many sets of people.

    Parameters
    ----------
    worth : array of int, shape (n, n)
        Symmetric, multiples of `STEP`; `FORBIDDEN` where two people must not be together. A group
        of k is worth the sum of its pairs divided by k - 1.
    people : array of int, shape (sets, p)
        Who is in each set, by row of `worth`.
    shapes
        Which groups may be made.

    Examples
    --------
    >>> worth = np.array([[0, 24, 12, 0], [24, 0, 0, 12], [12, 0, 0, 12], [0, 12, 12, 0]])
    >>> table = GroupingTable(worth, np.array([[0, 1, 2, 3], [0, 2, 1, 3]]), Shapes((2,)))
    >>> table.best().tolist()
    [36, 36]
    >>> table.groups(0)
    [(0, 1), (2, 3)]
    """

    def __init__(self, worth: IntArray, people: IntArray, shapes: Shapes) -> None:
        self._worth = worth
        self._people = people
        self._shapes = shapes
        self._pairs: dict[tuple[int, int], IntArray] = {}
        self._table: dict[int, IntArray] = {0: np.zeros(len(people), dtype=np.int64)}

    def best(self) -> IntArray:
        """Give what the best groups of each set are worth, below `LEAST` where there are none."""
        return self._best((1 << self._people.shape[1]) - 1)

    def groups(self, row: int) -> list[tuple[int, ...]]:
        """Give the best groups of one set, as rows of the worth."""
        self.best()
        found = []
        mask = (1 << self._people.shape[1]) - 1
        while mask:
            for group, rest in self._first_groups(mask):
                if self._value(group)[row] + self._best(rest)[row] == self._best(mask)[row]:
                    found.append(tuple(sorted(self._people[row, list(group)].tolist())))
                    mask = rest
                    break
        return found

    def _best(self, mask: int) -> IntArray:
        known = self._table.get(mask)
        if known is not None:
            return known
        best = np.full(len(self._people), FORBIDDEN, dtype=np.int64)
        for group, rest in self._first_groups(mask):
            np.maximum(best, self._value(group) + self._best(rest), out=best)
        # Two bad halves must not add up to a number that wraps around.
        np.maximum(best, FORBIDDEN, out=best)
        self._table[mask] = best
        return best

    def _first_groups(self, mask: int) -> Iterator[tuple[tuple[int, ...], int]]:
        """Give every group that the first person of a subset may be in, and who is left."""
        members = [bit for bit in range(self._people.shape[1]) if mask >> bit & 1]
        for size in self._shapes.choices(len(members)):
            for others in combinations(members[1:], size - 1):
                group = (members[0], *others)
                yield group, mask & ~sum(1 << bit for bit in group)

    def _value(self, group: tuple[int, ...]) -> IntArray:
        if len(group) == 2:
            return self._pair(group[0], group[1])
        total: IntArray = sum(
            (self._pair(one, other) for one, other in combinations(group, 2)),
            start=np.zeros(len(self._people), dtype=np.int64),
        )
        return total // (len(group) - 1)

    def _pair(self, one: int, other: int) -> IntArray:
        known = self._pairs.get((one, other))
        if known is None:
            known = self._worth[self._people[:, one], self._people[:, other]]
            self._pairs[one, other] = known
        return known
