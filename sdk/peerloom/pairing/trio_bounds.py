"""What a partition with a given trio can be worth at most.

A partition into pairs and a trio T uses each pair once and each side of T half. Take prices ``y``
and tolls ``z`` of odd sets that pay for every pair: ``2 * (w_ij + bonus) <= y_i + y_j + z_ij``. An
odd set B then holds at most ``(|B| - 1) / 2`` of the used pairs, half a pair more if all of T is
inside, and half a pair less if two of T are. Adding up gives, for every T,

    ``4 * value <= base - (sum over the sides of T: y_i + y_j + 2 * z_ij - 2 * (w_ij + bonus))``
    ``             + 4 * (tolls of the sets that hold all of T)``

with ``base = 2 * sum(y) - 2 * n * bonus + sum(z_B * (|B| - 1))``. Without odd sets this is the
bound of the half-integral relaxation. Several price systems together bound better than each alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.pricing import blossom_tolls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.blossom import BlossomForest
    from peerloom.pairing.weights import IntArray

    Trio = tuple[int, int, int]

# Scores are whole dozens, so a partition with one halved trio is worth a multiple of six.
_GRAIN = 6


class TrioBounds:
    """Trios that may still be worth a try, each with four times its bound.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``; negative = forbidden.
    bonus
        What each pair is worth beyond its weight in the prices.
    price
        Prices of the half-integral optimum.
    allowed
        Which pairs the listed trios may use, upper triangle only.
    """

    def __init__(
        self, weights: IntArray, bonus: int, price: list[int], allowed: NDArray[np.bool_]
    ) -> None:
        self._doubled = 2 * (weights + bonus)
        self._allowed = weights >= 0
        self._offset = -2 * len(weights) * bonus
        #: Four times the bound on every partition, from the best single price system.
        self.overall4 = 2 * sum(price) + self._offset
        found = [np.zeros((0, 3), dtype=np.int64)]
        for first in range(len(weights)):
            later = np.flatnonzero(allowed[first])
            rows, columns = np.nonzero(allowed[np.ix_(later, later)])
            seconds, thirds = later[rows], later[columns]
            found.append(np.stack((np.full(len(rows), first), seconds, thirds), axis=1))
        self._trios = np.concatenate(found)
        prices = np.array(price, dtype=np.int64)
        no_tolls = np.zeros_like(weights)
        self._bounds4 = self._per_trio(self.overall4, prices, no_tolls)

    @property
    def highest(self) -> int:
        """The largest bound of a trio that is left, as a value; -1 if none is left."""
        return whole_value(int(self._bounds4.max())) if len(self._bounds4) else -1

    def pop(self) -> Trio:
        """Take out the trio with the largest bound."""
        index = int(self._bounds4.argmax())
        first, second, third = self._trios[index].tolist()
        self._bounds4[index] = -1
        return first, second, third

    def drop_up_to(self, total: int) -> None:
        """Forget the trios that cannot beat a total."""
        grain4 = 4 * _GRAIN
        kept = self._bounds4 // grain4 * _GRAIN > total
        self._trios, self._bounds4 = self._trios[kept], self._bounds4[kept]

    def tighten(self, forest: BlossomForest, absent: tuple[int, ...]) -> None:
        """Use the prices of an exact matching of all people but `absent`."""
        price = np.array(forest.price, dtype=np.int64)
        price[list(absent)] = 0
        known = np.ones(len(price), dtype=bool)
        known[list(absent)] = False
        for vertex in absent:
            # The least price that pays for every pair of this person.
            partners = known & self._allowed[vertex]
            need = self._doubled[vertex, partners] - price[partners]
            price[vertex] = need.max(initial=0)
            known[vertex] = True
        tolls = np.zeros_like(self._doubled)
        for vertices, matrix in blossom_tolls(forest):
            tolls[np.ix_(vertices, vertices)] = matrix
        base = 2 * int(price.sum()) + self._offset
        base += sum(forest.toll[b] * (len(forest.vertices(b)) - 1) for b in forest.blossoms())
        # A trio inside all sets of the highest toll gains that toll at most.
        self.overall4 = min(self.overall4, base + int(tolls.max(initial=0)))
        self._bounds4 = np.minimum(self._bounds4, self._per_trio(base, price, tolls))

    def _per_trio(self, base: int, price: IntArray, tolls: IntArray) -> IntArray:
        """Bound each trio that is left by one price system."""
        first, second, third = self._trios.T
        sides = ((first, second), (first, third), (second, third))
        bounds: IntArray = base - 2 * price[self._trios].sum(axis=1)
        common = np.full(len(bounds), np.iinfo(np.int64).max)
        for side in sides:
            bounds += self._doubled[side] - 2 * tolls[side]
            common = np.minimum(common, tolls[side])
        if len(bounds):
            bounds += 4 * common
        return bounds


def whole_value(bound4: int) -> int:
    """Round four times a bound down to a value that a partition can have."""
    return bound4 // (4 * _GRAIN) * _GRAIN
