"""What counts: every criterion is symmetric, in range, and says what it should."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import FULL_SCORE, PRESETS, REFERENCE_WEEK, Availability, Member, Policy
from peerloom.criteria import (
    FULL_QUALITY,
    STEP,
    availability,
    level,
    points,
    score_matrix,
    teach_and_learn,
    topics,
)

WEEK = date(2026, 3, 23)
QUALITIES = {
    "teach_and_learn": teach_and_learn,
    "availability": lambda members: availability(members, week=WEEK, enough_minutes=120),
    "level": lambda members: level(members, best_gap=1),
    "topics": topics,
}


@pytest.mark.parametrize("name", QUALITIES)
@given(data=st.data())
def test_a_criterion_is_symmetric_and_in_range(people, name, data):
    members = data.draw(people)
    quality = QUALITIES[name](members)
    assert quality.shape == (len(members), len(members))
    assert quality.dtype == np.int64
    assert np.array_equal(quality, quality.T)
    assert quality.min(initial=0) >= 0
    assert quality.max(initial=0) <= FULL_QUALITY
    assert not quality.diagonal().any()


@given(data=st.data(), weights=st.lists(st.integers(0, 100), min_size=4, max_size=4).filter(any))
def test_scores_are_dozens_up_to_the_full_score(people, data, weights):
    policy = Policy(name="any", weights=dict(zip(QUALITIES, weights, strict=True)))
    scores = score_matrix(data.draw(people), policy, WEEK)
    assert np.array_equal(scores, scores.T)
    assert not (scores % STEP).any()
    assert scores.min(initial=0) >= 0
    assert scores.max(initial=0) <= FULL_SCORE


@given(data=st.data())
def test_a_pair_does_not_change_when_others_come_or_go(people, data):
    members = data.draw(people)
    few = members[1::2]
    whole = score_matrix(members, PRESETS["meetup"], WEEK)
    assert np.array_equal(score_matrix(few, PRESETS["meetup"], WEEK), whole[1::2, 1::2])


@pytest.mark.parametrize("preset", PRESETS)
def test_a_perfect_pair_has_exactly_the_full_score(preset):
    time = Availability.parse("Mon-Sun 08:00-20:00")
    common = {"availability": time, "topics": ("a", "b", "c")}
    ada = Member(id="a", level=2, teach=("x", "y"), learn=("p", "q"), **common)
    bo_level = 2 + PRESETS[preset].level_gap
    bo = Member(id="b", level=bo_level, teach=("p", "q"), learn=("x", "y"), **common)
    assert score_matrix([ada, bo], PRESETS[preset], WEEK)[0, 1] == FULL_SCORE


def test_teaching_in_both_directions_is_worth_more_than_twice_in_one():
    ada = Member(id="a", teach=("SQL", "Git"), learn=("Rust",))
    both = Member(id="b", teach=("rust",), learn=(" sql ",))
    one_way = Member(id="c", learn=("SQL", "GIT"))
    quality = teach_and_learn([ada, both, one_way])
    assert quality[0].tolist() == [0, 700, 500]


def test_the_same_skill_in_another_spelling_counts_once():
    ada = Member(id="a", teach=("Public  speaking", "public speaking"))
    bo = Member(id="b", learn=("PUBLIC SPEAKING",))
    assert teach_and_learn([ada, bo])[0, 1] == 350


def test_level_wants_the_gap_of_the_policy_and_takes_unknown_as_neither():
    members = [Member(id=str(level or "?"), level=level) for level in (1, 2, 3, 4, 5, None)]
    assert level(members, best_gap=0)[0].tolist() == [0, 667, 333, 0, 0, 500]
    assert level(members, best_gap=1)[0].tolist() == [0, 1000, 667, 333, 0, 500]


def test_common_time_counts_up_to_enough():
    def free(text):
        return Member(id=text or "never", availability=Availability.parse(text))

    members = [free("Mon 10:00-20:00"), free("Mon 10:00-11:00"), free("Mon 10:00-12:00"), free("")]
    members.append(free("Mon 10:00-18:00"))
    quality = availability(members, week=REFERENCE_WEEK, enough_minutes=120)
    assert quality[0].tolist() == [0, 500, 1000, 0, 1000]


@given(data=st.data())
def test_hiding_free_time_never_pays(a_group, availabilities, data):
    """With any more free time, no pair of the member rates lower."""
    ada, *others = data.draw(a_group)
    more = data.draw(availabilities)
    wider = Member(
        id=ada.id,
        timezone=ada.timezone,
        availability=Availability(ada.availability.slots + more.slots),
    )
    before = availability([ada, *others], week=WEEK, enough_minutes=120)
    after = availability([wider, *others], week=WEEK, enough_minutes=120)
    assert (after >= before).all()


def test_shared_topics_count_up_to_three():
    members = [
        Member(id="a", topics=("a", "b", "c", "d")),
        Member(id="b", topics=("A",)),
        Member(id="c", topics=("b", "a")),
        Member(id="d", topics=("d", "c", "b", "a")),
        Member(id="e", topics=("z",)),
    ]
    assert topics(members)[0].tolist() == [0, 500, 800, 1000, 0]


def test_a_criterion_without_weight_is_not_computed():
    policy = Policy(name="time", weights={"availability": 3, "level": 0})
    assert list(points([Member(id="a"), Member(id="b")], policy, WEEK)) == ["availability"]
