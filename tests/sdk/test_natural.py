"""Names with numbers, in the order in which people expect them."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from peerloom.natural import natural_key


@given(st.lists(st.integers(0, 10**30), min_size=2, max_size=8))
def test_numbers_decide(numbers):
    names = [f"group-{number}" for number in numbers]
    by_number = [f"group-{number}" for number in sorted(numbers)]
    assert sorted(names, key=natural_key) == by_number


@given(st.lists(st.text(st.sampled_from("a-0129Ⅷ٣"), max_size=6), max_size=4, unique=True))
def test_the_order_before_does_not_matter(names):
    orders = {tuple(sorted(one, key=natural_key)) for one in itertools.permutations(names)}
    assert len(orders) == 1


def test_pieces_are_compared_one_by_one():
    names = ["a10b2", "a2b10", "a2b9", "a", "", "b1", "A1", "a02b9"]
    expected = ["", "A1", "a", "a02b9", "a2b9", "a2b10", "a10b2", "b1"]
    assert sorted(names, key=natural_key) == expected


def test_a_number_may_be_long():
    assert natural_key("1" * 10_000) > natural_key("9" * 9_999)
