"""What groups, members and staff see of a programme, and who is nudged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.agreement_changes import sign
from peerloom.mentoring.agreements import AgreementTerms
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import GroupError
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.health_plan import HealthPlan, HealthRule, HealthState
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule
from peerloom.mentoring.nudges import NudgePreferences
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import SessionKind
from peerloom.mentoring.topics import Topic
from peerloom.policy import Policy, Rhythm
from peerloom.programmes.erasing import erase
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.feedback import check_in, prefer
from peerloom.programmes.goals import set_goal
from peerloom.programmes.membership import leave, pause
from peerloom.programmes.nudging import (
    effects_of_nudges,
    follow_up_nudges,
    nudge_for,
    nudge_plan,
    nudges,
    record_nudges,
)
from peerloom.programmes.publishing import end_groups
from peerloom.programmes.sessions import (
    change_agreement,
    change_session,
    draft_agreement,
    propose_session,
    record_session,
    session_minutes,
)
from peerloom.programmes.settings import Settings
from peerloom.programmes.views import (
    activities,
    activity,
    agenda_of,
    health_for_staff,
    health_of,
    ledger_of,
    next_times_of,
    sessions_to_come,
    suggestion_for,
    why_together,
)

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
MEETUP_IS_LATE = 43 * DAY


def test_the_agenda_fills_the_session_and_calls_people_by_name(paired):
    programme = paired()
    plan = agenda_of(programme, "group-1", now=MONDAY)
    assert sum(item.minutes for item in plan.items) == programme.policy.session_minutes
    assert "Ada teaches" in {str(item.title) for item in plan.items}


def test_the_agenda_of_a_session_is_about_that_session(paired):
    activity_of_ours = built_in_activities()["walk_a_mile"]
    programme, session = propose_session(
        paired(),
        "group-1",
        by="ada",
        starts_at=MONDAY + DAY,
        now=MONDAY,
        minutes=90,
        activity=activity_of_ours.id,
        topics=(Topic(text="window functions"),),
    )
    plan = agenda_of(programme, "group-1", now=MONDAY, session=session.id)
    assert plan.minutes == 90
    assert activity_of_ours.id in {item.activity for item in plan.items}
    listening, _ = propose_session(
        paired(),
        "group-1",
        by="ada",
        starts_at=MONDAY + DAY,
        now=MONDAY,
        kind=SessionKind.LISTENING,
    )
    plan = agenda_of(listening, "group-1", now=MONDAY, session="session-1")
    assert "teach" not in {item.kind for item in plan.items}


def subjects(plan):
    return [item.subject for item in plan.items if item.subject]


def test_a_group_that_has_ended_does_not_show_what_its_people_want_since_then(paired):
    programme, goal = set_goal(
        paired(), GoalTerms(statement="Ours", due=MONDAY.date()), now=MONDAY, group="group-1"
    )
    terms = GoalTerms(statement="Mine", due=MONDAY.date())
    programme, _ = set_goal(programme, terms, now=MONDAY, member="bo")
    late = MONDAY + 5 * DAY
    assert set(subjects(agenda_of(programme, "group-1", now=late))) == {"Ours", "Mine"}
    ended = end_groups(programme, programme.current_groups, now=late)
    assert subjects(agenda_of(ended, "group-1", now=late)) == [goal.statement]


def test_goals_of_who_left_are_no_item(paired):
    programme = paired(("ada", "bo", "cy"))
    for member in ("bo", "cy"):
        terms = GoalTerms(statement=f"Of {member}", due=MONDAY.date())
        programme, _ = set_goal(programme, terms, now=MONDAY, member=member)
    programme = leave(programme, "cy", now=MONDAY)
    assert subjects(agenda_of(programme, "group-1", now=MONDAY + 5 * DAY)) == ["Of bo"]


def test_an_agenda_is_made_from_what_was_before_its_session(paired):
    programme, start = paired(), MONDAY
    for text in ("joins", "git"):
        start += DAY
        programme, session = record_session(
            programme, "group-1", by="ada", starts_at=start, minutes=60, now=start + DAY
        )
        left = (Topic(text=text),)
        for change in (
            lambda one, left=left, at=start + DAY: describe(one, "ada", leftovers=left, now=at),
            lambda one, at=start + DAY: confirm(one, "bo", now=at),
        ):
            programme = change_session(programme, session.id, change)
    found = {
        session: subjects(agenda_of(programme, "group-1", now=start + 2 * DAY, session=session))
        for session in ("session-1", "session-2", None)
    }
    assert found == {"session-1": [], "session-2": ["joins"], None: ["git"]}


def test_a_topic_that_was_talked_about_does_not_come_again(paired):
    terms = AgreementTerms(topics=(Topic(text="joins"), Topic(text="git")))
    programme = draft_agreement(paired(), "group-1", terms, now=MONDAY)
    programme, session = record_session(
        programme, "group-1", by="ada", starts_at=MONDAY, minutes=60, now=MONDAY + DAY
    )
    for change in (
        lambda one: describe(one, "ada", topics=terms.topics[:1], now=MONDAY + DAY),
        lambda one: confirm(one, "bo", now=MONDAY + DAY),
    ):
        assert subjects(agenda_of(programme, "group-1", now=MONDAY + DAY)) == ["joins", "git"]
        programme = change_session(programme, session.id, change)
    assert subjects(agenda_of(programme, "group-1", now=MONDAY + DAY)) == ["git"]


def test_an_agenda_is_for_a_session_of_the_group(paired):
    programme = paired(("ada", "bo", "cy", "di"))
    one, other = programme.current_groups
    programme, session = propose_session(
        programme, one.id, by=one.members[0], starts_at=MONDAY + DAY, now=MONDAY
    )
    with pytest.raises(UnknownRecordError, match="session"):
        agenda_of(programme, other.id, now=MONDAY, session=session.id)


def test_a_suggestion_comes_with_its_reason_and_onto_the_agenda(paired):
    programme = paired()
    found = suggestion_for(programme, "group-1", now=MONDAY)
    assert found.activity.id == "first_meeting"
    plan = agenda_of(programme, "group-1", now=MONDAY, suggestion=found)
    assert found.activity.id in {item.activity for item in plan.items}


def test_own_activities_take_the_place_of_those_of_the_package(paired):
    own = replace(built_in_activities()["walk_a_mile"], title="Our walk")
    programme = paired().put("activities", own)
    assert activity(programme, "walk_a_mile").title == "Our walk"
    assert [one.title for one in activities(programme)].count("Our walk") == 1
    assert activity(programme, "no_such_thing") is None


def test_an_agreement_holds_when_those_who_are_still_there_have_signed(paired):
    terms = AgreementTerms(rhythm=Rhythm.MONTHLY, session_minutes=30)
    programme = draft_agreement(paired(("ada", "bo", "cy")), "group-1", terms, now=MONDAY)
    for member in ("ada", "bo"):
        programme = change_agreement(
            programme,
            "group-1",
            lambda one, group, member=member: sign(
                one, group, member=member, version=1, now=MONDAY
            ),
        )
    group = programme.groups["group-1"]

    def asked(programme):
        return "agree" in {item.kind for item in agenda_of(programme, "group-1", now=MONDAY).items}

    assert asked(programme)
    assert session_minutes(programme, group) != 30
    for gone in (leave(programme, "cy", now=MONDAY), erase(programme, "cy", now=MONDAY)):
        assert not asked(gone)
        assert session_minutes(gone, gone.groups["group-1"]) == 30
        turn = next_times_of(gone, "group-1", now=MONDAY).turn
        assert (turn.last - turn.first).days == 27
    with pytest.raises(GroupError, match="not in this group"):
        change_agreement(
            leave(programme, "cy", now=MONDAY),
            "group-1",
            lambda one, group: sign(one, group, member="cy", version=1, now=MONDAY),
        )


@pytest.mark.parametrize(
    "ask",
    [
        lambda programme: agenda_of(programme, "group-1", now=MONDAY),
        lambda programme: next_times_of(programme, "group-1", now=MONDAY),
        lambda programme: propose_session(
            programme, "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
        ),
    ],
)
def test_nobody_plans_a_session_alone(paired, ask):
    assert ask(paired())
    with pytest.raises(GroupError, match="repair"):
        ask(leave(paired(), "bo", now=MONDAY))


def test_next_times_follow_the_rhythm_and_the_free_hours(paired):
    found = next_times_of(paired(), "group-1", now=MONDAY)
    assert [slot.starts_at.hour for slot in found.slots] == [17] * 3


def test_a_session_too_short_to_count_asks_for_another_one_in_its_turn(paired):
    programme = replace(paired(), policy=replace(Policy.preset("bootcamp"), rhythm=Rhythm.WEEKLY))
    assert programme.policy.counting_minutes == 45
    weeks = {}
    for minutes in (30, 45):
        held, session = record_session(
            programme,
            "group-1",
            by="ada",
            starts_at=MONDAY,
            minutes=minutes,
            now=MONDAY + timedelta(hours=1),
        )
        held = change_session(
            held, session.id, lambda one: confirm(one, "bo", now=MONDAY + timedelta(hours=1))
        )
        weeks[minutes] = next_times_of(held, "group-1", now=MONDAY + DAY).turn.number
    assert weeks == {30: 0, 45: 1}


def test_the_ledger_is_that_of_those_who_are_there(paired):
    programme = leave(paired(("ada", "bo", "cy")), "ada", now=MONDAY)
    assert [one.member for one in ledger_of(programme, "group-1").accounts] == ["bo", "cy"]


def test_staff_see_health_later_than_the_group(paired):
    programme = paired()
    late = MONDAY + MEETUP_IS_LATE
    at_once = health_of(programme, "group-1", Viewer(member="ada"), now=late)
    assert at_once.state is HealthState.NEEDS_A_LOOK
    unknown = HealthRule.NO_SESSION
    assert unknown in {one.rule for one in at_once.findings}
    of_staff = health_of(programme, "group-1", Viewer.staff(), now=late)
    assert unknown not in {one.rule for one in of_staff.findings}
    (later,) = health_for_staff(programme, now=late + 2 * DAY)
    assert unknown in {one.rule for one in later.findings}
    impatient = replace(programme, settings=Settings(health=HealthPlan(days_without_session=1)))
    soon = MONDAY + 4 * DAY
    (found,) = health_of(impatient, "group-1", Viewer.staff(), now=soon).findings
    assert found.rule is unknown
    assert health_of(programme, "group-1", Viewer(member="cy"), now=late) is None


def test_a_mood_is_seen_by_nobody_else(paired):
    programme = paired()
    for day in range(6):
        programme, _ = check_in(
            programme, "group-1", "ada", now=MONDAY + day * DAY, mood=5 - min(day, 4)
        )
    now = MONDAY + 6 * DAY
    for viewer in (Viewer(member="bo"), Viewer.staff()):
        assert health_of(programme, "group-1", viewer, now=now) == health_of(
            paired(), "group-1", viewer, now=now
        )
    own = health_of(programme, "group-1", Viewer(member="ada"), now=now)
    assert any(one.is_private for one in own.findings)


def test_nudges_for_all_are_those_for_each(course):
    now = MONDAY + 100 * DAY
    found = nudges(course, now=now)
    each = [nudge_for(course, member.id, now=now) for member in course.members]
    assert list(found) == [nudge for nudge in each if nudge is not None]
    assert found


def test_a_recorded_nudge_does_not_come_again_on_that_day(paired):
    programme = paired()
    now = MONDAY + MEETUP_IS_LATE
    (first, second) = nudges(programme, now=now)
    assert {first.rule, second.rule} == {NudgeRule.NO_SESSION}
    programme = record_nudges(programme, (first, second))
    assert nudges(programme, now=now) == ()
    assert programme.nudges.of_member("ada")[0].rule is NudgeRule.NO_SESSION


def test_what_followed_a_nudge_is_written_down(paired):
    programme = paired()
    now = MONDAY + MEETUP_IS_LATE
    programme = record_nudges(programme, nudges(programme, now=now))
    assert follow_up_nudges(programme) is programme
    programme, _ = propose_session(
        programme, "group-1", by="ada", starts_at=now + 2 * DAY, now=now + DAY
    )
    programme = follow_up_nudges(programme)
    assert {one.acted_at for one in programme.nudges} == {now + DAY}
    (effect,) = effects_of_nudges(programme, now=now + 10 * DAY)
    assert effect.sent.value is None


def test_a_goal_of_the_partner_or_the_group_follows_a_nudge_about_it(paired):
    due = (MONDAY + 2 * DAY).date()
    programme, _ = set_goal(paired(), GoalTerms(due=due), now=MONDAY - 5 * DAY, group="group-1")
    found = nudges(programme, now=MONDAY)
    assert {one.rule for one in found} == {NudgeRule.GOAL_DUE}
    assert len(found) == 2


@pytest.mark.parametrize("change", [pause, leave])
def test_who_takes_no_part_is_not_nudged(paired, change):
    programme = change(paired(), "ada", now=MONDAY)
    now = MONDAY + MEETUP_IS_LATE
    assert nudge_for(programme, "ada", now=now) is None
    assert nudge_for(programme, "bo", now=now) is not None


def test_preferences_and_settings_count(paired):
    now = MONDAY + MEETUP_IS_LATE
    quiet = prefer(paired(), "ada", NudgePreferences(is_off=True))
    assert nudge_for(quiet, "ada", now=now) is None
    never = replace(paired(), settings=Settings(nudges=NudgePlan(rules=())))
    assert nudges(never, now=now) == ()
    assert nudge_plan(paired(), None).days_without_session == 42
    with pytest.raises(UnknownRecordError):
        nudge_for(quiet, "nobody", now=now)


def test_why_two_are_together(paired):
    codes = {reason.code for reason in why_together(paired(), "group-1")}
    assert codes
    alone = leave(paired(), "ada", now=MONDAY)
    assert why_together(alone, "group-1")


def test_sessions_to_come_are_sorted(paired):
    programme = paired()
    for days in (9, 2):
        programme, _ = propose_session(
            programme, "group-1", by="ada", starts_at=MONDAY + days * DAY, now=MONDAY
        )
    coming = sessions_to_come(programme, "bo", now=MONDAY)
    assert [one.id for one in coming] == ["session-2", "session-1"]
    assert sessions_to_come(programme, "bo", now=MONDAY + 30 * DAY) == ()
