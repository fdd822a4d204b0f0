"""The smallest exceptions among few people, for certain: no grouping of them is left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Bonds, Pair
from peerloom.exemptions import MUST_COST, Exemption
from peerloom.pairing.profiles import Exceptions, ProfileWeights
from peerloom.problem import Groups, Problem, value
from peerloom.rules import Rules

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

MOST_PEOPLE = 14
"""Up to so many people all pairs and trios are weighed, in half a second at most."""

# Each pair is divided by the other people of its group: by one or by two.
_SHARE = {2: 12, 3: 6}


def exemption_of_few(
    loose: Problem,
    rules: Rules,
    bonds: Bonds,
    *,
    asks: Collection[Pair],
    seed: int,
    has_few_trios: bool = True,
) -> Exemption | None:
    """Find the best pairs and trios of all who are in no locked group.

    What counts, in this order: few people without a group, small exceptions, few trios, many asks
    that hold, few and old repeats, a high score, few seats in earlier trios.

    Parameters
    ----------
    loose
        Everybody, without the general rules.
    rules
        The general rules, with what it costs to relax each.
    bonds
        Who belongs together. Locked groups stay.
    asks
        Pairs who asked each other.
    seed
        Chooses among equally good groups.
    has_few_trios
        Whether pairs come before trios.

    Returns
    -------
    Exemption or None
        None where the people are more than `MOST_PEOPLE`.

    Notes
    -----
    A table over the subsets of people; see `best_pairs_and_trios`.
    """
    taken = {person for group in bonds.locked for person in group}
    people = [person for person in range(len(loose.members)) if person not in taken]
    if len(people) > MOST_PEOPLE:
        return None
    Random(seed).shuffle(people)  # noqa: S311  # ties, not secrets
    merit = _merits(loose, people, rules, bonds, asks, has_few_trios=has_few_trios)
    groups = best_pairs_and_trios(people, merit)
    placed: Groups = tuple(sorted(group for group in groups if len(group) > 1))
    return Exemption.of(
        placed,
        tuple(sorted(group[0] for group in groups if len(group) == 1)),
        rules=rules,
        bonds=bonds,
        upper_bound=value(loose.scores, placed),
        is_final=True,
    )


def groups_of_few(
    problem: Problem, people: Sequence[int], *, seed: int
) -> tuple[Groups, tuple[int, ...]] | None:
    """Find the best pairs and trios under the rules that a problem holds.

    What counts, in this order: few people without a group, few trios, few and old repeats, a high
    score, few seats in earlier trios.

    Returns
    -------
    groups, lonely
        By index; None where the people are more than `MOST_PEOPLE`.
    """
    if len(people) > MOST_PEOPLE:
        return None
    order = list(people)
    Random(seed).shuffle(order)  # noqa: S311  # ties, not secrets
    groups = best_pairs_and_trios(order, _merits(problem, order, None, Bonds(), ()))
    return (
        tuple(sorted(group for group in groups if len(group) > 1)),
        tuple(sorted(group[0] for group in groups if len(group) == 1)),
    )


def best_pairs_and_trios(
    people: list[int], merit: Callable[[tuple[int, ...]], int | None]
) -> list[tuple[int, ...]]:
    """Find the groups of one, two or three with the largest sum of merits.

    The first person of a set chooses with whom to be, and what is best for the others depends only
    on who they are (M. Held and R. Karp, "A dynamic programming approach to sequencing problems",
    Journal of the SIAM 10, 1962).

    Parameters
    ----------
    people
        Of equally good groups, those of the first people first.
    merit
        What a group is worth, its people sorted; None where it must not be.

    Returns
    -------
    list of tuple of int
        Each sorted. O(2^n n^2) steps for n people.

    Examples
    --------
    >>> worth = {(0, 1): 3, (0, 2): 2, (1, 2): 2, (0, 1, 2): 3}
    >>> best_pairs_and_trios([0, 1, 2], lambda group: worth.get(group, -1))
    [(0, 1, 2)]
    """
    count = len(people)
    choices: list[list[tuple[int, int, tuple[int, ...]]]] = [[] for _ in people]
    for size in (1, 2, 3):
        for places in combinations(range(count), size):
            group = tuple(sorted(people[place] for place in places))
            worth = merit(group)
            if worth is not None:
                mask = sum(1 << place for place in places)
                choices[places[0]].append((mask, worth, group))
    best: dict[int, tuple[int, tuple[int, ...], int]] = {0: (0, (), 0)}

    def solve(left: int) -> int:
        known = best.get(left)
        if known is not None:
            return known[0]
        first = (left & -left).bit_length() - 1
        found: tuple[int, tuple[int, ...], int] | None = None
        for mask, worth, group in choices[first]:
            if mask & left == mask:
                total = worth + solve(left ^ mask)
                if found is None or total > found[0]:
                    found = (total, group, mask)
        if found is None:
            raise ValueError("everybody may at least be alone")
        best[left] = found
        return found[0]

    left = (1 << count) - 1
    solve(left)
    groups = []
    while left:
        _, group, mask = best[left]
        groups.append(group)
        left ^= mask
    return groups


def _merits(
    loose: Problem,
    people: Sequence[int],
    rules: Rules | None,
    bonds: Bonds,
    asks: Collection[Pair],
    *,
    has_few_trios: bool = True,
) -> Callable[[tuple[int, ...]], int | None]:
    """Put all that counts into one number: a unit of what comes first outweighs all that follows.

    Parameters
    ----------
    people
        Who is to be grouped.
    rules
        What gives way at a cost; None where nothing does.
    """
    count = len(people)
    part = loose.part(np.array(sorted(people), dtype=np.int64))
    seats = loose.seats or (0,) * len(loose.members)
    penalties = loose.penalties
    prices = ProfileWeights(
        len(loose.members), (), Exceptions(penalties.tails, penalties.heads, penalties.costs)
    )
    wanted, asked = bonds.open_pairs, frozenset(asks)
    for_score = 1 + count * max(seats, default=0)
    for_repeat = for_score * (1 + count * max(0, part.scores.highest))
    for_ask = for_repeat * (1 + 12 * count * int(penalties.costs.max(initial=0)))
    for_trio = for_ask * (1 + count * count)
    for_cost = for_trio * (1 + count)
    most = sum(rule.cost for rule in (() if rules is None else rules.general)) + 2 * MUST_COST
    for_place = for_cost * (1 + 24 * count * most)

    def merit(group: tuple[int, ...]) -> int | None:
        if len(group) == 1:
            return -for_place
        tails, heads = _inner(group)
        scores = loose.scores.values(tails, heads)
        if (scores < 0).any():
            return None
        share = _SHARE[len(group)]
        pairs = list(combinations(group, 2))
        held = 12 * MUST_COST * sum(pair in wanted for pair in pairs)
        broken = 0 if rules is None else int(rules.costs(tails, heads).sum())
        is_trio = len(group) == 3
        return (
            for_cost * (held - share * broken)
            - for_trio * (is_trio and has_few_trios)
            + for_ask * sum(pair in asked for pair in pairs)
            - for_repeat * share * int(prices.values(tails, heads).sum())
            + for_score * (int(scores.sum()) // (len(group) - 1))
            - (sum(seats[one] for one in group) if is_trio else 0)
        )

    return merit


def _inner(group: tuple[int, ...]) -> tuple[IntArray, IntArray]:
    pairs = np.array(list(combinations(group, 2)), dtype=np.int64)
    return pairs[:, 0], pairs[:, 1]
