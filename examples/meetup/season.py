"""Six months: who comes and pauses, who asks whom, and what becomes of the groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from examples.pretending import Habits, live_through, lot, one_of, plan_session
from peerloom import Policy, read_members
from peerloom.formats.survey_csv import read_survey
from peerloom.formats.survey_mapping import read_mapping
from peerloom.members import Member
from peerloom.mentoring.goal_changes import meet
from peerloom.mentoring.goals import GoalTerms
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule
from peerloom.programmes.asking import ask
from peerloom.programmes.drawing import draw_round, keep_draft
from peerloom.programmes.goals import change_goal, set_goal
from peerloom.programmes.membership import come_back, join, pause
from peerloom.programmes.nudging import nudges, record_nudges
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish
from peerloom.programmes.sessions import settle_sessions
from peerloom.programmes.settings import Settings

HERE = Path(__file__).parent
HABITS = Habits(plans=90, agrees=95, meets=94, tells=85, writes=50)
MONDAYS = (
    date(2026, 1, 5),
    date(2026, 2, 2),
    date(2026, 3, 2),
    date(2026, 4, 6),
    date(2026, 5, 4),
    date(2026, 6, 1),
    date(2026, 7, 6),
)
"""The first Monday of each month; the last one ends the season."""

PAUSES = {2: ("m12", "m22"), 4: ("m08", "freya", "hugo"), 5: ("m19",)}
RETURNS = {3: ("m30",), 4: ("m12",), 5: ("m22", "m08"), 6: ("freya",)}

ASKS = {3: (("m05", "m24"), ("m24", "m05"), ("m03", "ayumi"))}
"""Who asks whom: the first two each other, the third without an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of the season.

    Parameters
    ----------
    number
        Counted from 1.
    begun
        All records on the day on which the groups were published.
    over
        All records on the day before the next groups.
    joined, paused
        How many people are new, and how many sit out.
    """

    number: int
    begun: Programme
    over: Programme
    joined: int
    paused: int

    @property
    def starts(self) -> datetime:
        """When the groups were published."""
        return monday(self.number)


def months() -> Iterator[Month]:
    """Run the season, month by month."""
    programme = Programme(
        name="Meetup around the world",
        private_seed=20260105,
        policy=Policy.preset("meetup"),
        settings=Settings(nudges=NudgePlan(days_without_session=14)),
    )
    for number in range(1, len(MONDAYS)):
        month = live(programme, number)
        programme = month.over
        yield month


def live(programme: Programme, number: int) -> Month:
    """Live through one month: new groups on the first Monday, a reminder in the middle."""
    now = monday(number)
    programme = settle_sessions(programme, now=now)
    programme, joining = join(programme, newcomers(number), now=now)
    for name in joining.joined:
        programme = set_one_goal(programme, name, now=now)
    for member in PAUSES.get(number, ()):
        programme = pause(programme, member, now=now)
    for member in RETURNS.get(number, ()):
        programme = come_back(programme, member, now=now)
    for asker, asked in ASKS.get(number, ()):
        programme = ask(programme, asker, asked, now=now, message="I would like to see your work")
    pairing = draw_round(programme, now=now, seed=number, week=now.date())
    programme = publish(keep_draft(programme, pairing, now=now), now=now)
    begun = programme
    for group in programme.current_groups:
        programme = plan_session(programme, group.id, HABITS, now=now)

    middle = now + timedelta(days=15)
    programme = live_through(programme, HABITS, since=now, until=middle)
    programme = remind(settle_sessions(programme, now=middle), now=middle)
    end = monday(number + 1) - timedelta(days=1)
    programme = live_through(programme, HABITS, since=middle, until=end)
    programme = meet_goals(programme, number, now=end)
    return Month(
        number=number,
        begun=begun,
        over=settle_sessions(programme, now=end),
        joined=len(joining.joined),
        paused=sum(one.paused_at is not None for one in begun.members),
    )


def newcomers(number: int) -> list[Member]:
    """Give who joins: the first list, and then the answers to a form, as they come in."""
    if number == 1:
        return list(read_members(HERE / "members.csv"))
    survey = read_survey(HERE / "form.csv", read_mapping(HERE / "form.toml"))
    answers = {2: survey.answers[:15], 3: survey.answers[15:]}.get(number, ())
    return [answer.member for answer in answers]


def set_one_goal(programme: Programme, member: str, *, now: datetime) -> Programme:
    """Let six in ten set a goal for the season."""
    if lot("sets a goal", member) >= 60:
        return programme
    wanted = ("Give my first talk", "Finish my side project", "Change to another field")
    terms = GoalTerms(statement=one_of(wanted, member), due=MONDAYS[-1])
    programme, _ = set_goal(programme, terms, now=now, member=member)
    return programme


def meet_goals(programme: Programme, number: int, *, now: datetime) -> Programme:
    """Let some get there each month."""
    for goal in programme.goals:
        member = goal.member
        if member is not None and goal.is_open and lot("gets there", goal.id, number) < 15:
            programme = change_goal(programme, goal.id, partial(meet, now=now, by=member))
    return programme


def remind(programme: Programme, *, now: datetime) -> Programme:
    """Send what is due; groups that have planned nothing try again."""
    decided = nudges(programme, now=now)
    programme = record_nudges(programme, decided)
    waiting = {one.group for one in decided if one.rule is NudgeRule.NO_SESSION}
    for group in sorted(one for one in waiting if one is not None):
        programme = plan_session(programme, group, HABITS, now=now)
    return programme


def monday(number: int) -> datetime:
    """Give the moment at which a month begins."""
    return datetime.combine(MONDAYS[number - 1], time(9), tzinfo=UTC)
