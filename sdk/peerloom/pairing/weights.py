"""Reading and checking weights: the only door through which they enter the engine."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, SupportsIndex, TypeAlias

import numpy as np

from peerloom.pairing.library import load, scan
from peerloom.pairing.tables import DenseTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    IntArray: TypeAlias = NDArray[np.int64]
    Edges: TypeAlias = tuple[IntArray, IntArray, IntArray]
    Weights: TypeAlias = NDArray[np.integer] | Sequence[Sequence[int]] | Iterable[Sequence[int]]

# Weight times vertices stays below this, so that every sum of the solver fits 64 bits.
_LARGEST_PRODUCT = 1 << 56


def read_matrix(weights: Weights) -> IntArray:
    """Check a symmetric matrix of whole numbers; return a 64-bit copy with -1 on the diagonal.

    Parameters
    ----------
    weights
        Array of shape ``(n, n)``. The diagonal is ignored. Negative means forbidden.

    Raises
    ------
    ValueError
        The shape is not square, an entry is no whole number, the matrix is not symmetric, or a
        weight is too large.
    """
    matrix = _whole_numbers(weights).astype(np.int64)
    _refuse_other_shapes(matrix)
    if matrix.size == 0:
        return np.zeros((0, 0), dtype=np.int64)
    np.fill_diagonal(matrix, -1)
    _refuse_asymmetric(matrix)
    _refuse_large(int(matrix.max()), len(matrix))
    return matrix


def read_table(weights: Weights) -> DenseTable:
    """Check a matrix like `read_matrix`, without a copy where its numbers can stay as they are."""
    matrix = _whole_numbers(weights)
    _refuse_other_shapes(matrix)
    if matrix.size == 0:
        return DenseTable(np.zeros((0, 0), dtype=np.int64), 0)
    library = load()
    if library is None or matrix.dtype not in (np.int16, np.int32, np.int64):
        matrix = read_matrix(matrix)
        return DenseTable(matrix, max(0, int(matrix.max())))
    matrix = np.ascontiguousarray(matrix)
    highest, is_symmetric = scan(library, matrix)
    if not is_symmetric:
        _refuse_asymmetric(matrix)
    _refuse_large(highest, len(matrix))
    return DenseTable(matrix, highest)


def _refuse_other_shapes(matrix: IntArray) -> None:
    if matrix.shape == (0,):
        return  # an empty list: nobody
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(
            f"weights must be a square matrix, not of shape {matrix.shape}{_hint(matrix)}"
        )


def _refuse_asymmetric(matrix: IntArray) -> None:
    if not np.array_equal(matrix, matrix.T):
        rows, columns = np.nonzero(matrix != matrix.T)
        raise ValueError(
            f"weights must be symmetric, but [{rows[0]}, {columns[0]}] and its mirror differ"
            f"{_hint(matrix)}"
        )


def _hint(matrix: IntArray) -> str:
    """Tell somebody who may have meant edges how to say so."""
    is_like_edges = matrix.ndim == 2 and matrix.shape[1] == 3
    return "; edges (i, j, weight) need n=, the number of vertices" if is_like_edges else ""


def read_edges(edges: Weights, size: int) -> Edges:
    """Check a list of edges ``(i, j, weight)`` and return three arrays, sorted, with ``i < j``.

    Edges of negative weight are forbidden and left out.

    Raises
    ------
    ValueError
        A number is not whole or out of range, an edge is a loop, or an edge is given twice.
    """
    table = _whole_numbers(list(edges)).astype(np.int64)
    if table.size == 0:
        table = np.zeros((0, 3), dtype=np.int64)
    if table.ndim != 2 or table.shape[1] != 3:
        raise ValueError("each edge must be three numbers (i, j, weight)")
    tails, heads = table[:, :2].min(axis=1), table[:, :2].max(axis=1)
    if size < 0 or (len(table) and (tails.min() < 0 or heads.max() >= size)):
        raise ValueError(f"edges must join vertices 0 to n - 1, with n = {size}")
    if np.any(tails == heads):
        raise ValueError(f"vertex {tails[tails == heads][0]} cannot be matched with itself")
    order = np.lexsort((heads, tails))
    tails, heads, values = tails[order], heads[order], table[order, 2]
    twice = (tails[1:] == tails[:-1]) & (heads[1:] == heads[:-1])
    if twice.any():
        at = int(np.argmax(twice))
        raise ValueError(f"the edge ({tails[at]}, {heads[at]}) is given twice")
    _refuse_large(int(values.max(initial=0)), size)
    allowed = values >= 0
    return tails[allowed], heads[allowed], values[allowed]


def whole_number(size: object) -> int:
    """Check a number of vertices.

    Raises
    ------
    ValueError
        It is no whole number.
    """
    if isinstance(size, bool) or not isinstance(size, SupportsIndex):
        raise ValueError(f"n must be a whole number, not {size!r}")
    return index(size)


def pair_bonus(largest: int, size: int, lowest: int = 0) -> int:
    """Return what each pair is worth beyond its weight, so that more pairs always win.

    It exceeds the range of the totals, so that one pair more outweighs every loss of weight.
    """
    return (size // 2) * (max(largest, 0) - min(lowest, 0)) + 1


def _whole_numbers(values: Weights) -> IntArray:
    """Make an array of integers, and refuse what is not whole."""
    if isinstance(values, np.ma.MaskedArray):
        raise ValueError("weights must not be masked: say -1 where a pair is forbidden")
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError("weights must form a table of whole numbers") from error
    if array.size and array.dtype.kind not in "iu":
        raise ValueError(f"weights must be whole numbers, not {array.dtype}")
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind == "u":
        if int(array.max()) > np.iinfo(np.int64).max:
            raise ValueError("weights must fit 64-bit integers")
        array = array.astype(np.int64)
    return array


def _refuse_large(largest: int, size: int) -> None:
    """Refuse weights whose sums would not fit."""
    if largest * max(size, 1) >= _LARGEST_PRODUCT:
        raise ValueError(f"weights must be below {_LARGEST_PRODUCT // size} for {size} vertices")
