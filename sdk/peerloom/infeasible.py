"""The smallest exceptions from hard rules with which everybody finds a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Bonds, Pair, chains
from peerloom.fallbacks import best_partners_bound, pairs_trios_and_lonely
from peerloom.pairing import NoPartitionError, match
from peerloom.pairing.profiles import Exceptions
from peerloom.problem import Groups, Penalties, Problem, inner_pairs, value
from peerloom.rules import Rules

if TYPE_CHECKING:
    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.weights import IntArray

MUST_COST = 4
# Costs are kept twice as large, so that both of two people who should be together carry half.
_SCALE = 2
# Up to so many people every exception is considered; beyond it, those of people who lack a group.
_ALL_PAIRS = 2000
_MOST_EXCEPTIONS = 4_000_000
# So many pairs who must be together are tried as the ones that give way.
_MOST_VARIANTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Exceptions from hard rules, and groups that need no more than these.

    Parameters
    ----------
    lifted
        Pairs for whom the general rules do not hold.
    unplaced
        Who cannot be in any group, whatever gives way.
    cost
        What the exceptions cost, in twelfths: see `cost_of`.
    groups
        Groups of everybody else, locked ones too.
    upper_bound
        No groups with as small exceptions score more; the locked ones do not count.
    """

    lifted: frozenset[Pair]
    unplaced: tuple[int, ...]
    cost: int
    groups: Groups
    upper_bound: int


def smallest_exemption(
    strict: Problem,
    loose: Problem,
    rules: Rules,
    bonds: Bonds,
    *,
    seed: int,
    progress: OnProgress | None = None,
) -> Exemption:
    """Find the smallest exceptions, and of equal ones those with the highest score.

    Parameters
    ----------
    strict, loose
        Everybody, with and without the general rules.
    rules
        The general rules, with what it costs to relax each.
    bonds
        Who belongs together. Locked groups stay.
    seed
        Chooses among equally good ones.
    progress
        May stop the search; then what is found need not be the smallest.
    """
    search = _Search(
        strict=strict, loose=loose, rules=rules, bonds=bonds, seed=seed, progress=progress
    )
    found = [search.with_musts(bonds.must_pairs)]
    if strict.size == 2:
        pairs = bonds.open_pairs
        for chain in [chain for chain in chains(pairs) if len(chain) > 2][:_MOST_VARIANTS]:
            inside = {pair for pair in pairs if pair[0] in chain}
            found += [search.with_musts(bonds.must_pairs - inside | {pair}) for pair in inside]
        found += search.with_hosts()
    elif found[0].unplaced:
        found.append(search.with_smaller_groups())
    return min(
        found,
        key=lambda one: (len(one.unplaced), one.cost, -value(loose.scores, one.groups), one.groups),
    )


def cost_of(groups: Groups, rules: Rules, bonds: Bonds) -> int:
    """Sum in twelfths what groups cost.

    Each pair costs what the general rules say that it breaks, divided by the other people in its
    group: so every person counts once. Two who should be together and are not cost `MUST_COST`.
    """
    total = 0
    locked = set(bonds.locked)
    for group in groups:
        if group not in locked:
            total += 12 * int(rules.costs(*inner_pairs([group])).sum()) // (len(group) - 1)
    return total + 12 * MUST_COST * len(apart(groups, bonds.wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What is to exempt from what."""

    strict: Problem
    loose: Problem
    rules: Rules
    bonds: Bonds
    seed: int
    progress: OnProgress | None

    @property
    def is_pairs(self) -> bool:
        return self.strict.size == 2

    def with_musts(self, musts: frozenset[Pair]) -> Exemption:
        """Exempt from the general rules and, in pairs, from some pairs that should be together.

        Every pair costs what it breaks; half of what it costs to part two people lies on each pair
        of either with somebody else. One exact engine run finds the smallest cost, then the best
        score. Three people who must be together stay so, and all who must in a large round.
        """
        is_large = len(self.strict.members) > _ALL_PAIRS
        kept = [chain for chain in chains(musts) if self.is_pairs and (is_large or len(chain) > 2)]
        taken = {person for group in (*self.bonds.locked, *kept) for person in group}
        free = [person for person in range(len(self.strict.members)) if person not in taken]
        unplaced = _unplaceable(self.loose, free, self.seed)
        free = [person for person in free if person not in unplaced]
        musts = frozenset(pair for pair in musts if set(pair) <= set(free))
        if is_large:
            problem = self._with_exceptions_for_the_lonely(free)
        else:
            tails, heads = _all_pairs(free)
            penalties = _penalties(tails, heads, self._costs(tails, heads, musts))
            problem = replace(self.loose, penalties=penalties)
        if not self.is_pairs:
            together = tuple(two for chain in chains(musts) for two in combinations(chain, 2))
            problem = replace(problem, together=together)
        groups, upper_bound = _solve(problem, free, self.seed, self.progress)
        upper_bound += value(self.loose.scores, kept)
        return self._exemption((*groups, *kept), unplaced, upper_bound)

    def with_smaller_groups(self) -> Exemption:
        """Make pairs and trios where circles would leave somebody out, and join what can be joined.

        Every circle splits into pairs and trios, so no other sizes could place more people.
        """
        search = replace(
            self,
            strict=replace(self.strict, size=2, alone=()),
            loose=replace(self.loose, size=2, alone=()),
        )
        found = search.with_musts(self.bonds.must_pairs)
        locked = set(self.bonds.locked)
        groups = self._joined([group for group in found.groups if group not in locked])
        people = sorted(person for group in groups for person in group)
        bound = best_partners_bound(self.loose, people)
        return self._exemption(groups, found.unplaced, bound)

    def _joined(self, groups: Sequence[tuple[int, ...]]) -> list[tuple[int, ...]]:
        """Join groups up to the wanted size where no rule forbids it."""
        joined: list[tuple[int, ...]] = []
        for group in groups:
            for number, other in enumerate(joined):
                if len(group) + len(other) <= self.strict.size:
                    tails, heads = np.array(
                        [sorted(pair) for pair in product(group, other)], dtype=np.int64
                    ).T
                    if (self.strict.scores.values(tails, heads) >= 0).all():
                        joined[number] = tuple(sorted((*group, *other)))
                        break
            else:
                joined.append(group)
        return joined

    def with_hosts(self) -> list[Exemption]:
        """Let two who must be together take in a third person, where the number is odd.

        The two become one vertex, so one exact matching for each of them finds the smallest cost.
        """
        musts = frozenset(pair for pair in chains(self.bonds.must_pairs) if len(pair) == 2)
        taken = {
            person
            for group in (*self.bonds.locked, *self.bonds.must)
            if group not in musts
            for person in group
        }
        count = len(self.strict.members)
        free = [person for person in range(count) if person not in taken]
        if len(free) % 2 == 0 or count > _ALL_PAIRS:
            return []
        kept = [chain for chain in self.bonds.must if chain not in musts]
        bound = best_partners_bound(self.loose, free) + value(self.loose.scores, kept)
        found = [self._with_host(host, musts, free) for host in sorted(musts)[:_MOST_VARIANTS]]
        return [self._exemption((*groups, *kept), (), bound) for groups in found if groups]

    def _with_host(self, host: Pair, musts: frozenset[Pair], free: Sequence[int]) -> Groups:
        """Give the best groups in which somebody joins a pair; none where nobody can."""
        rest = [person for person in free if person not in host]
        size = len(rest)
        tails, heads = _all_pairs(rest)
        rows, columns = np.triu_indices(size, 1)
        others = musts - {host}
        scores = np.full((size + 1, size + 1), -1, dtype=np.int64)
        costs = np.zeros_like(scores)
        # Everything is doubled: a trio counts half the sum of its three pairs.
        scores[rows, columns] = 2 * self.loose.scores.values(tails, heads)
        costs[rows, columns] = 2 * self._costs(tails, heads, others)
        places, first, second = (
            np.array(one).repeat(repeats)
            for one, repeats in ((rest, 1), (host[:1], size), (host[1:], size))
        )
        sides = [(first, places), (second, places), (first, second)]
        worth = np.stack([self.loose.scores.values(*side) for side in sides])
        scores[:size, size] = np.where((worth < 0).any(axis=0), -1, worth.sum(axis=0))
        costs[:size, size] = sum(self._costs(*side, others) for side in sides)
        upper = np.triu(np.where(scores < 0, -1, 1), 1) > 0
        bonus = int(scores.max()) * (size + 1) + 1
        scores = np.where(upper, scores + bonus * (int(costs.max()) - costs), -1)
        matching = match(np.maximum(scores, scores.T))
        if 2 * len(matching.pairs) < size + 1:
            return ()
        named = [*rest, *host]
        return tuple(
            tuple(sorted((named[one], *(host if other == size else (named[other],)))))
            for one, other in matching.pairs
        )

    def _costs(self, tails: IntArray, heads: IntArray, musts: frozenset[Pair]) -> IntArray:
        return _SCALE * self.rules.costs(tails, heads) + _costs_of_musts(
            tails, heads, musts if self.is_pairs else frozenset(), len(self.strict.members)
        )

    def _exemption(
        self, groups: Sequence[tuple[int, ...]], unplaced: tuple[int, ...], upper_bound: int
    ) -> Exemption:
        tails, heads = inner_pairs(groups)
        broken = self.rules.costs(tails, heads) > 0
        everything = tuple(sorted((*groups, *self.bonds.locked)))
        return Exemption(
            lifted=frozenset(zip(tails[broken].tolist(), heads[broken].tolist(), strict=True)),
            unplaced=unplaced,
            cost=cost_of(everything, self.rules, self.bonds),
            groups=everything,
            upper_bound=upper_bound,
        )

    def _with_exceptions_for_the_lonely(self, people: Sequence[int]) -> Problem:
        """Lift the rules only for pairs with somebody whom the rules leave without a group.

        One exception gives a partner to two lonely people at most, so with a partner for each among
        themselves the count is the smallest there is.
        """
        count = len(self.strict.members)
        whole = self.strict.part(np.array(people, dtype=np.int64))
        lonely: list[int] = []
        for places in whole.separate_parts():
            try:
                whole.part(places).solve(seed=self.seed)
            except NoPartitionError as error:
                lonely += [people[places[index]] for index in error.indices]
        others = people if len(lonely) * len(people) <= _MOST_EXCEPTIONS else lonely
        tails, heads = (array.ravel() for array in np.meshgrid(lonely, others, indexing="ij"))
        codes = np.unique(np.minimum(tails, heads) * count + np.maximum(tails, heads))
        tails, heads = np.divmod(codes[codes // count != codes % count], count)
        said = self.strict.scores.exceptions
        codes = np.concatenate((tails * count + heads, said.tails * count + said.heads))
        values = np.concatenate((self.loose.scores.values(tails, heads), said.values))
        codes, first = np.unique(codes, return_index=True)
        exceptions = Exceptions(*np.divmod(codes, count), values[first])
        return replace(
            self.strict,
            scores=self.strict.scores.replacing(exceptions),
            penalties=_penalties(tails, heads, _SCALE * self.rules.costs(tails, heads)),
        )


def apart(groups: Groups, musts: frozenset[Pair]) -> frozenset[Pair]:
    """Name the pairs who should be together and are in two groups."""
    group_of = {person: group for group in groups for person in group}
    return frozenset(
        pair
        for pair in musts
        if set(pair) <= group_of.keys() and group_of[pair[0]] is not group_of[pair[1]]
    )


def _solve(
    problem: Problem, people: Sequence[int], seed: int, progress: OnProgress | None
) -> tuple[Groups, int]:
    """Group people at the smallest cost; people who must share a circle may part at last."""
    if not people:
        return (), 0
    part = problem.part(np.array(people, dtype=np.int64))
    try:
        solution = part.solve(seed=seed, progress=progress)
    except NoPartitionError:
        if part.together:
            return _solve(replace(problem, together=()), people, seed, progress)
        groups, _ = pairs_trios_and_lonely(problem, people)
        return groups, best_partners_bound(problem, people)
    named = tuple(tuple(people[one] for one in group) for group in solution.groups)
    return named, solution.upper_bound


def _unplaceable(loose: Problem, people: Sequence[int], seed: int) -> tuple[int, ...]:
    """Name the fewest people without whom all others can be grouped."""
    gone: list[int] = []
    left = list(people)
    while left:
        part = loose.part(np.array(left, dtype=np.int64))
        try:
            part.solve(seed=seed)
        except NoPartitionError as error:
            alone = [left[index] for index in error.indices]
        else:
            break
        if loose.size == 2 and len(left) <= _ALL_PAIRS:
            return tuple(sorted({*gone, *_lonely(loose, left, seed)}))
        gone += alone
        left = [person for person in left if person not in alone]
    return tuple(sorted(gone))


def _lonely(loose: Problem, people: Sequence[int], seed: int) -> tuple[int, ...]:
    """Name who is left over by pairs and trios, in each part of people who can mix."""
    lonely: list[int] = []
    whole = loose.part(np.array(people, dtype=np.int64))
    for places in whole.separate_parts():
        part = [people[place] for place in places.tolist()]
        _, alone = pairs_trios_and_lonely(loose, part)
        # One trio that the engine finds may take in one of them.
        for one in alone if len(part) % 2 else ():
            others = [person for person in part if person == one or person not in alone]
            try:
                loose.part(np.array(others, dtype=np.int64)).solve(seed=seed)
            except NoPartitionError:
                continue
            alone = tuple(person for person in alone if person != one)
            break
        lonely += alone
    return tuple(lonely)


def _all_pairs(people: Sequence[int]) -> tuple[IntArray, IntArray]:
    """List every two of some people."""
    places = np.array(people, dtype=np.int64)
    rows, columns = np.triu_indices(len(places), 1)
    return places[rows], places[columns]


def _costs_of_musts(
    tails: IntArray, heads: IntArray, musts: frozenset[Pair], count: int
) -> IntArray:
    """Let each of two people who should be together carry half of what it costs to part them."""
    partner = np.full(count, -1, dtype=np.int64)
    for one, other in musts:
        partner[[one, other]] = other, one
    costs = np.zeros(len(tails), dtype=np.int64)
    for here, there in ((tails, heads), (heads, tails)):
        costs += (partner[here] >= 0) & (partner[here] != there)
    return costs * (MUST_COST * _SCALE // 2)


def _penalties(tails: IntArray, heads: IntArray, costs: IntArray) -> Penalties:
    is_broken = costs > 0
    return Penalties(tails[is_broken], heads[is_broken], costs[is_broken])
