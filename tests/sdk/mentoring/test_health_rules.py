"""The rules of health: when each finds something, since when, and when it keeps silent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.goals import Goal, GoalChange, GoalState, Milestone, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.health_plan import GroupRecords, HealthPlan, HealthRule
from peerloom.mentoring.health_rules import findings
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.sessions import Confirmation, Part, Session

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TRIO = PublishedGroup(id="g", members=("ada", "bo", "cy"), round=1, published_at=NOW - 90 * DAY)
PLAN = HealthPlan()


def session(name="s", *, ends, state="held", changed=None, **fields):
    changed_at = ends if changed is None else changed
    values = {
        "id": name,
        "group": "g",
        "members": TRIO.members,
        "starts_at": ends - HOUR,
        "minutes": 60,
        "state": state,
        "proposed_by": "ada",
        "proposed_at": min(ends - 2 * DAY, changed_at),
        "changed_at": changed_at,
    }
    return Session(**values | fields)


def goal(name="x", **fields):
    return Goal(**{"id": name, "member": "ada", "set_at": NOW - 60 * DAY} | fields)


def found(rule, *, now=NOW, group=TRIO, plan=PLAN, **fields):
    """Give the findings of one rule."""
    records = GroupRecords(group=group, now=now, **fields)
    return [one for one in findings(records, plan) if one.rule is rule]


# --- no session -----------------------------------------------------------------------------------


def test_silence_counts_from_the_last_session_or_from_the_start():
    sessions = [session("1", ends=NOW - 30 * DAY), session("2", ends=NOW - 11 * DAY)]
    (look,) = found(HealthRule.NO_SESSION, sessions=sessions)
    assert (look.since, look.is_stall, look.reason.values) == (NOW, False, {"days": 11})
    assert found(HealthRule.NO_SESSION, now=NOW - HOUR, sessions=sessions) == []
    stall, look = found(HealthRule.NO_SESSION)
    assert (stall.is_stall, stall.since) == (True, TRIO.published_at + 22 * DAY)
    assert str(look.reason) == "You have been a group for 90 days and have not met yet."


@pytest.mark.parametrize("state", ["proposed", "planned"])
def test_a_session_to_come_is_something_to_look_forward_to(state):
    coming = session(ends=NOW + 3 * DAY, state=state, changed=NOW - DAY)
    assert found(HealthRule.NO_SESSION, sessions=[coming]) == []


@pytest.mark.parametrize(
    ("state", "hoped_until"),
    [
        ("cancelled", NOW - 4 * DAY),  # when it was called off
        ("not_held", NOW - 4 * DAY),  # when that was known
        ("proposed", NOW - 10 * DAY - HOUR),  # when its time had come
        ("planned", NOW - 3 * DAY),  # a week after it, without a word
    ],
)
def test_silence_begins_when_there_was_nothing_more_to_hope_for(state, hoped_until):
    sessions = [
        session("1", ends=NOW - 40 * DAY),
        session("2", ends=NOW - 10 * DAY, state=state, changed=NOW - 4 * DAY),
    ]
    assert {one.since for one in found(HealthRule.NO_SESSION, sessions=sessions)} == {hoped_until}


def test_a_planned_session_counts_as_held_for_a_week():
    over = session(ends=NOW - 20 * DAY, state="planned")
    patient = HealthPlan(word_days=30)
    assert [one.is_stall for one in found(HealthRule.NO_SESSION, sessions=[over])] == [True, False]
    assert found(HealthRule.NO_SESSION, plan=patient, sessions=[over]) == []
    word = replace(over, confirmations=(Confirmation(member="bo", at=NOW),))
    assert [one.is_stall for one in found(HealthRule.NO_SESSION, sessions=[word])] == [False]
    absent = replace(over, confirmations=(Confirmation(member="bo", at=NOW, met=False),))
    assert [one.is_stall for one in found(HealthRule.NO_SESSION, sessions=[absent])] == [
        True,
        False,
    ]


# --- missed sessions and proposals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("held held held", False),
        ("not_held", False),
        ("not_held not_held", True),
        ("held not_held not_held", True),
        ("not_held held not_held", True),
        ("not_held not_held held", True),
        ("not_held not_held held held", False),
        ("not_held cancelled cancelled planned", False),
    ],
)
def test_two_of_the_last_three_sessions_missed_need_a_look(states, expected):
    names = states.split()
    sessions = [
        session(str(n), ends=NOW - (len(names) - n) * DAY, state=state)
        for n, state in enumerate(names)
    ]
    seen = found(HealthRule.MISSED_SESSIONS, sessions=sessions[::-1])
    assert bool(seen) is expected
    if seen:
        missed = [one for one in sessions[-3:] if one.state == "not_held"]
        assert seen[0].since == max(one.changed_at for one in missed)
        assert seen[0].reason.values == {"missed": len(missed), "count": min(3, len(names))}


def test_a_proposal_waits_three_days_until_its_time_has_come():
    waiting = session(
        ends=NOW + DAY, state="proposed", changed=NOW - 3 * DAY, proposed_at=NOW - 3 * DAY
    )
    (one,) = found(HealthRule.PROPOSAL_WAITING, sessions=[waiting])
    assert one.since == NOW
    assert found(HealthRule.PROPOSAL_WAITING, now=NOW - HOUR, sessions=[waiting]) == []
    assert found(HealthRule.PROPOSAL_WAITING, now=NOW + DAY - HOUR, sessions=[waiting]) == []
    assert found(HealthRule.PROPOSAL_WAITING, sessions=[replace(waiting, state="planned")]) == []
    older = replace(waiting, id="t", proposed_at=NOW - 5 * DAY)
    (one,) = found(HealthRule.PROPOSAL_WAITING, sessions=[waiting, older])
    assert one.since == NOW - 2 * DAY


def test_a_word_that_is_taken_back_makes_old_missed_sessions_news():
    missed = [
        session(name, ends=NOW - days * DAY, state="not_held")
        for name, days in (("1", 40), ("2", 30))
    ]
    held = [session(name, ends=NOW - days * DAY) for name, days in (("3", 20), ("4", 10))]
    assert found(HealthRule.MISSED_SESSIONS, sessions=[*missed, *held]) == []
    taken_back = replace(held[1], state="planned", changed_at=NOW - DAY)
    (one,) = found(HealthRule.MISSED_SESSIONS, sessions=[*missed, held[0], taken_back])
    assert one.since == NOW - DAY
    # A session that is still to come says nothing about those that were missed.
    to_come = session("5", ends=NOW + 2 * DAY, state="planned", changed=NOW)
    assert found(HealthRule.MISSED_SESSIONS, sessions=[*missed, held[0], taken_back, to_come]) == [
        one
    ]


# --- one-sided ------------------------------------------------------------------------------------


def taught(name, days_ago, **minutes):
    parts = tuple(Part(member=member, taught=value) for member, value in minutes.items())
    return session(name, ends=NOW - days_ago * DAY, parts=parts)


def test_one_sided_teaching_is_found_since_the_last_word_about_any_session():
    sessions = [
        taught("1", 30, ada=30, bo=30, cy=0),
        taught("2", 20, ada=0, bo=0, cy=30),
        taught("3", 10, ada=60, bo=0, cy=0),  # 90 to 30: 75 in 100
    ]
    (one,) = found(HealthRule.ONE_SIDED, sessions=sessions[::-1])
    assert one.since == NOW - 10 * DAY
    assert one.reason.values == {}
    assert found(HealthRule.ONE_SIDED, sessions=sessions[:2]) == []
    # Before somebody corrected the minutes of the first session, all may have been even.
    corrected = replace(sessions[0], changed_at=NOW - DAY)
    (one,) = found(HealthRule.ONE_SIDED, sessions=[corrected, *sessions[1:]])
    assert one.since == NOW - DAY
    (one,) = found(HealthRule.ONE_SIDED, sessions=sessions, left={"bo": NOW - 2 * DAY})
    assert one.since == NOW - 2 * DAY


def test_only_sessions_that_were_held_and_told_of_count_in_the_balance():
    tipped = taught("1", 30, ada=60, bo=0, cy=0)
    silent = session("2", ends=NOW - 40 * DAY)
    planned = replace(taught("3", 35, bo=60, cy=60), state="planned")
    (one,) = found(HealthRule.ONE_SIDED, sessions=[tipped, silent, planned])
    assert one.since == NOW - 30 * DAY
    assert found(HealthRule.ONE_SIDED, sessions=[silent, replace(tipped, state="planned")]) == []


def test_it_is_mended_by_teaching_back():
    sessions = [taught("1", 30, ada=60, bo=0, cy=30), taught("2", 20, bo=60)]
    assert found(HealthRule.ONE_SIDED, sessions=sessions[:1])
    assert found(HealthRule.ONE_SIDED, sessions=sessions) == []


def test_who_has_left_does_not_count_in_the_balance():
    sessions = [taught("1", 30, ada=30, bo=30, cy=0)]
    assert found(HealthRule.ONE_SIDED, sessions=sessions)
    assert found(HealthRule.ONE_SIDED, sessions=sessions, left={"cy": NOW}) == []


# --- goals ----------------------------------------------------------------------------------------


def test_a_goal_is_stale_after_three_weeks_without_a_step():
    entry = ProgressEntry(at=NOW - 30 * DAY, by="ada", value=Decimal(1))
    counted = goal(measure=Measure(start=0, target=9), progress=(entry,))
    (one,) = found(HealthRule.STALE_GOALS, goals=[counted])
    assert (one.since, one.reason.values["count"]) == (NOW - 9 * DAY, 1)
    step = Milestone(text="t", done_at=NOW - 2 * DAY)
    assert found(HealthRule.STALE_GOALS, goals=[replace(counted, milestones=(step,))]) == []
    change = GoalChange(at=NOW - 20 * DAY, by="ada", state=GoalState.OPEN)
    assert found(HealthRule.STALE_GOALS, goals=[replace(counted, history=(change,))]) == []


def test_goals_that_are_closed_or_of_somebody_else_are_never_stale():
    goals = [
        goal("1", state="met"),
        goal("2", state="let_go"),
        goal("3", member="eve"),
        goal("4", member=None, group="h"),
    ]
    assert found(HealthRule.STALE_GOALS, goals=goals) == []
    assert found(HealthRule.STALE_GOALS, goals=[goal(member=None, group="g")])
    assert found(HealthRule.STALE_GOALS, goals=[goal(member="bo")], left={"bo": NOW}) == []


def test_a_new_group_gets_its_time_for_goals_that_travelled_on():
    young = replace(TRIO, published_at=NOW - 20 * DAY)
    assert found(HealthRule.STALE_GOALS, group=young, goals=[goal()]) == []
    (one,) = found(HealthRule.STALE_GOALS, group=young, now=NOW + DAY, goals=[goal()])
    assert one.since == NOW + DAY


def test_a_goal_that_is_overdue_for_a_week_is_stale_even_when_it_moves():
    due = date(2026, 11, 15)  # ends in Auckland at 11:00 UTC, in New York at 05:00 of the 16th
    entry = ProgressEntry(at=NOW - DAY, by="ada", value=Decimal(1))
    late = goal(measure=Measure(start=0, target=9), progress=(entry,), due=due)
    zones = ("Pacific/Auckland", "America/New_York")
    (one,) = found(HealthRule.STALE_GOALS, goals=[late], timezones=zones)
    assert one.since == datetime(2026, 11, 23, 5, tzinfo=UTC)
    assert found(HealthRule.STALE_GOALS, now=NOW - 8 * HOUR, goals=[late], timezones=zones) == []
    reached = replace(late, progress=(replace(entry, value=Decimal(9)),))
    assert found(HealthRule.STALE_GOALS, goals=[reached], timezones=zones) == []


def test_several_stale_goals_are_one_finding_since_the_first():
    goals = [goal("1"), goal("2", set_at=NOW - 80 * DAY), goal("3", set_at=NOW)]
    (one,) = found(HealthRule.STALE_GOALS, goals=goals)
    assert (one.since, one.reason.values["count"]) == (NOW - 59 * DAY, 2)


def test_a_group_without_any_goal_is_asked_for_one_after_two_weeks():
    young = replace(TRIO, published_at=NOW - 14 * DAY)
    (one,) = found(HealthRule.NO_GOALS, group=young)
    assert one.since == NOW
    assert found(HealthRule.NO_GOALS, group=young, now=NOW - HOUR) == []
    assert found(HealthRule.NO_GOALS, goals=[goal(state="met")]) == []


# --- people ---------------------------------------------------------------------------------------


def test_a_trio_goes_on_without_one_and_not_without_two():
    left = {"bo": NOW - 3 * DAY}
    assert found(HealthRule.TOO_FEW_LEFT, left=left) == []
    (one,) = found(HealthRule.TOO_FEW_LEFT, left=left | {"ada": NOW - DAY})
    assert (one.since, one.is_stall, one.is_at_once) == (NOW - DAY, True, True)
    pair = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW - 9 * DAY)
    (one,) = found(HealthRule.TOO_FEW_LEFT, group=pair, left={"bo": NOW - 3 * DAY})
    assert one.since == NOW - 3 * DAY
    (one,) = found(HealthRule.TOO_FEW_LEFT, group=pair, left={"bo": NOW - 3 * DAY, "ada": NOW})
    assert one.since == NOW - 3 * DAY


def test_each_falling_mood_is_a_finding_for_one_person():
    check_ins = [
        CheckIn(id=f"{member}{n}", group="g", member=member, at=NOW - (5 - n) * DAY, mood=mood)
        for member, moods in {"ada": (5, 4, 3, 2), "bo": (4, 4, 4, 4), "cy": (2, 2, 2, 2)}.items()
        for n, mood in enumerate(moods)
    ]
    seen = found(HealthRule.FALLING_MOOD, check_ins=check_ins)
    assert [one.member for one in seen] == ["ada", "cy"]
    assert {one.for_staff for one in seen} == {None}
    alone = found(HealthRule.FALLING_MOOD, check_ins=check_ins, left={"cy": NOW})
    assert [one.member for one in alone] == ["ada"]


def test_who_a_finding_is_for_is_not_in_its_repr():
    check_ins = [
        CheckIn(id=str(n), group="g", member="ada", at=NOW - n * DAY, mood=2) for n in range(4)
    ]
    shown = repr(found(HealthRule.FALLING_MOOD, check_ins=check_ins))
    assert not [word for word in ("ada", "mood", "well", "down") if word in shown]


def test_staff_do_not_learn_how_many_goals_are_stale():
    goals = [goal("x"), goal("y", member="bo")]
    (one,) = found(HealthRule.STALE_GOALS, goals=goals)
    assert one.reason.values == {"days": 21, "count": 2}
    assert [told.values for told in one.for_staff] == [{"days": 21}, {}]


def test_that_the_only_one_with_a_goal_left_is_news():
    assert found(HealthRule.NO_GOALS, goals=[])[0].since == TRIO.published_at + 14 * DAY
    (one,) = found(HealthRule.NO_GOALS, goals=[], left={"bo": NOW - DAY})
    assert one.since == NOW - DAY


def test_every_finding_says_what_would_help():
    everything = {
        "sessions": [
            taught("1", 60, ada=60, bo=0, cy=0),
            session("2", ends=NOW - 50 * DAY, state="not_held"),
            session("3", ends=NOW - 49 * DAY, state="not_held"),
        ],
        "goals": [goal()],
        "left": {"cy": NOW - DAY},
    }
    seen = findings(GroupRecords(group=TRIO, now=NOW, **everything), PLAN)
    assert [one.rule for one in seen] == sorted(
        (one.rule for one in seen), key=list(HealthRule).index
    )
    assert len(seen) == 5
    for one in seen:
        assert str(one.helps)
        assert str(one.reason)
        words = " ".join(map(str, one.for_staff)).lower()
        assert not {"you", "your"} & set(re.findall("[a-z]+", words))
        assert one.since <= NOW
