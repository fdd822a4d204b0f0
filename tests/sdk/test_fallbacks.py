"""Shapes that are not the plain one still heed asks and earlier rounds."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest

from peerloom import Ask, History, Member, Policy, pair


def groups_of(pairing):
    return sorted(group.members for group in pairing.groups)


def both_ask(one, other):
    return [Ask(asker=one, asked=other), Ask(asker=other, asked=one)]


def four():
    """A rule forbids the one circle of four; pairs are left."""
    members = [Member(id=one, topics=(topic,)) for one, topic in zip("abcd", "xyxy", strict=True)]
    return members, Policy(name="t", weights={"topics": 1}, never=(("a", "b"),))


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_circles_that_become_pairs_repeat_nobody_and_keep_asks(size):
    members, policy = four()
    history = History.of([[["a", "c"], ["b", "d"]]])
    assert groups_of(pair(members, policy=policy, size=size)) == [("a", "c"), ("b", "d")]
    fresh = pair(members, policy=policy, size=size, history=history)
    assert groups_of(fresh) == [("a", "d"), ("b", "c")]
    asked = pair(members, policy=policy, size=size, asks=both_ask("a", "d"))
    assert asked.asked == {("a", "d")}
    for one in (fresh, asked):
        assert one.score <= one.upper_bound


def test_so_do_many_circles():
    """Nobody may be with anybody of their own half, so there are only pairs."""
    count = 8
    members = [
        Member(id=f"{side}{number}", topics=(f"t{number}",))
        for side in "ab"
        for number in range(count)
    ]
    never = tuple(
        two for side in "ab" for two in combinations([f"{side}{n}" for n in range(count)], 2)
    )
    policy = Policy(name="t", weights={"topics": 1}, never=never)
    alike = [(f"a{number}", f"b{number}") for number in range(count)]
    assert groups_of(pair(members, policy=policy, size=4)) == alike
    fresh = pair(members, policy=policy, size=4, history=History.of([alike]))
    assert sum(group.repeats for group in fresh.groups) == 0
    assert {len(group.members) for group in fresh.groups} == {2}
    asked = pair(members, policy=policy, size=4, asks=both_ask("a0", "b1"))
    assert asked.asked == {("a0", "b1")}
    assert asked.score <= asked.upper_bound


def test_joining_makes_nobody_meet_again():
    members = [Member(id=one) for one in "abcd"]
    policy = Policy(name="t", weights={"topics": 1}, never=(("c", "d"),))
    history = History.of([[["a", "b"], ["a", "c"]]])
    for size in (3, 4):
        pairing = pair(members, policy=policy, size=size, history=history)
        assert groups_of(pairing) == [("a", "d"), ("b", "c")]


def triples(names):
    """A person who may be with anybody, and threes of people who know nobody else."""
    members = [Member(id=f"{name}{place}") for name in names for place in (1, 2, 3)]
    never = tuple(
        (one.id, other.id) for one, other in combinations(members, 2) if one.id[0] != other.id[0]
    )
    members = [Member(id=one.id, topics=("jazz",) if one.id == "a1" else ()) for one in members]
    policy = Policy(name="t", weights={"topics": 1}, never=never)
    return [*members, Member(id="h", topics=("jazz",))], policy


@pytest.mark.parametrize(
    "before",
    [
        [],
        [["h", "a1"], ["a2", "a3"], ["b1", "b2"], ["c1", "c2"]],
        [["h", "a1"], ["a2", "a3"]],
        [["h", "b1"], ["b2", "b3"], ["a1", "a3"], ["c1", "c2", "c3"]],
        [["h", "c1"], ["h", "a1"], ["a1", "a2"], ["b1", "b3"]],
    ],
)
def test_more_trios_than_one_have_the_fewest_repeats_then_the_best_score(before):
    members, policy = triples("abc")
    met = {frozenset(two) for group in before for two in combinations(group, 2)}

    def rank(groups):
        repeats = sum(
            Fraction(sum(frozenset(two) in met for two in combinations(group, 2)), len(group) - 1)
            for group in groups
        )
        return repeats, 0 if any({"h", "a1"} <= set(group) for group in groups) else 1

    possible = [
        [("h", f"{name}{place}"), tuple(f"{name}{n}" for n in (1, 2, 3) if n != place)]
        + [tuple(f"{other}{n}" for n in (1, 2, 3)) for other in "abc" if other != name]
        for name in "abc"
        for place in (1, 2, 3)
    ]
    pairing = pair(members, policy=policy, history=History.of([before]) if before else None)
    assert rank(groups_of(pairing)) == min(map(rank, possible))
    assert pairing.score <= pairing.upper_bound


def test_many_people_in_more_trios_repeat_no_pair_that_they_need_not():
    members, policy = triples("abcde")
    first = pair(members, policy=policy)
    assert ("a1", "h") in groups_of(first)
    history = History.of([[["h", "a1"], ["a2", "a3"]]])
    again = groups_of(pair(members, policy=policy, history=history))
    assert ("a1", "h") not in again
    assert ("a2", "a3") not in again
    assert sorted(map(len, again)) == [2, 2, 3, 3, 3, 3]
