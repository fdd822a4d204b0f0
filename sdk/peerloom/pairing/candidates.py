"""A few promising partners for each person: where the exact solver starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from peerloom.pairing.weights import Edges, IntArray

_BLOCK = 512
# Hub prices move at most so often, and stop when they move by less than one part in so many.
_STEPS = 16
_SMALL_CHANGE = 100
# Weights below this need 32 bits only, which halves the time.
_NARROW = 1 << 28


def best_partners(weights: IntArray, count: int) -> Edges:
    """Pick the best partners of each vertex, with hub prices.

    Plain "best k" would name the same popular people for everybody. So a partner's own best
    weight is taken off, as a price, before the best are picked. Ties go to the next in a circle
    after the vertex itself: otherwise equal weights would give everybody the same few partners.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``; negative = forbidden; the diagonal must be negative.
    count
        How many partners to pick for each vertex.

    Returns
    -------
    tails, heads, values
        Edges with ``tails < heads``, each once, sorted.
    """
    size = len(weights)
    count = min(count, size - 1)
    hub_price = _hub_prices(weights)
    circle = np.arange(size)
    chosen = []
    for start in range(0, size, _BLOCK):
        rows = circle[start : start + _BLOCK]
        block = weights[rows]
        # Twice the weight less the price: half the price is what one end of a pair would pay.
        key = (2 * block - hub_price) * size
        key += (rows[:, None] - circle - 1) % size
        key[block < 0] = np.iinfo(np.int64).min
        best = np.argpartition(key, size - count, axis=1)[:, size - count :]
        tails = np.repeat(rows, count)
        heads = best.ravel()
        chosen.append(np.minimum(tails, heads) * size + np.maximum(tails, heads))
    codes = np.unique(np.concatenate(chosen))
    tails, heads = codes // size, codes % size
    values = weights[tails, heads]
    allowed = values >= 0
    return tails[allowed], heads[allowed], values[allowed]


def _hub_prices(weights: IntArray) -> IntArray:
    """Estimate twice the dual price of each vertex, by a few steps towards balance.

    At the optimum of the relaxation each price is the most that is left, after the partner's price,
    among all partners. Starting from the best weight, each step goes half of the way there.
    """
    is_narrow = int(weights.max(initial=0)) < _NARROW
    width: type[np.signedinteger[Any]] = np.int32 if is_narrow else np.int64
    doubled: npt.NDArray[np.signedinteger[Any]] = 2 * weights.astype(width)
    price = doubled.max(axis=1) // 2
    for _ in range(_STEPS):
        left = (doubled - price).max(axis=1)
        change = (left - price) // 2
        price += change
        if _SMALL_CHANGE * int(np.abs(change).sum()) <= int(np.abs(price).sum()):
            break
    hub_price: IntArray = price.astype(np.int64)
    return hub_price
