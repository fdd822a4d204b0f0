"""Blossoms: the nested odd sets of the exact matching, and how they turn, open and close.

The words are those of Edmonds ("Paths, trees and flowers", Canadian Journal of Mathematics 17,
1965). A *node* is a vertex (numbers below the graph's size) or a blossom (numbers from there on).
A blossom holds an odd circle of nodes. Its *base* is the one vertex that is matched to the outside
or free.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from peerloom.pairing.search import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from peerloom.pairing.graph import SparseGraph
    from peerloom.pairing.weights import Edges, IntArray

    Link = tuple[int, int]


class Blossom(NamedTuple):
    """A living blossom: its number, its toll, what holds it (-1: nothing), and its vertices."""

    node: int
    toll: int
    holder: int
    vertices: tuple[int, ...]


class BlossomForest:
    """A matching, its vertex prices, and its blossoms with their own prices.

    Invariants between two searches: for each edge,
    ``price[i] + price[j] + (toll of every blossom that holds both) >= weight``; with equality for
    matched edges and for the links of blossoms; no price and no toll is negative.

    Parameters
    ----------
    graph
        Doubled weights.
    prices, mates
        A start without blossoms that keeps the invariants; ``mates[i] == -1`` for a free vertex.
        A vertex that is its own mate is set aside and takes no part.
    """

    def __init__(self, graph: SparseGraph, prices: IntArray, mates: IntArray) -> None:
        size = graph.size
        self.graph = graph
        self.price: list[int] = prices.tolist()
        self.mate: list[int] = mates.tolist()
        self.top = list(range(size))
        self.base = list(range(size))
        self.holder = [-1] * size
        self.toll = [0] * size
        self.members: list[list[int]] = [[] for _ in range(size)]
        self.links: list[list[Link]] = [[] for _ in range(size)]
        self._inside = [[vertex] for vertex in range(size)]

    def solve(self) -> None:
        """Match until every free vertex has price zero."""
        solve(self)

    def prices(self) -> IntArray:
        """Give the price of each vertex."""
        return np.array(self.price, dtype=np.int64)

    def mates(self) -> IntArray:
        """Give the partner of each vertex, -1 for a free one."""
        return np.array(self.mate, dtype=np.int64)

    def dual(self) -> int:
        """Add up prices and tolls: twice what no matching of the graph's edges exceeds."""
        nodes = range(self.graph.size, len(self.members))
        tolls = sum(self.toll[node] * (len(self.vertices(node)) // 2) for node in nodes)
        return sum(self.price) + tolls

    def in_blossoms(self) -> NDArray[np.bool_]:
        """Tell for each vertex whether it is inside a blossom."""
        return np.array(self.top) >= self.graph.size

    def blossoms(self, *, least: int = 0) -> list[Blossom]:
        """List all living blossoms with at least this toll, inner ones too."""
        return [
            Blossom(node, self.toll[node], self.holder[node], tuple(self.vertices(node)))
            for node in range(self.graph.size, len(self.members))
            if self.members[node] and self.toll[node] >= least
        ]

    def vertices(self, node: int) -> list[int]:
        """List the vertices inside a node."""
        return self._inside[node]

    def close(self, members: list[int], links: list[Link]) -> int:
        """Make a circle of nodes a blossom; ``members[0]`` holds its base.

        ``links[k]`` joins a vertex of ``members[k]`` with one of the next member.
        """
        node = len(self.members)
        self.members.append(members)
        self.links.append(links)
        self.base.append(self.base[members[0]])
        self.holder.append(-1)
        self.toll.append(0)
        inside: list[int] = []
        for member in members:
            self.holder[member] = node
            inside += self._inside[member]
        self._inside.append(inside)
        for vertex in inside:
            self.top[vertex] = node
        return node

    def open(self, node: int) -> list[int]:
        """Take an outermost blossom apart and return its members."""
        members = self.members[node]
        self.members[node] = []
        self.links[node] = []
        self._inside[node] = []
        for member in members:
            self.holder[member] = -1
            for vertex in self.vertices(member):
                self.top[vertex] = member
        return members

    def rotate(self, node: int, vertex: int) -> None:
        """Re-match the inside of a node so that `vertex` becomes its base."""
        pending = [(node, vertex)]
        while pending:
            node, vertex = pending.pop()
            # Everything around the vertex, from the inside out.
            around = [vertex]
            while around[-1] != node:
                around.append(self.holder[around[-1]])
            self.base[vertex] = vertex
            for entry, holder in reversed(list(pairwise(around))):
                self.base[holder] = vertex
                self._turn(holder, entry, pending)

    def _turn(self, node: int, entry: int, pending: list[Link]) -> None:
        """Re-match the circle of a blossom so that `entry` holds its base."""
        members, links = self.members[node], self.links[node]
        place = members.index(entry)
        if place == 0:
            return
        count = len(members)
        # The members between the old and the new base, on the side with an even number of links,
        # change partners; the others keep theirs.
        changed = range(0, place, 2) if place % 2 == 0 else range(place + 1, count, 2)
        for index in changed:
            tail, head = links[index]
            self.mate[tail] = head
            self.mate[head] = tail
            pending.append((members[index], tail))
            pending.append((members[(index + 1) % count], head))
        self.members[node] = members[place:] + members[:place]
        self.links[node] = links[place:] + links[:place]

    def copy(self) -> BlossomForest:
        """Return an independent forest on the same graph."""
        twin = BlossomForest(self.graph, self.prices(), self.mates())
        twin.top = self.top.copy()
        twin.base = self.base.copy()
        twin.holder = self.holder.copy()
        twin.toll = self.toll.copy()
        # Inner lists are replaced as a whole, never changed, so both forests may share them.
        twin.members = self.members.copy()
        twin.links = self.links.copy()
        twin._inside = self._inside.copy()
        return twin

    def set_aside(self, vertex: int, unpayable: int) -> None:
        """Take a vertex out of the problem, at a price above every pair; its partner gets free."""
        if self.members[self.top[vertex]]:
            self.dissolve(self.top[vertex])
        self._part(vertex)
        self.mate[vertex] = vertex
        self.price[vertex] = unpayable

    def take_back(self, vertex: int) -> None:
        """Put a vertex that was set aside back in, free, at the least price that pays its pairs."""
        self.mate[vertex] = -1
        needs = [weight - self.price[other] for other, weight in self.graph.neighbours[vertex]]
        self.price[vertex] = max(0, *needs) if needs else 0

    def dissolve(self, node: int) -> None:
        """Remove a blossom and all inside it, move its tolls into prices, free what got slack."""
        inside = self.vertices(node)
        pending = [node]
        while pending:
            blossom = pending.pop()
            if self.toll[blossom]:
                # An edge inside pays the toll once, so each of its two ends takes half of it.
                for vertex in self.vertices(blossom):
                    self.price[vertex] += self.toll[blossom] // 2
            pending.extend(member for member in self.open(blossom) if self.members[member])
        for vertex in inside:
            partner = self.mate[vertex]
            if partner >= 0 and self.price[vertex] + self.price[partner] != self.graph.weight(
                vertex, partner
            ):
                self._part(vertex)

    def raise_prices(self, edges: Edges) -> None:
        """Make the prices pay for new edges (doubled weights), and release what changes.

        Blossoms that hold a changed vertex are dissolved.
        """
        for tail, head, weight in zip(*(array.tolist() for array in edges), strict=True):
            if self.price[tail] + self.price[head] >= weight:
                continue
            for vertex in (tail, head):
                if self.members[self.top[vertex]]:
                    self.dissolve(self.top[vertex])
            lack = weight - self.price[tail] - self.price[head]
            if lack > 0:
                vertex = head if self.mate[head] < 0 else tail
                self.price[vertex] += lack
                self._part(vertex)

    def _part(self, vertex: int) -> None:
        """Set a vertex and its partner free."""
        partner = self.mate[vertex]
        if partner >= 0:
            self.mate[vertex] = self.mate[partner] = -1
