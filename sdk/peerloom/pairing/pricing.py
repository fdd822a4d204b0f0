"""Price every pair of the dense graph against dual prices: this turns a guess into a proof.

The solver sees only a few edges. If no pair of the whole table has more weight than its two
prices (and the tolls of the blossoms that hold both) pay for, then the sparse optimum is the
optimum of the whole: column generation, with one vectorised pass for all columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from peerloom.pairing.tables import NARROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from peerloom.pairing.blossom import Blossom, BlossomForest
    from peerloom.pairing.tables import Table
    from peerloom.pairing.weights import IntArray

_BLOCK = 256
LARGEST_EXCESS = 1 << 62
"""More than this is only "very much": so every engine can add it up."""


class Violations(NamedTuple):
    """Pairs that prices do not pay for.

    Attributes
    ----------
    codes : array of int, shape (pairs,)
        Sorted ``tail * n + head`` with ``tail < head``, each once.
    excess : int
        So much would have to be added to the sum of all prices, at most, to pay for *every* pair.
    """

    codes: IntArray
    excess: int


def violations(
    table: Table, forest: BlossomForest | None, price: IntArray, most: int
) -> Violations:
    """Find the pairs that the prices do not pay for, at most so many for each person.

    The largest violations are named; among equal ones the next in a circle after the person.

    Parameters
    ----------
    table
        All pairs. Special ones are left out.
    forest
        Whose tolls count, too.
    price : array of int, shape (n,)
        Dual price of each vertex, on doubled weights without the bonus.
    most
        How many pairs to name for each person.
    """
    size = table.size
    tolls = _Tolls(forest)
    is_narrow = max(table.highest, int(np.abs(price).max(initial=0))) < NARROW
    width: type[np.signedinteger[Any]] = np.int32 if is_narrow else np.int64
    narrow = price.astype(width)
    codes = [np.zeros(0, dtype=np.int64)]
    total = 0
    for start in range(0, size, _BLOCK):
        stop = min(start + _BLOCK, size)
        # Symmetric: a block needs only the columns from its own first row on.
        block = table.block(start, stop)[:, start:]
        excess: NDArray[Any] = 2 * block.astype(width)
        excess -= narrow[start:]
        rows = np.flatnonzero(excess.max(axis=1) > narrow[start:stop])
        if not len(rows):
            continue
        flagged = excess[rows] - narrow[start + rows, None]
        flagged[block[rows] < 0] = 0
        for place, row in enumerate(rows.tolist()):
            for others, toll in tolls.of(start + row):
                later = others[others >= start] - start
                flagged[place, later] -= np.minimum(np.maximum(flagged[place, later], 0), toll)
        np.maximum(flagged, 0, out=flagged)
        total += int(flagged.max(axis=1).sum())
        places, columns = np.nonzero(_best_of_each_row(flagged, rows, most))
        tails, heads = rows[places] + start, columns + start
        codes.append(np.minimum(tails, heads) * size + np.maximum(tails, heads))
    return Violations(np.unique(np.concatenate(codes)), min(total, LARGEST_EXCESS))


def _best_of_each_row(values: NDArray[Any], rows: IntArray, most: int) -> NDArray[np.bool_]:
    """Mark the largest positive values of each row; ties go to the next column after the row."""
    chosen = values > 0
    crowded = np.flatnonzero(chosen.sum(axis=1) > most)
    if not len(crowded):
        return chosen
    values, rows = values[crowded], rows[crowded, None]
    width = values.shape[1]
    last = np.partition(values, width - most, axis=1)[:, width - most, None]
    above = values > last
    ties = values == last
    room = most - above.sum(axis=1, keepdims=True)
    after = ties & (np.arange(width) > rows)
    before = ties & ~after
    rank = np.where(
        after,
        after.cumsum(axis=1),
        after.sum(axis=1, keepdims=True) + before.cumsum(axis=1),
    )
    chosen[crowded] = above | (ties & (rank <= room))
    return chosen


def tolls_between(blossoms: Sequence[Blossom], tails: IntArray, heads: IntArray) -> IntArray:
    """Sum the tolls of the blossoms that hold both people of some pairs, shape ``(pairs,)``.

    Parameters
    ----------
    blossoms
        All living blossoms of a forest.
    tails, heads
        The pairs.
    """
    paid = np.zeros(len(tails), dtype=np.int64)
    if not (blossoms and len(tails)):
        return paid
    size = 1 + max(int(tails.max()), int(heads.max()), *(max(b.vertices) for b in blossoms))
    outermost = np.full(size, -1)
    for blossom in blossoms:
        if blossom.holder < 0:
            outermost[list(blossom.vertices)] = blossom.node
    shared = np.flatnonzero((outermost[tails] >= 0) & (outermost[tails] == outermost[heads]))
    if not len(shared):
        return paid
    needed = set(outermost[tails[shared]].tolist())
    outer = {blossom.node: blossom.node for blossom in blossoms if blossom.holder < 0}
    # Holders have larger numbers than what they hold.
    for blossom in sorted(blossoms, key=lambda blossom: -blossom.node):
        outer.setdefault(blossom.node, outer.get(blossom.holder, -1))
        if blossom.toll and outer[blossom.node] in needed:
            inside = np.zeros(size, dtype=np.bool_)
            inside[list(blossom.vertices)] = True
            paid[shared] += blossom.toll * (inside[tails[shared]] & inside[heads[shared]])
    return paid


class _Tolls:
    """What the blossoms of a forest add to the prices of two people inside."""

    def __init__(self, forest: BlossomForest | None) -> None:
        self._forest = forest

    def of(self, vertex: int) -> list[tuple[IntArray, int]]:
        """List the people who share a blossom with one person, each once, with the toll."""
        forest = self._forest
        if forest is None:
            return []
        chain = []
        node = forest.holder[vertex]
        while node >= 0:
            chain.append(node)
            node = forest.holder[node]
        found = []
        paid = 0
        for place in range(len(chain) - 1, -1, -1):
            paid += forest.toll[chain[place]]
            within = chain[place - 1] if place else vertex
            others = [
                other
                for member in forest.members[chain[place]]
                if member != within
                for other in forest.vertices(member)
            ]
            if paid:
                found.append((np.array(others, dtype=np.int64), paid))
        return found
