"""Numbers: levels, experience and columns, near or a certain distance apart."""

from __future__ import annotations

import numpy as np
import pytest

from peerloom import (
    COMPLEMENTARY,
    SIMILAR,
    ColumnCriterion,
    Comparison,
    Member,
    Policy,
    PolicyError,
    score_matrix,
)
from peerloom.criteria.distances import MOST_NUMBERS, quality


def levels(**options):
    members = [Member(id=str(level or "?"), level=level) for level in (1, 2, 3, 4, 5, None)]
    return score_matrix(members, Policy(name="level", weights={"level": 1}, **options))[0].tolist()


def test_level_wants_the_gap_of_the_policy_and_unknown_is_far_off():
    assert levels() == [0, 8004, 3996, 0, 0, 0]
    assert levels(level_gap=1) == [0, 12_000, 8004, 3996, 0, 0]
    assert levels(compare={"level": Comparison.target_gap(2)})[1:4] == [8004, 12_000, 8004]
    assert levels(level_gap=2, compare={"level": SIMILAR}) == levels()


def rounds(*counts, **options):
    members = [Member(id=str(place), experience=count) for place, count in enumerate(counts)]
    policy = Policy(name="experience", weights={"experience": 1}, **options)
    return score_matrix(members, policy)[0].tolist()


def test_experience_is_alike_or_one_knows_the_ropes():
    assert rounds(0, 0, 1, 2, 3, 9, None)[1:] == [12_000, 8004, 3996, 0, 0, 0]
    # After five rounds more make no difference.
    assert rounds(5, 5, 6, 1000)[1:] == [12_000, 12_000, 12_000]
    ropes = {"experience": COMPLEMENTARY}
    assert rounds(0, 0, 1, 2, 3, 9, None, compare=ropes)[1:] == [0, 3996, 8004, 12_000, 12_000, 0]
    assert rounds(7, 800, 0, compare=ropes)[1:] == [0, 12_000]
    two = {"experience": Comparison.target_gap(2)}
    assert rounds(0, 0, 1, 2, 3, compare=two)[1:] == [3996, 8004, 12_000, 8004]


def test_a_gap_of_experience_that_nobody_can_have_is_refused():
    with pytest.raises(PolicyError, match="from 0 to 5"):
        rounds(0, compare={"experience": Comparison.target_gap(6)})


def test_in_between_it_falls_evenly():
    found = quality(np.arange(0, 400, 50), SIMILAR, scale=100)
    assert found.tolist() == [1000, 833, 667, 500, 333, 167, 0, 0]
    wide = quality(np.array([0, 15, 30, 45]), SIMILAR, unit=10)
    assert wide.tolist() == [1000, 500, 0, 0]


def years(texts, **options):
    members = [
        Member(id=f"{place:04d}", columns={"years": text}) for place, text in enumerate(texts)
    ]
    criterion = ColumnCriterion("years", 1, **options)
    return score_matrix(members, Policy(name="years", weights={}, columns=(criterion,)))


def test_numbers_of_a_column():
    texts = ("3", "3.0", "4,5", "5", "+6", "-3", "", "many")
    near = years(texts)[0].tolist()
    assert near == [0, 12_000, 6000, 3996, 0, 0, 0, 0]
    assert years(texts, unit=3)[0].tolist()[3:6] == [9336, 8004, 3996]
    gap = years(texts, comparison=Comparison.target_gap(2))[0].tolist()
    assert gap == [0, 3996, 9996, 12_000, 8004, 0, 0, 0]
    apart = years(texts, comparison=COMPLEMENTARY)[0].tolist()
    # A number and a word are simply different.
    assert apart == [0, 0, 6000, 8004, 12_000, 12_000, 0, 12_000]


def test_numbers_that_are_names():
    assert years(("3", "4", "3", "03"), unit=0)[0].tolist() == [0, 0, 12_000, 0]
    assert years(("3", "4", "3", "03"))[0].tolist() == [0, 8004, 12_000, 12_000]


def test_very_many_different_numbers_are_rounded_a_little():
    texts = [str(number) for number in range(4 * MOST_NUMBERS)]
    rounded = years(texts, unit=100)
    assert np.array_equal(rounded, rounded.T)
    for one, other in ((0, 0), (10, 110), (7, 257), (500, 800), (1000, 3)):
        if one != other:
            exact = years((texts[one], texts[other]), unit=100)[0, 1]
            assert abs(rounded[one, other] - exact) <= 12 * 20
    few = years(texts[:MOST_NUMBERS], unit=100)
    assert few[0, 100] == years(("0", "100"), unit=100)[0, 1] == 8004
