"""Groups for people whom the plain shape, pairs and at most one trio, would leave alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from peerloom import pairing as engine
from peerloom.pairing import NoPartitionError
from peerloom.problem import Groups, Problem

# A matrix of so many people still fits.
_DENSE = 5000
_MOST_HOSTS = 30
_BLOCK = 256


def host_for_one_more(
    problem: Problem, bound: Sequence[tuple[int, ...]], rest: Sequence[int]
) -> tuple[tuple[int, ...], int] | None:
    """Find a pair that is bound, and somebody who joins it, so that the others can be paired.

    Parameters
    ----------
    problem
        For everybody.
    bound
        Groups that are taken out.
    rest
        Everybody else, an odd number.

    Returns
    -------
    (pair, third) or None
        The choice with the highest total score; None where there is none.
    """
    hosts = [group for group in bound if len(group) == 2][:_MOST_HOSTS]
    if not hosts or len(rest) % 2 == 0 or len(rest) > _DENSE:
        return None
    count = len(rest)
    others = np.array(rest, dtype=np.int64)
    weights = np.full((count + 1, count + 1), -1, dtype=np.int64)
    # Twice the scores: a trio is worth half the sum of its three.
    weights[:count, :count] = 2 * problem.part(others).scores.dense()
    best = None
    for host in hosts:
        near = [problem.scores.values(np.full(count, one), others) for one in host]
        inner = int(problem.scores.values(np.array(host[:1]), np.array(host[1:]))[0])
        row = np.where((near[0] < 0) | (near[1] < 0), -1, near[0] + near[1] + max(inner, 0))
        weights[count, :count] = weights[:count, count] = row
        matching = engine.match(weights)
        if 2 * len(matching.pairs) == count + 1:
            gain = matching.total - 2 * inner
            third = next(one for one, other in matching.pairs if other == count)
            if best is None or gain > best[0]:
                best = (gain, (host, rest[third]))
    return None if best is None else best[1]


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
