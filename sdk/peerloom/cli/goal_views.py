"""Goals as somebody may see them: their owner and group, or staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from peerloom.cli.people import member_named
from peerloom.cli.scenes import Scene, row, table
from peerloom.formats.terminal import bullet
from peerloom.mentoring.errors import GroupError
from peerloom.mentoring.goal_outlines import outline
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.measures import written
from peerloom.mentoring.pace import Pace, pace
from peerloom.mentoring.schemas.goals import GoalSchema
from peerloom.mentoring.specificity import Missing, specificity
from peerloom.mentoring.topics import FAMILY_NAMES
from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.sessions import present
from peerloom.programmes.views import timezones


class NotOwnGoalError(ProgrammeError):
    """A change of a goal that is somebody else's to make."""

    code = "goal_not_own"

    def __init__(self) -> None:
        super().__init__("This goal is somebody else's: only its owner can do that.")


def readable_goals(scene: Scene, group: str | None = None) -> tuple[Goal, ...]:
    """Give the goals that somebody may know of.

    A member reads their own, those of all their groups, and those of the others in their group;
    staff know of all goals, and see the outline of each.

    Parameters
    ----------
    scene
        Who looks.
    group
        Only goals of this group and its members; None for all.
    """
    programme, member = scene.programme, scene.member
    if group is not None:
        folder = programme.of_group(scene.group(group).id)
        found = folder.goals
        if member is not None and folder.group.ended_at is not None:
            found = tuple(one for one in found if one.member in (None, member))
        return found
    if member is None:
        return tuple(programme.goals)
    goals = list(programme.goals.of_member(member))
    for one in programme.groups.of_member(member):
        goals += programme.goals.of_group(one.id)
    current = programme.current_group(member)
    if current is not None:
        for other in current.others(member):
            goals += programme.goals.of_member(other)
    return tuple({goal.id: goal for goal in goals}.values())


def goal_of(scene: Scene, goal: str) -> Goal:
    """Give a goal that somebody may know of.

    Raises
    ------
    UnknownRecordError
        For one that is not there, or that they may not know of: which of the two is not told.
    """
    for one in readable_goals(scene):
        if one.id == goal:
            return one
    raise UnknownRecordError("goal")


def check_owner(scene: Scene, goal: Goal) -> None:
    """Check that a goal is the acting member's own, or their group's.

    Raises
    ------
    NotOwnGoalError
        For anybody else.
    """
    group = None if goal.group is None else scene.programme.groups[goal.group]
    if goal.member != scene.actor and (group is None or scene.actor not in group.members):
        raise NotOwnGoalError


def member_of(scene: Scene, goal: Goal, named: str) -> str:
    """Give the id of somebody who pursues a goal.

    Raises
    ------
    GroupError
        For somebody who is not in the group, or has left.
    UnknownMemberError, AmbiguousMemberError
        For a name that nobody has, or several have.
    """
    found = member_named(scene.programme, named)
    if found not in _members(scene, goal):
        raise GroupError("This person is not in the group now: choose one of its members.")
    return found


def plain_goal(scene: Scene, goal: Goal) -> dict[str, Any]:
    """Give a goal as plain data, for those who may read all of it."""
    stands = _pace(scene, goal)
    plain: dict[str, Any] = GoalSchema().dump(goal)
    return {
        **plain,
        "pace": {"state": stands.state.value, "reason": stands.reason.to_dict()},
        "missing": [
            {"part": one.part.value, "reason": one.reason.to_dict()}
            for one in _missing(scene, goal)
        ],
    }


def plain_outline(scene: Scene, goal: Goal) -> dict[str, Any]:
    """Give what staff may know of a goal as plain data."""
    seen = outline(goal)
    return {
        "id": seen.id,
        "member": seen.member,
        "group": seen.group,
        "family": None if seen.family is None else seen.family.value,
        "due": None if seen.due is None else seen.due.isoformat(),
        "set_at": seen.set_at.isoformat(),
        "state": seen.state.value,
        "pace": _pace(scene, goal).state.value,
        "statement": seen.statement,
    }


def show_outlines(scene: Scene, goals: Sequence[Goal], console: Console) -> None:
    """Show what staff may know of goals."""
    if not goals:
        console.print("There is no open goal. --all shows those that were met or let go, too.")
        return
    made = table("Goal", "Whose", "Family", "Due", "Stands", "Words that are shared")
    for goal in goals:
        seen = outline(goal)
        row(
            made,
            seen.id,
            _whose(scene, goal),
            "" if seen.family is None else FAMILY_NAMES[seen.family],
            seen.due or "",
            _said(_pace(scene, goal)),
            seen.statement or "",
        )
    console.print(made)


def show_goals(scene: Scene, goals: Sequence[Goal], console: Console) -> None:
    """Show goals with everything that their owner and group may read."""
    if not goals:
        console.print("There is no open goal. Set one: peerloom goals set STATEMENT --as MEMBER")
    for goal in goals:
        stands = _pace(scene, goal)
        head = Text(f"{goal.id}  ", style="dim") + Text(goal.statement or "(no words yet)", "bold")
        console.print(head)
        console.print(Text(f"  {_whose(scene, goal)} · {_said(stands)}{_measured(goal)}"))
        console.print(bullet(Text(str(stands.reason))))
        for number, milestone in enumerate(goal.milestones, start=1):
            state = "done" if milestone.done_at is not None else "open"
            if milestone.member is not None:
                state += f", {scene.people([milestone.member])}"
            console.print(bullet(Text(f"Milestone {number} ({state}): {milestone.text}")))
        if goal.is_open:
            for one in _missing(scene, goal):
                console.print(bullet(Text(str(one.reason))))


def _measured(goal: Goal) -> str:
    due = "" if goal.due is None else f" · due {goal.due}"
    if goal.measure is None or goal.value is None:
        return due
    unit = f" {goal.measure.unit}" if goal.measure.unit else ""
    return f" · {written(goal.value)} of {written(goal.measure.target)}{unit}{due}"


def _whose(scene: Scene, goal: Goal) -> str:
    if goal.member is not None:
        return scene.people([goal.member])
    return scene.people(scene.programme.groups[goal.group].members)


def _members(scene: Scene, goal: Goal) -> tuple[str, ...]:
    if goal.member is not None:
        return (goal.member,)
    return present(scene.programme, scene.programme.groups[goal.group])


def _pace(scene: Scene, goal: Goal) -> Pace:
    return pace(goal, scene.now, timezones(scene.programme, _members(scene, goal)))


def _missing(scene: Scene, goal: Goal) -> tuple[Missing, ...]:
    return specificity(goal, members=_members(scene, goal))


def _said(stands: Pace) -> str:
    return stands.state.value.replace("_", " ")
