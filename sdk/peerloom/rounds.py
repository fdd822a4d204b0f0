"""Earlier rounds: who has been together with whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
import numpy.typing as npt

from peerloom.problem import Penalties

MOST_REPEATS = 10
"""Two people who met more often than this count as if it were so often: they met, and enough."""


@dataclass(frozen=True, slots=True)
class History:
    """The groups of earlier rounds, as ids. Nobody needs to be a member any more.

    Parameters
    ----------
    rounds
        The rounds in order; each round is its groups.

    Examples
    --------
    >>> history = History.of([[["ada", "bo"], ["cy", "di", "eve"]], [["ada", "cy"]]])
    >>> history.times_met("eve", "cy"), history.times_met("bo", "cy")
    (1, 0)
    """

    rounds: tuple[tuple[frozenset[str], ...], ...] = ()

    @classmethod
    def of(cls, rounds: Iterable[Iterable[Iterable[str]]]) -> Self:
        """Build a history from lists of rounds of groups of ids."""
        return cls(tuple(tuple(frozenset(group) for group in groups) for groups in rounds))

    def __bool__(self) -> bool:
        return any(self.rounds)

    def __add__(self, other: History) -> History:
        return History(self.rounds + other.rounds)

    def times_met(self, one: str, other: str) -> int:
        """Count the rounds in which two people were in the same group; 0 for oneself."""
        if one == other:
            return 0
        return sum(
            any(one in group and other in group for group in groups) for groups in self.rounds
        )

    def times_met_matrix(self, ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """Count the rounds in which every two people were in the same group.

        Parameters
        ----------
        ids
            n different ids.

        Returns
        -------
        array of int, shape (n, n)
            Symmetric, zero on the diagonal.
        """
        place = {member: index for index, member in enumerate(ids)}
        met = np.zeros((len(ids), len(ids)), dtype=np.int64)
        for groups in self.rounds:
            pairs = {
                pair
                for group in groups
                for pair in combinations(sorted(place[one] for one in group if one in place), 2)
            }
            for one, other in pairs:
                met[one, other] += 1
                met[other, one] += 1
        return met

    def penalties(self, ids: Sequence[str]) -> Penalties:
        """Price every two people who met: one unit for each round, up to `MOST_REPEATS`."""
        met = np.triu(self.times_met_matrix(ids))
        tails, heads = np.nonzero(met)
        return Penalties(tails, heads, np.minimum(met[tails, heads], MOST_REPEATS))
