"""Outlines: what somebody outside the group may know of a goal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.topics import Family


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalOutline:
    """A goal as staff may see it: its state and its day, and no private word.

    There is no place in it for notes, numbers, milestones, reasons of changes, or that it is about
    a change of career.

    Parameters
    ----------
    id, member, group, family, due, set_at, state
        As of the goal.
    statement
        Only where its owner shares it; None otherwise.
    """

    id: str
    member: str | None
    group: str | None
    family: Family | None
    due: date | None
    set_at: datetime
    state: GoalState
    statement: str | None


def outline(goal: Goal) -> GoalOutline:
    """Give what staff may see of a goal.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> goal = Goal(id="g1", member="ada", statement="Find other work", set_at=monday)
    >>> print(outline(goal).statement, outline(goal).state)
    None open
    """
    return GoalOutline(
        id=goal.id,
        member=goal.member,
        group=goal.group,
        family=goal.family,
        due=goal.due,
        set_at=goal.set_at,
        state=goal.state,
        statement=goal.statement if goal.is_shared else None,
    )
