"""Hard rules: what two people may not be together, against plain words of each rule."""

from __future__ import annotations

import dataclasses
from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import History, Member, Policy, PolicyError, pair
from peerloom.criteria import score_model
from peerloom.rules import Rules
from peerloom.weeks import common_minutes

WEEK = date(2026, 11, 16)
CITIES = ("", "Rome", "ROME ", "Oslo", "Lima", "Bonn", "Graz")


def policy(**rules):
    return Policy(name="rules", weights={"level": 1}, **rules)


def everybody(count, **fields):
    return [Member(id=f"{number:02d}", **fields) for number in range(count)]


def is_forbidden(members, rules):
    """Give a matrix of what the rules forbid."""
    scores = score_model(members, rules, WEEK)
    return Rules.of(members, rules, WEEK).weights(scores).dense() < 0


@settings(max_examples=60)
@given(data=st.data())
def test_each_rule_says_what_its_words_say(people, data):
    members = [
        dataclasses.replace(
            member,
            section=data.draw(st.sampled_from(("", "a", "b"))),
            columns={"city": data.draw(st.sampled_from(CITIES))},
            blocked=data.draw(st.sampled_from(((), ("000",), ("002", "004"), ("gone",)))),
        )
        for member in data.draw(people)
    ]
    least = data.draw(st.sampled_from((0, 1, 45, 300)))
    rules = policy(
        least_common_minutes=least,
        same=data.draw(st.sampled_from(((), ("section",)))),
        different=data.draw(st.sampled_from(((), ("City",)))),
        never=(("001", "003"), ("005", "gone")),
    )
    forbidden = is_forbidden(members, rules)

    def city(member):
        return member.columns["city"].strip().casefold()

    for one, other in combinations(members, 2):
        expected = (
            common_minutes([one, other], WEEK) < least
            or bool(rules.same and one.section and other.section and one.section != other.section)
            or bool(rules.different and city(one) and city(one) == city(other))
            or {one.id, other.id} == {"001", "003"}
            or one.id in other.blocked
            or other.id in one.blocked
        )
        places = int(one.id), int(other.id)
        assert forbidden[places] == forbidden[places[::-1]] == expected


def test_a_column_with_as_many_values_as_people():
    members = [
        Member(id=f"{number:04d}", columns={"team": f"team {number // 2}"})
        for number in range(1000)
    ]
    pairing = pair(members, policy=policy(same=("team",)))
    assert [group.members for group in pairing.groups] == [
        (f"{number:04d}", f"{number + 1:04d}") for number in range(0, 1000, 2)
    ]


def test_sections_of_odd_size_get_a_trio_each():
    members = [Member(id=f"{number:02d}", section="ab"[number < 7]) for number in range(16)]
    pairing = pair(members, policy=policy(same=("section",)))
    assert sorted(len(group.members) for group in pairing.groups) == [2] * 5 + [3, 3]
    assert not pairing.relaxed
    section = {member.id: member.section for member in members}
    for group in pairing.groups:
        assert len({section[one] for one in group.members}) == 1


@pytest.mark.parametrize("size", [3, 4])
def test_circles_stay_within_a_section(size):
    members = [Member(id=f"{number:02d}", section="ab"[number < 7]) for number in range(17)]
    pairing = pair(members, policy=policy(same=("section",)), size=size)
    section = {member.id: member.section for member in members}
    for group in pairing.groups:
        assert len({section[one] for one in group.members}) == 1


def test_a_rule_with_somebody_who_paused_or_left_is_not_relevant():
    members = [*everybody(3), Member(id="99", is_paused=True)]
    history = History.of([[["00", "gone"]]])
    rules = policy(never=(("00", "99"), ("01", "gone")), must=(("02", "99"), ("02", "gone")))
    assert len(pair(members, policy=rules, history=history).groups) == 1


def test_a_policy_that_names_strangers_is_refused_by_their_ids():
    with pytest.raises(PolicyError, match='"gone", "lost"') as caught:
        pair(everybody(4), policy=policy(must=(("00", "lost"), ("gone", "01"))))
    assert caught.value.field == "must"
    with pytest.raises(PolicyError, match='"gone"'):
        pair([], policy=policy(never=(("00", "gone"), ("00", "01"))))


def test_a_policy_that_names_a_column_that_nobody_has_is_refused():
    with pytest.raises(PolicyError, match='"citty"'):
        pair(everybody(2, columns={"city": ""}), policy=policy(same=("citty",)))
    assert pair([], policy=policy(same=("city",))).groups == ()
    assert pair(everybody(2), policy=policy(different=("section",))).groups


def test_a_wish_never_opens_what_a_rule_forbids():
    members = everybody(4)
    rules = Rules.of(members, policy(never=(("00", "01"),)), WEEK)
    scores = score_model(members, policy(), WEEK)
    weights = rules.weights(scores, wishes={(0, 1): 120, (2, 3): 120}).dense()
    assert weights[0, 1] == weights[1, 0] == -1
    assert weights[2, 3] == scores.dense()[2, 3] + 120
    untouched = np.array([[0, 0, 1, 1], [2, 3, 2, 3]])
    assert (weights[tuple(untouched)] == scores.dense()[tuple(untouched)]).all()
