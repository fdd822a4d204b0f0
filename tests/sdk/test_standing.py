"""Repair when somebody leaves the group of two who asked each other."""

from __future__ import annotations

import dataclasses

import pytest

from peerloom import Ask, Member, Policy, pair, repair


def asks(*pairs):
    return [Ask(asker=one, asked=other) for two in pairs for one, other in (two, two[::-1])]


def shown(pairing):
    return [group.members for group in pairing.groups]


ASKERS = [Member(id=name, topics=tuple(said)) for name, said in zip("abcde", "xyzxy", strict=True)]
OF_ASKS = Policy(name="t", weights={"topics": 1}, ask_points=10)


@pytest.mark.parametrize("most", [None, 1, 2])
def test_two_who_asked_each_other_stay_together_when_a_third_leaves(most):
    before = pair(ASKERS, policy=OF_ASKS, asks=asks("ab", "ac"))
    assert ("a", "b", "c") in shown(before)
    found = repair(before, [one for one in ASKERS if one.id != "c"], most_groups=most)
    assert shown(found.after) == [("a", "b"), ("d", "e")]
    assert found.after.asked == {("a", "b")}


def test_somebody_new_may_join_two_who_asked_each_other_when_a_third_leaves():
    before = pair(ASKERS, policy=OF_ASKS, asks=asks("ab", "ac"))
    now = [*(one for one in ASKERS if one.id != "c"), Member(id="f", topics=("x",))]
    for most in (None, 1):
        found = repair(before, now, most_groups=most)
        assert shown(found.after) == [("a", "b", "f"), ("d", "e")]
        assert found.touched == (("a", "b", "c"),)
    assert ("a", "b") in repair(before, now, most_groups=2).after.asked


def test_two_who_asked_each_other_part_where_somebody_would_be_alone():
    before = pair(ASKERS, policy=OF_ASKS, asks=asks("ab", "ac"))
    now = [one for one in ASKERS if one.id != "c"]
    apart = [dataclasses.replace(one, blocked=("e",) if one.id == "d" else ()) for one in now]
    found = repair(before, apart)
    assert sorted(map(len, shown(found.after))) == [2, 2]
    assert found.after.asked == frozenset()
    assert len(found.touched) == 2


@pytest.mark.parametrize("size", [3, 4])
def test_two_who_asked_each_other_stay_in_a_circle_that_somebody_leaves(size):
    topics = {f"{number:02d}": "xyz"[number % 3] for number in range(3 * size)}
    people = [Member(id=name, topics=(said,)) for name, said in topics.items()]
    two = ("00", "01")
    before = pair(people, policy=OF_ASKS, asks=asks(two), size=size)
    circle = next(group for group in shown(before) if "00" in group)
    assert "01" in circle
    gone = next(one for one in circle if one not in two)
    for most in range(1, 4):
        found = repair(before, [one for one in people if one.id != gone], most_groups=most)
        assert found.after.asked == {two}
        assert found.after.score <= found.after.upper_bound
