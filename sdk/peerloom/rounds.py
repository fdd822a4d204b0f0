"""Earlier rounds: who has been together with whom, and who sat in the trio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from peerloom.criteria import FULL_SCORE
from peerloom.problem import Penalties

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

# The engine multiplies costs by more than all scores of a round, and sums what comes out over
# everybody. It computes pairs within 56 bits and circles within 44: one bit is left in reserve.
_LARGEST_OF_PAIRS = 1 << 55
_LARGEST_OF_CIRCLES = 1 << 43


@dataclass(frozen=True, slots=True)
class PastGroup:
    """One group of an earlier round.

    Parameters
    ----------
    members
        Their ids. Nobody needs to be a member any more.
    met
        Whether they have met. A group that never met is no reason to keep its people apart.
    """

    members: frozenset[str]
    met: bool = True


@dataclass(frozen=True)
class History:
    """The groups of earlier rounds, the oldest round first.

    Parameters
    ----------
    rounds
        The rounds in the order of time; each round is its groups.

    Examples
    --------
    >>> history = History.of([[["ada", "bo"], ["cy", "di", "eve"]], [["ada", "cy"]]])
    >>> history.times_met("eve", "cy"), history.times_met("bo", "cy")
    (1, 0)
    >>> sorted(history.partners("cy"))
    ['ada', 'di', 'eve']
    """

    rounds: tuple[tuple[PastGroup, ...], ...] = ()

    @classmethod
    def of(cls, rounds: Iterable[Iterable[Iterable[str] | PastGroup]]) -> Self:
        """Build a history from lists of rounds of groups: ids that met, or a `PastGroup`."""
        return cls(tuple(tuple(map(_past_group, groups)) for groups in rounds))

    def __bool__(self) -> bool:
        return any(self.rounds)

    def __add__(self, other: History) -> History:
        return History(self.rounds + other.rounds)

    def times_met(self, one: str, other: str) -> int:
        """Count the rounds in which two people were in a group that met; 0 for oneself."""
        if one == other:
            return 0
        return int(self.times(sorted((one, other)), np.array([0]), np.array([1]))[0])

    def times(self, ids: Sequence[str], tails: IntArray, heads: IntArray) -> IntArray:
        """Count for some pairs the rounds in which the two were in a group that met.

        Parameters
        ----------
        ids
            n different ids, sorted.
        tails, heads : array of int, shape (pairs,)
            Indices of ids, with ``tails < heads``.

        Returns
        -------
        array of int, shape (pairs,)
        """
        meetings = self._meetings
        places = np.array([meetings.places.get(member, -1) for member in ids], dtype=np.int64)
        one, other = places[tails], places[heads]
        codes = one * len(meetings.places) + other
        found = np.searchsorted(meetings.codes, codes)
        times = np.zeros(len(codes), dtype=np.int64)
        near = np.flatnonzero((one >= 0) & (other >= 0) & (found < len(meetings.codes)))
        same = near[meetings.codes[found[near]] == codes[near]]
        times[same] = meetings.times[found[same]]
        return times

    def partners(self, member: str) -> frozenset[str]:
        """Give everybody whom a person has met."""
        return frozenset(
            other
            for groups in self.rounds
            for group in groups
            if group.met and member in group.members
            for other in group.members
            if other != member
        )

    def penalties(self, ids: Sequence[str], *, size: int = 2) -> Penalties:
        """Price every two people who met: the fewest repeats first, then the oldest.

        Parameters
        ----------
        ids
            n different ids.
        size
            People in a group of the round to come.

        Returns
        -------
        Penalties
            Each cost is one repeat, which outweighs all ages of a round together, plus an age
            class: 0 for those who met longest ago. Where the rounds are more than the classes,
            neighbouring rounds share one.

        Notes
        -----
        The engine computes with costs times all scores of the round, in whole numbers of 64 bits,
        so the classes are the fewer the more people there are: a thousand for 1,000 people,
        twelve for 5,000, and from 15,000 on a repeat is a repeat, however old. Circles have fewer.

        Complexity O(n + m log m) for m pairs of people in the history.

        Examples
        --------
        >>> history = History.of([[["ada", "bo"], ["cy", "di"]], [["ada", "cy"]]])
        >>> history.penalties(["ada", "bo", "cy", "di"]).costs.tolist()
        [6, 7, 6]
        """
        meetings = self._meetings
        wanted = np.full(len(meetings.places), -1, dtype=np.int64)
        for index, member in enumerate(ids):
            place = meetings.places.get(member)
            if place is not None:
                wanted[place] = index
        ends = np.stack(np.divmod(meetings.codes, max(len(meetings.places), 1)))
        indices = wanted[ends]
        here = (indices >= 0).all(axis=0)
        tails, heads = np.sort(indices[:, here], axis=0)
        order = np.lexsort((heads, tails))
        rounds, ranks = np.unique(meetings.last[here], return_inverse=True)
        step = size * len(ids) // 2 + 1
        classes = min(len(rounds), _age_classes(len(ids), size, step))
        ages = ranks * classes // max(len(rounds), 1)
        costs = 1 + step * (classes - 1) + ages
        return Penalties(tails[order], heads[order], costs[order])

    def trio_seats(self, ids: Sequence[str]) -> IntArray:
        """Count how often each person sat in a trio, whether it met or not.

        Parameters
        ----------
        ids
            n different ids.

        Returns
        -------
        array of int, shape (n,)
            In the order of the ids.

        Examples
        --------
        >>> History.of([[["ada", "bo"], ["cy", "di", "eve"]]]).trio_seats(["ada", "eve"]).tolist()
        [0, 1]
        """
        seats = dict.fromkeys(ids, 0)
        for groups in self.rounds:
            for group in groups:
                if len(group.members) == 3:
                    for member in group.members & seats.keys():
                        seats[member] += 1
        return np.array([seats[member] for member in ids], dtype=np.int64)

    @cached_property
    def _meetings(self) -> _Meetings:
        """Everybody's meetings, sorted, so that a question need not read all rounds again."""
        names = sorted({one for groups in self.rounds for group in groups for one in group.members})
        places = {name: place for place, name in enumerate(names)}
        met = [
            (one * len(places) + other, number)
            for number, groups in enumerate(self.rounds)
            for group in groups
            if group.met
            for one, other in combinations(sorted(map(places.__getitem__, group.members)), 2)
        ]
        # Two groups of one round that share two people are one meeting.
        table = np.unique(np.array(met, dtype=np.int64).reshape(-1, 2), axis=0)
        codes, starts, times = np.unique(table[:, 0], return_index=True, return_counts=True)
        return _Meetings(places, codes, times, table[starts + times - 1, 1])


class _Meetings(NamedTuple):
    """Every two people who met, by the code ``place * people + other place``, sorted.

    `times` counts their rounds, `last` is the latest.
    """

    places: dict[str, int]
    codes: IntArray
    times: IntArray
    last: IntArray


def _past_group(group: Iterable[str] | PastGroup) -> PastGroup:
    return group if isinstance(group, PastGroup) else PastGroup(frozenset(group))


def _age_classes(people: int, size: int, step: int) -> int:
    """Tell how many ages of repeats the engine can tell apart."""
    largest = _LARGEST_OF_PAIRS if size == 2 else _LARGEST_OF_CIRCLES
    # Twice the scores of everybody: asks may raise them.
    most = largest // max(1, size * people * FULL_SCORE * people)
    return 1 + max(0, most - 1) // step
