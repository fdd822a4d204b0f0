"""Everybody gets a place: rules, bonds and asks become groups, and rules give way if they must.

The order of what counts: who is kept apart and what is locked, then the other hard rules, then
mutual asks, then no repeats, then the score. Each step gives way only when somebody would be left
without a group otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import combinations

import numpy as np

from peerloom.binding_asks import allowed_asks, fitting, is_alike, largest_group, repeats
from peerloom.bonds import Bonds, Pair, bind, chains
from peerloom.criteria import STEP, alone_codes, score_model
from peerloom.exempting import place_with
from peerloom.exemptions import relaxations_of
from peerloom.fair_asks import FairAsks
from peerloom.fairness import worst_off_first
from peerloom.fallbacks import best_partners_bound, with_more_trios
from peerloom.giving_way import place_with_most
from peerloom.hosting import best_host, doubled_penalty
from peerloom.infeasible import smallest_exemption
from peerloom.members import Member
from peerloom.opening import open_locked
from peerloom.pairing import NoPartitionError
from peerloom.pairing.profiles import ProfileWeights
from peerloom.placements import Placement
from peerloom.planning.foresight import with_foresight
from peerloom.policy import Fairness, Policy
from peerloom.price import Price
from peerloom.problem import Groups, Penalties, Problem, Solution, inner_pairs, value
from peerloom.progress import Stage, Watch
from peerloom.rules import Rules, index_pairs

# Up to so many people the engine's search for a trio is exhaustive.
_CERTAIN = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is known about the people of one round.

    Parameters
    ----------
    members
        Who takes part, sorted by id; an index is a place here.
    policy, week, size, seed
        As for `peerloom.pair`.
    scores
        Pair scores without any rule.
    rules
        The hard rules on two people.
    penalties
        Earlier partners.
    bonds
        Who belongs together.
    mutual, one_way
        Pairs who asked each other, and pairs of whom one asked.
    seats
        How often each person sat in a trio before; empty for nobody ever.
    watch
        Is told how far it has come, and says when to stop.
    """

    members: tuple[Member, ...]
    policy: Policy
    week: date
    size: int
    seed: int
    scores: ProfileWeights
    rules: Rules
    penalties: Penalties
    bonds: Bonds
    mutual: frozenset[Pair] = frozenset()
    one_way: frozenset[Pair] = frozenset()
    seats: tuple[int, ...] = ()
    watch: Watch = field(default_factory=Watch, compare=False, repr=False)

    @classmethod
    def of(
        cls,
        members: tuple[Member, ...],
        *,
        policy: Policy,
        week: date,
        penalties: Penalties,
        locked: Sequence[Sequence[Member]] = (),
        mutual: Iterable[tuple[str, str]] = (),
        one_way: Iterable[tuple[str, str]] = (),
        size: int,
        seed: int,
        seats: Iterable[int] = (),
        watch: Watch | None = None,
    ) -> Task:
        """Read everything that concerns who takes part; who does not is not relevant.

        Parameters
        ----------
        members
            Who takes part, sorted by id.
        locked
            What `peerloom.bonds.read_locked` gave.
        mutual, one_way
            What `peerloom.asks.mutual_and_one_way` gave.
        """
        place = {member.id: index for index, member in enumerate(members)}
        rules = Rules.of(members, policy, week)
        return cls(
            members=members,
            policy=policy,
            week=week,
            size=size,
            seed=seed,
            scores=score_model(members, policy, week),
            rules=rules,
            penalties=penalties,
            bonds=bind(
                locked,
                index_pairs(policy.must, place),
                members,
                apart=rules.apart,
                largest=largest_group(len(members), size),
            ),
            mutual=index_pairs(mutual, place),
            one_way=index_pairs(one_way, place),
            seats=tuple(seats),
            watch=Watch() if watch is None else watch,
        )

    @property
    def wishes(self) -> Mapping[Pair, int]:
        """What asks add to the scores of pairs. A mutual ask that cannot bind counts for two."""
        points = STEP * self.policy.ask_points
        return {
            **dict.fromkeys(self.one_way, points),
            **dict.fromkeys(self.mutual, 2 * points),
        }

    def problem(self, lifted: Iterable[Pair] = (), *, is_strict: bool = True) -> Problem:
        """Give what the engine is to solve, for everybody, without bonds.

        Parameters
        ----------
        lifted
            Pairs for whom the general rules do not hold.
        is_strict
            Whether the general rules hold at all.
        """
        return Problem(
            members=self.members,
            scores=self.rules.weights(
                self.scores, is_strict=is_strict, lifted=frozenset(lifted), wishes=self.wishes
            ),
            penalties=self.penalties,
            size=self.size,
            alone=alone_codes(self.members, self.policy) if self.size > 2 else (),
            seats=self.seats,
        )

    def place(self) -> Placement:
        """Put everybody into a group; locked groups open where somebody would be alone otherwise.

        See `place_beside_locked` for all other rules.
        """
        placed = self.place_beside_locked()
        if placed.unplaced and self.bonds.locked:
            return open_locked(self, placed)
        return placed

    def place_beside_locked(self) -> Placement:
        """Put everybody into a group, under the hard rules if that is possible.

        Otherwise `Placement.relaxed` says which exceptions make it possible. They are the fewest,
        weighed by kind: 1 for a pair without the common time, 2 for a pair that breaks a rule on a
        column, 4 for two people who should be together and are not; in a trio, where everybody
        has two partners, each pair counts half. Where nothing helps because of who is kept apart,
        `Placement.unplaced` says who has no group. When the exceptions are certain to be the
        fewest: see `smallest_exemption`.
        """
        if not self._must_be_exempted():
            try:
                return self.place_under_rules(self.bonds, frozenset(), ())
            except NoPartitionError:
                pass
        exemption = smallest_exemption(
            self.problem(),
            self.problem(is_strict=False),
            self.rules,
            self.bonds,
            asks=self.mutual,
            seed=self.seed,
            progress=self.watch.teller(Stage.RELAXING),
        )
        return place_with(self, exemption)

    def _must_be_exempted(self) -> bool:
        """Tell whether people who must be together cannot be, or break a general rule."""
        bonds = self.bonds
        if bonds.must_pairs < bonds.open_pairs:
            return True
        return bool(self.rules.costs(*inner_pairs(bonds.must)).any())

    def place_under_rules(
        self, bonds: Bonds, lifted: frozenset[Pair], unplaced: Sequence[int]
    ) -> Placement:
        """Place all but `unplaced` with bonds, and with mutual asks while nobody is left out."""
        problem = self.problem(lifted)
        taken = {*unplaced, *(person for group in bonds.locked for person in group)}
        free = [person for person in range(len(self.members)) if person not in taken]
        asks, as_pairs = allowed_asks(problem, self.mutual, free)
        is_total = self.policy.fairness is Fairness.TOTAL
        make = self._place_pairs if self.size == 2 else self._place_circles

        @cache
        def place(chosen: tuple[Pair, ...]) -> Placement:
            made = make(problem, bonds, chosen, free)
            # No ask makes more trios than there need be.
            is_even = self.size > 2 or made.trios <= len(free) % 2
            if chosen and not is_even and made.trios > place(()).trios:
                raise NoPartitionError([])
            return made

        found, is_best = place_with_most(
            asks,
            place,
            fits=fitting(problem, bonds, free),
            repeats=lambda one: repeats(problem, one),
            first=as_pairs,
            fair=None if is_total else FairAsks(self, bonds, lifted),
        )
        if not is_best:
            bound = place(()).upper_bound
            if not is_total or not is_alike(problem, found, place(())):
                worth = self.problem(is_strict=False).scores
                bound = best_partners_bound(problem, free) + value(worth, bonds.locked)
            found = replace(found, upper_bound=max(found.upper_bound, bound))
        return replace(found, unplaced=tuple(unplaced))

    def _place_pairs(
        self, problem: Problem, bonds: Bonds, asks: Sequence[Pair], free: Sequence[int]
    ) -> Placement:
        """Take people who are bound out, as groups of their own, and pair the others.

        Of an odd number one person may join two who are bound.
        """
        bound = list(chains([*bonds.must_pairs, *asks]))
        rest = sorted(set(free).difference(*bound))
        hosts = [pair for pair in bound if len(pair) == 2]
        if not hosts or not rest:
            return self._beside(problem, bonds, bound, rest)
        parts = problem.part(np.array(rest, dtype=np.int64)).separate_parts()
        odd = [[rest[place] for place in part.tolist()] for part in parts if len(part) % 2]
        loose = self.problem(is_strict=False)
        is_best, more = True, 0
        for people in odd:
            own = self._own(problem, people)
            found = best_host(problem, loose, hosts, people, seed=self.seed)
            if found is None:
                continue
            left = [pair for pair in hosts if pair in bound]
            if found.host not in left:
                is_best = False
                found = best_host(problem, loose, left, people, seed=self.seed) if left else None
                if found is None:
                    continue
            if own is None or (found.penalty, -found.score) < (own[0], -own[1].score):
                bound.remove(found.host)
                bound.append(tuple(sorted((*found.host, found.third))))
                rest.remove(found.third)
                if own is None:
                    is_best = is_best and len(people) <= _CERTAIN
                else:
                    more += max(0, own[1].upper_bound - found.score)
        if not odd:
            return self._beside(problem, bonds, bound, rest)
        placed = self._beside(problem, bonds, bound, rest, has_foresight=False)
        if placed.price is not None:
            # The shape is chosen by the total, so that another one may have a higher worst pair.
            is_best = False
            highest = max(placed.price.worst_bound, problem.scores.highest)
            placed = replace(placed, price=replace(placed.price, worst_bound=highest))
        if is_best:
            return replace(placed, upper_bound=placed.upper_bound + more)
        everybody = best_partners_bound(loose, free) + value(loose.scores, bonds.locked)
        return replace(placed, upper_bound=max(placed.upper_bound, everybody))

    def _own(self, problem: Problem, people: Sequence[int]) -> tuple[int, Solution] | None:
        """Place an odd number among themselves, if that is possible; say the penalty, too."""
        part = problem.part(np.array(people, dtype=np.int64))
        try:
            solution = part.solve(seed=self.seed)
        except NoPartitionError:
            return None
        return doubled_penalty(part, solution.groups), solution

    def _beside(
        self,
        problem: Problem,
        bonds: Bonds,
        bound: Sequence[tuple[int, ...]],
        rest: Sequence[int],
        *,
        has_foresight: bool = True,
    ) -> Placement:
        """Group the rest beside those who are bound; with more trios if there is no other way."""
        fixed = (*bonds.locked, *bound)
        try:
            found = self._solve(problem, rest, beside=fixed, has_foresight=has_foresight)
        except NoPartitionError:
            if len(rest) < 2:
                raise
            groups = (*bound, *with_more_trios(problem, rest, seed=self.seed))
            everybody = [person for group in groups for person in group]
            bound_of_all = best_partners_bound(problem, sorted(everybody))
            placed = self.placement((*bonds.locked, *groups), bound_of_all, (), fixed=bonds.locked)
            return replace(placed, is_by_total=True)
        return self.placement(
            (*fixed, *found.groups), found.upper_bound, (), fixed=fixed, price=found.price
        )

    def _place_circles(
        self, problem: Problem, bonds: Bonds, asks: Sequence[Pair], free: Sequence[int]
    ) -> Placement:
        """Seat people who are bound in one circle."""
        together = tuple(
            pair for group in chains([*bonds.must_pairs, *asks]) for pair in combinations(group, 2)
        )
        found = self._solve(replace(problem, together=together), free, beside=bonds.locked)
        return self.placement(
            (*bonds.locked, *found.groups),
            found.upper_bound,
            (),
            fixed=bonds.locked,
            price=found.price,
        )

    def _solve(
        self,
        problem: Problem,
        people: Sequence[int],
        *,
        beside: Groups = (),
        has_foresight: bool = True,
    ) -> Placement:
        """Solve for some of the people, beside groups that are set."""
        if not people:
            return Placement(groups=(), score=0, upper_bound=0)
        part = problem.part(np.array(people, dtype=np.int64))
        price = None
        scores = self.problem(is_strict=False).scores if beside else part.scores
        tell = self.watch.teller(Stage.GROUPING, beside=value(scores, beside))
        if self.policy.fairness is Fairness.WORST_OFF_FIRST:
            fair = worst_off_first(part, seed=self.seed, progress=tell)
            price = fair.price(part, self.week)
            solution = fair.solution
            if (scores.values(*inner_pairs(beside)) < fair.worst).any():
                # The lowest pair is a set one: it does not bound what the others may be worth.
                solution = replace(solution, upper_bound=fair.plain.upper_bound)
        else:
            solution = part.solve(seed=self.seed, progress=tell)
            if has_foresight and not self.watch.is_stopped:
                solution = self._with_foresight(part, solution)
        groups = tuple(tuple(people[index] for index in group) for group in solution.groups)
        return Placement(
            groups=groups, score=solution.score, upper_bound=solution.upper_bound, price=price
        )

    def _with_foresight(self, part: Problem, solution: Solution) -> Solution:
        """Rather other pairs than a repeat that a later round could not avoid."""

        def solve(problem: Problem) -> Solution:
            return problem.solve(seed=self.seed)

        return with_foresight(part, solution, solve=solve, seed=self.seed)

    def placement(
        self,
        groups: Groups,
        upper_bound: int,
        unplaced: Sequence[int],
        *,
        fixed: Groups = (),
        price: Price | None = None,
    ) -> Placement:
        """Add up, and say what was relaxed; `upper_bound` is for all but the fixed groups."""
        worth = self.problem(is_strict=False).scores
        return Placement(
            groups=tuple(sorted(groups)),
            score=value(worth, groups),
            upper_bound=upper_bound + value(worth, fixed),
            relaxed=tuple(relaxations_of(self, groups)),
            unplaced=tuple(unplaced),
            price=price,
        )
