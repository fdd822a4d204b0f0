"""Programmes for the tests, among them one in which everything happened once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from peerloom.availability import Availability
from peerloom.members import Member
from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.agreement_changes import revise_agreement, sign
from peerloom.mentoring.agreements import AgreementTerms, Want
from peerloom.mentoring.checkins import Fit, Visibility
from peerloom.mentoring.goal_changes import add_progress, revise
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.health_plan import HealthPlan
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule
from peerloom.mentoring.nudges import NudgePreferences
from peerloom.mentoring.resource_changes import thank
from peerloom.mentoring.resources import ResourceKind
from peerloom.mentoring.session_changes import accept
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import Part
from peerloom.mentoring.topics import Family, Topic
from peerloom.policy import Policy, Rhythm
from peerloom.programmes.asking import ask, decline
from peerloom.programmes.drawing import draw_repair, draw_round, keep_draft, keep_repair
from peerloom.programmes.feedback import (
    ask_switch,
    check_in,
    prefer,
    respond,
    say_farewell,
)
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import come_back, join, leave, pause
from peerloom.programmes.nudging import nudges, record_nudges
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.resources import add_resource, change_resource
from peerloom.programmes.sessions import (
    change_agreement,
    change_session,
    draft_agreement,
    propose_session,
    record_session,
)
from peerloom.programmes.settings import Settings

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = ("ada", "bo", "cy", "di", "eve", "flo", "gus")


def people(names=NAMES):
    """Members who could all go together."""
    evenings = Availability.parse("Mon-Fri 18:00-20:00")
    return [
        Member(
            id=name,
            name=name.title(),
            email=f"{name}@example.org",
            level=1 + place % 5,
            teach=("SQL",),
            learn=("Git",),
            timezone="Europe/Berlin",
            availability=evenings,
            columns={"city": "Bonn"},
            protected={"gender": f"{name}-protected"},
        )
        for place, name in enumerate(names)
    ]


def _school(names=NAMES, **fields):
    """A programme with members and nothing else."""
    programme = Programme(name="Evening school", private_seed=2026, **fields)
    return join(programme, people(names), now=MONDAY)[0]


def _paired(names=("ada", "bo"), **fields):
    """A programme whose first round is published."""
    programme = _school(names, **fields)
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    return publish(programme, now=MONDAY)


def words(member, what):
    """Words that nobody but this member could have written."""
    return f"{member}-{what}-words"


def busy_group(programme, group, now):
    """Let a group do everything that a group does."""
    one, other = group.members[:2]
    terms = AgreementTerms(
        wants=tuple(Want(member=member, text=words(member, "want")) for member in group.members),
        rhythm=Rhythm.WEEKLY,
        topics=(Topic(text="joins", family=Family.TECHNICAL),),
        ground_rules=("What we say here stays here.",),
    )
    programme = draft_agreement(programme, group.id, terms, now=now)
    for member in group.members:
        programme = change_agreement(
            programme,
            group.id,
            lambda agreement, group, member=member: sign(
                agreement, group, member=member, version=1, now=now
            ),
        )
    programme = change_agreement(
        programme,
        group.id,
        lambda agreement, group: revise_agreement(
            agreement,
            group,
            replace(terms, session_minutes=45),
            by=one,
            version=1,
            now=now,
            why=words(one, "revision"),
        ),
    )
    programme, session = propose_session(
        programme, group.id, by=one, starts_at=now + DAY, now=now, topics=(Topic(text="cv"),)
    )
    for member in group.members:
        programme = change_session(
            programme, session.id, lambda x, member=member: accept(x, member, now=now)
        )
    for member in group.members:
        programme = change_session(
            programme, session.id, lambda x, member=member: confirm(x, member, now=now + 2 * DAY)
        )
    programme = change_session(
        programme,
        session.id,
        lambda x: describe(
            x,
            one,
            notes="our-notes",
            leftovers=(Topic(text="indexes"),),
            parts=(Part(member=one, taught=30), Part(member=other, learned=30)),
            now=now + 2 * DAY,
        ),
    )
    for member in group.members:
        programme, goal = set_goal(
            programme,
            GoalTerms(
                statement=words(member, "goal"),
                family=Family.CAREER,
                measure=Measure(start=0, target=12, unit="applications"),
                due=date(2027, 1, 8),
            ),
            now=now,
            member=member,
        )
        partner = group.others(member)[0]
        programme = change_goal(
            programme,
            goal.id,
            lambda x, partner=partner: add_progress(
                x, 3, at=now + DAY, by=partner, note=words(partner, "note")
            ),
        )
        programme, _ = check_in(
            programme,
            group.id,
            member,
            now=now + 2 * DAY,
            session=session.id,
            good=words(member, "good"),
            bad=words(member, "bad"),
            visibility=Visibility.STAFF,
            fit=Fit.GOOD,
            mood=4,
        )
        programme, resource = add_resource(
            programme,
            ResourceKind.NOTE,
            words(member, "title"),
            now=now,
            by=member,
            group=group.id,
            text=words(member, "resource"),
        )
        programme = change_resource(
            programme, resource.id, lambda x, partner=partner: thank(x, partner, now=now + DAY)
        )
    programme, shared = set_goal(
        programme, GoalTerms(statement="our-goal"), now=now, group=group.id
    )
    return change_goal(
        programme,
        shared.id,
        lambda x: revise(
            x, replace(x.terms, due=date(2027, 1, 1)), now=now, by=one, why=words(one, "why")
        ),
    )


@pytest.fixture
def school():
    """Give a function that makes a programme with members and nothing else."""
    return _school


@pytest.fixture
def paired():
    """Give a function that makes a programme whose first round is published."""
    return _paired


@pytest.fixture(scope="session")
def course():
    """Two rounds, a repair, and everything that a programme can hold."""
    policy = replace(
        Policy.preset("bootcamp"), never=(("ada", "eve"),), name="our rules", group_size=2
    )
    settings = Settings(
        silence_days=4,
        nudges=NudgePlan(held_out_percent=20, seed=3),
        health=HealthPlan(staff_after_hours=24),
        help_link=HelpLink(name="Counselling", url="https://example.org/help"),
    )
    programme = _school(policy=policy, settings=settings, language="de")
    blocking = replace(programme.members["bo"].profile, blocked=("gus",))
    programme = programme.put("members", replace(programme.members["bo"], profile=blocking))
    programme = ask(programme, "ada", "bo", now=MONDAY, message=words("ada", "ask"))
    programme = ask(programme, "cy", "di", now=MONDAY)
    programme = decline(programme, "cy", "di")
    programme = keep_draft(programme, draw_round(programme, now=MONDAY, seed=1), now=MONDAY)
    programme = publish(programme, now=MONDAY)
    for group in programme.current_groups:
        programme = busy_group(programme, group, MONDAY + DAY)
    second = MONDAY + 14 * DAY
    programme = keep_draft(programme, draw_round(programme, now=second, seed=2), now=second)
    programme = publish(programme, now=second)
    for group in programme.groups:
        if group.round == 1:
            for member in group.members:
                programme, _ = say_farewell(
                    programme,
                    group.id,
                    member,
                    now=second,
                    thanks={one: words(member, f"thanks-{one}") for one in group.others(member)},
                    takes_along=words(member, "along"),
                )
    programme = leave(programme, "gus", now=second + DAY)
    programme = pause(programme, "flo", now=second + DAY)
    programme = come_back(programme, "flo", now=second + 2 * DAY)
    programme, _ = join(programme, people(("hal",)), now=second + 2 * DAY)
    repaired = draw_repair(programme, seed=4)
    programme = keep_repair(programme, repaired, now=second + 3 * DAY)
    programme = publish(programme, now=second + 3 * DAY)
    asker = programme.current_group("ada")
    programme, _ = ask_switch(
        programme, asker.id, "ada", now=second + 4 * DAY, words_for_staff=words("ada", "switch")
    )
    programme, _ = record_session(
        programme,
        programme.current_group("bo").id,
        by="bo",
        starts_at=second + 4 * DAY,
        minutes=45,
        now=second + 5 * DAY,
    )
    questionnaire = built_in_questionnaire()
    answers = {questionnaire.items[0].id: 4}
    for wave in Wave:
        for member in ("ada", "bo"):
            programme = respond(programme, member, questionnaire, wave, answers, now=second)
    programme = prefer(programme, "ada", NudgePreferences(muted=(NudgeRule.STREAK,)))
    programme = record_nudges(programme, nudges(programme, now=second + 40 * DAY))
    programme = ask(programme, "bo", "di", now=second + 41 * DAY, message=words("bo", "ask"))
    programme = programme.put(
        "activities", replace(built_in_activities()["walk_a_mile"], id="our_walk")
    )
    programme = programme.put("questionnaires", replace(questionnaire, id="our_questions"))
    later = second + 42 * DAY
    return keep_draft(programme, draw_round(programme, now=later, seed=5), now=later)
