"""Candidates, exact sparse solver, pricing of all pairs, and again until nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.blossom import BlossomForest
from peerloom.pairing.candidates import best_partners
from peerloom.pairing.fractional import HalfIntegralMatching
from peerloom.pairing.graph import SparseGraph
from peerloom.pairing.pricing import PairPricer, blossom_tolls
from peerloom.pairing.search import solve

if TYPE_CHECKING:
    from peerloom.pairing.weights import Edges, IntArray

# Up to this size all pairs go to the solver at once: cheaper than pricing rounds.
_ALL_PAIRS = 60
_CANDIDATES = 10


class PairProblem:
    """Weights on pairs, and the sparse graph that grows while it is solved.

    Parameters
    ----------
    size
        Number of vertices.
    edges
        The edges to begin with.
    bonus
        What each pair is worth beyond its weight.
    pricer
        Prices all other pairs; None where `edges` are all there are.
    """

    def __init__(self, size: int, edges: Edges, bonus: int, pricer: PairPricer | None) -> None:
        tails, heads, values = edges
        self.size = size
        self.bonus = bonus
        self.graph = SparseGraph(size)
        self.graph.add(tails, heads, 2 * (values + bonus))
        self._pricer = pricer

    @classmethod
    def of_matrix(cls, weights: IntArray, bonus: int) -> PairProblem:
        """Begin with all pairs of a small matrix, or with candidates of a large one."""
        size = len(weights)
        if size <= _ALL_PAIRS:
            tails, heads = np.nonzero(np.triu(weights >= 0))
            return cls(size, (tails, heads, weights[tails, heads]), bonus, None)
        edges = best_partners(weights, _CANDIDATES)
        return cls(size, edges, bonus, PairPricer(weights, bonus))

    def solve_half_integral(self) -> HalfIntegralMatching:
        """Solve the relaxation without odd sets, over all pairs."""
        half = HalfIntegralMatching(self.graph)
        half.solve()
        while self._pricer is not None:
            added = self._add(self._pricer.violations(half.price))
            if not added:
                break
            half.raise_prices(added)
            half.solve()
        return half

    def solve_exactly(self, half: HalfIntegralMatching) -> BlossomForest:
        """Solve over all pairs, from the relaxation's optimum (which is used up)."""
        half.open_rings()
        forest = BlossomForest(self.graph, half.price, half.mate)
        self.complete(forest)
        return forest

    def complete(self, forest: BlossomForest) -> None:
        """Solve over all pairs, from any start."""
        solve(forest)
        while self._pricer is not None:
            added = self._add(self._pricer.violations(forest.price, blossom_tolls(forest)))
            if not added:
                return
            forest.raise_prices(added)
            solve(forest)

    def _add(self, edges: Edges) -> list[tuple[int, int, int]]:
        """Put new edges into the graph and list them."""
        self.graph.add(*edges)
        tails, heads, doubled = edges
        return list(zip(tails.tolist(), heads.tolist(), doubled.tolist(), strict=True))
