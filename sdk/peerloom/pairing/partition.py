"""Everybody in exactly one group: pairs, a trio where the number is odd, or circles."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from random import Random
from typing import TYPE_CHECKING, SupportsIndex

import numpy as np

from peerloom.pairing.circles import LARGEST, circle_sizes
from peerloom.pairing.errors import NoPartitionError
from peerloom.pairing.pairs import only_pairs
from peerloom.pairing.profiles import ProfileWeights
from peerloom.pairing.seating import seat
from peerloom.pairing.tables import DenseTable, ProfileTable, Special
from peerloom.pairing.trio import pairs_and_trio
from peerloom.pairing.weights import read_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.progress import OnProgress
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray, Weights

_DOZEN = 12
# Penalties and shares of the circle search multiply weights; this keeps them within 64 bits.
_LARGEST_PRODUCT = 1 << 44


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


def partition(
    weights: Weights | ProfileWeights,
    *,
    size: int = 2,
    seed: int = 0,
    penalties: Special | None = None,
    seats: IntArray | None = None,
    may_sit: NDArray[np.bool_] | None = None,
    alone: Sequence[IntArray] = (),
    progress: OnProgress | None = None,
) -> Partition:
    """Put everybody into exactly one group, with the largest total score.

    Parameters
    ----------
    weights
        Symmetric matrix of pair scores, shape ``(n, n)``, multiples of 12; negative = the two must
        not be in one group. The diagonal is ignored. Or `ProfileWeights`, for so many people that
        a matrix would not fit.
    size
        2: pairs, and exactly one trio if n is odd. 3 to 5: circles, as even as possible, of as
        near to `size` people as n allows (never fewer than 2, never more than 5).
    seed
        Decides between groupings that are equally good. The same seed gives the same groups on
        every machine.
    penalties
        For pairs of `ProfileWeights`: what is taken off the score of some pairs, in multiples of
        12; a score may so fall below zero without being forbidden.
    seats : array of int, shape (n,)
        How often each person sat in a trio before: among trios that are equally good, the one with
        the smallest sum is chosen.
    may_sit : array of bool, shape (n,)
        Who may sit in the trio; None for everybody.
    alone
        For circles: codes by which nobody should be alone; see `peerloom.pairing.seating`.
    progress
        Told now and then what is proven; may stop the run.

    Returns
    -------
    Partition
        For even n and pairs always proven. With a trio the gap is most often zero up to 100
        people and a few hundredths of a percent beyond. Circles of up to 30 people are most often
        proven; beyond, the bound is that of a linear relaxation.

    Raises
    ------
    ValueError
        Weights are not whole multiples of 12, not symmetric or too large, `size` is not 2 to 5, or
        the seed is no whole number from 0 up.
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
    seed = whole_seed(seed)
    given = weights if isinstance(weights, ProfileWeights) else _read_dozens(weights)
    count = given.size if isinstance(given, ProfileWeights) else len(given)
    if count == 0:
        return Partition((), 0, 0)
    if count == 1:
        raise NoPartitionError((0,))
    random = Random(seed)  # noqa: S311  # ties, not secrets
    keys = [random.random() for _ in range(count)]
    order = np.array(sorted(range(count), key=keys.__getitem__), dtype=np.int64)
    try:
        if size > 2:
            matrix = given.dense() if isinstance(given, ProfileWeights) else given
            shuffled = matrix[np.ix_(order, order)]
            codes = [code[order] for code in alone]
            groups, bound = _circles(shuffled, size, random, codes, progress)
            total = _total(shuffled, groups)
        else:
            table = _shuffled(given, penalties, order)
            if count % 2:
                seats = np.zeros(count, dtype=np.int64) if seats is None else seats[order]
                may_sit = np.ones(count, dtype=np.bool_) if may_sit is None else may_sit[order]
                found = pairs_and_trio(table, seats, may_sit, progress)
            else:
                found = only_pairs(table, progress)
            groups, total, bound = found.groups, found.total, found.upper_bound
    except NoPartitionError as error:
        raise NoPartitionError(sorted(order[list(error.indices)].tolist())) from None
    names = order.tolist()
    named = tuple(sorted(tuple(sorted(names[one] for one in group)) for group in groups))
    return Partition(named, total, bound)


def whole_seed(seed: object) -> int:
    """Give a seed that can be written down and used again.

    Raises
    ------
    ValueError
        It is no whole number from 0 up.
    """
    if isinstance(seed, bool) or not isinstance(seed, SupportsIndex) or index(seed) < 0:
        raise ValueError(f"a seed is a whole number from 0 up, not {seed!r}")
    return index(seed)


def _shuffled(
    given: IntArray | ProfileWeights, penalties: Special | None, order: IntArray
) -> Table:
    """Give the table of all pairs with person ``order[k]`` at place k."""
    if not isinstance(given, ProfileWeights):
        return DenseTable(given[np.ix_(order, order)], max(0, int(given.max())))
    if penalties is None:
        return ProfileTable(given.among(order))
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    ends = place[penalties.tails], place[penalties.heads]
    moved = Special(np.minimum(*ends), np.maximum(*ends), penalties.weights)
    return ProfileTable(given.among(order), moved)


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


def _circles(
    weights: IntArray,
    size: int,
    random: Random,
    alone: Sequence[IntArray] = (),
    progress: OnProgress | None = None,
) -> tuple[list[tuple[int, ...]], int]:
    """Seat everybody in circles."""
    sizes = circle_sizes(len(weights), size)
    seating = seat(weights, sizes, random, alone=alone, progress=progress)
    if seating.unplaced:
        raise NoPartitionError(seating.unplaced)
    return seating.groups, seating.upper_bound


def _total(weights: IntArray, groups: Sequence[tuple[int, ...]]) -> int:
    """Sum the values of groups."""
    return sum(
        int(np.triu(weights[np.ix_(group, group)], 1).sum()) // (len(group) - 1) for group in groups
    )
