"""Circles proven best: prices, covers and bounds against linear and integer programs of SciPy."""

from __future__ import annotations

from functools import cache
from itertools import combinations, combinations_with_replacement, pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.pairing.circle_columns import CircleProblem, Prices
from peerloom.pairing.circle_cover import CircleCover
from peerloom.pairing.circle_prices import ascend, base, first_prices, lifted
from peerloom.pairing.circle_proof import CircleProof, any_circles
from peerloom.pairing.circles import CircleSearch, circle_sizes
from peerloom.pairing.seating import seat


def uniform(count, seed):
    """Independent scores: the hardest for a bound."""
    scores = np.random.default_rng(seed).integers(0, 1001, (count, count)) * 12
    scores = np.triu(scores, 1)
    return without_diagonal(scores + scores.T)


def without_diagonal(scores):
    scores = scores.copy()
    np.fill_diagonal(scores, -1)
    return scores


def circle_program(weights, sizes):
    """Every admissible circle with its value, and the rows that hold everybody once."""
    from scipy.sparse import csc_array

    kinds = sorted(set(sizes))
    tables = [np.array(list(combinations(range(len(weights)), size))) for size in kinds]
    values, rows, columns, start = [], [], [], 0
    for kind, circles in enumerate(tables):
        pairs = [
            weights[circles[:, one], circles[:, other]]
            for one, other in combinations(range(kinds[kind]), 2)
        ]
        good = np.min(pairs, axis=0) >= 0
        circles, value = circles[good], np.sum(pairs, axis=0)[good] // (kinds[kind] - 1)
        names = np.arange(start, start + len(circles))
        rows += [*circles.T, np.full(len(circles), len(weights) + kind)]
        columns += [names] * (kinds[kind] + 1)
        values.append(value)
        start += len(circles)
    holds = csc_array(
        (np.ones(sum(map(len, rows))), (np.concatenate(rows), np.concatenate(columns))),
        shape=(len(weights) + len(kinds), start),
    )
    right = np.array([1] * len(weights) + [sizes.count(size) for size in kinds])
    return np.concatenate(values), holds, right


def program_bound(weights, sizes):
    """Optimum of the linear relaxation."""
    from scipy.optimize import linprog

    values, holds, right = circle_program(weights, sizes)
    return -linprog(-values, A_eq=holds, b_eq=right, method="highs").fun


def program_optimum(weights, sizes):
    """Optimum of the integer program."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    values, holds, right = circle_program(weights, sizes)
    found = milp(
        -values,
        constraints=LinearConstraint(holds, right, right),
        integrality=np.ones(len(values)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    return round(-found.fun)


def prove(weights, size, seed=0):
    random = Random(seed)
    sizes = circle_sizes(len(weights), size)
    search = CircleSearch(weights, sizes, random)
    search.improve(20)
    proof = CircleProof(CircleProblem(weights, sizes), search.groups, random)
    proof.run()
    return proof


@pytest.mark.parametrize(("count", "size"), [(16, 3), (24, 3), (30, 3), (16, 4), (20, 4), (16, 5)])
@pytest.mark.parametrize("kind", ["cohort", "uniform"])
def test_equals_the_integer_program(kind, count, size, cohort, value_of):
    pytest.importorskip("scipy")
    scores = without_diagonal(cohort(count, 3)) if kind == "cohort" else uniform(count, 3)
    proof = prove(scores, size)
    assert proof.is_proven
    assert proof.total == proof.upper_bound == value_of(scores, proof.groups)
    assert proof.total == program_optimum(scores, circle_sizes(count, size))


@pytest.mark.parametrize(("kind", "count"), [("cohort", 60), ("uniform", 45)])
def test_the_bound_is_as_tight_as_the_linear_program(kind, count, cohort, value_of):
    pytest.importorskip("scipy")
    scores = without_diagonal(cohort(count, 1)) if kind == "cohort" else uniform(count, 1)
    proof = prove(scores, 3)
    bound = program_bound(scores, circle_sizes(count, 3))
    assert value_of(scores, proof.groups) == proof.total <= proof.upper_bound <= bound * 1.0005
    assert proof.total >= 0.99 * bound


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("kind", ["cohort", "uniform"])
def test_thirty_people_are_proven(kind, size, cohort, value_of):
    scores = without_diagonal(cohort(30, 5)) if kind == "cohort" else uniform(30, 5)
    proof = prove(scores, size)
    assert sorted(person for group in proof.groups for person in group) == list(range(30))
    assert proof.total == proof.upper_bound == value_of(scores, proof.groups)


def test_a_hundred_people_are_within_one_percent(cohort):
    proof = prove(without_diagonal(cohort(99)), 3)
    assert proof.total >= 0.99 * proof.upper_bound


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(4, 9),
    size=st.sampled_from([3, 4, 5]),
    forbidden=st.sampled_from([0, 0.1, 0.3]),
)
def test_few_people_equal_enumeration(seed, count, size, forbidden, random_matrix, best_partition):
    matrix = random_matrix(Random(seed), count, largest=500, forbidden=forbidden, step=12)
    sizes = circle_sizes(count, size)
    expected = best_partition(matrix, list(sizes))
    found = any_circles(CircleProblem(matrix, sizes))
    assert (found is None) == (expected is None)
    if found is not None:
        proof = CircleProof(CircleProblem(matrix, sizes), found, Random(seed))
        proof.run()
        assert proof.total == proof.upper_bound == expected


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    size=st.sampled_from([2, 3, 4, 5]),
    forbidden=st.sampled_from([0, 0.3]),
    floor=st.integers(-9, 3),
)
def test_pricing_finds_all_good_circles(seed, size, forbidden, floor, random_matrix):
    count = size * 2
    matrix = random_matrix(Random(seed), count, largest=50, forbidden=forbidden, step=12)
    problem = CircleProblem(matrix, (size, size))
    random = np.random.default_rng(seed)
    person = random.integers(-100, 600, count) * problem.scale
    circle = np.zeros(6, dtype=np.int64)
    circle[size] = int(random.integers(-200, 200)) * problem.scale
    prices = Prices(np.append(person, 0), circle)
    floor *= 100 * problem.scale
    expected = {
        group
        for group in combinations(range(count), size)
        if all(matrix[i, j] >= 0 for i, j in combinations(group, 2))
        and sum(int(matrix[i, j]) for i, j in combinations(group, 2)) // (size - 1) * problem.scale
        - int(person[list(group)].sum() + circle[size])
        >= floor
    }
    found = problem.circles_above(prices, floor, 10**6)
    assert [found.group(index) for index in range(len(found))] == sorted(expected)
    assert problem.circles_above(prices, floor, 0) is None or size == 2 or not expected


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    sizes=st.sampled_from([(3, 3), (4, 3), (3, 2, 2), (5, 4), (4, 4)]),
)
def test_prices_bound_every_partition(seed, sizes, random_matrix, best_partition):
    matrix = random_matrix(Random(seed), sum(sizes), largest=90, step=12)
    problem = CircleProblem(matrix, sizes)
    prices = first_prices(problem)
    best = best_partition(matrix, list(sizes)) * problem.scale
    assert base(problem, prices) >= best
    columns = problem.circles_above(prices, -base(problem, prices), 10**6)
    better, bound = ascend(problem, columns, prices, best, 50)
    assert base(problem, prices) >= bound >= best
    assert int(better.reduced(columns).max()) <= 0
    assert base(problem, better) >= best
    lower = Prices(better.person * 9 // 10, better.circle)
    raised = lifted(problem, lower, columns)
    assert int(raised.reduced(columns).max()) <= 0
    assert base(problem, raised) >= best


def test_a_cover_is_the_cheapest_one():
    problem = CircleProblem(np.zeros((6, 6), dtype=np.int64), (3, 3))
    columns = problem.columns([(0, 1, 2), (3, 4, 5), (0, 1, 3), (2, 4, 5), (0, 4, 5)])
    cover = CircleCover(columns, np.array([5, 0, 2, 2, 0]), 6)
    everybody = np.arange(6)

    def solve(budget, work=10_000):
        return cover.solve(everybody, {3: 2}, budget=budget, most_lone=0, work=work)

    assert [columns.group(index) for index in solve(9)] == [(0, 1, 3), (2, 4, 5)]
    assert solve(3) is None
    assert cover.is_complete
    assert solve(9, work=0) is None
    assert not cover.is_complete


def test_penalties_a_thousand_times_the_scores_do_not_spoil_the_proof(cohort, value_of):
    scores = cohort(24, 2)
    met = np.add.outer(np.arange(24), np.arange(24)) % 5 == 0
    weights = without_diagonal(np.where(met, scores, scores + 12_000_000))
    proof = prove(weights, 4)
    assert proof.total == proof.upper_bound == value_of(weights, proof.groups)


@pytest.mark.parametrize(("count", "size"), [(24, 3), (24, 4), (25, 5)])
def test_people_whom_nothing_tells_apart_are_seated_best(count, size):
    # Five levels only: then what is left depends on nothing but how many of each level are left.
    level = np.random.default_rng(1).integers(0, 5, count)
    circles = [
        (circle, sum((4 - high + low) * 3000 for low, high in combinations(circle, 2)))
        for circle in combinations_with_replacement(range(5), size)
    ]

    @cache
    def best(left):
        if not any(left):
            return 0
        first = next(at for at, many in enumerate(left) if many)
        totals = []
        for circle, value in circles:
            rest = tuple(many - circle.count(at) for at, many in enumerate(left))
            if circle[0] == first and min(rest) >= 0:
                totals.append(value // (size - 1) + best(rest))
        return max(totals)

    proof = prove(without_diagonal((4 - np.abs(level[:, None] - level)) * 3000), size)
    assert proof.total == proof.upper_bound == best(tuple(np.bincount(level).tolist()))


@settings(max_examples=40, deadline=None)
@given(
    levels=st.lists(st.integers(0, 2), min_size=9, max_size=9),
    size=st.sampled_from([3, 4]),
    seed=st.integers(0, 10**6),
)
def test_ties_equal_enumeration(levels, size, seed, best_partition):
    level = np.array(levels)
    worth = np.random.default_rng(seed).integers(0, 9, (3, 3)) * 12
    weights = without_diagonal((worth + worth.T)[level[:, None], level])
    proof = prove(weights, size)
    assert proof.total == proof.upper_bound == best_partition(weights, circle_sizes(9, size))


@pytest.mark.parametrize("size", [3, 5])
def test_the_largest_weights_do_not_overflow(size):
    scores = uniform(21, 6)
    factor = (1 << 44) // (21 * 12_000) - 1
    small, large = prove(scores, size), prove(np.where(scores < 0, -1, scores * factor), size)
    assert large.is_proven
    assert large.total == factor * small.total


def test_the_same_seed_gives_the_same_circles(cohort):
    scores = without_diagonal(cohort(48, 4))
    first, second = (seat(scores, circle_sizes(48, 5), Random(7)) for _ in range(2))
    assert first == second


def test_progress_only_gets_better_and_can_stop(cohort):
    scores = without_diagonal(cohort(42, 6))
    sizes = circle_sizes(42, 3)
    told = []
    seat(scores, sizes, Random(1), progress=lambda now: told.append(now))
    assert len(told) > 2
    assert all(old.total <= new.total for old, new in pairwise(told))
    assert all(old.upper_bound >= new.upper_bound for old, new in pairwise(told))
    stopped = seat(scores, sizes, Random(1), progress=lambda now: True)
    assert stopped.upper_bound == told[0].upper_bound
    assert sorted(person for group in stopped.groups for person in group) == list(range(42))


def test_everybody_sits_with_hardly_any_choice_left():
    # Only neighbours around a ring may meet, so there are three ways to cut it into circles.
    count = 30
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    apart = np.minimum(apart, count - apart)
    scores = np.where(apart <= 2, 120, -1)
    scores[0, 1] = scores[1, 0] = 1200
    np.fill_diagonal(scores, -1)
    found = seat(scores, circle_sizes(count, 3), Random(0))
    assert not found.unplaced
    assert found.upper_bound == 10 * 180 + 540
    assert any({0, 1} <= set(group) for group in found.groups)
