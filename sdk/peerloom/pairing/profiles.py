"""Weights of all pairs that are computed when they are needed, from what people said.

For thousands of people a matrix of all pairs is too large to keep. A pair's score is a sum of
terms, and every term is one of three kinds that a computer works out in a few steps for many pairs
at once: bits that two people share, bits that they exchange, and codes that are looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from peerloom.pairing.common_bits import CommonBits, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.weights import IntArray

    Bits: TypeAlias = NDArray[np.uint64]
    Points: TypeAlias = NDArray[np.int32]
    Block: TypeAlias = NDArray[np.signedinteger[Any]]

FORBIDDEN = -(1 << 24)
"""Points that make a pair forbidden, whatever its other terms say. Sums of it stay in 32 bits."""

_CELLS = 1 << 17
_LEAST_ROWS = 16
_NARROW = 1 << 15


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
    def _common(self) -> CommonBits:
        return CommonBits(self.bits, self.bits)

    @cached_property
    def _table(self) -> Block:
        return _table(self.points, self._common.most)

    def block(self, start: int, stop: int, first: int = 0) -> Block:
        """Give the points of the rows from `start` up to `stop`, for the columns from `first` on.

        Returns
        -------
        array of int16 or int32, shape ``(rows, n - first)``
        """
        return np.take(self._table, self._common.counts(start, stop, first))

    def among(self, places: IntArray) -> SharedBits:
        """Give the same term for some of the people, in the order of their places."""
        return SharedBits(self.bits[places], self.points)

    def values(self, tails: IntArray, heads: IntArray) -> Points:
        """Give the points of some pairs, shape ``(pairs,)``."""
        counts = count(self.bits[tails] & self.bits[heads])
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
    def _common(self) -> tuple[CommonBits, CommonBits]:
        return CommonBits(self.give, self.take), CommonBits(self.take, self.give)

    @cached_property
    def _table(self) -> Block:
        there, back = self._common
        return _table(self.points, there.most, back.most)

    def block(self, start: int, stop: int, first: int = 0) -> Block:
        """Give the points of the rows from `start` up to `stop`, for the columns from `first` on.

        Returns
        -------
        array of int16 or int32, shape ``(rows, n - first)``
        """
        there, back = self._common
        code = there.counts(start, stop, first).astype(np.min_scalar_type(self._table.size))
        code *= self._table.shape[1]
        code += back.counts(start, stop, first)
        return np.take(self._table.ravel(), code)

    def among(self, places: IntArray) -> ExchangedBits:
        """Give the same term for some of the people, in the order of their places."""
        return ExchangedBits(self.give[places], self.take[places], self.points)

    def values(self, tails: IntArray, heads: IntArray) -> Points:
        """Give the points of some pairs, shape ``(pairs,)``."""
        most = len(self.points) - 1
        there = np.minimum(count(self.give[tails] & self.take[heads]), most)
        back = np.minimum(count(self.take[tails] & self.give[heads]), most)
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

    @cached_property
    def _table(self) -> Block:
        return _narrow(self.points)

    def block(self, start: int, stop: int, first: int = 0) -> Block:
        """Give the points of the rows from `start` up to `stop`, for the columns from `first` on.

        Returns
        -------
        array of int16 or int32, shape ``(rows, n - first)``
        """
        return np.take(self._table[self.codes[start:stop]], self.codes[first:], axis=1)

    def among(self, places: IntArray) -> Codes:
        """Give the same term for some of the people, in the order of their places."""
        return Codes(self.codes[places], self.points)

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
    least
        Pairs of a lower weight are forbidden, exceptions too.

    Examples
    --------
    >>> import numpy as np
    >>> level = Codes(np.array([0, 1, 1], np.int32), np.array([[24, 12], [12, 24]], np.int32))
    >>> weights = ProfileWeights(3, [level])
    >>> weights.dense().tolist()
    [[-1, 12, 12], [12, -1, 24], [12, 24, -1]]
    """

    def __init__(
        self,
        size: int,
        terms: Sequence[Term],
        exceptions: Exceptions | None = None,
        *,
        least: int = 0,
    ) -> None:
        self.size = size
        self.terms = tuple(terms)
        self.exceptions = Exceptions.none() if exceptions is None else exceptions
        self.least = max(least, 0)

    @cached_property
    def highest(self) -> int:
        """Upper bound of all weights; not negative."""
        terms = sum(int(term.points.max(initial=0)) for term in self.terms)
        return max(0, terms, int(self.exceptions.values.max(initial=0)))

    def replacing(self, exceptions: Exceptions) -> ProfileWeights:
        """Give the same weights with other exceptions."""
        return ProfileWeights(self.size, self.terms, exceptions, least=self.least)

    def at_least(self, least: int) -> ProfileWeights:
        """Give the same weights with all pairs of a lower weight forbidden."""
        return ProfileWeights(self.size, self.terms, self.exceptions, least=least)

    def among(self, places: IntArray) -> ProfileWeights:
        """Give the weights among some of the people, who are counted anew.

        Parameters
        ----------
        places : array of int, shape (m,)
            Their indices, each once: person ``places[k]`` becomes k.
        """
        index = np.full(self.size, -1, dtype=np.int64)
        index[places] = np.arange(len(places))
        extra = self.exceptions
        ends = index[extra.tails], index[extra.heads]
        tails, heads = np.minimum(*ends), np.maximum(*ends)
        inside = tails >= 0
        said = Exceptions(tails[inside], heads[inside], extra.values[inside])
        terms = [term.among(places) for term in self.terms]
        return ProfileWeights(len(places), terms, said, least=self.least)

    @cached_property
    def _kind(self) -> type[np.int16 | np.int32]:
        """The narrowest numbers in which the terms can be summed."""
        lowest = sum(int(term.points.min(initial=0)) for term in self.terms)
        highest = sum(int(term.points.max(initial=0)) for term in self.terms)
        return np.int16 if lowest >= -_NARROW and highest < _NARROW else np.int32

    def terms_block(self, start: int, stop: int, first: int = 0) -> Block:
        """Sum the terms of the rows from `start` up to `stop`, without the exceptions.

        Returns
        -------
        array of int16 or int32, shape ``(rows, n - first)``
            For the columns from `first` on.
        """
        total = np.zeros((stop - start, self.size - first), dtype=self._kind)
        for term in self.terms:
            total += term.block(start, stop, first)
        return total

    def block(self, start: int, stop: int) -> IntArray:
        """Give the rows from `start` up to `stop`; -1 where a pair is forbidden.

        Returns
        -------
        array of int64, shape (rows, n)
        """
        total = self.terms_block(start, stop).astype(np.int64)
        extra = self.exceptions
        for rows, columns in ((extra.tails, extra.heads), (extra.heads, extra.tails)):
            here = (rows >= start) & (rows < stop)
            total[rows[here] - start, columns[here]] = extra.values[here]
        total[total < self.least] = -1
        total[np.arange(stop - start), np.arange(start, stop)] = -1
        return total

    def terms_dense(self) -> Points:
        """Give the sums of the terms of all pairs, without the exceptions.

        Returns
        -------
        array of int32, shape (n, n)
            Symmetric; what the diagonal holds means nothing.
        """
        matrix = np.empty((self.size, self.size), dtype=np.int32)
        # So few rows at a time that what is made on the way stays close to the processor.
        height = max(_LEAST_ROWS, _CELLS // max(1, self.size))
        for start in range(0, self.size, height):
            stop = min(start + height, self.size)
            rows = self.terms_block(start, stop, start)
            matrix[start:stop, start:] = rows
            matrix[start:, start:stop] = rows.T
        return matrix

    def dense(self) -> IntArray:
        """Give the whole matrix: for some thousand people at most, as it needs ``8 * n * n`` bytes.

        Returns
        -------
        array of int64, shape (n, n)
            Symmetric, -1 where a pair is forbidden and on the diagonal.
        """
        matrix = self.terms_dense().astype(np.int64)
        extra = self.exceptions
        matrix[extra.tails, extra.heads] = extra.values
        matrix[extra.heads, extra.tails] = extra.values
        matrix[matrix < self.least] = -1
        np.fill_diagonal(matrix, -1)
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
        total[(total < self.least) | (tails == heads)] = -1
        return total


def _table(points: Points, *sides: int) -> Block:
    """Give the points for all counts up to some numbers, in two bytes where they fit."""
    places = np.ix_(*(np.minimum(np.arange(most + 1), len(points) - 1) for most in sides))
    return _narrow(points[places])


def _narrow(points: Points) -> Block:
    fits = points.min(initial=0) >= -_NARROW and points.max(initial=0) < _NARROW
    return points.astype(np.int16) if fits else points


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
