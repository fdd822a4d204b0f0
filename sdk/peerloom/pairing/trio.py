"""Everybody in pairs and one trio: what an odd number of people needs.

A trio is worth half the sum of its three scores, so that each person still counts once. Then it is
a triangle of half edges, and the half-integral optimum bounds every partition with a trio. Trios
are tried in the order of their own bounds, each time with the best pairs for everybody else; the
search ends with a proof when no other trio can win any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.errors import NoPartitionError
from peerloom.pairing.pairs import Grouping
from peerloom.pairing.progress import Progress
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.tables import NEVER
from peerloom.pairing.trio_bounds import TrioBounds
from peerloom.pairing.weights import pair_bonus

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.engine import Forest
    from peerloom.pairing.progress import OnProgress
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
# Beyond that, people are left out while the bound is further away than one part in so many, and
# while so many people were matched anew for it.
_CLOSE = 2000
_WORK = 300_000
_NOBODY = -(1 << 62)


def pairs_and_trio(
    table: Table,
    seats: IntArray,
    may_sit: NDArray[np.bool_],
    progress: OnProgress | None = None,
) -> Grouping:
    """Find the best partition into pairs and one trio.

    Parameters
    ----------
    table
        The weights of all pairs of an odd number of people, at least 3: whole dozens.
    seats : array of int, shape (n,)
        Among equally good trios the one with the smallest sum is taken.
    may_sit : array of bool, shape (n,)
        Who may sit in the trio.
    progress
        Told what is proven from time to time; may stop the run.

    Raises
    ------
    NoPartitionError
        No partition without forbidden pairs was found; up to 25 people there is none then.
    """
    return _TrioSearch(table, seats, may_sit, progress).run()


class _TrioSearch:
    """The best partition so far, and the relaxation that every try starts from."""

    def __init__(
        self,
        table: Table,
        seats: IntArray,
        may_sit: NDArray[np.bool_],
        progress: OnProgress | None,
    ) -> None:
        size = table.size
        self.table = table
        self.seats = seats
        self.may_sit = may_sit
        self.progress = progress
        self.is_stopped = False
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
        tails, heads = self.problem.edges()
        seated = may_sit[tails] & may_sit[heads]
        self.bounds = TrioBounds(
            table, self.bonus, half.prices(), tails[seated], heads[seated], seats
        )
        candidates = np.flatnonzero(half.in_rings() & may_sit)
        if not len(candidates):
            candidates = np.flatnonzero(may_sit)[:1]
        apart = max(1, len(candidates) // _LEFT_OUT)
        self.left_out = candidates[::apart][:_LEFT_OUT].tolist()
        half.open_rings()
        self.start = self.problem.forest(half)
        self.groups: list[tuple[int, ...]] = []
        self.total = 0
        self.seat_sum = 0

    def run(self) -> Grouping:
        """Try trios, best bound first, until proven or tired."""
        bounds = self.bounds
        for vertex in self.left_out:
            self._leave_out(vertex)
            if self._is_done():
                break
        if not self.groups:
            alone = self._alone()
            if len(alone) > 1:
                # With a trio one of the three could be left out: then one person would be alone.
                raise NoPartitionError(alone)
        if self.size <= _ALWAYS_PROVE:
            tries = self.size**3
        else:
            tries = _TRIES if self.is_complete else _TRIES_LARGE
        for attempt in range(tries):
            if self._is_done():
                break
            trio = bounds.pop()
            forest = self._match_without(trio)
            self._keep_with(trio, forest)
            if attempt < _TIGHTENING and self.is_complete:
                bounds.tighten(forest, trio)
                self._drop()
        self._close_in()
        if self.size > _ALWAYS_PROVE:
            for vertex in np.flatnonzero(self.may_sit).tolist():
                if self.groups:
                    break
                self._leave_out(vertex)
        if not self.groups:
            raise NoPartitionError(self._alone())
        return Grouping(self.groups, self.total, self._upper_bound())

    def _upper_bound(self) -> int:
        """Bound the value of all partitions."""
        bound = self.bounds.overall(self.may_sit)
        if self.is_complete:
            highest = self.bounds.highest
            bound = self.total if highest is None else min(bound, highest)
        return max(bound, self.total)

    def _close_in(self) -> None:
        """Leave out whoever may still sit in a far better trio, until nobody may."""
        left = np.where(self.may_sit, self.bounds.per_person4, _NOBODY)
        left[self.left_out] = _NOBODY
        for _ in range(0 if self.is_complete else max(_LEFT_OUT, _WORK // self.size)):
            gap = self._upper_bound() - self.total
            if not self.groups or self.is_stopped or _CLOSE * gap <= self._upper_bound():
                return
            vertex = int(left.argmax())
            if left[vertex] == _NOBODY:
                return
            self._leave_out(vertex)
            left = np.minimum(left, self.bounds.per_person4)
            left[vertex] = _NOBODY

    def _alone(self) -> list[int]:
        """List who is left when as many as possible are paired."""
        problem = PairProblem(self.table, self.bonus)
        mates = problem.solve_exactly(problem.solve_half_integral()).mates()
        return np.flatnonzero(mates < 0).tolist()

    def _is_done(self) -> bool:
        """Tell whether no trio that is left can win any more, or somebody asked to stop."""
        if not self.groups:
            return self.bounds.highest is None
        if self.progress is not None and not self.is_stopped:
            self.is_stopped = bool(self.progress(Progress(self.total, self._upper_bound())))
        return self.is_stopped or not self.bounds.has_better(self.total, self.seat_sum)

    def _drop(self) -> None:
        """Forget the trios that cannot win any more."""
        if self.groups:
            self.bounds.keep_better(self.total, self.seat_sum)

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
        row[~self.may_sit] = NEVER
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
        seat_sum = int(self.seats[list(trio)].sum())
        if not self.groups or (total, -seat_sum) > (self.total, -self.seat_sum):
            self.seat_sum = seat_sum
            self.groups = [trio, *(tuple(pair) for pair in pairs.tolist())]
            self.total = total


def _pairs(forest: Forest) -> IntArray:
    """List the matched pairs, shape ``(pairs, 2)``."""
    mates = forest.mates()
    tails = np.flatnonzero(mates > np.arange(len(mates)))
    return np.stack((tails, mates[tails]), axis=1)
