"""`partition` into pairs and a trio: everybody once, nobody with somebody forbidden, and proven."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.pairing import NoPartitionError, match, partition
from peerloom.pairing.solver import PairProblem
from peerloom.pairing.tables import DenseTable
from peerloom.pairing.trio_bounds import TrioBounds
from peerloom.pairing.weights import pair_bonus


def pair_sizes(count):
    return [2] * (count // 2) if count % 2 == 0 else [3] + [2] * ((count - 3) // 2)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    size=st.integers(2, 8),
    forbidden=st.sampled_from([0, 0.2, 0.5]),
    largest=st.sampled_from([0, 2, 1000]),
)
def test_equals_enumeration(
    seed, size, forbidden, largest, random_matrix, best_partition, value_of
):
    matrix = random_matrix(Random(seed), size, largest=largest, forbidden=forbidden, step=12)
    expected = best_partition(matrix, pair_sizes(size))
    if expected is None:
        with pytest.raises(NoPartitionError) as error:
            partition(matrix, seed=seed)
        assert set(error.value.indices) <= set(range(size))
        assert error.value.indices
        return
    found = partition(matrix, seed=seed)
    assert found.total == found.upper_bound == expected == value_of(matrix, found.groups)
    assert found.is_proven
    assert sorted(person for group in found.groups for person in group) == list(range(size))


@pytest.mark.parametrize("seed", range(12))
def test_nine_people_equal_enumeration(seed, random_matrix, best_partition):
    matrix = random_matrix(Random(seed), 9, largest=400, forbidden=0.1 * (seed % 3), step=12)
    found = partition(matrix)
    assert found.total == found.upper_bound == best_partition(matrix, pair_sizes(9))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [2, 3, 4, 5, 7, 8, 11, 15, 19, 24, 25])
def test_small_cohorts_are_proven(size, seed, cohort, value_of):
    scores = cohort(size, seed)
    found = partition(scores)
    assert found.is_proven
    assert found.total == value_of(scores, found.groups)


@pytest.mark.parametrize("size", [27, 31, 45, 61, 101, 103, 151, 301, 1001])
def test_odd_cohorts_reach_the_bound_within_a_thousandth(size, cohort, value_of):
    scores = cohort(size, seed=size)
    found = partition(scores)
    assert found.total == value_of(scores, found.groups)
    assert sorted(map(len, found.groups)) == sorted(pair_sizes(size))
    assert found.upper_bound >= found.total >= 0.999 * found.upper_bound


def by_level(size):
    """Five levels and nothing else: nearly all pairs are ties."""
    level = np.random.default_rng(2).integers(1, 6, size)
    return 3000 * (4 - np.abs(level[:, None] - level))


def by_clusters(size):
    """Cliques of seven: the worst case for bounds that know no odd sets."""
    random = np.random.default_rng(size)
    noise = np.triu(random.integers(0, 80, (size, size)), 1)
    cluster = np.arange(size) // 7
    return 12 * (noise + noise.T + 800 * (cluster[:, None] == cluster))


@pytest.mark.parametrize("scores_of", [by_level, by_clusters])
@pytest.mark.parametrize("size", [21, 25, 49, 77, 101])
def test_hard_odd_cohorts_are_proven(size, scores_of, value_of):
    scores = scores_of(size)
    found = partition(scores)
    assert found.is_proven
    assert found.total == value_of(scores, found.groups)


def test_ties_beyond_the_listed_trios_still_place_everybody():
    found = partition(by_level(301))
    assert sorted(person for group in found.groups for person in group) == list(range(301))
    assert found.total >= 0.998 * found.upper_bound


@pytest.mark.parametrize("seed", range(30))
def test_every_trio_stays_below_its_bound(seed, random_matrix):
    """The bound of a trio, from any price system, against the best pairs for all others."""
    size = 9
    weights = random_matrix(Random(seed), size, largest=seed % 7 + 1, forbidden=0.1, step=12)
    bonus = pair_bonus(int(weights.max()), size)
    table = DenseTable(weights, int(weights.max()))
    tails, heads = np.nonzero(np.triu(weights >= 0))
    problem = PairProblem(table, bonus, (tails, heads, weights[tails, heads]))
    half = problem.solve_half_integral()
    bounds = TrioBounds(table, bonus, half.prices(), tails, heads, np.zeros(size, dtype=np.int64))
    half.open_rings()
    for absent in ((seed % size,), (0, 4, 8)):
        forest = problem.forest(half)
        for vertex in absent:
            forest.set_aside(vertex, 2 * (int(weights.max()) + bonus) + 1)
        forest.solve()
        bounds.tighten(forest, absent)
    while (bound := bounds.highest) is not None:
        trio = bounds.pop()
        rest = [person for person in range(size) if person not in trio]
        others = match(weights[np.ix_(rest, rest)])
        if len(others.pairs) == 3:
            inner = sum(int(weights[i, j]) for i, j in combinations(trio, 2)) // 2
            assert others.total + inner <= bound
            assert others.total + inner <= bounds.overall(np.ones(size, dtype=np.bool_))


def test_nobody():
    found = partition([])
    assert (found.groups, found.total, found.upper_bound) == ((), 0, 0)
    assert found.is_proven


def test_one_person_cannot_be_placed():
    with pytest.raises(NoPartitionError) as error:
        partition([[0]])
    assert error.value.indices == (0,)
    assert error.value.code == "no-partition"


def test_two_and_three_people():
    assert partition([[0, 12], [12, 0]]).groups == ((0, 1),)
    three = partition([[0, 12, 24], [12, 0, 36], [24, 36, 0]])
    assert three.groups == ((0, 1, 2),)
    assert three.total == three.upper_bound == 36


def test_the_lonely_one_is_named():
    matrix = np.full((6, 6), 12)
    matrix[4, :] = matrix[:, 4] = -1
    with pytest.raises(NoPartitionError) as error:
        partition(matrix)
    assert 4 in error.value.indices
    assert len(error.value.indices) == 2


def test_the_lonely_one_of_an_odd_number_is_named():
    matrix = np.full((5, 5), 12)
    matrix[2, :] = matrix[:, 2] = -1
    with pytest.raises(NoPartitionError) as error:
        partition(matrix)
    assert error.value.indices == (2,)


def test_a_star_of_many_names_those_who_are_left():
    size = 41
    matrix = np.full((size, size), -1)
    matrix[0, 1:] = matrix[1:, 0] = 12
    with pytest.raises(NoPartitionError) as error:
        partition(matrix)
    assert 0 not in error.value.indices
    assert len(error.value.indices) == size - 2


def test_the_only_possible_trio_is_found_among_many():
    """Twenty fixed couples and one person who fits to a single couple."""
    size = 41
    matrix = np.full((size, size), -1)
    for first in range(0, 40, 2):
        matrix[first, first + 1] = matrix[first + 1, first] = 1200
    matrix[40, 6] = matrix[6, 40] = matrix[40, 7] = matrix[7, 40] = 0
    found = partition(matrix)
    assert (6, 7, 40) in found.groups
    assert found.is_proven


def test_same_seed_same_groups(cohort):
    scores = cohort(31)
    assert repr(partition(scores, seed=4)) == repr(partition(scores, seed=4))


def test_seeds_choose_among_equals():
    matrix = np.full((10, 10), 120)
    found = {partition(matrix, seed=seed).groups for seed in range(20)}
    assert len(found) > 5
    assert {partition(matrix, seed=seed).total for seed in range(20)} == {600}


@pytest.mark.parametrize("size", [12, 13, 64, 65])
def test_order_of_people_does_not_change_the_total(size, cohort):
    scores = cohort(size)
    order = np.random.default_rng(1).permutation(size)
    assert partition(scores[np.ix_(order, order)]).total == partition(scores).total


@pytest.mark.parametrize("size", [1, 0, 6, -2])
def test_impossible_sizes(size):
    with pytest.raises(ValueError, match="size must be 2 to 5"):
        partition([[0, 12], [12, 0]], size=size)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[0, 13], [13, 0]], r"multiples of 12, but \[0, 1\] is 13"),
        ([[0, 12], [24, 0]], "symmetric"),
        ([[0, 12.0], [12.0, 0]], "whole numbers"),
        ([[0, 12 << 50], [12 << 50, 0]], "below"),
    ],
)
def test_bad_weights(weights, words):
    with pytest.raises(ValueError, match=words):
        partition(weights)


def test_too_many_alone_is_seen_before_any_trio_is_tried():
    """People who may not meet each other, and too few others for them."""
    weights = np.full((41, 41), 12)
    weights[:26, :26] = -1
    with pytest.raises(NoPartitionError) as error:
        partition(weights)
    assert len(error.value.indices) == 11
