"""Whose turn it is to sit in the trio, and the best round with such a trio."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import combinations, islice
from random import Random
from typing import TypeAlias

import numpy as np

from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.problem import Groups, Penalties, Problem, Solution, value

Solve: TypeAlias = Callable[[Problem], Solution]
"""Finds the best groups of a round; raises `NoPartitionError` where there are none."""

# How many trios with somebody who must sit in it are tried, and up to how many people all are
# looked at for that.
_TRIED = 6
_MANY = 200
_DRAWS = 200
_DRAWN = 2


def turns(seats: Sequence[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Tell who must and who may sit in the next trio, so that seats stay as even as can be.

    Parameters
    ----------
    seats
        How often each of at least three people sat in a trio.

    Returns
    -------
    must, may : frozenset of int
        At most two people who are behind all others, and those from whom the trio is filled up.

    Examples
    --------
    >>> turns([1, 0, 1, 1])
    (frozenset({1}), frozenset({0, 2, 3}))
    """
    third = sorted(seats)[2]
    must = frozenset(person for person, count in enumerate(seats) if count < third)
    may = frozenset(person for person, count in enumerate(seats) if count == third)
    return must, may


def is_turn(trio: AbstractSet[int], seats: Sequence[int]) -> bool:
    """Tell whether it is the turn of these three."""
    must, may = turns(seats)
    return must <= trio <= must | may


def draw_trios(
    may_meet: Sequence[AbstractSet[int]],
    seats: Sequence[int],
    rounds: int,
    random: Random,
    *,
    in_turn: bool,
) -> list[frozenset[int]] | None:
    """Draw the trios of some rounds so that no two people are in two of them.

    Parameters
    ----------
    in_turn
        Whether it must be the turn of the three, or only as nearly as the draws allow.

    Returns
    -------
    list of frozenset of int or None
        None if the draws failed.
    """
    free = [set(others) for others in may_meet]
    counts = list(seats)
    trios = []
    for _ in range(rounds):
        drawn = _draws(free, counts, random, in_turn=in_turn)
        trio = next(drawn, None)
        if trio is None:
            return None
        if not in_turn:
            few = (trio, *islice(drawn, _DRAWN))
            trio = min(few, key=lambda one: sorted(counts[person] for person in one))
        trios.append(trio)
        for person in trio:
            counts[person] += 1
            free[person] -= trio
    return trios


def _draws(
    free: Sequence[AbstractSet[int]], seats: Sequence[int], random: Random, *, in_turn: bool
) -> Iterator[frozenset[int]]:
    must, may = turns(seats) if in_turn else (frozenset[int](), range(len(seats)))
    pool = sorted(may)
    for _ in range(_DRAWS):
        trio = must.union(random.sample(pool, 3 - len(must)))
        if all(other in free[one] for one, other in combinations(sorted(trio), 2)):
            yield trio


def solve_round(problem: Problem, solve: Solve) -> Solution | None:
    """Solve a round of pairs, with one trio if the number is odd; None if there is none."""
    try:
        found = solve(problem)
    except NoPartitionError:
        return None
    # People who can no longer mix may have got a trio in each part.
    trios = sum(len(group) == 3 for group in found.groups)
    return found if trios == len(problem.members) % 2 else None


def solve_in_turn(problem: Problem, seats: Sequence[int], solve: Solve) -> Solution | None:
    """Find the best pairs and one trio of people whose turn it is.

    Parameters
    ----------
    problem
        An odd number of people.
    seats
        How often each person sat in a trio.
    solve
        Finds the best groups.

    Returns
    -------
    Solution or None
        Its bound holds for every trio in turn. None if there is no such grouping, or, where some
        people must sit in it, none was found.
    """
    must, may = turns(seats)
    may_sit = tuple(person in must or person in may for person in range(len(seats)))
    best = solve_round(replace(problem, may_sit=may_sit), solve)
    if best is None or any(len(group) == 3 and must.issubset(group) for group in best.groups):
        return best
    found = [
        (problem.penalty(groups), -value(problem.scores, groups), groups)
        for groups in _candidates(problem, must, may, solve)
    ]
    if not found:
        return None
    penalty, loss, groups = min(found)
    bound = best.upper_bound
    if len(problem.penalties.costs):
        # With other repeats, more may be possible than the round with the fewest shows.
        bound = solve(replace(problem, penalties=Penalties.none())).upper_bound
    return Solution(groups, -loss, bound, penalty)


def _candidates(
    problem: Problem, must: frozenset[int], may: frozenset[int], solve: Solve
) -> Iterator[Groups]:
    """Give rounds in which one or two people who must sit in the trio do so."""
    if len(must) == 2:
        thirds = _ranked(problem, must, ((one,) for one in sorted(may)))
        for trio in thirds[:_TRIED]:
            yield from _with_trio(problem, trio, solve)
        return
    pairs = _pairs_without(problem, must, solve) or ()
    inside = [pair for pair in pairs if may.issuperset(pair)]
    for trio in _ranked(problem, must, inside, is_gain=True)[:1]:
        rest = (pair for pair in pairs if not trio.issuperset(pair))
        yield tuple(sorted((tuple(sorted(trio)), *rest)))
    if len(may) <= _MANY:
        for trio in _ranked(problem, must, combinations(sorted(may), 2))[:_TRIED]:
            yield from _with_trio(problem, trio, solve)


def _ranked(
    problem: Problem,
    firsts: AbstractSet[int],
    others: Iterable[tuple[int, ...]],
    *,
    is_gain: bool = False,
) -> list[frozenset[int]]:
    """Sort the allowed trios of some people with others: fewest repeats, then most valuable first.

    With `is_gain`, a trio counts as what it is worth more than the pair of the others.
    """
    trios = [(*sorted(firsts), *other) for other in others]
    if not trios:
        return []
    table = np.array(trios, dtype=np.int64)
    pairs = [(table[:, i], table[:, j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    scores = [problem.scores.values(*pair) for pair in pairs]
    priced = problem.penalties
    costs_of = ProfileWeights(
        len(problem.members), (), Exceptions(priced.tails, priced.heads, priced.costs)
    )
    costs = [costs_of.values(*pair) for pair in pairs]
    worth, cost = (
        one + two + (-three if is_gain else three) for one, two, three in (scores, costs)
    )
    is_allowed = np.min(scores, axis=0) >= 0
    order = np.lexsort((-worth, cost))
    return [frozenset(trios[place]) for place in order.tolist() if is_allowed[place]]


def _with_trio(problem: Problem, trio: AbstractSet[int], solve: Solve) -> Iterator[Groups]:
    pairs = _pairs_without(problem, trio, solve)
    if pairs is not None:
        yield tuple(sorted((tuple(sorted(trio)), *pairs)))


def _pairs_without(problem: Problem, absent: Iterable[int], solve: Solve) -> Groups | None:
    """Pair all but some people, an even number, or give None."""
    places = np.setdiff1d(np.arange(len(problem.members)), sorted(absent))
    found = solve_round(problem.part(places), solve)
    if found is None:
        return None
    return tuple(tuple(places[list(pair)].tolist()) for pair in found.groups)
