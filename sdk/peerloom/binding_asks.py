"""Which mutual asks can hold at once, before anything else is decided."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache

import numpy as np

from peerloom import pairing as engine
from peerloom.bonds import Bonds, Indices, Pair, chains
from peerloom.giving_way import Asks
from peerloom.pairing.circles import circle_sizes
from peerloom.placements import Placement
from peerloom.problem import Problem, inner_pairs


def allowed_asks(
    problem: Problem, mutual: Collection[Pair], free: Sequence[int]
) -> tuple[Asks, Asks]:
    """List the mutual asks that no hard rule forbids, and the most of them that are pairs.

    An ask that a hard rule forbids is as if nobody had asked.

    Parameters
    ----------
    mutual
        Pairs who asked each other.
    free
        Who is in no locked group.

    Returns
    -------
    asks, as_pairs : tuple of pairs
        `as_pairs` has everybody once at most; of several choices the one with the best score.
    """
    people = set(free)
    asks = sorted(pair for pair in mutual if set(pair) <= people)
    if not asks:
        return (), ()
    values = problem.scores.values(*np.array(asks, dtype=np.int64).T).tolist()
    edges = [(*pair, score) for pair, score in zip(asks, values, strict=True) if score >= 0]
    if not edges:
        return (), ()
    as_pairs = engine.match(edges, n=len(problem.members)).pairs
    return tuple(edge[:2] for edge in edges), as_pairs


def fitting(problem: Problem, bonds: Bonds, free: Sequence[int]) -> Callable[[Asks], bool]:
    """Give the test whether some asks fit into groups together with the pairs that must be.

    In pairs, people who ask each other may be the trio of an odd number. Whether all the others
    find a place is not looked at.

    Parameters
    ----------
    bonds
        Who belongs together anyway.
    free
        Who is in no locked group.
    """
    largest = largest_group(len(free), problem.size)
    must = frozenset(bonds.must)

    @cache
    def part_of() -> dict[int, tuple[int, bool]]:
        """Tell for everybody in which part of the people they are, and whether it is odd."""
        trios = {person for group in must if len(group) > 2 for person in group}
        people = np.array([one for one in free if one not in trios], dtype=np.int64)
        parts = problem.part(people).separate_parts()
        return {
            place: (number, len(part) % 2 == 1)
            for number, part in enumerate(parts)
            for place in people[part].tolist()
        }

    def has_room(trios: Sequence[Indices]) -> bool:
        parts = [part_of().get(trio[0], (0, False)) for trio in trios]
        return all(is_odd for _, is_odd in parts) and len(set(parts)) == len(parts)

    def fits(asks: Asks) -> bool:
        groups = [group for group in chains([*bonds.must_pairs, *asks]) if group not in must]
        if any(len(group) > largest for group in groups):
            return False
        if (problem.scores.values(*inner_pairs(groups)) < 0).any():
            return False
        return problem.size > 2 or has_room([group for group in groups if len(group) > 2])

    return fits


def is_alike(problem: Problem, with_asks: Placement, without: Placement) -> bool:
    """Tell whether groups have the shape and the repeats that they have without asks.

    Then they are among the groups that there are without asks, and so are all others in which as
    many asks hold: what bounds those bounds these.
    """
    shapes = [sorted(map(len, one.groups)) for one in (with_asks, without)]
    return shapes[0] == shapes[1] and repeats(problem, with_asks) <= repeats(problem, without)


def repeats(problem: Problem, placement: Placement) -> int:
    """Sum the costs of earlier partners in twelfths: a group of k divides them by k - 1."""
    if not len(problem.penalties.costs):
        return 0
    return sum(12 * problem.penalty([group]) // (len(group) - 1) for group in placement.groups)


def largest_group(count: int, size: int) -> int:
    """Give how many people a group may hold: a trio at pairs, the largest circle else."""
    return 3 if size == 2 or count < 2 else max(circle_sizes(count, size))
