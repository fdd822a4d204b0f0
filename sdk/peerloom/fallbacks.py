"""Groups for people whom the plain shape, pairs and at most one trio, would leave alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from peerloom import pairing as engine
from peerloom.pairing import NoPartitionError
from peerloom.problem import Groups, Problem

# A matrix of so many people still fits.
_DENSE = 5000
_BLOCK = 256


def with_more_trios(problem: Problem, people: Sequence[int]) -> Groups:
    """Pair as many people as possible, and put those who are left over into trios with pairs.

    Raises
    ------
    NoPartitionError
        Somebody fits to no pair.
    """
    groups, lonely = pairs_trios_and_lonely(problem, people)
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
    scores = problem.part(np.array(people, dtype=np.int64)).scores.dense()
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


def best_partners_bound(problem: Problem, people: Sequence[int]) -> int:
    """Bound the score of groups of any size: everybody with their best partner."""
    scores = problem.part(np.array(people, dtype=np.int64)).scores
    total = 0
    for start in range(0, len(people), _BLOCK):
        block = scores.block(start, min(start + _BLOCK, len(people)))
        total += int(block.max(axis=1).clip(0).sum())
    return total // 2
