"""The twelve weeks: who comes and leaves, when groups are drawn, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from examples.pretending import (
    Habits,
    answer_questions,
    live_through,
    lot,
    one_of,
    plan_session,
    react,
    settle_agreement,
)
from peerloom import read_members, read_policy
from peerloom.mentoring.goal_changes import add_progress, meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.health import HealthView
from peerloom.mentoring.impact.questionnaires import Wave
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.nudge_plan import NudgePlan
from peerloom.mentoring.topics import Family
from peerloom.programmes.drawing import draw_repair, keep_draft, keep_repair, plan_rounds
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import join, leave
from peerloom.programmes.nudging import follow_up_nudges, nudges, record_nudges
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import settle_sessions
from peerloom.programmes.settings import Settings
from peerloom.programmes.views import health_for_staff

HERE = Path(__file__).parent
FIRST_MONDAY = date(2026, 9, 7)
WEEKS = 12
HABITS = Habits(plans=92, agrees=94, meets=93, tells=85, writes=60)
GOALS = (
    ("Solve exercises on my own", Measure(start=0, target=24, unit="exercises"), Family.TECHNICAL),
    (
        "Have my pull requests reviewed",
        Measure(start=0, target=12, unit="reviews"),
        Family.TECHNICAL,
    ),
    ("Show my work to the class", Measure(start=0, target=6, unit="times"), Family.SOFT_SKILLS),
    ("Send applications", Measure(start=0, target=10, unit="applications"), Family.CAREER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week as it was. Programmes never change, so an old one can simply be kept.

    Parameters
    ----------
    number
        Counted from 1.
    thursday
        All records as they were when the second sessions were planned.
    programme
        All records on Sunday evening.
    repaired
        How many groups were changed after Monday, because somebody came or left.
    health
        How the groups are doing, for staff.
    """

    number: int
    thursday: Programme
    programme: Programme
    repaired: int
    health: tuple[HealthView, ...]


def weeks() -> Iterator[Week]:
    """Run the course, week by week."""
    start = moment(1, 0, 9)
    programme = Programme(
        name="Web development, autumn 2026",
        private_seed=20260907,
        policy=read_policy(HERE / "policy.toml"),
        settings=Settings(
            timezone="Europe/Berlin",
            # Partners change every Monday, so silence says after a day that a session took place.
            silence_days=1,
            # Every second reminder is not sent, so that one can see what reminders change.
            nudges=NudgePlan(held_out_percent=50),
        ),
    )
    programme, _ = join(programme, read_members(HERE / "students.csv"), now=start)
    programme = answer_questions(programme, Wave.BEFORE, now=start)
    for number, member in enumerate(programme.members):
        programme = set_goals(programme, member.id, number, now=start)
    for number in range(1, WEEKS + 1):
        week = live(programme, number)
        programme = week.programme
        yield week


def live(programme: Programme, number: int) -> Week:
    """Live through one week: new groups on Monday, sessions in both halves."""
    monday = moment(number, 0, 9)
    programme = settle_sessions(programme, now=monday)
    # The rest of the course is planned anew each Monday, with whoever is here; one round is kept.
    plan = plan_rounds(programme, rounds=WEEKS - number + 1, seed=number, week=monday.date())
    programme = publish(keep_draft(programme, plan.rounds[0], now=monday), now=monday)
    programme = begin(programme, now=monday)

    tuesday = moment(number, 1, 12)
    repaired = 0
    if number in CHANGES:
        programme = live_through(programme, HABITS, since=monday, until=tuesday)
        programme = CHANGES[number](programme, now=tuesday)
        repair = draw_repair(programme, seed=number)
        programme = publish(keep_repair(programme, repair, now=tuesday), now=tuesday)
        repaired = len(programme.rounds[number].repairs[-1].started)
        programme = begin(programme, now=tuesday)

    thursday = moment(number, 3, 9)
    programme = live_through(programme, HABITS, since=monday, until=thursday)
    programme = settle_sessions(programme, now=thursday)
    decided = nudges(programme, now=thursday)
    programme = react(record_nudges(programme, decided), decided)
    for group in programme.current_groups:
        programme = plan_session(programme, group.id, HABITS, now=thursday)
    planned = programme

    sunday = moment(number, 6, 20)
    programme = live_through(programme, HABITS, since=thursday, until=sunday)
    programme = settle_sessions(programme, now=sunday)
    programme = follow_up_nudges(work_on_goals(programme, number, now=sunday))
    if number == WEEKS:
        programme = answer_questions(programme, Wave.AFTER, now=sunday)
    return Week(
        number=number,
        thursday=planned,
        programme=programme,
        repaired=repaired,
        health=health_for_staff(programme, now=sunday),
    )


def begin(programme: Programme, *, now: datetime) -> Programme:
    """Let new groups agree on how they work, and on a first time."""
    for group in programme.current_groups:
        if group.published_at == now:
            programme = settle_agreement(programme, group.id, now=now)
            programme = plan_session(programme, group.id, HABITS, now=now)
    return programme


def set_goals(programme: Programme, member: str, number: int, *, now: datetime) -> Programme:
    """Let somebody set a goal for the whole course."""
    statement, measure, family = GOALS[number % len(GOALS)]
    due = FIRST_MONDAY + timedelta(weeks=WEEKS, days=-3)
    terms = GoalTerms(statement=statement, measure=measure, family=family, due=due)
    programme, _ = set_goal(programme, terms, now=now, member=member)
    return programme


def work_on_goals(programme: Programme, number: int, *, now: datetime) -> Programme:
    """Let everybody write down how far they are; some are there."""
    for goal in programme.goals:
        member = goal.member
        if member is None or not goal.is_open or not programme.members[member].takes_part:
            continue
        if goal.measure is None or goal.value is None or lot("works", goal.id, number) >= 60:
            continue
        step = max(1, int(goal.measure.target) * one_of((1, 1, 2), "step", goal.id, number) // 10)
        value = min(goal.value + step, goal.measure.target)
        programme = change_goal(
            programme, goal.id, partial(add_progress, value=value, at=now, by=member)
        )
        if goal.measure.reached(value):
            programme = change_goal(programme, goal.id, partial(meet, now=now, by=member))
    return programme


def moment(week: int, day: int, hour: int) -> datetime:
    """Give a moment of the course; days are counted from Monday, 0."""
    on = FIRST_MONDAY + timedelta(weeks=week - 1, days=day)
    return datetime.combine(on, time(hour), tzinfo=UTC)


def somebody_joins(programme: Programme, *, now: datetime) -> Programme:
    """Take in the student who comes late."""
    late = read_members(HERE / "late.csv")
    programme, _ = join(programme, late, now=now)
    return set_goals(programme, late[0].id, 0, now=now)


CHANGES: dict[int, Callable[..., Programme]] = {
    4: partial(leave, member="s16"),
    5: somebody_joins,
    8: partial(leave, member="s23"),
}
"""What happens on the Tuesday of some weeks."""
