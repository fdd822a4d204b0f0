"""People who asked each other: as many asks hold as can, and what cannot is told without names."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from random import Random

import pytest

from peerloom import Ask, Fairness, History, Member, Policy, giving_way, pair
from peerloom.criteria import score_matrix


def people(count, seed=0):
    random = Random(seed)
    return [Member(id=f"{number:02d}", level=random.randint(1, 5)) for number in range(count)]


def both_ask(pairs):
    return [Ask(asker=one, asked=other) for two in pairs for one, other in (two, two[::-1])]


def groupings(ids, trios):
    """Give every way to make pairs and so many trios."""
    if not ids:
        if not trios:
            yield ()
        return
    first, *rest = ids
    for more in (1, 2) if trios else (1,):
        for others in combinations(rest, more):
            left = [one for one in rest if one not in others]
            for groups in groupings(left, trios - (more == 2)):
                yield ((first, *others), *groups)


def held(groups, asks):
    return sum(any({*two} <= {*group} for group in groups) for two in asks)


def value(scores, groups):
    return sum(
        sum(int(scores[int(one), int(other)]) for one, other in combinations(group, 2))
        // (len(group) - 1)
        for group in groups
    )


def test_one_who_is_in_two_mutual_asks_is_in_the_trio():
    members = [
        Member(id=one, level=level) for one, level in zip("abcde", (1, 5, 1, 1, 5), strict=True)
    ]
    policy = Policy(name="level", weights={"level": 1})
    pairing = pair(members, policy=policy, asks=both_ask([("a", "b"), ("b", "c")]))
    assert [group.members for group in pairing.groups] == [("a", "b", "c"), ("d", "e")]
    assert pairing.asked == {("a", "b"), ("b", "c")}


@pytest.mark.parametrize("seed", range(60))
def test_the_most_asks_hold_and_then_the_best_score(seed):
    random = Random(seed)
    members = people(random.randint(3, 9), seed)
    ids = [member.id for member in members]
    two = list(combinations(ids, 2))
    asks = random.sample(two, min(len(two), random.randint(1, 8)))
    never = tuple(one for one in random.sample(two, len(two) // 5) if one not in asks[2:])
    policy = Policy(name="level", weights={"level": 1}, never=never, ask_points=0)
    possible = [groups for groups in groupings(ids, len(ids) % 2) if not held(groups, never)]
    if not possible:
        return
    pairing = pair(members, policy=policy, asks=both_ask(asks), seed=seed)
    groups = [group.members for group in pairing.groups]
    most = max(held(one, asks) for one in possible)
    assert held(groups, asks) == most == len(pairing.asked)
    scores = score_matrix(members, policy)
    best = max(value(scores, one) for one in possible if held(one, asks) == most)
    assert best <= pairing.upper_bound
    assert pairing.score == best == pairing.upper_bound


@pytest.mark.parametrize("count", [40, 41])
def test_a_long_chain_of_asks(count):
    """Of a path through everybody every second ask can hold, and one more in a trio."""
    members = people(count)
    asks = list(pairwise(member.id for member in members))
    pairing = pair(members, asks=both_ask(asks))
    assert len(pairing.asked) == (count + 1) // 2
    assert pairing.score <= pairing.upper_bound


def test_asks_that_nobody_contests_hold_beside_those_that_compete(monkeypatch):
    members = people(30)
    ids = [member.id for member in members]
    asks = [*zip(ids[:10:2], ids[1:10:2], strict=True), (ids[10], ids[11]), (ids[11], ids[12])]
    policy = Policy(name="level", weights={"level": 1})
    solved = []
    best_of = giving_way._best_of
    monkeypatch.setattr(
        giving_way,
        "_best_of",
        lambda found, *rest: solved.append(len(found)) or best_of(found, *rest),
    )
    pairing = pair(members, policy=policy, asks=both_ask(asks))
    assert len(pairing.asked) == 6
    assert solved == [2]
    assert pairing.gap == 0.0


@pytest.mark.parametrize("few", [6, 1])
@pytest.mark.parametrize("seed", range(30))
def test_repeats_come_after_asks_and_before_the_score_and_the_bound_holds(few, seed, monkeypatch):
    monkeypatch.setattr(giving_way, "_FEW", few)
    monkeypatch.setattr(giving_way, "_MOST_SOLVED", 2 * few)
    random = Random(seed)
    members = people(random.randint(6, 8), seed)
    ids = [member.id for member in members]
    asks = random.sample(list(combinations(ids, 2)), random.randint(3, 8))
    shuffled = random.sample(ids, len(ids))
    history = History.of([list(zip(shuffled[::2], shuffled[1::2], strict=False))])
    met = {frozenset(group.members) for group in history.rounds[0]}
    policy = Policy(name="level", weights={"level": 1}, ask_points=0)
    pairing = pair(members, policy=policy, asks=both_ask(asks), history=history, seed=seed)
    groups = [group.members for group in pairing.groups]

    def repeats(groups):
        return sum(
            2 * (frozenset(two) in met) // (len(group) - 1)
            for group in groups
            for two in combinations(group, 2)
        )

    most = held(groups, asks)
    possible = list(groupings(ids, len(ids) % 2))
    assert few == 1 or most == max(held(one, asks) for one in possible)
    as_good = [
        one for one in possible if held(one, asks) >= most and repeats(one) <= repeats(groups)
    ]
    scores = score_matrix(members, policy)
    assert pairing.upper_bound >= max(value(scores, one) for one in as_good)
    if few > 1:
        fewest = min(repeats(one) for one in possible if held(one, asks) == most)
        assert repeats(groups) == fewest


def test_of_competing_asks_worst_off_first_lets_those_hold_that_lift_the_lowest_pair():
    members = [
        Member(id=one, topics=tuple(topics))
        for one, topics in (("a", "xyz"), ("b", "xyzw"), ("c", "x"), ("d", "w"))
    ]
    fair = Policy(name="fair", weights={"topics": 1}, fairness=Fairness.WORST_OFF_FIRST)
    asks = [Ask(asker=one, asked=other) for one, other in ("ab", "ba", "ac", "ca")]
    pairing = pair(members, policy=fair, asks=asks)
    assert [group.members for group in pairing.groups] == [("a", "c"), ("b", "d")]
    by_total = pair(members, policy=replace(fair, fairness=Fairness.TOTAL), asks=asks)
    assert [group.members for group in by_total.groups] == [("a", "b"), ("c", "d")]
    price = pairing.price
    assert price is not None
    assert (price.total_before, price.total_after) == (by_total.score, pairing.score)
    assert price.worst_before < price.worst_after == price.worst_bound
    assert pairing.score <= pairing.upper_bound
