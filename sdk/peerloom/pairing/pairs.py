"""Everybody in pairs: what an even number of people needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.errors import NoPartitionError
from peerloom.pairing.progress import Progress
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.weights import pair_bonus

if TYPE_CHECKING:
    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray


class Grouping(NamedTuple):
    """Groups that hold everybody once, their value, and what no such groups exceed."""

    groups: list[tuple[int, ...]]
    total: int
    upper_bound: int


def only_pairs(table: Table, progress: OnProgress | None = None) -> Grouping:
    """Pair an even number of people best.

    Parameters
    ----------
    table
        The weights of all pairs.
    progress
        Told what is proven after each pass over all pairs; may stop the run. Then the best pairs
        among the candidates so far are given, with their true bound.

    Raises
    ------
    NoPartitionError
        Somebody must stay alone.
    """
    count = table.size
    bonus = pair_bonus(table.highest, count, table.lowest)
    best = table.highest * (count // 2)

    def watch(bound: int, mates: IntArray) -> bool:
        nonlocal best
        if progress is None:
            return False
        best = min(best, bound // 2 - bonus * (count // 2))
        total = int(table.values(*_ends(mates)).sum()) if mates.min() >= 0 else -1
        return bool(progress(Progress(total, best)))

    problem = PairProblem(table, bonus, watch=watch)
    forest = problem.solve_exactly(problem.solve_half_integral())
    mates = forest.mates()
    if mates.min() < 0:
        raise NoPartitionError(np.flatnonzero(mates < 0).tolist())
    tails, heads = _ends(mates)
    bound = (forest.dual() + problem.excess) // 2 - bonus * len(tails)
    pairs = list(zip(tails.tolist(), heads.tolist(), strict=True))
    return Grouping(list(pairs), int(table.values(tails, heads).sum()), bound)


def _ends(mates: IntArray) -> tuple[IntArray, IntArray]:
    tails = np.flatnonzero(mates > np.arange(len(mates)))
    return tails, mates[tails]
