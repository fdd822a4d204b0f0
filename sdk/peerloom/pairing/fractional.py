"""The half-integral optimum: matching in which an odd cycle may share its edges half and half.

It is the matching problem without its odd-set inequalities. Its optimum consists of whole edges and
of odd cycles of half edges (Balinski, "Integer programming: methods, uses, computation", 1965). It
serves twice: as a start that leaves only a few odd cycles to the blossom search, and as the bound
for partitions with a trio, because a trio counts like a triangle of half edges.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.graph import SparseGraph
    from peerloom.pairing.weights import Edges, IntArray

_OUTER = 1
_INNER = 2
_NEVER = 1 << 62


class HalfIntegralMatching:
    """Exact half-integral matching with dual prices, by one alternating tree per free vertex.

    The prices keep ``price[i] + price[j] >= weight(i, j)`` and ``price[i] >= 0`` at every moment,
    with equality on each used edge. A vertex stays free only at price zero.

    Parameters
    ----------
    graph
        Doubled weights, none negative.
    """

    def __init__(self, graph: SparseGraph) -> None:
        size = graph.size
        self.graph = graph
        self.mate = [-1] * size
        self.ring: list[list[int] | None] = [None] * size
        self.price = [
            max((weight for _, weight in edges), default=0) // 2 for edges in graph.neighbours
        ]
        self._label = [0] * size
        self._since = [0] * size
        self._parent = [-1] * size
        self._reach = [_NEVER] * size
        self._lower_and_match()

    def solve(self) -> None:
        """Grow a tree from every free vertex until none is left that costs anything."""
        for vertex in range(self.graph.size):
            if self.mate[vertex] < 0 and self.ring[vertex] is None and self.price[vertex] > 0:
                self._search(vertex)

    def prices(self) -> IntArray:
        """Give the price of each vertex."""
        return np.array(self.price, dtype=np.int64)

    def mates(self) -> IntArray:
        """Give the partner of each vertex, -1 where it is free or in a ring."""
        return np.array(self.mate, dtype=np.int64)

    def in_rings(self) -> NDArray[np.bool_]:
        """Tell for each vertex whether it is in an odd cycle of half edges."""
        return np.array([ring is not None for ring in self.ring], dtype=np.bool_)

    def raise_prices(self, edges: Edges) -> None:
        """Make the prices pay for new edges of the graph (doubled weights).

        What was tight and is not any more is released. Call `solve` afterwards.
        """
        price = self.price
        for tail, head, weight in zip(*(array.tolist() for array in edges), strict=True):
            lack = weight - price[tail] - price[head]
            if lack > 0:
                is_head_free = self.mate[head] < 0 and self.ring[head] is None
                vertex = head if is_head_free else tail
                price[vertex] += lack
                self._release(vertex)

    def open_rings(self) -> None:
        """Turn each odd cycle into whole edges and one free vertex."""
        for vertex in range(self.graph.size):
            if self.ring[vertex] is not None:
                self._open_ring(vertex)

    def _lower_and_match(self) -> None:
        """Lower each price as far as its own edges allow, and take tight edges on the way."""
        price, mate = self.price, self.mate
        for vertex, edges in enumerate(self.graph.neighbours):
            if mate[vertex] >= 0:
                continue
            lowest, partner = 0, -1
            for other, weight in edges:
                need = weight - price[other]
                if need > lowest:
                    lowest, partner = need, other
                if need == lowest and mate[other] < 0:
                    partner = other
            price[vertex] = lowest
            if partner >= 0 and mate[partner] < 0:
                mate[vertex] = partner
                mate[partner] = vertex

    def _search(self, root: int) -> None:
        """Grow one alternating tree until the cheapest way to finish is reached.

        The tree grows like Dijkstra's: ``clock`` is the total price change since the start, and a
        price is written back only at the end, from the moment its vertex joined the tree.
        """
        neighbours, price, mate = self.graph.neighbours, self.price, self.mate
        label, since, reach, parent = self._label, self._since, self._reach, self._parent
        outer: list[int] = []
        inner: list[int] = []
        reached: list[int] = []
        heap: list[tuple[int, int]] = []
        clock = 0
        stop, stop_tail, stop_head = _NEVER, root, -1
        vertex = root
        while True:
            label[vertex] = _OUTER
            since[vertex] = clock
            outer.append(vertex)
            date = clock + price[vertex]
            if date < stop:
                stop, stop_tail, stop_head = date, vertex, -1
            for other, weight in neighbours[vertex]:
                if label[other] == 0:
                    moment = date + price[other] - weight
                    if moment < stop and moment < reach[other]:
                        reach[other] = moment
                        reached.append(other)
                        if mate[other] < 0:
                            stop, stop_tail, stop_head = moment, vertex, other
                        else:
                            parent[other] = vertex
                            heappush(heap, (moment, other))
                elif label[other] == _OUTER:
                    moment = (date + price[other] + since[other] - weight) // 2
                    if moment < stop:
                        stop, stop_tail, stop_head = moment, vertex, other
            entered = -1
            while heap:
                clock, candidate = heappop(heap)
                if clock >= stop:
                    break
                if label[candidate] == 0:
                    entered = candidate
                    break
            if entered < 0:
                break
            label[entered] = _INNER
            since[entered] = clock
            inner.append(entered)
            vertex = mate[entered]
        is_odd_cycle = stop_head >= 0 and label[stop_head] == _OUTER
        for vertex in outer:
            price[vertex] -= stop - since[vertex]
            label[vertex] = 0
        for vertex in inner:
            price[vertex] += stop - since[vertex]
            label[vertex] = 0
        for vertex in reached:
            reach[vertex] = _NEVER
        if is_odd_cycle:
            self._close_ring(stop_tail, stop_head)
            return
        if stop_head >= 0 and self.ring[stop_head] is not None:
            self._open_ring(stop_head)
        self._flip(stop_tail, stop_head)

    def _flip(self, vertex: int, partner: int) -> None:
        """Give an outer vertex a new partner (-1: none) and pass the old one up the tree."""
        mate = self.mate
        while True:
            left = mate[vertex]
            mate[vertex] = partner
            if partner >= 0:
                mate[partner] = vertex
            if left < 0:
                return
            partner, vertex = left, self._parent[left]

    def _close_ring(self, tail: int, head: int) -> None:
        """Make the odd cycle of two outer vertices a ring of half edges."""
        first = self._path_to_root(tail)
        depth = {vertex: index for index, vertex in enumerate(first)}
        second = self._path_to_root(head)
        split = next(index for index, vertex in enumerate(second) if vertex in depth)
        meeting = second[split]
        self._flip(meeting, -1)
        ring = [meeting, *reversed(first[: depth[meeting]]), *second[:split]]
        for vertex in ring:
            self.mate[vertex] = -1
            self.ring[vertex] = ring

    def _path_to_root(self, vertex: int) -> list[int]:
        """List the tree path of an outer vertex: outer, inner, outer, ..., root."""
        path = [vertex]
        while self.mate[path[-1]] >= 0:
            inner = self.mate[path[-1]]
            path += (inner, self._parent[inner])
        return path

    def _open_ring(self, vertex: int) -> None:
        """Match a ring along its edges so that only `vertex` stays free."""
        ring = self.ring[vertex]
        if ring is None:
            return
        start = ring.index(vertex)
        order = ring[start:] + ring[:start]
        for member in ring:
            self.ring[member] = None
        for tail, head in zip(order[1::2], order[2::2], strict=True):
            self.mate[tail] = head
            self.mate[head] = tail

    def _release(self, vertex: int) -> None:
        """Set a vertex free."""
        self._open_ring(vertex)
        partner = self.mate[vertex]
        if partner >= 0:
            self.mate[vertex] = self.mate[partner] = -1
