"""Which mutual asks are to hold, before anything else is decided."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from peerloom import pairing as engine

if TYPE_CHECKING:
    from peerloom.bonds import Bonds, Pair
    from peerloom.problem import Problem


def asks_in_circles(
    problem: Problem, mutual: Collection[Pair], bonds: Bonds, free: Sequence[int]
) -> tuple[Pair, ...]:
    """List the mutual asks that no hard rule forbids, first the most that are pairs.

    Parameters
    ----------
    mutual
        Pairs who asked each other.
    bonds
        Who belongs together anyway.
    free
        Who is in no locked group.
    """
    people = set(free)
    asks = sorted(pair for pair in mutual if set(pair) <= people)
    if not asks:
        return ()
    values = problem.scores.values(*np.array(asks, dtype=np.int64).T)
    first = asks_in_pairs(problem, mutual, bonds, free)
    allowed = {pair for pair, score in zip(asks, values.tolist(), strict=True) if score >= 0}
    return (*first, *sorted(allowed.difference(first)))


def asks_in_pairs(
    problem: Problem, mutual: Collection[Pair], bonds: Bonds, free: Sequence[int]
) -> tuple[Pair, ...]:
    """Choose the most mutual asks that can hold at once; of several choices the best score.

    An ask that a hard rule forbids is as if nobody had asked.
    """
    open_people = set(free).difference(*bonds.must)
    asks = sorted(pair for pair in mutual if set(pair) <= open_people)
    if not asks:
        return ()
    tails, heads = np.array(asks, dtype=np.int64).T
    values = problem.scores.values(tails, heads).tolist()
    edges = [(*pair, score) for pair, score in zip(asks, values, strict=True) if score >= 0]
    return engine.match(edges, n=len(problem.members)).pairs
