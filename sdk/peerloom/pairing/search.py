"""The exact primal-dual search: alternating trees from all free vertices at once, with blossoms.

Edmonds' method ("Maximum matching and a polyhedron with 0,1-vertices", Journal of Research of the
NBS 69B, 1965) with an event queue instead of repeated scans (Galil, Micali and Gabow, "An O(EV log
V) algorithm for finding a maximal weighted matching in general graphs", SIAM J. Computing 15,
1986). One clock serves all trees. Where two meet, both end; the others keep what they have found.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peerloom.pairing.blossom import BlossomForest

_OUTER = 1
_INNER = -1
# Kinds of events, in the order in which they come at the same moment.
_START = 0
_FINISH = 1
_EDGE = 2
_OPEN = 3
_LATEST = 1 << 62


def solve(forest: BlossomForest) -> None:
    """Match until every free vertex has price zero: then the matching has maximum weight."""
    _Search(forest).run()


class _Search:
    """One tree from each free vertex. Prices of labelled vertices are stored for clock zero.

    The true price is ``stored - label * clock``, the true toll ``stored + 2 * label * clock``: so a
    step of the clock touches nothing, and only a change of label rewrites numbers.

    Events are never taken back. Each is looked at again when its moment comes: its tree may have
    ended, and what it is about may belong to another tree by then.
    """

    def __init__(self, forest: BlossomForest) -> None:
        self.forest = forest
        self.label: dict[int, int] = {}
        self.entry: dict[int, tuple[int, int]] = {}
        #: For each labelled node its tree; for each tree all nodes that it ever had, and the
        #: moment at which it ends at the latest.
        self.tree: dict[int, int] = {}
        self.nodes: list[list[int]] = []
        self.limits: list[int] = []
        self.living = 0
        self.clock = 0
        self.heap: list[tuple[int, int, int, int, int]] = []

    def run(self) -> None:
        """Grow all trees until each one has ended."""
        forest = self.forest
        for vertex, price in enumerate(forest.price):
            if forest.mate[vertex] < 0 and price > 0:
                self.living += 1
                # Two trees meet at a whole moment only if the prices of their roots are both odd
                # or both even. So odd ones start when one unit would have been paid.
                heappush(self.heap, (price % 2, _START, vertex, -1, 0))
        while self.living:
            self.clock, kind, tail, head, weight = heappop(self.heap)
            if kind == _EDGE:
                self._edge(tail, head, weight)
            elif kind == _START:
                if forest.mate[tail] < 0:
                    self._start(tail)
            elif kind == _FINISH:
                if self.label.get(forest.top[tail]) == _OUTER and forest.price[tail] == self.clock:
                    self._finish(tail)
            elif (
                self.label.get(tail) == _INNER
                and forest.members[tail]
                and forest.toll[tail] == 2 * self.clock
            ):
                self._expand(tail)

    def _start(self, root: int) -> None:
        """Plant a tree."""
        node = self.forest.top[root]
        self.nodes.append([])
        self.limits.append(_LATEST)
        self._join(node, _OUTER, len(self.nodes) - 1)
        self._scan(self.forest.vertices(node))

    def _finish(self, vertex: int) -> None:
        """Leave a vertex without a price free, instead of its tree's root."""
        free = self._settle(self.tree[self.forest.top[vertex]])
        self._augment(vertex, -1)
        self.living -= 1
        self._scan_back(free)

    def _edge(self, tail: int, head: int, weight: int) -> None:
        """Use an edge from an outer vertex, if it is tight."""
        forest, label = self.forest, self.label
        near, far = forest.top[tail], forest.top[head]
        mark = label.get(far, 0)
        if near == far or label.get(near) != _OUTER or mark == _INNER:
            return
        slack = forest.price[tail] + forest.price[head] - (1 + mark) * self.clock - weight
        if slack > 0:
            # An end left its tree since this event was made.
            moment = self.clock + (slack // 2 if mark == _OUTER else slack)
            heappush(self.heap, (moment, _EDGE, tail, head, weight))
        elif mark == _OUTER:
            if self.tree[near] == self.tree[far]:
                self._shrink(tail, head)
            else:
                self._meet(tail, head)
        elif forest.mate[forest.base[far]] < 0:
            self._reach(tail, head)
        else:
            number = self.tree[near]
            self._join(far, _INNER, number)
            self.entry[far] = (tail, head)
            self._watch(far)
            partner = forest.top[forest.mate[forest.base[far]]]
            self._join(partner, _OUTER, number)
            self._scan(forest.vertices(partner))

    def _meet(self, tail: int, head: int) -> None:
        """Join the roots of two trees by an edge between outer vertices."""
        top = self.forest.top
        free = [*self._settle(self.tree[top[tail]]), *self._settle(self.tree[top[head]])]
        self._augment(tail, -1)
        self._augment(head, tail)
        self.living -= 2
        self._scan_back(free)

    def _reach(self, tail: int, head: int) -> None:
        """Join a root with a free node outside all trees."""
        forest = self.forest
        far = forest.top[head]
        free = self._settle(self.tree[forest.top[tail]])
        # Whoever has a price was to start a tree at this very moment, or one unit later.
        self.living -= 2 if forest.price[forest.base[far]] > 0 else 1
        forest.rotate(far, head)
        self._augment(tail, head)
        self._scan_back(free)

    def _scan(self, vertices: list[int]) -> None:
        """Note the moment at which each edge of new outer vertices of a tree becomes tight."""
        if not vertices:
            return
        forest, label = self.forest, self.label
        price, top, neighbours = forest.price, forest.top, forest.graph.neighbours
        number = self.tree[top[vertices[0]]]
        limit = self.limits[number]
        for vertex in vertices:
            stored = price[vertex]
            node = top[vertex]
            if stored < limit:
                limit = stored
                heappush(self.heap, (stored, _FINISH, vertex, -1, 0))
            for other, weight in neighbours[vertex]:
                far = top[other]
                mark = label.get(far, 0)
                if far == node or mark == _INNER:
                    continue
                moment = stored + price[other] - weight
                if mark == _OUTER:
                    moment //= 2
                elif self.living == 1 and moment < limit and forest.mate[forest.base[far]] < 0:
                    # No other tree can be there before.
                    limit = moment
                if moment <= limit:
                    heappush(self.heap, (moment, _EDGE, vertex, other, weight))
        self.limits[number] = limit

    def _watch(self, node: int) -> None:
        """Note when the toll of an inner blossom runs out."""
        if self.forest.members[node]:
            heappush(self.heap, (self.forest.toll[node] // 2, _OPEN, node, -1, 0))

    def _join(self, node: int, mark: int, number: int) -> None:
        """Make a node part of a tree."""
        self.tree[node] = number
        self.nodes[number].append(node)
        self._set_label(node, mark)

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
        number = self.tree[meeting]
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
        self.tree[blossom] = number
        self.nodes[number].append(blossom)
        forest.toll[blossom] = -2 * self.clock
        self._scan(fresh)

    def _expand(self, node: int) -> None:
        """Open an inner blossom whose toll is used up; the tree keeps its even path through it."""
        forest = self.forest
        tail, head = self.entry.pop(node)
        links = forest.links[node]
        members = forest.open(node)
        del self.label[node]
        number = self.tree[node]
        for member in members:
            self.label[member] = _INNER
            self.tree[member] = number
            self.nodes[number].append(member)
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
        """Note the edges from outer vertices to vertices that just left a tree."""
        forest, label = self.forest, self.label
        for vertex in vertices:
            for other, weight in forest.graph.neighbours[vertex]:
                near = forest.top[other]
                if label.get(near) == _OUTER:
                    moment = forest.price[vertex] + forest.price[other] - weight
                    if moment <= self.limits[self.tree[near]]:
                        heappush(self.heap, (moment, _EDGE, other, vertex, weight))

    def _settle(self, number: int) -> list[int]:
        """End a tree: write true prices and tolls back, and list its vertices.

        How its nodes hang together stays readable.
        """
        free: list[int] = []
        for node in self.nodes[number]:
            if self.label.get(node, 0) and self.tree[node] == number:
                self._set_label(node, 0)
                free += self.forest.vertices(node)
        self.nodes[number] = []
        return free

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
