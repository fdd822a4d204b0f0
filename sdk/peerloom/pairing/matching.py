"""Maximum-weight matching in a general graph, with a certificate that anybody can check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.profiles import ProfileWeights
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.tables import NEVER, ProfileTable
from peerloom.pairing.weights import pair_bonus, read_edges, read_table, whole_number

if TYPE_CHECKING:
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import Edges, IntArray, Weights


_BLOCK = 256
# Prices of a proof stay below this, and what is left over is cut there: so 64 bits hold all sums.
_LARGEST = 1 << 60
_PLENTY = 1 << 62


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs, their total weight, and the dual prices that prove them best.

    Attributes
    ----------
    size : int
        Number of vertices ``n``.
    pairs : tuple of (int, int)
        The pairs ``(i, j)`` with ``i < j``, sorted.
    total : int
        Sum of the weights of the pairs.
    upper_bound : int
        No matching with as many pairs has a larger total. Equal to `total` when proven.
    pair_bonus : int
        What each pair is worth beyond its weight in the dual problem: so much that one pair more
        outweighs any loss of weight.
    vertex_duals : tuple of int
        Price of each vertex, in half units of weight, never negative.
    blossoms : tuple of (tuple of int, int)
        Odd sets of vertices, each with its price in half units, positive.

    Notes
    -----
    With ``y`` the vertex prices, ``z`` the set prices and ``M`` the bonus, every allowed pair has
    ``2 * (weight + M) <= y[i] + y[j] + (sum of z over the sets that hold i and j)``. So no
    matching is worth more than half of ``sum(y) + sum(z * (len(set) // 2))``.
    """

    size: int
    pairs: tuple[tuple[int, int], ...]
    total: int
    upper_bound: int
    pair_bonus: int
    vertex_duals: tuple[int, ...]
    blossoms: tuple[tuple[tuple[int, ...], int], ...]

    def verify(self, weights: Weights | ProfileWeights, *, n: int | None = None) -> bool:
        """Check the whole certificate against the weights, without trust in the solver.

        Parameters
        ----------
        weights, n
            What `match` was given: a matrix, or edges with their number of vertices.

        Returns
        -------
        bool
            True if the pairs are a matching of allowed pairs with this total, the prices are
            feasible for *every* allowed pair, and both sides of the duality are equal. Then no
            matching has more pairs, and none with as many has a larger total.

        Notes
        -----
        One vectorised pass, O(n^2) for a matrix and O(m) for edges, plus the blossoms.

        Examples
        --------
        >>> weights = [[0, 5, 1], [5, 0, 2], [1, 2, 0]]
        >>> match(weights).verify(weights)
        True
        """
        problem = _read(weights, n)
        if problem.size != self.size or not problem.bonus <= self.pair_bonus < _LARGEST:
            return False
        if not (self._has_fair_prices() and self._has_allowed_pairs(problem)):
            return False
        dual = sum(self.vertex_duals) + sum(
            toll * (len(members) // 2) for members, toll in self.blossoms
        )
        primal = 2 * (self.total + self.pair_bonus * len(self.pairs))
        return dual == primal and self.upper_bound == self.total and self._is_feasible(problem)

    def _has_fair_prices(self) -> bool:
        """Tell whether prices are complete, not negative, and sets odd and within range."""
        prices = [*self.vertex_duals, *(toll for _, toll in self.blossoms)]
        # Larger ones could make a sum run over, and no solver needs them.
        if not all(type(price) is int and 0 <= price < _LARGEST for price in prices):
            return False
        return len(self.vertex_duals) == self.size and all(
            len(members) % 2 == 1
            and len(set(members)) == len(members)
            and min(members) >= 0
            and max(members) < self.size
            for members, _ in self.blossoms
        )

    def _has_allowed_pairs(self, given: _Given) -> bool:
        """Tell whether the pairs share nobody, are allowed, and add up."""
        used = [vertex for pair in self.pairs for vertex in pair]
        if any(len(pair) != 2 for pair in self.pairs):
            return False
        if len(set(used)) != len(used) or not all(0 <= v < self.size for v in used):
            return False
        values = given.values(self.pairs)
        return int(values.min(initial=0)) >= 0 and int(values.sum()) == self.total

    def _is_feasible(self, given: _Given) -> bool:
        """Tell whether the prices pay for every allowed pair."""
        price = np.array(self.vertex_duals, dtype=np.int64)
        if given.table is None:
            return given.edges is None or self._pays_for(price, *given.edges)
        everybody = np.arange(self.size)
        for start in range(0, self.size, _BLOCK):
            stop = min(start + _BLOCK, self.size)
            block = given.table.block(start, stop).astype(np.int64)
            slack = price[start:stop, None] + price - 2 * (block + self.pair_bonus)
            for members, toll in self.blossoms:
                inside = np.isin(everybody, members)
                square = np.ix_(inside[start:stop], inside)
                slack[square] = np.minimum(slack[square] + toll, _PLENTY)
            if (slack[block >= 0] < 0).any():
                return False
        tails, heads, values = given.table.special
        allowed = values > NEVER
        return self._pays_for(price, tails[allowed], heads[allowed], values[allowed])

    def _pays_for(
        self, price: IntArray, tails: IntArray, heads: IntArray, values: IntArray
    ) -> bool:
        """Tell whether the prices pay for some pairs."""
        slack = price[tails] + price[heads] - 2 * (values + self.pair_bonus)
        for members, toll in self.blossoms:
            inside = np.isin(np.arange(self.size), members)
            both = inside[tails] & inside[heads]
            slack[both] = np.minimum(slack[both] + toll, _PLENTY)
        return bool((slack >= 0).all())


def match(weights: Weights | ProfileWeights, *, n: int | None = None) -> Matching:
    """Find as many pairs as possible and, among those, the largest total weight.

    Exact on every general graph: dense or sparse, of even or odd size, in one piece or many.

    Parameters
    ----------
    weights
        Symmetric matrix of whole numbers, shape ``(n, n)``; negative = the pair is forbidden, the
        diagonal is ignored. Or, with `n`, edges ``(i, j, weight)``. Or `ProfileWeights`, for so
        many people that a matrix would not fit.
    n
        Number of vertices. Give it with edges, and only then.

    Returns
    -------
    Matching
        The pairs with a certificate: see `Matching.verify`.

    Raises
    ------
    ValueError
        Weights are not whole numbers, not symmetric, too large, or an edge is impossible.

    Notes
    -----
    About ten candidates for each vertex go to an exact primal-dual blossom solver. Its dual prices
    are then compared with *all* pairs in one vectorised pass; the few that they do not pay for are
    added, until none is left. Worst case O(n^3 log n), in practice near O(n^2). The answer depends
    on the weights only.

    References
    ----------
    J. Edmonds, "Maximum matching and a polyhedron with 0,1-vertices", Journal of Research of the
    National Bureau of Standards 69B (1965), 125-130.
    W. Cook and A. Rohe, "Computing minimum-weight perfect matchings", INFORMS Journal on Computing
    11 (1999), 138-148, for the pricing of all pairs.

    Examples
    --------
    >>> matching = match([(0, 1, 6), (1, 2, 9), (2, 3, 6)], n=4)
    >>> matching.pairs, matching.total, matching.upper_bound
    (((0, 1), (2, 3)), 12, 12)
    """
    given = _read(weights, n)
    problem = PairProblem(given.table, given.bonus, given.edges, size=given.size)
    forest = problem.solve_exactly(problem.solve_half_integral())
    pairs = tuple((i, j) for i, j in enumerate(forest.mates().tolist()) if i < j)
    prices = forest.prices().tolist()
    blossoms = [
        (tuple(sorted(blossom.vertices)), blossom.toll) for blossom in forest.blossoms(least=1)
    ]
    upper_bound = forest.dual() // 2 - given.bonus * len(pairs)
    return Matching(
        size=given.size,
        pairs=pairs,
        total=int(given.values(pairs).sum()),
        upper_bound=upper_bound,
        pair_bonus=given.bonus,
        vertex_duals=tuple(prices),
        blossoms=tuple(sorted(blossoms)),
    )


@dataclass(frozen=True, slots=True)
class _Given:
    """Checked weights: a table of all pairs, or edges."""

    size: int
    table: Table | None
    edges: Edges | None

    @property
    def bonus(self) -> int:
        if self.table is not None:
            return pair_bonus(self.table.highest, self.size)
        highest = 0 if self.edges is None else int(self.edges[2].max(initial=0))
        return pair_bonus(highest, self.size)

    def values(self, pairs: tuple[tuple[int, int], ...]) -> IntArray:
        """Look up the weight of each pair, `NEVER` where it is not allowed."""
        ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        tails, heads = ends.min(axis=1), ends.max(axis=1)
        if self.table is not None:
            return self.table.values(tails, heads)
        found = np.full(len(tails), NEVER)
        if self.edges is None or not len(self.edges[0]):
            return found
        codes = self.edges[0] * self.size + self.edges[1]
        wanted = tails * self.size + heads
        place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        known = codes[place] == wanted
        found[known] = self.edges[2][place[known]]
        return found


def _read(weights: Weights | ProfileWeights, n: int | None) -> _Given:
    """Check the weights in every form."""
    if isinstance(weights, ProfileWeights):
        return _Given(weights.size, ProfileTable(weights), None)
    if n is not None:
        size = whole_number(n)
        return _Given(size, None, read_edges(weights, size))
    table = read_table(weights)
    return _Given(table.size, table, None)
