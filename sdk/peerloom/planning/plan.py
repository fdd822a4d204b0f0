"""Planning all rounds at once: each as good as it can be while all others remain possible.

A round is solved exactly among the people who have not met. Before it is kept, the rounds after it
must be possible, which `complete` shows by finding them; those are kept in hand. If it cannot, the
next round is taken from what is in hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from peerloom.planning.completion import complete, round_robin
from peerloom.planning.pairs import (
    Pair,
    forbidding,
    groups_of,
    loose_bound,
    pairs_of,
    trio_of,
)
from peerloom.planning.trios import Solve, draw_trios, is_turn, solve_in_turn, solve_round
from peerloom.problem import Groups, Problem, value

# With so many people to spare for everybody, the rounds to come are in no danger.
_SPARE = 8
# People times rounds that are completed at once, and how often that is tried.
_LARGEST_REST = 6000
_TRIES = 30
# Up to so many people rounds are kept possible beyond those that are wanted.
_FEW = 40
# Beyond so many people nobody asks for so many rounds that one could be impossible.
_MOST_PEOPLE = 5000
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """Groups of one round, by index.

    Parameters
    ----------
    groups
        Everybody exactly once.
    score
        As in `Solution`.
    upper_bound
        After the rounds before, no groups without a repeat score more: none at all, or none with a
        trio of people whose turn it is.
    """

    groups: Groups
    score: int
    upper_bound: int


Tell: TypeAlias = Callable[[Sequence[PlannedRound]], bool | None]
"""Is called with the rounds so far; True ends the search."""


@dataclass(kw_only=True)
class Planner:
    """Rounds without a repeat, as many as wanted or as can be found.

    Parameters
    ----------
    problem
        Pairs, in one part, without penalties.
    met
        Pairs of indices ``(i, j)``, i < j, who have met before the first round.
    seats
        How often each person sat in a trio before.
    solve
        Finds the best groups of one round.
    seed
        Decides the order of the search for the rounds to come.
    """

    problem: Problem
    met: frozenset[Pair]
    seats: tuple[int, ...]
    solve: Solve
    seed: int
    rounds: list[PlannedRound] = field(default_factory=list)
    _in_hand: list[Groups] = field(default_factory=list)
    _in_turn: bool = True

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.problem.members)

    def plan(self, wanted: int, tell: Tell = lambda _: None) -> list[PlannedRound]:
        """Plan rounds without a repeat.

        Parameters
        ----------
        wanted
            How many rounds. Fewer come back where no more were found.
        tell
            Called with the rounds so far, from the first on; True ends the search.
        """
        most = self._most_rounds()
        wanted = min(wanted, most)
        aim = wanted
        if self.count % 2 == 0 and self.count <= _FEW and 2 * (most - wanted) < self.count:
            aim = most  # so that the calendar can be continued
        while len(self.rounds) < wanted:
            if not self.step(aim):
                if self.count % 2 and self._in_turn:
                    self._in_turn = False  # rather a seat twice than a partner twice
                elif aim > wanted:
                    aim = wanted
                else:
                    wanted = aim = wanted - 1
            elif self.rounds and tell(self.rounds) is True:
                break
        return self.rounds

    def step(self, wanted: int) -> bool:
        """Plan the next round so that all the others remain possible, or take some rounds back.

        Parameters
        ----------
        wanted
            How many rounds there should be in all.

        Returns
        -------
        bool
            False if so many could not be found.
        """
        left = wanted - len(self.rounds) - 1
        problem = replace(self.problem, scores=forbidding(self.problem.scores, self._met()))
        if self.count % 2:
            best = solve_in_turn(problem, self._seats(), self.solve)
        else:
            best = solve_round(problem, self.solve)
        if best is not None and self._is_safe(best.groups, left):
            self._keep(best.groups, best.upper_bound)
        elif self._in_hand:
            groups = self._from_hand()
            if best is None or not self._is_in_turn([groups]):
                best = solve_round(problem, self.solve)
            self._keep(groups, loose_bound(problem) if best is None else best.upper_bound)
        else:
            return self._go_back(wanted)
        return True

    def _keep(self, groups: Groups, upper_bound: int) -> None:
        score = value(self.problem.scores, groups)
        self.rounds.append(PlannedRound(groups, score, upper_bound))

    def _from_hand(self) -> Groups:
        """Take a round in hand, and make it better as far as the others remain possible."""
        groups = self._take_from_hand()
        trios = [trio_of(one) for one in self._in_hand]
        if self.count % 2:
            reserved = frozenset(pairs_of([tuple(tuple(sorted(trio)) for trio in trios)]))
            better = self._paired_anew(groups, reserved)
            may_meet = self._may_meet(self._met(better))
            rest = complete(may_meet, trios, self._random(len(trios)))
            if rest is not None:
                self._in_hand = [groups_of(*one) for one in zip(rest, trios, strict=True)]
                return better
        return self._paired_anew(groups, frozenset(pairs_of(self._in_hand)))

    def _take_from_hand(self) -> Groups:
        """Take the most valuable round in hand that can be next."""
        places = range(len(self._in_hand))
        worth = [value(self.problem.scores, groups) for groups in self._in_hand]
        for place in sorted(places, key=lambda place: -worth[place]):
            others = [*self._in_hand[:place], *self._in_hand[place + 1 :]]
            if place == 0 or self._is_in_turn([self._in_hand[place], *others]):
                break
        taken = self._in_hand[place]
        self._in_hand = others
        return taken

    def _is_in_turn(self, rounds: Sequence[Groups]) -> bool:
        """Tell whether everybody sits in the trio in turn if these rounds come next."""
        seats = self._seats()
        for groups in rounds:
            for group in groups:
                if len(group) == 3:
                    if not is_turn(frozenset(group), seats):
                        return False
                    for person in group:
                        seats[person] += 1
        return True

    def _paired_anew(self, groups: Groups, taken: frozenset[Pair]) -> Groups:
        """Keep the trio of a round, and pair all others as well as the free pairs allow."""
        scores = forbidding(self.problem.scores, self._met() | taken)
        trio = trio_of(groups)
        places = np.setdiff1d(np.arange(self.count), sorted(trio))
        found = solve_round(replace(self.problem, scores=scores).part(places), self.solve)
        if found is None:
            return groups
        pairs = [tuple(places[list(pair)].tolist()) for pair in found.groups]
        return tuple(sorted([*pairs, *(group for group in groups if len(group) == 3)]))

    # --- what remains possible --------------------------------------------------------------------

    def _met(self, *more: Groups, rounds: int | None = None) -> frozenset[Pair]:
        """Give everybody who has met after some rounds, all of them by default."""
        planned = [one.groups for one in self.rounds[:rounds]]
        return self.met.union(pairs_of((*planned, *more)))

    def _seats(self, *more: Groups, rounds: int | None = None) -> list[int]:
        """Count the seats in trios after some rounds, all of them by default."""
        seats = list(self.seats)
        for groups in (*(one.groups for one in self.rounds[:rounds]), *more):
            for group in groups:
                for person in group if len(group) == 3 else ():
                    seats[person] += 1
        return seats

    @cached_property
    def partners_left(self) -> list[int]:
        """Count for everybody whom they may still meet, before the first round."""
        if self.count > _MOST_PEOPLE:
            return [self.count] * self.count
        return [int(row.sum()) for row in self._allowed(self.met)]

    def _most_rounds(self) -> int:
        """Bound the rounds without a repeat by the people and by the pairs."""
        pairs = (self.count + 3 * (self.count % 2)) // 2
        most = min(min(self.partners_left), sum(self.partners_left) // 2 // pairs)
        # Enumeration shows that five people have one such round, and seven have three.
        return min(most, self.count - 4) if self.count in (5, 7) else most

    def _is_safe(self, groups: Groups, left: int) -> bool:
        """Tell whether so many rounds are possible after this one, and keep them in hand."""
        if not left:
            self._in_hand = []
            return True
        met, seats = self._met(groups), self._seats(groups)
        if self._has_room(seats, left):
            self._in_hand = []
            return True
        rest = self._complete(met, seats, left)
        if rest is None:
            return False
        self._in_hand = rest
        return True

    def _has_room(self, seats: Sequence[int], left: int) -> bool:
        """Tell whether the rounds to come are in no danger, or too far away to look at."""
        if left * self.count > _LARGEST_REST or self.count > _MOST_PEOPLE:
            return True
        met = len(self.rounds) + 1 + max(seats) - min(self.seats)
        if min(self.partners_left) - met < left + _SPARE:
            return False
        # The last people whose turn it is to sit in the trio might have met.
        return self.count % 2 == 0 or seats.count(min(seats)) > 3 * left + _SPARE

    def _go_back(self, wanted: int) -> bool:
        """Take back as few rounds as needed until all others can be found."""
        steps = 1
        while True:
            kept = max(0, len(self.rounds) - steps)
            left = wanted - kept
            rest = self._complete(self._met(rounds=kept), self._seats(rounds=kept), left)
            if rest is not None:
                del self.rounds[kept:]
                self._in_hand = rest
                return True
            if not kept:
                return False
            steps *= 2

    def _complete(
        self, met: frozenset[Pair], seats: Sequence[int], left: int
    ) -> list[Groups] | None:
        """Find so many rounds without a repeat."""
        may_meet = self._may_meet(met)
        if min(map(len, may_meet)) < left:
            return None
        random = self._random(left)
        for _ in range(_TRIES if self.count % 2 else 2):
            trios: list[frozenset[int]] | None = [frozenset()] * left
            if self.count % 2:
                trios = draw_trios(may_meet, seats, left, random, in_turn=self._in_turn)
            if trios is None:
                continue
            rounds = complete(may_meet, trios, random)
            if rounds is not None:
                return [groups_of(one, trio) for one, trio in zip(rounds, trios, strict=True)]
        if self.count % 2 == 0 and min(map(len, may_meet)) == self.count - 1:
            people = random.sample(range(self.count), self.count)
            return [groups_of(one, frozenset()) for one in round_robin(people)[:left]]
        return None

    def _random(self, left: int) -> Random:
        # Of whole numbers only, so that every machine draws alike.
        return Random(self.seed * 1_000_003 + left)  # noqa: S311  # ties, not secrets

    def _may_meet(self, met: frozenset[Pair]) -> list[set[int]]:
        return [set(np.flatnonzero(row).tolist()) for row in self._allowed(met)]

    def _allowed(self, met: frozenset[Pair]) -> Iterator[npt.NDArray[np.bool_]]:
        """Give for each person who may be with them, without those whom they have met."""
        scores = forbidding(self.problem.scores, met)
        for start in range(0, self.count, _BLOCK):
            yield from scores.block(start, min(start + _BLOCK, self.count)) >= 0
