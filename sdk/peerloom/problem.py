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
from peerloom.pairing.profiles import Exceptions, ProfileWeights

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

Groups = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Penalties:
    """Pairs to avoid before any score counts, each with a price in whole numbers.

    Parameters
    ----------
    tails, heads : array of int, shape (pairs,)
        Each pair once, with ``tails < heads``.
    costs : array of int, shape (pairs,)
        At least 1. The sum over a round is made as small as possible, first of all.
    """

    tails: IntArray
    heads: IntArray
    costs: IntArray

    @classmethod
    def none(cls) -> Penalties:
        """Give no penalties."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty)


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
    """

    members: tuple[Member, ...]
    scores: ProfileWeights
    penalties: Penalties = field(default_factory=Penalties.none)
    size: int = 2

    def solve(self, *, seed: int = 0, least: int = 0) -> Solution:
        """Find the groups with the smallest penalty and, among those, the highest score.

        One engine run does both: a pair gets a bonus for each unit of cost that it does *not*
        have, so large that one unit costs more than any scores can bring. Summed over a grouping
        the bonus is ``bonus * (most * n / 2 - penalty)``, so it can be taken off the bound again.

        Parameters
        ----------
        seed
            Chooses among groupings that are equally good.
        least
            No two people with a lower pair score may be together.

        Raises
        ------
        NoPartitionError
            Not everybody can be in a group.
        """
        if not self.members:
            return Solution((), 0, 0, 0)
        scores = self.scores.dense()
        scores[scores < least] = -1
        costs = np.zeros_like(scores)
        costs[self.penalties.tails, self.penalties.heads] = self.penalties.costs
        costs += costs.T
        # Everybody with their best partner: no grouping can have more.
        bound = int(scores.max(axis=1).clip(0).sum()) // 2
        most = int(costs.max())
        # A unit in a group of k costs bonus / (k - 1), and k is at most one more than the size.
        bonus = STEP * self.size * (bound // STEP + 1)
        weights = np.where(scores < 0, -1, scores + bonus * (most - costs))
        found = engine.partition(weights, size=self.size, seed=seed)
        score = value(self.scores, found.groups)
        bound = min(bound, found.upper_bound - (found.total - score))
        if most and score < bound:
            # Beside the bonus a small gap of the engine looks large: the plain bound may be closer.
            plain = engine.partition(scores, size=self.size, seed=seed)
            bound = min(bound, plain.upper_bound)
        return Solution(found.groups, score, bound, self.penalty(found.groups))

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
