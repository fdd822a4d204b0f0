"""Goals in a programme: set, changed and carried on into the next group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.errors import GoalError
from peerloom.mentoring.goals import Goal, GoalTerms
from peerloom.mentoring.luggage import carry_on
from peerloom.programmes.checks import check_same
from peerloom.programmes.programme import Programme


def set_goal(
    programme: Programme,
    terms: GoalTerms,
    *,
    now: datetime,
    member: str | None = None,
    group: str | None = None,
) -> tuple[Programme, Goal]:
    """Set a goal of a member or of a group.

    Parameters
    ----------
    programme
        Any.
    terms
        What it says.
    now
        The present moment; aware.
    member, group
        Whose it is: exactly one of the two.

    Returns
    -------
    programme, goal : Programme, Goal

    Raises
    ------
    UnknownRecordError
        For a member or group that is not there.
    GoalError
        For no owner or two, or a group that has ended.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.mentoring.goal_changes import meet
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada")], now=monday)
    >>> school, goal = set_goal(school, GoalTerms(statement="Joins"), now=monday, member="ada")
    >>> school = change_goal(school, goal.id, lambda one: meet(one, now=monday, by="ada"))
    >>> goal.id, school.goals["goal-1"].state.value
    ('goal-1', 'met')
    """
    if member is not None:
        programme.members[member]
    if group is not None and programme.groups[group].ended_at is not None:
        raise GoalError("This group has ended: set the goal in the new one, or as your own.")
    programme, (name,) = programme.numbered("goals")
    goal = Goal(
        id=name,
        member=member,
        group=group,
        statement=terms.statement,
        family=terms.family,
        measure=terms.measure,
        milestones=terms.milestones,
        due=terms.due,
        is_gear_change=terms.is_gear_change,
        set_at=now,
    )
    return programme.put("goals", goal), goal


def change_goal(programme: Programme, goal: str, change: Callable[[Goal], Goal]) -> Programme:
    """Change a goal by a function of `peerloom.mentoring.goal_changes`.

    Raises
    ------
    UnknownRecordError
        Where there is no such goal.
    ProgrammeError
        For a change that makes it another goal, or somebody else's.
    """
    before = programme.goals[goal]
    after = change(before)
    check_same(before, after, "id", "member", "group")
    return programme.put("goals", after)


def share_goal(programme: Programme, goal: str, *, is_shared: bool = True) -> Programme:
    """Say whether the owner lets staff read the statement of a goal.

    Raises
    ------
    UnknownRecordError
        Where there is no such goal.
    """
    return change_goal(programme, goal, lambda one: replace(one, is_shared=is_shared))


def carry_on_goal(
    programme: Programme, goal: str, member: str, *, now: datetime
) -> tuple[Programme, Goal]:
    """Make an open goal of a group the goal of one of its members, from where it stands.

    Raises
    ------
    UnknownRecordError
        Where there is no such goal.
    GroupError
        For somebody who was not in the group.
    LuggageError
        For a goal of a single member, or one that is no longer open.
    """
    shared = programme.goals[goal]
    if shared.group is not None:
        programme.groups[shared.group].others(member)
    programme, (name,) = programme.numbered("goals")
    own = carry_on(shared, member, id=name, now=now)
    return programme.put("goals", own), own
