"""What a round is to solve: who takes part, what every pair is worth, and which pairs cost more.

Everything that pairs people stands on it: `pair`, the fair mode, rotation, repair and what-ifs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from peerloom import pairing as engine
from peerloom.criteria import STEP
from peerloom.members import Member
from peerloom.pairing.circles import count_lone, shared_codes
from peerloom.pairing.errors import NoPartitionError
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.pairing.tables import Special
from peerloom.progress import ScoreTeller

if TYPE_CHECKING:
    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.weights import IntArray

Groups = tuple[tuple[int, ...], ...]

# So many pairs are looked at in one go.
_PAIRS_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Penalties:
    """Pairs to avoid before any score counts, each with a price in whole numbers.

    Parameters
    ----------
    tails, heads : array of int, shape (pairs,)
        Each pair once, with ``tails < heads``.
    costs : array of int, shape (pairs,)
        At least 1. The sum over a round is made as small as possible, first of all; a pair in a
        trio counts half, as its score does, and in a circle of k its part of k - 1.
    """

    tails: IntArray
    heads: IntArray
    costs: IntArray

    @classmethod
    def none(cls) -> Penalties:
        """Give no penalties."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty)

    def part(self, places: IntArray, size: int) -> Penalties:
        """Give the penalties among some of `size` people, who are counted anew."""
        index = np.full(size, -1, dtype=np.int64)
        index[places] = np.arange(len(places))
        tails, heads = index[self.tails], index[self.heads]
        inside = (tails >= 0) & (heads >= 0)
        return Penalties(tails[inside], heads[inside], self.costs[inside])


@dataclass(frozen=True, slots=True)
class Solution:
    """Groups by index, with what is proven about them.

    Parameters
    ----------
    groups
        Everybody exactly once; each sorted, and the groups sorted.
    score
        Sum over the groups of their inner pair scores, divided by the group size less one.
    upper_bound
        No grouping with as small a penalty scores more.
    penalty
        Sum of the costs of the pairs that are together.
    """

    groups: Groups
    score: int
    upper_bound: int
    penalty: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Members of one round and what every two of them are worth.

    Parameters
    ----------
    members
        Who takes part, sorted by id; an index is a place here.
    scores
        Pair scores, multiples of `STEP`; hard rules are forbidden pairs.
    penalties
        Pairs to avoid first, such as earlier partners.
    size
        People in a group, 2 to 5.
    together
        Pairs ``(i, j)`` who must share a circle. With pairs, take these people out instead: they
        are a group of their own.
    alone
        For circles: codes by which as few people as possible are alone, before any score counts;
        see `peerloom.pairing.seating`.
    seats
        How often each person sat in a trio before: of trios that are equally good, the one with
        the fewest. Empty for nobody ever.
    may_sit
        Whether each person may sit in the trio. Empty for everybody.
    """

    members: tuple[Member, ...]
    scores: ProfileWeights
    penalties: Penalties = field(default_factory=Penalties.none)
    size: int = 2
    together: tuple[tuple[int, int], ...] = ()
    alone: tuple[IntArray, ...] = ()
    seats: tuple[int, ...] = ()
    may_sit: tuple[bool, ...] = ()

    def solve(
        self, *, seed: int = 0, least: int = 0, progress: OnProgress | None = None
    ) -> Solution:
        """Find the groups with the smallest penalty and, among those, the highest score.

        Where hard rules cut the people into parts that cannot mix (one section each, say), every
        part of an odd number gets a trio of its own.

        Parameters
        ----------
        seed
            Chooses among groupings that are equally good.
        least
            No two people with a lower pair score may be together.
        progress
            Told the score now and then, and its bound for groups with as small a penalty; may stop
            the run.

        Raises
        ------
        NoPartitionError
            Not everybody can be in a group.
        """
        parts = self.separate_parts(least=least)
        if len(parts) < 2:
            return self._solve_at_once(seed, least, progress)
        alone = [part[0].item() for part in parts if len(part) == 1]
        if alone:
            raise NoPartitionError(alone)
        tell = None if progress is None else ScoreTeller(progress, self._plain_bound, 0)
        found = [(places, self._solve_part(places, seed, least, tell)) for places in parts]
        groups = [
            tuple(places[list(group)].tolist())
            for places, solution in found
            for group in solution.groups
        ]
        return Solution(
            groups=tuple(sorted(groups)),
            score=sum(solution.score for _, solution in found),
            upper_bound=sum(solution.upper_bound for _, solution in found),
            penalty=sum(solution.penalty for _, solution in found),
        )

    def part(self, places: IntArray) -> Problem:
        """Give the same problem for some of the people, who are counted anew.

        Parameters
        ----------
        places : array of int, shape (m,)
            Their indices, rising.
        """
        index = {place: number for number, place in enumerate(places.tolist())}
        return Problem(
            members=tuple(self.members[place] for place in index),
            scores=self.scores.among(places),
            penalties=self.penalties.part(places, len(self.members)),
            size=self.size,
            together=tuple(
                (index[one], index[other])
                for one, other in self.together
                if one in index and other in index
            ),
            alone=tuple(codes[places] for codes in self.alone),
            seats=tuple(self.seats[place] for place in index) if self.seats else (),
            may_sit=tuple(self.may_sit[place] for place in index) if self.may_sit else (),
        )

    def separate_parts(self, *, least: int = 0) -> list[IntArray]:
        """List the parts of the people between which every pair is forbidden.

        Parameters
        ----------
        least
            Pairs with a lower score count as forbidden.

        Returns
        -------
        list of arrays of int
            Rising indices; the parts in the order of their first person. O(n^2) pairs at worst, in
            pieces that need little memory.
        """
        unseen = np.arange(len(self.members), dtype=np.int64)
        parts = []
        while len(unseen):
            part, to_visit, unseen = [unseen[:1]], unseen[:1], unseen[1:]
            while len(to_visit) and len(unseen):
                rows = max(1, _PAIRS_AT_ONCE // len(unseen))
                visited, to_visit = to_visit[:rows], to_visit[rows:]
                scores = self.scores.values(
                    np.repeat(visited, len(unseen)), np.tile(unseen, len(visited))
                )
                is_near = (scores >= least).reshape(len(visited), len(unseen)).any(axis=0)
                part.append(unseen[is_near])
                to_visit = np.concatenate((to_visit, unseen[is_near]))
                unseen = unseen[~is_near]
            parts.append(np.sort(np.concatenate(part)))
        return parts

    @property
    def _plain_bound(self) -> int:
        """Bound every score: everybody with the best of all scores."""
        return self.scores.highest * len(self.members) // 2

    def _solve_part(
        self, places: IntArray, seed: int, least: int, tell: ScoreTeller | None
    ) -> Solution:
        try:
            return self.part(places)._solve_at_once(seed, least, tell and tell.nothing_new)
        except NoPartitionError as error:
            raise NoPartitionError(places[list(error.indices)].tolist()) from None

    def _solve_at_once(self, seed: int, least: int, progress: OnProgress | None) -> Solution:
        """Solve for everybody together: pairs by profiles, circles by the whole matrix."""
        if not self.members:
            return Solution((), 0, 0, 0)
        scores = self.scores.at_least(least)
        if self.size > 2:
            return self._solve_circles(scores, seed, progress)
        # A unit of cost takes off more than all scores together; in a trio each unit counts half.
        unit = 2 * STEP * (scores.highest * len(self.members) // (2 * STEP) + 1)
        costs = self.penalties
        tell = None if progress is None else ScoreTeller(progress, self._plain_bound, unit // 2)
        found = engine.partition(
            scores,
            seed=seed,
            penalties=Special(costs.tails, costs.heads, unit * costs.costs),
            seats=np.array(self.seats, dtype=np.int64) if self.seats else None,
            may_sit=np.array(self.may_sit, dtype=np.bool_) if self.may_sit else None,
            progress=tell,
        )
        return self._solution(scores, found, seed, tell)

    def _solve_circles(
        self, weights: ProfileWeights, seed: int, progress: OnProgress | None
    ) -> Solution:
        """Solve circles: a pair gets a bonus for each unit of cost that it does *not* have.

        The bonus is so large that one unit costs more than any scores can bring. Summed over
        circles it is ``bonus * (most * n / 2 - penalty)``, so it can be taken off the bound again.
        """
        scores = weights.dense()
        costs = np.zeros_like(scores)
        costs[self.penalties.tails, self.penalties.heads] = self.penalties.costs
        costs += costs.T
        # Everybody with their best partner: no grouping can have more.
        bound = int(scores.max(axis=1).clip(0).sum()) // 2
        # A unit in a group of k costs bonus / (k - 1), and k is at most one more than the size.
        bonus = STEP * self.size * (bound // STEP + 1)
        combined = np.where(scores < 0, -1, scores + bonus * (int(costs.max()) - costs))
        tell = None if progress is None else ScoreTeller(progress, bound, 0)
        # What a total with bonuses is worth without them depends on the sizes of the circles.
        told = tell and (tell.nothing_new if costs.any() else tell)
        found = engine.partition(
            combined, size=self.size, seed=seed, alone=self._alone(), progress=told
        )
        circle = {person: group for group in found.groups for person in group}
        apart = [pair for pair in self.together if circle[pair[0]] is not circle[pair[1]]]
        if apart:
            raise NoPartitionError(sorted({person for pair in apart for person in pair}))
        return self._solution(weights, found, seed, tell)

    def _alone(self) -> list[IntArray]:
        """Give codes by which somebody is alone without the person who must be there, too.

        Each of them stands there so often that they outweigh the other codes.
        """
        codes: list[IntArray] = []
        for number, pair in enumerate(self.together):
            free = [one for one in codes if (one[list(pair)] < 0).all()]
            if not free:
                free.append(np.full(len(self.members), -1, dtype=np.int64))
                codes += free
            free[0][list(pair)] = number
        return [*codes * (1 + len(self.alone)), *self.alone]

    def _solution(
        self,
        scores: ProfileWeights,
        found: engine.Partition,
        seed: int,
        tell: ScoreTeller | None,
    ) -> Solution:
        """Say what groups are worth without their penalties."""
        score = value(self.scores, found.groups)
        penalty = self.penalty(found.groups)
        bound = min(self._plain_bound, found.upper_bound - (found.total - score))
        if len(self.penalties.costs) and score < bound:
            # Beside penalties a small gap of the engine looks large: the plain bound may be closer.
            told = tell and tell.nothing_new
            alone = self._alone()
            plain = engine.partition(scores, size=self.size, seed=seed, alone=alone, progress=told)
            bound = min(bound, plain.upper_bound)
        return Solution(found.groups, score, bound, penalty)

    def lone(self, groups: Iterable[Sequence[int]]) -> int:
        """Count who is alone in a circle, by the codes of `alone`."""
        codes = [shared_codes(one) for one in self.alone]
        return sum(count_lone(codes, group) for group in groups)

    def penalty(self, groups: Iterable[Sequence[int]]) -> int:
        """Sum the costs of the pairs that are together in some groups."""
        tails, heads = inner_pairs(groups)
        costs = ProfileWeights(
            len(self.members),
            (),
            Exceptions(self.penalties.tails, self.penalties.heads, self.penalties.costs),
        )
        return int(costs.values(tails, heads).sum())


def inner_pairs(groups: Iterable[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """List every two people who are together in a group, shape ``(pairs,)`` twice."""
    pairs = [pair for group in groups for pair in combinations(sorted(group), 2)]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def value(scores: ProfileWeights, groups: Iterable[Sequence[int]]) -> int:
    """Sum the inner pair scores of each group, divided by its size less one."""
    groups = list(groups)
    inner = iter(scores.values(*inner_pairs(groups)).tolist())
    total = 0
    for group in groups:
        pairs = len(group) * (len(group) - 1) // 2
        total += sum(next(inner) for _ in range(pairs)) // (len(group) - 1)
    return total
