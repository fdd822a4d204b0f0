"""Gear changes: goals for people who move into another kind of work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from peerloom.mentoring.goal_changes import milestones_of
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.topics import Family
from peerloom.reasons import N_

GEAR_CHANGE_MILESTONES = (
    N_("Write down what I liked and what wore me out in my work so far"),
    N_("List what I bring along from it, with one example each"),
    N_("Talk with two people who do the work that I want to do"),
    N_("Compare three real job offers with what I can do today"),
    N_("Finish one small piece of work that shows the missing skill"),
    N_("Tell my story of the change in two minutes, and ask for feedback"),
    N_("Decide on the next step, and on the day by which I take it"),
)
"""First steps of a change of career, in words to be translated and changed."""


def gear_change(
    *,
    id: str,  # noqa: A002 the name that every record here has for it
    member: str,
    statement: str,
    set_at: datetime,
    due: date | None = None,
    milestones: Iterable[str] = GEAR_CHANGE_MILESTONES,
) -> Goal:
    """Make a goal for a change of career, with first steps to begin from.

    Nobody but the member and their group learns that it is about leaving something: the outline for
    staff does not say so.

    Parameters
    ----------
    id, member, statement, set_at, due
        As of every `Goal`.
    milestones
        The steps, in the language of the member.

    Examples
    --------
    >>> from datetime import UTC
    >>> goal = gear_change(
    ...     id="g1",
    ...     member="ada",
    ...     statement="From teaching to data engineering",
    ...     set_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> print(goal.family, len(goal.milestones), goal.milestones[2].text)
    career 7 Talk with two people who do the work that I want to do
    """
    return Goal(
        id=id,
        member=member,
        statement=statement,
        family=Family.CAREER,
        milestones=milestones_of(milestones),
        due=due,
        set_at=set_at,
        is_gear_change=True,
    )
