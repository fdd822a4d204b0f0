"""Intervals against SciPy, by hand, and by how often they hold what they should."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from peerloom.mentoring.impact import intervals
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.intervals import mean_interval, share_interval, t_quantile, wilson


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_is_that_of_scipy(numbers):
    successes, trials = numbers
    found = wilson(successes, trials)
    wanted = stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
    assert 0 <= found.low <= found.estimate <= found.high <= 1


def test_wilson_s_interval_by_hand():
    """With z² = 3.8415: (8 + 1.9207 ± 1.96 sqrt(1.6 + 0.9604)) / 13.8415."""
    found = wilson(8, 10)
    assert found.low == pytest.approx((8 + 1.9207 - 1.96 * math.sqrt(2.5604)) / 13.8415, abs=1e-4)
    assert found.high == pytest.approx((8 + 1.9207 + 1.96 * math.sqrt(2.5604)) / 13.8415, abs=1e-4)


@pytest.mark.parametrize("numbers", [(1, 0), (3, 2), (-1, 5), (0, 0)])
def test_impossible_shares_are_refused(numbers):
    with pytest.raises(ImpactError, match="at least one trial"):
        wilson(*numbers)


@pytest.mark.parametrize("freedom", [*range(1, 61), 99, 100, 500, 999, 1000])
def test_student_s_quantile_is_that_of_scipy(freedom):
    assert t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=1e-9)


def test_beyond_a_thousand_groups_the_interval_is_hardly_wider_than_it_need_be():
    assert 0 < t_quantile(10**9) - stats.norm.ppf(0.975) < 0.003
    with pytest.raises(ImpactError, match="freedom"):
        t_quantile(0)


@given(st.lists(st.floats(-4, 4), min_size=5, max_size=40))
def test_a_mean_of_independent_people_is_that_of_scipy(values):
    found = mean_interval(values, range(len(values)))
    error = stats.sem(values)
    low, high = np.mean(values) + np.array([-1, 1]) * stats.t.ppf(0.975, len(values) - 1) * error
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4)), min_size=5, max_size=30))
def test_a_mean_of_pairs_is_that_of_the_means_of_the_pairs(pairs):
    found = mean_interval([one for pair in pairs for one in pair], np.repeat(range(len(pairs)), 2))
    means = [sum(pair) / 2 for pair in pairs]
    wanted = mean_interval(means, range(len(means)))
    assert (found.estimate, found.low, found.high) == pytest.approx(
        (wanted.estimate, wanted.low, wanted.high), abs=1e-9
    )


def test_groups_of_different_sizes_by_hand():
    """The robust variance of a mean: 5/4 of the squared sums of residuals over 11²."""
    values = [1, 1, 0, 2, 0, 0, 1, 3, 1, 2, 0]
    groups = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4]
    mean = 1.0
    sums = [2 - 2 * mean, 2 - 3 * mean, 1 - 2 * mean, 4 - 2 * mean, 2 - 2 * mean]
    error = math.sqrt(5 / 4 * sum(one**2 for one in sums)) / 11
    found = mean_interval(values, groups)
    assert found.estimate == mean
    assert found.high - mean == pytest.approx(2.776445 * error, abs=1e-5)


def test_few_groups_give_no_interval():
    assert mean_interval([1.0] * 8, [0, 0, 1, 1, 2, 2, 3, 3]) is None
    assert share_interval([True] * 8, [0, 0, 1, 1, 2, 2, 3, 3]) is None
    assert mean_interval([], []) is None


def test_every_value_needs_its_group():
    with pytest.raises(ImpactError, match="as many groups as values"):
        mean_interval([1.0, 2.0], [1])


@given(st.lists(st.booleans(), min_size=5, max_size=60))
def test_a_share_of_independent_people_is_wilson_s(hits):
    assert share_interval(hits, range(len(hits))) == wilson(sum(hits), len(hits))


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=4), min_size=5, max_size=20))
def test_a_share_of_groups_is_never_narrower_than_that_of_independent_people(groups):
    hits = [hit for group in groups for hit in group]
    names = [name for name, group in enumerate(groups) for _ in group]
    found, alone = share_interval(hits, names), wilson(sum(hits), len(hits))
    assert found.estimate == alone.estimate
    assert found.high - found.low >= alone.high - alone.low - 1e-12
    assert 0 <= found.low <= found.estimate <= found.high <= 1


def test_where_everybody_met_each_pair_counts_once():
    found = share_interval([True] * 20, np.repeat(range(10), 2).tolist())
    assert (found.low, found.high) == (wilson(10, 10).low, 1.0)


@pytest.mark.parametrize("pairs", [5, 8, 15])
def test_the_mean_change_is_held_in_95_of_100_programmes(pairs):
    random = np.random.default_rng(11)
    programmes = 600
    held = 0
    for _ in range(programmes):
        shared = np.repeat(random.normal(0, 0.4, pairs), 2)
        values = np.round((0.3 + shared + random.normal(0, 0.7, 2 * pairs)) * 3) / 3
        found = mean_interval(values.tolist(), np.repeat(range(pairs), 2).tolist())
        held += found.low <= 0.3 <= found.high
    assert held / programmes >= 0.93


def test_the_share_of_pairs_is_held_where_that_of_people_is_not():
    random = np.random.default_rng(3)
    programmes, pairs, share = 600, 15, 0.7
    names = np.repeat(range(pairs), 2).tolist()
    held = held_alone = 0
    for _ in range(programmes):
        hits = np.repeat(random.random(pairs) < share, 2).tolist()
        found, alone = share_interval(hits, names), wilson(sum(hits), len(hits))
        held += found.low <= share <= found.high
        held_alone += alone.low <= share <= alone.high
    assert held / programmes >= 0.93
    assert held_alone / programmes < 0.9


def test_numbers_for_people_have_three_decimals():
    assert intervals.Interval(estimate=1 / 3, low=0.0, high=2 / 3).to_dict() == {
        "estimate": 0.333,
        "low": 0.0,
        "high": 0.667,
    }
