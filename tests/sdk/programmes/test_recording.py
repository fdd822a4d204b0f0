"""What groups and members write into a programme: goals, sessions, agreements, feedback."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.mentoring.agreement_changes import sign
from peerloom.mentoring.agreements import AgreementTerms, Want
from peerloom.mentoring.checkins import Fit, Viewer
from peerloom.mentoring.errors import AgreementError, GoalError, GroupError, MomentError
from peerloom.mentoring.goal_changes import let_go, meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.impact.errors import QuestionnaireError
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.nudges import NudgePreferences
from peerloom.mentoring.resource_changes import share_resource, thank
from peerloom.mentoring.resources import ResourceError, ResourceKind
from peerloom.mentoring.session_changes import accept
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import (
    SessionClosedError,
    SessionState,
    SessionTimeError,
)
from peerloom.mentoring.switches import SwitchError
from peerloom.programmes.erasing import erase
from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.feedback import (
    ask_switch,
    check_in,
    prefer,
    respond,
    say_farewell,
    withdraw_switch,
)
from peerloom.programmes.goals import carry_on_goal, change_goal, set_goal, share_goal
from peerloom.programmes.membership import leave
from peerloom.programmes.publishing import end_groups
from peerloom.programmes.resources import (
    add_resource,
    change_resource,
    drop_resource,
    readable_resources,
)
from peerloom.programmes.sessions import (
    change_agreement,
    change_session,
    draft_agreement,
    propose_session,
    record_session,
    session_minutes,
    settle_sessions,
)
from peerloom.programmes.settings import Settings
from peerloom.programmes.views import next_times_of

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_goals_have_owners_who_are_there(paired):
    programme, own = set_goal(paired(), GoalTerms(statement="Joins"), now=MONDAY, member="ada")
    programme, shared = set_goal(programme, GoalTerms(), now=MONDAY, group="group-1")
    assert (own.id, shared.id) == ("goal-1", "goal-2")
    assert [one.id for one in programme.of_group("group-1").goals] == ["goal-2", "goal-1"]
    for owner in ({"member": "nobody"}, {"group": "group-9"}):
        with pytest.raises(UnknownRecordError):
            set_goal(programme, GoalTerms(), now=MONDAY, **owner)
    with pytest.raises(GoalError, match="a member or to a group"):
        set_goal(programme, GoalTerms(), now=MONDAY)


def test_goals_are_changed_by_the_functions_of_mentoring(paired):
    programme, goal = set_goal(paired(), GoalTerms(), now=MONDAY, member="ada")
    done = change_goal(programme, goal.id, lambda one: meet(one, now=MONDAY, by="ada"))
    assert not done.goals[goal.id].is_open
    assert programme.goals[goal.id].is_open
    assert share_goal(programme, goal.id).goals[goal.id].is_shared
    with pytest.raises(ProgrammeError, match="to stay as it is"):
        change_goal(programme, goal.id, lambda one: replace(one, member="bo"))
    with pytest.raises(GoalError):
        change_goal(done, goal.id, lambda one: let_go(one, now=MONDAY, by="ada"))


def test_a_goal_of_the_group_is_carried_on_by_each_who_wants(paired):
    programme, goal = set_goal(
        paired(), GoalTerms(statement="Give a talk"), now=MONDAY, group="group-1"
    )
    programme, own = carry_on_goal(programme, goal.id, "ada", now=MONDAY + DAY)
    assert (own.member, own.statement) == ("ada", "Give a talk")
    assert programme.goals[goal.id] == goal
    with pytest.raises(GroupError):
        carry_on_goal(programme, goal.id, "cy", now=MONDAY)


def test_a_session_is_proposed_accepted_held_and_counted(paired):
    programme, session = propose_session(
        paired(), "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    assert session.minutes == programme.policy.session_minutes
    programme = change_session(programme, session.id, lambda one: accept(one, "bo", now=MONDAY))
    for member in ("ada", "bo"):
        programme = change_session(
            programme,
            session.id,
            lambda one, member=member: confirm(one, member, now=MONDAY + 2 * DAY),
        )
    assert programme.sessions[session.id].state is SessionState.HELD
    with pytest.raises(ProgrammeError, match="to stay as it is"):
        change_session(programme, session.id, lambda one: replace(one, id="session-9"))


def test_two_sessions_do_not_overlap(paired):
    programme, _ = propose_session(
        paired(), "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    with pytest.raises(SessionTimeError):
        propose_session(programme, "group-1", by="bo", starts_at=MONDAY + DAY, now=MONDAY)


def test_an_ended_group_plans_nothing_and_may_still_tell_what_was(paired):
    programme = paired()
    programme = end_groups(programme, programme.current_groups, now=MONDAY + 5 * DAY)
    with pytest.raises(SessionClosedError, match="ended"):
        propose_session(
            programme, "group-1", by="ada", starts_at=MONDAY + 9 * DAY, now=MONDAY + 6 * DAY
        )
    record_session(
        programme,
        "group-1",
        by="ada",
        starts_at=MONDAY + 4 * DAY,
        minutes=30,
        now=MONDAY + 6 * DAY,
    )


def test_who_left_is_in_no_new_session(paired):
    programme = leave(paired(("ada", "bo", "cy")), "ada", now=MONDAY)
    programme, session = propose_session(
        programme, "group-1", by="bo", starts_at=MONDAY + DAY, now=MONDAY
    )
    assert session.members == ("bo", "cy")
    programme = leave(programme, "bo", now=MONDAY)
    with pytest.raises(GroupError):
        propose_session(programme, "group-1", by="cy", starts_at=MONDAY + 3 * DAY, now=MONDAY)


def test_nothing_new_begins_in_a_group_that_has_ended(paired):
    programme = paired()
    programme = end_groups(programme, programme.current_groups, now=MONDAY + DAY)
    for begin, error in (
        (
            lambda: propose_session(
                programme, "group-1", by="ada", starts_at=MONDAY + 3 * DAY, now=MONDAY + 2 * DAY
            ),
            SessionClosedError,
        ),
        (lambda: next_times_of(programme, "group-1", now=MONDAY + 2 * DAY), SessionClosedError),
        (
            lambda: draft_agreement(programme, "group-1", AgreementTerms(), now=MONDAY + 2 * DAY),
            AgreementError,
        ),
        (
            lambda: set_goal(programme, GoalTerms(), now=MONDAY + 2 * DAY, group="group-1"),
            GoalError,
        ),
    ):
        with pytest.raises(error, match="This group has ended"):
            begin()


def test_a_meeting_before_somebody_left_can_still_be_told(paired):
    programme = leave(paired(), "bo", now=MONDAY + 2 * DAY)
    now = MONDAY + 3 * DAY
    programme, session = record_session(
        programme, "group-1", by="ada", starts_at=MONDAY + DAY, minutes=60, now=now
    )
    assert session.members == ("ada", "bo")
    settled = settle_sessions(programme, now=now + 3 * DAY)
    assert settled.sessions[session.id].state is SessionState.HELD
    for starts_at, gone in (
        (MONDAY + 2 * DAY, programme),
        (MONDAY + DAY, erase(programme, "bo", now=now)),
    ):
        with pytest.raises(GroupError, match="two people"):
            record_session(gone, "group-1", by="ada", starts_at=starts_at, minutes=60, now=now)
    with pytest.raises(MomentError):
        record_session(
            programme, "group-1", by="ada", starts_at=now.replace(tzinfo=None), minutes=60, now=now
        )


def test_time_settles_what_silence_goes_along_with(paired):
    programme = paired(settings=Settings(silence_days=2))
    programme, session = propose_session(
        programme, "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    programme, recorded = record_session(
        programme, "group-1", by="bo", starts_at=MONDAY - DAY, minutes=60, now=MONDAY
    )
    assert settle_sessions(programme, now=MONDAY) is programme
    programme = settle_sessions(programme, now=MONDAY + 2 * DAY)
    assert programme.sessions[session.id].state is SessionState.CANCELLED
    assert programme.sessions[recorded.id].state is SessionState.HELD
    assert programme.sessions[recorded.id].is_presumed


def test_an_agreement_is_drafted_once_signed_by_all_and_then_holds(paired):
    programme = draft_agreement(paired(), "group-1", AgreementTerms(session_minutes=30), now=MONDAY)
    group = programme.groups["group-1"]
    assert session_minutes(programme, group) == programme.policy.session_minutes
    for member in group.members:
        programme = change_agreement(
            programme,
            "group-1",
            lambda one, group, member=member: sign(
                one, group, member=member, version=1, now=MONDAY
            ),
        )
    assert session_minutes(programme, group) == 30
    with pytest.raises(AgreementError, match="already"):
        draft_agreement(programme, "group-1", AgreementTerms(), now=MONDAY)
    stranger = AgreementTerms(wants=(Want(member="cy", text="Learn"),))
    with pytest.raises(AgreementError, match="wants"):
        draft_agreement(paired(), "group-1", stranger, now=MONDAY)


def test_check_ins_are_of_members_about_their_own_sessions(paired):
    programme, said = check_in(paired(), "group-1", "ada", now=MONDAY, fit=Fit.GOOD)
    assert programme.of_group("group-1").check_ins == (said,)
    assert programme.of_member("ada").check_ins == (said,)
    with pytest.raises(GroupError):
        check_in(programme, "group-1", "cy", now=MONDAY, mood=3)
    with pytest.raises(UnknownRecordError):
        check_in(programme, "group-1", "ada", now=MONDAY, mood=3, session="session-9")


def test_a_check_in_is_about_a_session_of_the_same_group(paired):
    programme = paired(("ada", "bo", "cy", "di"))
    group = programme.current_group("ada")
    other = next(one for one in programme.current_groups if one != group)
    programme, session = propose_session(
        programme, other.id, by=other.members[0], starts_at=MONDAY + DAY, now=MONDAY
    )
    with pytest.raises(GroupError, match="another group"):
        check_in(programme, group.id, "ada", now=MONDAY, mood=3, session=session.id)


def test_a_switch_is_asked_for_once_and_taken_back(paired):
    programme, wish = ask_switch(paired(), "group-1", "ada", now=MONDAY)
    with pytest.raises(SwitchError):
        ask_switch(programme, "group-1", "ada", now=MONDAY)
    with pytest.raises(SwitchError):
        withdraw_switch(programme, wish.id, by="bo", now=MONDAY)
    programme = withdraw_switch(programme, wish.id, by="ada", now=MONDAY)
    assert not programme.switch_asks[wish.id].is_open


def test_a_farewell_is_said_to_others_of_the_group_and_said_again_replaces_it(paired):
    programme, first = say_farewell(
        paired(), "group-1", "ada", now=MONDAY, thanks={"bo": "Thank you!"}
    )
    programme, second = say_farewell(programme, "group-1", "ada", now=MONDAY, takes_along="Joins")
    assert (first.id, len(programme.farewells)) == (second.id, 1)
    with pytest.raises(GroupError, match="others of the group"):
        say_farewell(programme, "group-1", "ada", now=MONDAY, thanks={"cy": "Thanks"})


def test_answers_are_those_of_the_questionnaire(paired):
    asked = built_in_questionnaire()
    item = asked.items[0].id
    programme = respond(paired(), "ada", asked, Wave.BEFORE, {item: 2}, now=MONDAY)
    programme = respond(programme, "ada", asked, Wave.BEFORE, {item: 3}, now=MONDAY)
    assert [one.answers for one in programme.responses] == [{item: 3}]
    with pytest.raises(QuestionnaireError):
        respond(programme, "ada", asked, Wave.AFTER, {item: 99}, now=MONDAY)
    with pytest.raises(UnknownRecordError):
        respond(programme, "nobody", asked, Wave.AFTER, {}, now=MONDAY)


def test_preferences_are_the_members_own(paired):
    programme = prefer(paired(), "ada", NudgePreferences(is_off=True))
    assert programme.of_member("ada").preferences.nudges.is_off
    assert not programme.of_member("bo").preferences.nudges.is_off
    with pytest.raises(UnknownRecordError):
        prefer(programme, "nobody", NudgePreferences())


def test_resources_are_read_by_those_they_are_for(paired):
    programme = paired(("ada", "bo", "cy", "di"))
    group = programme.current_group("ada")
    partner = group.others("ada")[0]
    (stranger, *_) = {"bo", "cy", "di"} - {partner}
    programme, note = add_resource(
        programme, ResourceKind.NOTE, "Joins", now=MONDAY, by="ada", group=group.id, text="Left"
    )
    programme, link = add_resource(
        programme, ResourceKind.LINK, "Docs", now=MONDAY, by=None, url="https://example.org"
    )
    seen = {
        who: {one.id for one in readable_resources(programme, viewer)}
        for who, viewer in {
            "partner": Viewer(member=partner),
            "stranger": Viewer(member=stranger),
            "staff": Viewer.staff(),
            "nobody": Viewer(),
        }.items()
    }
    assert seen == {
        "partner": {note.id, link.id},
        "stranger": {link.id},
        "staff": {link.id},
        "nobody": set(),
    }
    programme = change_resource(programme, note.id, lambda one: thank(one, partner, now=MONDAY))
    programme = change_resource(programme, note.id, lambda one: share_resource(one, by="ada"))
    shared = readable_resources(programme, Viewer(member=stranger))
    assert note.id in {one.id for one in shared}
    assert programme.resources.of_group(group.id) == ()
    with pytest.raises(GroupError):
        add_resource(
            programme, ResourceKind.NOTE, "x", now=MONDAY, by=stranger, group=group.id, text="y"
        )


def test_a_removed_resource_leaves_its_number_and_its_thanks(paired):
    programme, note = add_resource(
        paired(), ResourceKind.NOTE, "Joins", now=MONDAY, by="ada", group="group-1", text="Left"
    )
    programme = change_resource(programme, note.id, lambda one: thank(one, "bo", now=MONDAY))
    with pytest.raises(ResourceError):
        drop_resource(programme, note.id, by=Viewer(member="bo"), now=MONDAY)
    programme = drop_resource(programme, note.id, by=Viewer(member="ada"), now=MONDAY)
    assert len(programme.resources) == 0
    assert [one.thanks_count for one in programme.removed_resources] == [1]
    _, again = add_resource(
        programme, ResourceKind.NOTE, "Git", now=MONDAY, by="ada", group="group-1", text="Rebase"
    )
    assert again.id != note.id
