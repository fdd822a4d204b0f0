"""Graphs on which others test their matching, with the totals that they publish.

``data/published_matchings.csv`` holds one graph a row: the numbers of the test suites of NetworkX,
of J. van Rantwijk's matching programs (2008 and 2023), of Boost.Graph (with the graphs on which
older versions of it failed) and of JGraphT's Blossom V. Of the columns *heaviest* (no matching has
more weight), *fullest* and *lightest* (the most and the least weight of a matching with *pairs*
pairs, which is as many as possible) each suite publishes one or two; the others were enumerated.

Below them, families of graphs that a formula gives, each with its published or evident optimum.
"""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import pytest

from peerloom.pairing import match

TABLE = Path(__file__).parent / "data" / "published_matchings.csv"


def read_edges(text):
    edges = []
    for edge in text.split():
        ends, weight = edge.split(":")
        tail, head = ends.split("-")
        edges.append((int(tail), int(head), int(weight)))
    return edges


def read_cases():
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            size, heaviest, pairs, fullest, lightest = (
                int(row[name]) for name in ("vertices", "heaviest", "pairs", "fullest", "lightest")
            )
            values = (size, read_edges(row["edges"]), heaviest, pairs, fullest, lightest)
            yield pytest.param(*values, id=f"{row['source']}: {row['name']}")


cases = pytest.mark.parametrize(
    ("size", "edges", "heaviest", "pairs", "fullest", "lightest"), list(read_cases())
)


def solve(edges, size):
    """Number and weight of the best pairs, from a graph whose weights may be negative."""
    lift = max((-weight for *_, weight in edges), default=0)
    lifted = [(i, j, weight + max(lift, 0)) for i, j, weight in edges]
    matching = match(lifted, n=size)
    assert matching.verify(lifted, n=size)
    assert matching.upper_bound == matching.total
    weight_of = {frozenset((i, j)): weight for i, j, weight in edges}
    return len(matching.pairs), sum(weight_of[frozenset(pair)] for pair in matching.pairs)


def as_matrix(edges, size):
    matrix = np.full((size, size), -1)
    for i, j, weight in edges:
        matrix[i, j] = matrix[j, i] = weight
    return matrix


def shuffled(edges, size, random):
    """Name the vertices anew, and give the edges in another order and direction."""
    name = list(range(size))
    random.shuffle(name)
    renamed = [(name[i], name[j], weight) for i, j, weight in edges]
    random.shuffle(renamed)
    return renamed


def test_the_table_is_there():
    assert len(list(read_cases())) == 107


@cases
def test_most_weight_of_most_pairs(size, edges, heaviest, pairs, fullest, lightest):
    assert solve(edges, size) == (pairs, fullest)


@cases
def test_in_other_orders(size, edges, heaviest, pairs, fullest, lightest):
    random = Random(size)
    for _ in range(6):
        assert solve(shuffled(edges, size, random), size) == (pairs, fullest)


@cases
def test_least_weight_of_most_pairs(size, edges, heaviest, pairs, fullest, lightest):
    """The least weight is the most of what is left to a number that exceeds all weights."""
    assert solve([(i, j, -weight) for i, j, weight in edges], size) == (pairs, -lightest)


@cases
def test_most_weight_of_any_pairs(size, edges, heaviest, pairs, fullest, lightest):
    """Two copies, with an edge of no weight from each vertex to its twin.

    Whoever stays alone is matched with the twin, so all are matched, and the weight is twice the
    most of any matching. Edges of negative weight are in none.
    """
    allowed = [edge for edge in edges if edge[2] >= 0]
    twins = [(vertex, vertex + size, 0) for vertex in range(size)]
    copies = [(i + size, j + size, weight) for i, j, weight in allowed]
    assert solve([*allowed, *copies, *twins], 2 * size) == (size, 2 * heaviest)


@cases
def test_many_copies_in_one_matrix(size, edges, heaviest, pairs, fullest, lightest):
    """More than sixty vertices: the solver sees candidates only, and must price the others."""
    lift = max(0, *(-weight for *_, weight in edges))
    random = Random(size)
    count = 61 // size + 1
    tiled = [
        (i + copy * size, j + copy * size, weight + lift)
        for copy in range(count)
        for i, j, weight in edges
    ]
    matrix = as_matrix(shuffled(tiled, count * size, random), count * size)
    matching = match(matrix)
    assert (len(matching.pairs), matching.total) == (
        count * pairs,
        count * (fullest + lift * pairs),
    )
    assert matching.verify(matrix)


def chain(size):
    """A path on which the greedy choice leaves both ends alone."""
    return [(i, i + 1, size + i % 2) for i in range(size - 1)]


def joined_triangles(count, corners):
    """Triangles in a row, each joined to the next at one corner in turn, or at all three.

    DIMACS generators of N. Ritchey and B. Mattingly, 1991.
    """
    inside = [
        (3 * index + i, 3 * index + j, 1)
        for index in range(count)
        for i, j in combinations(range(3), 2)
    ]
    between = [
        (3 * index + corner, 3 * index + 3 + corner, 1)
        for index in range(count - 1)
        for corner in range(3)
        if corners == 3 or corner == index % 3
    ]
    return inside + between


def gabow(size):
    """A clique, and a leaf at every second of its vertices: many blossoms, one after the other.

    H. N. Gabow, "An efficient implementation of Edmonds' algorithm for maximum matching on graphs",
    Journal of the ACM 23 (1976), 221-234. Clique of 4k, 2k leaves.
    """
    clique = [(i, j, 1) for i, j in combinations(range(4 * size), 2)]
    return clique + [(2 * leaf, 4 * size + leaf, 1) for leaf in range(2 * size)]


def hourglass(size):
    """Many steps of the dual prices on few edges (van Rantwijk, 2023).

    `top` pairs hang on two couples, and each couple on half as many pairs again. The weights make
    the couples take turns in moving the prices of all the pairs at the top.
    """
    top = (size - 4) // 4
    largest = 16 * (top // 2 + 1) * (top + 2)
    edges = [(2 * i, 2 * i + 1, largest - i) for i in range(top)]
    for side in range(2):
        near, far = 2 * top + 2 * side, 2 * top + 2 * side + 1
        edges += [(2 * i + 1, near, largest - top - side * (1 + i)) for i in range(top)]
        edges.append((near, far, largest - (2 + 2 * side) * top - 1 - side))
        for i in range(top // 2):
            turn = 2 * i + side
            upper = 2 * top + 4 + 2 * (top // 2) * side + 2 * i
            edges.append((far, upper, largest - turn * (2 * top + 4) - 4 * top + 1))
            edges.append((upper, upper + 1, largest - 8 * (turn + 1) * top - 12 * turn))
    return edges


@pytest.mark.parametrize(
    ("size", "edges", "pairs", "total"),
    [
        pytest.param(1000, chain(1000), 500, 500_000, id="chain"),
        pytest.param(1002, joined_triangles(334, 1), 501, 501, id="triangles, one corner"),
        pytest.param(1002, joined_triangles(334, 3), 501, 501, id="triangles, three corners"),
        pytest.param(333, joined_triangles(111, 1), 166, 166, id="odd triangles, one corner"),
        pytest.param(333, joined_triangles(111, 3), 166, 166, id="odd triangles, three corners"),
        pytest.param(150, gabow(25), 75, 75, id="Gabow"),
        pytest.param(1004, hourglass(1004), 502, 191_875_936, id="hourglass"),
    ],
)
@pytest.mark.parametrize("order", [None, 1, 2])
def test_families(size, edges, pairs, total, order):
    if order is not None:
        edges = shuffled(edges, size, Random(order))
    assert solve(edges, size) == (pairs, total)


@pytest.mark.parametrize("size", range(4, 61, 2))
def test_product_of_ranks(size):
    """Weight i * j: everybody prefers the same hub, and yet neighbours are paired.

    Larger with larger never loses (rearrangement), so the optimum is 1 * 2 + 3 * 4 + ...
    """
    vertex = np.arange(1, size + 1)
    matching = match(np.outer(vertex, vertex))
    assert matching.pairs == tuple((i, i + 1) for i in range(0, size, 2))
    assert matching.total == sum(i * (i + 1) for i in range(1, size, 2))
    assert matching.verify(np.outer(vertex, vertex))


@pytest.mark.parametrize("size", [2, 9, 60, 61, 150, 301])
def test_sum_of_ranks(size):
    """Weight i + j: every perfect matching is best; of an odd number the smallest stays alone."""
    vertex = np.arange(1, size + 1)
    matching = match(vertex[:, None] + vertex)
    assert len(matching.pairs) == size // 2
    assert matching.total == size * (size + 1) // 2 - size % 2
    assert matching.verify(vertex[:, None] + vertex)


@pytest.mark.parametrize("size", [2, 7, 60, 61, 150, 301])
def test_points_on_a_line(size):
    """Least distance on a line pairs neighbours; of an odd number it skips the right one."""
    place = np.cumsum(np.random.default_rng(size).integers(1, 1000, size))
    far = int(place[-1] - place[0])
    closeness = far - np.abs(place[:, None] - place)
    matching = match(closeness)
    gaps = np.diff(place)
    if size % 2:
        # Whoever is left out sits at an even place: before and after it neighbours are paired.
        least = min(
            int(gaps[0:alone:2].sum() + gaps[alone + 1 :: 2].sum()) for alone in range(0, size, 2)
        )
    else:
        least = int(gaps[::2].sum())
    assert matching.total == far * (size // 2) - least
    assert matching.verify(closeness)


@pytest.mark.parametrize("width", [3, 5, 7])
@pytest.mark.parametrize("count", [2, 9, 20])
def test_odd_cliques(width, count):
    """Cliques of an odd size, with a weak edge between any two people of different ones.

    One of each clique must look outside, and all inner edges weigh the same, so the total follows
    from counting. No bound without odd sets comes near it.
    """
    size = width * count
    clique = np.arange(size) // width
    weights = np.where(clique[:, None] == clique, 1000, 1)
    matching = match(weights)
    assert matching.total == 1000 * count * (width // 2) + count // 2
    assert matching.verify(weights)
