"""What a partition with a given trio can be worth at most.

A partition into pairs and a trio T uses each pair once and each side of T half. Take prices ``y``
and tolls ``z`` of odd sets that pay for every pair: ``2 * (w_ij + bonus) <= y_i + y_j + z_ij``. An
odd set B then holds at most ``(|B| - 1) / 2`` of the used pairs, half a pair more if all of T is
inside, and half a pair less if two of T are. Adding up gives, for every T,

    ``4 * value <= base - (sum over the sides of T: y_i + y_j + 2 * z_ij - 2 * (w_ij + bonus))``
    ``             + 4 * (tolls of the sets that hold all of T)``

with ``base = 2 * sum(y) - 2 * n * bonus + sum(z_B * (|B| - 1))``. Without odd sets this is the
bound of the half-integral relaxation. Several price systems together bound better than each alone.

Where trios are too many to list, each person is bounded instead: no trio with this person can gain
more than the tolls of the person's own blossom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.tables import NEVER
from peerloom.pairing.tolls import Tolls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.engine import Forest
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray

    Trio = tuple[int, int, int]

# Scores are whole dozens, so a partition with one halved trio is worth a multiple of six.
_GRAIN = 6
# Below every bound.
_TRIED = -(1 << 62)


class TrioBounds:
    """Trios that may still be worth a try, each with four times its bound.

    Parameters
    ----------
    table
        The weights of all pairs.
    bonus
        What each pair is worth beyond its weight in the prices.
    prices
        Prices of the half-integral optimum.
    tails, heads
        Which pairs the listed trios may use: ``tails < heads``, sorted, all allowed.
    seats
        For each person a number; of trios that are equally good the smallest sum wins.
    """

    def __init__(
        self,
        table: Table,
        bonus: int,
        prices: IntArray,
        tails: IntArray,
        heads: IntArray,
        seats: IntArray,
    ) -> None:
        self._table = table
        self._bonus = bonus
        self._offset = -2 * table.size * bonus
        highest4 = 2 * sum(prices.tolist()) + self._offset
        #: Four times the bound on every partition in which a person sits in the trio.
        self.per_person4 = np.full(table.size, highest4, dtype=np.int64)
        self._trios = _triangles(table.size, tails, heads)
        self._seats = seats[self._trios].sum(axis=1)
        #: The doubled weights with bonus of all sides, added up.
        self._sides = np.zeros(len(self._trios), dtype=np.int64)
        for ends in self._each_side():
            self._sides += 2 * (table.values(*ends) + bonus)
        self._bounds4 = self._per_trio(highest4, prices, None)

    @property
    def highest(self) -> int | None:
        """The largest bound of a trio that is left, as a value; None if none is left."""
        highest4 = int(self._bounds4.max(initial=_TRIED))
        return None if highest4 == _TRIED else whole_value(highest4)

    def overall(self, may_sit: NDArray[np.bool_]) -> int:
        """Bound every partition, whoever sits in the trio; three people do."""
        return whole_value(int(np.sort(self.per_person4[may_sit])[-3:][0]))

    def pop(self) -> Trio:
        """Take out the trio with the largest bound."""
        index = int(self._bounds4.argmax())
        first, second, third = self._trios[index].tolist()
        self._bounds4[index] = _TRIED
        return first, second, third

    def has_better(self, total: int, seats: int) -> bool:
        """Tell whether a trio is left that may beat a total, or equal it with fewer seats."""
        return bool(self._better(total, seats).any())

    def keep_better(self, total: int, seats: int) -> None:
        """Forget all other trios."""
        kept = self._better(total, seats)
        self._trios, self._bounds4 = self._trios[kept], self._bounds4[kept]
        self._sides, self._seats = self._sides[kept], self._seats[kept]

    def _better(self, total: int, seats: int) -> NDArray[np.bool_]:
        values = self._bounds4 // (4 * _GRAIN) * _GRAIN
        ties: NDArray[np.bool_] = (values == total) & (self._seats < seats)
        return ties | (values > total)

    def tighten(self, forest: Forest, absent: tuple[int, ...]) -> None:
        """Use the prices of an exact matching of all people but `absent`."""
        prices = forest.prices()
        prices[list(absent)] = 0
        known = np.ones(len(prices), dtype=bool)
        known[list(absent)] = False
        for vertex in absent:
            # The least price that pays for every pair of this person.
            row = self._table.row(vertex)
            partners = known & (row > NEVER)
            need = 2 * (row[partners] + self._bonus) - prices[partners]
            prices[vertex] = need.max(initial=0)
            known[vertex] = True
        base = 2 * sum(prices.tolist()) + self._offset
        blossoms = forest.blossoms()
        base += sum(blossom.toll * (len(blossom.vertices) - 1) for blossom in blossoms)
        tolls = Tolls(blossoms)
        # A trio inside one set gains its tolls at most.
        own4 = base + tolls.innermost(self._table.size)
        self.per_person4 = np.minimum(self.per_person4, own4)
        self._bounds4 = np.minimum(self._bounds4, self._per_trio(base, prices, tolls))

    def _each_side(self) -> tuple[tuple[IntArray, IntArray], ...]:
        first, second, third = self._trios.T
        return (first, second), (first, third), (second, third)

    def _per_trio(self, base: int, prices: IntArray, tolls: Tolls | None) -> IntArray:
        """Bound each trio that is left by one price system."""
        bounds: IntArray = base - 2 * prices[self._trios].sum(axis=1) + self._sides
        if tolls is not None and len(bounds):
            common = np.full(len(bounds), np.iinfo(np.int64).max)
            for ends in self._each_side():
                paid = tolls.between(*ends)
                bounds -= 2 * paid
                common = np.minimum(common, paid)
            bounds += 4 * common
        return bounds


def _triangles(size: int, tails: IntArray, heads: IntArray) -> IntArray:
    """List all three people whose three pairs are given, shape ``(trios, 3)``."""
    codes = tails * size + heads
    starts = np.searchsorted(tails, np.arange(size + 1))
    found = [np.zeros((0, 3), dtype=np.int64)]
    for first in range(size):
        later = heads[starts[first] : starts[first + 1]]
        rows, columns = np.triu_indices(len(later), 1)
        wanted = later[rows] * size + later[columns]
        place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        chosen = np.flatnonzero(codes[place] == wanted)
        seconds, thirds = later[rows[chosen]], later[columns[chosen]]
        found.append(np.stack((np.full(len(chosen), first), seconds, thirds), axis=1))
    return np.concatenate(found)


def whole_value(bound4: int) -> int:
    """Round four times a bound down to a value that a partition can have."""
    return bound4 // (4 * _GRAIN) * _GRAIN
