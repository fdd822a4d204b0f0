"""Counting the bits that two people have in common, for a block of people with many others."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bits: TypeAlias = NDArray[np.uint64]
    Counts: TypeAlias = NDArray[np.unsignedinteger[Any]]

# To count bits word by word takes about as long as to multiply this many columns of numbers.
_COLUMNS_OF_A_WORD = 12
_FEW_WORDS = 8
_PIECE = 1 << 16


class CommonBits:
    """How many bits of the left side each person has in common with the right side of another.

    Parameters
    ----------
    left, right : array of uint64, shape (n, words)
        What each person has on either side.
    """

    def __init__(self, left: Bits, right: Bits) -> None:
        self._left = left
        self._right = right

    @cached_property
    def most(self) -> int:
        """No two people have more in common."""
        return min(int(count(side).max(initial=0)) for side in (self._left, self._right))

    @cached_property
    def _words(self) -> Bits:
        """The right side with the words of all people beside each other."""
        return np.ascontiguousarray(self._right.T)

    @cached_property
    def _columns(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """The two sides as numbers whose products are the counts, where that is quicker."""
        if self._left.shape[1] <= _FEW_WORDS:
            return None
        merged = _merged(self._left, self._right)
        few = merged[0].shape[1] <= _COLUMNS_OF_A_WORD * self._left.shape[1]
        return merged if few else None

    def counts(self, start: int, stop: int, first: int = 0) -> Counts:
        """Count what the rows from `start` up to `stop` share with the columns from `first` on."""
        kind = np.min_scalar_type(self.most)
        if self._columns is not None:
            left, right = self._columns
            return (left[start:stop] @ right[first:].T).astype(kind)
        total: Counts = np.zeros((stop - start, len(self._right) - first), dtype=kind)
        # Pieces so small that what is made on the way stays close to the processor.
        width = max(1, _PIECE // max(1, stop - start))
        for place in range(first, len(self._right), width):
            piece = total[:, place - first : place - first + width]
            for left, right in zip(self._left[start:stop].T, self._words, strict=True):
                piece += np.bitwise_count(left[:, None] & right[place : place + width])
        return total


def count(bits: Bits) -> NDArray[np.intp]:
    """Count the bits of each row, shape ``(rows,)``."""
    counts: NDArray[np.intp] = np.bitwise_count(bits).sum(axis=1, dtype=np.intp)
    return counts


def _merged(left: Bits, right: Bits) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give bits as numbers; those that are the same for everybody become one, with a width."""
    first, second = _unpacked(left), _unpacked(right)
    used = first.any(axis=0) & second.any(axis=0)
    first, second = first[:, used], second[:, used]
    if not first.shape[1]:
        return first.astype(np.float32), second.astype(np.float32)
    changes = np.flatnonzero(
        (first[:, 1:] != first[:, :-1]).any(axis=0) | (second[:, 1:] != second[:, :-1]).any(axis=0)
    )
    starts = np.concatenate(([0], changes + 1))
    widths = np.diff(np.concatenate((starts, [first.shape[1]]))).astype(np.float32)
    # float32 counts whole numbers up to 2**24 exactly.
    return first[:, starts] * widths, second[:, starts].astype(np.float32)


def _unpacked(bits: Bits) -> NDArray[np.bool_]:
    little = bits.astype("<u8").view(np.uint8)
    return np.unpackbits(little, axis=1, bitorder="little").view(np.bool_)
