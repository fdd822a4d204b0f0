"""Everybody in pairs and one trio: what an odd number of people needs.

A trio is worth half the sum of its three scores, so that each person still counts once. Then it is
a triangle of half edges, and the half-integral optimum bounds every partition with a trio. Trios
are tried in the order of their own bounds, each time with the best pairs for everybody else; the
search ends with a proof when no other trio can win any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.blossom import BlossomForest
from peerloom.pairing.search import solve
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.trio_bounds import TrioBounds, whole_value
from peerloom.pairing.weights import pair_bonus

if TYPE_CHECKING:
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


def pairs_and_trio(weights: IntArray) -> TrioPartition | None:
    """Find the best partition into pairs and one trio.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, n odd and at least 3, whole dozens; negative = forbidden.

    Returns
    -------
    TrioPartition or None
        None if no partition without forbidden pairs was found; up to 25 people there is none then.
    """
    return _TrioSearch(weights).run()


class _TrioSearch:
    """The best partition so far, and the relaxation that every try starts from."""

    def __init__(self, weights: IntArray) -> None:
        size = len(weights)
        self.weights = weights
        self.size = size
        self.bonus = pair_bonus(int(weights.max(initial=0)), size)
        self.is_complete = size <= _ALL_TRIOS
        allowed = np.triu(weights >= 0)
        if self.is_complete:
            tails, heads = np.nonzero(allowed)
            edges = (tails, heads, weights[tails, heads])
            self.problem = PairProblem(size, edges, self.bonus, None)
        else:
            self.problem = PairProblem.of_matrix(weights, self.bonus)
        half = self.problem.solve_half_integral()
        if not self.is_complete:
            allowed = np.zeros_like(allowed)
            for vertex, neighbours in enumerate(self.problem.graph.neighbours):
                allowed[vertex, [other for other, _ in neighbours if other > vertex]] = True
        self.bounds = TrioBounds(weights, self.bonus, half.price, allowed)
        in_rings = [vertex for vertex in range(size) if half.ring[vertex] is not None] or [0]
        self.left_out = in_rings[:: max(1, len(in_rings) // _LEFT_OUT)][:_LEFT_OUT]
        half.open_rings()
        self.start = BlossomForest(self.problem.graph, half.price, half.mate)
        self.groups: list[tuple[int, ...]] = []
        self.total = -1

    def run(self) -> TrioPartition | None:
        """Try trios, best bound first, until proven or tired."""
        bounds = self.bounds
        for vertex in self.left_out:
            self._leave_out(vertex)
            if bounds.highest <= self.total:
                break
        if self.size <= _ALWAYS_PROVE:
            tries = self.size**3
        else:
            tries = _TRIES if self.is_complete else _TRIES_LARGE
        for attempt in range(tries):
            if bounds.highest <= self.total:
                break
            trio = bounds.pop()
            forest = self._match_without(trio)
            self._keep_with(trio, forest)
            if attempt < _TIGHTENING and self.is_complete:
                bounds.tighten(forest, trio)
                bounds.drop_up_to(self.total)
        if self.total < 0 and self.size > _ALWAYS_PROVE:
            for vertex in range(self.size):
                self._leave_out(vertex)
                if self.total >= 0:
                    break
        if self.total < 0:
            return None
        upper_bound = whole_value(bounds.overall4)
        if self.is_complete:
            upper_bound = min(upper_bound, bounds.highest)
        return TrioPartition(self.groups, self.total, max(upper_bound, self.total))

    def _match_without(self, absent: tuple[int, ...]) -> BlossomForest:
        """Match all but a few people, exactly within the candidate graph."""
        forest = self.start.copy()
        # No edge to such a price ever becomes tight, so the solver never meets these people.
        unpayable = 2 * (int(self.weights.max()) + self.bonus) + 1
        for vertex in absent:
            forest.set_aside(vertex, unpayable)
        if len(absent) == 1:
            self.problem.complete(forest)
        else:
            solve(forest)
        return forest

    def _leave_out(self, vertex: int) -> None:
        """Match all others over all pairs, then put the one person with the pair that fits best."""
        forest = self._match_without((vertex,))
        self.bounds.tighten(forest, (vertex,))
        if vertex == self.left_out[0]:
            # Later tries differ in a few people only, so they begin here.
            self.start = forest.copy()
            self.start.take_back(vertex)
        best: tuple[int, tuple[int, int, int]] | None = None
        row = self.weights[vertex].tolist()
        for one, other in _pairs(forest):
            if row[one] >= 0 and row[other] >= 0:
                gain = row[one] + row[other] - int(self.weights[one, other])
                if best is None or gain > best[0]:
                    best = (gain, (vertex, one, other))
        if best is not None:
            trio = best[1]
            for person in trio[1:]:
                forest.mate[person] = person
            self._keep_with(trio, forest)
            self.bounds.drop_up_to(self.total)

    def _keep_with(self, trio: tuple[int, int, int], forest: BlossomForest) -> None:
        """Keep a trio and the pairs of a matching if everybody is in and it is the best so far."""
        if min(forest.mate) < 0:
            return
        groups: list[tuple[int, ...]] = [trio, *_pairs(forest)]
        total = 0
        for group in groups:
            block = self.weights[np.ix_(group, group)]
            total += int(np.triu(block, 1).sum()) // (len(group) - 1)
        if total > self.total:
            self.groups, self.total = groups, total


def _pairs(forest: BlossomForest) -> list[tuple[int, int]]:
    """List the matched pairs."""
    return [(i, j) for i, j in enumerate(forest.mate) if i < j]
