"""Weights of all pairs that are computed when they are needed, from what people said.

For thousands of people a matrix of all pairs is too large to keep. A pair's score is a sum of
terms, and every term is one of three kinds that a computer works out in a few steps for many pairs
at once: bits that two people share, bits that they exchange, and codes that are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.weights import IntArray

    Bits: TypeAlias = NDArray[np.uint64]
    Points: TypeAlias = NDArray[np.int32]

FORBIDDEN = -(1 << 24)
"""Points that make a pair forbidden, whatever its other terms say. Sums of it stay in 32 bits."""

_BLOCK = 256


@dataclass(frozen=True, eq=False)
class SharedBits:
    """Points for how many bits two people have in common.

    Parameters
    ----------
    bits : array of uint64, shape (n, words)
        What each person has.
    points : array of int32, shape (most + 1,)
        ``points[c]`` for c bits in common; more than `most` count as `most`.
    """

    bits: Bits
    points: Points

    @cached_property
    def _columns(self) -> _Columns:
        return _Columns.of(self.bits, self.bits)

    def block(self, start: int, stop: int) -> Points:
        """Give the points of the rows from `start` up to `stop`, shape ``(rows, n)``."""
        most = len(self.points) - 1
        return self.points[np.minimum(self._columns.counts(start, stop), most)]

    def values(self, tails: IntArray, heads: IntArray) -> Points:
        """Give the points of some pairs, shape ``(pairs,)``."""
        counts = _count(self.bits[tails] & self.bits[heads])
        return self.points[np.minimum(counts, len(self.points) - 1)]


@dataclass(frozen=True, eq=False)
class ExchangedBits:
    """Points for how many bits each of two people gives that the other one takes.

    Parameters
    ----------
    give, take : array of uint64, shape (n, words)
        What each person offers and wants.
    points : array of int32, shape (most + 1, most + 1)
        ``points[c, d]`` for c bits one way and d the other; symmetric. More than `most` count as
        `most`.
    """

    give: Bits
    take: Bits
    points: Points

    @cached_property
    def _columns(self) -> tuple[_Columns, _Columns]:
        return _Columns.of(self.give, self.take), _Columns.of(self.take, self.give)

    def block(self, start: int, stop: int) -> Points:
        """Give the points of the rows from `start` up to `stop`, shape ``(rows, n)``."""
        width = len(self.points)
        there, back = self._columns
        code = np.minimum(there.counts(start, stop), width - 1) * width
        code += np.minimum(back.counts(start, stop), width - 1)
        points: Points = self.points.ravel()[code]
        return points

    def values(self, tails: IntArray, heads: IntArray) -> Points:
        """Give the points of some pairs, shape ``(pairs,)``."""
        most = len(self.points) - 1
        there = np.minimum(_count(self.give[tails] & self.take[heads]), most)
        back = np.minimum(_count(self.take[tails] & self.give[heads]), most)
        return self.points[there, back]


@dataclass(frozen=True, eq=False)
class Codes:
    """Points that are looked up by the codes of two people.

    Parameters
    ----------
    codes : array of int32, shape (n,)
        From 0 to kinds - 1.
    points : array of int32, shape (kinds, kinds)
        Symmetric.
    """

    codes: NDArray[np.int32]
    points: Points

    def block(self, start: int, stop: int) -> Points:
        """Give the points of the rows from `start` up to `stop`, shape ``(rows, n)``."""
        return np.take(self.points[self.codes[start:stop]], self.codes, axis=1)

    def values(self, tails: IntArray, heads: IntArray) -> Points:
        """Give the points of some pairs, shape ``(pairs,)``."""
        return self.points[self.codes[tails], self.codes[heads]]


Term: TypeAlias = SharedBits | ExchangedBits | Codes


@dataclass(frozen=True, eq=False)
class Exceptions:
    """Pairs whose weight is said outright, instead of what their terms say.

    Parameters
    ----------
    tails, heads : array of int, shape (pairs,)
        Each pair once, with ``tails < heads``, in any order.
    values : array of int, shape (pairs,)
        Negative = forbidden.
    """

    tails: IntArray
    heads: IntArray
    values: IntArray

    @classmethod
    def none(cls) -> Exceptions:
        """Give no exceptions."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty)


class ProfileWeights:
    """The weight of every two of n people, as a sum of terms, with exceptions.

    Parameters
    ----------
    size
        n.
    terms
        Each for the same n people. A pair whose sum is negative is forbidden.
    exceptions
        Pairs whose weight is said outright.

    Examples
    --------
    >>> import numpy as np
    >>> level = Codes(np.array([0, 1, 1], np.int32), np.array([[24, 12], [12, 24]], np.int32))
    >>> weights = ProfileWeights(3, [level])
    >>> weights.dense().tolist()
    [[-1, 12, 12], [12, -1, 24], [12, 24, -1]]
    """

    def __init__(
        self, size: int, terms: Sequence[Term], exceptions: Exceptions | None = None
    ) -> None:
        self.size = size
        self.terms = tuple(terms)
        self.exceptions = Exceptions.none() if exceptions is None else exceptions

    @cached_property
    def highest(self) -> int:
        """Upper bound of all weights; not negative."""
        terms = sum(int(term.points.max(initial=0)) for term in self.terms)
        return max(0, terms, int(self.exceptions.values.max(initial=0)))

    def replacing(self, exceptions: Exceptions) -> ProfileWeights:
        """Give the same weights with other exceptions."""
        return ProfileWeights(self.size, self.terms, exceptions)

    def terms_block(self, start: int, stop: int) -> Points:
        """Sum the terms of the rows from `start` up to `stop`, without the exceptions."""
        total = np.zeros((stop - start, self.size), dtype=np.int32)
        for term in self.terms:
            total += term.block(start, stop)
        return total

    def block(self, start: int, stop: int) -> IntArray:
        """Give the rows from `start` up to `stop`; -1 where a pair is forbidden.

        Returns
        -------
        array of int64, shape (rows, n)
        """
        total = np.maximum(self.terms_block(start, stop), -1).astype(np.int64)
        total[np.arange(stop - start), np.arange(start, stop)] = -1
        extra = self.exceptions
        for rows, columns in ((extra.tails, extra.heads), (extra.heads, extra.tails)):
            here = (rows >= start) & (rows < stop)
            total[rows[here] - start, columns[here]] = np.maximum(extra.values[here], -1)
        return total

    def dense(self) -> IntArray:
        """Give the whole matrix: for some thousand people at most, as it needs ``8 * n * n`` bytes.

        Returns
        -------
        array of int64, shape (n, n)
            Symmetric, -1 where a pair is forbidden and on the diagonal.
        """
        matrix = np.empty((self.size, self.size), dtype=np.int64)
        for start in range(0, self.size, _BLOCK):
            stop = min(start + _BLOCK, self.size)
            matrix[start:stop] = self.block(start, stop)
        return matrix

    def values(self, tails: IntArray, heads: IntArray) -> IntArray:
        """Give the weights of some pairs, shape ``(pairs,)``; -1 where forbidden."""
        tails, heads = np.asarray(tails, dtype=np.int64), np.asarray(heads, dtype=np.int64)
        total = np.zeros(len(tails), dtype=np.int64)
        for term in self.terms:
            total += term.values(tails, heads)
        extra = self.exceptions
        if len(extra.values) and len(tails):
            codes = extra.tails * self.size + extra.heads
            order = np.argsort(codes, kind="stable")
            wanted = np.minimum(tails, heads) * self.size + np.maximum(tails, heads)
            place = np.minimum(np.searchsorted(codes[order], wanted), len(codes) - 1)
            found = codes[order][place] == wanted
            total[found] = extra.values[order][place[found]]
        total[tails == heads] = -1
        return np.maximum(total, -1)


class _Columns:
    """The bits of two sides as numbers, so that one matrix product counts what they share.

    Bits that are the same for everybody are counted by one column with a width.
    """

    def __init__(self, left: NDArray[np.float32], right: NDArray[np.float32]) -> None:
        self._left = left
        self._right = right

    @classmethod
    def of(cls, left: Bits, right: Bits) -> _Columns:
        first, second = _unpacked(left), _unpacked(right)
        used = first.any(axis=0) & second.any(axis=0)
        first, second = first[:, used], second[:, used]
        if not first.shape[1]:
            return cls(first.astype(np.float32), second.astype(np.float32))
        both = np.concatenate((first, second))
        changes = np.flatnonzero((both[:, 1:] != both[:, :-1]).any(axis=0)) + 1
        starts = np.concatenate(([0], changes))
        widths = np.diff(np.concatenate((starts, [first.shape[1]]))).astype(np.float32)
        # float32 counts whole numbers up to 2**24 exactly.
        return cls(first[:, starts] * widths, second[:, starts].astype(np.float32))

    def counts(self, start: int, stop: int) -> NDArray[np.intp]:
        """Count what the rows from `start` up to `stop` share with everybody."""
        return (self._left[start:stop] @ self._right.T).astype(np.intp)


def _unpacked(bits: Bits) -> NDArray[np.bool_]:
    little = bits.astype("<u8").view(np.uint8)
    return np.unpackbits(little, axis=1, bitorder="little").astype(np.bool_)


def _count(bits: Bits) -> NDArray[np.intp]:
    counts: NDArray[np.intp] = np.bitwise_count(bits).sum(axis=1, dtype=np.intp)
    return counts


def pack_bits(has: NDArray[np.bool_]) -> Bits:
    """Pack a table of yes and no into words of 64 bits.

    Parameters
    ----------
    has : array of bool, shape (n, bits)

    Returns
    -------
    array of uint64, shape (n, words)

    Examples
    --------
    >>> import numpy as np
    >>> pack_bits(np.array([[True, False, True]])).tolist()
    [[5]]
    """
    packed = np.packbits(has, axis=1, bitorder="little")
    words = max(1, -(-packed.shape[1] // 8))
    padded = np.zeros((len(has), 8 * words), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view("<u8").astype(np.uint64)
