"""Groups for people whom the plain shape, pairs and at most one trio, would leave alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from peerloom import pairing as engine
from peerloom.few_people import groups_of_few
from peerloom.pairing import NoPartitionError
from peerloom.problem import Groups, Problem

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

# A matrix of so many people still fits.
_DENSE = 5000
_BLOCK = 256
# Sums of scores and costs stay below two to this power.
_BITS = 50


def with_more_trios(problem: Problem, people: Sequence[int], *, seed: int) -> Groups:
    """Pair as many people as possible, and put those who are left over into trios with pairs.

    Repeats come before the score. Of few people the best groups are found; of more, first the best
    pairs, then the best places for all others.

    Raises
    ------
    NoPartitionError
        Somebody fits to no pair.
    """
    found = groups_of_few(problem, people, seed=seed)
    groups, lonely = pairs_trios_and_lonely(problem, people) if found is None else found
    if lonely:
        raise NoPartitionError(lonely)
    return groups


def pairs_trios_and_lonely(
    problem: Problem, people: Sequence[int]
) -> tuple[Groups, tuple[int, ...]]:
    """Pair as many people as possible, then seat as many of the others with a pair each.

    Returns
    -------
    groups, lonely
        By index; `lonely` are those who fit to no pair.

    Raises
    ------
    NoPartitionError
        They are too many for this.
    """
    if len(people) > _DENSE:
        raise NoPartitionError(people)
    scores = _with_repeats(problem.part(np.array(people, dtype=np.int64)))
    pairs = engine.match(scores).pairs
    paired = {one for pair in pairs for one in pair}
    alone = [one for one in range(len(people)) if one not in paired]
    joins = [
        (row, len(alone) + column, int(scores[one, pair[0]] + scores[one, pair[1]] - scores[pair]))
        for row, one in enumerate(alone)
        for column, pair in enumerate(pairs)
        if scores[one, pair[0]] >= 0 and scores[one, pair[1]] >= 0
    ]
    least = min((gain for _, _, gain in joins), default=0)
    seats = engine.match(
        [(row, column, gain - least) for row, column, gain in joins], n=len(alone) + len(pairs)
    ).pairs
    third = {column - len(alone): alone[row] for row, column in seats}
    seated = set(third.values())
    groups = [
        (*pair, third[number]) if number in third else pair for number, pair in enumerate(pairs)
    ]
    return (
        tuple(sorted(tuple(sorted(people[one] for one in group)) for group in groups)),
        tuple(people[one] for one in alone if one not in seated),
    )


def _with_repeats(part: Problem) -> IntArray:
    """Give scores in which a pair that costs less, as an earlier partner, outweighs all scores."""
    scores = part.scores.dense()
    costs = np.zeros_like(scores)
    costs[part.penalties.tails, part.penalties.heads] = part.penalties.costs
    costs += costs.T
    unit = 2 * len(scores) * max(1, part.scores.highest)
    # Costs differ less where their sum would not fit into what the engine computes with.
    excess = (unit * int(costs.max(initial=0)) * len(scores)).bit_length() - _BITS
    costs = -(-costs >> max(0, excess))
    return np.where(scores < 0, -1, scores + unit * (int(costs.max(initial=0)) - costs))


def joined(problem: Problem, groups: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Join groups up to the wanted size where no rule forbids it and nobody meets again."""
    together: list[tuple[int, ...]] = []
    for group in groups:
        for number, other in enumerate(together):
            if len(group) + len(other) > problem.size:
                continue
            tails, heads = np.array(
                [sorted(pair) for pair in product(group, other)], dtype=np.int64
            ).T
            both = tuple(sorted((*group, *other)))
            if problem.penalty([both]) > problem.penalty([group, other]):
                continue
            if (problem.scores.values(tails, heads) >= 0).all():
                together[number] = both
                break
        else:
            together.append(group)
    return together


def best_partners_bound(problem: Problem, people: Sequence[int]) -> int:
    """Bound the score of groups of any size: everybody with their best partner."""
    scores = problem.part(np.array(people, dtype=np.int64)).scores
    total = 0
    for start in range(0, len(people), _BLOCK):
        block = scores.block(start, min(start + _BLOCK, len(people)))
        total += int(block.max(axis=1).clip(0).sum())
    return total // 2
