"""Thousands of random graphs of every kind, against NetworkX and rustworkx.

Each graph is solved twice: as a list of edges, and as a matrix. Both answers must verify.
"""

from __future__ import annotations

from itertools import combinations
from random import Random

import networkx
import numpy as np
import pytest
import rustworkx

from peerloom.pairing import match

# So many graphs of each kind: small ones, where each step can still go wrong, and larger ones.
SMALL, LARGER = 300, 60


def complete(random, size, weight):
    return [(i, j, weight(i, j)) for i, j in combinations(range(size), 2)]


def thinned(random, edges, chance):
    return [edge for edge in edges if random.random() < chance]


def noise(random, largest):
    return lambda i, j: random.randint(0, largest)


def dense(random, size):
    return complete(random, size, noise(random, random.choice([5, 1000, 10**9])))


def sparse(random, size):
    return thinned(random, dense(random, size), random.uniform(1, 4) / size)


def forbidden(random, size):
    return thinned(random, dense(random, size), random.choice([0.3, 0.6, 0.9]))


def tied(random, size):
    edges = complete(random, size, noise(random, random.choice([1, 2])))
    return thinned(random, edges, random.choice([0.2, 0.5, 1]))


def all_equal(random, size):
    weight = random.choice([0, 1, 12])
    edges = complete(random, size, lambda i, j: weight)
    return thinned(random, edges, random.choice([0.15, 0.4, 1]))


def only_level(random, size):
    level = [random.randint(1, 5) for _ in range(size)]
    return complete(random, size, lambda i, j: 3000 - 750 * abs(level[i] - level[j]))


def pieces(random, size):
    width = random.choice([1, 2, 3, 5, 7])
    return [edge for edge in forbidden(random, size) if edge[0] // width == edge[1] // width]


def odd_clusters(random, size):
    width, most = random.choice([3, 5, 7]), random.choice([0, 9, 500])
    edges = complete(
        random, size, lambda i, j: 2000 * (i // width == j // width) + random.randint(0, most)
    )
    return thinned(random, edges, random.choice([0.5, 0.8, 1]))


def product_hubs(random, size):
    fame = [random.randint(0, 40) ** 2 for _ in range(size)]
    return complete(random, size, lambda i, j: fame[i] * fame[j])


def added_hubs(random, size):
    fame = [random.randint(0, 30) ** 3 for _ in range(size)]
    spread = random.choice([0, 3, 100])
    return complete(random, size, lambda i, j: fame[i] + fame[j] + random.randint(0, spread))


def tree(random, size):
    return [(random.randrange(j), j, random.randint(0, 9)) for j in range(1, size)]


def two_parts(random, size):
    return [edge for edge in forbidden(random, size) if (edge[0] + edge[1]) % 2]


def odd_cycles(random, size):
    """Odd cycles that share vertices: blossoms in blossoms."""
    largest = random.choice([1, 5, 1000])
    edges = {}
    start = 0
    while start + 2 < size:
        length = random.choice([3, 5, 7])
        ring = list(range(start, min(start + length, size)))
        for i, j in zip(ring, ring[1:] + ring[:1], strict=True):
            edges.setdefault((min(i, j), max(i, j)), largest + random.randint(0, largest))
        start += length - random.choice([1, 2])
    return [(i, j, weight) for (i, j), weight in edges.items()]


def points(random, size):
    """Closeness in the plane: the smallest distance wins."""
    side = random.choice([6, 1000])
    place = [(random.randrange(side), random.randrange(side)) for _ in range(size)]
    return complete(random, size, lambda i, j: 3 * side**2 - distance(place[i], place[j]))


def distance(here, there):
    return (here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2


KINDS = (
    dense,
    sparse,
    forbidden,
    tied,
    all_equal,
    only_level,
    pieces,
    odd_clusters,
    product_hubs,
    added_hubs,
    tree,
    two_parts,
    odd_cycles,
    points,
)


def best_of_networkx(edges):
    graph = networkx.Graph()
    graph.add_weighted_edges_from(edges)
    pairs = networkx.max_weight_matching(graph, maxcardinality=True)
    return len(pairs), sum(graph[i][j]["weight"] for i, j in pairs)


def as_matrix(edges, size):
    matrix = np.full((size, size), -1)
    for i, j, weight in edges:
        matrix[i, j] = matrix[j, i] = weight
    return matrix


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    ("count", "sizes"), [(SMALL, (2, 13)), (LARGER, (14, 26))], ids=["small", "larger"]
)
def test_same_pairs_and_total_as_networkx(kind, count, sizes):
    random = Random(f"{kind.__name__} {sizes}")
    for _ in range(count):
        size = random.randint(*sizes)
        edges = kind(random, size)
        expected = best_of_networkx(edges)
        random.shuffle(edges)
        by_edges, matrix = match(edges, n=size), as_matrix(edges, size)
        by_matrix = match(matrix)
        assert (len(by_edges.pairs), by_edges.total) == expected, edges
        assert (len(by_matrix.pairs), by_matrix.total) == expected, edges
        assert by_edges.verify(edges, n=size), edges
        assert by_matrix.verify(matrix), edges
        assert by_matrix.upper_bound == by_edges.upper_bound == expected[1], edges


@pytest.mark.parametrize("kind", [sparse, tied, pieces, tree, odd_cycles, all_equal, two_parts])
def test_same_as_networkx_with_pricing(kind):
    """Beyond sixty people the solver sees candidates only; here most pairs are forbidden, too."""
    random = Random(kind.__name__)
    for _ in range(16):
        size = random.randint(61, 84)
        edges = thinned(random, kind(random, size), 0.3 if kind is all_equal else 0.9)
        edges = random.sample(edges, min(len(edges), 6 * size))
        matrix = as_matrix(edges, size)
        matching = match(matrix)
        assert (len(matching.pairs), matching.total) == best_of_networkx(edges), edges
        assert matching.verify(matrix), edges


@pytest.mark.parametrize("size", [2, 3, 10, 25, 40, 62])
@pytest.mark.parametrize("seed", range(4))
def test_least_distance_in_the_plane(size, seed):
    """Minimum cost is maximum closeness: subtract each distance from one that exceeds all."""
    place = np.random.default_rng(seed).integers(0, 200, (size, 2))
    cost = ((place[:, None] - place) ** 2).sum(axis=2)
    graph = networkx.from_numpy_array(cost + 1)
    pairs = networkx.min_weight_matching(graph)
    expected = sum(int(cost[pair]) for pair in pairs)
    closeness = 80_000 - cost
    matching = match(closeness)
    assert len(matching.pairs) == len(pairs) == size // 2
    assert sum(int(cost[pair]) for pair in matching.pairs) == expected
    assert matching.verify(closeness)


def weights_of(kind, size):
    """Matrices of the kinds that are hard at a larger size."""
    random = np.random.default_rng(size)
    mixed = np.triu(random.integers(0, 1000, (size, size)), 1)
    mixed += mixed.T
    if kind == "level":
        level = random.integers(1, 6, size)
        return 3000 * (4 - np.abs(level[:, None] - level))
    if kind == "clusters":
        cluster = np.arange(size) // 7
        return mixed + 10_000 * (cluster[:, None] == cluster)
    if kind == "euclid":
        place = random.integers(0, 1000, (size, 2))
        return 2000 - np.abs(place[:, None] - place).sum(axis=2)
    if kind == "product hubs":
        fame = random.integers(1, 40, size) ** 2
        return np.outer(fame, fame)
    if kind == "added hubs":
        fame = random.integers(0, 30, size) ** 3
        return fame[:, None] + fame + mixed
    if kind == "equal":
        return np.full((size, size), 12)
    return np.where(mixed % 9 == 0, mixed, -1)


@pytest.mark.parametrize("size", [61, 100, 151, 300])
@pytest.mark.parametrize(
    "kind",
    [
        "cohort",
        "level",
        "clusters",
        "euclid",
        "product hubs",
        "added hubs",
        "equal",
        "forbidden",
    ],
)
def test_same_total_as_rustworkx_with_pricing(size, kind, cohort):
    weights = cohort(size) if kind == "cohort" else weights_of(kind, size)
    tails, heads = np.nonzero(np.triu(weights >= 0, 1))
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(
        list(zip(tails.tolist(), heads.tolist(), weights[tails, heads].tolist(), strict=True))
    )
    expected = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    total = sum(int(weights[i, j]) for i, j in expected)
    matching = match(weights)
    assert (len(matching.pairs), matching.total) == (len(expected), total)
    assert matching.verify(weights)


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_thousand_people_are_proven(size, cohort):
    weights = cohort(size)
    matching = match(weights)
    assert len(matching.pairs) == 500
    assert matching.upper_bound == matching.total
    assert matching.verify(weights)
    assert match(weights) == matching
