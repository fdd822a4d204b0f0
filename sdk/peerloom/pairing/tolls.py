"""What nested blossoms add to the prices of two people inside.

Two people pay the tolls of all blossoms that hold both: those of the smallest such blossom and of
everything around it. Write the vertices of an outermost blossom in a row, so that every blossom
inside is a stretch of the row. Tolls are never negative, so what two people pay together is the
least that any two neighbours between them pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peerloom.pairing.blossom import Blossom
    from peerloom.pairing.weights import IntArray


class Tolls:
    """The tolls between any two people.

    Parameters
    ----------
    blossoms
        All living blossoms of a forest.
    """

    def __init__(self, blossoms: Sequence[Blossom]) -> None:
        #: For each vertex in a blossom: its row, and its place there.
        self._where: dict[int, tuple[int, int]] = {}
        self._rows: list[IntArray] = []
        self._steps: list[IntArray] = []
        paid: dict[int, int] = {-1: 0}
        # Holders have larger numbers than what they hold.
        for blossom in sorted(blossoms, key=lambda blossom: -blossom.node):
            vertices = blossom.vertices
            paid[blossom.node] = paid[blossom.holder] + blossom.toll
            if blossom.holder < 0:
                row = len(self._rows)
                self._rows.append(np.array(vertices, dtype=np.int64))
                self._steps.append(np.zeros(len(vertices) - 1, dtype=np.int64))
                self._where |= {vertex: (row, place) for place, vertex in enumerate(vertices)}
            row, start = self._where[vertices[0]]
            self._steps[row][start : start + len(vertices) - 1] = paid[blossom.node]

    def innermost(self, size: int) -> IntArray:
        """Give what each of `size` vertices pays at most, with those who share its own blossom."""
        paid = np.zeros(size, dtype=np.int64)
        for vertices, steps in zip(self._rows, self._steps, strict=True):
            paid[vertices] = np.maximum(np.append(steps, 0), np.append(0, steps))
        return paid

    def of(self, vertex: int) -> tuple[IntArray, IntArray] | None:
        """Give the people in one outermost blossom with a vertex, and the toll with each.

        Returns
        -------
        (vertices, tolls) or None
            None outside all blossoms. The vertex itself stands with a toll of zero.
        """
        if vertex not in self._where:
            return None
        row, place = self._where[vertex]
        steps = self._steps[row]
        before = np.minimum.accumulate(steps[:place][::-1])[::-1]
        after = np.minimum.accumulate(steps[place:])
        return self._rows[row], np.concatenate((before, [0], after))

    def between(self, tails: IntArray, heads: IntArray) -> IntArray:
        """Give the toll of each of some pairs, shape ``(pairs,)``."""
        found = np.zeros(len(tails), dtype=np.int64)
        if not self._rows:
            return found
        rows, places = np.full((2, 1 + max(*self._where, *tails, *heads)), -1)
        for vertex, (row, place) in self._where.items():
            rows[vertex], places[vertex] = row, place
        shared = np.flatnonzero((rows[tails] >= 0) & (rows[tails] == rows[heads]))
        order = shared[np.argsort(tails[shared], kind="stable")]
        for group in np.split(order, np.flatnonzero(np.diff(tails[order])) + 1):
            if len(group):
                tolls = self.of(int(tails[group[0]]))
                if tolls is not None:
                    found[group] = tolls[1][places[heads[group]]]
        return found
