"""The health of a group: who sees what, when staff learn of it, and that nothing private shows."""

from __future__ import annotations

import itertools
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.mentoring.checkins import CheckIn, Viewer
from peerloom.mentoring.errors import GroupError, MomentError
from peerloom.mentoring.goals import Goal, Milestone, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.health import (
    group_health,
    health_visible_to,
    moods_in_programme,
    worst_first,
)
from peerloom.mentoring.health_plan import (
    GroupRecords,
    HealthError,
    HealthPlan,
    HealthRule,
    HealthState,
)
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.moods import MoodState, MoodTrend
from peerloom.mentoring.sessions import Confirmation, Part, Session, SessionState
from peerloom.mentoring.topics import Topic
from peerloom.policy import Rhythm

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAIR = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW - 60 * DAY)
ADA, BO, STAFF = Viewer(member="ada"), Viewer(member="bo"), Viewer.staff()


def session(name="s", *, ends, state="held", changed=None, **fields):
    changed_at = ends if changed is None else changed
    values = {
        "id": name,
        "group": "g",
        "members": ("ada", "bo"),
        "starts_at": ends - HOUR,
        "minutes": 60,
        "state": state,
        "proposed_by": "ada",
        "proposed_at": min(ends - 2 * DAY, changed_at),
        "changed_at": changed_at,
    }
    return Session(**values | fields)


def goal(name="x", **fields):
    return Goal(**{"id": name, "member": "ada", "set_at": NOW - 5 * DAY} | fields)


def moving(**fields):
    """Give a goal with progress of yesterday."""
    entry = ProgressEntry(at=NOW - DAY, by="ada", value=Decimal(2))
    return goal(measure=Measure(start=0, target=9), progress=(entry,), **fields)


def view(viewer=ADA, *, now=NOW, group=PAIR, plan=None, **fields):
    return health_visible_to(
        viewer, group_health(GroupRecords(group=group, now=now, **fields), plan)
    )


def rules(*args, **fields):
    return [str(one.rule) for one in view(*args, **fields).findings]


FINE = {
    "sessions": [session("1", ends=NOW - 8 * DAY), session("2", ends=NOW - DAY)],
    "goals": [moving()],
}


# --- states ---------------------------------------------------------------------------------------


def test_a_group_that_meets_and_moves_is_thriving():
    found = view(**FINE)
    assert found.state is HealthState.THRIVING
    assert found.findings == ()
    assert [str(one) for one in found.strengths] == [
        "Sessions held in the last 22 days: 2.",
        "Goals that moved in the last 21 days: 1.",
    ]
    assert view(STAFF, **FINE) == found


def test_without_progress_or_with_one_session_it_is_steady():
    assert view(**FINE | {"goals": [goal()]}).state is HealthState.STEADY
    assert view(**FINE | {"sessions": FINE["sessions"][1:]}).state is HealthState.STEADY


def test_a_young_group_is_new_until_it_has_met():
    young = replace(PAIR, published_at=NOW - 3 * DAY)
    assert view(group=young).state is HealthState.NEW
    assert view(group=young, sessions=[session(ends=NOW - DAY)]).state is HealthState.STEADY
    assert (
        view(group=young, sessions=[session(ends=NOW - DAY, state="planned")]).state
        is HealthState.STEADY
    )


def test_a_group_that_has_ended_is_let_go():
    ended = replace(PAIR, ended_at=NOW)
    assert view(group=ended) == view(STAFF, group=ended)
    assert (view(group=ended).state, view(group=ended).findings) == (HealthState.ENDED, ())
    assert view(group=ended, now=NOW - HOUR).state is HealthState.STALLED


# --- who sees what, and when ----------------------------------------------------------------------


def test_only_members_and_staff_see_anything():
    for stranger in (Viewer(), Viewer(member="eve")):
        assert view(stranger) is None
    assert view(Viewer(member="bo"), left={"bo": NOW - DAY}) is None
    assert view(Viewer(member="bo", is_staff=True), left={"bo": NOW - DAY}) is None


def test_staff_learn_of_a_finding_two_days_after_the_members():
    sessions = [session(ends=NOW - 11 * DAY)]
    others = {"goals": [moving()], "sessions": sessions}
    (seen,) = view(**others).findings
    assert str(seen.reason) == "Your last session was 11 days ago."
    assert view(STAFF, **others).state is HealthState.STEADY
    just_before = NOW + 48 * HOUR - timedelta(seconds=1)
    assert rules(STAFF, now=just_before, **others) == []
    late = view(STAFF, now=NOW + 48 * HOUR, **others)
    assert late.state is HealthState.NEEDS_A_LOOK
    assert str(late.findings[0].reason) == "The last session of this group was 13 days ago."
    at_once = HealthPlan(staff_after_hours=0)
    assert rules(STAFF, plan=at_once, **others) == ["no_session"]


def test_a_stall_is_a_look_for_staff_until_the_members_have_known_for_two_days():
    others = {"goals": [moving()], "sessions": [session(ends=NOW - 22 * DAY)]}
    assert view(**others).state is HealthState.STALLED
    assert view(STAFF, **others).state is HealthState.NEEDS_A_LOOK
    assert view(STAFF, now=NOW + 2 * DAY, **others).state is HealthState.STALLED
    assert len(view(**others).findings) == 1


def test_staff_in_the_group_see_it_as_a_member_does():
    others = {"sessions": [session(ends=NOW - 11 * DAY)], "goals": [moving()]}
    assert view(Viewer(member="bo", is_staff=True), **others) == view(BO, **others)


# --- a history of events: the members always know first -------------------------------------------

_GRID = 6 * HOUR


@st.composite
def _told_sessions(draw):
    """Draw what happened to a session and when each part of it was known."""
    start = draw(st.integers(0, 240))
    planned_at = start + draw(st.integers(1, 12))
    starts = planned_at + draw(st.integers(1, 40))
    outcome = draw(st.sampled_from(["held", "not_held", "cancelled", "lapsed", "silence"]))
    decided = starts + draw(st.integers(1, 30))
    if outcome == "cancelled":
        decided = draw(st.integers(start + 1, starts))
    taught = draw(st.none() | st.tuples(st.integers(0, 50), st.integers(0, 50)))
    return start, planned_at, starts, outcome, decided, taught


def _as_of(number, told, now, origin):
    """Give a session as it was known at a moment; None before it was proposed."""
    start, planned_at, starts, outcome, decided, taught = told
    moment = {
        name: origin + _GRID * value
        for name, value in {
            "start": start,
            "planned": planned_at,
            "starts": starts,
            "decided": decided,
        }.items()
    }
    if now < moment["start"]:
        return None
    values = {"state": "proposed", "changed": moment["start"]}
    if outcome != "lapsed" and now >= moment["planned"]:
        values = {"state": "planned", "changed": moment["planned"]}
    if outcome in {"held", "not_held", "cancelled"} and now >= moment["decided"]:
        values = {"state": outcome, "changed": moment["decided"]}
        if outcome == "held" and taught is not None:
            one, other = taught
            values["parts"] = (Part(member="ada", taught=one), Part(member="bo", taught=other))
    return session(
        f"s{number}", ends=moment["starts"] + HOUR, proposed_at=moment["start"], **values
    )


@settings(max_examples=40)
@given(history=st.lists(_told_sessions(), max_size=7))
def test_whatever_happened_the_members_knew_it_two_days_before_staff(history):
    origin = PAIR.published_at
    known: list[set[tuple[HealthRule, HealthState]]] = []
    for step in range(0, 330, 2):
        now = origin + _GRID * step
        sessions = [
            one for number, told in enumerate(history) if (one := _as_of(number, told, now, origin))
        ]
        goals = [goal(set_at=origin)] if step >= 40 else []
        health = group_health(GroupRecords(group=PAIR, now=now, sessions=sessions, goals=goals))
        known.append({(one.rule, one.is_stall) for one in health.findings})
        for shown in health_visible_to(STAFF, health).findings:
            before = known[-5:]  # four steps of twelve hours back, and now
            is_known = [any(rule is shown.rule for rule, _ in some) for some in before]
            assert all(is_known), (shown, step)
        if health_visible_to(STAFF, health).state is HealthState.STALLED:
            assert all(any(is_stall for _, is_stall in some) for some in known[-5:])


# --- mood -----------------------------------------------------------------------------------------


def moods(*values, member="ada"):
    return [
        CheckIn(
            id=f"{member}{place}",
            group="g",
            member=member,
            at=NOW - (len(values) - place + 4) * DAY,
            mood=mood,
            bad="xyzzy",
        )
        for place, mood in enumerate(values)
    ]


def test_a_falling_mood_is_for_the_person_alone_and_changes_nothing_for_others():
    sad = FINE | {"check_ins": moods(5, 4, 3, 2, 2)}
    own = view(**sad)
    (mine,) = own.findings
    assert (mine.rule, mine.is_private) == (HealthRule.FALLING_MOOD, True)
    assert "only listen" in str(mine.helps)
    for shown in (repr(own), repr(mine)):
        assert not [word for word in ("mood", "down", "listen") if word in shown]
    for viewer in (BO, STAFF, Viewer(member="bo", is_staff=True)):
        assert view(viewer, **sad) == view(viewer, **FINE)
        assert view(viewer, now=NOW + 5 * DAY, **sad) == view(viewer, now=NOW + 5 * DAY, **FINE)
    assert own.state is view(**FINE).state


@given(
    ada=st.lists(st.integers(1, 5), max_size=8),
    bo=st.lists(st.integers(1, 5), max_size=8),
    days=st.integers(0, 12),
)
def test_no_answer_about_mood_ever_changes_what_somebody_else_sees(ada, bo, days):
    own = moods(*ada)
    now = NOW + days * DAY
    for viewer in (BO, STAFF):
        with_ada = view(viewer, now=now, **FINE, check_ins=[*own, *moods(*bo, member="bo")])
        without = view(viewer, now=now, **FINE, check_ins=moods(*bo, member="bo"))
        assert with_ada == without


def test_staff_learn_about_moods_only_in_numbers_that_hide_single_people():
    def said(low, of):
        return moods_in_programme(
            MoodTrend(member=str(n), state=MoodState("low" if n < low else "rising"), answers=8)
            for n in range(of)
        )

    assert said(6, 40).values == {"known": 40, "count": 5}
    # One person more or less changes nothing that is told, but for one in five.
    assert said(5, 40) == said(9, 40) != said(10, 40)
    for low, of in [(4, 40), (0, 40), (36, 40), (40, 40), (5, 9), (1, 1), (0, 0)]:
        assert said(low, of) == said(0, 0)
        assert said(low, of).values == {}
    unknown = [MoodTrend(member=str(n), state=MoodState.UNKNOWN, answers=0) for n in range(50)]
    assert moods_in_programme(unknown).values == {}


# --- nothing private ------------------------------------------------------------------------------

SECRET = "xyzzy"


def secretive():
    """Give records of a bad group in which every private word is the same."""
    parts = (Part(member="ada", taught=60), Part(member="bo", learned=60))
    topic = Topic(text=SECRET)
    told = {"notes": SECRET, "leftovers": (topic,), "topics": (topic,), "place": SECRET}
    sessions = [
        session("1", ends=NOW - 40 * DAY, parts=parts, **told),
        session("2", ends=NOW - 39 * DAY, state="not_held"),
        session("3", ends=NOW - 38 * DAY, state="not_held"),
    ]
    goals = [
        goal(
            statement=SECRET,
            measure=Measure(start=0, target=77, unit=SECRET),
            milestones=(Milestone(text=SECRET),),
            due=date(2026, 10, 1),
            set_at=NOW - 50 * DAY,
        )
    ]
    return {"sessions": sessions, "goals": goals, "check_ins": moods(2, 2, 2, 2)}


@pytest.mark.parametrize("viewer", [ADA, BO, STAFF], ids=repr)
def test_no_private_word_is_in_what_anybody_sees(viewer):
    found = view(viewer, **secretive())
    plain = json.dumps(found.to_dict())
    assert len(found.findings) >= 4
    for text in (
        plain,
        repr(found),
        repr(group_health(GroupRecords(group=PAIR, now=NOW, **secretive()))),
    ):
        assert SECRET not in text


def test_staff_see_nobody_s_numbers_and_no_name():
    for one in view(STAFF, **secretive()).findings:
        assert set(one.reason.values) <= {"days", "count", "missed"}
        assert one.reason.code.endswith("_staff")
        assert one.helps.code.endswith("_staff_help")
        assert not one.is_private


def test_a_listening_session_looks_to_staff_like_any_other():
    def seen(kind):
        return view(STAFF, sessions=[session(ends=NOW - 20 * DAY, kind=kind)], goals=[moving()])

    assert seen("listening") == seen("meeting")


# --- lists and numbers ----------------------------------------------------------------------------


def test_the_worst_comes_first_and_of_these_who_has_waited_longest():
    def of(name, **records):
        group = replace(PAIR, id=name)
        sessions = [replace(one, group=name) for one in records.pop("sessions", [])]
        return view(STAFF, group=group, sessions=sessions, **records)

    fine = FINE["sessions"]
    views = [
        of("thriving", sessions=fine, goals=[moving()]),
        of("stalled 10", goals=[moving()]),
        of("look", sessions=[session(ends=NOW - 15 * DAY)], goals=[moving()]),
        of("stalled 9", goals=[moving()]),
        of("longer", goals=[]),
        of("steady", sessions=fine, goals=[goal()]),
    ]
    expected = ["longer", "stalled 9", "stalled 10", "look", "steady", "thriving"]
    assert len({one.state for one in views}) == 4
    for order in itertools.islice(itertools.permutations(views), 0, 720, 97):
        assert [one.group for one in worst_first(order)] == expected


@pytest.mark.parametrize("field", [one.name for one in fields(HealthPlan)])
def test_a_plan_has_whole_days(field):
    for wrong in (-1, 367, 1.5, True, "3"):
        with pytest.raises(HealthError):
            HealthPlan(**{field: wrong})


def test_a_plan_follows_the_rhythm():
    assert HealthPlan.for_rhythm(Rhythm.WEEKLY) == HealthPlan()
    assert HealthPlan.for_rhythm(Rhythm.TWICE_A_WEEK).days_without_session == 6


def test_records_of_a_group_are_checked_and_others_left_out():
    with pytest.raises(GroupError):
        GroupRecords(group=PAIR, now=NOW, left={"eve": NOW})
    with pytest.raises(MomentError):
        GroupRecords(group=PAIR, now=NOW.replace(tzinfo=None))
    other = [session(ends=NOW - DAY, group="h"), session("t", ends=NOW - DAY)]
    found = GroupRecords(group=PAIR, now=NOW, sessions=other, goals=[goal(member="eve"), goal("y")])
    assert [one.id for one in (*found.sessions, *found.goals)] == ["t", "y"]


def test_a_word_that_they_met_outlasts_silence():
    word = (Confirmation(member="ada", at=NOW),)
    sessions = [session(ends=NOW - 10 * DAY, state="planned", confirmations=word)]
    assert SessionState(sessions[0].state) is SessionState.PLANNED
    assert "no_session" not in rules(sessions=sessions, goals=[moving()])
