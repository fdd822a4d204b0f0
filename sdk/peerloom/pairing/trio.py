"""Everybody in pairs and one trio: what an odd number of people needs.

A trio is worth half the sum of its three scores, so that each person still counts once. Then it is
a triangle of half edges, and the half-integral optimum bounds every partition with a trio. With its
dual prices, a trio with slacks ``s_ab``, ``s_bc``, ``s_ac`` cannot lead above that bound less a
quarter of their (doubled) sum. So trios are tried in the order of their slack, and the search ends
with a proof when the rest cannot win any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.blossom import BlossomForest
from peerloom.pairing.search import solve
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.weights import pair_bonus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from peerloom.pairing.weights import IntArray

    Trio = tuple[int, int, int]

# Up to this size all trios are listed, beyond it only those inside the candidate graph.
_ALL_TRIOS = 101
# Up to this size the search never gives up before the proof.
_ALWAYS_PROVE = 25
_TRIES = 200
_TRIES_LARGE = 24
# Scores are whole dozens, so a partition with one halved trio is worth a multiple of six.
_GRAIN = 6


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
        tails, heads = np.nonzero(np.triu(weights >= 0))
        if size <= _ALL_TRIOS:
            edges = (tails, heads, weights[tails, heads])
            self.problem = PairProblem(size, edges, self.bonus, None)
        else:
            self.problem = PairProblem.of_matrix(weights, self.bonus)
        half = self.problem.solve_half_integral()
        #: Four times the bound on every partition.
        self.bound4 = 2 * (sum(half.price) - self.bonus * size)
        half.open_rings()
        self.price = half.price
        self.mate = half.mate
        self.groups: list[tuple[int, ...]] = []
        self.total = -1

    def run(self) -> TrioPartition | None:
        """Try trios, best bound first, until proven or tired."""
        trios, slacks = self._list_trios()
        is_complete = self.size <= _ALL_TRIOS
        tries = _TRIES if is_complete else _TRIES_LARGE
        if self.size <= _ALWAYS_PROVE:
            tries = len(trios)
        bound = self._whole(self.bound4)
        for index, (trio, slack) in enumerate(zip(trios, slacks, strict=True)):
            limit = self._whole(self.bound4 - slack)
            if is_complete:
                bound = limit
            if limit <= self.total or index >= tries:
                break
            self._try(trio)
        else:
            bound = self.total if is_complete else bound
        if self.total < 0 and self.size > _ALWAYS_PROVE:
            self._attach_somewhere()
        if self.total < 0:
            return None
        return TrioPartition(self.groups, self.total, max(bound, self.total))

    def _whole(self, bound4: int) -> int:
        """Round a bound down to a value that a partition can have."""
        return bound4 // (4 * _GRAIN) * _GRAIN

    def _list_trios(self) -> tuple[list[Trio], list[int]]:
        """List allowed trios with the doubled sum of their slacks, smallest first."""
        price = np.array(self.price, dtype=np.int64)
        slack = price[:, None] + price - 2 * (self.weights + self.bonus)
        if self.size <= _ALL_TRIOS:
            allowed = np.triu(self.weights >= 0)
        else:
            allowed = np.zeros_like(slack, dtype=bool)
            for vertex, edges in enumerate(self.problem.graph.neighbours):
                allowed[vertex, [other for other, _ in edges if other > vertex]] = True
        found: list[IntArray] = []
        sums: list[IntArray] = []
        for first in range(self.size):
            later = np.flatnonzero(allowed[first])
            rows, columns = np.nonzero(allowed[np.ix_(later, later)])
            second, third = later[rows], later[columns]
            found.append(np.stack((np.full(len(second), first), second, third), axis=1))
            sums.append(slack[first, second] + slack[first, third] + slack[second, third])
        trios, slacks = np.concatenate(found), np.concatenate(sums)
        order = np.argsort(slacks, kind="stable")
        if self.size > _ALWAYS_PROVE:
            order = order[: _TRIES + 1]
        return [(a, b, c) for a, b, c in trios[order].tolist()], slacks[order].tolist()

    def _try(self, trio: Trio) -> None:
        """Match everybody else, and keep the partition if it is the best."""
        pairs = self._match_without(trio)
        if pairs is not None:
            self._keep([*pairs, trio])

    def _match_without(self, absent: Iterable[int]) -> list[tuple[int, int]] | None:
        """Match all but a few people; None if that leaves somebody alone."""
        price, mate = self.price.copy(), self.mate.copy()
        # No edge to such a price ever becomes tight, so the solver never meets these people.
        unpayable = 2 * (int(self.weights.max()) + self.bonus) + 1
        absent = list(absent)
        for vertex in absent:
            price[vertex] = unpayable
            if mate[vertex] >= 0:
                mate[mate[vertex]] = -1
            mate[vertex] = vertex
        forest = BlossomForest(self.problem.graph, price, mate)
        solve(forest)
        if min(forest.mate) < 0:
            return None
        return [(i, j) for i, j in enumerate(forest.mate) if i < j]

    def _attach_somewhere(self) -> None:
        """Leave each person out in turn, and put that person with a pair that may take them."""
        allowed = self.weights >= 0
        for vertex in range(self.size):
            pairs = self._match_without([vertex])
            for pair in pairs or ():
                if allowed[vertex, pair[0]] and allowed[vertex, pair[1]]:
                    trio = tuple(sorted((vertex, *pair)))
                    self._keep([trio, *(other for other in pairs or () if other != pair)])
            if self.total >= 0:
                return

    def _keep(self, groups: list[tuple[int, ...]]) -> None:
        """Keep a partition if it is the best so far."""
        total = 0
        for group in groups:
            block = self.weights[np.ix_(group, group)]
            total += int(np.triu(block, 1).sum()) // (len(group) - 1)
        if total > self.total:
            self.groups, self.total = groups, total
