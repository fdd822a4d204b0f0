"""Measures: exact numbers, against Python's own fractions."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peerloom.mentoring.errors import GoalError, TextError
from peerloom.mentoring.measures import LARGEST, Measure, distance, exact, written

NUMBERS = st.decimals(-LARGEST, LARGEST, allow_nan=False, places=4) | st.integers(
    -int(LARGEST), int(LARGEST)
)


@given(number=NUMBERS)
def test_a_number_is_kept_and_written_without_loss(number):
    kept = exact(number)
    assert Fraction(kept) == Fraction(number)
    text = written(kept)
    assert Decimal(text) == kept
    assert str(exact(Decimal(text))) == str(kept)
    assert "E" not in text
    assert text != "-0"
    assert not ("." in text and text.endswith(("0", ".")))


@given(one=NUMBERS, other=NUMBERS)
def test_distances_are_exact_whatever_the_precision_of_the_thread_is(one, other):
    one, other = exact(one), exact(other)
    with localcontext(prec=3):
        found = distance(one, other)
    assert Fraction(found) == abs(Fraction(one) - Fraction(other))


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        "3",
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        LARGEST + 1,
        -int(LARGEST) - 1,
        Decimal("0.00001"),
        Decimal("1E-999999999"),
        Decimal("0E-999999999"),
        Decimal("1E+999999999"),
    ],
)
def test_what_is_no_such_number_is_refused(value):
    with pytest.raises(GoalError, match="at most 4 decimals"):
        exact(value)


def test_a_float_is_told_how_to_be_exact():
    with pytest.raises(GoalError, match=r'Decimal\("2\.5"\)'):
        exact(2.5)


def test_zeros_that_say_nothing_go():
    assert [str(exact(Decimal(text))) for text in ("1.50000000", "1E+3", "-0.0", "0E+9")] == [
        "1.5",
        "1000",
        "0",
        "0",
    ]


@given(start=NUMBERS, target=NUMBERS, value=NUMBERS)
def test_the_share_is_the_part_of_the_way(start, target, value):
    assume(start != target)
    measure = Measure(start=start, target=target)
    share = measure.share(value)
    assert Fraction(start) + share * (Fraction(target) - Fraction(start)) == Fraction(value)
    beyond = value >= target if target > start else value <= target
    assert measure.reached(value) is beyond


def test_a_measure_may_fall():
    bugs = Measure(start=10, target=2, unit=" open  bugs ")
    assert bugs.unit == "open bugs"
    assert [bugs.share(value) for value in (10, 8, 2, 1, 12)] == [
        0,
        Fraction(1, 4),
        1,
        Fraction(9, 8),
        Fraction(-1, 4),
    ]
    assert bugs == Measure(start=Decimal("10.0"), target=Decimal(2), unit="open bugs")


def test_a_measure_needs_a_way_to_go():
    with pytest.raises(GoalError) as caught:
        Measure(start=3, target=Decimal("3.0"))
    assert caught.value.field == "target"
    with pytest.raises(GoalError, match="start"):
        Measure(start=0.5, target=1)
    with pytest.raises(TextError, match="unit"):
        Measure(start=0, target=1, unit="x" * 201)
