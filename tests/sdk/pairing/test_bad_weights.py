"""Whatever is no table of whole numbers is refused with a sentence, never misread."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.pairing import NoPartitionError, match, partition

NAN, INF = float("nan"), float("inf")
# The largest weight for two vertices.
LIMIT = (1 << 55) - 1
NO_WHOLE_NUMBERS = (
    *(NAN, INF, -INF, 12.0, 12.5, np.float64(12), 12j, 1 << 70, -(1 << 70)),
    *(True, np.bool_(True), None, "12", b"12", Fraction(12), Decimal(12), timedelta(12)),
)


def both_ways(weight):
    return [[0, weight], [weight, 0]]


both = pytest.mark.parametrize("solve", [match, partition])


@both
@pytest.mark.parametrize(
    "weight",
    NO_WHOLE_NUMBERS,
    ids=lambda weight: f"{type(weight).__name__} {weight!r}",
)
def test_no_whole_number(solve, weight):
    with pytest.raises(ValueError, match="whole numbers"):
        solve([[weight, weight], [weight, weight]])


@both
@pytest.mark.parametrize("weight", [NAN, INF, None, "", 12.0], ids=repr)
def test_one_bad_number_among_good_ones(solve, weight):
    matrix = np.full((70, 70), 12).tolist()
    matrix[3][69] = matrix[69][3] = weight
    with pytest.raises(ValueError, match="whole numbers"):
        solve(matrix)


@both
@pytest.mark.parametrize(
    "kind", [float, np.float32, np.float16, bool, complex, object, "U2", "M8[s]"]
)
def test_arrays_of_another_kind(solve, kind):
    with pytest.raises(ValueError, match="whole numbers"):
        solve(np.ones((4, 4)).astype(kind))


@both
@pytest.mark.parametrize("shape", [(), (4,), (1, 2), (3, 2), (2, 2, 2), (4, 4, 1)], ids=str)
def test_not_square(solve, shape):
    with pytest.raises(ValueError, match="square"):
        solve(np.full(shape, 12))


@both
@pytest.mark.parametrize(
    "rows", [[[0, 12], [12]], [[0, 12], [12, 0, 12]], [[0, 12], 12], [[0, [12]], [12, 0]]], ids=str
)
def test_ragged(solve, rows):
    with pytest.raises(ValueError, match="table of whole numbers"):
        solve(rows)


@both
@pytest.mark.parametrize("size", [2, 3, 61, 200])
def test_one_wrong_mirror_is_named(solve, size):
    matrix = np.full((size, size), 12)
    matrix[size - 1, 0] = -1
    with pytest.raises(ValueError, match=rf"symmetric.*\[0, {size - 1}\]"):
        solve(matrix)


@both
@pytest.mark.parametrize("weight", [LIMIT + 1, 1 << 62, (1 << 63) - 1])
def test_too_large(solve, weight):
    with pytest.raises(ValueError, match=f"below {LIMIT + 1}"):
        solve(both_ways(weight))


@both
def test_unsigned_numbers_beyond_64_bits_do_not_wrap(solve):
    with pytest.raises(ValueError, match="64-bit"):
        solve(np.full((4, 4), np.iinfo(np.uint64).max))


@pytest.mark.parametrize("size", [2, 3, 8, 61, 150])
def test_the_largest_weights_are_exact(size):
    """One more would be refused; these must not overflow on any way."""
    largest = ((1 << 56) - 1) // size
    assert largest * size < 1 << 56
    weights = largest - np.add.outer(np.arange(size), np.arange(size))
    matching = match(weights)
    alone = [person for person in range(size) if all(person not in p for p in matching.pairs)]
    assert alone == ([size - 1] if size % 2 else [])
    assert matching.total == size // 2 * largest - sum(range(size - size % 2))
    assert matching.verify(weights)
    with pytest.raises(ValueError, match="below"):
        match(np.full((size, size), largest + 1))


@pytest.mark.parametrize("size", [2, 5, 70])
def test_the_most_negative_number_is_only_forbidden(size):
    matrix = np.full((size, size), np.iinfo(np.int64).min)
    assert match(matrix).pairs == ()
    assert match(matrix).verify(matrix)
    matrix[0, 1] = matrix[1, 0] = 12
    assert match(matrix).pairs == ((0, 1),)
    assert match(matrix).verify(matrix)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32])
@pytest.mark.parametrize("size", [8, 64])
def test_narrow_integers_do_not_wrap(kind, size):
    weights = np.full((size, size), 120, dtype=kind)
    assert match(weights).total == partition(weights).total == 60 * size
    assert match(weights).verify(weights)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda a: a[::-1, ::-1], np.array])
def test_any_layout_in_memory(layout, cohort):
    weights = layout(cohort(66))
    weights.flags.writeable = False
    copy = np.ascontiguousarray(weights)
    assert match(weights) == match(copy)
    assert match(weights.tolist()) == match(copy)


@pytest.mark.parametrize(
    ("people", "pairs"), [(0, ()), (1, ()), (2, ((0, 1),)), (3, ((1, 2),))], ids=str
)
def test_very_few_people(people, pairs):
    weights = 12 * np.add.outer(np.arange(people), np.arange(people))
    edges = [(i, j, 12 * (i + j)) for j in range(people) for i in range(j)]
    for matching in (match(weights), match(weights.tolist()), match(edges, n=people)):
        assert matching.pairs == pairs
        assert matching.size == people
        assert matching.total == sum(12 * (i + j) for i, j in pairs)
    assert match(weights).verify(weights)
    assert match(edges, n=people).verify(edges, n=people)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_very_few_people_in_groups(size):
    for people in range(8):
        weights = np.full((people, people), 12)
        if people == 1:
            with pytest.raises(NoPartitionError):
                partition(weights, size=size)
            continue
        groups = partition(weights, size=size).groups
        assert sorted(person for group in groups for person in group) == list(range(people))
        assert all(2 <= len(group) <= 5 for group in groups)


@pytest.mark.parametrize(
    ("edges", "n", "words"),
    [
        ([(0, 1, NAN)], 2, "whole numbers"),
        ([(0, 1, INF)], 2, "whole numbers"),
        ([(0.0, 1, 12)], 2, "whole numbers"),
        ([(False, True, True)], 2, "whole numbers"),
        ([(0, 1, None)], 2, "whole numbers"),
        ([("0", "1", 12)], 2, "whole numbers"),
        ([(0, 1, 1 << 70)], 2, "whole numbers"),
        ([0, 1, 12], 2, "three numbers"),
        ([(0, 1, 12, 0)], 2, "three numbers"),
        ([(0, 1, 12), (0, 1)], 2, "table"),
        ([(0, 2, 12)], 2, "n = 2"),
        ([(0, 1 << 62, 12)], 2, "n = 2"),
        ([(-1, 0, 12)], 2, "n = 2"),
        ([(0, 1, 12)], 0, "n = 0"),
        ([], -1, "n = -1"),
        ([(0, 0, 12)], 2, "vertex 0 cannot"),
        ([(1, 1, -1)], 2, "vertex 1 cannot"),
        ([(0, 1, 12), (0, 1, 12)], 2, "given twice"),
        ([(0, 1, 12), (1, 2, 3), (1, 0, 9)], 3, r"\(0, 1\) is given twice"),
        ([(0, 1, -1), (1, 0, 9)], 2, "given twice"),
        ([(0, 1, LIMIT + 1)], 2, "below"),
    ],
)
def test_bad_edges(edges, n, words):
    with pytest.raises(ValueError, match=words):
        match(edges, n=n)
    with pytest.raises(ValueError, match=words):
        match([(0, 1, 12)], n=2).verify(edges, n=n)


@given(
    edges=st.lists(st.tuples(*[st.integers(-2, 5)] * 3), max_size=8),
    n=st.integers(-1, 6),
)
def test_any_edges_are_solved_or_refused(edges, n):
    """What is refused is wrong by the rules, and what is solved verifies."""
    ends = [frozenset((i, j)) for i, j, _ in edges]
    is_sound = (
        n >= 0
        and all(0 <= i < n and 0 <= j < n and i != j for i, j, _ in edges)
        and len(set(ends)) == len(ends)
    )
    if is_sound:
        assert match(edges, n=n).verify(edges, n=n)
    else:
        with pytest.raises(ValueError, match=r"vertices|vertex|twice"):
            match(edges, n=n)


@given(
    rows=st.lists(
        st.lists(st.sampled_from([0, 12, -1, 12.0, NAN, True, None]), max_size=3), max_size=3
    )
)
def test_any_table_is_solved_or_refused(rows):
    """Nothing but a `ValueError` ever comes out, and nothing but whole numbers goes in."""
    numbers = [number for row in rows for number in row]
    try:
        matching = match(rows)
    except ValueError:
        return
    assert matching.verify(rows)
    assert all(isinstance(number, int) for number in numbers)


@both
@pytest.mark.parametrize("weights", [[[], []], np.zeros((0, 3), dtype=int)], ids=["rows", "array"])
def test_people_without_weights_are_not_nobody(solve, weights):
    with pytest.raises(ValueError, match="square"):
        solve(weights)


@both
def test_a_mask_is_not_forgotten(solve):
    masked = np.ma.masked_equal([[0, 12], [12, 0]], 12)
    with pytest.raises(ValueError, match="masked"):
        solve(masked)


@pytest.mark.parametrize("size", [2.0, True, "2", None.__class__], ids=repr)
def test_a_number_of_vertices_that_is_none(size):
    with pytest.raises(ValueError, match="n must be a whole number"):
        match([(0, 1, 12)], n=size)


def test_a_number_of_vertices_from_numpy():
    matching = match([(0, 1, 12)], n=np.int64(2))
    assert type(matching.size) is int
    assert matching == match([(0, 1, 12)], n=2)


@pytest.mark.parametrize(
    "edges",
    [
        [(0, 1, 5), (1, 2, 7), (2, 3, 5)],
        [(0, 1, 5), (1, 2, 7)],
        np.array([(0, 1, 5), (1, 2, 7), (2, 3, 5)], dtype=np.int32),
    ],
)
def test_edges_without_a_number_of_vertices_are_told_what_they_need(edges):
    with pytest.raises(ValueError, match=r"edges \(i, j, weight\) need n="):
        match(edges)
    assert match(edges, n=4).pairs


def test_no_other_matrix_speaks_of_edges():
    with pytest.raises(ValueError, match="symmetric") as caught:
        match([[0, 1], [2, 0]])
    assert "edges" not in str(caught.value)
