"""A few promising partners for each person: where the exact solver starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray

_BLOCK = 512
# Hub prices move at most so often, and stop when they move by less than one part in so many.
_STEPS = 16
_SMALL_CHANGE = 100
SAMPLE = 2048
"""Hub prices are balanced among so many people; the others' follow from theirs."""


def best_partners(table: Table, count: int) -> IntArray:
    """Pick the best partners of each vertex, with hub prices.

    Plain "best k" would name the same popular people for everybody. So a partner's own best
    weight is taken off, as a price, before the best are picked. Ties go to the next in a circle
    after the vertex itself: otherwise equal weights would give everybody the same few partners.

    Parameters
    ----------
    table
        All pairs. Special ones are not picked.
    count
        How many partners to pick for each vertex.

    Returns
    -------
    array of int, shape (pairs,)
        Sorted codes ``tail * n + head`` of pairs with ``tail < head``, each once.
    """
    size = table.size
    count = min(count, size - 1)
    hub_price = _hub_prices(table)
    circle = np.arange(size)
    chosen = []
    for start in range(0, size, _BLOCK):
        rows = circle[start : start + _BLOCK]
        block = table.block(start, min(start + _BLOCK, size)).astype(np.int64)
        # Twice the weight less the price: half the price is what one end of a pair would pay.
        key = (2 * block - hub_price) * size
        key += (rows[:, None] - circle - 1) % size
        key[block < 0] = np.iinfo(np.int64).min
        best = np.argpartition(key, size - count, axis=1)[:, size - count :]
        allowed = np.take_along_axis(block, best, axis=1) >= 0
        tails = np.repeat(rows, allowed.sum(axis=1))
        heads = best[allowed]
        chosen.append(np.minimum(tails, heads) * size + np.maximum(tails, heads))
    codes: IntArray = np.unique(np.concatenate(chosen))
    return codes


def _hub_prices(table: Table) -> IntArray:
    """Estimate twice the dual price of each vertex, by a few steps towards balance.

    At the optimum of the relaxation each price is the most that is left, after the partner's price,
    among all partners. Starting from the best weight, each step goes half of the way there.
    """
    few = min(table.size, SAMPLE)
    block = table.block(0, few)[:, :few]
    doubled = 2 * block.astype(np.promote_types(block.dtype, np.int32))
    price = doubled.max(axis=1) // 2
    for _ in range(_STEPS):
        left = (doubled - price).max(axis=1)
        change = (left - price) // 2
        price += change
        moved, whole = np.abs(change.astype(np.int64)), np.abs(price.astype(np.int64))
        if _SMALL_CHANGE * int(moved.sum()) <= int(whole.sum()):
            break
    parts = [price]
    for start in range(few, table.size, _BLOCK):
        rows = table.block(start, min(start + _BLOCK, table.size))[:, :few]
        parts.append((2 * rows.astype(doubled.dtype) - price).max(axis=1))
    hub_price: IntArray = np.concatenate(parts).astype(np.int64)
    return hub_price
