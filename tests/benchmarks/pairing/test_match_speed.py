"""`match` beside what a user could install: same machine, same run, same optimum.

Run with ``tox -e benchmarks``; compare the medians of one group.
"""

from __future__ import annotations

import networkx
import numpy as np
import pytest
import rustworkx

from peerloom.pairing import match

SIZES = (100, 300)


@pytest.fixture(params=SIZES, ids=lambda size: f"n={size}", scope="module")
def scores(request):
    """Teach and learn both ways, and a level: integers with many near ties."""
    random = np.random.default_rng(request.param)
    teach = (random.random((request.param, 24)) < 0.16).astype(np.int64)
    learn = (random.random((request.param, 24)) < 0.10).astype(np.int64)
    hours = (random.random((request.param, 42)) < 0.15).astype(np.int64)
    level = random.integers(1, 6, request.param)
    lessons = np.minimum(teach @ learn.T, 3)
    fit = 4 - np.abs(level[:, None] - level)
    return 600 * (lessons + lessons.T) + 400 * np.minimum(hours @ hours.T, 8) + 500 * fit


@pytest.fixture(scope="module")
def optimum(scores):
    matching = match(scores)
    assert matching.verify(scores)
    return matching.total


def edges(scores):
    tails, heads = np.triu_indices(len(scores), 1)
    return list(zip(tails.tolist(), heads.tolist(), scores[tails, heads].tolist(), strict=True))


def test_peerloom(benchmark, scores, optimum):
    benchmark.group = f"match, n={len(scores)}"
    matching = benchmark(match, scores)
    assert matching.total == matching.upper_bound == optimum


def test_rustworkx(benchmark, scores, optimum):
    benchmark.group = f"match, n={len(scores)}"
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(len(scores)))
    graph.add_edges_from(edges(scores))
    pairs = benchmark(rustworkx.max_weight_matching, graph, max_cardinality=True, weight_fn=int)
    assert sum(int(scores[pair]) for pair in pairs) == optimum


def test_networkx(benchmark, scores, optimum):
    benchmark.group = f"match, n={len(scores)}"
    graph = networkx.Graph()
    graph.add_weighted_edges_from(edges(scores))
    pairs = benchmark.pedantic(
        networkx.max_weight_matching, (graph,), {"maxcardinality": True}, rounds=1, iterations=1
    )
    assert sum(int(scores[pair]) for pair in pairs) == optimum
