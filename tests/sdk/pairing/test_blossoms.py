"""Graphs that force each step of the blossom search, written as data.

Weights are chosen by hand so that the named step happens on the way; the expected totals come from
enumeration.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest

from peerloom.pairing import match
from peerloom.pairing.blossom import BlossomForest
from peerloom.pairing.fractional import HalfIntegralMatching
from peerloom.pairing.graph import SparseGraph
from peerloom.pairing.search import solve


def clique(members, weight):
    return [(i, j, weight) for i, j in combinations(members, 2)]


def ring(members, weights):
    closed = [*members, members[0]]
    return [(min(p), max(p), w) for p, w in zip(pairwise(closed), weights, strict=True)]


CASES = {
    "one edge": (2, [(0, 1, 7)]),
    "path that must flip": (4, [(0, 1, 5), (1, 2, 9), (2, 3, 5)]),
    "triangle with tails": (6, [*clique((0, 1, 2), 9), (0, 3, 4), (1, 4, 3), (2, 5, 2)]),
    "ring of five with one tail": (6, [*ring(range(5), [8, 9, 10, 7, 8]), (3, 5, 5)]),
    "ring of five with two tails": (
        8,
        [*ring(range(5), [8, 9, 10, 7, 8]), (0, 5, 5), (3, 6, 3), (5, 7, 6)],
    ),
    "two triangles and a bridge": (6, [*clique((0, 1, 2), 8), *clique((3, 4, 5), 8), (2, 3, 1)]),
    "triangle inside a ring": (
        8,
        [
            *clique((0, 1, 2), 20),
            (0, 3, 15),
            (3, 4, 15),
            (1, 4, 15),
            (2, 5, 14),
            (4, 6, 9),
            (5, 7, 3),
        ],
    ),
    "three nested sets": (
        10,
        [
            *clique((0, 1, 2), 40),
            *[(2, 3, 35), (3, 4, 35), (0, 4, 35)],
            *[(4, 5, 30), (5, 6, 30), (1, 6, 30)],
            *[(3, 7, 12), (6, 8, 10), (8, 9, 14)],
        ],
    ),
    "outer set becomes inner and is left on its even side": (
        10,
        [
            *ring((1, 2, 3, 4, 5), [23, 22, 25, 22, 23]),
            (0, 1, 19),
            (3, 6, 24),
            (4, 7, 24),
            (6, 7, 14),
            (6, 8, 13),
            (8, 9, 15),
        ],
    ),
    "inner set is opened and one member leaves the tree": (
        12,
        [
            *ring((1, 2, 3, 4, 5), [45, 45, 50, 45, 50]),
            (0, 1, 30),
            (3, 8, 35),
            (4, 7, 26),
            (8, 9, 5),
            (5, 6, 28),
            (2, 10, 31),
            (10, 11, 12),
        ],
    ),
    "opened set holds another set": (
        12,
        [
            *clique((1, 2, 3), 60),
            (2, 4, 55),
            (3, 5, 55),
            *[(4, 6, 50), (5, 6, 50)],
            (0, 1, 42),
            (6, 7, 40),
            (4, 8, 38),
            (7, 9, 21),
            (8, 10, 17),
            (10, 11, 19),
        ],
    ),
    "all equal": (9, clique(range(9), 5)),
    "all zero": (8, clique(range(8), 0)),
    "three triangles at one vertex": (
        7,
        [*clique((0, 1, 2), 6), *clique((0, 3, 4), 6), *clique((0, 5, 6), 6)],
    ),
    "petersen graph": (
        10,
        [
            *ring(range(5), [3] * 5),
            *[(i, i + 5, 2) for i in range(5)],
            *[(min(5 + i, 5 + (i + 2) % 5), max(5 + i, 5 + (i + 2) % 5), 4) for i in range(5)],
        ],
    ),
    "star": (6, [(0, i, i) for i in range(1, 6)]),
    "two pieces, one odd": (7, [*clique((0, 1, 2), 4), *clique((3, 4, 5, 6), 3)]),
    "nobody": (3, []),
}


def dense(size, edges):
    matrix = np.full((size, size), -1)
    for i, j, weight in edges:
        matrix[i, j] = matrix[j, i] = weight
    return matrix


@pytest.mark.parametrize("name", CASES)
def test_case_equals_enumeration(name, best_matching):
    size, edges = CASES[name]
    matching = match(edges, n=size)
    assert (len(matching.pairs), matching.total) == best_matching(dense(size, edges))
    assert matching.verify(edges, n=size)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("turn", range(1, 12))
def test_case_in_other_orders(name, turn, best_matching):
    """The order of vertices decides which tree grows first, and so which steps happen."""
    size, edges = CASES[name]
    step = next(k for k in (turn, 7, 11, 13) if np.gcd(k, size) == 1)
    turned = [((i * step + turn) % size, (j * step + turn) % size, w) for i, j, w in edges]
    matching = match(turned, n=size)
    assert (len(matching.pairs), matching.total) == best_matching(dense(size, edges))
    assert matching.verify(turned, n=size)


def test_cases_use_every_step(monkeypatch):
    """Shrinking, opening and dissolving all happen: else the cases above would prove little."""
    seen = set()

    def watch(name):
        original = getattr(BlossomForest, name)

        def watched(self, *arguments):
            seen.add(name)
            return original(self, *arguments)

        monkeypatch.setattr(BlossomForest, name, watched)

    for name in ("close", "open", "rotate"):
        watch(name)
    for size, edges in CASES.values():
        graph = graph_of(size, edges)
        highest = max((weight for _, _, weight in edges), default=0)
        solve(BlossomForest(graph, np.full(size, highest), np.full(size, -1)))
    assert seen == {"close", "open", "rotate"}


def graph_of(size, edges):
    graph = SparseGraph(size)
    table = np.array(edges, dtype=np.int64).reshape(-1, 3)
    graph.add(table[:, 0], table[:, 1], 2 * table[:, 2])
    return graph


@pytest.mark.parametrize("name", CASES)
def test_search_alone_without_a_head_start(name):
    """From nothing matched and one price for all, without bonus: maximum weight."""
    size, edges = CASES[name]
    graph = graph_of(size, edges)
    highest = max((weight for _, _, weight in edges), default=0)
    forest = BlossomForest(graph, np.full(size, highest), np.full(size, -1))
    solve(forest)
    total = sum(w for i, j, w in edges if forest.mate[i] == j)
    blossoms = forest.blossoms()
    dual = sum(forest.price) + sum(b.toll * (len(b.vertices) // 2) for b in blossoms)
    assert 2 * total == dual
    assert min(forest.price, default=0) >= 0
    assert all(b.toll >= 0 for b in blossoms)
    for i, j, w in edges:
        tolls = sum(b.toll for b in blossoms if i in b.vertices and j in b.vertices)
        assert forest.price[i] + forest.price[j] + tolls >= 2 * w


def test_half_integral_optimum_of_a_triangle():
    half = HalfIntegralMatching(graph_of(3, clique((0, 1, 2), 10)))
    half.solve()
    assert sum(half.price) == 30
    assert sorted(half.ring[0]) == [0, 1, 2]


def test_dissolving_keeps_prices_feasible():
    size, edges = CASES["three nested sets"]
    graph = graph_of(size, edges)
    forest = BlossomForest(graph, np.full(size, 40), np.full(size, -1))
    solve(forest)
    outermost = [b.node for b in forest.blossoms() if b.holder < 0]
    assert outermost
    for blossom in outermost:
        forest.dissolve(blossom)
    assert forest.blossoms() == []
    for i, j, w in edges:
        slack = forest.price[i] + forest.price[j] - 2 * w
        assert slack >= 0
        assert forest.mate[i] != j or slack == 0
