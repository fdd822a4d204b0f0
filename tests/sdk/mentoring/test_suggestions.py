"""Suggestions: which activity comes next, with which reasons, and that no mood is given away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.activity_schedules import schedule
from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.cohort import CohortAnswers
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.goal_changes import let_go, meet
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.sessions import Confirmation, Part, Session, SessionKind, SessionState
from peerloom.mentoring.suggestions import suggest_activities, suggest_activity
from peerloom.mentoring.topics import Family, Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BUILT_IN = built_in_activities()
ALL = tuple(BUILT_IN.values())
SEEDS = range(400)


def group_of(*members):
    return PublishedGroup(id="g1", members=members, round=1, published_at=NOW)


PAIR = group_of("ada", "bo")


def held(number, activity=None, *, group="g1", members=("ada", "bo"), parts=(), **fields):
    """Give the session of a day, the first one first."""
    at = NOW - timedelta(days=100 - number)
    kind = BUILT_IN[activity].kind if activity in BUILT_IN else SessionKind.MEETING
    basics = {
        "id": f"s{number}",
        "group": group,
        "members": members,
        "starts_at": at,
        "minutes": 60,
        "state": SessionState.HELD,
        "proposed_by": members[0],
        "proposed_at": at,
        "changed_at": at,
        "kind": kind,
        "activity": activity,
        "parts": parts,
        "confirmations": tuple(Confirmation(member=one, at=at) for one in members),
    }
    return Session(**basics | fields)


def goal(**fields):
    return Goal(**{"id": "x", "member": "ada", "set_at": NOW - timedelta(days=30)} | fields)


def suggest(group=PAIR, *, minutes=45, seed=3, activities=ALL, **situation):
    return suggest_activities(activities, group, minutes=minutes, now=NOW, seed=seed, **situation)


def best(**situation):
    # Without the draw for listening, which has its own tests below.
    return suggest(**{"kind": SessionKind.MEETING} | situation)[0]


def codes(suggestion):
    return [reason.code for reason in suggestion.reasons]


MET_ONCE = (held(1, "first_meeting"),)


def test_a_first_session_gets_to_know_each_other_and_later_ones_never_do():
    first = best(goals=[goal(family=Family.CAREER, due=date(2026, 11, 1))])
    assert first.activity.id == "first_meeting"
    assert str(first.reasons[0]) == "It is your first session together."
    later = suggest(sessions=MET_ONCE)
    assert {one.activity.id for one in later[-2:]} == {"first_meeting", "listening"}
    assert "activity_first" not in {code for one in later for code in codes(one)}


def test_one_word_is_enough_for_what_was_done_while_nobody_contradicts():
    at = NOW - timedelta(days=99)
    waiting = held(
        1,
        "first_meeting",
        state=SessionState.PLANNED,
        confirmations=(Confirmation(member="ada", at=at),),
    )
    assert "activity_first" not in codes(best(sessions=[waiting]))
    denied = held(
        1,
        "first_meeting",
        state=SessionState.PLANNED,
        confirmations=(
            Confirmation(member="ada", at=at),
            Confirmation(member="bo", at=at, met=False),
        ),
    )
    assert "activity_first" in codes(best(sessions=[denied]))


def test_a_planned_or_cancelled_session_is_no_first_one():
    others = [
        held(2, state=SessionState.PLANNED, confirmations=()),
        held(3, state=SessionState.CANCELLED, confirmations=()),
        held(4, group="g2"),
    ]
    assert best(sessions=others).activity.id == "first_meeting"


def test_a_goal_that_is_late_brings_a_script_that_finds_out_why():
    late = goal(family=Family.TECHNICAL, due=date(2026, 11, 1))
    found = best(sessions=MET_ONCE, goals=[late])
    assert found.activity.id in {"pair_debugging", "problem_solving_squad", "unstick_a_goal"}
    assert codes(found)[:2] == ["activity_stuck_goal", "activity_technical"]
    assert "activity_stuck_goal" not in codes(best(sessions=MET_ONCE, goals=[goal()]))


@pytest.mark.parametrize("close", [meet, let_go])
def test_goals_that_are_closed_ask_for_nothing(close):
    late = goal(family=Family.CAREER, due=date(2026, 11, 1))
    closed = close(late, by="ada", now=NOW)
    assert suggest(sessions=MET_ONCE, goals=[closed]) == suggest(sessions=MET_ONCE)


def test_the_family_of_the_goal_that_is_late_is_named():
    late = goal(family=Family.CAREER, due=date(2026, 11, 1))
    both = [goal(id="y", family=Family.TECHNICAL), late]
    found = {one.activity.id: codes(one) for one in suggest(sessions=MET_ONCE, goals=both)}
    assert "activity_career" in found["unstick_a_goal"]
    assert "activity_technical" in found["pair_debugging"]


def test_a_change_of_gear_brings_its_script():
    change = goal(family=Family.CAREER, is_gear_change=True, due=date(2027, 6, 1))
    found = best(sessions=MET_ONCE, goals=[change])
    assert found.activity.id == "career_gear_change"
    assert str(found.reasons[0]) == "There is a change of gear among your goals."


@pytest.mark.parametrize("family", list(Family))
def test_families_of_goals_and_topics_count(family):
    by_goal = best(sessions=MET_ONCE, goals=[goal(family=family)])
    by_topic = best(sessions=MET_ONCE, topics=[Topic(text="x", family=family)])
    assert family in by_goal.activity.families
    assert f"activity_{family}" in codes(by_goal)
    assert family in by_topic.activity.families
    assert "activity_topics" in codes(by_topic)


def test_when_the_roles_should_flip_the_one_who_taught_least_teaches():
    talk = (Part(member="ada", taught=50), Part(member="bo", learned=50))
    found = best(sessions=[*MET_ONCE, held(2, parts=talk)], names={"ada": "Ada", "bo": "Bo"})
    assert (found.activity.id, found.lead) == ("show_me_how", "bo")
    assert str(found.reasons[0]) == (
        "So far Ada has taught for 50 minutes and Bo for 0: this time Bo teaches most of the time."
    )
    plan = schedule(found.activity, PAIR.members, 45, lead=found.lead)
    assert {part.member: part.taught > 0 for part in plan.parts} == {"ada": False, "bo": True}


def test_while_the_roles_are_even_nobody_teaches_all_the_time():
    even = (Part(member="ada", taught=25), Part(member="bo", taught=25))
    for seed in SEEDS:
        found = best(sessions=[*MET_ONCE, held(2, parts=even)], seed=seed)
        assert found.activity.id != "show_me_how"


def test_each_begins_in_turn_and_who_taught_least_teaches_alone():
    leads = [best(sessions=[held(n) for n in range(count)]).lead for count in range(1, 5)]
    assert leads == ["bo", "ada", "bo", "ada"]
    # Not yet enough to flip the roles, and yet it is clear who should teach for a whole session.
    for more, least in (("ada", "bo"), ("bo", "ada")):
        sessions = [*MET_ONCE, held(2, parts=(Part(member=more, taught=5),))]
        leads = {one.activity.id: one.lead for one in suggest(sessions=sessions)}
        assert leads["show_me_how"] == least


def test_who_has_left_neither_teaches_nor_sets_the_size():
    trio = group_of("ada", "bo", "cy")
    talk = (Part(member="ada", taught=60), Part(member="cy", taught=30))
    sessions = [held(1, "first_meeting", members=("ada", "bo", "cy"), parts=talk)]
    late = goal(member="bo", family=Family.TECHNICAL, due=date(2026, 11, 1))
    found = suggest(trio, sessions=sessions, members=("ada", "cy"), goals=[late])
    assert {one.reasons[-1].values["people"] for one in found} == {2}
    assert {one.lead for one in found if one.activity.is_one_sided} == {"cy"}
    assert "activity_stuck_goal" not in {code for one in found for code in codes(one)}
    for one in found:
        assert schedule(one.activity, ("ada", "cy"), one.minutes, lead=one.lead).minutes
    assert suggest(trio, sessions=sessions, members=("ada",)) == ()


def test_over_a_round_little_is_done_twice_and_nothing_soon():
    sessions = []
    for number in range(1, 13):
        found = best(sessions=sessions, goals=[goal(family=Family.TECHNICAL)])
        sessions.append(held(number, found.activity.id))
    done = [one.activity for one in sessions]
    for first, later in zip(done, range(1, 13), strict=True):
        assert first not in done[later : later + 3]
    assert len(set(done)) >= 6


def test_what_was_never_done_is_said_to_be_new():
    sessions = [*MET_ONCE, held(2, "teach_off")]
    found = {one.activity.id: codes(one) for one in suggest(sessions=sessions)}
    assert "activity_new" not in found["teach_off"]
    assert "activity_new" in found["walk_a_mile"]


def test_the_newest_time_counts_for_what_was_done_more_than_once():
    sessions = [held(number, "side_by_side") for number in (1, 9)]
    sessions += [held(number, "teach_off") for number in (2, 3, 4, 5, 6, 7, 8)]
    points = {one.activity.id: one.points for one in suggest(sessions=sessions)}
    alone = {one.activity.id: one.points for one in suggest(sessions=sessions[1:])}
    assert points["side_by_side"] == alone["side_by_side"]
    assert points["side_by_side"] < points["teach_off"]


@given(st.integers(2, 5), st.integers(1, 240), st.integers(0, 99))
def test_whatever_is_suggested_can_be_done(size, minutes, seed):
    group = group_of(*("ada", "bo", "cy", "di", "eve")[:size])
    found = suggest(group, minutes=minutes, seed=seed, sessions=MET_ONCE)
    for one in found:
        plan = schedule(one.activity, group.members, one.minutes, lead=one.lead)
        assert plan.minutes == min(minutes, one.activity.longest(size))
        assert one.reasons[-1].values == {"people": size, "minutes": plan.minutes}
    fitting = {one.id for one in ALL if size in one.sizes and one.shortest(size) <= minutes}
    assert {one.activity.id for one in found} == fitting
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)


def test_when_nothing_fits_nothing_is_suggested():
    assert suggest(minutes=10) == ()
    assert suggest(activities=()) == ()
    assert suggest_activity(ALL, PAIR, minutes=10, now=NOW, seed=1) is None


def test_minutes_near_the_usual_ones_are_better():
    points = {
        minutes: next(
            one.points
            for one in suggest(minutes=minutes, sessions=MET_ONCE)
            if one.activity.id == "teach_off"
        )
        for minutes in (26, 47, 68)
    }
    assert points[26] < points[47] > points[68]


def test_the_seed_decides_between_equals_and_only_there():
    alike = [one for one in BUILT_IN.values() if one.kind is SessionKind.MEETING]
    runs = [suggest(activities=alike, sessions=MET_ONCE, seed=seed) for seed in SEEDS]
    assert len({run[0].activity.id for run in runs}) > 1
    points = {tuple(sorted((one.activity.id, one.points) for one in run)) for run in runs}
    assert len(points) == 1
    assert runs[0] == suggest(activities=reversed(alike), sessions=MET_ONCE, seed=0)


def test_the_same_group_gets_other_ties_after_each_session():
    tops = {best(sessions=[held(n) for n in range(count)]).activity.id for count in range(1, 30)}
    assert len(tops) > 3


def test_a_present_without_its_zone_is_refused():
    with pytest.raises(MomentError):
        suggest_activity(ALL, PAIR, minutes=45, now=NOW.replace(tzinfo=None), seed=1)


# --- listening ------------------------------------------------------------------------------------

ENOUGH = (held(1, "first_meeting"), held(2, "teach_off"))


def moods(*days, mood=1, member="bo"):
    """Give check-ins of one person, so many days before the present."""
    return [
        CheckIn(id=f"c{day}", group="g1", member=member, at=NOW - timedelta(days=day), mood=mood)
        for day in days
    ]


LOW = moods(*range(1, 140, 3))
"""Somebody is low all the time."""


def listens(seed, *, sessions=ENOUGH, is_low=False):
    found = suggest(sessions=sessions, seed=seed, check_ins=LOW if is_low else ())
    place = [one.activity.id for one in found].index("listening")
    # First or among the last, with the first meeting: it never competes with anything else.
    assert place == 0 or place >= len(found) - 2
    return place == 0


def test_who_wants_to_listen_gets_that_and_who_wants_to_meet_does_not():
    for sessions in ((), MET_ONCE, (*ENOUGH, held(3, "listening"))):
        only = suggest(kind=SessionKind.LISTENING, sessions=sessions)
        assert [one.activity.id for one in only] == ["listening"]
        meetings = suggest(kind=SessionKind.MEETING, sessions=sessions, check_ins=LOW)
        assert SessionKind.LISTENING not in {one.activity.kind for one in meetings}


def test_a_low_mood_makes_listening_three_times_as_likely_and_never_certain():
    low = sum(listens(seed, is_low=True) for seed in SEEDS)
    well = sum(listens(seed) for seed in SEEDS)
    # Out of 400 with chances of 3/4 and 1/4; the seeds are fixed, so this never changes.
    assert 270 <= low <= 330
    assert 70 <= well <= 130
    assert {listens(seed, is_low=True) for seed in SEEDS} == {True, False}
    assert {listens(seed) for seed in SEEDS} == {True, False}


def test_the_words_are_the_same_whatever_the_mood():
    told = {
        (tuple(map(str, one.reasons)), one.lead)
        for seed in range(60)
        for is_low in (True, False)
        for one in suggest(sessions=ENOUGH, seed=seed, check_ins=LOW if is_low else ())[:1]
        if one.activity.id == "listening"
    }
    (only,) = told
    assert only[0][0] == (
        "Every now and then it does good just to be heard, with nothing to solve."
    )
    assert not [word for word in ("mood", "low", "sad") if word in " ".join(only[0])]


def test_a_mood_changes_nothing_else():
    for seed in range(60):
        orders = [
            [
                (one.activity.id, one.points, one.reasons)
                for one in suggest(sessions=ENOUGH, seed=seed, check_ins=LOW if is_low else ())
                if one.activity.id != "listening"
            ]
            for is_low in (True, False)
        ]
        assert orders[0] == orders[1]


def test_one_draw_holds_for_four_sessions_so_that_nobody_adds_them_up():
    for seed in range(60):
        for is_low in (True, False):
            runs = [[held(n, "teach_off") for n in range(count)] for count in range(2, 10)]
            drawn = [listens(seed, sessions=run, is_low=is_low) for run in runs]
            assert len(set(drawn[:4])) == len(set(drawn[4:])) == 1


@given(
    st.integers(0, 9),
    st.integers(2, 9),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=9),
)
def test_nothing_said_of_a_mood_while_a_draw_holds_can_be_seen(seed, count, said):
    sessions = [held(number, "teach_off") for number in range(count)]
    drawn_at = sessions[1 + 4 * ((count - 2) // 4)].starts_at
    later = [
        CheckIn(
            id=f"later-{number}",
            group="g1",
            member="bo",
            at=drawn_at + timedelta(hours=6 * hours, seconds=1),
            mood=mood,
        )
        for number, (hours, mood) in enumerate(said)
    ]
    for before in ([], LOW):
        known = [one for one in before if one.at <= drawn_at]
        found = suggest(sessions=sessions, seed=seed, check_ins=[*known, *later])
        assert found == suggest(sessions=sessions, seed=seed, check_ins=known)


def test_what_was_said_until_the_draw_was_made_counts():
    # Between the first session and the second one, after which the draw is made.
    lately = moods(98.2, 98.4, 98.6, 98.8)
    low = [suggest(sessions=ENOUGH, seed=seed, check_ins=lately)[0] for seed in range(60)]
    assert [one.activity.id == "listening" for one in low] == [
        listens(seed, is_low=True) for seed in range(60)
    ]


def test_a_session_that_is_still_to_come_was_not_held_yet():
    wrong_clock = held(101, "teach_off")
    for seed in range(20):
        assert suggest(sessions=[*ENOUGH, wrong_clock], seed=seed) == suggest(
            sessions=ENOUGH, seed=seed
        )


def test_that_somebody_leaves_does_not_tell_how_they_were():
    trio = group_of("ada", "bo", "cy")
    sessions = [held(n, "teach_off", members=trio.members) for n in range(2)]
    for seed in range(60):
        tops = {
            suggest(trio, sessions=sessions, seed=seed, check_ins=LOW, members=people)[
                0
            ].activity.id
            == "listening"
            for people in (None, ("ada", "cy"))
        }
        assert len(tops) == 1


def test_other_groups_draw_for_themselves():
    other = PublishedGroup(id="g2", members=("cy", "di"), round=1, published_at=NOW)
    theirs = [held(n, group="g2", members=("cy", "di")) for n in (1, 2)]
    drawn = [
        suggest(other, sessions=theirs, seed=seed)[0].activity.id == "listening"
        for seed in range(60)
    ]
    assert drawn != [listens(seed) for seed in range(60)]


@pytest.mark.parametrize(
    "done",
    [
        [],
        ["first_meeting"],
        ["teach_off", "teach_off", "listening"],
        ["teach_off", "teach_off", "listening", "teach_off"],
    ],
)
def test_listening_waits_for_two_other_sessions(done):
    sessions = [held(number, name) for number, name in enumerate(done)]
    assert not any(listens(seed, sessions=sessions, is_low=True) for seed in range(60))
    more = [*sessions, held(50, "walk_a_mile"), held(51, "side_by_side")]
    assert any(listens(seed, sessions=more, is_low=True) for seed in range(60))


# --- what worked for others -----------------------------------------------------------------------


def answers_of(group, **wells):
    """Give what nine people of one group said after some activities."""
    return CohortAnswers(
        by_activity={
            name: {group: {f"m{number}": was_well for number in range(9)}}
            for name, was_well in wells.items()
        }
    )


def test_what_went_well_for_others_comes_forward_without_a_number():
    answers = answers_of("g2", walk_a_mile=True, teach_off=False)
    found = best(sessions=MET_ONCE, answers=answers)
    assert found.activity.id == "walk_a_mile"
    assert codes(found) == ["activity_new", "activity_liked", "activity_fits"]
    assert str(found.reasons[1]) == "It went well for others in your programme."
    assert found.reasons[1].points == 0
    points = {one.activity.id: one.points for one in suggest(sessions=MET_ONCE)}
    with_answers = {one.activity.id: one for one in suggest(sessions=MET_ONCE, answers=answers)}
    assert with_answers["teach_off"].points < points["teach_off"]
    assert with_answers["side_by_side"].points == points["side_by_side"]
    assert "activity_liked" not in codes(with_answers["teach_off"])


def test_a_group_s_own_private_answers_change_nothing_for_it():
    answers = answers_of("g1", walk_a_mile=True, teach_off=False)
    assert suggest(sessions=MET_ONCE, answers=answers) == suggest(sessions=MET_ONCE)
