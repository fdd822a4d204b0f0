"""Erasure: nothing of a person is left in what belongs to others, and the rest stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from peerloom.mentoring.agreement_changes import revise_agreement, settled_terms, sign
from peerloom.mentoring.agreements import Agreement, Want
from peerloom.mentoring.erasure import erase_from_agreement, erase_from_goal
from peerloom.mentoring.goal_changes import add_progress, let_go, revise
from peerloom.mentoring.goals import Goal, Milestone
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.schemas.agreements import AgreementSchema
from peerloom.mentoring.schemas.goals import GoalSchema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def goal():
    """A goal of a group with traces of "bo" in every place."""
    made = Goal(
        id="g",
        group="g1",
        statement="Ours",
        measure=Measure(start=0, target=3, unit="talks"),
        milestones=(Milestone(text="One", member="bo"), Milestone(text="Two", member="ada")),
        set_at=NOW,
    )
    made = add_progress(made, 1, at=NOW, by="bo", note="words of bo")
    made = add_progress(made, 2, at=NOW + DAY, by="ada", note="words of ada")
    other = replace(made.terms, measure=Measure(start=0, target=3, unit="slides"))
    made = revise(made, other, now=NOW + DAY, by="bo", why="words of bo")
    made = revise(made, replace(other, due=date(2027, 1, 1)), now=NOW + 2 * DAY, by="ada", why="my")
    made = add_progress(made, 1, at=NOW + 2 * DAY, by="bo", note="words of bo")
    return let_go(made, now=NOW + 3 * DAY, by="bo", why="words of bo")


def test_a_goal_of_a_group_keeps_its_numbers_and_no_trace(goal):
    text = str(GoalSchema().dump(goal))
    assert text.count("'bo'") == 7
    erased = erase_from_goal(goal, "bo")
    left = str(GoalSchema().dump(erased))
    assert "bo" not in left
    assert "words of ada" in left
    assert [one.value for one in erased.progress] == [one.value for one in goal.progress]
    assert [(one.at, one.state) for one in erased.history] == [
        (one.at, one.state) for one in goal.history
    ]
    assert erased.counted_from == goal.counted_from
    assert erased.milestones[1] == goal.milestones[1]


def test_ones_own_goals_go_and_those_of_others_stay(goal):
    own = replace(goal, member="bo", group=None)
    assert erase_from_goal(own, "bo") is None
    assert erase_from_goal(own, "cy") == own
    assert erase_from_goal(goal, "g1") == goal


def test_an_agreement_keeps_what_the_others_said():
    trio = PublishedGroup(id="g1", members=("ada", "bo", "cy"), round=1, published_at=NOW)
    agreement = Agreement(
        group="g1",
        wants=(Want(member="ada", text="A job"), Want(member="bo", text="words of bo")),
        drafted_at=NOW,
    )
    for member in trio.members:
        agreement = sign(agreement, trio, member=member, version=1, now=NOW)
    terms = replace(agreement.terms, session_minutes=30)
    agreement = revise_agreement(
        agreement, trio, terms, by="bo", version=1, now=NOW, why="words of bo"
    )
    for member in trio.members:
        agreement = sign(agreement, trio, member=member, version=2, now=NOW)
    erased = erase_from_agreement(agreement, "bo")
    left = str(AgreementSchema().dump(erased))
    assert "bo" not in left
    assert left.count("A job") == 2
    assert [len(one.signatures) for one in (erased, *erased.history)] == [2, 2]
    pair = replace(trio, members=("ada", "cy"))
    assert settled_terms(erased, pair).session_minutes == 30
    assert erase_from_agreement(agreement, "di") == agreement
