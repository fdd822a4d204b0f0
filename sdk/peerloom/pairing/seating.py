"""Everybody into circles: search, repair and proof in one walk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circle_columns import CircleProblem
from peerloom.pairing.circle_proof import CircleProof, any_circles
from peerloom.pairing.circles import CircleSearch, circle_bound, count_lone, shared_codes
from peerloom.pairing.small_circles import MOST_PEOPLE, best_circles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.weights import IntArray

# Beyond, too many circles break the first prices, and only a loose bound is quick.
_MOST_PRICED = 300
_COMPANY_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class Seating:
    """Circles that hold everybody once.

    Attributes
    ----------
    groups : list of tuple of int
        The circles.
    upper_bound : int
        Proven: no admissible circles in which no more people are alone have a larger total.
    unplaced : tuple of int
        Who sits with somebody they must not sit with; empty if the circles are admissible.
    """

    groups: list[tuple[int, ...]]
    upper_bound: int
    unplaced: tuple[int, ...] = ()


def seat(
    weights: IntArray,
    sizes: tuple[int, ...],
    random: Random,
    *,
    alone: Sequence[IntArray] = (),
    progress: OnProgress | None = None,
) -> Seating:
    """Seat everybody in circles of given sizes.

    Few people are alone first of all, then the total is large. A person is alone if their code is
    said, at least one other person in the whole has it, but nobody else in their circle.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, whole dozens; negative = forbidden.
    sizes
        How many people each circle takes, 2 to 5; their sum is n.
    random
        Decides between circles that are equally good.
    alone
        Codes per person, shape ``(n,)`` for each attribute; -1 = not said.
    progress
        Told the total and its bound now and then; stops the work when it returns true.

    Returns
    -------
    Seating
        Proven best to about 30 people, and often to 100; from there to 300 the bound is most often
        one or two percent above the total, and beyond a loose one. To 15 people it is certain
        when forbidden pairs leave no admissible circles.

    Examples
    --------
    >>> import numpy as np
    >>> from random import Random
    >>> scores = 12 * np.array([[-1, 4, 1, 1], [4, -1, 1, 1], [1, 1, -1, 3], [1, 1, 3, -1]])
    >>> seat(scores, (2, 2), Random(0)).groups
    [(0, 1), (2, 3)]
    >>> seat(scores, (2, 2), Random(0), alone=[np.array([0, 1, 0, 1])]).groups
    [(0, 2), (1, 3)]
    """
    codes = [shared_codes(attribute) for attribute in alone]
    if len(weights) <= MOST_PEOPLE:
        best = best_circles(weights, sizes, cache(partial(count_lone, codes)))
        if best is not None:
            return Seating(list(best[0]), best[1])
    search = CircleSearch(weights, sizes, random, codes)
    search.improve(max(10, 6000 // len(weights)))
    groups, unplaced = search.groups, search.unplaced()
    if unplaced:
        other = None
        if len(weights) > MOST_PEOPLE:
            everybody = len(weights) * len(codes)
            other = any_circles(CircleProblem(weights, sizes, tuple(codes), everybody))
        if other is None:
            return Seating(groups, 0, unplaced)
        groups = other
    groups = _with_company(weights, sizes, random, codes, groups)
    lone = sum(count_lone(codes, circle) for circle in groups)
    if len(weights) > _MOST_PRICED:
        return Seating(groups, circle_bound(weights, min(sizes)))
    problem = CircleProblem(weights, sizes, tuple(codes), lone)
    proof = CircleProof(problem, groups, random, progress)
    proof.run()
    return Seating(proof.groups, proof.upper_bound)


def _with_company(
    weights: IntArray,
    sizes: tuple[int, ...],
    random: Random,
    codes: list[IntArray],
    groups: list[tuple[int, ...]],
) -> list[tuple[int, ...]]:
    """Find circles with fewer people alone, whatever they are worth."""
    lone = sum(count_lone(codes, circle) for circle in groups)
    if not lone:
        return groups
    # Without scores the search looks at nothing but who is alone.
    search = CircleSearch(np.minimum(weights, 0), sizes, random, codes)
    search.improve(_COMPANY_ROUNDS)
    fewer = sum(count_lone(codes, circle) for circle in search.groups)
    if fewer < lone and not search.unplaced():
        groups, lone = search.groups, fewer
    while lone:
        other = any_circles(CircleProblem(weights, sizes, tuple(codes), lone - 1))
        if other is None:
            break
        groups = other
        lone = sum(count_lone(codes, circle) for circle in groups)
    return groups
