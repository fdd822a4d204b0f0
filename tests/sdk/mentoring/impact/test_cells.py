"""Small numbers stay hidden from somebody who knows the rules and can subtract."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.impact.cells import SMALLEST, Count, chain, exactly, parts, size, split
from peerloom.mentoring.impact.errors import ImpactError

SMALL = range(1, SMALLEST)


def worlds(outputs):
    """Sort all truths by what is published of them: what an attacker can narrow it down to."""
    found = defaultdict(list)
    for truth, published in outputs:
        found[published].append(truth)
    return found.values()


def descending(length, most):
    return (
        numbers
        for numbers in product(range(most, -1, -1), repeat=length)
        if list(numbers) == sorted(numbers, reverse=True)
    )


@pytest.mark.parametrize(("length", "most"), [(2, 24), (3, 16), (4, 12)])
def test_no_chain_gives_a_small_number_or_a_small_step_away(length, most):
    for truths in worlds((numbers, chain(numbers)) for numbers in descending(length, most)):
        for place in range(length):
            values = {numbers[place] for numbers in truths}
            assert not (values & set(SMALL)) or len(values) > 1
        for earlier, later in combinations(range(length), 2):
            steps = {numbers[earlier] - numbers[later] for numbers in truths}
            assert not (steps & set(SMALL)) or len(steps) > 1


@pytest.mark.parametrize("of", range(31))
def test_no_private_answer_gives_a_small_number_or_everybody_away(of):
    for truths in worlds((count, (split(count, of), size(of))) for count in range(of + 1)):
        exposes = any(count < SMALLEST or of - count < SMALLEST for count in truths)
        assert not exposes or len(truths) > 1 or of == 0


@pytest.mark.parametrize(("length", "total"), [(2, 20), (3, 18), (4, 12)])
def test_no_part_gives_a_small_number_away_with_the_total(length, total):
    tables = (
        numbers for numbers in product(range(total + 1), repeat=length) if sum(numbers) == total
    )
    named = (dict(zip("abcd", numbers, strict=False)) for numbers in tables)
    for truths in worlds((tuple(one.values()), tuple(parts(one).values())) for one in named):
        for place in range(length):
            values = {numbers[place] for numbers in truths}
            assert not (values & set(range(SMALLEST))) or len(values) > 1


@given(st.lists(st.integers(0, 60), max_size=6).map(lambda some: sorted(some, reverse=True)))
def test_bounds_are_true_and_large_steps_are_shown(numbers):
    for number, count in zip(numbers, chain(numbers), strict=True):
        assert count.low <= number <= count.high
    if numbers and numbers[0] >= SMALLEST:
        assert chain(numbers)[0].value == numbers[0]


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=7))
def test_bounds_of_parts_are_true_and_no_more_is_hidden_than_need_be(numbers):
    shown = parts(numbers)
    assert list(shown) == list(numbers)
    for name, count in shown.items():
        assert count.low <= numbers[name] <= count.high
    if all(number >= SMALLEST for number in numbers.values()):
        assert shown == {name: exactly(number) for name, number in numbers.items()}


def test_by_hand():
    assert [count.value for count in chain([40, 30, 26, 25, 7, 0])] == [40, 30, None, 25, 7, 0]
    assert chain([8, 5])[1] == chain([8, 2])[1] == Count(low=1, high=7)
    assert chain([4, 4, 0]) == (
        Count(low=1, high=4),
        Count(low=0, high=4),
        Count(low=0, high=4),
    )
    assert parts({"a": 1, "b": 2, "c": 30, "d": 7}) == {
        "a": Count(low=0, high=33),
        "b": Count(low=0, high=33),
        "c": Count(low=0, high=33),
        "d": exactly(7),
    }
    assert split(5, 10) == exactly(5)
    assert split(9, 9) == Count(low=0, high=9)
    assert exactly(0).to_dict() == {"value": 0, "low": 0, "high": 0}
    assert chain([]) == ()


@pytest.mark.parametrize(
    "refused",
    [
        lambda: chain([3, 4]),
        lambda: chain([9, -1]),
        lambda: chain([-1]),
        lambda: split(4, 3),
        lambda: split(-1, 3),
        lambda: parts({"a": -1}),
    ],
)
def test_impossible_numbers_are_refused(refused):
    with pytest.raises(ImpactError):
        refused()
