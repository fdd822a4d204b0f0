"""Worst-off first: lift the lowest pair score as far as it goes, then the total, and say the price.

A threshold graph holds the pairs that score enough. Whether everybody can be placed in it is a
question of cardinality, and the dual prices of a "no" also say which pairs would have to come in:
the highest score among them is the next threshold worth a try. That walk ends after a few steps
(after the threshold method for bottleneck problems in R. Burkard, M. Dell'Amico and S. Martello,
"Assignment Problems", SIAM 2012, chapter 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peerloom import pairing as engine
from peerloom.criteria import STEP
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.price import Price
from peerloom.problem import Groups, Problem, Solution, inner_pairs, value
from peerloom.weeks import common_minutes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from peerloom.pairing.matching import Matching
    from peerloom.pairing.progress import OnProgress, Progress
    from peerloom.pairing.weights import IntArray

# Up to this size the question is asked on a matrix; beyond it whole solves answer it.
_DENSE = 3000
# The engine's search for a trio is exhaustive up to here.
_ALWAYS_CERTAIN = 25
_BLOCK = 256
# Whose best scores are looked up at once.
_FEW = 16


@dataclass(frozen=True, slots=True)
class FairSolution:
    """The fair groups beside the groups with the highest total.

    Parameters
    ----------
    solution
        The best total among the groupings whose lowest pair score is `worst`; its bound holds for
        these.
    plain
        The best total without that wish.
    worst
        The lowest score of two people who are together in `solution`.
    worst_bound
        No grouping with as small a penalty has a higher lowest pair score.
    """

    solution: Solution
    plain: Solution
    worst: int
    worst_bound: int

    def price(self, problem: Problem, week: date) -> Price:
        """Say what it costs and brings, with the common time of a week."""
        return price_of(
            problem,
            self.plain.groups,
            self.solution.groups,
            week=week,
            worst_bound=self.worst_bound,
        )


def price_of(
    problem: Problem, before: Groups, after: Groups, *, week: date, worst_bound: int
) -> Price:
    """Compare groups with the highest total and groups that lift the lowest pair score."""
    worst_before, minutes_before = _worst_pair(problem, before, week)
    worst_after, minutes_after = _worst_pair(problem, after, week)
    return Price(
        total_before=value(problem.scores, before),
        total_after=value(problem.scores, after),
        worst_before=worst_before,
        worst_after=worst_after,
        minutes_before=minutes_before,
        minutes_after=minutes_after,
        worst_bound=worst_bound,
    )


def lowest_pair(problem: Problem, groups: Groups) -> int | None:
    """Give the lowest score of two people who are together; None where nobody is."""
    values = problem.scores.values(*inner_pairs(groups))
    return int(values.min()) if len(values) else None


def worst_off_first(
    problem: Problem, *, seed: int = 0, progress: OnProgress | None = None
) -> FairSolution:
    """Find the groups with the highest lowest pair score and, among those, the highest total.

    The smallest penalty still comes first: nobody repeats a partner for it. A pair score counts
    wherever two people are together, so a trio counts its three and a circle all of its own.

    Parameters
    ----------
    problem
        What is to solve.
    seed
        Chooses among groupings that are equally good.
    progress
        Told about every solve. When it asks to stop, the fairest groups so far are the result.

    Returns
    -------
    FairSolution
        For pairs of an even number always proven (`worst` equals `worst_bound`). For an odd number
        up to 25 people too, and beyond them nearly always. For circles it is the best that was
        found, with the bound that each person's own best scores give.

    Raises
    ------
    NoPartitionError
        Not everybody can be in a group at all.

    Notes
    -----
    The first threshold is the lowest of everybody's best scores, above which nothing can be. It
    is most often right: two solves. Each further step asks for cardinality only, which is
    cheaper than a solve.

    Examples
    --------
    >>> import numpy as np
    >>> from peerloom.members import Member
    >>> from peerloom.pairing.profiles import Codes, ProfileWeights
    >>> scores = np.array([[0, 48, 36, 0], [48, 0, 0, 36], [36, 0, 0, 12], [0, 36, 12, 0]])
    >>> terms = [Codes(np.arange(4, dtype=np.int32), scores.astype(np.int32))]
    >>> people = tuple(Member(id=name) for name in "abcd")
    >>> fair = worst_off_first(Problem(members=people, scores=ProfileWeights(4, terms)))
    >>> fair.plain.groups, fair.solution.groups
    (((0, 2), (1, 3)), ((0, 2), (1, 3)))
    """
    ear = _Ear(progress)
    plain = problem.solve(seed=seed, progress=ear)
    low = lowest_pair(problem, plain.groups)
    search = _Search(problem, seed, plain, ear)
    if low is None:
        return FairSolution(plain, plain, 0, 0)
    high = max(low, search.own_bound())
    if high == low or ear.has_stopped():
        return search.result(low, high)
    if search.holds(high):
        return search.result(high, high)
    if ear.has_stopped():
        return search.result(low, high)
    lower = max(low, search.lower_bound(high))
    if lower < high and (lower == low or search.holds(lower)):
        return search.result(lower, lower)
    # A trio or circles, where a question about pairs is not enough, or too many people to ask it.
    return search.result(*search.bisect(low, lower))


class _Ear:
    """Hears how far the solves have come, and remembers when they were asked to stop."""

    def __init__(self, progress: OnProgress | None) -> None:
        self._progress = progress
        self._stopped = False

    def __call__(self, progress: Progress) -> bool:
        if self._progress is not None and self._progress(progress):
            self._stopped = True
        return self._stopped

    def has_stopped(self) -> bool:
        """Tell whether somebody asked to stop."""
        return self._stopped


class _Search:
    """The solves so far, by threshold."""

    def __init__(self, problem: Problem, seed: int, plain: Solution, ear: _Ear) -> None:
        self._ear = ear
        self._problem = problem
        self._seed = seed
        self._plain = plain
        self._penalty = _weighted_penalty(problem, plain)
        self._found: dict[int, Solution] = {}

    def result(self, worst: int, bound: int) -> FairSolution:
        """Give the solution for a threshold that holds; the lowest one is the plain optimum's."""
        solution = self._found.get(worst, self._plain)
        reached = lowest_pair(self._problem, solution.groups) or 0
        return FairSolution(solution, self._plain, reached, max(bound, reached))

    def holds(self, least: int) -> bool:
        """Solve with a threshold; tell whether everybody is placed at no greater penalty."""
        try:
            found = self._problem.solve(seed=self._seed, least=least, progress=self._ear)
        except engine.NoPartitionError:
            return False
        if _weighted_penalty(self._problem, found) > self._penalty:
            return False
        if self._problem.lone(found.groups) > self._problem.lone(self._plain.groups):
            return False
        sizes, sizes_before = (sorted(map(len, one.groups)) for one in (found, self._plain))
        if sizes != sizes_before:
            # A threshold may cut the people into parts, with more trios than there need be.
            return False
        self._found[least] = found
        return True

    def own_bound(self) -> int:
        """Bound the lowest pair score by what each person alone can reach.

        In groups of at least k everybody is with k - 1 others, so nobody's lowest score is above
        their own (k - 1)-th best. When no penalty is needed, penalised pairs do not count.
        """
        problem = self._problem
        groups = self._plain.groups
        others = min(len(group) for group in groups) - 1
        everybody = np.arange(len(problem.members))
        costs = problem.penalties
        best = problem.scores.highest
        # Whoever does well in the plain groups can do so: only the others need a look.
        reached = np.full(len(everybody), best)
        pairs = inner_pairs(groups)
        for ends in pairs:
            np.minimum.at(reached, ends, problem.scores.values(*pairs))
        order = np.argsort(reached, kind="stable")
        for start in range(0, len(order), _FEW):
            people = order[start : start + _FEW]
            if reached[people[0]] >= best:
                break
            rows = problem.scores.values(
                np.repeat(people, len(everybody)), np.tile(everybody, len(people))
            ).reshape(len(people), -1)
            if not self._plain.penalty:
                for ones, partners in ((costs.tails, costs.heads), (costs.heads, costs.tails)):
                    for place, person in enumerate(people.tolist()):
                        rows[place, partners[ones == person]] = -1
            own = np.partition(rows, len(everybody) - others, axis=1)[:, -others]
            best = min(best, int(own.min()))
        return best

    def lower_bound(self, high: int) -> int:
        """Lower a threshold that does not hold to one that no proof of cardinality excludes.

        With dual prices that pay for every pair of the threshold graph, a matching of all people
        without too great a penalty needs a pair that they do not pay for. So the next threshold is
        the highest score of such a pair. Of a trio, two who are matched with each other count as a
        pair: as many pairs are needed as there are groups.
        """
        problem = self._problem
        count = len(problem.members)
        if problem.size > 2 or count > _DENSE:
            return high
        scores = problem.scores.dense()
        costs = np.zeros_like(scores)
        costs[problem.penalties.tails, problem.penalties.heads] = problem.penalties.costs
        costs += costs.T
        worth = int(costs.max(initial=0)) - costs
        pairs = len(self._plain.groups)
        needed = (pairs, int(costs.max(initial=0)) * pairs - self._penalty // STEP)
        while True:
            found = engine.match(np.where(scores >= high, worth, -1))
            if (len(found.pairs), found.total) >= needed:
                return high
            unpaid = scores[_slack(found, worth) < 0]
            high = int(unpaid[unpaid < high].max(initial=0))

    def bisect(self, low: int, high: int) -> tuple[int, int]:
        """Find the highest threshold that a solve reaches, between one that holds and one not.

        Returns
        -------
        tuple of int
            The threshold, and what is proven to bound it.
        """
        problem = self._problem
        count = len(problem.members)
        is_certain = problem.size == 2 and (count % 2 == 0 or count <= _ALWAYS_CERTAIN)
        steps = self._steps(low, high)
        first, last = 0, len(steps)
        while last - first > 1 and not self._ear.has_stopped():
            middle = (first + last) // 2
            if self.holds(steps[middle]):
                first = middle
            else:
                last = middle
        is_certain &= not self._ear.has_stopped()
        return steps[first], steps[first] if is_certain else high

    def _steps(self, low: int, high: int) -> list[int]:
        """List the different pair scores from `low` on and below `high`."""
        problem = self._problem
        count = len(problem.members)
        seen = {low}
        for start in range(0, count, _BLOCK):
            block = problem.scores.block(start, min(start + _BLOCK, count))
            seen.update(np.unique(block[(block > low) & (block < high)]).tolist())
        return sorted(seen)


def _slack(found: Matching, worth: IntArray) -> IntArray:
    """Say by how much the dual prices pay for every pair, negative where they do not."""
    price = np.array(found.vertex_duals, dtype=np.int64)
    slack: IntArray = price[:, None] + price - 2 * (worth + found.pair_bonus)
    for people, toll in found.blossoms:
        slack[np.ix_(people, people)] += toll
    return slack


def _weighted_penalty(problem: Problem, solution: Solution) -> int:
    """Give the penalty as the engine weighs it, in twelfths: a group of k divides it by k - 1."""
    costs = problem.penalties
    priced = ProfileWeights(
        len(problem.members), (), Exceptions(costs.tails, costs.heads, STEP * costs.costs)
    )
    return value(priced, solution.groups)


def _worst_pair(problem: Problem, groups: Groups, week: date) -> tuple[int, int]:
    """Give the lowest pair score, and the least common minutes of two people with it."""
    tails, heads = inner_pairs(groups)
    values = problem.scores.values(tails, heads)
    if not len(values):
        return 0, 0
    worst = int(values.min())
    at = np.flatnonzero(values == worst).tolist()
    pairs: Sequence[tuple[int, int]] = [(int(tails[place]), int(heads[place])) for place in at]
    members = problem.members
    least = min(common_minutes((members[one], members[other]), week) for one, other in pairs)
    return worst, least
