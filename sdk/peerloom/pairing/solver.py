"""Candidates, exact sparse solver, pricing of all pairs, and again until nothing is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing import engine
from peerloom.pairing.tables import NEVER
from peerloom.pairing.tolls import Tolls

if TYPE_CHECKING:
    from collections.abc import Callable

    from peerloom.pairing.engine import Forest, Half
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import Edges, IntArray

    #: Takes the prices' bound, in double units with bonus, and who is free; True ends the search.
    Watch = Callable[[int, IntArray], bool]

# Up to this size all pairs go to the solver at once: cheaper than pricing rounds.
_ALL_PAIRS = 60
_CANDIDATES = 10
_PER_PERSON = 8


class PairProblem:
    """Weights on pairs, and the sparse graph that grows while it is solved.

    Parameters
    ----------
    table
        All pairs; None where `edges` are all there are.
    bonus
        What each pair is worth beyond its weight.
    edges
        The edges to begin with; None for all pairs of a small table and for candidates of a large
        one.
    size
        Number of vertices, where there is no table.
    watch
        Told about the proof after each pricing pass.
    """

    def __init__(
        self,
        table: Table | None,
        bonus: int,
        edges: Edges | None = None,
        *,
        size: int = 0,
        watch: Watch | None = None,
    ) -> None:
        self._engine = engine.current()
        self._table = table
        self._watch = watch
        self.size = size if table is None else table.size
        self.bonus = bonus
        self.graph = self._engine.graph(self.size)
        #: So much the prices lack at most, in double units, until all pairs are paid for.
        self.excess = 0
        self.is_stopped = False
        self._last: IntArray | None = None
        self._doubtful = np.zeros(self.size, dtype=np.bool_)
        if edges is None:
            edges = self._first_edges()
        else:
            self._table = None
        tails, heads, weights = edges
        self._known = [tails * self.size + heads]
        self.graph.add(tails, heads, 2 * (weights + bonus))

    def _first_edges(self) -> Edges:
        table = self._table
        if table is None:
            raise ValueError("edges are needed where there is no table")
        if self.size <= _ALL_PAIRS:
            tails, heads = np.triu_indices(self.size, 1)
            self._table = None
        else:
            codes = self._engine.best_partners(table, _CANDIDATES)
            tails, heads = codes // self.size, codes % self.size
        weights = table.values(tails, heads)
        allowed = weights > NEVER
        return tails[allowed], heads[allowed], weights[allowed]

    def edges(self) -> tuple[IntArray, IntArray]:
        """Give the pairs that are in the graph by now, the smaller person first, sorted."""
        codes = np.unique(np.concatenate(self._known))
        return codes // self.size, codes % self.size

    def solve_half_integral(self) -> Half:
        """Solve the relaxation without odd sets, over all pairs."""
        half = self.graph.half()
        half.solve()
        while (added := self._missing(half.prices(), None)) is not None:
            half.raise_prices(added)
            half.solve()
        return half

    def solve_exactly(self, half: Half) -> Forest:
        """Solve over all pairs, from the relaxation's optimum (which is used up)."""
        half.open_rings()
        forest = self.forest(half)
        self.complete(forest)
        return forest

    def forest(self, half: Half) -> Forest:
        """Start the exact matching where the relaxation ended, with its rings opened."""
        return self.graph.forest(half.prices(), half.mates())

    def complete(self, forest: Forest) -> None:
        """Solve over all pairs, from any start."""
        forest.solve()
        while (added := self._missing(forest.prices(), forest)) is not None:
            forest.raise_prices(added)
            forest.solve()

    def _missing(self, prices: IntArray, forest: Forest | None) -> Edges | None:
        """Find pairs that are not paid for and put them into the graph; None when done."""
        table = self._table
        if table is None:
            return None
        found = self._engine.violations(
            table, forest, prices - self.bonus, _PER_PERSON, self._changed(prices)
        )
        self._remember(prices, forest, found.crowded)
        tails, heads = found.codes // self.size, found.codes % self.size
        weights = table.values(tails, heads)
        special = self._special(table, prices, forest)
        self.excess = found.excess + special[3]
        mates = np.full(self.size, -1) if forest is None else forest.mates()
        self.is_stopped = self.is_stopped or self._ask(prices, forest, mates)
        edges = (
            np.concatenate((tails, special[0])),
            np.concatenate((heads, special[1])),
            2 * (np.concatenate((weights, special[2])) + self.bonus),
        )
        # Whoever asks to stop still wants everybody to have a partner.
        may_stop = forest is None or mates.min(initial=0) >= 0
        if not len(edges[0]):
            return None
        if self.is_stopped and may_stop:
            # What is not added is not paid for: the last word is a pass over all pairs.
            self._last = None
            return None
        self._known.append(edges[0] * self.size + edges[1])
        self.graph.add(*edges)
        return edges

    def _changed(self, prices: IntArray) -> IntArray | None:
        """List whose pairs may have become too dear since the last pass; None: look at all pairs.

        Together with its tolls a pair that was paid for stays so while neither price falls, and no
        toll that it counted on. Tolls move between blossoms, so whoever had one is looked at.
        """
        if self._last is None:
            return None
        chosen = np.flatnonzero((prices < self._last) | self._doubtful)
        # A row of one person has twice the pairs that it has in a pass over all.
        return chosen if 2 * len(chosen) < self.size else None

    def _remember(self, prices: IntArray, forest: Forest | None, crowded: IntArray) -> None:
        """Keep what the next pass may rely on."""
        self._last = prices
        self._doubtful = np.zeros(self.size, dtype=np.bool_)
        self._doubtful[crowded] = True
        if forest is not None:
            self._doubtful[forest.in_blossoms()] = True

    def _special(
        self, table: Table, prices: IntArray, forest: Forest | None
    ) -> tuple[IntArray, IntArray, IntArray, int]:
        """Find the special pairs that are not paid for, and what they lack together."""
        tails, heads, weights = table.special
        lack = 2 * (weights + self.bonus) - prices[tails] - prices[heads]
        chosen = np.flatnonzero((lack > 0) & (weights > NEVER))
        tails, heads, weights, lack = tails[chosen], heads[chosen], weights[chosen], lack[chosen]
        if forest is not None and len(chosen):
            lack = lack - Tolls(forest.blossoms()).between(tails, heads)
            left = lack > 0
            tails, heads, weights, lack = tails[left], heads[left], weights[left], lack[left]
        return tails, heads, weights, int(lack.sum())

    def _ask(self, prices: IntArray, forest: Forest | None, mates: IntArray) -> bool:
        """Tell the watcher what is proven, and ask whether to stop."""
        if self._watch is None:
            return False
        dual = sum(prices.tolist()) if forest is None else forest.dual()
        return self._watch(dual + self.excess, mates)
