"""Everybody in pairs and one trio: what an odd number of people needs.

A trio is worth half the sum of its three scores, so that each person still counts once. Then it is
a triangle of half edges, and the half-integral optimum bounds every partition with a trio. Trios
are tried in the order of their own bounds, each time with the best pairs for everybody else; the
search ends with a proof when no other trio can win any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.solver import PairProblem
from peerloom.pairing.tables import NEVER
from peerloom.pairing.trio_bounds import TrioBounds, whole_value
from peerloom.pairing.weights import pair_bonus

if TYPE_CHECKING:
    from peerloom.pairing.engine import Forest
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray

# Up to this size all trios are listed, beyond it only those inside the candidate graph.
_ALL_TRIOS = 101
# Up to this size the search never gives up before the proof.
_ALWAYS_PROVE = 25
_TRIES = 200
_TRIES_LARGE = 24
# How many people are left out in turn, and how many tries may improve the bounds of the others.
_LEFT_OUT = 6
_TIGHTENING = 30


class TrioPartition(NamedTuple):
    """Pairs and one trio, their value, and what no such partition exceeds."""

    groups: list[tuple[int, ...]]
    total: int
    upper_bound: int


def pairs_and_trio(table: Table) -> TrioPartition | None:
    """Find the best partition into pairs and one trio.

    Parameters
    ----------
    table
        The weights of all pairs of an odd number of people, at least 3: whole dozens.

    Returns
    -------
    TrioPartition or None
        None if no partition without forbidden pairs was found; up to 25 people there is none then.
    """
    return _TrioSearch(table).run()


class _TrioSearch:
    """The best partition so far, and the relaxation that every try starts from."""

    def __init__(self, table: Table) -> None:
        size = table.size
        self.table = table
        self.size = size
        self.bonus = pair_bonus(table.highest, size, table.lowest)
        self.is_complete = size <= _ALL_TRIOS
        if self.is_complete:
            tails, heads = np.triu_indices(size, 1)
            weights = table.values(tails, heads)
            kept = weights > NEVER
            edges = (tails[kept], heads[kept], weights[kept])
            self.problem = PairProblem(table, self.bonus, edges)
        else:
            self.problem = PairProblem(table, self.bonus)
        half = self.problem.solve_half_integral()
        self.bounds = TrioBounds(table, self.bonus, half.prices(), *self.problem.edges())
        in_rings = np.flatnonzero(half.in_rings()).tolist() or [0]
        self.left_out = in_rings[:: max(1, len(in_rings) // _LEFT_OUT)][:_LEFT_OUT]
        half.open_rings()
        self.start = self.problem.forest(half)
        self.groups: list[tuple[int, ...]] = []
        self.total = 0

    def run(self) -> TrioPartition | None:
        """Try trios, best bound first, until proven or tired."""
        bounds = self.bounds
        for vertex in self.left_out:
            self._leave_out(vertex)
            if self._is_best():
                break
        if self.size <= _ALWAYS_PROVE:
            tries = self.size**3
        else:
            tries = _TRIES if self.is_complete else _TRIES_LARGE
        for attempt in range(tries):
            if self._is_best():
                break
            trio = bounds.pop()
            forest = self._match_without(trio)
            self._keep_with(trio, forest)
            if attempt < _TIGHTENING and self.is_complete:
                bounds.tighten(forest, trio)
                self._drop()
        if self.size > _ALWAYS_PROVE:
            for vertex in range(self.size):
                if self.groups:
                    break
                self._leave_out(vertex)
        if not self.groups:
            return None
        upper_bound = whole_value(bounds.overall4)
        if self.is_complete and bounds.highest is not None:
            upper_bound = min(upper_bound, bounds.highest)
        elif self.is_complete:
            upper_bound = self.total
        return TrioPartition(self.groups, self.total, max(upper_bound, self.total))

    def _is_best(self) -> bool:
        """Tell whether no trio that is left can win any more."""
        highest = self.bounds.highest
        return highest is None or (bool(self.groups) and highest <= self.total)

    def _drop(self) -> None:
        """Forget the trios that cannot win any more."""
        if self.groups:
            self.bounds.drop_up_to(self.total)

    def _match_without(self, absent: tuple[int, ...]) -> Forest:
        """Match all but a few people, exactly within the candidate graph."""
        forest = self.start.copy()
        # No edge to such a price ever becomes tight, so the solver never meets these people.
        unpayable = 2 * (self.table.highest + self.bonus) + 1
        for vertex in absent:
            forest.set_aside(vertex, unpayable)
        if len(absent) == 1:
            self.problem.complete(forest)
        else:
            forest.solve()
        return forest

    def _leave_out(self, vertex: int) -> None:
        """Match all others over all pairs, then put the one person with the pair that fits best."""
        forest = self._match_without((vertex,))
        self.bounds.tighten(forest, (vertex,))
        if vertex == self.left_out[0]:
            # Later tries differ in a few people only, so they begin here.
            self.start = forest.copy()
            self.start.take_back(vertex)
        pairs = _pairs(forest)
        if not len(pairs):
            return
        row = self.table.row(vertex)
        ones, others = pairs.T
        gain = row[ones] + row[others] - self.table.values(ones, others)
        gain[(row[ones] == NEVER) | (row[others] == NEVER)] = NEVER
        place = int(gain.argmax())
        if gain[place] > NEVER:
            trio = vertex, int(ones[place]), int(others[place])
            self._keep_with(trio, forest)
            self._drop()

    def _keep_with(self, trio: tuple[int, int, int], forest: Forest) -> None:
        """Keep a trio and the pairs of a matching if everybody is in and it is the best so far."""
        mates = forest.mates()
        if mates.min() < 0:
            return
        pairs = _pairs(forest)
        pairs = pairs[~np.isin(pairs, trio).any(axis=1)]
        if 2 * len(pairs) + 3 != self.size:
            return
        sides = np.array([(trio[0], trio[1]), (trio[0], trio[2]), (trio[1], trio[2])])
        total = int(self.table.values(*pairs.T).sum())
        total += int(self.table.values(sides.min(axis=1), sides.max(axis=1)).sum()) // 2
        if not self.groups or total > self.total:
            self.groups = [trio, *(tuple(pair) for pair in pairs.tolist())]
            self.total = total


def _pairs(forest: Forest) -> IntArray:
    """List the matched pairs, shape ``(pairs, 2)``."""
    mates = forest.mates()
    tails = np.flatnonzero(mates > np.arange(len(mates)))
    return np.stack((tails, mates[tails]), axis=1)
