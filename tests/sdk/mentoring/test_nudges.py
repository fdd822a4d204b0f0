"""Nudges: at most one a day, never at night, the most urgent first, and none for who wants none."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom import UnknownZoneError
from peerloom.mentoring.errors import GroupError, MomentError, TextError
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.nudge_plan import (
    REMINDERS,
    NudgeError,
    NudgePlan,
    NudgeRule,
    Situation,
    days_without_session,
)
from peerloom.mentoring.nudge_rules import Occasion
from peerloom.mentoring.nudges import NudgePreferences, NudgeRecord, is_held_out, next_nudge
from peerloom.mentoring.quiet_hours import QuietHours
from peerloom.mentoring.schemas.nudges import (
    NudgePlanSchema,
    NudgePreferencesSchema,
    NudgeRecordSchema,
)
from peerloom.policy import Rhythm
from peerloom.reasons import Reason

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
PAIR = PublishedGroup(id="g", members=("ada", "bo"), round=1, published_at=NOW - 30 * DAY)


def goals(count, *, due=date(2026, 11, 25)):
    return [Goal(id=f"{n}", member="ada", due=due, set_at=NOW - 20 * DAY) for n in range(count)]


def situation(now=NOW, **fields):
    return Situation(**{"member": "ada", "now": now, "goals": goals(3)} | fields)


# --- one a day, not at night ----------------------------------------------------------------------


@given(
    timezone=st.sampled_from(ZONES),
    start=st.integers(0, 20 * 366 * 24).map(
        lambda hours: datetime(2008, 1, 1, tzinfo=UTC) + hours * HOUR
    ),
    quiet=st.builds(
        QuietHours,
        start=st.builds(time, st.integers(0, 23), st.sampled_from((0, 30))),
        end=st.builds(time, st.integers(0, 23), st.sampled_from((0, 30))),
    ),
    step=st.sampled_from((HOUR, 5 * HOUR, DAY)),
)
def test_hourly_runs_in_any_zone_nudge_once_a_day_by_daylight(timezone, start, quiet, step):
    # A goal for each day: there is always reason enough for a nudge.
    own = [
        Goal(id=f"{n}", member="ada", due=start.date() + timedelta(days=n), set_at=start - 40 * DAY)
        for n in range(-5, 12)
    ]
    place, records, sent = ZoneInfo(timezone), [], []
    for run in range(6 * DAY // step):
        now = start + run * step
        nudge = next_nudge(
            Situation(member="ada", now=now, timezone=timezone, goals=own),
            NudgePreferences(quiet=quiet),
            records=records,
        )
        if nudge is not None:
            assert nudge.send_at >= now
            records.append(NudgeRecord.of(nudge))
            sent.append(nudge.send_at.astimezone(place))
    assert len({moment.date() for moment in sent}) == len(sent)
    assert not any(quiet.has(moment.time()) for moment in sent)
    assert len({record.id for record in records}) == len(records)
    # And it is not silence that keeps the rule: nearly every day has its nudge.
    assert len(sent) >= 4


def test_a_nudge_of_the_night_waits_for_the_morning_and_uses_up_its_day():
    night = datetime(2026, 11, 23, 23, tzinfo=UTC)
    nudge = next_nudge(situation(night))
    assert nudge.send_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
    had = [NudgeRecord.of(nudge)]
    assert next_nudge(situation(nudge.send_at + HOUR), records=had) is None
    assert next_nudge(situation(nudge.send_at + 12 * HOUR), records=had) is None
    assert (
        next_nudge(situation(nudge.send_at + 13 * HOUR), records=had).send_at == nudge.send_at + DAY
    )


def test_the_day_is_that_of_the_person():
    evening = datetime(2026, 11, 23, 16, tzinfo=UTC)  # 05:00 on the 24th in Auckland
    nudge = next_nudge(situation(evening, timezone="Pacific/Auckland"))
    assert nudge.send_at == datetime(2026, 11, 23, 19, tzinfo=UTC)
    had = [NudgeRecord.of(nudge)]
    same_day = datetime(2026, 11, 24, 7, tzinfo=UTC)
    assert next_nudge(situation(same_day, timezone="Pacific/Auckland"), records=had) is None
    assert next_nudge(situation(same_day), records=had) is not None


def test_deciding_twice_gives_the_same_nudge_and_recording_it_the_next_one():
    first, again = next_nudge(situation()), next_nudge(situation())
    assert first == again
    records, about = [NudgeRecord.of(first)], [first.occasion.about]
    for day in range(1, 5):
        nudge = next_nudge(situation(NOW + day * DAY), records=records)
        if nudge is not None:
            records.append(NudgeRecord.of(nudge))
            about.append(nudge.occasion.about)
    assert about == ["0", "1", "2", "0", "1"]  # each goal before it is due, then when it is over
    assert len({record.id for record in records}) == 5


def test_records_of_others_do_not_count():
    nudge = next_nudge(situation())
    theirs = replace(NudgeRecord.of(nudge), member="bo")
    assert next_nudge(situation(), records=[theirs]) == nudge


# --- the off switch -------------------------------------------------------------------------------


def test_off_is_off_and_a_pause_ends_by_itself():
    assert next_nudge(situation(), NudgePreferences(is_off=True)) is None
    paused = NudgePreferences(paused_until=NOW + DAY)
    assert next_nudge(situation(), paused) is None
    assert next_nudge(situation(NOW + DAY), paused) is not None


def test_single_rules_can_be_muted_by_the_member_and_left_out_by_the_programme():
    here = situation(group=PAIR)
    assert next_nudge(here).rule is NudgeRule.GOAL_DUE
    muted = NudgePreferences(muted=("goal_due",))
    assert next_nudge(here, muted).rule is NudgeRule.NO_SESSION
    plan = NudgePlan(rules=(NudgeRule.NO_SESSION,))
    assert next_nudge(here, plan=plan).rule is NudgeRule.NO_SESSION
    assert next_nudge(here, muted, plan=NudgePlan(rules=("goal_due",))) is None


# --- the lot --------------------------------------------------------------------------------------


def occasion(key, rule=NudgeRule.GOAL_DUE):
    return Occasion(rule=rule, key=key, about="x", since=NOW, reason=Reason(code="c", template="t"))


@pytest.mark.parametrize("percent", [0, 10, 25, 50])
def test_the_lot_holds_out_about_as_many_as_asked_for(percent):
    plan = NudgePlan(held_out_percent=percent, seed=4)
    held = sum(is_held_out(occasion(str(n)), plan) for n in range(4000))
    # Five standard deviations: the seed is fixed, so this either holds or the draw is skewed.
    assert abs(held - 40 * percent) <= 5 * (40 * percent * (1 - percent / 100)) ** 0.5


def test_the_lot_depends_on_seed_and_occasion_alone():
    plans = [NudgePlan(held_out_percent=50, seed=seed) for seed in (1, 2)]
    drawn = [[is_held_out(occasion(str(n)), plan) for n in range(64)] for plan in plans]
    assert drawn[0] != drawn[1]
    assert drawn[0] == [is_held_out(occasion(str(n)), plans[0]) for n in range(64)]


def test_both_members_of_a_silent_group_are_held_out_together():
    for seed in range(20):
        plan = NudgePlan(held_out_percent=50, seed=seed)
        one, other = (
            next_nudge(Situation(member=member, now=NOW, group=PAIR), plan=plan)
            for member in PAIR.members
        )
        assert one.is_held_out is other.is_held_out
        assert one.id != other.id


def test_kind_words_and_cheers_are_never_held_out():
    plan = NudgePlan(held_out_percent=50)
    for rule in set(NudgeRule) - set(REMINDERS):
        assert not any(is_held_out(occasion(str(n), rule), plan) for n in range(50))


def test_a_nudge_that_is_held_out_takes_its_day():
    for seed in itertools.count():
        plan = NudgePlan(held_out_percent=50, seed=seed)
        nudge = next_nudge(situation(), plan=plan)
        if nudge.is_held_out:
            break
    record = NudgeRecord.of(nudge)
    assert record.is_held_out
    assert next_nudge(situation(NOW + HOUR), plan=plan, records=[record]) is None


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": ("shout",)},
        {"rules": "support"},
        {"days_without_session": 0},
        {"held_out_percent": 51},
        {"held_out_percent": 5.0},
        {"due_days": -1},
        {"streaks": (1,)},
        {"streaks": ("3",)},
        {"seed": "x"},
    ],
)
def test_what_cannot_be_a_plan(wrong):
    with pytest.raises(NudgeError):
        NudgePlan(**wrong)


def test_a_plan_follows_the_rhythm():
    assert [days_without_session(rhythm) for rhythm in Rhythm] == [6, 11, 21, 42]
    assert NudgePlan.for_rhythm(Rhythm.WEEKLY) == NudgePlan()


def test_what_cannot_be_decided_from():
    with pytest.raises(GroupError):
        Situation(member="eve", now=NOW, group=PAIR)
    with pytest.raises(UnknownZoneError):
        Situation(member="ada", now=NOW, timezone="Berlin")
    with pytest.raises(MomentError):
        Situation(member="ada", now=NOW.replace(tzinfo=None))
    with pytest.raises(NudgeError):
        NudgePreferences(muted=("all",))
    with pytest.raises(TextError):
        replace(NudgeRecord.of(next_nudge(situation())), key="")


def test_a_record_does_not_tell_why_in_a_repr():
    shown = repr(NudgeRecord.of(next_nudge(situation())))
    assert "goal_due" not in shown
    assert "2026-11-25" not in shown


# --- there and back -------------------------------------------------------------------------------

_moments = st.integers(0, 250 * 10**15).map(
    lambda microseconds: datetime(1970, 1, 2, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
_rules = st.lists(st.sampled_from(NudgeRule), unique=True).map(tuple)
_times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


@given(
    one=st.builds(
        NudgePreferences,
        is_off=st.booleans(),
        paused_until=st.none() | _moments,
        muted=_rules,
        quiet=st.builds(QuietHours, start=_times, end=_times),
    )
)
def test_preferences_come_back_equal(one):
    assert (
        NudgePreferencesSchema().load(json.loads(json.dumps(NudgePreferencesSchema().dump(one))))
        == one
    )


@given(
    one=st.builds(
        NudgePlan,
        rules=_rules,
        days_without_session=st.integers(1, 366),
        streaks=st.lists(st.integers(2, 99)).map(tuple),
        held_out_percent=st.integers(0, 50),
        seed=st.integers(),
    )
)
def test_a_plan_comes_back_equal(one):
    assert NudgePlanSchema().load(json.loads(json.dumps(NudgePlanSchema().dump(one)))) == one


@given(
    one=st.builds(
        NudgeRecord,
        id=st.text(min_size=1),
        member=st.text(min_size=1),
        group=st.none() | st.text(min_size=1),
        rule=st.sampled_from(NudgeRule),
        key=st.text(min_size=1),
        about=st.text(min_size=1),
        send_at=_moments,
        is_held_out=st.booleans(),
        acted_at=st.none() | _moments,
    )
)
def test_a_record_comes_back_equal(one):
    assert NudgeRecordSchema().load(json.loads(json.dumps(NudgeRecordSchema().dump(one)))) == one


@pytest.mark.parametrize(
    ("schema", "plain", "message"),
    [
        (NudgePreferencesSchema, {"is_off": "no"}, "expected true or false"),
        (NudgePreferencesSchema, {"quiet": {"start": "9 pm"}}, "expected a time of the day"),
        (NudgePreferencesSchema, {"quiet": {"start": "21:00:30"}}, "expected a time of the day"),
        (NudgePreferencesSchema, {"muted": ["shout"]}, "expected some of support"),
        (NudgePreferencesSchema, {"muted": "support"}, "expected some of support"),
        (NudgePlanSchema, {"seed": 1.5}, "expected a whole number"),
        (NudgePlanSchema, {"held_out_percent": 80}, "expected a whole number from 0 to 50"),
        (NudgePlanSchema, {"speed": 3}, "expected a key that is known here"),
        (NudgeRecordSchema, {"id": "x"}, "expected"),
    ],
)
def test_what_a_file_must_say(schema, plain, message):
    with pytest.raises(ValidationError) as caught:
        schema().load(plain)
    assert message in str(caught.value.messages)
