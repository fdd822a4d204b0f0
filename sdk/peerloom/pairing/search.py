"""The exact primal-dual search: one alternating tree per free vertex, with blossoms.

Edmonds' method ("Maximum matching and a polyhedron with 0,1-vertices", Journal of Research of the
NBS 69B, 1965) with an event queue instead of repeated scans (Galil, Micali and Gabow, "An O(EV log
V) algorithm for finding a maximal weighted matching in general graphs", SIAM J. Computing 15,
1986).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peerloom.pairing.blossom import BlossomForest

_OUTER = 1
_INNER = -1
# Kinds of events; at the same moment those that finish the search come first.
_FINISH = 0
_EDGE = 1
_OPEN = 2


def solve(forest: BlossomForest) -> None:
    """Match until every free vertex has price zero: then the matching has maximum weight."""
    for vertex in range(forest.graph.size):
        if forest.mate[vertex] < 0 and forest.price[vertex] > 0:
            _Search(forest).run(vertex)


class _Search:
    """One tree. Inside a search, prices of labelled vertices are stored for clock zero.

    The true price is ``stored - label * clock``, the true toll ``stored + 2 * label * clock``: so a
    step of the clock touches nothing, and only a change of label rewrites numbers.
    """

    def __init__(self, forest: BlossomForest) -> None:
        self.forest = forest
        self.label: dict[int, int] = {}
        self.entry: dict[int, tuple[int, int]] = {}
        self.clock = 0
        self.limit = 1 << 62
        self.heap: list[tuple[int, int, int, int, int]] = []

    def run(self, root: int) -> None:
        """Grow from a free vertex and change the matching once."""
        forest = self.forest
        node = forest.top[root]
        self._set_label(node, _OUTER)
        self._scan(forest.vertices(node))
        while True:
            self.clock, kind, tail, head, weight = heappop(self.heap)
            if kind == _OPEN:
                if self.label.get(tail) == _INNER and forest.members[tail]:
                    self._expand(tail)
            elif head < 0:
                self._settle()
                self._augment(tail, -1)
                return
            elif self._edge(tail, head, weight):
                self._settle()
                forest.rotate(forest.top[head], head)
                self._augment(tail, head)
                return

    def _edge(self, tail: int, head: int, weight: int) -> bool:
        """Use a tight edge; tell whether it ends in a free node."""
        forest, label = self.forest, self.label
        near, far = forest.top[tail], forest.top[head]
        mark = label.get(far, 0)
        if near == far or mark == _INNER:
            return False
        slack = forest.price[tail] + forest.price[head] - (1 + mark) * self.clock - weight
        if slack > 0:
            # The head left an opened blossom since this event was made.
            moment = self.clock + (slack // 2 if mark == _OUTER else slack)
            heappush(self.heap, (moment, _EDGE, tail, head, weight))
            return False
        if mark == _OUTER:
            self._shrink(tail, head)
            return False
        if forest.mate[forest.base[far]] < 0:
            return True
        self._set_label(far, _INNER)
        self.entry[far] = (tail, head)
        self._watch(far)
        partner = forest.top[forest.mate[forest.base[far]]]
        self._set_label(partner, _OUTER)
        self._scan(forest.vertices(partner))
        return False

    def _scan(self, vertices: list[int]) -> None:
        """Note the moment at which each edge of new outer vertices becomes tight."""
        forest, label = self.forest, self.label
        price, top, neighbours = forest.price, forest.top, forest.graph.neighbours
        for vertex in vertices:
            stored = price[vertex]
            node = top[vertex]
            if stored < self.limit:
                self.limit = stored
                heappush(self.heap, (stored, _FINISH, vertex, -1, 0))
            for other, weight in neighbours[vertex]:
                far = top[other]
                mark = label.get(far, 0)
                if far == node or mark == _INNER:
                    continue
                if mark == _OUTER:
                    moment, kind = (stored + price[other] - weight) // 2, _EDGE
                else:
                    moment, kind = stored + price[other] - weight, _EDGE
                    if moment <= self.limit and forest.mate[forest.base[far]] < 0:
                        self.limit = moment
                        kind = _FINISH
                if moment <= self.limit:
                    heappush(self.heap, (moment, kind, vertex, other, weight))

    def _watch(self, node: int) -> None:
        """Note when the toll of an inner blossom runs out."""
        if self.forest.members[node]:
            moment = self.forest.toll[node] // 2
            if moment <= self.limit:
                heappush(self.heap, (moment, _OPEN, node, -1, 0))

    def _set_label(self, node: int, new: int) -> None:
        """Change a label and rewrite what is stored for clock zero."""
        old = self.label.get(node, 0)
        self.label[node] = new
        forest = self.forest
        shift = (new - old) * self.clock
        if shift:
            for vertex in forest.vertices(node):
                forest.price[vertex] += shift
            if forest.members[node]:
                forest.toll[node] -= 2 * shift

    def _climb(self, nodes: list[int], links: list[tuple[int, int]]) -> bool:
        """Go from an outer node to the next one towards the root; tell whether there is one."""
        forest = self.forest
        base = forest.base[nodes[-1]]
        inner_vertex = forest.mate[base]
        if inner_vertex < 0:
            return False
        inner = forest.top[inner_vertex]
        tail, head = self.entry[inner]
        links += ((base, inner_vertex), (head, tail))
        nodes += (inner, forest.top[tail])
        return True

    def _shrink(self, tail: int, head: int) -> None:
        """Close the odd circle that an edge between two outer nodes makes."""
        top = self.forest.top
        first, second = [top[tail]], [top[head]]
        first_links: list[tuple[int, int]] = []
        second_links: list[tuple[int, int]] = []
        first_places, second_places = {first[0]: 0}, {second[0]: 0}
        # Both ends climb in turn, so that the way is no longer than the circle asks for.
        while True:
            if self._climb(first, first_links):
                first_places[first[-1]] = len(first) - 1
            meeting = first[-1]
            if meeting in second_places:
                break
            if self._climb(second, second_links):
                second_places[second[-1]] = len(second) - 1
            meeting = second[-1]
            if meeting in first_places:
                break
        start, split = first_places[meeting], second_places[meeting]
        members = [meeting, *reversed(first[:start]), *second[:split]]
        links = [(b, a) for a, b in reversed(first_links[:start])]
        links += [(tail, head), *second_links[:split]]
        forest = self.forest
        fresh: list[int] = []
        for node in members:
            if self.label[node] == _INNER:
                self._set_label(node, _OUTER)
                fresh += forest.vertices(node)
            if forest.members[node]:
                forest.toll[node] += 2 * self.clock
            del self.label[node]
        blossom = forest.close(members, links)
        self.label[blossom] = _OUTER
        forest.toll[blossom] = -2 * self.clock
        self._scan(fresh)

    def _expand(self, node: int) -> None:
        """Open an inner blossom whose toll is used up; the tree keeps its even path through it."""
        forest = self.forest
        tail, head = self.entry.pop(node)
        links = forest.links[node]
        members = forest.open(node)
        del self.label[node]
        for member in members:
            self.label[member] = _INNER
            if forest.members[member]:
                forest.toll[member] += 2 * self.clock
        count = len(members)
        place = members.index(forest.top[head])
        step = -1 if place % 2 == 0 else 1
        path = [place]
        while path[-1] % count != 0:
            path.append(path[-1] + step)
        self.entry[members[place]] = (tail, head)
        for index in path[1::2]:
            after = (index + step) % count
            link = links[index % count] if step > 0 else links[after][::-1]
            self.entry[members[after]] = link
        on_path = {index % count for index in path}
        outer = {index % count for index in path[1::2]}
        fresh: list[int] = []
        dropped: list[int] = []
        for index, member in enumerate(members):
            if index in outer:
                self._set_label(member, _OUTER)
                fresh += forest.vertices(member)
            elif index in on_path:
                self._watch(member)
            else:
                self._set_label(member, 0)
                dropped += forest.vertices(member)
        self._scan(fresh)
        self._scan_back(dropped)

    def _scan_back(self, vertices: list[int]) -> None:
        """Note the edges from outer vertices to vertices that just left the tree."""
        forest = self.forest
        for vertex in vertices:
            for other, weight in forest.graph.neighbours[vertex]:
                if self.label.get(forest.top[other], 0) == _OUTER:
                    moment = forest.price[vertex] + forest.price[other] - weight
                    if moment <= self.limit:
                        heappush(self.heap, (moment, _EDGE, other, vertex, weight))

    def _settle(self) -> None:
        """Write true prices and tolls back; the tree itself stays readable."""
        for node, mark in list(self.label.items()):
            if mark:
                self._set_label(node, 0)

    def _augment(self, vertex: int, partner: int) -> None:
        """Give an outer vertex a new partner (-1: none) and pass the old ones on to the root."""
        forest = self.forest
        while True:
            node = forest.top[vertex]
            left = forest.mate[forest.base[node]]
            forest.rotate(node, vertex)
            forest.mate[vertex] = partner
            if partner >= 0:
                forest.mate[partner] = vertex
            if left < 0:
                return
            inner = forest.top[left]
            vertex, partner = self.entry[inner]
            forest.rotate(inner, partner)
