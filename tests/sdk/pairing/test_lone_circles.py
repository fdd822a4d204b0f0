"""Nobody alone in a circle: fewest such people first, and the largest total among those."""

from __future__ import annotations

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.pairing.circle_columns import CircleProblem
from peerloom.pairing.circle_proof import CircleProof, any_circles
from peerloom.pairing.circles import CircleSearch, circle_sizes, count_lone, shared_codes
from peerloom.pairing.seating import seat


def lone_people(codes, groups):
    """Count them from the definition."""
    alone = 0
    for attribute in np.array(codes).tolist():
        for group in groups:
            for person in group:
                code = attribute[person]
                near = [attribute[other] for other in group if other != person]
                alone += code >= 0 and attribute.count(code) > 1 and code not in near
    return alone


def best_company(matrix, sizes, codes, value_of):
    """Enumerate: fewest alone, then the largest total; None if each way has a forbidden pair."""
    best = None

    def split(people, left, groups):
        nonlocal best
        if not people:
            key = (-lone_people(codes, groups), value_of(matrix, groups))
            best = key if best is None else max(best, key)
            return
        for size in sorted(set(left)):
            place = left.index(size)
            for others in combinations(people[1:], size - 1):
                group = (people[0], *others)
                if all(matrix[i, j] >= 0 for i, j in combinations(group, 2)):
                    rest = [person for person in people if person not in group]
                    split(rest, left[:place] + left[place + 1 :], [*groups, group])

    split(list(range(len(matrix))), list(sizes), [])
    return best


codes_of = st.lists(st.integers(-1, 3), min_size=9, max_size=9)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(4, 9),
    size=st.sampled_from([3, 4]),
    forbidden=st.sampled_from([0, 0.2]),
    codes=st.lists(codes_of, min_size=1, max_size=2),
)
def test_seating_equals_enumeration(seed, count, size, forbidden, codes, random_matrix, value_of):
    matrix = random_matrix(Random(seed), count, largest=500, forbidden=forbidden, step=12)
    codes = [np.array(attribute[:count]) for attribute in codes]
    sizes = circle_sizes(count, size)
    expected = best_company(matrix, sizes, codes, value_of)
    found = seat(matrix, sizes, Random(seed), alone=codes)
    assert bool(found.unplaced) == (expected is None)
    if expected is not None:
        lone, total = lone_people(codes, found.groups), value_of(matrix, found.groups)
        assert (-lone, total) == expected
        assert found.upper_bound == total


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(6, 9),
    size=st.sampled_from([3, 4]),
    codes=st.lists(codes_of, min_size=1, max_size=2),
)
def test_the_proof_equals_enumeration(seed, count, size, codes, random_matrix, value_of):
    matrix = random_matrix(Random(seed), count, largest=500, step=12)
    codes = tuple(np.array(attribute[:count]) for attribute in codes)
    sizes = circle_sizes(count, size)
    lone, total = best_company(matrix, sizes, codes, value_of)
    problem = CircleProblem(matrix, sizes, codes, -lone)
    proof = CircleProof(problem, any_circles(problem), Random(seed))
    proof.run()
    assert proof.total == proof.upper_bound == total
    assert lone_people(codes, proof.groups) == -lone
    if lone:
        assert any_circles(CircleProblem(matrix, sizes, codes, -lone - 1)) is None


@pytest.mark.parametrize(("count", "size"), [(30, 3), (31, 4), (30, 5)])
def test_nobody_is_alone_where_that_is_possible(count, size, cohort, value_of):
    scores = cohort(count, 8)
    np.fill_diagonal(scores, -1)
    random = np.random.default_rng(size)
    women = (np.arange(count) < 6).astype(np.int64)
    random.shuffle(women)
    free = seat(scores, circle_sizes(count, size), Random(0))
    assert lone_people([women], free.groups) > 0
    found = seat(scores, circle_sizes(count, size), Random(0), alone=[women])
    assert lone_people([women], found.groups) == 0
    assert value_of(scores, found.groups) == found.upper_bound <= free.upper_bound


def test_one_is_alone_where_numbers_leave_no_other_way():
    # Seven of one kind and 23 of the other do not fill circles of three without a rest.
    codes = (np.arange(30) < 7).astype(np.int64)
    scores = np.full((30, 30), 1200)
    np.fill_diagonal(scores, -1)
    found = seat(scores, circle_sizes(30, 3), Random(0), alone=[codes])
    assert lone_people([codes], found.groups) == 1
    assert found.upper_bound == 10 * 1800


def test_the_search_counts_who_is_alone_as_defined(cohort):
    scores = cohort(40, 9)
    np.fill_diagonal(scores, -1)
    random = np.random.default_rng(9)
    codes = [random.integers(-1, 3, 40), (random.random(40) < 0.2).astype(np.int64)]
    search = CircleSearch(scores, circle_sizes(40, 4), Random(0), [shared_codes(c) for c in codes])
    plain = CircleSearch(scores, circle_sizes(40, 4), Random(0))
    search.improve(100)
    plain.improve(100)
    assert lone_people(codes, search.groups) < lone_people(codes, plain.groups)
    counted = sum(count_lone([shared_codes(c) for c in codes], group) for group in search.groups)
    assert counted == lone_people(codes, search.groups)


def test_codes_that_nobody_shares_do_not_count():
    codes = np.array([5, -1, 7, 7, 5, 8, -1])
    assert shared_codes(codes).tolist() == [5, -1, 7, 7, 5, -1, -1]
    assert lone_people([codes], [(0, 1, 2), (3, 4, 5, 6)]) == 4
    assert count_lone([shared_codes(codes)], (0, 1, 2)) == 2
