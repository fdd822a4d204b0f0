"""Exact assignment of rows to columns, by shortest augmenting paths on whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peerloom.pairing.weights import IntArray

_NEVER = np.iinfo(np.int64).max


def assign(profit: IntArray) -> IntArray:
    """Give each row its own column so that the total profit is largest.

    Parameters
    ----------
    profit
        Whole numbers, shape ``(rows, columns)`` with no more rows than columns.

    Returns
    -------
    numpy.ndarray
        The column of each row, shape ``(rows,)``.

    Notes
    -----
    O(rows^2 * columns), each step vectorised over the columns. Method: R. Jonker and A. Volgenant,
    "A shortest augmenting path algorithm for dense and sparse linear assignment problems",
    Computing 38 (1987).

    Examples
    --------
    >>> assign(np.array([[5, 4], [5, 1]])).tolist()
    [1, 0]
    """
    rows, columns = profit.shape
    cost = profit.max(initial=0) - profit
    row_price = np.zeros(rows, dtype=np.int64)
    column_price = np.zeros(columns, dtype=np.int64)
    owner = np.full(columns, -1)
    for start in range(rows):
        distance = np.full(columns, _NEVER)
        before = np.full(columns, -1)
        is_open = np.ones(columns, dtype=bool)
        row, reached, here = start, 0, -1
        while row >= 0:
            step = cost[row] - row_price[row] - column_price + reached
            better = is_open & (step < distance)
            distance[better] = step[better]
            before[better] = here
            here = int(np.argmin(np.where(is_open, distance, _NEVER)))
            reached = int(distance[here])
            is_open[here] = False
            row = int(owner[here])
        done = ~is_open
        gain = reached - distance[done]
        column_price[done] -= gain
        row_price[owner[done][owner[done] >= 0]] += gain[owner[done] >= 0]
        row_price[start] += reached
        while here >= 0:
            previous = int(before[here])
            owner[here] = start if previous < 0 else owner[previous]
            here = previous
    column_of = np.empty(rows, dtype=np.int64)
    taken = np.flatnonzero(owner >= 0)
    column_of[owner[taken]] = taken
    return column_of
