"""All pairs of a problem and their weights, as the engines read them: in blocks of rows.

A table is dense (a matrix is given) or made of profiles (rows are worked out when they are
needed). Some pairs of it may be *special*: their weight may be far outside the range of the others,
even below zero without being forbidden. Blocks leave them out, so that blocks stay narrow numbers;
the few special pairs are looked at one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from peerloom.pairing.profiles import ProfileWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.profiles import Term
    from peerloom.pairing.weights import IntArray

    Block: TypeAlias = NDArray[np.signedinteger[Any]]

NEVER = -(1 << 61)
"""The weight of a forbidden pair."""

NARROW = 1 << 28
"""Weights below this leave room for all differences in 32 bits."""

# Up to this many people the rows of profiles are kept once they are made, two bytes a pair.
_KEPT = 16_384


class Special(NamedTuple):
    """Pairs with a weight of their own, with ``tails < heads``, sorted, each once."""

    tails: IntArray
    heads: IntArray
    weights: IntArray

    @classmethod
    def none(cls) -> Special:
        """Give no special pairs."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(empty, empty, empty)


class DenseTable:
    """A matrix of weights.

    Parameters
    ----------
    weights
        Symmetric, shape ``(n, n)``, whole numbers; negative = forbidden, the diagonal is ignored.
    highest
        The largest weight, at least 0.
    """

    special = Special.none()

    def __init__(self, weights: IntArray, highest: int) -> None:
        self.size = len(weights)
        self.weights = weights
        self.highest = highest
        self.lowest = 0
        self._narrow: Block | None = None
        #: What the compiled engine keeps for this table.
        self.compiled: Any = None

    def block(self, start: int, stop: int) -> Block:
        """Give the rows from `start` up to `stop`; -1 where forbidden and on the diagonal."""
        if self._narrow is None:
            width = np.int32 if self.highest < NARROW else np.int64
            self._narrow = np.maximum(self.weights, -1).astype(width)
            np.fill_diagonal(self._narrow, -1)
        return self._narrow[start:stop]

    def rows(self, people: IntArray) -> Block:
        """Give the rows of some people, like `block`."""
        return self.block(0, self.size)[people]

    def values(self, tails: IntArray, heads: IntArray) -> IntArray:
        """Give the weights of some pairs, `NEVER` where forbidden."""
        found = self.weights[tails, heads].astype(np.int64)
        found[(found < 0) | (tails == heads)] = NEVER
        return found

    def row(self, vertex: int) -> IntArray:
        """Give all weights of one person, `NEVER` where forbidden."""
        return self.values(np.full(self.size, vertex), np.arange(self.size))


class ProfileTable:
    """Weights that are worked out from profiles, less penalties for some pairs.

    Parameters
    ----------
    weights
        What each pair is worth.
    penalties
        What is taken off some pairs, as ``tails < heads`` and amounts.
    """

    def __init__(self, weights: ProfileWeights, penalties: Special | None = None) -> None:
        self.size = weights.size
        self.highest = weights.highest
        self.terms: tuple[Term, ...] = weights.terms
        self._plain = weights
        self.least = weights.least
        self.special = _special(weights, penalties)
        allowed = self.special.weights[self.special.weights > NEVER]
        self.lowest = min(0, int(allowed.min(initial=0)))
        self._kept: Block | None = None
        self._known = np.zeros(-(-self.size // 256), dtype=np.bool_)
        #: What the compiled engine keeps for this table.
        self.compiled: Any = None

    def block(self, start: int, stop: int) -> Block:
        """Give the rows from `start` up to `stop`; -1 where forbidden, special or on the diagonal.

        Rows are kept for the next time while that takes no more than half a gigabyte.
        """
        if self.size > _KEPT or self.highest >= 1 << 15:
            return self._made(start, stop)
        if self._kept is None:
            self._kept = np.empty((self.size, self.size), dtype=np.int16)
        for part in range(start // 256, -(-stop // 256)):
            if not self._known[part]:
                first, last = 256 * part, min(256 * part + 256, self.size)
                self._kept[first:last] = self._made(first, last)
                self._known[part] = True
        return self._kept[start:stop]

    def rows(self, people: IntArray) -> Block:
        """Give the rows of some people, like `block`."""
        parts = people // 256
        found = [
            self.block(256 * part, min(256 * part + 256, self.size))[people[parts == part] % 256]
            for part in np.unique(parts).tolist()
        ]
        return np.concatenate(found)

    def _made(self, start: int, stop: int) -> Block:
        total = self._plain.terms_block(start, stop)
        total[total < self._plain.least] = -1
        total[np.arange(stop - start), np.arange(start, stop)] = -1
        for rows, columns in (self.special[:2], self.special[1::-1]):
            here = (rows >= start) & (rows < stop)
            total[rows[here] - start, columns[here]] = -1
        return total

    def values(self, tails: IntArray, heads: IntArray) -> IntArray:
        """Give the weights of some pairs, `NEVER` where forbidden."""
        found = ProfileWeights(self.size, self.terms, least=self.least).values(tails, heads)
        found[found < 0] = NEVER
        if len(self.special.tails) and len(tails):
            codes = self.special.tails * self.size + self.special.heads
            wanted = np.minimum(tails, heads) * self.size + np.maximum(tails, heads)
            place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
            is_special = codes[place] == wanted
            found[is_special] = self.special.weights[place[is_special]]
        return found

    def row(self, vertex: int) -> IntArray:
        """Give all weights of one person, `NEVER` where forbidden."""
        return self.values(np.full(self.size, vertex), np.arange(self.size))


Table: TypeAlias = DenseTable | ProfileTable


def _special(weights: ProfileWeights, penalties: Special | None) -> Special:
    """Join exceptions and penalties to one sorted list."""
    extra = weights.exceptions
    own = np.where(extra.values < weights.least, NEVER, extra.values)
    if penalties is None or not len(penalties.tails):
        order = np.lexsort((extra.heads, extra.tails))
        return Special(extra.tails[order], extra.heads[order], own[order])
    amounts = penalties.weights
    base = weights.values(penalties.tails, penalties.heads)
    lowered = np.where(base < 0, NEVER, base - amounts)
    codes = np.concatenate(
        (
            penalties.tails * weights.size + penalties.heads,
            extra.tails * weights.size + extra.heads,
        )
    )
    # Of a pair that is both, the first one counts: the penalty already holds the exception.
    kept, first = np.unique(codes, return_index=True)
    joined = np.concatenate((lowered, own))[first]
    return Special(kept // weights.size, kept % weights.size, joined)
