"""What followed nudges: who acted, against those whose reminder was held out by lot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from scipy.stats import binomtest

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.goals import Goal, GoalChange, GoalState, Milestone, ProgressEntry
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.nudge_effects import RULE_NAMES, follow_up, nudge_effects
from peerloom.mentoring.nudge_plan import REMINDERS, NudgeError, NudgeRule
from peerloom.mentoring.nudges import NudgeRecord
from peerloom.mentoring.sessions import Answer, Confirmation, Session, SessionState

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def record(rule=NudgeRule.GOAL_DUE, *, member="ada", about="x", **fields):
    values = {"id": f"{member}-{rule}", "group": "g", "key": "k", "send_at": NOW} | fields
    return NudgeRecord(member=member, rule=rule, about=about, **values)


def session(**fields):
    values = {
        "id": "x",
        "group": "g",
        "members": ("ada", "bo"),
        "starts_at": NOW + 5 * DAY,
        "minutes": 60,
        "proposed_by": "bo",
        "proposed_at": NOW - DAY,
        "changed_at": NOW - DAY,
    }
    return Session(**values | fields)


# --- what followed --------------------------------------------------------------------------------


def test_progress_a_milestone_or_a_change_follows_a_goal_that_is_due():
    goal = Goal(
        id="x",
        member="ada",
        measure=Measure(start=0, target=9),
        milestones=(
            Milestone(text="a", done_at=NOW - DAY),
            Milestone(text="b", done_at=NOW + 3 * HOUR),
        ),
        due=date(2026, 11, 25),
        set_at=NOW - 9 * DAY,
        progress=(ProgressEntry(at=NOW - HOUR, by="ada", value=Decimal(1)),),
    )
    assert follow_up(record(), goals=[goal]).acted_at == NOW + 3 * HOUR
    entry = ProgressEntry(at=NOW + 2 * HOUR, by="ada", value=Decimal(2))
    assert (
        follow_up(record(), goals=[replace(goal, progress=(*goal.progress, entry))]).acted_at
        == NOW + 2 * HOUR
    )
    met = replace(
        goal,
        state=GoalState.MET,
        history=(GoalChange(at=NOW + HOUR, by="ada", state=GoalState.MET),),
    )
    assert follow_up(record(), goals=[met]).acted_at == NOW + HOUR
    assert follow_up(record(about="y"), goals=[met]).acted_at is None


def test_an_own_answer_or_a_call_in_time_follows_a_proposal():
    waiting = record(NudgeRule.PROPOSAL_WAITING)
    other_s_yes = session(answers=(Answer(member="bo", at=NOW + HOUR),))
    own_yes = session(
        answers=(Answer(member="ada", at=NOW + 2 * HOUR), Answer(member="bo", at=NOW))
    )
    called_off = session(state=SessionState.CANCELLED, changed_at=NOW + HOUR)
    ended_by_itself = session(state=SessionState.CANCELLED, changed_at=NOW + 6 * DAY)
    assert follow_up(waiting, sessions=[other_s_yes]).acted_at is None
    assert follow_up(waiting, sessions=[own_yes]).acted_at == NOW + 2 * HOUR
    assert follow_up(waiting, sessions=[called_off]).acted_at == NOW + HOUR
    assert follow_up(waiting, sessions=[ended_by_itself]).acted_at is None


def test_word_or_feedback_follows_a_session():
    waiting = record(NudgeRule.FEEDBACK_WAITING)
    over = {"starts_at": NOW - DAY, "state": SessionState.PLANNED}
    mine = CheckIn(id="c", group="g", member="ada", at=NOW + DAY, session="x", good="ok")
    theirs = CheckIn(id="d", group="g", member="bo", at=NOW + HOUR, session="x", good="ok")
    assert follow_up(waiting, sessions=[session(**over)], check_ins=[theirs]) == waiting
    assert follow_up(waiting, check_ins=[mine, theirs]).acted_at == NOW + DAY
    spoke = session(**over, confirmations=(Confirmation(member="ada", at=NOW + HOUR),))
    assert follow_up(waiting, sessions=[spoke], check_ins=[mine]).acted_at == NOW + HOUR


def test_any_new_session_of_the_group_follows_silence():
    silent = record(NudgeRule.NO_SESSION, about="g")
    old, new = session(), session(id="y", proposed_at=NOW + DAY, changed_at=NOW + DAY)
    elsewhere = session(id="z", group="h", proposed_at=NOW + HOUR, changed_at=NOW + HOUR)
    assert follow_up(silent, sessions=[old, elsewhere]) == silent
    assert follow_up(silent, sessions=[old, new, elsewhere]).acted_at == NOW + DAY


def test_what_is_known_stays_and_cheers_ask_for_nothing():
    known = record(acted_at=NOW + DAY)
    assert follow_up(known, goals=[]) == known
    for rule in set(NudgeRule) - set(REMINDERS):
        cheer = record(rule)
        mine = CheckIn(id="c", group="g", member="ada", at=NOW + DAY, session="x", good="ok")
        assert (
            follow_up(cheer, sessions=[session(proposed_at=NOW + DAY)], check_ins=[mine]) == cheer
        )


# --- how much they change -------------------------------------------------------------------------


def arm(count, acted, *, is_held_out=False, rule=NudgeRule.GOAL_DUE, after=DAY, first=0):
    """Give reminders to people who each have a group of their own."""
    return [
        record(
            rule,
            member=f"m{first + place}",
            group=f"g{first + place}",
            is_held_out=is_held_out,
            acted_at=NOW + after if place < acted else None,
        )
        for place in range(count)
    ]


LATER = NOW + 4 * DAY


def test_the_two_shares_have_the_intervals_of_scipy():
    records = [*arm(60, 45), *arm(40, 16, is_held_out=True, first=100)]
    (effect,) = nudge_effects(records, now=LATER)
    assert (effect.sent.value, effect.acted.value) == (60, 45)
    assert (effect.held_out.value, effect.acted_held_out.value) == (40, 16)
    one = binomtest(45, 60).proportion_ci(method="wilson")
    other = binomtest(16, 40).proportion_ci(method="wilson")
    low = 0.35 - ((0.75 - one.low) ** 2 + (other.high - 0.4) ** 2) ** 0.5
    high = 0.35 + ((one.high - 0.75) ** 2 + (0.4 - other.low) ** 2) ** 0.5
    found = effect.difference
    assert (found.estimate, found.low, found.high) == pytest.approx((0.35, low, high))
    assert str(effect.sentence()) == (
        "Of 60 people who got this reminder, 45 acted within 3 days; of 40 people from whom a lot "
        f"held it back, 16 did. So of 100 people, between {round(100 * low)} and "
        f"{round(100 * high)} more act because of the reminder."
    )


def test_a_reminder_that_does_harm_is_told_in_numbers_without_a_sign():
    def said(*, sent, held_out):
        records = [*arm(60, sent), *arm(40, held_out, is_held_out=True, first=100)]
        return nudge_effects(records, now=LATER)[0].sentence()

    worse = said(sent=60 - 45, held_out=40 - 16)
    assert worse.code == "nudge_effect_fewer"
    better = said(sent=45, held_out=16)
    assert {name: worse.values[name] for name in ("low", "high")} == {
        name: better.values[name] for name in ("low", "high")
    }
    assert "-" not in str(worse)


def test_newcombe_s_own_example():
    # 56 of 70 against 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10).
    records = [*arm(70, 56), *arm(80, 48, is_held_out=True, first=100)]
    (effect,) = nudge_effects(records, now=LATER)
    assert (round(effect.difference.low, 4), round(effect.difference.high, 4)) == (0.0524, 0.3339)


def test_what_can_be_chance_is_called_so():
    (effect,) = nudge_effects([*arm(20, 11), *arm(20, 10, is_held_out=True, first=50)], now=LATER)
    assert effect.sentence().code == "nudge_effect_unclear"
    assert str(effect.sentence()).endswith(
        "That can be chance: of 100 people, the reminder may lead up to "
        f"{round(100 * effect.difference.high)} more to act, or up to "
        f"{round(-100 * effect.difference.low)} fewer."
    )


def test_without_a_lot_nothing_is_claimed():
    (effect,) = nudge_effects(arm(30, 20), now=LATER)
    assert effect.difference is None
    assert effect.sentence().code == "nudge_effect_unknown"


@pytest.mark.parametrize(("held_out", "acted"), [(3, 1), (30, 0), (30, 28)])
def test_a_lot_that_tells_nothing_yet_is_not_asked_for_again(held_out, acted):
    records = [*arm(30, 20), *arm(held_out, acted, is_held_out=True, first=100)]
    (effect,) = nudge_effects(records, now=LATER)
    assert effect.difference is None
    assert effect.sentence().code == "nudge_effect_not_yet"


@pytest.mark.parametrize(
    ("count", "acted"), [(4, 2), (9, 5), (30, 4), (30, 26), (30, 30), (30, 0), (1, 1)]
)
def test_numbers_that_concern_fewer_than_five_people_are_hidden(count, acted):
    (effect,) = nudge_effects(arm(count, acted), now=LATER)
    assert effect.acted.value is None
    assert effect.sentence().code == "nudge_effect_hidden"
    assert effect.sentence().values == {"days": 3}


@pytest.mark.parametrize("acted", range(5))
def test_hidden_numbers_look_alike(acted):
    assert nudge_effects(arm(30, acted), now=LATER) == nudge_effects(arm(30, 0), now=LATER)


def test_each_person_counts_once_with_their_first_reminder():
    records = arm(12, 6)
    again = [replace(one, id=f"{one.id}2", send_at=NOW + DAY, is_held_out=True) for one in records]
    assert nudge_effects([*again, *records], now=NOW + 9 * DAY) == nudge_effects(records, now=LATER)


def test_only_reminders_whose_days_have_passed_count():
    assert nudge_effects(arm(12, 6), now=NOW + 3 * DAY - HOUR) == ()
    assert len(nudge_effects(arm(12, 6), now=NOW + 3 * DAY)) == 1


def test_what_is_done_too_late_did_not_follow():
    (late,) = nudge_effects(arm(20, 10, after=3 * DAY), now=LATER)
    (none,) = nudge_effects(arm(20, 0), now=LATER)
    assert late == none
    (longer,) = nudge_effects(arm(20, 10, after=3 * DAY), now=LATER, within_days=4)
    assert longer.acted.value == 10
    (shorter,) = nudge_effects(arm(20, 10, after=DAY - HOUR), now=NOW + DAY, within_days=1)
    assert shorter.acted.value == 10
    with pytest.raises(NudgeError):
        nudge_effects([], now=NOW, within_days=0)


def test_private_rules_are_never_measured():
    private = [one for rule in set(NudgeRule) - set(REMINDERS) for one in arm(20, 10, rule=rule)]
    assert nudge_effects(private, now=LATER) == ()
    assert set(RULE_NAMES) == set(REMINDERS)


def test_people_of_one_group_are_one_observation():
    alone = [*arm(40, 30), *arm(40, 10, is_held_out=True, first=100)]
    pairs = [
        replace(one, group=f"p{place // 2}{one.is_held_out}") for place, one in enumerate(alone)
    ]
    (wide,), (narrow,) = nudge_effects(pairs, now=LATER), nudge_effects(alone, now=LATER)
    assert (
        wide.difference.high - wide.difference.low > narrow.difference.high - narrow.difference.low
    )


def test_it_is_ready_for_json():
    plain = [one.to_dict() for one in nudge_effects(arm(30, 4), now=LATER)]
    assert json.loads(json.dumps(plain)) == plain
    assert plain[0]["acted"] == {"value": None, "low": 0, "high": 4}
