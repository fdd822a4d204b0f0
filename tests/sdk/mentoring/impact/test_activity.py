"""Journeys, the funnel and retention: counted by hand, and nobody to be found in the numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.funnel import funnel
from peerloom.mentoring.impact.intervals import wilson
from peerloom.mentoring.impact.journeys import Journey, journeys
from peerloom.mentoring.impact.retention import Stay, retention_by_round, retention_by_week
from peerloom.mentoring.sessions import Confirmation, Session, SessionState

MONDAY = datetime(2026, 9, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def group(name, *members, number=1, at=MONDAY):
    return PublishedGroup(id=name, members=members, round=number, published_at=at)


def held(name, where, *, days, absent=(), minutes=60):
    words = tuple(
        Confirmation(member=one, at=MONDAY, met=one not in absent) for one in where.members
    )
    return Session(
        id=name,
        group=where.id,
        members=where.members,
        starts_at=MONDAY + days * DAY,
        minutes=minutes,
        state=SessionState.HELD,
        proposed_by=where.members[0],
        proposed_at=MONDAY,
        changed_at=MONDAY,
        confirmations=words,
    )


# --- journeys -------------------------------------------------------------------------------------


def test_a_small_programme_by_hand():
    trio, pair = group("g1", "ada", "bo", "cy"), group("g2", "di", "eve")
    later = group("a3", "ada", "eve", number=2, at=MONDAY + 30 * DAY)
    sessions = [
        held("s1", trio, days=3, absent=("cy",)),
        held("s2", later, days=33),
        held("s3", pair, days=5, minutes=20),
        replace(held("s4", pair, days=6), state=SessionState.PLANNED),
    ]
    goals = [
        Goal(id="1", member="ada", set_at=MONDAY, state=GoalState.MET),
        Goal(id="2", group="g1", set_at=MONDAY, state=GoalState.MET),
        Goal(id="3", member="bo", set_at=MONDAY),
        Goal(id="4", member="bo", set_at=MONDAY, state=GoalState.LET_GO),
        Goal(id="5", group="of old", set_at=MONDAY, state=GoalState.MET),
    ]
    check_ins = [
        CheckIn(id="1", group="g1", member="ada", at=MONDAY + DAY, fit=Fit.GOOD),
        CheckIn(id="2", group="g1", member="ada", at=MONDAY, fit=Fit.NOT_A_FIT),
        CheckIn(id="3", group="g1", member="ada", at=MONDAY + 2 * DAY, mood=3),
        CheckIn(id="4", group="g1", member="bo", at=MONDAY, fit=Fit.UNSURE),
    ]
    found = journeys(
        ["fay", "eve", "di", "cy", "bo", "ada", "ada"],
        groups=[later, pair, trio],
        sessions=sessions,
        goals=goals,
        check_ins=check_ins,
        counting_minutes=45,
    )
    shown = [
        (one.member, one.group, one.met_at and (one.met_at - MONDAY).days, one.meetings)
        for one in found
    ]
    assert shown == [
        ("ada", "g1", 3, 2),
        ("bo", "g1", 3, 1),
        ("cy", "g1", None, 0),
        ("di", "g2", None, 0),
        ("eve", "g2", 33, 1),
        ("fay", None, None, 0),
    ]
    assert [one.goals_met for one in found] == [2, 1, 1, 0, 0, 0]
    assert [one.fits for one in found] == [True, False, None, None, None, None]
    assert "fits" not in repr(found[0])


# --- the funnel -----------------------------------------------------------------------------------


def people(count, *, paired=0, met=0, again=0, goals=0, fits=(), days=4):
    """Give pairs of whom the first so many came so far."""
    return [
        Journey(
            member=f"{number:03d}",
            group=f"{number // 2}" if number < paired else None,
            paired_at=MONDAY if number < paired else None,
            met_at=MONDAY + days * DAY if number < met else None,
            meetings=3 if number < again else int(number < met),
            goals_met=int(number < goals),
            fits=fits[number] if number < len(fits) else None,
        )
        for number in range(count)
    ]


def test_the_funnel_by_hand():
    fits = [True] * 20 + [False] * 10
    found = funnel(people(50, paired=50, met=40, again=20, goals=12, fits=fits))
    assert {step.code: step.count.value for step in found.steps} == {
        "paired": 50,
        "met": 40,
        "met_again": 20,
        "goal_met": 12,
        "fits": 20,
    }
    assert (found.enrolled.value, found.days) == (50, 4)
    met, fit = found.steps[1], found.steps[4]
    assert (met.share.low, met.share.high) == pytest.approx(
        # Whole pairs met or did not: as sure as 25 * 24/25 pairs.
        (wilson(0.8 * 24, 24).low, wilson(0.8 * 24, 24).high)
    )
    assert (fit.of.value, round(fit.share.estimate, 2)) == (30, 0.67)
    texts = [str(sentence) for sentence in found.sentences()]
    assert "40 of 50 met at least once." in texts
    assert "20 of 50 met at least 3 times." in texts
    assert "Half of those who met did so within 4 days of being paired." in texts


def test_small_numbers_and_small_differences_are_hidden():
    found = funnel(people(31, paired=31, met=29, again=22, goals=3, fits=[True] * 29 + [False] * 2))
    values = {step.code: (step.count.low, step.count.high) for step in found.steps}
    assert values == {
        "paired": (31, 31),
        "met": (27, 30),
        "met_again": (22, 22),
        "goal_met": (1, 4),
        "fits": (27, 31),
    }
    assert found.days is None
    assert [step.share is None for step in found.steps] == [False, True, False, True, True]
    told = json.dumps(found.to_dict())
    assert "29" not in told
    assert "Between 27 and 30 of 31 met at least once." in told


@pytest.mark.parametrize("count", range(5))
def test_of_fewer_than_five_nothing_is_told(count):
    found = funnel(people(count, paired=count, met=count))
    assert [sentence.code for sentence in found.sentences()] == ["funnel_few"]
    assert all(step.share is None for step in found.steps)


@given(st.integers(5, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_sentences_can_always_be_said_and_hold_no_small_number(count, one, two, three):
    paired, met, again = sorted((one, two, three), reverse=True)
    found = funnel(people(count, paired=paired, met=met, again=again, goals=three))
    for sentence in found.sentences():
        assert "{" not in str(sentence)
    for step in found.steps[1:]:
        assert step.count.value is None or step.count.value not in range(1, 5)


@pytest.mark.parametrize(("count", "paired"), [(8, 6), (10, 10), (11, 10), (12, 10), (14, 12)])
def test_who_knows_the_groups_cannot_subtract(count, paired):
    """All that may be behind the same figures: never one small number of people alone."""
    worlds = defaultdict(set)
    for met, again, goals in product(range(paired + 1), range(paired + 1), range(count + 1)):
        if again <= met:
            found = funnel(people(count, paired=paired, met=met, again=again, goals=goals))
            told = json.dumps([found.to_dict()["steps"], found.days])
            worlds[told].add((paired, met, again, count, goals))
    for truths in worlds.values():
        for whole, part in ((0, 1), (1, 2), (0, 2), (3, 4)):
            fell_away = {truth[whole] - truth[part] for truth in truths}
            assert len(fell_away) > 1 or not fell_away & {1, 2, 3, 4}
            left = {truth[part] for truth in truths}
            assert len(left) > 1 or not left & {1, 2, 3, 4}


def test_the_order_of_people_does_not_matter():
    some = people(30, paired=28, met=20, again=9, goals=7, fits=[True, False] * 10)
    assert funnel(some).to_dict() == funnel(some[::-1]).to_dict()


def test_meeting_before_the_groups_are_published_took_a_day_at_most():
    found = funnel(people(10, paired=10, met=10, days=-3))
    assert found.days == 1
    texts = [str(sentence) for sentence in found.sentences()]
    assert "Half of those who met did so within a day of being paired." in texts


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ImpactError, match="meetings"):
        funnel([], meetings=1)
    with pytest.raises(ImpactError, match="one journey only"):
        funnel([Journey(member="ada"), Journey(member="ada")])


# --- retention ------------------------------------------------------------------------------------


def test_retention_by_week_by_hand():
    weeks = [None] * 20 + [2] * 6 + [4] * 4 + [7] * 5
    stays = [
        Stay(
            member=str(number),
            joined_at=MONDAY,
            left_at=None if left is None else MONDAY + timedelta(weeks=left),
        )
        for number, left in enumerate(weeks)
    ]
    stays.append(Stay(member="late", joined_at=MONDAY + timedelta(weeks=1)))
    found = retention_by_week(stays, now=MONDAY + timedelta(weeks=8), weeks=8)
    assert found.people.value == 35
    # Who left after exactly two weeks was there for two weeks. Four more are not told apart.
    assert [step.count.value for step in found.steps] == [35, 35, 35, 29, 29, None, None, None, 20]
    assert found.steps[8].share.low == pytest.approx(wilson(20, 35).low)
    assert str(found.sentences()[0]) == "After 8 weeks 20 of 35 were still there."


def test_who_joined_too_late_is_not_followed():
    stays = [Stay(member=str(number), joined_at=MONDAY) for number in range(9)]
    found = retention_by_week(stays, now=MONDAY + 27 * DAY, weeks=4)
    assert (found.people.value, found.steps) == (0, ())
    assert found.sentences()[0].code == "retention_few"
    assert retention_by_week(stays, now=MONDAY + 28 * DAY, weeks=4).people.value == 9


def test_a_few_who_leave_are_not_told():
    stays = [
        Stay(member=str(number), joined_at=MONDAY, left_at=MONDAY + DAY if number < 2 else None)
        for number in range(30)
    ]
    found = retention_by_week(stays, now=MONDAY + 70 * DAY, weeks=6)
    assert str(found.sentences()[0]) == "After 6 weeks between 26 and 29 of 30 were still there."
    assert "28" not in json.dumps(found.to_dict())
    assert [step.share for step in found.steps[1:]] == [None] * 6


def test_retention_by_round_counts_who_pauses_as_there():
    names = [f"{number:02d}" for number in range(20)]
    rounds = {1: names, 2: names[:10], 3: names[5:15], 4: [*names[:5], "new", "newer", "newest"]}
    groups = [
        group(f"{number}-{place}", *members[place : place + 2], number=number)
        for number, members in rounds.items()
        for place in range(0, len(members) - 1, 2)
    ]
    found = retention_by_round(groups)
    assert found.people.value == 20
    # Round 4: only 00 to 03 and 04 with a new one; seats of new people do not count.
    assert [step.count.value for step in found.steps] == [20, 15, 15, 5]
    assert (
        str(found.sentences()[0]) == "5 of the 20 people of the first round were there in round 4."
    )


def test_retention_in_pairs_is_less_sure_than_alone():
    pairs = [
        Stay(
            member=str(number),
            joined_at=MONDAY,
            left_at=MONDAY + DAY if number < 10 else None,
            group=str(number // 2),
        )
        for number in range(40)
    ]
    alone = [replace(stay, group=None) for stay in pairs]
    shares = [
        retention_by_week(some, now=MONDAY + 70 * DAY, weeks=2).steps[2].share
        for some in (pairs, alone)
    ]
    assert shares[0].low < shares[1].low < shares[1].high < shares[0].high


@pytest.mark.parametrize("weeks", [0, 521, 1.5])
def test_other_numbers_of_weeks_are_refused(weeks):
    with pytest.raises(ImpactError, match="weeks"):
        retention_by_week([], now=MONDAY, weeks=weeks)


def test_impossible_stays_are_refused():
    with pytest.raises(ImpactError, match="left_at"):
        Stay(member="ada", joined_at=MONDAY, left_at=MONDAY - DAY)
    with pytest.raises(MomentError):
        Stay(member="ada", joined_at=MONDAY.replace(tzinfo=None))
