"""Rounds as lists of pairs: what is forbidden by them, and what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np

from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.planning.completion import Partners
from peerloom.problem import Groups, Problem

Pair = tuple[int, int]

_BLOCK = 256


def loose_bound(problem: Problem) -> int:
    """Bound a round by everybody's best partner."""
    count, total = len(problem.members), 0
    for start in range(0, count, _BLOCK):
        best = problem.scores.block(start, min(start + _BLOCK, count)).max(axis=1)
        total += int(best.clip(0).sum())
    return total // 2


def forbidding(scores: ProfileWeights, pairs: Iterable[Pair]) -> ProfileWeights:
    """Give the same weights with some pairs ``(i, j)``, i < j, forbidden."""
    table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    given = scores.exceptions
    codes = table[:, 0] * scores.size + table[:, 1]
    others = ~np.isin(given.tails * scores.size + given.heads, codes)
    return scores.replacing(
        Exceptions(
            np.concatenate((table[:, 0], given.tails[others])),
            np.concatenate((table[:, 1], given.heads[others])),
            np.concatenate((np.full(len(table), -1), given.values[others])),
        )
    )


def pairs_of(rounds: Iterable[Groups]) -> Iterator[Pair]:
    """Give every two people who are together in some rounds."""
    for groups in rounds:
        for group in groups:
            yield from combinations(group, 2)


def trio_of(groups: Groups) -> frozenset[int]:
    """Give the three of a round's trio, or nobody."""
    return frozenset(person for group in groups if len(group) == 3 for person in group)


def groups_of(partners: Partners, trio: frozenset[int]) -> Groups:
    """Give the groups of a round."""
    pairs = [(one, other) for one, other in enumerate(partners) if one < other]
    return tuple(sorted([*pairs, *([tuple(sorted(trio))] if trio else [])]))
