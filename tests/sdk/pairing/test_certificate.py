"""`Matching.verify` believes nobody: what is not optimal, or not proven, is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peerloom.pairing import match

# Two triangles joined by a weak edge: the optimum needs the prices of both odd sets.
EDGES = [(0, 1, 8), (0, 2, 8), (1, 2, 8), (3, 4, 8), (3, 5, 8), (4, 5, 8), (2, 3, 1)]


@pytest.fixture
def matching():
    matching = match(EDGES, n=6)
    assert matching.verify(EDGES, n=6)
    assert matching.blossoms
    return matching


@pytest.fixture
def matrix(cohort):
    return cohort(80)


def test_a_worse_matching_is_refused(matrix):
    good = match(matrix)
    (a, b), (c, d), *rest = good.pairs
    pairs = tuple(sorted([(min(a, c), max(a, c)), (min(b, d), max(b, d)), *rest]))
    total = sum(int(matrix[pair]) for pair in pairs)
    assert total < good.total
    assert not replace(good, pairs=pairs, total=total, upper_bound=total).verify(matrix)


def test_fewer_pairs_are_refused(matrix):
    good = match(matrix)
    total = good.total - int(matrix[good.pairs[0]])
    fewer = replace(good, pairs=good.pairs[1:], total=total, upper_bound=total)
    assert not fewer.verify(matrix)


def test_a_false_total_is_refused(matching):
    assert not replace(matching, total=matching.total + 1).verify(EDGES, n=6)
    assert not replace(matching, upper_bound=matching.upper_bound + 1).verify(EDGES, n=6)


def test_somebody_twice_is_refused(matching):
    pairs = (*matching.pairs[:-1], matching.pairs[0])
    assert not replace(matching, pairs=pairs).verify(EDGES, n=6)


def test_a_pair_out_of_range_is_refused(matching):
    pairs = (*matching.pairs[:-1], (5, 6))
    assert not replace(matching, pairs=pairs).verify(EDGES, n=6)


def test_a_pair_that_is_no_edge_is_refused():
    honest = match([(0, 1, 0), (2, 3, 0)], n=4)
    assert not replace(honest, pairs=((0, 2), (1, 3))).verify([(0, 1, 0), (2, 3, 0)], n=4)


def test_a_forbidden_pair_is_refused(matrix):
    good = match(matrix)
    i, j = good.pairs[0]
    forbidden = matrix.copy()
    forbidden[i, j] = forbidden[j, i] = -1
    assert not good.verify(forbidden)


@pytest.mark.parametrize("step", [-2, 2])
@pytest.mark.parametrize("vertex", range(6))
def test_a_changed_price_is_refused(matching, vertex, step):
    duals = list(matching.vertex_duals)
    duals[vertex] += step
    assert not replace(matching, vertex_duals=tuple(duals)).verify(EDGES, n=6)


def test_prices_shifted_at_equal_sum_are_refused(matching):
    duals = list(matching.vertex_duals)
    duals[0] += 2
    duals[1] -= 2
    assert not replace(matching, vertex_duals=tuple(duals)).verify(EDGES, n=6)


def test_a_missing_price_is_refused(matching):
    assert not replace(matching, vertex_duals=matching.vertex_duals[:-1]).verify(EDGES, n=6)


def test_a_negative_price_is_refused():
    edges = [(0, 1, 5)]
    good = match(edges, n=2)
    first, second = good.vertex_duals
    shift = first + 2
    cheated = replace(good, vertex_duals=(first - shift, second + shift))
    assert good.verify(edges, n=2)
    assert not cheated.verify(edges, n=2)


def test_a_missing_odd_set_is_refused(matching):
    assert not replace(matching, blossoms=matching.blossoms[1:]).verify(EDGES, n=6)


@pytest.mark.parametrize(
    "members", [(0, 1), (0, 0, 1), (0, 1, 6), (-1, 0, 1)], ids=["even", "twice", "high", "low"]
)
def test_an_impossible_set_is_refused(matching, members):
    blossoms = (*matching.blossoms, (members, 0))
    assert not replace(matching, blossoms=blossoms).verify(EDGES, n=6)


def test_a_set_of_negative_price_is_refused(matching):
    (members, toll), *rest = matching.blossoms
    blossoms = ((members, toll + 2), *rest, (members, -2))
    assert not replace(matching, blossoms=blossoms).verify(EDGES, n=6)


def test_too_small_a_bonus_is_refused(matching):
    assert not replace(matching, pair_bonus=1).verify(EDGES, n=6)


def test_other_weights_are_refused(matrix):
    good = match(matrix)
    assert not good.verify(matrix + 1)
    assert not good.verify(matrix[:-1, :-1])
    better = matrix.copy()
    (a, b), (c, d), *_ = good.pairs
    better[a, c] = better[c, a] = int(matrix[a, b]) + int(matrix[c, d]) + 1
    assert not good.verify(better)


def test_prices_that_run_over_prove_nothing():
    """Two pairs of 8 in all exist; the forged proof of one pair relies on sums beyond 64 bits."""
    edges = [(0, 1, 5), (2, 3, 3)]
    forged = replace(
        match(edges, n=4),
        pairs=((0, 1),),
        total=5,
        upper_bound=5,
        pair_bonus=1 << 62,
        vertex_duals=(0, 0, (1 << 62) + 5, (1 << 62) + 5),
    )
    assert not forged.verify(edges, n=4)


@pytest.mark.parametrize("pairs", [((0, 1, 2),), ((0,),)])
def test_pairs_of_three_or_one_are_no_pairs(pairs):
    edges = [(0, 1, 5), (2, 3, 3)]
    assert not replace(match(edges, n=4), pairs=pairs).verify(edges, n=4)


def test_prices_must_be_whole_numbers():
    edges = [(0, 1, 5), (2, 3, 3)]
    matching = match(edges, n=4)
    prices = tuple(float(price) for price in matching.vertex_duals)
    assert not replace(matching, vertex_duals=prices).verify(edges, n=4)
