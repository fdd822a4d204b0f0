"""The smallest exceptions from hard rules with which everybody finds a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np

from peerloom.bonds import Bonds, Indices, Pair, chains
from peerloom.exemptions import MUST_COST, Exemption
from peerloom.fallbacks import best_partners_bound, joined, pairs_trios_and_lonely
from peerloom.few_people import exemption_of_few
from peerloom.pairing import NoPartitionError, match
from peerloom.pairing.profiles import Exceptions
from peerloom.problem import Groups, Penalties, Problem, inner_pairs, value
from peerloom.rules import Rules

if TYPE_CHECKING:
    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.weights import IntArray

# Costs are kept twice as large, so that both of two people who should be together carry half.
_SCALE = 2
# Up to so many people every exception is considered; beyond it, those of people who lack a group.
_ALL_PAIRS = 2000
_MOST_EXCEPTIONS = 4_000_000
# So many pairs who must be together are tried as the ones that give way.
_MOST_VARIANTS = 20


def smallest_exemption(
    strict: Problem,
    loose: Problem,
    rules: Rules,
    bonds: Bonds,
    *,
    asks: Collection[Pair] = (),
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
    asks
        Pairs who asked each other: they choose between equally small exceptions of few people.
    seed
        Chooses among equally good ones.
    progress
        May stop the search; then what is found need not be the smallest.

    Notes
    -----
    In pairs, up to `peerloom.few_people.MOST_PEOPLE` people outside locked groups: certain. Up to
    2,000 people: certain among all that have one trio for an odd number and none for an even one,
    as long as nobody must be with two others, and nobody must be with anybody in an odd number. In
    all other cases they are the smallest that were found, and the bound holds for any groups.
    """
    if strict.size == 2:
        certain = exemption_of_few(loose, rules, bonds, asks=asks, seed=seed)
        if certain is not None:
            return certain
    search = _Search(
        strict=strict, loose=loose, rules=rules, bonds=bonds, seed=seed, progress=progress
    )
    found = [search.with_musts(kept) for kept in search.ways_to_keep()]
    if strict.size == 2:
        found += search.with_hosts()
    elif found[0].unplaced:
        found.append(search.with_smaller_groups(asks))
    best = min(
        found,
        key=lambda one: (len(one.unplaced), one.cost, -value(loose.scores, one.groups), one.groups),
    )
    is_certain = len(found) == 1 and not best.unplaced and not (bonds.must and strict.size > 2)
    return best if is_certain and not search.is_large else replace(best, upper_bound=search.bound)


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

    @property
    def is_large(self) -> bool:
        return len(self.strict.members) > _ALL_PAIRS

    @property
    def free(self) -> list[int]:
        """Who is in no locked group."""
        taken = {person for group in self.bonds.locked for person in group}
        return [person for person in range(len(self.strict.members)) if person not in taken]

    @property
    def bound(self) -> int:
        """Bound what all who are free are worth, in any groups."""
        return best_partners_bound(self.loose, self.free)

    def ways_to_keep(self) -> list[tuple[Indices, ...]]:
        """List which people stay together in pairs, come what may.

        In pairs, what it costs to part two people is a price like any other, so that nobody needs
        to be kept; only a trio of people who must be together is more than prices can say.
        """
        if not self.is_pairs:
            return [()]
        if self.is_large:
            return [self.bonds.must]
        pairs = self.bonds.open_pairs
        single = (
            (trio,)
            for chain in chains(pairs)
            for trio in combinations(chain, 3)
            if chains(pair for pair in pairs if {*pair} <= {*trio}) == (trio,)
            and (self.loose.scores.values(*inner_pairs([trio])) >= 0).all()
        )
        trios = tuple(chain for chain in self.bonds.must if len(chain) > 2)
        return list(dict.fromkeys([(), trios, *islice(single, _MOST_VARIANTS)]))

    def with_musts(self, kept: Sequence[tuple[int, ...]]) -> Exemption:
        """Exempt from the general rules and, in pairs, from some pairs that should be together.

        Every pair costs what it breaks; half of what it costs to part two people lies on each pair
        of either with somebody else. One exact engine run finds the smallest cost, then the best
        score.

        Parameters
        ----------
        kept
            Groups that are taken out.
        """
        taken = {person for group in kept for person in group}
        free = [person for person in self.free if person not in taken]
        unplaced = _unplaceable(self.loose, free, self.seed)
        free = [person for person in free if person not in unplaced]
        musts = self.bonds.open_pairs if self.is_pairs else self.bonds.must_pairs
        musts = frozenset(pair for pair in musts if set(pair) <= set(free))
        if self.is_large:
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
        return self._exemption([*groups, *kept], unplaced, upper_bound)

    def with_smaller_groups(self, asks: Collection[Pair]) -> Exemption:
        """Make pairs and trios where circles would leave somebody out, and join what can be joined.

        Every circle splits into pairs and trios, so no other sizes could place more people.
        """
        search = replace(
            self,
            strict=replace(self.strict, size=2, alone=()),
            loose=replace(self.loose, size=2, alone=()),
        )
        found = [search.with_musts(kept) for kept in search.ways_to_keep()]
        few = exemption_of_few(
            search.loose,
            self.rules,
            self.bonds,
            asks=asks,
            seed=self.seed,
            has_few_trios=False,
        )
        locked = set(self.bonds.locked)
        together = []
        for one in found if few is None else [few, *found]:
            groups = joined(self.strict, [group for group in one.groups if group not in locked])
            people = sorted(person for group in groups for person in group)
            bound = best_partners_bound(self.loose, people)
            made = self._exemption(groups, one.unplaced, bound)
            together.append(replace(made, is_final=one is few))
        return min(together, key=lambda one: (len(one.unplaced), one.cost))

    def with_hosts(self) -> list[Exemption]:
        """Let two who should be together take in a third person, where the number is odd.

        The two become one vertex, so one exact matching for each of them finds the smallest cost.
        """
        if self.is_large:
            return []
        found = []
        trios = tuple(chain for chain in self.bonds.must if len(chain) > 2)
        for kept in dict.fromkeys([(), trios]):
            taken = {person for group in kept for person in group}
            free = [person for person in self.free if person not in taken]
            musts = frozenset(pair for pair in self.bonds.open_pairs if not taken & {*pair})
            if len(free) % 2:
                ways = (self._with_host(host, musts, free) for host in sorted(musts))
                found += [(*groups, *kept) for groups in islice(filter(None, ways), _MOST_VARIANTS)]
        return [self._exemption(groups, (), self.bound) for groups in found]

    def _with_host(self, host: Pair, musts: frozenset[Pair], free: Sequence[int]) -> Groups:
        """Give the best groups in which somebody joins a pair; none where nobody can."""
        if self.loose.scores.values(*inner_pairs([host]))[0] < 0:
            return ()
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
        return Exemption.of(
            tuple(groups), unplaced, rules=self.rules, bonds=self.bonds, upper_bound=upper_bound
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
    """Let each of two people who should be together carry half of what it costs to part them.

    A pair of them costs nothing for each other, and half for everybody else either should be with.
    """
    half = MUST_COST * _SCALE // 2
    others = np.zeros(count, dtype=np.int64)
    for pair in musts:
        others[list(pair)] += 1
    wanted = np.array(sorted(one * count + other for one, other in musts), dtype=np.int64)
    together = np.isin(np.minimum(tails, heads) * count + np.maximum(tails, heads), wanted)
    return half * (others[tails] + others[heads] - 2 * together)


def _penalties(tails: IntArray, heads: IntArray, costs: IntArray) -> Penalties:
    is_broken = costs > 0
    return Penalties(tails[is_broken], heads[is_broken], costs[is_broken])
