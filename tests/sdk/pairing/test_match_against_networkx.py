"""Many random graphs of every kind, against NetworkX and rustworkx."""

from __future__ import annotations

from random import Random

import networkx
import numpy as np
import pytest
import rustworkx

from peerloom.pairing import match

KINDS = ("dense", "sparse", "tied", "forbidden", "pieces", "odd-clusters", "path-of-odd-cycles")
PER_KIND = 160


def edges_of(kind, random, size):
    largest = random.choice([1, 5, 1000]) if kind != "tied" else random.choice([0, 1, 2])
    if kind == "path-of-odd-cycles":
        yield from cycles(random, size, largest)
        return
    chance = {"sparse": 2.5 / size, "forbidden": 0.4}.get(kind, 0.9)
    width = random.choice([3, 5, 7])
    for i in range(size):
        for j in range(i):
            together = i // width == j // width
            if kind == "pieces" and not together:
                continue
            if random.random() < chance:
                bonus = 2000 if kind == "odd-clusters" and together else 0
                yield j, i, bonus + random.randint(0, largest)


def cycles(random, size, largest):
    """Odd cycles that share vertices: blossoms in blossoms."""
    seen = set()
    start = 0
    while start + 2 < size:
        length = random.choice([3, 5, 7])
        ring = list(range(start, min(start + length, size)))
        for i, j in zip(ring, ring[1:] + ring[:1], strict=True):
            if i != j and (min(i, j), max(i, j)) not in seen:
                seen.add((min(i, j), max(i, j)))
                yield min(i, j), max(i, j), largest + random.randint(0, largest)
        start += length - random.choice([1, 2])


@pytest.mark.parametrize("kind", KINDS)
def test_same_pairs_and_total_as_networkx(kind):
    random = Random(kind)
    for _ in range(PER_KIND):
        size = random.randint(4, 26)
        edges = list(edges_of(kind, random, size))
        graph = networkx.Graph()
        graph.add_weighted_edges_from(edges)
        expected = networkx.max_weight_matching(graph, maxcardinality=True)
        total = sum(graph[i][j]["weight"] for i, j in expected)
        matching = match(edges, n=size)
        assert (len(matching.pairs), matching.total) == (len(expected), total), edges
        assert matching.verify(edges, n=size), edges


@pytest.mark.parametrize("size", [61, 100, 151, 300])
@pytest.mark.parametrize("kind", ["cohort", "level", "clusters", "euclid", "forbidden"])
def test_same_total_as_rustworkx_with_pricing(size, kind, cohort):
    random = np.random.default_rng(size)
    noise = np.triu(random.integers(0, 1000, (size, size)), 1)
    noise += noise.T
    if kind == "cohort":
        weights = cohort(size)
    elif kind == "level":
        level = random.integers(1, 6, size)
        weights = 3000 * (4 - np.abs(level[:, None] - level))
    elif kind == "clusters":
        cluster = np.arange(size) // 7
        weights = noise + 10_000 * (cluster[:, None] == cluster)
    elif kind == "euclid":
        place = random.integers(0, 1000, (size, 2))
        weights = 2000 - np.abs(place[:, None] - place).sum(axis=2)
    else:
        weights = np.where(noise % 9 == 0, noise, -1)
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


def test_a_thousand_people_are_proven(cohort):
    weights = cohort(1000)
    matching = match(weights)
    assert len(matching.pairs) == 500
    assert matching.upper_bound == matching.total
    assert matching.verify(weights)
    assert match(weights) == matching


def test_an_odd_thousand_is_proven(cohort):
    weights = cohort(1001)
    matching = match(weights)
    assert len(matching.pairs) == 500
    assert matching.verify(weights)
