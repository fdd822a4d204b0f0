"""Specificity: what is missing is said with an example, in any language, and blocks nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.goal_changes import meet, revise
from peerloom.mentoring.goals import Goal, Milestone
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.specificity import Part, specificity
from peerloom.mentoring.topics import Family

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FULL = Goal(
    id="g1",
    member="ada",
    statement="Apply for junior roles",
    measure=Measure(start=0, target=12, unit="applications"),
    due=date(2026, 12, 18),
    set_at=NOW,
)
OURS = replace(FULL, member=None, group="g")


def missing(goal, **options):
    return [one.part for one in specificity(goal, **options)]


def codes(goal, **options):
    return [one.reason.code for one in specificity(goal, **options)]


def test_a_goal_that_says_everything():
    assert specificity(FULL) == ()
    assert specificity(OURS) == ()
    steps = replace(FULL, measure=None, milestones=(Milestone(text="One"),))
    assert specificity(steps) == ()


def test_a_goal_that_says_nothing_gets_all_questions_and_stays_as_it_is():
    empty = Goal(id="g1", group="g", set_at=NOW)
    assert missing(empty) == [Part.WHO, Part.WHAT, Part.MEASURE, Part.DATE]
    assert empty.is_open


@pytest.mark.parametrize(
    "statement",
    [
        "Apply to 10 jobs",
        "Abschlussprojekt",
        "Présenter mon projet à la classe",
        "12の会社に応募する",
        "学习Python编程",
        "포트폴리오 완성하기",
        "סיים את תיק העבודות שלי",
        "إنهاء معرض أعمالي",
        "अपना पोर्टफोलियो पूरा करना",
        "नई नौकरी ढूँढना",
        "ทำแฟ้มผลงานให้เสร็จ",
        "Завершить портфолио",
    ],
)
def test_a_goal_is_one_in_any_language(statement):
    assert Part.WHAT not in missing(replace(FULL, statement=statement))


@pytest.mark.parametrize(
    "statement",
    [
        "SQL",
        "Learn SQL",
        "Python!",
        "Job?",
        "工作",
        "일자리",
        "… – !!!",
        "🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀",
    ],
)
def test_a_heading_gets_a_question_in_any_language(statement):
    assert missing(replace(FULL, statement=statement)) == [Part.WHAT]


@pytest.mark.parametrize("family", [None, *Family])
def test_the_examples_fit_the_family(family):
    vague = replace(FULL, family=family, statement="SQL", measure=None)
    what, measure = specificity(vague)
    assert what.reason.code == f"goal_what_short_{family or 'technical'}"
    assert measure.reason.code == f"goal_measure_{family or 'technical'}"
    assert "for example" in str(what.reason)
    assert "for example" in str(measure.reason)


def test_a_number_in_the_words_is_pointed_out_as_a_measure():
    said = replace(FULL, statement="Apply to 10 junior roles", measure=None)
    assert codes(said) == ["goal_measure_in_words"]
    arabic = replace(FULL, statement="التقدم إلى ١٠ وظائف", measure=None)
    assert codes(arabic) == ["goal_measure_in_words"]


def test_a_measure_without_a_unit_is_asked_what_it_counts():
    bare = replace(FULL, measure=Measure(start=10, target=2))
    assert codes(bare) == ["goal_measure_unit"]
    assert "from 10 to 2" in str(specificity(bare)[0].reason)
    with_steps = replace(bare, milestones=(Milestone(text="One"),))
    assert codes(with_steps) == []


def test_a_due_day_that_had_passed_when_it_was_written():
    assert codes(replace(FULL, due=None)) == ["goal_date_none"]
    past = replace(FULL, due=date(2026, 11, 21))
    assert codes(past) == ["goal_date_past"]
    assert "2026-11-21" in str(specificity(past)[0].reason)
    # On the clock of somebody it was still the 22nd at nine in the morning of the 23rd, UTC.
    assert codes(replace(FULL, due=date(2026, 11, 22))) == []
    # That the day passes later, or that the goal is met after it, is not a lack of the words.
    assert codes(meet(FULL, now=NOW + timedelta(days=60), by="ada")) == []
    late = revise(
        FULL,
        replace(FULL.terms, statement="Apply for senior roles"),
        now=NOW + timedelta(days=60),
        by="ada",
    )
    assert codes(late) == ["goal_date_past"]


def steps(*members):
    return tuple(Milestone(text=f"Step {index}", member=one) for index, one in enumerate(members))


@pytest.mark.parametrize("size", [2, 3, 5])
def test_milestones_of_a_group_need_names(size):
    people = [f"m{index}" for index in range(size)]
    goal = replace(OURS, measure=None, milestones=steps(*people, None))
    assert codes(goal) == ["goal_who_milestones"]
    assert "1" in str(specificity(goal)[0].reason)
    assert codes(replace(goal, milestones=steps(*people))) == []
    done = replace(goal.milestones[-1], done_at=NOW)
    assert codes(replace(goal, milestones=(*goal.milestones[:-1], done))) == []
    assert codes(replace(goal, member="m0", group=None)) == []


def test_a_milestone_of_somebody_who_left_is_nobodys():
    goal = replace(OURS, measure=None, milestones=steps("ada", "bo"))
    assert codes(goal, members=("ada", "bo")) == []
    assert codes(goal, members=("ada", "cy")) == ["goal_who_milestones"]
    assert specificity(goal, members=("cy", "di"))[0].reason.values == {"count": 2}


def test_a_number_of_the_whole_group_needs_no_names():
    assert Part.WHO not in missing(OURS)
    assert codes(replace(OURS, measure=None))[0] == "goal_who_nobody"


@given(statement=st.text(max_size=40), family=st.none() | st.sampled_from(Family))
def test_any_words_are_let_through_and_never_repeated(statement, family):
    try:
        goal = replace(FULL, statement=f"Zebra {statement}", measure=None, family=family)
    except ValueError:
        return  # control characters: refused for everybody, by the goal itself
    for one in specificity(goal):
        assert "Zebra" not in str(one.reason)
        assert "{" not in str(one.reason)
