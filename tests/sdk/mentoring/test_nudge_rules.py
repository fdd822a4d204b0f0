"""The rules of nudges: when each has reason to speak, and when it keeps silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.goals import Goal, GoalChange, GoalState, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule, Situation
from peerloom.mentoring.nudge_rules import SUPPORT_AGAIN, occasions
from peerloom.mentoring.sessions import Answer, Confirmation, Session, SessionState
from peerloom.mentoring.switches import ask_for_switch, withdraw

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAIR = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW - DAY)
OLD_PAIR = replace(PAIR, published_at=NOW - 60 * DAY)


def found(rule, now=NOW, *, plan=None, **fields):
    """Give the occasions of one rule."""
    situation = Situation(**{"member": "ada", "now": now, "group": PAIR} | fields)
    return [one for one in occasions(situation, plan) if one.rule is rule]


def session(name="s", *, ends=None, **fields):
    """Give a session that was proposed a day ago for the day after tomorrow, or is over."""
    starts_at = NOW + 2 * DAY if ends is None else ends - HOUR
    values = {
        "id": name,
        "group": "g",
        "members": ("ada", "bo"),
        "starts_at": starts_at,
        "minutes": 60,
        "state": SessionState.PROPOSED if ends is None else SessionState.HELD,
        "proposed_by": "bo",
        "proposed_at": min(NOW - DAY, starts_at),
        "changed_at": NOW - DAY,
        "answers": (Answer(member="bo", at=NOW - DAY),),
    }
    return Session(**values | fields)


def goal(name="x", **fields):
    return Goal(**{"id": name, "member": "ada", "set_at": NOW - 30 * DAY} | fields)


# --- support --------------------------------------------------------------------------------------


def moods(*values, member="ada", last=NOW):
    return [
        CheckIn(
            id=f"{member}{n}",
            group="g",
            member=member,
            at=last - (len(values) - n) * DAY,
            mood=mood,
        )
        for n, mood in enumerate(values)
    ]


def test_kind_words_come_at_a_falling_mood_with_the_help_of_the_institution():
    link = HelpLink(name="Help", url="https://example.org")
    (one,) = found(NudgeRule.SUPPORT, check_ins=moods(5, 4, 3, 3, 2), help_link=link)
    assert one.reason.code == "support_falling"
    assert "https://example.org" in " ".join(map(str, one.more))
    assert found(NudgeRule.SUPPORT, check_ins=moods(4, 4, 4, 4)) == []


def test_nobody_is_nudged_about_somebody_else_s_mood():
    assert found(NudgeRule.SUPPORT, check_ins=moods(5, 4, 3, 2, member="bo")) == []


def test_kind_words_come_once_and_again_after_four_weeks():
    check_ins = moods(2, 2, 2, 2)
    keys = set()
    for day in range(20):
        (one,) = found(NudgeRule.SUPPORT, NOW + day * DAY, check_ins=check_ins)
        keys.add(one.key)
    assert len(keys) == 1
    more = [*check_ins, *moods(2, 2, last=NOW + 20 * DAY)]
    (later,) = found(NudgeRule.SUPPORT, NOW + SUPPORT_AGAIN, check_ins=more)
    assert later.key not in keys


# --- a proposal that waits ------------------------------------------------------------------------


def test_a_proposal_waits_a_day_for_an_answer():
    assert found(NudgeRule.PROPOSAL_WAITING, NOW - HOUR, sessions=[session()]) == []
    (one,) = found(NudgeRule.PROPOSAL_WAITING, sessions=[session()], timezone="Asia/Kathmandu")
    assert str(one.reason) == (
        "A session is proposed for 2026-11-25 at 17:45: say whether the time works for you."
    )
    assert one.about == "s"


def test_a_near_proposal_waits_half_of_the_time_that_is_left():
    near = session(starts_at=NOW + 5 * HOUR, proposed_at=NOW - HOUR, changed_at=NOW - HOUR)
    assert (
        found(NudgeRule.PROPOSAL_WAITING, NOW + 2 * HOUR - timedelta(seconds=1), sessions=[near])
        == []
    )
    assert found(NudgeRule.PROPOSAL_WAITING, NOW + 2 * HOUR, sessions=[near])
    assert found(NudgeRule.PROPOSAL_WAITING, NOW + 5 * HOUR, sessions=[near]) == []


def test_who_has_answered_and_who_is_not_asked_is_left_alone():
    assert found(NudgeRule.PROPOSAL_WAITING, member="bo", sessions=[session()]) == []
    others = session(members=("bo", "cy"))
    assert found(NudgeRule.PROPOSAL_WAITING, sessions=[others]) == []
    for state in ("planned", "cancelled"):
        assert found(NudgeRule.PROPOSAL_WAITING, sessions=[session(state=state)]) == []


def test_a_proposal_is_mentioned_twice_at_most_and_anew_when_it_was_moved():
    far = session(starts_at=NOW + 20 * DAY)
    keys = [
        found(NudgeRule.PROPOSAL_WAITING, NOW + n * DAY, sessions=[far])[0].key for n in range(20)
    ]
    assert len(set(keys)) == 2
    moved = replace(far, proposed_at=NOW + 5 * DAY, sequence=1)
    (again,) = found(NudgeRule.PROPOSAL_WAITING, NOW + 6 * DAY, sessions=[moved])
    assert again.key not in keys


# --- goals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (4, None),
        (3, "nudge_goal_soon"),
        (0, "nudge_goal_soon"),
        (-1, "nudge_goal_over"),
        (-14, "nudge_goal_over"),
        (-15, None),
    ],
)
def test_a_goal_is_mentioned_before_it_is_due_and_when_it_is_over(days, code):
    due = NOW.date() + timedelta(days=days)
    assert [one.reason.code for one in found(NudgeRule.GOAL_DUE, goals=[goal(due=due)])] == [
        code
    ] * bool(code)


def test_the_due_day_is_that_of_the_person():
    goals = [goal(due=date(2026, 11, 23))]
    night = datetime(2026, 11, 24, 3, tzinfo=UTC)
    (here,) = found(NudgeRule.GOAL_DUE, night, goals=goals)
    (there,) = found(NudgeRule.GOAL_DUE, night, goals=goals, timezone="America/Los_Angeles")
    assert (here.reason.code, there.reason.code) == ("nudge_goal_over", "nudge_goal_soon")


def test_goals_of_the_group_count_and_goals_of_a_partner_do_not():
    due = NOW.date()
    goals = [
        goal("own", due=due),
        goal("ours", member=None, group="g", due=due),
        goal("theirs", member="bo", due=due),
        goal("other", member=None, group="h", due=due),
        goal("met", due=due, state=GoalState.MET),
        goal("open end"),
    ]
    assert {one.about for one in found(NudgeRule.GOAL_DUE, goals=goals)} == {"own", "ours"}


def test_who_worked_on_it_today_needs_no_reminder():
    due = NOW.date()
    measured = goal(due=due, measure=Measure(start=0, target=9))
    fresh = replace(measured, progress=(ProgressEntry(at=NOW - HOUR, by="ada", value=Decimal(3)),))
    assert found(NudgeRule.GOAL_DUE, goals=[fresh]) == []
    assert found(NudgeRule.GOAL_DUE, goals=[goal(due=due, set_at=NOW - HOUR)]) == []
    assert found(NudgeRule.GOAL_DUE, goals=[goal(due=due, set_at=NOW)]) == []
    old = replace(measured, progress=(ProgressEntry(at=NOW - DAY, by="ada", value=Decimal(3)),))
    (one,) = found(NudgeRule.GOAL_DUE, goals=[old])
    assert "3" in str(one.more[0])


def test_the_words_of_a_goal_are_never_in_a_nudge():
    secret = goal(
        due=NOW.date(), statement="xyzzy", measure=Measure(start=0, target=9, unit="plugh")
    )
    for one in found(NudgeRule.GOAL_DUE, goals=[secret]):
        assert "xyzzy" not in repr(one)
        assert "plugh" not in repr(one)


def met(name="x", *, at=NOW - DAY, **fields):
    change = GoalChange(at=at, by="ada", state=GoalState.MET)
    return goal(name, state=GoalState.MET, history=(change,), **fields)


def test_a_goal_that_is_met_is_cheered_for_by_all():
    for rule, member in [(NudgeRule.GOAL_MET, "ada"), (NudgeRule.PARTNER_MET_GOAL, "bo")]:
        (one,) = found(rule, member=member, goals=[met()])
        assert one.about == "x"
        assert one.reason.values == {}
        assert found(rule, NOW + 2 * DAY, member=member, goals=[met()]) == []
    assert found(NudgeRule.GOAL_MET, goals=[met(at=NOW)])
    assert found(NudgeRule.GOAL_MET, goals=[met(at=NOW + HOUR)]) == []
    assert found(NudgeRule.GOAL_MET, member="bo", goals=[met()]) == []
    assert found(NudgeRule.PARTNER_MET_GOAL, goals=[met()]) == []


def test_a_goal_of_the_group_is_everybody_s_and_that_of_a_stranger_nobody_s():
    ours = met(member=None, group="g")
    assert all(found(NudgeRule.GOAL_MET, member=member, goals=[ours]) for member in PAIR.members)
    assert found(NudgeRule.PARTNER_MET_GOAL, member="bo", goals=[met(member="eve")]) == []


# --- sessions -------------------------------------------------------------------------------------


def test_feedback_waits_until_the_day_after_and_not_for_ever():
    def codes(hours, **fields):
        one = session(ends=NOW - timedelta(hours=hours), **fields)
        return [one.reason.code for one in found(NudgeRule.FEEDBACK_WAITING, sessions=[one])]

    assert codes(11.9) == []
    assert codes(12) == ["nudge_feedback_waiting"]
    assert codes(12, state="planned") == ["nudge_did_you_meet"]
    spoke = (Confirmation(member="ada", at=NOW),)
    assert codes(12, state="planned", confirmations=spoke) == ["nudge_feedback_waiting"]
    absent = (Confirmation(member="ada", at=NOW, met=False),)
    assert codes(12, state="planned", confirmations=absent) == []
    assert codes(167) == ["nudge_feedback_waiting"]
    assert codes(168) == []
    assert codes(12, state="not_held") == []
    assert codes(12, state="cancelled") == []


def test_who_gave_feedback_is_not_asked_for_it():
    over = session(ends=NOW - DAY)
    mine = CheckIn(id="c", group="g", member="ada", at=NOW, session="s", fit="good")
    theirs = CheckIn(id="d", group="g", member="bo", at=NOW, session="s", fit="good")
    assert found(NudgeRule.FEEDBACK_WAITING, sessions=[over], check_ins=[mine]) == []
    assert found(NudgeRule.FEEDBACK_WAITING, sessions=[over], check_ins=[theirs])


def row(*states):
    return [
        session(f"s{n}", ends=NOW - (len(states) - n) * DAY, state=state)
        for n, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("states", "count"),
    [
        (["held"] * 2, None),
        (["held"] * 3, 3),
        (["held"] * 4, None),
        (["held"] * 5, 5),
        (["not_held", "held", "held", "held"], 3),
        (["held", "held", "not_held", "held"], None),
        (["held", "cancelled", "held", "held"], 3),
        (["held", "held", "held", "planned"], 3),
        (["not_held"], None),
        ([], None),
    ],
)
def test_sessions_in_a_row_are_cheered_for(states, count):
    counts = [
        one.reason.values["count"] for one in found(NudgeRule.STREAK, sessions=row(*states)[::-1])
    ]
    assert counts == [count] * (count is not None)


def test_an_old_streak_is_no_news():
    assert found(NudgeRule.STREAK, NOW + 3 * DAY, sessions=row("held", "held", "held")) == []


def test_silence_is_mentioned_twice_and_then_no_more():
    sessions = [session(ends=NOW - DAY)]
    keys = [
        tuple(
            one.key
            for one in found(
                NudgeRule.NO_SESSION, NOW + day * DAY, group=OLD_PAIR, sessions=sessions
            )
        )
        for day in range(60)
    ]
    assert keys[:10] == [()] * 10
    assert len(set(keys[10:])) == 2
    (one,) = found(NudgeRule.NO_SESSION, NOW + 10 * DAY, group=OLD_PAIR, sessions=sessions)
    assert (
        str(one.reason)
        == "Your last session was 11 days ago. Propose a time: half an hour is fine."
    )


def test_a_group_that_never_met_counts_from_its_first_day():
    assert found(NudgeRule.NO_SESSION, NOW + 9 * DAY) == []
    (one,) = found(NudgeRule.NO_SESSION, NOW + 10 * DAY)
    assert one.reason.code == "nudge_first_session"
    short = NudgePlan(days_without_session=2)
    assert found(NudgeRule.NO_SESSION, NOW + DAY, plan=short)


@pytest.mark.parametrize("state", ["proposed", "planned"])
def test_a_session_to_come_is_no_silence(state):
    sessions = [session(state=state)]
    assert found(NudgeRule.NO_SESSION, group=OLD_PAIR, sessions=sessions) == []
    assert found(NudgeRule.NO_SESSION, group=OLD_PAIR, sessions=[session(state="cancelled")])


def test_a_session_that_is_going_on_is_no_silence():
    going_on = session(state="planned", ends=NOW + HOUR / 2)
    assert found(NudgeRule.NO_SESSION, group=OLD_PAIR, sessions=[going_on]) == []


@pytest.mark.parametrize(("days", "code"), [(6, None), (7, "nudge_first_session")])
def test_a_planned_session_of_which_nobody_says_a_word_was_not_held_for_ever(days, code):
    silent = session(state="planned", ends=NOW - days * DAY)
    told = [
        one.reason.code for one in found(NudgeRule.NO_SESSION, group=OLD_PAIR, sessions=[silent])
    ]
    assert told == ([] if code is None else [code])
    word = (Confirmation(member="bo", at=NOW - days * DAY),)
    spoken = replace(silent, confirmations=word)
    assert found(NudgeRule.NO_SESSION, group=OLD_PAIR, sessions=[spoken]) == []


# --- a fit that is none ---------------------------------------------------------------------------


def fit(value, *, at=NOW - DAY, group="g"):
    return CheckIn(id=f"{value}{at:%d}", group=group, member="ada", at=at, fit=value)


def test_who_is_not_happy_learns_of_the_switch():
    (one,) = found(NudgeRule.NOT_A_FIT, check_ins=[fit("not_a_fit")])
    assert "nobody learns who asked" in str(one.reason)
    for other in (Fit.GOOD, Fit.UNSURE):
        assert found(NudgeRule.NOT_A_FIT, check_ins=[fit("not_a_fit"), fit(other, at=NOW)]) == []
    assert found(NudgeRule.NOT_A_FIT, member="bo", check_ins=[fit("not_a_fit")]) == []
    assert found(NudgeRule.NOT_A_FIT, check_ins=[fit("not_a_fit", group="earlier")]) == []


def test_who_has_asked_or_thought_better_of_it_is_left_alone():
    ask = ask_for_switch([], PAIR, "ada", id="w", now=NOW)
    told = {"check_ins": [fit("not_a_fit")]}
    assert found(NudgeRule.NOT_A_FIT, switch_asks=[ask], **told) == []
    back = withdraw(ask, by="ada", now=NOW)
    assert found(NudgeRule.NOT_A_FIT, switch_asks=[back], **told) == []
    later = [fit("not_a_fit", at=NOW + DAY)]
    assert found(NudgeRule.NOT_A_FIT, NOW + DAY, check_ins=later, switch_asks=[back])


# --- all of them ----------------------------------------------------------------------------------


def everything(**fields):
    return {
        "goals": [goal(due=NOW.date()), met("m"), met("p", member="bo")],
        "sessions": [*row("held", "held", "held"), session()],
        "check_ins": [*moods(2, 2, 2, 2), fit("not_a_fit", at=NOW - HOUR)],
    } | fields


def test_the_most_urgent_comes_first():
    rules = [
        one.rule for one in occasions(Situation(member="ada", now=NOW, group=PAIR, **everything()))
    ]
    assert rules == sorted(rules, key=list(NudgeRule).index)
    assert set(rules) == set(NudgeRule) - {NudgeRule.NO_SESSION}


@pytest.mark.parametrize("group", [None, replace(OLD_PAIR, ended_at=NOW - HOUR)])
def test_a_group_that_has_ended_is_let_go(group):
    here = Situation(member="ada", now=NOW, group=group, **everything())
    assert {one.rule for one in occasions(here)} == {
        NudgeRule.SUPPORT,
        NudgeRule.GOAL_DUE,
        NudgeRule.GOAL_MET,
    }


def test_nobody_with_nothing_is_nudged():
    assert occasions(Situation(member="ada", now=NOW)) == ()


def test_nothing_private_is_in_what_is_said():
    words = {"good": "xyzzy", "bad": "xyzzy", "idea": "xyzzy"}
    check_ins = [replace(one, **words) for one in everything()["check_ins"]]
    here = Situation(member="ada", now=NOW, group=PAIR, **everything(check_ins=check_ins))
    assert "xyzzy" not in repr(occasions(here))
    assert "xyzzy" not in repr(here)
