"""The sparse graph that the exact solver works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class SparseGraph:
    """Adjacency lists with doubled integer weights.

    Every weight is even. Then each step of the dual prices is a whole number, and no comparison in
    the solver needs a tolerance (Galil, "Efficient algorithms for finding maximum matching in
    graphs", ACM Computing Surveys 18, 1986, section 4).

    Parameters
    ----------
    size
        Number of vertices.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.neighbours: list[list[tuple[int, int]]] = [[] for _ in range(size)]

    def add(
        self, tails: NDArray[np.int64], heads: NDArray[np.int64], doubled: NDArray[np.int64]
    ) -> None:
        """Add edges that are not there yet, each one once."""
        neighbours = self.neighbours
        for tail, head, weight in zip(
            tails.tolist(), heads.tolist(), doubled.tolist(), strict=True
        ):
            neighbours[tail].append((head, weight))
            neighbours[head].append((tail, weight))

    def weight(self, tail: int, head: int) -> int:
        """Return the doubled weight of an edge of the graph."""
        return next(weight for other, weight in self.neighbours[tail] if other == head)
