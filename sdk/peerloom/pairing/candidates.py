"""A few promising partners for each person: where the exact solver starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from peerloom.pairing.weights import Edges, IntArray

_BLOCK = 512


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
    hub_price = weights.max(axis=1)
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
