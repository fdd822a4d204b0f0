"""Price every pair of the dense graph against dual prices: this turns a guess into a proof.

The solver sees only a few edges. If no pair of the whole matrix has more weight than its two
prices (and the tolls of the blossoms that hold both) pay for, then the sparse optimum is the
optimum of the whole: column generation, with one vectorised pass for all columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.blossom import BlossomForest
    from peerloom.pairing.weights import Edges, IntArray

_BLOCK = 256
_PER_ROW = 8
# Below this bonus every difference of a pricing pass fits 32 bits, which halves its time.
_NARROW = 1 << 27


class PairPricer:
    """All pairs of a weight matrix, ready to be priced again and again.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``; negative = forbidden; the diagonal must be negative.
    bonus
        What each pair is worth beyond its weight.
    """

    def __init__(self, weights: IntArray, bonus: int) -> None:
        self._bonus = bonus
        narrow = bonus + int(weights.max(initial=0)) < _NARROW
        self._kind = np.int32 if narrow else np.int64
        forbidden = -(1 << 30) if narrow else -(1 << 61)
        # 32 or 64 bits wide.
        self._doubled: NDArray[Any] = np.where(weights < 0, forbidden, 2 * weights).astype(
            self._kind
        )

    def violations(
        self, price: Sequence[int], tolls: Sequence[tuple[IntArray, IntArray]] = ()
    ) -> Edges:
        """Find the pairs that the prices do not pay for, at most eight for each person.

        Parameters
        ----------
        price
            Dual price of each vertex, on doubled weights with bonus.
        tolls
            For each outermost blossom its vertices and the matrix of tolls between them.

        Returns
        -------
        tails, heads, doubled
            Edges with ``tails < heads`` and their doubled weights with bonus.
        """
        doubled, size = self._doubled, len(self._doubled)
        shifted = (np.array(price, dtype=np.int64) - self._bonus).astype(self._kind)
        place = np.full(size, -1)
        owner = np.full(size, -1)
        for index, (vertices, _) in enumerate(tolls):
            owner[vertices] = index
            place[vertices] = np.arange(len(vertices))
        codes = [np.zeros(0, dtype=np.int64)]
        for start in range(0, size, _BLOCK):
            stop = min(start + _BLOCK, size)
            # Symmetric: a block needs only the columns from its own first row on.
            excess = doubled[start:stop, start:] - shifted[start:]
            excess -= shifted[start:stop, None]
            for row in np.flatnonzero(owner[start:stop] >= 0).tolist():
                vertices, matrix = tolls[owner[start + row]]
                toll = matrix[place[start + row]]
                later = vertices >= start
                excess[row, vertices[later] - start] -= toll[later]
            rows = np.flatnonzero(excess.max(axis=1) > 0)
            if not len(rows):
                continue
            flagged = excess[rows]
            if flagged.shape[1] > _PER_ROW:
                columns = np.argpartition(flagged, -_PER_ROW, axis=1)[:, -_PER_ROW:]
            else:
                columns = np.tile(np.arange(flagged.shape[1]), (len(rows), 1))
            is_above = np.take_along_axis(flagged, columns, axis=1) > 0
            ends = (np.repeat(rows + start, is_above.sum(axis=1)), columns[is_above] + start)
            codes.append(np.minimum(*ends) * size + np.maximum(*ends))
        found = np.unique(np.concatenate(codes))
        tails, heads = found // size, found % size
        values = doubled[tails, heads].astype(np.int64) + 2 * self._bonus
        return tails, heads, values


def blossom_tolls(forest: BlossomForest) -> list[tuple[IntArray, IntArray]]:
    """Lay out, for each outermost blossom, what every two of its vertices pay together."""
    layout = []
    for top in forest.blossoms():
        if forest.holder[top] >= 0:
            continue
        order: list[int] = []
        spans: list[tuple[int, int, int]] = []
        # Outer blossoms come first; each inner one then overwrites its own square.
        pending = [(top, 0, False)]
        starts: dict[int, int] = {}
        while pending:
            node, paid, is_done = pending.pop()
            if not forest.members[node]:
                order.append(node)
                continue
            if is_done:
                spans.append((starts[node], len(order), paid))
                continue
            starts[node] = len(order)
            paid += forest.toll[node]
            pending.append((node, paid, True))
            pending.extend((member, paid, False) for member in forest.members[node])
        matrix = np.zeros((len(order), len(order)), dtype=np.int64)
        for first, end, paid in reversed(spans):
            matrix[first:end, first:end] = paid
        layout.append((np.array(order, dtype=np.int64), matrix))
    return layout
