"""The closing ritual: its steps, who reads which farewell, and what travels on."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.closing import (
    ClosingError,
    Ending,
    Farewell,
    WordsOfThanks,
    closing_ritual,
    erase_from_farewell,
    farewell_visible_to,
)
from peerloom.mentoring.errors import GroupError, TextError
from peerloom.mentoring.goals import Goal, GoalChange, GoalState, Milestone, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.luggage import LuggageError, carry_on, luggage
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.resources import Resource
from peerloom.mentoring.schemas.closing import FarewellSchema
from peerloom.mentoring.sessions import Session, SessionKind, SessionState
from peerloom.mentoring.topics import Topic

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TRIO = PublishedGroup(id="t", members=("ada", "bo", "cy"), round=1, published_at=NOW)


# --- the ritual -----------------------------------------------------------------------------------


@given(minutes=st.integers(4, 600), ending=st.sampled_from(Ending))
def test_the_steps_fill_the_time_exactly_and_none_is_empty(minutes, ending):
    steps = closing_ritual(ending, minutes).steps
    assert sum(step.minutes for step in steps) == minutes
    assert min(step.minutes for step in steps) >= 1


@pytest.mark.parametrize("minutes", [3, 0, -5, 7.0, True])
def test_a_ritual_takes_a_few_whole_minutes(minutes):
    with pytest.raises(ClosingError):
        closing_ritual(Ending.ROUND_OVER, minutes)


def test_nobody_has_to_meet_after_a_switch_or_when_somebody_left():
    alone = {ending for ending in Ending if closing_ritual(ending).is_alone}
    assert alone == {Ending.SWITCH, Ending.SOMEBODY_LEFT}
    with pytest.raises(ClosingError):
        closing_ritual("fight")


def test_all_are_told_the_same_and_no_name():
    for ending in Ending:
        values = closing_ritual(ending).opening.values
        assert set(values) <= {"minutes"}


# --- farewells ------------------------------------------------------------------------------------


def farewell(**fields):
    thanks = (WordsOfThanks(to="cy", words="for cy"), WordsOfThanks(to="bo", words="for bo"))
    return Farewell(
        **{
            "id": "f",
            "group": "t",
            "member": "ada",
            "at": NOW,
            "thanks": thanks,
            "takes_along": "joy",
        }
        | fields
    )


@pytest.mark.parametrize(
    ("viewer", "words", "takes_along"),
    [
        (Viewer(member="ada"), {"for bo", "for cy"}, "joy"),
        (Viewer(member="ada", is_staff=True), {"for bo", "for cy"}, "joy"),
        (Viewer(member="bo"), {"for bo"}, ""),
        (Viewer(member="cy", is_staff=True), {"for cy"}, ""),
        (Viewer(member="eve"), None, None),
        (Viewer.staff(), None, None),
        (Viewer(), None, None),
    ],
    ids=repr,
)
def test_thanks_are_read_by_the_one_who_is_thanked(viewer, words, takes_along):
    view = farewell_visible_to(viewer, farewell(), TRIO)
    if words is None:
        assert view is None
    else:
        assert {one.words for one in view.thanks} == words
        assert view.takes_along == takes_along


def test_a_farewell_without_thanks_is_the_author_s_alone():
    assert farewell_visible_to(Viewer(member="bo"), farewell(thanks=()), TRIO) is None


def test_thanks_to_somebody_outside_the_group_reach_nobody():
    strange = farewell(thanks=(WordsOfThanks(to="eve", words="hi"),))
    assert farewell_visible_to(Viewer(member="eve"), strange, TRIO) is None
    with pytest.raises(GroupError):
        farewell_visible_to(Viewer(member="ada"), farewell(group="u"), TRIO)


def test_private_words_are_not_in_a_repr():
    assert not [word for word in ("for bo", "joy") if word in repr(farewell())]


@pytest.mark.parametrize(
    ("thanks", "error"),
    [
        ([("ada", "me")], ClosingError),
        ([("bo", "a"), ("bo", "b")], ClosingError),
        ([("bo", " ")], TextError),
        ([("", "a")], TextError),
    ],
)
def test_what_cannot_be_thanks(thanks, error):
    with pytest.raises(error):
        farewell(thanks=tuple(WordsOfThanks(to=to, words=words) for to, words in thanks))


def test_who_is_erased_leaves_nothing_in_a_farewell():
    assert erase_from_farewell(farewell(), "ada") is None
    (left,) = erase_from_farewell(farewell(), "bo").thanks
    assert (left.to, left.words) == ("cy", "for cy")
    assert erase_from_farewell(farewell(), "eve") == farewell()


def test_a_farewell_comes_back_equal():
    for one in (farewell(), farewell(thanks=(), takes_along="")):
        assert FarewellSchema().load(json.loads(json.dumps(FarewellSchema().dump(one)))) == one


def test_a_file_names_what_is_wrong():
    plain = FarewellSchema().dump(farewell())
    for wrong, place in [
        ({"thanks": "bo"}, "thanks"),
        ({"thanks": [{"to": "ada", "words": "x"}]}, "thanks"),
        ({"thanks": [{"to": "bo", "words": ""}]}, "thanks"),
        ({"mood": 3}, "mood"),
    ]:
        with pytest.raises(ValidationError) as caught:
            FarewellSchema().load(plain | wrong)
        assert set(caught.value.messages) == {place}
        assert "expected" in str(caught.value.messages)


# --- what travels on ------------------------------------------------------------------------------


def session(name, *, day=0, members=("ada", "bo", "cy"), state=SessionState.HELD, **fields):
    return Session(
        id=name,
        group="t",
        members=members,
        starts_at=NOW + day * DAY,
        minutes=60,
        state=state,
        proposed_by=members[0],
        proposed_at=NOW,
        changed_at=NOW,
        **fields,
    )


def goal(name, **fields):
    return Goal(**{"id": name, "set_at": NOW} | fields)


def test_goals_notes_and_open_topics_travel_on():
    met = goal("4", member="ada", state=GoalState.MET)
    goals = [goal("2", member="ada"), goal("1", member="ada"), goal("3", member="bo"), met]
    goals += [
        goal("5", group="t"),
        goal("6", group="u"),
        goal("7", group="t", state=GoalState.LET_GO),
    ]
    joins, tests = Topic(text="joins"), Topic(text="tests")
    sessions = [
        session("late", day=3, state=SessionState.CANCELLED),
        session("new", day=2, leftovers=(joins, tests, joins), notes="n"),
        session("old", day=1, leftovers=(Topic(text="done since"),), notes="o"),
        session("without", day=0, members=("bo", "cy"), notes="p"),
    ]
    kept = [
        Resource(
            id=name, kind="note", title="t", text="x", group=group, added_by="bo", added_at=NOW
        )
        for name, group in [("r1", "u"), ("r2", "t"), ("r3", None)]
    ]
    for order in itertools.islice(itertools.permutations(sessions), 8):
        found = luggage(TRIO, "ada", goals=goals, sessions=order, resources=kept)
        assert [one.id for one in found.goals] == ["1", "2"]
        assert [one.id for one in found.offered] == ["5"]
        assert found.topics == (joins, tests)
        assert found.sessions == ("old", "new")
        assert found.resources == ("r2",)
    assert str(found.sentence()) == (
        "What stays with you: open goals of your own: 2; goals of the group that you can make "
        "your own: 1; open topics: 2; notes of sessions: 2; links and other resources: 1."
    )


def test_a_listening_session_does_not_hide_what_a_meeting_left_open():
    left = Topic(text="joins")
    sessions = [
        session("meeting", day=1, leftovers=(left,)),
        session("listening", day=2, kind=SessionKind.LISTENING),
    ]
    assert luggage(TRIO, "ada", goals=[], sessions=sessions).topics == (left,)


def test_with_nothing_left_open_one_starts_afresh():
    assert luggage(TRIO, "ada", goals=[], sessions=[]).sentence().code == "luggage_empty"
    with pytest.raises(GroupError):
        luggage(TRIO, "eve", goals=[], sessions=[])


def test_a_goal_of_the_group_goes_on_from_where_it_stands():
    both = goal(
        "5",
        group="t",
        statement="Twelve applications",
        measure=Measure(start=0, target=12),
        milestones=(Milestone(text="list", done_at=NOW, member="bo"),),
        due=date(2026, 12, 20),
        progress=(
            ProgressEntry(at=NOW, by="bo", value=Decimal(2), note="mine"),
            ProgressEntry(at=NOW + DAY, by="cy", value=Decimal(5), note="ours"),
        ),
        history=(GoalChange(at=NOW, by="bo", state=GoalState.OPEN, why="private"),),
        is_shared=True,
    )
    own = carry_on(both, "ada", id="9", now=NOW + 2 * DAY)
    assert (own.id, own.member, own.group, own.set_at) == ("9", "ada", None, NOW + 2 * DAY)
    assert (own.statement, own.measure, own.due) == (both.statement, both.measure, both.due)
    assert own.value == Decimal(5)
    # Nothing that the others wrote or did comes along, and no consent that was theirs.
    assert [entry.by for entry in own.progress] == ["ada"]
    assert (own.history, own.is_shared, own.milestones[0].member) == ((), False, None)
    assert carry_on(replace(both, progress=()), "ada", id="9", now=NOW).progress == ()


@pytest.mark.parametrize(
    "wrong",
    [{"member": "ada"}, {"group": "t", "state": GoalState.MET}, {"group": "t", "state": "let_go"}],
)
def test_only_open_goals_of_a_group_are_carried_on(wrong):
    with pytest.raises(LuggageError):
        carry_on(goal("1", **wrong), "ada", id="2", now=NOW)
