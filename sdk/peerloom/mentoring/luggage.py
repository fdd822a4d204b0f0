"""What travels on with each member when a group ends: goals, open topics, notes and links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from peerloom.mentoring.agenda_candidates import last_held
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.goals import Goal, Milestone, ProgressEntry
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.resources import Resource
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.mentoring.topics import Topic
from peerloom.natural import natural_key
from peerloom.reasons import N_, Reason


class LuggageError(MentoringError):
    """A goal that cannot be carried on."""

    code = "luggage_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Luggage:
    """What travels on with one member. Only this member may read it.

    Parameters
    ----------
    member
        Whose it is.
    goals
        Their own open goals, which go on by themselves.
    offered
        Open goals of the group: each member may carry one on as their own, see `carry_on`.
    topics
        What the group did not come to; each once.
    sessions
        Ids of sessions with notes that this member keeps being able to read.
    resources
        Ids of the group's links, notes, contacts and tools, which stay readable too.
    """

    member: str
    goals: tuple[Goal, ...] = ()
    offered: tuple[Goal, ...] = ()
    topics: tuple[Topic, ...] = field(default=(), repr=False)
    sessions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def sentence(self) -> Reason:
        """Say it in plain words."""
        if not any((self.goals, self.offered, self.topics, self.sessions, self.resources)):
            return Reason(
                code="luggage_empty",
                template=N_("Nothing is left open here: you start afresh with your next group."),
            )
        return Reason(
            code="luggage",
            template=N_(
                "What stays with you: open goals of your own: {goals}; goals of the group that you "
                "can make your own: {offered}; open topics: {topics}; notes of sessions: {notes}; "
                "links and other resources: {resources}."
            ),
            values={
                "goals": len(self.goals),
                "offered": len(self.offered),
                "topics": len(self.topics),
                "notes": len(self.sessions),
                "resources": len(self.resources),
            },
        )


def luggage(
    group: PublishedGroup,
    member: str,
    *,
    goals: Iterable[Goal],
    sessions: Iterable[Session],
    resources: Iterable[Resource] = (),
) -> Luggage:
    """Collect what travels on with a member when a group ends.

    Nothing is moved and nothing is shown to the next group: a goal of one's own goes along anyway,
    and notes and resources stay readable for those who were in the session or the group.

    Parameters
    ----------
    group
        The group that ends.
    member
        One of its members.
    goals, sessions, resources
        Of this group and its members; others are left out.

    Raises
    ------
    GroupError
        For somebody who was not in the group.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> own = Goal(id="1", member="ada", statement="Learn joins", set_at=monday)
    >>> both = Goal(id="2", group="g1", statement="Give a talk together", set_at=monday)
    >>> found = luggage(pair, "ada", goals=[own, both], sessions=[])
    >>> [goal.id for goal in found.goals], [goal.id for goal in found.offered]
    (['1'], ['2'])
    """
    group.others(member)
    still_open = sorted(
        (goal for goal in goals if goal.is_open), key=lambda goal: natural_key(goal.id)
    )
    joined = sorted(
        (one for one in sessions if one.group == group.id and member in one.members),
        key=lambda one: (one.starts_at, one.id),
    )
    held = [one for one in joined if one.state is SessionState.HELD]
    last = last_held(held)
    return Luggage(
        member=member,
        goals=tuple(goal for goal in still_open if goal.member == member),
        offered=tuple(goal for goal in still_open if goal.group == group.id),
        topics=tuple(dict.fromkeys(last.leftovers if last else ())),
        sessions=tuple(one.id for one in joined if one.notes),
        resources=tuple(
            sorted((one.id for one in resources if one.group == group.id), key=natural_key)
        ),
    )


def carry_on(
    goal: Goal,
    member: str,
    *,
    id: str,  # noqa: A002 it becomes the field of that name
    now: datetime,
) -> Goal:
    """Make an open goal of a group the goal of one member, from where it stands.

    The goal of the group stays as it is, so each member can carry it on.

    Parameters
    ----------
    goal
        Of a group that the member is or was in.
    member
        Whose it will be.
    id
        Of the new goal.
    now
        The present moment; aware.

    Raises
    ------
    LuggageError
        For a goal of a single member, or one that is no longer open.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> both = Goal(id="2", group="g1", statement="Give a talk", set_at=monday)
    >>> carry_on(both, "ada", id="3", now=monday).member
    'ada'
    """
    if goal.group is None or not goal.is_open:
        raise LuggageError("Only an open goal of a group can be carried on by one of its members.")
    moment = utc(now, "now")
    standing = (
        ()
        if goal.value is None or not goal.progress
        else (ProgressEntry(at=moment, by=member, value=goal.value),)
    )
    return replace(
        goal,
        id=id,
        member=member,
        group=None,
        milestones=tuple(Milestone(text=one.text, done_at=one.done_at) for one in goal.milestones),
        set_at=moment,
        progress=standing,
        history=(),
        is_shared=False,
    )
