"""Price every pair of the dense graph against dual prices: this turns a guess into a proof.

The solver sees only a few edges. If no pair of the whole table has more weight than its two
prices (and the tolls of the blossoms that hold both) pay for, then the sparse optimum is the
optimum of the whole: column generation, with one vectorised pass for all columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from peerloom.pairing.tables import NARROW
from peerloom.pairing.tolls import Tolls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.blossom import BlossomForest
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
    crowded : array of int
        Who has as many such pairs as were asked for, and perhaps more; rising.
    """

    codes: IntArray
    excess: int
    crowded: IntArray


def violations(
    table: Table,
    forest: BlossomForest | None,
    price: IntArray,
    most: int,
    rows: IntArray | None = None,
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
    rows
        Whose pairs to look at, rising; None for all pairs.
    """
    size = table.size
    tolls = Tolls(forest.blossoms() if forest else ())
    is_narrow = max(table.highest, int(np.abs(price).max(initial=0))) < NARROW
    width: type[np.signedinteger[Any]] = np.int32 if is_narrow else np.int64
    narrow = price.astype(width)
    codes = [np.zeros(0, dtype=np.int64)]
    crowded = [np.zeros(0, dtype=np.int64)]
    total = 0
    everybody = np.arange(size) if rows is None else rows
    for at in range(0, len(everybody), _BLOCK):
        people = everybody[at : at + _BLOCK]
        # Symmetric: when all are asked for, a block needs only the columns from its own on.
        start = at if rows is None else 0
        block = table.rows(people)[:, start:]
        excess: NDArray[Any] = 2 * block.astype(width)
        excess -= narrow[start:]
        chosen = np.flatnonzero(excess.max(axis=1) > narrow[people])
        if not len(chosen):
            continue
        people = people[chosen]
        flagged = excess[chosen] - narrow[people, None]
        flagged[block[chosen] < 0] = 0
        for place, person in enumerate(people.tolist()):
            shared = tolls.of(person)
            if shared is not None:
                later = shared[0] >= start
                others, paid = shared[0][later] - start, shared[1][later]
                # Not below zero: that would not fit narrow numbers.
                flagged[place, others] -= np.minimum(np.maximum(flagged[place, others], 0), paid)
        np.maximum(flagged, 0, out=flagged)
        total += int(flagged.max(axis=1).sum())
        best = _best_of_each_row(flagged, people - start, most)
        crowded.append(people[best.sum(axis=1) >= most])
        places, columns = np.nonzero(best)
        tails, heads = people[places], columns + start
        codes.append(np.minimum(tails, heads) * size + np.maximum(tails, heads))
    return Violations(
        np.unique(np.concatenate(codes)), min(total, LARGEST_EXCESS), np.concatenate(crowded)
    )


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
