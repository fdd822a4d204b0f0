"""Scores of pairs: what plain Python says, in whole dozens, whoever else is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom import FULL_SCORE, PRESETS, Availability, Member, Policy, PolicyError, score_matrix
from peerloom.criteria import STEP, score_model, terms
from peerloom.policy import CRITERIA, MIX

MEETUP = PRESETS["meetup"]


@settings(max_examples=40)
@given(data=st.data())
def test_terms_say_what_plain_python_says(whole_people, policies, weeks, naive_scores, data):
    members, policy, week = data.draw(whole_people), data.draw(policies), data.draw(weeks)
    expected = naive_scores(members, policy, week)
    assert score_matrix(members, policy, week).tolist() == expected
    model = score_model(members, policy, week)
    size = len(members)
    tails, heads = np.divmod(np.arange(size * size), max(size, 1))
    assert np.array_equal(
        model.values(tails, heads).reshape(size, size),
        np.array(expected, dtype=np.int64).reshape(size, size) - np.eye(size, dtype=np.int64),
    )


@settings(max_examples=40)
@given(data=st.data())
def test_scores_are_symmetric_dozens_up_to_the_full_score(whole_people, policies, data):
    members, policy = data.draw(whole_people), data.draw(policies)
    scores = score_matrix(members, policy)
    assert scores.shape == (len(members), len(members))
    assert scores.dtype == np.int32
    assert np.array_equal(scores, scores.T)
    assert not (scores % STEP).any()
    assert scores.min(initial=0) >= 0
    assert scores.max(initial=0) <= FULL_SCORE
    assert not scores.diagonal().any()
    model = score_model(members, policy)
    assert sum(int(term.points.max(initial=0)) for term in model.terms) <= 2 * FULL_SCORE
    assert all(not (term.points % STEP).any() for term in model.terms)


@settings(max_examples=40)
@given(data=st.data())
def test_a_pair_does_not_change_when_others_come_or_go(whole_people, policies, data):
    members, policy = data.draw(whole_people), data.draw(policies)
    whole = score_matrix(members, policy)
    assert np.array_equal(score_matrix(members[1::2], policy), whole[1::2, 1::2])


@settings(max_examples=40)
@given(data=st.data())
def test_more_answers_never_hurt(whole_people, availabilities, policies, data):
    """Whatever somebody had left out and says now, no pair of theirs is worth less."""
    members, policy = (
        data.draw(whole_people.filter(lambda people: len(people) > 1)),
        data.draw(policies),
    )
    ada, *others = members
    more = data.draw(st.sampled_from(members[1:]))
    told = {
        name: getattr(ada, name) + getattr(more, name)
        for name in ("teach", "learn", "topics", "challenges", "goals", "languages", "formats")
    }
    wider = replace(
        ada,
        availability=Availability(ada.availability.slots + data.draw(availabilities).slots),
        level=ada.level or more.level,
        experience=more.experience if ada.experience is None else ada.experience,
        section=ada.section.strip() or more.section,
        columns={**more.columns, **{k: v for k, v in ada.columns.items() if v.strip()}},
        protected={**more.protected, **{k: v for k, v in ada.protected.items() if v.strip()}},
        **told,
    )
    before = score_matrix([ada, *others], policy)
    after = score_matrix([wider, *others], policy)
    assert (after >= before).all()


@settings(max_examples=30)
@given(data=st.data())
def test_whoever_says_nothing_gets_nothing(whole_people, policies, data):
    members, policy = data.draw(whole_people), data.draw(policies)
    assert not score_matrix([*members, Member(id="silent")], policy)[-1].any()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_perfect_pair_has_exactly_the_full_score(preset):
    time = Availability.parse("Mon-Sun 08:00-20:00")
    common = {"availability": time, "topics": ("a", "b", "c")}
    ada = Member(id="a", level=2, teach=("x", "y"), learn=("p", "q"), **common)
    bo_level = 2 + PRESETS[preset].level_gap
    bo = Member(id="b", level=bo_level, teach=("p", "q"), learn=("x", "y"), **common)
    assert score_matrix([ada, bo], preset)[0, 1] == FULL_SCORE


def test_a_pair_that_is_perfect_in_everything_has_the_full_score():
    words = ("a", "b", "c")
    ada = Member(
        id="a", level=3, teach=words, learn=words, topics=words, challenges=words, goals=words,
        languages=words, formats=words, experience=2, section="A",
        availability=Availability.parse("Mon 08:00-20:00"), protected={"field": "arts"},
    )  # fmt: skip
    policy = Policy(name="all", weights=dict.fromkeys(CRITERIA, 7), mix={"field": 3})
    bo = replace(ada, id="b", protected={"field": "law"})
    assert score_matrix([ada, bo], policy)[0, 1] == FULL_SCORE


def test_a_criterion_without_weight_is_not_computed():
    policy = Policy(name="time", weights={"availability": 3, "level": 0})
    assert list(terms([Member(id="a"), Member(id="b")], policy, None)) == ["availability"]


@settings(max_examples=30)
@given(data=st.data())
def test_scores_without_the_mix_know_no_protected_answer(whole_people, policies, data):
    members, policy = data.draw(whole_people), data.draw(policies)
    shown = score_model(members, policy, with_mix=False)
    without = [replace(member, protected={}) for member in members]
    assert np.array_equal(shown.dense(), score_model(without, policy).dense())
    names = {name for name in policy.shares if name.startswith(MIX)}
    assert len(shown.terms) == len(score_model(members, policy).terms) - len(names)


def test_the_policy_may_be_the_name_of_a_preset():
    people = [Member(id="a", level=3), Member(id="b", level=3)]
    assert np.array_equal(score_matrix(people), score_matrix(people, MEETUP, date(2026, 1, 7)))
    with pytest.raises(PolicyError, match="book club"):
        score_matrix(people, "book club")


@pytest.mark.parametrize("size", [0, 1])
def test_nobody_and_one_person_have_no_pairs(size):
    assert not score_matrix([Member(id="a")][:size]).any()
    assert score_model([Member(id="a")][:size], MEETUP).size == size


def test_many_people_give_what_some_of_them_give():
    """More people than one block of rows, with more words than fit into one."""
    people = [
        Member(
            id=f"{number:04d}",
            level=number % 5 + 1,
            teach=(f"skill {number % 71}", f"skill {number % 97}"),
            learn=(f"skill {number % 89}",),
            topics=tuple(f"topic {number % prime}" for prime in (61, 67, 73)),
            timezone="Asia/Kathmandu" if number % 3 else "UTC",
            availability=Availability.parse(f"Mon-Fri {number % 23}:{number % 60:02d}-23:59"),
        )
        for number in range(600)
    ]
    whole = score_matrix(people)
    some = slice(200, 600, 37)
    assert np.array_equal(whole[some, some], score_matrix(people[some]))
    assert np.array_equal(whole, whole.T)
    assert np.array_equal(
        whole[300:310], np.maximum(score_model(people, MEETUP).block(300, 310), 0)
    )
