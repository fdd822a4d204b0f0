"""``peerloom goals``: what members and groups want, how far they are, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from rich.console import Console

from peerloom.cli.goal_views import (
    check_owner,
    goal_of,
    member_of,
    plain_goal,
    plain_outline,
    readable_goals,
    show_goals,
    show_outlines,
)
from peerloom.cli.scenes import Call, Scene, call_options, group_option
from peerloom.cli.verbs import Verbs
from peerloom.mentoring.goal_changes import (
    add_progress,
    complete_milestone,
    let_go,
    meet,
    milestones_of,
    reopen_milestone,
    revise,
    take_milestone,
    take_up,
)
from peerloom.mentoring.goals import Goal, GoalTerms
from peerloom.mentoring.measures import Measure
from peerloom.mentoring.topics import Family
from peerloom.programmes.goals import change_goal, set_goal, share_goal
from peerloom.programmes.programme import Programme

_HELP = """Goals: what members and groups want, how far they are, and what became of it.

Without a verb it shows goals. Staff see whose they are, until when, and how they stand; the words
and numbers of a goal are for its owner and their group, so give --as MEMBER to act as one of them.

Examples:

\b
  peerloom goals
  peerloom goals --as ada
  peerloom goals set "Send twelve applications" --as ada --to 12 --unit applications \\
      --due 2026-12-18 --family career
  peerloom goals progress goal-1 3 --as ada --note "Two answers so far"
  peerloom goals milestone goal-2 1 --as ada
  peerloom goals revise goal-1 --as ada --due 2027-01-15 --why "The holidays"
  peerloom goals meet goal-1 --as ada
  peerloom goals let-go goal-2 --as ada
  peerloom goals take-up goal-2 --as ada
  peerloom goals share goal-1 --as ada

The exit code is 0 when all went well, 1 when the file or a change cannot be, 2 for a wrong option.
"""


class _Number(click.ParamType[Decimal]):
    """An exact decimal number."""

    name = "number"

    def convert(self, value: Any, param: Any, ctx: Any) -> Decimal:
        try:
            return Decimal(value)
        except InvalidOperation:
            self.fail(f'"{value}" is no number: write it as 12 or 2.5.', param, ctx)


_NUMBER = _Number()

_goal_argument = click.argument("goal_id", metavar="GOAL")
_why_option = click.option("--why", default="", help="Why, for those who may read the goal.")
_TERMS = (
    click.option("--family", type=click.Choice([one.value for one in Family]), help="What kind."),
    click.option("--from", "start", type=_NUMBER, help="Where it stands at first.  [default: 0]"),
    click.option("--to", "target", type=_NUMBER, help="The number to reach."),
    click.option("--unit", help='What is counted, such as "applications".'),
    click.option("--milestone", "milestones", multiple=True, help="A step on the way; repeat it."),
    click.option(
        "--due",
        type=click.DateTime(["%Y-%m-%d"]),
        metavar="YYYY-MM-DD",
        help="The last day in time.",
    ),
    click.option(
        "--gear-change",
        "is_gear_change",
        is_flag=True,
        default=None,
        help="It is about changing the career.",
    ),
)


def _terms_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_TERMS):
        command = option(command)
    return command


@click.group("goals", cls=Verbs, help=_HELP)
def goals_command() -> None:
    """Goals of members and groups."""


@goals_command.verb("show")
@click.argument("goal_id", metavar="[GOAL]", required=False)
@group_option
@click.option("--all", "is_all", is_flag=True, help="Also those that were met or let go.")
@call_options
def show_command(
    call: Call,
    goal_id: str | None,
    group_id: str | None,
    is_all: bool,
) -> None:
    """Show goals, or one of them."""
    scene = call.look()
    found = readable_goals(scene, group_id)
    if goal_id is not None:
        found = (goal_of(scene, goal_id),)
    elif not is_all:
        found = tuple(one for one in found if one.is_open)
    plain = plain_outline if scene.member is None else plain_goal

    def show(console: Console) -> None:
        (show_outlines if scene.member is None else show_goals)(scene, found, console)

    call.answer({"goals": [plain(scene, one) for one in found]}, show)


@goals_command.verb("set")
@click.argument("statement")
@_terms_options
@click.option("--for-group", is_flag=True, help="A goal of the whole group.")
@group_option
@click.option("--share", "is_shared", is_flag=True, help="Let staff read the words of the goal.")
@call_options
def set_command(
    call: Call,
    statement: str,
    for_group: bool,
    group_id: str | None,
    is_shared: bool,
    **options: Any,
) -> None:
    """Set a goal of a member, or of their group."""
    made: list[Goal] = []

    def change(scene: Scene) -> Programme:
        owner = {"member": scene.actor}
        if for_group or group_id is not None:
            owner = {"group": scene.group(group_id).id}
        terms = _terms(GoalTerms(), statement=statement, **options)
        programme, goal = set_goal(scene.programme, terms, now=scene.now, **owner)
        made.append(goal)
        return share_goal(programme, goal.id) if is_shared else programme

    scene = call.act(change)
    _tell(call, scene, made[0].id, "The goal was set.")


@goals_command.verb("progress")
@_goal_argument
@click.argument("value", type=_NUMBER)
@click.option("--note", default="", help="A few words about it.")
@call_options
def progress_command(
    call: Call,
    goal_id: str,
    value: Decimal,
    note: str,
) -> None:
    """Write down where a goal stands: the number itself, not what was added."""

    def change(goal: Goal, scene: Scene) -> Goal:
        return add_progress(goal, value, at=scene.now, by=scene.actor, note=note)

    _change(goal_id, change, "Progress was written down.", call)


@goals_command.verb("milestone")
@_goal_argument
@click.argument("number", type=click.IntRange(min=1))
@click.option("--undone", is_flag=True, help="Take back that it was done.")
@click.option("--who", metavar="MEMBER", help="Only say who does it, in a goal of the group.")
@call_options
def milestone_command(
    call: Call,
    goal_id: str,
    number: int,
    undone: bool,
    who: str | None,
) -> None:
    """Mark the first, second, ... milestone of a goal as done, or say who does it."""
    if undone and who is not None:
        raise click.UsageError("--undone and --who are two things: say one after the other.")

    def change(goal: Goal, scene: Scene) -> Goal:
        check_owner(scene, goal)
        if who is not None:
            return take_milestone(goal, number - 1, member_of(scene, goal, who))
        if undone:
            return reopen_milestone(goal, number - 1)
        return complete_milestone(goal, number - 1, at=scene.now)

    done = "taken" if who is not None else "open again" if undone else "done"
    _change(goal_id, change, f"Milestone {number} is {done}.", call)


@goals_command.verb("revise")
@_goal_argument
@click.option("--statement", help="New words.")
@_terms_options
@_why_option
@call_options
def revise_command(
    call: Call,
    goal_id: str,
    why: str,
    **options: Any,
) -> None:
    """Change what a goal says; what it said before stays in its history."""

    def change(goal: Goal, scene: Scene) -> Goal:
        check_owner(scene, goal)
        terms = _terms(goal.terms, **options)
        return revise(goal, terms, now=scene.now, by=scene.actor, why=why)

    _change(goal_id, change, "The goal was revised.", call)


def _closing(name: str, close: Callable[..., Goal], summary: str, sentence: str) -> None:
    """Add a verb that changes what becomes of a goal."""

    @goals_command.verb(name, summary=summary)
    @_goal_argument
    @_why_option
    @call_options
    def command(
        call: Call,
        goal_id: str,
        why: str,
    ) -> None:
        def change(goal: Goal, scene: Scene) -> Goal:
            check_owner(scene, goal)
            return close(goal, now=scene.now, by=scene.actor, why=why)

        _change(goal_id, change, sentence, call)


_closing("meet", meet, "Say that a goal is met.", "The goal is met. Well done!")
_closing("let-go", let_go, "Let a goal go, without fault.", "The goal was let go.")
_closing("take-up", take_up, "Take up a closed goal again.", "The goal is open again.")


@goals_command.verb("share")
@_goal_argument
@click.option("--not", "is_private", is_flag=True, help="Let staff read them no more.")
@call_options
def share_command(
    call: Call,
    goal_id: str,
    is_private: bool,
) -> None:
    """Let staff read the words of a goal, or no more."""

    def change(goal: Goal, scene: Scene) -> Goal:
        check_owner(scene, goal)
        return replace(goal, is_shared=not is_private)

    sentence = (
        "Staff cannot read the words of this goal."
        if is_private
        else "Staff can read the words of this goal."
    )
    _change(goal_id, change, sentence, call)


def _terms(
    before: GoalTerms,
    *,
    statement: str | None,
    family: str | None,
    start: Decimal | None,
    target: Decimal | None,
    unit: str | None,
    milestones: tuple[str, ...],
    due: datetime | None,
    is_gear_change: bool | None,
) -> GoalTerms:
    """Give what a goal says, with what was named put in the place of what it said before."""
    changes: dict[str, Any] = {
        "statement": statement,
        "family": None if family is None else Family(family),
        "measure": _measure(before.measure, start, target, unit),
        "milestones": milestones_of(milestones, before.milestones) if milestones else None,
        "due": None if due is None else due.date(),
        "is_gear_change": is_gear_change,
    }
    return replace(before, **{name: value for name, value in changes.items() if value is not None})


def _measure(
    before: Measure | None, start: Decimal | None, target: Decimal | None, unit: str | None
) -> Measure | None:
    if (start, target, unit) == (None, None, None):
        return None
    if target is None and before is None:
        raise click.BadParameter("say with --to which number is to be reached.", param_hint="--to")
    first = Decimal(0) if before is None else before.start
    last = Decimal(0) if before is None else before.target
    kept = "" if before is None else before.unit
    return Measure(
        start=first if start is None else start,
        target=last if target is None else target,
        unit=kept if unit is None else unit,
    )


def _change(goal_id: str, change: Callable[[Goal, Scene], Goal], sentence: str, call: Call) -> None:
    """Change one goal that the member who acts may read, and say so."""

    def changes(scene: Scene) -> Programme:
        goal = goal_of(scene, goal_id)
        return change_goal(scene.programme, goal.id, lambda one: change(one, scene))

    _tell(call, call.act(changes), goal_id, sentence)


def _tell(call: Call, scene: Scene, goal_id: str, sentence: str) -> None:
    goal = scene.programme.goals[goal_id]
    plain = {"goal": plain_goal(scene, goal)}
    call.tell(scene, sentence, plain, show=lambda console: show_goals(scene, [goal], console))
