"""Everybody in exactly one group: pairs, a trio where the number is odd, or circles."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from peerloom.pairing.circles import LARGEST, CircleSearch, circle_bound, circle_sizes
from peerloom.pairing.matching import match
from peerloom.pairing.small_circles import MOST_PEOPLE, best_circles
from peerloom.pairing.tables import DenseTable
from peerloom.pairing.trio import pairs_and_trio
from peerloom.pairing.weights import read_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peerloom.pairing.weights import IntArray, Weights

_DOZEN = 12
# Penalties and shares of the circle search multiply weights; this keeps them within 64 bits.
_LARGEST_PRODUCT = 1 << 44


class NoPartitionError(ValueError):
    """Not everybody can be in a group without a forbidden pair.

    Parameters
    ----------
    indices
        Who could not be placed.
    """

    code = "no-partition"

    def __init__(self, indices: Sequence[int]) -> None:
        self.indices = tuple(indices)
        super().__init__(f"no group without a forbidden pair was found for {self.indices}")


@dataclass(frozen=True, slots=True)
class Partition:
    """Groups that hold everybody exactly once, with the proof of how good they are.

    Attributes
    ----------
    groups : tuple of tuple of int
        Each group sorted, and the groups sorted.
    total : int
        Sum over the groups of (sum of the inner pair scores) / (k - 1), k being the group's size.
    upper_bound : int
        Proven: no partition into such groups has a larger total.
    """

    groups: tuple[tuple[int, ...], ...]
    total: int
    upper_bound: int

    @property
    def is_proven(self) -> bool:
        """Whether no better partition exists."""
        return self.total == self.upper_bound


def partition(weights: Weights, *, size: int = 2, seed: int = 0) -> Partition:
    """Put everybody into exactly one group, with the largest total score.

    Parameters
    ----------
    weights
        Symmetric matrix of pair scores, shape ``(n, n)``, multiples of 12; negative = the two must
        not be in one group. The diagonal is ignored.
    size
        2: pairs, and exactly one trio if n is odd. 3 to 5: circles, as even as possible, of as
        near to `size` people as n allows (never fewer than 2, never more than 5).
    seed
        Decides between groupings that are equally good. The same seed gives the same groups on
        every machine.

    Returns
    -------
    Partition
        For even n and pairs always proven. With a trio the gap is most often zero up to 100
        people and a few hundredths of a percent beyond. Circles of up to 15 people are proven too;
        beyond, the bound is some percent above the total.

    Raises
    ------
    ValueError
        Weights are not whole multiples of 12, not symmetric or too large, or `size` is not 2 to 5.
    NoPartitionError
        One person alone, or forbidden pairs leave somebody without a group. For pairs of an even
        number this is certain; with a trio up to 25 people and for circles up to 15; else the
        search found none.

    Notes
    -----
    A group of k counts its inner sum divided by k - 1, so that each person counts once in groups of
    every size. Pairs: see `match`. Circles: see `peerloom.pairing.circles`.

    Examples
    --------
    >>> scores = [[0, 24, 12, 0], [24, 0, 0, 12], [12, 0, 0, 24], [0, 12, 24, 0]]
    >>> partition(scores)
    Partition(groups=((0, 1), (2, 3)), total=48, upper_bound=48)
    >>> partition([[0, 24, 12], [24, 0, 12], [12, 12, 0]]).groups
    ((0, 1, 2),)
    """
    if size not in range(2, LARGEST + 1):
        raise ValueError(f"size must be 2 to {LARGEST}, not {size!r}")
    matrix = _read_dozens(weights)
    count = len(matrix)
    if count == 0:
        return Partition((), 0, 0)
    if count == 1:
        raise NoPartitionError((0,))
    random = Random(seed)  # noqa: S311  # ties, not secrets
    keys = [random.random() for _ in range(count)]
    order = sorted(range(count), key=keys.__getitem__)
    shuffled = matrix[np.ix_(order, order)]
    try:
        if size > 2:
            groups, bound = _circles(shuffled, size, random)
        elif count % 2:
            groups, bound = _pairs_and_trio(shuffled)
        else:
            groups, bound = _pairs(shuffled)
    except NoPartitionError as error:
        raise NoPartitionError(sorted(order[index] for index in error.indices)) from None
    named = tuple(sorted(tuple(sorted(order[index] for index in group)) for group in groups))
    return Partition(named, _total(matrix, named), bound)


def _read_dozens(weights: Weights) -> IntArray:
    """Check the matrix of `partition`."""
    matrix = read_matrix(weights)
    wrong = np.argwhere((matrix >= 0) & (matrix % _DOZEN != 0))
    if len(wrong):
        row, column = wrong[0].tolist()
        raise ValueError(
            f"weights must be multiples of {_DOZEN}, but [{row}, {column}] is {matrix[row, column]}"
        )
    if int(matrix.max(initial=0)) * len(matrix) >= _LARGEST_PRODUCT:
        raise ValueError(f"weights must be below {_LARGEST_PRODUCT // len(matrix)}")
    return matrix


def _pairs(weights: IntArray) -> tuple[list[tuple[int, ...]], int]:
    """Pair an even number of people."""
    matching = match(weights)
    _refuse_alone(weights, matching.pairs)
    return list(matching.pairs), matching.upper_bound


def _pairs_and_trio(weights: IntArray) -> tuple[list[tuple[int, ...]], int]:
    """Pair an odd number of people, with one trio."""
    result = pairs_and_trio(DenseTable(weights, int(weights.max(initial=0))))
    if result is None:
        matching = match(weights)
        raise NoPartitionError(_alone(weights, matching.pairs))
    return result.groups, result.upper_bound


def _circles(weights: IntArray, size: int, random: Random) -> tuple[list[tuple[int, ...]], int]:
    """Seat everybody in circles."""
    count = len(weights)
    sizes = circle_sizes(count, size)
    if count <= MOST_PEOPLE:
        best = best_circles(weights, sizes)
        if best is not None:
            return list(best[0]), best[1]
    search = CircleSearch(weights, sizes, random)
    search.improve(max(10, 6000 // count))
    unplaced = search.unplaced()
    if unplaced:
        raise NoPartitionError(unplaced)
    return search.groups, circle_bound(weights, min(sizes))


def _alone(weights: IntArray, pairs: tuple[tuple[int, int], ...]) -> list[int]:
    """List who is in no pair."""
    paired = {person for pair in pairs for person in pair}
    return [person for person in range(len(weights)) if person not in paired]


def _refuse_alone(weights: IntArray, pairs: tuple[tuple[int, int], ...]) -> None:
    """Raise if a matching leaves somebody alone."""
    alone = _alone(weights, pairs)
    if alone:
        raise NoPartitionError(alone)


def _total(weights: IntArray, groups: Sequence[tuple[int, ...]]) -> int:
    """Sum the values of groups."""
    return sum(
        int(np.triu(weights[np.ix_(group, group)], 1).sum()) // (len(group) - 1) for group in groups
    )
