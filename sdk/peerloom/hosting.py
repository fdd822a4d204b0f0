"""Two people who are bound together may take in the one who is left over of an odd number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Pair
from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.problem import Groups, Penalties, Problem

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

# Half of a step stays between two totals, so up to this much decides only between equals.
_MOST_SEATS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Somebody joins a pair that is bound; the others are paired in the best way.

    Parameters
    ----------
    host
        The pair.
    third
        Who joins it.
    score
        What the pairs are worth, and what the third person adds to the pair.
    penalty
        Twice the costs of the pairs, and what the third person adds; see `doubled_penalty`.
    """

    host: Pair
    third: int
    score: int
    penalty: int


def doubled_penalty(problem: Problem, groups: Iterable[Sequence[int]]) -> int:
    """Sum the costs of the pairs that are together, twice; in a trio they count once."""
    return sum(2 * problem.penalty([group]) // (len(group) - 1) for group in groups)


def best_host(
    problem: Problem, loose: Problem, hosts: Sequence[Pair], people: Sequence[int], *, seed: int
) -> Hosting | None:
    """Find the best way in which one of an odd number joins a pair, and the others are pairs.

    Only one of them joins a pair. So all pairs together are one more vertex, whose edge to a person
    is worth what the best pair for that person gains, and one exact solve is proven best.

    Parameters
    ----------
    problem, loose
        For everybody, with and without the general rules.
    hosts
        Pairs that are bound.
    people
        Who is to be placed, rising, an odd number.
    seed
        Chooses among equally good ones.

    Returns
    -------
    Hosting or None
        The one with the smallest penalty, then the highest score; None where there is none. Of
        trios that are equally good, one of people who sat in the fewest.
    """
    places = np.array(people, dtype=np.int64)
    joins = {
        third: join
        for third in people
        if (join := _best_join(problem, loose, hosts, third)) is not None
    }
    if not joins:
        return None
    lowest = min(gain for _, gain, _, _ in joins.values())
    cheapest = min(cost for cost, _, _, _ in joins.values())
    fewest = min(seats for _, _, seats, _ in joins.values())
    index = {person: number for number, person in enumerate(people)}
    count = len(people)
    tails = np.array([index[third] for third in joins], dtype=np.int64)
    heads = np.full(len(joins), count, dtype=np.int64)
    # A few points for the seats stay below half a step; an even number suits the engine.
    values = [
        gain - lowest + 2 * (_MOST_SEATS - min(seats - fewest, _MOST_SEATS))
        for _, gain, seats, _ in joins.values()
    ]
    whole = problem.part(np.append(places, hosts[0][0]))
    others = np.setdiff1d(np.arange(count), tails)
    given = whole.scores.exceptions
    kept = given.heads < count
    exceptions = Exceptions(
        np.concatenate((given.tails[kept], tails, others)),
        np.concatenate((given.heads[kept], heads, np.full(len(others), count))),
        np.concatenate((given.values[kept], values, np.full(len(others), -1))),
    )
    costs = np.array([cost - cheapest for cost, _, _, _ in joins.values()], dtype=np.int64)
    near = problem.part(places).penalties
    penalties = Penalties(
        np.concatenate((near.tails, tails[costs > 0])),
        np.concatenate((near.heads, heads[costs > 0])),
        np.concatenate((2 * near.costs, costs[costs > 0])),
    )
    merged = Problem(
        members=whole.members, scores=whole.scores.replacing(exceptions), penalties=penalties
    )
    try:
        groups = merged.solve(seed=seed).groups
    except NoPartitionError:
        return None
    if any(len(group) != 2 for group in groups):
        return None
    third = next(people[one] for one, other in groups if other == count)
    pairs: Groups = tuple((people[one], people[other]) for one, other in groups if other < count)
    cost, gain, _, host = joins[third]
    worth = sum(_score(problem, one, other) for one, other in pairs)
    return Hosting(
        host=host,
        third=third,
        score=worth + gain,
        penalty=doubled_penalty(problem, pairs) + cost,
    )


def _best_join(
    problem: Problem, loose: Problem, hosts: Sequence[Pair], third: int
) -> tuple[int, int, int, Pair] | None:
    """Give the added penalty and score, the seats so far, and the pair that suits best."""
    one, other = np.array(hosts, dtype=np.int64).T
    here = np.full(len(hosts), third)
    near = [problem.scores.values(side, here) for side in (one, other)]
    fits = (near[0] >= 0) & (near[1] >= 0)
    if not fits.any():
        return None
    inner = loose.scores.values(one, other).clip(0)
    gains = (near[0] + near[1] - inner) // 2
    prices = _prices(problem)
    costs = prices(one, here) + prices(other, here) - prices(one, other)
    seats = np.zeros(len(hosts), dtype=np.int64)
    if problem.seats:
        sat = np.array(problem.seats, dtype=np.int64)
        seats = sat[one] + sat[other] + sat[third]
    best = np.lexsort((seats, -gains, costs, ~fits))[0].item()
    return int(costs[best]), int(gains[best]), int(seats[best]), hosts[best]


def _prices(problem: Problem) -> Callable[[IntArray, IntArray], IntArray]:
    """Give the function that knows what each pair costs, whichever of the two is named first."""
    costs = problem.penalties
    priced = ProfileWeights(
        len(problem.members), (), Exceptions(costs.tails, costs.heads, costs.costs)
    )

    def prices(ones: IntArray, others: IntArray) -> IntArray:
        return priced.values(np.minimum(ones, others), np.maximum(ones, others))

    return prices


def _score(problem: Problem, one: int, other: int) -> int:
    return int(problem.scores.values(np.array([one]), np.array([other]))[0])
