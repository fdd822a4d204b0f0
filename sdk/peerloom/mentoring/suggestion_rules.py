"""What speaks for and against an activity: points, each with its sentence.

The numbers are this package's own; only their order means something. A first session and the draw
for listening outweigh everything, roles that should flip outweigh goals, and what was done last is
not done again unless nothing else is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from peerloom.mentoring.activities import Activity, Occasion
from peerloom.mentoring.cohort import CohortAnswers
from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.ledger import Flip
from peerloom.mentoring.pace import PaceState, pace
from peerloom.mentoring.sessions import Session, SessionKind
from peerloom.mentoring.topics import Family, Topic
from peerloom.reasons import N_, Reason

FIRST_POINTS = 1000
LISTENING_POINTS = 500
FLIP_POINTS = 60
STUCK_POINTS = 40
GEAR_POINTS = 30
STUCK_FAMILY_POINTS = 15
FAMILY_POINTS = 10
TOPIC_POINTS = 6
NEW_POINTS = 10
LIKING_POINTS = 40
"""For an activity after which everybody was well, where nobody was well after any other."""

ONE_SIDED_POINTS = 20
"""An activity in which one teaches all the time loses these, unless the roles should flip."""

LENGTH_POINTS = 20
"""An activity loses these for minutes that are half or twice what it usually takes."""

DONE_POINTS = ((1, 100), (3, 40), (6, 15))
"""An activity that was done within so many of the last sessions loses so many points."""

_FAMILY_SENTENCES: Mapping[Family, str] = MappingProxyType(
    {
        Family.TECHNICAL: N_("It fits your goals in technical skills."),
        Family.SOFT_SKILLS: N_("It fits your goals in soft skills."),
        Family.CAREER: N_("It fits your goals for your career."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What goals and topics ask for.

    Parameters
    ----------
    families, stuck, topics
        The families of open goals, of goals at risk or overdue, and of topics.
    is_stuck
        Whether any goal is at risk or overdue.
    is_gear_change
        Whether any open goal is about changing the career.
    """

    families: frozenset[Family] = frozenset()
    stuck: frozenset[Family] = frozenset()
    topics: frozenset[Family] = frozenset()
    is_stuck: bool = False
    is_gear_change: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the choice of an activity rests on.

    Parameters
    ----------
    group, size, minutes
        The id of the group, how many of it meet, and for how long.
    done
        The sessions of the group that took place by the words there are, the oldest first.
    flip
        Whose turn it is to teach; None while the roles are about even.
    listens
        Whether this session is for listening.
    needs
        What goals and topics ask for.
    answers
        What worked for others.
    """

    group: str
    size: int
    minutes: int
    done: Sequence[Session]
    flip: Flip | None
    listens: bool
    needs: Needs
    answers: CohortAnswers


def needs_of(
    goals: Iterable[Goal], topics: Iterable[Topic], now: datetime, timezones: Sequence[str]
) -> Needs:
    """Give what goals and topics ask for at a moment."""
    open_goals = [goal for goal in goals if goal.state is GoalState.OPEN]
    behind = (PaceState.AT_RISK, PaceState.OVERDUE)
    stuck = [goal for goal in open_goals if pace(goal, now, timezones).state in behind]
    return Needs(
        families=frozenset(goal.family for goal in open_goals if goal.family),
        stuck=frozenset(goal.family for goal in stuck if goal.family),
        topics=frozenset(topic.family for topic in topics if topic.family),
        is_stuck=bool(stuck),
        is_gear_change=any(goal.is_gear_change for goal in open_goals),
    )


def weigh(activity: Activity, situation: Situation) -> tuple[int, tuple[Reason, ...]]:
    """Give the points of an activity, and the reasons for it, the weightiest first."""
    ago = _sessions_ago(activity, situation.done)
    liking = int(LIKING_POINTS * situation.answers.liking(activity.id, without=situation.group))
    reasons = [
        *_for_the_moment(activity, situation),
        *_for_the_goals(activity, situation.needs),
    ]
    if ago is None and situation.done:
        reasons.append(_reason("activity_new", N_("You have not done it yet."), NEW_POINTS))
    reasons.sort(key=lambda reason: -reason.points)
    points = sum(reason.points for reason in reasons)
    points += liking - _against(activity, situation, ago)
    if liking > 0:
        # Without its points: they come from private answers.
        sentence = N_("It went well for others in your programme.")
        reasons.append(_reason("activity_liked", sentence, 0))
    fits = Reason(
        code="activity_fits",
        template=N_("It fits {people} people and {minutes} minutes."),
        values={
            "people": situation.size,
            "minutes": min(situation.minutes, activity.longest(situation.size)),
        },
    )
    return points, (*reasons, fits)


def _for_the_moment(activity: Activity, situation: Situation) -> Iterable[Reason]:
    if not situation.done and Occasion.FIRST_MEETING in activity.occasions:
        sentence = N_("It is your first session together.")
        yield _reason("activity_first", sentence, FIRST_POINTS)
    if situation.listens and activity.kind is SessionKind.LISTENING:
        sentence = N_("Every now and then it does good just to be heard, with nothing to solve.")
        yield _reason("activity_listening", sentence, LISTENING_POINTS)
    if situation.flip and activity.is_one_sided:
        due = situation.flip.reason
        yield Reason(code=due.code, template=due.template, values=due.values, points=FLIP_POINTS)


def _for_the_goals(activity: Activity, needs: Needs) -> Iterable[Reason]:
    if needs.is_stuck and Occasion.STUCK_GOAL in activity.occasions:
        sentence = N_("A goal in your group could use a push: here you find out what it needs.")
        yield _reason("activity_stuck_goal", sentence, STUCK_POINTS)
    if needs.is_gear_change and Occasion.GEAR_CHANGE in activity.occasions:
        sentence = N_("There is a change of gear among your goals.")
        yield _reason("activity_gear_change", sentence, GEAR_POINTS)
    wanted = [family for family in activity.families if family in needs.families]
    if wanted:
        family = next((family for family in wanted if family in needs.stuck), wanted[0])
        points = STUCK_FAMILY_POINTS if family in needs.stuck else FAMILY_POINTS
        yield _reason(f"activity_{family}", _FAMILY_SENTENCES[family], points)
    if needs.topics.intersection(activity.families):
        sentence = N_("It fits what you want to talk about.")
        yield _reason("activity_topics", sentence, TOPIC_POINTS)


def _against(activity: Activity, situation: Situation, ago: int | None) -> int:
    """Add up what speaks against an activity; nobody needs to read it."""
    usual = activity.usual(situation.size)
    points = LENGTH_POINTS * abs(situation.minutes - usual) // min(situation.minutes, usual)
    if situation.done and Occasion.FIRST_MEETING in activity.occasions:
        points += FIRST_POINTS
    if not situation.listens and activity.kind is SessionKind.LISTENING:
        points += LISTENING_POINTS
    if activity.is_one_sided and situation.flip is None:
        points += ONE_SIDED_POINTS
    if ago is not None:
        points += next((points for within, points in DONE_POINTS if ago <= within), 0)
    return points


def _sessions_ago(activity: Activity, done: Sequence[Session]) -> int | None:
    """Count back to the session in which it was done last: 1 is the last one, None is never."""
    for ago, session in enumerate(reversed(done), 1):
        if session.activity == activity.id:
            return ago
    return None


def _reason(code: str, template: str, points: int) -> Reason:
    return Reason(code=code, template=template, points=points)
