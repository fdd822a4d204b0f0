"""``peerloom farewell``: a kind end of a group, with thanks, and what travels on with whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import complete_member
from peerloom.cli.scenes import Call, Scene, call_options, group_option
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.closing import (
    LEAST_MINUTES,
    ClosingRitual,
    Farewell,
    closing_ritual,
    farewell_visible_to,
)
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.luggage import Luggage
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.farewells import ending_of, luggage_of
from peerloom.programmes.feedback import say_farewell
from peerloom.programmes.goals import carry_on_goal
from peerloom.programmes.programme import Programme

_HELP = """Farewell: a kind end of a group, with thanks, and what travels on with whom.

Without a verb it shows a member how to end well, minute by minute, what stays with them, and the
words of thanks for them. Thanks are read by the one who is thanked, what somebody takes along by
nobody else, and staff read nothing of it: give --as MEMBER.

Examples:

\b
  peerloom farewell --as ada
  peerloom farewell --as ada --group group-1 --minutes 10
  peerloom farewell write --as ada --thank bo "You let me finish" --takes-along "Ask sooner"
  peerloom farewell carry-on goal-3 --as ada

The exit code is 0 when all went well, 1 when the file or the words cannot be, 2 for a wrong option.
"""


@click.group("farewell", cls=Verbs, help=_HELP)
def farewell_command() -> None:
    """Say farewell."""


@farewell_command.verb("show")
@click.option(
    "--minutes",
    type=click.IntRange(min=LEAST_MINUTES),
    default=20,
    show_default=True,
    help="How long it may take.",
)
@group_option
@call_options
def show_command(call: Call, minutes: int, group_id: str | None) -> None:
    """Show how to end well, what stays, and the words of thanks for oneself."""
    scene = call.look()
    member = scene.actor
    group = scene.group(group_id)
    ritual = closing_ritual(ending_of(scene.programme, group.id), minutes)
    carried = luggage_of(scene.programme, group.id, member)
    readable = [
        seen
        for one in scene.programme.farewells.of_group(group.id)
        if (seen := farewell_visible_to(scene.viewer, one, group)) is not None
    ]
    plain = {
        "group": group.id,
        "ritual": _plain_ritual(ritual),
        "luggage": _plain_luggage(carried),
        "farewells": [_plain(one) for one in readable],
    }

    def show(console: Console) -> None:
        _show_ritual(ritual, console)
        console.print(Text(f"\n{carried.sentence()}"))
        for goal in carried.offered:
            console.print(bullet(Text(f"{goal.id}: {_words(goal)}")))
        _show_farewells(scene, readable, console)

    call.answer(plain, show)


@farewell_command.verb("write")
@click.option(
    "--thank",
    "thanks",
    type=(str, str),
    multiple=True,
    metavar="MEMBER WORDS",
    shell_complete=complete_member,
    help="Words for one other of the group, and for nobody else; repeat it.",
)
@click.option("--takes-along", default="", help="What one takes along, for one's own eyes.")
@group_option
@call_options
def write_command(
    call: Call, thanks: tuple[tuple[str, str], ...], takes_along: str, group_id: str | None
) -> None:
    """Say thanks and goodbye; what was said before is replaced."""
    if not thanks and not takes_along:
        raise click.UsageError("Say something: with --thank MEMBER WORDS, or --takes-along.")
    made: list[Farewell] = []

    def change(scene: Scene) -> Programme:
        words: dict[str, str] = {}
        for name, text in thanks:
            other = member_named(scene.programme, name)
            if other in words:
                raise ProgrammeError("Say all that is for one person in one --thank.")
            words[other] = text
        programme, farewell = say_farewell(
            scene.programme,
            scene.group(group_id).id,
            scene.actor,
            now=scene.now,
            thanks=words,
            takes_along=takes_along,
        )
        made.append(farewell)
        return programme

    scene = call.act(change)
    people = [person_of(scene.programme, one.to) for one in made[0].thanks]
    readers = f"Your thanks are for {' and '.join(people)} alone. " if people else ""
    call.tell(
        scene,
        f"{readers}What you take along is for your eyes only." if takes_along else readers.strip(),
        {"farewell": _plain(made[0])},
    )


@farewell_command.verb("carry-on")
@click.argument("goal_id", metavar="GOAL")
@call_options
def carry_on_command(call: Call, goal_id: str) -> None:
    """Make an open goal of the group one's own, from where it stands."""
    made: list[Goal] = []

    def change(scene: Scene) -> Programme:
        own = {group.id for group in scene.programme.groups.of_member(scene.actor)}
        goal = scene.programme.goals.get(goal_id)
        if goal is None or goal.group not in own:
            # Of another group's goal one learns not even that it is there.
            raise ProgrammeError("There is no such goal of a group of yours.")
        programme, carried = carry_on_goal(scene.programme, goal_id, scene.actor, now=scene.now)
        made.append(carried)
        return programme

    scene = call.act(change)
    goal = made[0]
    call.tell(scene, f"{goal.id} is yours now: {_words(goal)}", {"goal": goal.id})


def _words(goal: Goal) -> str:
    return goal.statement or "(no words yet)"


def _plain_ritual(ritual: ClosingRitual) -> dict[str, Any]:
    return {
        "opening": ritual.opening.to_dict(),
        "is_alone": ritual.is_alone,
        "steps": [
            {"minutes": step.minutes, "prompt": step.prompt.to_dict()} for step in ritual.steps
        ],
    }


def _plain_luggage(carried: Luggage) -> dict[str, Any]:
    return {
        "goals": [goal.id for goal in carried.goals],
        "offered": [goal.id for goal in carried.offered],
        "topics": [topic.text for topic in carried.topics],
        "sessions": list(carried.sessions),
        "resources": list(carried.resources),
        "sentence": carried.sentence().to_dict(),
    }


def _plain(farewell: Farewell) -> dict[str, Any]:
    return {
        "member": farewell.member,
        "at": farewell.at.isoformat(),
        "thanks": [{"to": one.to, "words": one.words} for one in farewell.thanks],
        "takes_along": farewell.takes_along,
    }


def _show_ritual(ritual: ClosingRitual, console: Console) -> None:
    console.print(Text(str(ritual.opening), style="bold"))
    for step in ritual.steps:
        console.print(bullet(Text(f"{step.minutes} min: {step.prompt}")))


def _show_farewells(scene: Scene, farewells: Sequence[Farewell], console: Console) -> None:
    for one in farewells:
        author = person_of(scene.programme, one.member)
        for thanks in one.thanks:
            other = person_of(scene.programme, thanks.to)
            console.print(Text(f"\n{author} thanks {other}:", style="bold"))
            console.print(Text(thanks.words))
        if one.takes_along:
            console.print(Text("\nWhat you take along:", style="bold"))
            console.print(Text(one.takes_along))
