"""Completing a calendar: as many rounds as wanted in which nobody meets twice.

Each round is a colour: everybody has one partner of that colour, except the three of the round's
trio. An edge that lacks a colour gets it by an alternating path, or by an exchange of two colours
along the component on which they alternate (a Kempe chain). It is a search: what it finds is right,
but that it finds nothing proves nothing.

References
----------
J. H. Dinitz and D. R. Stinson, "A hill-climbing algorithm for the construction of
one-factorizations and Room squares", SIAM Journal on Algebraic and Discrete Methods 8 (1987),
430-438, for the search by exchanges.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations
from random import Random
from typing import TypeAlias

Partners: TypeAlias = list[int]
"""The partner of each person in one round, -1 for the three of the trio."""

_ALONE = -1
_STEPS_PER_ROUND = 60
_OTHER_ROUNDS_TRIED = 20


def complete(
    may_meet: Sequence[AbstractSet[int]], trios: Sequence[AbstractSet[int]], random: Random
) -> list[Partners] | None:
    """Find rounds in which no two people meet twice.

    Parameters
    ----------
    may_meet
        For each of n people, whom they may meet; symmetric.
    trios
        One for each round: the three people of its trio, or nobody. No two people are in two of
        them.
    random
        Decides the order of the search.

    Returns
    -------
    list of Partners or None
        One for each trio; None if the search gives up.

    Notes
    -----
    Each step costs at most the number of free pairs, most of them far less. All 29 rounds of 30
    people take some hundredths of a second.

    Examples
    --------
    >>> everybody = [{0, 1, 2, 3} - {one} for one in range(4)]
    >>> rounds = complete(everybody, [set(), set(), set()], Random(1))
    >>> sorted(partners[0] for partners in rounds)
    [1, 2, 3]
    """
    search = _Search(may_meet, trios, random)
    return search.partners if search.run() else None


def round_robin(people: Sequence[int]) -> list[Partners]:
    """Give all n - 1 rounds of an even number of people: everybody meets everybody once.

    The circle method: one person stays, the others move on by one seat for each round.

    Parameters
    ----------
    people
        0 to n - 1 in any order.

    Examples
    --------
    >>> round_robin([0, 1, 2, 3])
    [[3, 2, 1, 0], [2, 3, 0, 1], [1, 0, 3, 2]]
    """
    count = len(people) - 1
    rounds = []
    for number in range(count):
        partners = [_ALONE] * len(people)
        seats = [(number, count)]
        seats += [
            ((number + step) % count, (number - step) % count) for step in range(1, count // 2 + 1)
        ]
        for one, other in seats:
            partners[people[one]], partners[people[other]] = people[other], people[one]
        rounds.append(partners)
    return rounds


class _Search:
    """Rounds that are filled by and by, and the pairs that are in none of them."""

    def __init__(
        self,
        may_meet: Sequence[AbstractSet[int]],
        trios: Sequence[AbstractSet[int]],
        random: Random,
    ) -> None:
        self.random = random
        self.trios = trios
        self.free = [set(others) for others in may_meet]
        for trio in trios:
            for one, other in combinations(sorted(trio), 2):
                self.free[one].discard(other)
                self.free[other].discard(one)
        count = len(may_meet)
        self.partners: list[Partners] = [[_ALONE] * count for _ in trios]
        self.lonely = [set(range(count)) - trio for trio in trios]

    def run(self) -> bool:
        """Fill all rounds; tell whether that worked."""
        rounds = range(len(self.trios))
        patience = _STEPS_PER_ROUND * len(self.trios)
        while patience:
            unfilled = [number for number in rounds if self.lonely[number]]
            if not unfilled:
                return True
            number = self.random.choice(unfilled)
            if not self._augment(number):
                self._exchange(number)
                patience -= 1
        return False

    def _shuffled(self, people: AbstractSet[int]) -> list[int]:
        order = sorted(people)
        self.random.shuffle(order)
        return order

    def _augment(self, number: int) -> bool:
        """Give two lonely people of a round a partner, along a path of free and used pairs."""
        for root in self._shuffled(self.lonely[number]):
            path = self._path(number, root)
            if path:
                partners = self.partners[number]
                for one, other in zip(path[::2], path[1::2], strict=True):
                    self.free[one].discard(other)
                    self.free[other].discard(one)
                    partners[one], partners[other] = other, one
                for one, other in zip(path[1:-1:2], path[2::2], strict=True):
                    self.free[one].add(other)
                    self.free[other].add(one)
                self.lonely[number] -= {path[0], path[-1]}
                return True
        return False

    def _path(self, number: int, root: int) -> list[int]:
        """Find a path from one lonely person to another, free and used pairs in turn."""
        partners, trio = self.partners[number], self.trios[number]
        # For who is reached by a used pair: whom they were with, and who came before.
        before: dict[int, tuple[int, int]] = {}
        reached = [root]
        for one in reached:
            for other in self._shuffled(self.free[one] - trio):
                partner = partners[other]
                if partner == _ALONE:
                    path = self._walk_back(before, one, other)
                    if len(set(path)) == len(path):
                        return path
                elif partner != root and partner not in before and other != root:
                    before[partner] = other, one
                    reached.append(partner)
        return []

    @staticmethod
    def _walk_back(before: dict[int, tuple[int, int]], one: int, other: int) -> list[int]:
        path = [other, one]
        while one in before:
            used, one = before[one]
            path += [used, one]
        return path

    def _exchange(self, number: int) -> None:
        """Swap two rounds where they alternate, beginning with a lonely person."""
        one = self.random.choice(sorted(self.lonely[number]))
        for _ in range(_OTHER_ROUNDS_TRIED):
            other = self.random.randrange(len(self.trios))
            if other == number or one in self.trios[other]:
                continue
            chain = self._chain(one, number, other)
            ends = self.trios[number] ^ self.trios[other]
            if ends.isdisjoint(chain):
                here, there = self.partners[number], self.partners[other]
                for person in chain:
                    here[person], there[person] = there[person], here[person]
                    for place, partners in ((number, here), (other, there)):
                        if person in self.trios[place]:
                            continue
                        if partners[person] == _ALONE:
                            self.lonely[place].add(person)
                        else:
                            self.lonely[place].discard(person)
                return

    def _chain(self, start: int, number: int, other: int) -> list[int]:
        """List the component of two rounds that holds a person who is lonely in the first."""
        chain = [start]
        rounds = self.partners[other], self.partners[number]
        while True:
            person = rounds[(len(chain) - 1) % 2][chain[-1]]
            if person == _ALONE:
                return chain
            chain.append(person)
