"""`partition` into circles of three to five, and the exact assignment that it rests on."""

from __future__ import annotations

from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.pairing import NoPartitionError, partition
from peerloom.pairing.assignment import assign
from peerloom.pairing.circles import circle_bound, circle_sizes


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("count", range(2, 60))
def test_nobody_is_alone_and_sizes_are_even(count, size):
    sizes = circle_sizes(count, size)
    assert sum(sizes) == count
    assert min(sizes) >= 2
    assert max(sizes) <= 5
    assert max(sizes) - min(sizes) <= 1
    if count % size == 0:
        assert set(sizes) == {size}


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(2, 9),
    size=st.sampled_from([3, 4, 5]),
    forbidden=st.sampled_from([0, 0.1, 0.3]),
)
def test_small_circles_equal_enumeration(
    seed, count, size, forbidden, random_matrix, best_partition, value_of
):
    matrix = random_matrix(Random(seed), count, largest=500, forbidden=forbidden, step=12)
    expected = best_partition(matrix, list(circle_sizes(count, size)))
    if expected is None:
        with pytest.raises(NoPartitionError):
            partition(matrix, size=size)
        return
    found = partition(matrix, size=size)
    assert found.total == found.upper_bound == expected == value_of(matrix, found.groups)


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("count", [13, 24, 37])
def test_larger_circles_are_whole_and_bounded(count, size, cohort, value_of):
    scores = cohort(count)
    found = partition(scores, size=size)
    assert sorted(person for group in found.groups for person in group) == list(range(count))
    assert sorted(map(len, found.groups)) == sorted(circle_sizes(count, size))
    assert found.total == value_of(scores, found.groups)
    assert found.is_proven
    assert partition(scores, size=size) == found


@pytest.mark.parametrize("size", [3, 4, 5])
def test_planted_circles_are_found(size):
    circle = np.arange(12 * size) // size
    order = np.random.default_rng(size).permutation(len(circle))
    planted = circle[order]
    scores = np.where(planted[:, None] == planted, 12_000, 1_200)
    found = partition(scores, size=size)
    assert {len(set(planted[list(group)])) for group in found.groups} == {1}
    assert found.is_proven


def test_forbidden_pairs_are_kept_apart(cohort):
    scores = cohort(60)
    # Twenty classes of three who know each other already.
    known = np.arange(60) % 20
    scores[known[:, None] == known] = -1
    found = partition(scores, size=3)
    assert all(len({known[person] for person in group}) == 3 for group in found.groups)


def test_impossible_circles_name_people():
    scores = np.full((30, 30), 12)
    scores[7, :] = scores[:, 7] = -1
    with pytest.raises(NoPartitionError) as error:
        partition(scores, size=5)
    assert 7 in error.value.indices


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(2, 8), size=st.sampled_from([3, 4, 5]))
def test_the_bound_holds(seed, count, size, random_matrix, best_partition):
    matrix = random_matrix(Random(seed), count, largest=9, step=12)
    sizes = circle_sizes(count, size)
    assert circle_bound(matrix, min(sizes)) >= best_partition(matrix, list(sizes))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 5), st.integers(0, 2), st.integers(0, 10**6), st.sampled_from([1, 5, 99]))
def test_assignment_equals_enumeration(rows, more, seed, largest):
    profit = np.random.default_rng(seed).integers(-largest, largest, (rows, rows + more))
    chosen = assign(profit)
    assert len(set(chosen.tolist())) == rows
    best = max(
        sum(int(profit[row, column]) for row, column in enumerate(columns))
        for columns in permutations(range(rows + more), rows)
    )
    assert int(profit[np.arange(rows), chosen].sum()) == best


def test_very_many_people_get_whole_circles_and_a_loose_bound(cohort, value_of):
    scores = cohort(310)
    found = partition(scores, size=5)
    assert sorted(person for group in found.groups for person in group) == list(range(310))
    assert found.total == value_of(scores, found.groups)
    assert 0.8 * found.upper_bound < found.total < found.upper_bound
