"""`match`: what it answers, and what it refuses."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.pairing import match


@st.composite
def symmetric_matrices(draw, largest_size=9):
    size = draw(st.integers(0, largest_size))
    largest = draw(st.sampled_from([0, 1, 3, 50, 10**6]))
    matrix = np.full((size, size), -1)
    for i in range(size):
        for j in range(i):
            matrix[i, j] = matrix[j, i] = draw(st.integers(-1, largest))
    return matrix


@settings(max_examples=300, deadline=None)
@given(matrix=symmetric_matrices())
def test_equals_enumeration(matrix, best_matching):
    matching = match(matrix)
    assert (len(matching.pairs), matching.total) == best_matching(matrix)
    assert matching.upper_bound == matching.total
    assert matching.verify(matrix)


@pytest.mark.parametrize("seed", range(40))
def test_equals_enumeration_at_ten(seed, best_matching, random_matrix):
    random = Random(seed)
    matrix = random_matrix(
        random, 10, largest=random.choice([1, 9, 999]), forbidden=random.choice([0, 0.5, 0.8])
    )
    matching = match(matrix)
    assert (len(matching.pairs), matching.total) == best_matching(matrix)
    assert matching.verify(matrix)


@settings(max_examples=100, deadline=None)
@given(matrix=symmetric_matrices(12), data=st.data())
def test_total_does_not_depend_on_the_order_of_people(matrix, data):
    order = data.draw(st.permutations(range(len(matrix))))
    matching, shuffled = match(matrix), match(matrix[np.ix_(order, order)])
    assert (len(shuffled.pairs), shuffled.total) == (len(matching.pairs), matching.total)
    assert matching.verify(matrix)


def test_more_pairs_win_over_more_weight():
    edges = [(0, 1, 1), (1, 2, 1000), (2, 3, 1)]
    matching = match(edges, n=4)
    assert matching.pairs == ((0, 1), (2, 3))
    assert matching.total == 2
    assert matching.verify(edges, n=4)


def test_edges_and_matrix_agree(random_matrix):
    matrix = random_matrix(Random(3), 30, largest=50, forbidden=0.6)
    edges = [(j, i, int(matrix[i, j])) for i in range(30) for j in range(i)]
    by_edges, by_matrix = match(iter(edges), n=30), match(matrix)
    assert (len(by_edges.pairs), by_edges.total) == (len(by_matrix.pairs), by_matrix.total)
    assert by_edges.verify(edges, n=30)
    assert by_matrix.verify(matrix)


@pytest.mark.parametrize("size", [0, 1])
def test_nobody_to_pair(size):
    matching = match(np.zeros((size, size), dtype=int))
    assert matching.pairs == ()
    assert matching.total == matching.upper_bound == 0
    assert matching.verify(np.zeros((size, size), dtype=int))
    assert match([], n=size).verify([], n=size)


def test_all_forbidden():
    matrix = np.full((5, 5), -1)
    assert match(matrix).pairs == ()
    assert match(matrix).verify(matrix)


def test_the_diagonal_is_ignored():
    matrix = [[99, 3], [3, -7]]
    assert match(matrix).total == 3
    assert match(matrix).verify(matrix)


def test_the_input_stays_as_it_was():
    matrix = np.full((70, 70), 5)
    match(matrix)
    assert (matrix == 5).all()


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([[0, 1.5], [1.5, 0]], "whole numbers"),
        ([[0, float("nan")], [float("nan"), 0]], "whole numbers"),
        ([[False, True], [True, False]], "whole numbers"),
        ([[0, 1, 2], [1, 0, 3]], "square"),
        ([1, 2, 3], "square"),
        ([[0, 1], [1]], "table"),
        ([[0, 1], [2, 0]], r"symmetric.*\[0, 1\]"),
        ([[0, 1 << 60], [1 << 60, 0]], "below"),
        ([[0, 1 << 70], [1 << 70, 0]], "whole numbers"),
        (np.full((2, 2), np.iinfo(np.uint64).max), "64-bit"),
    ],
)
def test_bad_matrices(weights, words):
    with pytest.raises(ValueError, match=words):
        match(weights)


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([(0, 1)], "three numbers"),
        ([(0, 1, 0.5)], "whole numbers"),
        ([(0, 3, 1)], "n = 3"),
        ([(-1, 1, 1)], "n = 3"),
        ([(1, 1, 1)], "vertex 1"),
        ([(0, 1, 1), (1, 0, 2)], r"\(0, 1\) is given twice"),
        ([(0, 1, 1 << 60)], "below"),
    ],
)
def test_bad_edges(edges, words):
    with pytest.raises(ValueError, match=words):
        match(edges, n=3)
