"""The best groups for everybody that open few of the groups there are: the search of `repair`.

Some people are free, because they are new or their group broke; all others are in groups that are
kept, unless one of a few is opened. For every choice of groups to open, the people of these groups
and the free ones are grouped exactly. While all choices can be looked at, the result is proven;
beyond, the most promising ones are grown by one group at a time.
"""

from __future__ import annotations

from itertools import chain, combinations
from math import comb
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from peerloom.criteria import STEP
from peerloom.grouping_tables import FORBIDDEN, LEAST, GroupingTable, Shapes
from peerloom.pairing import NoPartitionError
from peerloom.pairing.circles import LARGEST
from peerloom.problem import Problem, Solution, value
from peerloom.regrouping_by_price import Regrouping, fewest_opened, regroup_by_price

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from peerloom.pairing.weights import IntArray

# So many steps on numbers are affordable for each number of opened groups, and so many entries of
# a table at once.
_STEPS = 16_000_000
_STEPS_GROWN = 3_000_000
_ENTRIES = 1 << 22
# So many kept groups are looked at; of more, the nearest to the people who are free.
_NEAR = 1000


def regroup(
    problem: Problem,
    kept: Iterable[Sequence[int]],
    *,
    most: int | None,
    seed: int = 0,
    optimum: Solution | None = None,
) -> Regrouping:
    """Find the best groups for everybody that open at most some of the kept groups.

    Parameters
    ----------
    problem
        Everybody who may be moved. The smallest penalty comes first, then the highest score.
    kept
        Groups that stand so far, by place, disjoint.
    most
        How many of them may be opened; None for as few as it takes to place everybody.
    seed
        Chooses among choices that are equally good.
    optimum
        The best groups that open any number of groups, where they are known: the search ends when
        it has found as good ones.

    Returns
    -------
    Regrouping
        Of the best that were found, the one that opens the fewest groups.

    Raises
    ------
    NoPartitionError
        No way to place everybody was found.

    Notes
    -----
    Looking at all choices of k of m groups takes O(m^k) sets of people. With a few free people
    that is done for k up to 2 among hundreds of groups, and for all k among some ten.
    """
    stand = [tuple(sorted(group)) for group in kept]
    search = _Search(problem, stand, seed)
    found = search.run(most, optimum)
    if found is not None and search.is_finished:
        return found
    if found is None and search.is_exhausted and problem.size == 2:
        raise NoPartitionError(search.free)
    if most is None:
        most = fewest_opened(problem, stand, seed=seed)
    other = regroup_by_price(problem, stand, most=most, seed=seed)
    if other is not None and (found is None or _merit(problem, other) > _merit(problem, found)):
        found = other
    if found is None:
        raise NoPartitionError(search.free)
    return found


class _Search:
    """The kept groups in a tidy order, and what every two people near them are worth."""

    def __init__(self, problem: Problem, kept: Sequence[tuple[int, ...]], seed: int) -> None:
        # Whether the search went on to the last number of groups, and whether it saw all choices.
        self.is_finished = self.is_exhausted = False
        self._problem = problem
        self._kept = list(kept)
        Random(seed).shuffle(self._kept)  # noqa: S311  # ties, not secrets
        placed = set(chain.from_iterable(self._kept))
        count = len(problem.members)
        self.free = [place for place in range(count) if place not in placed]
        self._near = self._nearest()
        near = [self._kept[number] for number in self._near]
        self._places = np.array(sorted([*self.free, *chain.from_iterable(near)]), dtype=np.int64)
        self._worth = _worth(problem.part(self._places))
        row = {place: index for index, place in enumerate(self._places.tolist())}
        self._free_rows = np.array([row[place] for place in self.free], dtype=np.int64)
        self._rows = _rows([tuple(row[place] for place in group) for group in near])
        self._sizes = (self._rows >= 0).sum(axis=1)
        self._own = self._values(self._rows)
        self._shapes = Shapes.of(problem.size, count)
        self._trios = sum(len(group) == 3 for group in self._kept)
        self._most_trios = max(count % 2, self._trios)

    def run(self, most: int | None, optimum: Solution | None) -> Regrouping | None:
        """Open no group, one, two and so on."""
        best: int | None = None
        chosen = np.zeros(0, dtype=np.int64)
        limit = self._limit(optimum)
        is_proven = len(self._near) == len(self._kept)
        choices = np.zeros((1, 0), dtype=np.int64)
        last = len(self._near) if most is None else min(most, len(self._near))
        for count in range(last + 1):
            choices, is_complete = self._grow(choices, count)
            is_proven &= is_complete
            if not len(choices):
                break
            gains = self._gains(choices)
            order = np.argsort(-gains, kind="stable")
            choices, gains = choices[order], gains[order]
            if gains[0] > LEAST and (best is None or gains[0] > best):
                best, chosen = int(gains[0]), choices[0]
            if best is not None and limit is not None and best >= limit:
                is_proven = self.is_finished = True
                break
            if best is not None and most is None:
                self.is_finished = True
                break
        else:
            self.is_finished = True
            self.is_exhausted = is_proven
        return None if best is None else self._result(chosen, is_proven)

    def _limit(self, optimum: Solution | None) -> int | None:
        """Say what no choice exceeds, if the best groups of all are proven."""
        if (
            optimum is None
            or optimum.score < optimum.upper_bound
            or len(self._places) < len(self._problem.members)
        ):
            return None
        return int(self._values(_rows(optimum.groups)).sum() - self._own.sum())

    def _grow(self, choices: IntArray, count: int) -> tuple[IntArray, bool]:
        """List the groups to open together: all ways, or the best ways with one group more."""
        groups = len(self._rows)
        people = len(self.free) + int(np.sort(self._sizes)[groups - count :].sum())
        steps = self._shapes.steps(people)
        if not steps:
            return choices[:0], False
        if not count:
            return choices, True
        ways = comb(groups, count)
        if ways * steps <= _STEPS:
            numbers = chain.from_iterable(combinations(range(groups), count))
            return np.fromiter(numbers, np.int64, ways * count).reshape(ways, count), True
        choices = choices[: max(1, _STEPS_GROWN // (steps * groups))]
        grown = np.column_stack(
            (np.repeat(choices, groups, axis=0), np.tile(np.arange(groups), len(choices)))
        )
        grown = np.sort(grown, axis=1)
        return np.unique(grown[(np.diff(grown, axis=1) > 0).all(axis=1)], axis=0), False

    def _gains(self, choices: IntArray) -> IntArray:
        """Say what each choice is worth beyond the groups that it opens."""
        people = self._sizes[choices].sum(axis=1)
        opened_trios = (self._sizes[choices] == 3).sum(axis=1)
        gains = np.full(len(choices), FORBIDDEN, dtype=np.int64)
        for number in np.unique(people).tolist():
            here = np.flatnonzero(people == number)
            if self._problem.size == 2:
                new = (len(self.free) + number) % 2
                here = here[self._trios - opened_trios[here] + new <= self._most_trios]
            at_once = max(1, _ENTRIES // (1 + self._shapes.steps(len(self.free) + number)))
            for start in range(0, len(here), at_once):
                some = here[start : start + at_once]
                gains[some] = self._table(choices[some]).best()
        # What is forbidden stays far below everything else.
        gains[gains > LEAST] -= self._own[choices[gains > LEAST]].sum(axis=1)
        return gains

    def _table(self, choices: IntArray) -> GroupingTable:
        """Set up the table for choices that open equally many people."""
        rows = self._rows[choices].reshape(len(choices), -1)
        opened = rows[rows >= 0].reshape(len(choices), -1)
        free = np.broadcast_to(self._free_rows, (len(choices), len(self.free)))
        return GroupingTable(self._worth, np.hstack((free, opened)), self._shapes)

    def _result(self, chosen: IntArray, is_proven: bool) -> Regrouping:
        groups = {
            tuple(self._places[list(group)].tolist())
            for group in self._table(chosen[None, :]).groups(0)
        }
        opened = {self._kept[self._near[number]] for number in chosen.tolist()}
        everybody = {*groups, *(group for group in self._kept if group not in opened)}
        return Regrouping(tuple(sorted(everybody)), len(opened - everybody), is_proven)

    def _nearest(self) -> list[int]:
        """List the kept groups that are looked at; of many, those that free people fit best."""
        if len(self._kept) <= _NEAR:
            return list(range(len(self._kept)))
        members = np.array(list(chain.from_iterable(self._kept)), dtype=np.int64)
        group_of = np.repeat(np.arange(len(self._kept)), list(map(len, self._kept)))
        best = np.zeros(len(members), dtype=np.int64)
        for place in self.free:
            np.maximum(
                best, self._problem.scores.values(np.full_like(members, place), members), out=best
            )
        near = np.zeros(len(self._kept), dtype=np.int64)
        np.maximum.at(near, group_of, best)
        return sorted(np.argsort(-near, kind="stable")[:_NEAR].tolist())

    def _values(self, rows: IntArray) -> IntArray:
        """Say what groups are worth; a group that is shorter than the longest ends in -1."""
        total = np.zeros(len(rows), dtype=np.int64)
        for one, other in combinations(range(rows.shape[1]), 2):
            there = rows[:, other] >= 0
            total[there] += self._worth[rows[there, one], rows[there, other]]
        total //= (rows >= 0).sum(axis=1) - 1
        return total


def _rows(groups: Sequence[Sequence[int]]) -> IntArray:
    """Put groups into a table; a shorter one ends in -1."""
    rows = np.full((len(groups), LARGEST), -1, dtype=np.int64)
    for number, group in enumerate(groups):
        rows[number, : len(group)] = group
    return rows


def _merit(problem: Problem, found: Regrouping) -> tuple[int, int]:
    return -problem.penalty(found.groups), value(problem.scores, found.groups)


def _worth(problem: Problem) -> IntArray:
    """Put scores and penalties into one number: a unit of penalty outweighs all scores."""
    worth = problem.scores.dense()
    forbidden = worth < 0
    # In a group of k a pair counts 1 / (k - 1), so a unit must outweigh all scores by as much.
    unit = STEP * LARGEST * (int(worth.max(initial=0)) * len(worth) // STEP + 1)
    costs = problem.penalties
    worth[costs.tails, costs.heads] -= unit * costs.costs
    worth[costs.heads, costs.tails] -= unit * costs.costs
    worth[forbidden] = FORBIDDEN
    return worth
