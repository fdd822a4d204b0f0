"""What can happen to a goal: each function gives a new goal and keeps what was before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from peerloom.mentoring.errors import ClosedGoalError, GoalError
from peerloom.mentoring.goals import (
    Goal,
    GoalChange,
    GoalState,
    GoalTerms,
    Milestone,
    ProgressEntry,
)
from peerloom.mentoring.measures import exact
from peerloom.mentoring.words import line


def add_progress(
    goal: Goal, value: Decimal | int, *, at: datetime, by: str, note: str = ""
) -> Goal:
    """Write down where the measure of a goal stands.

    A goal that gets to its target stays open until somebody says that it is met.

    Parameters
    ----------
    goal
        An open goal with a measure.
    value
        Where it stands, in the unit of the measure: not what was added since the last time.
    at
        When it stood there; aware. It may lie in the past: entries are kept in the order of time.
    by
        The id of who writes it down.
    note
        A few words about it, for the owner and their group.

    Raises
    ------
    ClosedGoalError
        For a goal that was met or let go.
    GoalError
        For a goal without a measure, or a number that is not exact.
    TextError, MomentError
        For a note or a moment that cannot be kept.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.mentoring.measures import Measure
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> goal = Goal(id="g1", member="ada", measure=Measure(start=0, target=12), set_at=monday)
    >>> add_progress(goal, 3, at=monday, by="ada").value
    Decimal('3')
    """
    _check_open(goal)
    if goal.measure is None:
        raise GoalError(
            "This goal has nothing to count: add a measure to it, or mark a milestone as done."
        )
    entry = ProgressEntry(at=at, by=by, value=exact(value), note=note)
    return replace(goal, progress=(*goal.progress, entry))


def undo_progress(goal: Goal, entry: ProgressEntry) -> Goal:
    """Take back a progress entry that was wrong, with its note; nothing of it is kept.

    Raises
    ------
    ClosedGoalError
        For a goal that was met or let go.
    GoalError
        For an entry that the goal does not have (any more).
    """
    _check_open(goal)
    if entry not in goal.progress:
        raise GoalError("This entry is not there any more: look at the goal as it is now.")
    index = goal.progress.index(entry)
    return replace(goal, progress=goal.progress[:index] + goal.progress[index + 1 :])


def complete_milestone(goal: Goal, index: int, *, at: datetime) -> Goal:
    """Mark a milestone as done.

    Parameters
    ----------
    goal
        An open goal.
    index
        The place of the milestone, counted from 0. One that is done already stays as it is.
    at
        When it was done; aware.

    Raises
    ------
    ClosedGoalError
        For a goal that was met or let go.
    GoalError
        For a place without a milestone.
    MomentError
        For a moment without a time zone.
    """
    return _with_milestone(goal, index, done_at=at)


def reopen_milestone(goal: Goal, index: int) -> Goal:
    """Take back that a milestone was done.

    Raises
    ------
    ClosedGoalError, GoalError
        As for `complete_milestone`.
    """
    return _with_milestone(goal, index, done_at=None)


def take_milestone(goal: Goal, index: int, member: str | None) -> Goal:
    """Put a name to a milestone of a group's goal: who does it.

    Parameters
    ----------
    index
        As for `complete_milestone`.
    member
        The id of a member of the group; None for all of them, or nobody yet.

    Raises
    ------
    ClosedGoalError, GoalError
        As for `complete_milestone`, and for a goal of a single member, who does all of it.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> steps = milestones_of(["Draw it", "Write it"])
    >>> goal = Goal(id="g1", group="group-1", milestones=steps, set_at=monday)
    >>> [one.member for one in take_milestone(goal, 1, "bo").milestones]
    [None, 'bo']
    """
    if goal.group is None:
        raise GoalError("A goal of one member needs no names: they do all of it.")
    return _with_milestone(goal, index, member=member)


def meet(goal: Goal, *, now: datetime, by: str, why: str = "") -> Goal:
    """Say that a goal is met. That is for its owner to say: no number needs to agree.

    Raises
    ------
    ClosedGoalError
        For a goal that was met or let go already.
    TextError, MomentError
        For words or a moment that cannot be kept.
    """
    return _closed(goal, GoalState.MET, now, by, why)


def let_go(goal: Goal, *, now: datetime, by: str, why: str = "") -> Goal:
    """Let a goal go, without fault; its history stays, and it can be taken up again.

    Raises
    ------
    ClosedGoalError, TextError, MomentError
        As for `meet`.
    """
    return _closed(goal, GoalState.LET_GO, now, by, why)


def take_up(goal: Goal, *, now: datetime, by: str, why: str = "") -> Goal:
    """Take up again a goal that was met or let go, also where that was a slip.

    Raises
    ------
    GoalError
        For a goal that is open.
    TextError, MomentError
        For words or a moment that cannot be kept.
    """
    if goal.is_open:
        raise GoalError("This goal is open: there is nothing to take up again.")
    change = GoalChange(at=now, by=by, state=GoalState.OPEN, why=why)
    return replace(goal, state=GoalState.OPEN, history=(*goal.history, change))


def revise(goal: Goal, terms: GoalTerms, *, now: datetime, by: str, why: str = "") -> Goal:
    """Change what a goal says; what it said before stays in its history.

    Progress goes on counting as long as the unit is the same. Where something else is counted from
    now on, the entries so far are set aside in the history.

    Parameters
    ----------
    goal
        An open goal.
    terms
        What it says from now on: start from ``goal.terms``. The same terms change nothing.
    now
        The present moment; aware.
    by
        The id of who changes it.
    why
        The reason in their words, for the owner and their group.

    Raises
    ------
    ClosedGoalError
        For a goal that was met or let go.
    TextError, MomentError
        For words or a moment that cannot be kept.

    Examples
    --------
    >>> from datetime import UTC, date
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> goal = Goal(id="g1", member="ada", statement="Learn SQL", set_at=monday)
    >>> later = replace(goal.terms, due=date(2026, 12, 18))
    >>> revised = revise(goal, later, now=monday, by="ada", why="We meet less often")
    >>> print(revised.due, revised.history[0].before.due, revised.state)
    2026-12-18 None open
    """
    _check_open(goal)
    if terms == goal.terms:
        return goal
    counts_on = _unit(terms) is not None and _unit(terms) == _unit(goal.terms)
    change = GoalChange(
        at=now,
        by=by,
        state=GoalState.REVISED,
        why=why,
        before=goal.terms,
        set_aside=() if counts_on else goal.progress,
    )
    return replace(
        goal,
        statement=terms.statement,
        family=terms.family,
        measure=terms.measure,
        milestones=terms.milestones,
        due=terms.due,
        is_gear_change=terms.is_gear_change,
        progress=goal.progress if counts_on else (),
        history=(*goal.history, change),
    )


def milestones_of(texts: Iterable[str], before: Iterable[Milestone] = ()) -> tuple[Milestone, ...]:
    """Make milestones of lines of text; empty lines are left out.

    Parameters
    ----------
    texts
        The lines, in order.
    before
        Milestones so far: one with the same text stays done, and stays with its member.

    Examples
    --------
    >>> from datetime import UTC
    >>> done = Milestone(text="Read chapter 1", done_at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> first, second = milestones_of(["Read chapter 1", "", "Read chapter 2"], [done])
    >>> first.done_at is None, second.done_at is None
    (False, True)
    """
    known: dict[str, list[Milestone]] = {}
    for milestone in before:
        known.setdefault(milestone.text, []).append(milestone)
    lines = [line(text, "milestones") for text in texts]
    return tuple(
        known[text].pop(0) if known.get(text) else Milestone(text=text) for text in lines if text
    )


def _check_open(goal: Goal) -> None:
    if not goal.is_open:
        raise ClosedGoalError


def _closed(goal: Goal, state: GoalState, now: datetime, by: str, why: str) -> Goal:
    _check_open(goal)
    change = GoalChange(at=now, by=by, state=state, why=why)
    return replace(goal, state=state, history=(*goal.history, change))


def _with_milestone(goal: Goal, index: int, **changes: Any) -> Goal:
    _check_open(goal)
    if type(index) is not int or not 0 <= index < len(goal.milestones):
        raise GoalError("There is no such milestone: look at the goal as it is now.")
    milestone = goal.milestones[index]
    if "done_at" in changes and (milestone.done_at is None) is (changes["done_at"] is None):
        return goal
    changed = replace(milestone, **changes)
    return replace(
        goal, milestones=(*goal.milestones[:index], changed, *goal.milestones[index + 1 :])
    )


def _unit(terms: GoalTerms) -> str | None:
    return None if terms.measure is None else terms.measure.unit
