"""Regrouping many people at few groups' cost: put a price on every group that is opened.

Each kept group gets a bonus, so one solve weighs the score against the number of opened groups. The
bonus for which just few enough are opened is found between two solutions as the slope of the line
through them (H. Everett, "Generalized Lagrange multiplier method", Operations Research 11, 1963).
The solution is the best for the number of groups that it opens, if the engine has proven it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom import pairing as engine
from peerloom.criteria import STEP
from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.problem import Groups, Problem, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peerloom.pairing.weights import IntArray

_TRIES = 10
# A trio has half the bonus on each of three pairs, so that it has as much as a pair: thirds.
_GRAIN = 3 * STEP


class Regrouping(NamedTuple):
    """Groups for everybody, how many kept groups they open, and whether none are better."""

    groups: Groups
    opened: int
    is_proven: bool


def regroup_by_price(
    problem: Problem, kept: Sequence[tuple[int, ...]], *, most: int, seed: int = 0
) -> Regrouping | None:
    """Find good groups for everybody that open at most some of the kept groups.

    Parameters
    ----------
    problem, kept, most, seed
        As for `peerloom.regrouping.regroup`.

    Returns
    -------
    Regrouping or None
        None if nothing was found that opens so few groups.
    """
    search = _Prices(problem, kept, most, seed)
    search.bring_together()
    if problem.size == 2:
        search.weigh()
    if search.best is None:
        return None
    return Regrouping(search.best, search.opened(search.best), search.is_proven)


def fewest_opened(problem: Problem, kept: Sequence[tuple[int, ...]], *, seed: int = 0) -> int:
    """Say how many kept groups must be opened to place everybody, whatever the scores.

    Returns
    -------
    int
        For pairs of an even number certain; else the fewest that were found. All groups are opened
        when nobody could be placed otherwise.

    Raises
    ------
    NoPartitionError
        Not everybody can be placed at all.
    """
    weights = np.where(problem.scores.dense() < 0, -1, 0)
    for group in kept:
        bonus = _GRAIN if len(group) == 2 else 2 * _GRAIN // len(group) // STEP * STEP
        for one, other in combinations(group, 2):
            weights[one, other] = weights[other, one] = bonus
    groups = engine.partition(weights, size=problem.size, seed=seed).groups
    return len(set(kept) - set(groups))


class _Prices:
    """The best groups so far that open few enough of the kept ones."""

    def __init__(
        self, problem: Problem, kept: Sequence[tuple[int, ...]], most: int, seed: int
    ) -> None:
        self.best: Groups | None = None
        self.is_proven = False
        self._problem = problem
        self._kept = kept
        self._most = most
        self._seed = seed
        count = len(problem.members)
        self._most_trios = max(count % 2, sum(len(group) == 3 for group in kept))

    def opened(self, groups: Groups) -> int:
        """Count the kept groups that are not among some groups."""
        return len(set(self._kept) - set(groups))

    def bring_together(self) -> None:
        """Open the groups that fit the free people best, as many as may be, and no other."""
        placed = set(chain.from_iterable(self._kept))
        count = len(self._problem.members)
        free = [place for place in range(count) if place not in placed]
        for most in sorted({0, self._most}):
            opened = set(self._nearest(free)[:most])
            rest = [group for group in self._kept if group not in opened]
            people = np.array(sorted([*free, *chain.from_iterable(opened)]), dtype=np.int64)
            if len(people) == 1:
                continue
            try:
                found = self._problem.part(people).solve(seed=self._seed)
            except NoPartitionError:
                continue
            groups = (tuple(people[list(group)].tolist()) for group in found.groups)
            self._keep(tuple(sorted([*rest, *groups])))

    def weigh(self) -> None:
        """Move the bonus until just few enough groups are opened."""
        few, many = self._solve(self._largest_bonus()), self._solve(0)
        if few is None or many is None or self.opened(few) > self._most:
            return
        for _ in range(_TRIES):
            more = self.opened(many) - self.opened(few)
            gain = self._score(many) - self._score(few)
            if self.opened(many) <= self._most or more <= 0:
                break
            bonus = -(-gain // (more * _GRAIN)) * _GRAIN
            between = self._solve(bonus)
            if between is None or between in {few, many}:
                break
            if self.opened(between) <= self._most:
                few = between
            else:
                many = between

    def _solve(self, bonus: int) -> Groups | None:
        """Solve with a bonus for every kept group, and keep what opens few enough groups."""
        scores = _with_bonus(self._problem.scores, self._kept, bonus)
        try:
            found = replace(self._problem, scores=scores).solve(seed=self._seed)
        except NoPartitionError:
            return None
        opened = self.opened(found.groups)
        if opened <= self._most:
            # Whoever opens as many groups as allowed has no bonus for them.
            bound = found.upper_bound - bonus * (len(self._kept) - self._most)
            self._keep(found.groups, bound)
        return found.groups

    def _keep(self, groups: Groups, bound: int | None = None) -> None:
        trios = sum(len(group) == 3 for group in groups)
        if self.opened(groups) > self._most or (
            self._problem.size == 2 and trios > self._most_trios
        ):
            return
        if self.best is None or self._merit(groups) > self._merit(self.best):
            self.best = groups
            self.is_proven = bound is not None and self._score(groups) >= bound

    def _merit(self, groups: Groups) -> tuple[int, int]:
        return -self._problem.penalty(groups), self._score(groups)

    def _score(self, groups: Groups) -> int:
        return value(self._problem.scores, groups)

    def _largest_bonus(self) -> int:
        return (4 * self._problem.scores.highest // _GRAIN + 1) * _GRAIN

    def _nearest(self, free: Sequence[int]) -> list[tuple[int, ...]]:
        """List the kept groups, those first that a free person fits best.

        Of pairs for an even number, a trio comes before them all: it has to be opened.
        """
        if not self._kept or not free:
            return list(self._kept)
        members = np.array(list(chain.from_iterable(self._kept)), dtype=np.int64)
        best = np.zeros(len(members), dtype=np.int64)
        for place in free:
            scores = self._problem.scores.values(np.full_like(members, place), members)
            np.maximum(best, scores, out=best)
        group_of = np.repeat(np.arange(len(self._kept)), list(map(len, self._kept)))
        near = np.zeros(len(self._kept), dtype=np.int64)
        np.maximum.at(near, group_of, best)
        if self._problem.size == 2 and len(self._problem.members) % 2 == 0:
            near[[len(group) == 3 for group in self._kept]] = self._problem.scores.highest + 1
        return [self._kept[number] for number in np.argsort(-near, kind="stable").tolist()]


def _with_bonus(
    scores: ProfileWeights, kept: Sequence[tuple[int, ...]], bonus: int
) -> ProfileWeights:
    """Add a bonus to every kept group, spread over its pairs."""
    tails, heads, shares = [], [], []
    for group in kept:
        # Inside a group of k a pair counts 1 / (k - 1).
        share = 2 * bonus // len(group) // STEP * STEP
        for one, other in combinations(group, 2):
            tails.append(one)
            heads.append(other)
            shares.append(bonus if len(group) == 2 else share)
    ends = np.array([tails, heads], dtype=np.int64)
    values = scores.values(ends[0], ends[1]) + np.array(shares, dtype=np.int64)
    extra = scores.exceptions
    others = ~np.isin(_codes(scores, extra.tails, extra.heads), _codes(scores, ends[0], ends[1]))
    return scores.replacing(
        Exceptions(
            np.concatenate((extra.tails[others], ends[0])),
            np.concatenate((extra.heads[others], ends[1])),
            np.concatenate((extra.values[others], values)),
        )
    )


def _codes(scores: ProfileWeights, tails: IntArray, heads: IntArray) -> IntArray:
    return tails * scores.size + heads
