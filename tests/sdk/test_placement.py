"""Who belongs together: locked groups, pairs that must be, and people who ask each other."""

from __future__ import annotations

import dataclasses
from itertools import combinations
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from peerloom import (
    FULL_SCORE,
    Ask,
    Fairness,
    History,
    InfeasibleError,
    Member,
    MemberError,
    Policy,
    pair,
)
from peerloom.criteria import STEP, score_matrix


def everybody(count, seed=0, **fields):
    random = Random(seed)
    return [
        Member(id=f"{number:02d}", level=random.randint(1, 5), **fields) for number in range(count)
    ]


def policy(**rules):
    return Policy(name="rules", weights={"level": 1}, **rules)


def both_ask(*pairs):
    asks = [Ask(asker=one, asked=other) for one, other in pairs]
    return [*asks, *(Ask(asker=ask.asked, asked=ask.asker) for ask in asks)]


def groups_of(pairing):
    return [group.members for group in pairing.groups]


def groupings(ids):
    """Give every way to make pairs, and one trio for an odd number."""
    if not ids:
        yield ()
        return
    first, *rest = ids
    for others in ((one,) for one in rest):
        left = [one for one in rest if one not in others]
        for groups in groupings(left):
            yield (frozenset((first, *others)), *groups)
    if len(ids) % 2:
        for others in combinations(rest, 2):
            left = [one for one in rest if one not in others]
            for groups in groupings(left):
                yield (frozenset((first, *others)), *groups)


def test_locked_groups_stay_whatever_their_size_and_rules():
    locked = [["05", "01", "03"], ["00", "02", "04", "06"]]
    rules = policy(must=(("05", "01"),), same=("section",))
    members = [dataclasses.replace(one, section=one.id) for one in everybody(9)]
    members[7] = dataclasses.replace(members[7], section="")
    pairing = pair(members, policy=rules, locked=locked)
    assert groups_of(pairing) == [("00", "02", "04", "06"), ("01", "03", "05"), ("07", "08")]
    assert pairing.locked == (("00", "02", "04", "06"), ("01", "03", "05"))
    assert pairing.relaxed == ()
    assert pairing.score <= pairing.upper_bound


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("count", [6, 7, 9])
def test_the_others_get_the_best_groups_beside_locked_ones(count, seed):
    members = everybody(count, seed)
    free = [member for member in members if member.id not in ("01", "04")]
    pairing = pair(members, policy=policy(), locked=[["04", "01"]])
    alone = pair(free, policy=policy())
    assert set(groups_of(pairing)) == {("01", "04"), *groups_of(alone)}
    inner = int(score_matrix(members, policy())[1, 4])
    assert pairing.score == alone.score + inner
    assert pairing.upper_bound == alone.upper_bound + inner


@pytest.mark.parametrize("size", [2, 3])
def test_a_locked_group_takes_in_who_is_left_beside_it(size):
    locked = [["00", "01"], ["02", "03"]]
    with pytest.raises(InfeasibleError, match="locked group cannot stay") as caught:
        pair(everybody(5), policy=policy(), locked=locked, size=size)
    assert "04" not in str(caught.value)
    pairing = pair(everybody(5), policy=policy(), locked=locked, size=size, relax=True)
    assert pairing.relaxed == caught.value.relaxations
    (opened,) = pairing.relaxed
    assert (opened.rule, opened.members) in {("locked", ("00", "01")), ("locked", ("02", "03"))}
    assert (*opened.members, "04") in groups_of(pairing)
    assert not pairing.not_paired
    assert len(pairing.locked) == 1
    assert pairing.locked[0] in groups_of(pairing)
    scores = score_matrix(everybody(5), policy())
    gains = {one: scores[int(one[0]), 4] + scores[int(one[1]), 4] for one in map(tuple, locked)}
    assert gains[opened.members] == max(gains.values())
    assert pairing.score <= pairing.upper_bound


def test_a_locked_group_that_takes_somebody_in_lists_the_rules_that_break():
    members = [dataclasses.replace(one, section="ab"[one.id == "02"]) for one in everybody(3)]
    rules = policy(same=("section",))
    pairing = pair(members, policy=rules, locked=[["00", "01"]], relax=True)
    assert groups_of(pairing) == [("00", "01", "02")]
    assert [(one.rule, one.members) for one in pairing.relaxed] == [
        ("locked", ("00", "01")),
        ("same", ("00", "02")),
        ("same", ("01", "02")),
    ]


def test_a_locked_group_is_given_up_only_where_it_cannot_take_anybody_in():
    members = everybody(6)
    members[5] = dataclasses.replace(members[5], blocked=("00", "02"))
    locked = [["00", "01"], ["02", "03"]]
    never = (("04", "05"), ("04", "01"), ("04", "03"))
    pairing = pair(members, policy=policy(never=never), locked=locked, relax=True)
    assert not pairing.not_paired
    assert [one.rule for one in pairing.relaxed] == ["locked"]
    assert len(pairing.locked) == 1


def test_who_is_kept_apart_from_everybody_opens_no_locked_group():
    members = everybody(3)
    members[2] = dataclasses.replace(members[2], blocked=("00", "01"))
    pairing = pair(members, policy=policy(), locked=[["00", "01"]])
    assert groups_of(pairing) == [("00", "01")]
    assert {one: reason.code for one, reason in pairing.not_paired.items()} == {"02": "no_partner"}


@pytest.mark.parametrize(
    ("locked", "words"),
    [
        ([["00", "gone"]], "gone"),
        ([["00", "01"], ["01", "02"]], "01"),
        ([["00", "00"]], "00"),
        ([["00"]], "2 to 5"),
        ([["00", "01", "02", "03", "04", "05"]], "2 to 5"),
    ],
)
def test_locked_groups_that_cannot_be_are_refused(locked, words):
    with pytest.raises(MemberError, match=words):
        pair(everybody(6), locked=locked)


def test_a_locked_group_with_somebody_who_paused_is_a_finding():
    members = everybody(5)
    members[1] = dataclasses.replace(members[1], is_paused=True)
    with pytest.raises(InfeasibleError, match="Paused: 01"):
        pair(members, locked=[["00", "01"]])
    pairing = pair(members, locked=[["00", "01"]], relax=True)
    assert [one.rule for one in pairing.relaxed] == ["locked"]
    assert pairing.locked == ()
    assert sum(len(group.members) for group in pairing.groups) == 4


def test_a_private_block_opens_a_locked_group_and_nothing_says_why():
    members = everybody(4)
    members[1] = dataclasses.replace(members[1], blocked=("00",))
    with pytest.raises(InfeasibleError) as caught:
        pair(members, locked=[["00", "01"]])
    named = pair(everybody(4), policy=policy(never=(("00", "01"),)), locked=[["00", "01"]], relax=1)
    assert caught.value.relaxations == named.relaxed
    assert "block" not in str(caught.value)


def test_people_who_must_be_together_are():
    rules = policy(must=(("00", "05"), ("03", "01"), ("03", "02")))
    pairing = pair(everybody(9), policy=rules)
    assert ("00", "05") in groups_of(pairing)
    assert ("01", "02", "03") in groups_of(pairing)
    assert pairing.relaxed == ()


@pytest.mark.parametrize("size", [3, 4, 5])
def test_people_who_must_be_together_share_a_circle(size):
    rules = policy(must=(("00", "05"), ("03", "01"), ("03", "02"), ("07", "08")))
    pairing = pair(everybody(17), policy=rules, size=size)
    for two in rules.must:
        assert any(set(two) <= set(group.members) for group in pairing.groups)
    assert pairing.score <= pairing.upper_bound


def test_a_third_joins_a_pair_that_must_be_when_nobody_else_is_left():
    pairing = pair(everybody(3), policy=policy(must=(("00", "02"),)))
    assert groups_of(pairing) == [("00", "01", "02")]
    assert pairing.relaxed == ()
    assert pairing.score <= pairing.upper_bound


def test_the_third_joins_the_pair_with_which_everybody_has_a_place():
    never = tuple(("04", one) for one in ("00", "01", "05", "06"))
    rules = policy(must=(("00", "01"), ("02", "03")), never=never)
    pairing = pair(everybody(7), policy=rules)
    assert groups_of(pairing) == [("00", "01"), ("02", "03", "04"), ("05", "06")]


def test_musts_that_contradict_each_other_are_named():
    chain = tuple((f"{number:02d}", f"{number + 1:02d}") for number in range(4))
    with pytest.raises(InfeasibleError) as caught:
        pair(everybody(8), policy=policy(must=chain))
    assert {one.rule for one in caught.value.relaxations} == {"must"}
    assert caught.value.code == "rules_infeasible"
    # Five in a row: one pair less, and a pair and a trio hold the others.
    assert len(caught.value.relaxations) == 1
    assert "03" not in caught.value.detail
    apart = pair(
        everybody(6),
        policy=policy(must=(("00", "01"), ("01", "02")), never=(("00", "02"),)),
        relax=True,
    )
    assert [one.rule for one in apart.relaxed] == ["must"]


def test_a_must_with_a_locked_person_is_a_finding():
    rules = policy(must=(("00", "02"),))
    with pytest.raises(InfeasibleError, match="00 and 02 should be together, and are not"):
        pair(everybody(6), policy=rules, locked=[["00", "01"]])


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9))
def test_asks_bind_where_they_are_mutual_and_weigh_where_they_are_not(seed):
    """Against every grouping of at most eight people."""
    random = Random(seed)
    members = everybody(random.randint(2, 8), seed)
    ids = [member.id for member in members]
    pairs = list(combinations(ids, 2))
    mutual = random.sample(pairs, min(len(pairs), random.randint(0, 3)))
    one_way = [two for two in random.sample(pairs, min(len(pairs), 2)) if two not in mutual]
    never = tuple(random.sample(pairs, random.randint(0, len(pairs) // 5)))
    asks = both_ask(*mutual) + [Ask(asker=other, asked=one) for one, other in one_way]
    rules = policy(never=never, ask_points=random.choice((0, 100, 1000)))
    pairing = pair(members, policy=rules, asks=random.sample(asks, len(asks)))
    if pairing.not_paired:
        return
    allowed = [two for two in mutual if two not in never]
    points = STEP * rules.ask_points
    wishes = {**dict.fromkeys(one_way, points), **dict.fromkeys(mutual, 2 * points)}
    scores = score_matrix(members, rules)

    def value(groups):
        return sum(
            sum(
                int(scores[int(two[0]), int(two[1])]) + wishes.get(two, 0)
                for two in combinations(sorted(group), 2)
            )
            // (len(group) - 1)
            for group in groups
        )

    def bound(groups):
        return sum(any(set(two) <= group for group in groups) for two in allowed)

    def is_allowed(groups):
        return not any(set(two) <= group for group in groups for two in never)

    ways = [groups for groups in groupings(ids) if is_allowed(groups)]
    found = [frozenset(group) for group in groups_of(pairing)]
    assert pairing.score == value(found) <= pairing.upper_bound
    most = max((bound(groups) for groups in ways), default=0)
    if not most and ways and not allowed:
        assert pairing.score == max(map(value, ways))
    if sum(len(group) == 3 for group in found) <= 1 and len(allowed) == 1 and most:
        best = max(value(groups) for groups in ways if bound(groups) == most)
        assert bound(found) == 1
        assert pairing.score == best


def test_the_most_mutual_asks_that_can_hold_hold():
    asks = both_ask(("00", "01"), ("01", "02"), ("02", "03"))
    assert groups_of(pair(everybody(6), asks=asks))[:2] == [("00", "01"), ("02", "03")]


def test_who_asked_each_other_is_told_and_who_asked_alone_is_not():
    members = everybody(4)
    asks = [*both_ask(("00", "03")), Ask(asker="01", asked="02", message="please")]
    pairing = pair(members, asks=asks)
    plain = pair(members, locked=[["00", "03"], ["01", "02"]])
    mutual, one_way = pairing.groups
    assert next(reason.code for reason in pairing.explain(mutual)) == "asked_each_other"
    assert pairing.explain(one_way) == plain.explain(plain.groups[1])
    assert pairing.groups == plain.groups
    assert one_way.score <= FULL_SCORE
    written = pairing.to_json() + pairing.to_csv() + pairing.to_markdown() + repr(pairing)
    assert "please" not in written


def test_a_block_makes_an_ask_as_if_nobody_had_asked():
    members = everybody(6)
    members[0] = dataclasses.replace(members[0], blocked=("03",))
    assert pair(members, asks=both_ask(("00", "03"))) == pair(members)


def test_a_declined_ask_does_nothing():
    members = everybody(6)
    asks = [Ask(asker="00", asked="03"), Ask(asker="03", asked="00", is_declined=True)]
    assert pair(members, asks=asks).groups == pair(members, asks=asks[:1]).groups
    assert pair(members, asks=[asks[1]]) == pair(members)


def test_asks_give_way_before_anybody_is_left_out():
    never = (("02", "03"),)
    pairing = pair(everybody(4), policy=policy(never=never), asks=both_ask(("00", "01")))
    assert not pairing.not_paired
    assert not pairing.relaxed
    assert sum(len(group.members) for group in pairing.groups) == 4


def test_asks_of_strangers_and_of_people_who_paused_are_not_relevant():
    members = [*everybody(4), Member(id="09", is_paused=True)]
    asks = both_ask(("00", "09"), ("01", "gone"))
    assert groups_of(pair(members, asks=asks)) == groups_of(pair(members))


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9), is_asked=st.booleans())
def test_two_who_are_bound_take_in_a_third_where_that_is_best(seed, is_asked):
    """Against every grouping of an odd number with the bound pairs together."""
    random = Random(seed)
    count = random.choice((3, 5, 7))
    members = everybody(count, seed)
    ids = [member.id for member in members]
    shuffled = random.sample(ids, count)
    bound = [tuple(sorted(shuffled[at : at + 2])) for at in range(0, count - 1, 2)]
    bound = bound[: random.randint(1, len(bound))]
    pairs = [two for two in combinations(ids, 2) if two not in bound]
    never = tuple(random.sample(pairs, random.randint(0, len(pairs) // 5)))
    rules = policy(never=never, must=() if is_asked else tuple(bound), ask_points=0)
    ways = [
        groups
        for groups in groupings(ids)
        if all(any(set(two) <= group for group in groups) for two in bound)
        and not any(set(two) <= group for group in groups for two in never)
    ]
    if not ways:
        return
    scores = score_matrix(members, rules)

    def value(groups):
        inner = [[int(scores[int(a), int(b)]) for a, b in combinations(one, 2)] for one in groups]
        return sum(sum(one) // (len(one) // 3 + 1) for one in inner)

    pairing = pair(members, policy=rules, asks=both_ask(*bound) if is_asked else ())
    assert pairing.score == max(map(value, ways))
    assert pairing.upper_bound >= pairing.score
    assert all(any(set(two) <= set(group) for group in groups_of(pairing)) for two in bound)


def test_a_bound_pair_takes_in_somebody_whom_it_has_not_met():
    rules = policy(must=(("00", "01"),))
    seen = History()
    for _ in range(3):
        seen += History.of([groups_of(pair(everybody(5), policy=rules, history=seen))])
    assert not any(seen.times_met(*two) > 1 for two in combinations(("02", "03", "04"), 2))
    assert seen.times_met("00", "01") == 3


def test_only_the_asks_that_cannot_hold_give_way():
    never = tuple(("02", one) for one in ("01", "03", "04", "05", "06", "07"))
    asks = both_ask(("00", "01"), ("04", "05"))
    pairing = pair(everybody(8), policy=policy(never=never), asks=asks)
    assert ("04", "05") in groups_of(pairing)
    assert not pairing.not_paired


def test_of_many_asks_only_one_gives_way():
    wanted = [(f"{at:02d}", f"{at + 1:02d}") for at in range(0, 16, 2)]
    never = tuple(("16", f"{at:02d}") for at in (*range(1, 16), 17))
    pairing = pair(everybody(18), policy=policy(never=never), asks=both_ask(*wanted))
    held = [two for two in wanted if two in groups_of(pairing)]
    assert held == wanted[1:]
    assert not pairing.not_paired
    assert pairing.score <= pairing.upper_bound


def circlings(ids, sizes):
    """Give every way to make circles of these sizes."""
    if not ids:
        yield ()
        return
    first, *rest = ids
    for size in set(sizes):
        left_sizes = list(sizes)
        left_sizes.remove(size)
        for others in combinations(rest, size - 1):
            left = [one for one in rest if one not in others]
            for groups in circlings(left, left_sizes):
                yield (frozenset((first, *others)), *groups)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9))
def test_the_most_mutual_asks_hold_in_circles(seed):
    """Against every way to seat at most eight people, also with several asks of one person."""
    random = Random(seed)
    count, size = random.randint(5, 8), random.choice((3, 4))
    members = everybody(count, seed)
    ids = [member.id for member in members]
    mutual = random.sample(list(combinations(ids, 2)), random.randint(1, 4))
    rules = policy(ask_points=0)
    pairing = pair(members, policy=rules, asks=both_ask(*mutual), size=size)
    scores = score_matrix(members, rules)

    def bound(groups):
        return sum(any(set(two) <= set(group) for group in groups) for two in mutual)

    def value(groups):
        return sum(
            sum(int(scores[int(a), int(b)]) for a, b in combinations(group, 2)) // (len(group) - 1)
            for group in groups
        )

    ways = list(circlings(ids, [len(group) for group in groups_of(pairing)]))
    most = max(map(bound, ways))
    assert bound(groups_of(pairing)) == most
    assert pairing.score == max(value(groups) for groups in ways if bound(groups) == most)
    assert pairing.score <= pairing.upper_bound


def test_worst_off_first_says_its_price_in_circles():
    rules = policy(fairness="worst_off_first")
    assert pair(everybody(9, 3), policy=rules, size=3).price is not None


def test_worst_off_first_claims_no_proof_beside_a_pair_that_may_take_in_a_third():
    levels = {"a": 1, "b": 1, "c": 1, "d": 5, "e": 5}
    members = [Member(id=name, level=level) for name, level in levels.items()]
    rules = policy(must=(("a", "b"),), fairness="worst_off_first")
    pairing = pair(members, policy=rules)
    assert pairing.price is not None
    assert pairing.price.worst_bound >= pairing.price.worst_after
    assert groups_of(pairing) == [("a", "b", "c"), ("d", "e")]


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9))
@example(seed=3426)  # where the best pairs and trios leave fewer out than pairs first
def test_circles_become_smaller_before_anybody_is_left_out(seed):
    """Against the most people that any groups of two to five could hold."""
    random = Random(seed)
    members = everybody(random.randint(5, 8), seed)
    ids = [member.id for member in members]
    pairs = list(combinations(ids, 2))
    never = set(random.sample(pairs, len(pairs) * 2 // 3))

    def most_placed(left):
        if not left:
            return 0
        first, *rest = left
        return max(
            most_placed(rest),
            *(
                count + 1 + most_placed([one for one in rest if one not in others])
                for count in range(1, 5)
                for others in combinations(rest, count)
                if never.isdisjoint(combinations((first, *others), 2))
            ),
            0,
        )

    rules = policy(never=tuple(never))
    pairing = pair(members, policy=rules, size=random.choice((3, 4)), relax=True)
    assert len(members) - len(pairing.not_paired) == most_placed(ids)
    assert pairing.score <= pairing.upper_bound
    assert never.isdisjoint(
        two for group in groups_of(pairing) for two in combinations(sorted(group), 2)
    )


@pytest.mark.parametrize("seed", range(40))
def test_a_fair_bound_holds_beside_two_who_are_set_and_score_low(seed):
    """Of all groups whose lowest pair is as high as it is: also where that is the set pair."""
    count = 4 + 2 * (seed % 3)
    members = everybody(count, seed)
    rules = policy(must=(("00", "01"),), fairness=Fairness.WORST_OFF_FIRST)
    pairing = pair(members, policy=rules)
    scores = score_matrix(members, rules)

    def worth(groups):
        return [int(scores[int(one), int(other)]) for one, other in map(sorted, groups)]

    lowest = min(worth(groups_of(pairing)))
    best = max(
        sum(worth(groups))
        for groups in groupings([f"{number:02d}" for number in range(count)])
        if frozenset(("00", "01")) in groups and min(worth(groups)) >= lowest
    )
    assert best <= pairing.upper_bound
