"""``peerloom activities``: scripts for a session, those of the package and one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Call, Scene, call_options, group_option, table
from peerloom.cli.session_telling import UnknownActivityError
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.activity_files import built_in_activities, read_activities, read_activity
from peerloom.mentoring.activity_schedules import Schedule, TimedStep, schedule
from peerloom.mentoring.activity_steps import Role
from peerloom.mentoring.schemas.activities import ActivitySchema
from peerloom.mentoring.suggestions import Suggestion
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import present
from peerloom.programmes.views import activities, activity, suggestion_for

_HELP = """Activities: scripts for a session, with minutes and roles.

Without a verb it lists them. With an id it shows the whole script; add your own as TOML files.

Examples:

\b
  peerloom activities
  peerloom activities show teach_off
  peerloom activities show teach_off --minutes 45 --people 3
  peerloom activities suggest --as ada
  peerloom activities add our-activities/
  peerloom activities remove our_own_activity

The exit code is 0 when all went well, 1 when a file cannot be used or there is no such activity, 2
for a wrong option.
"""


@click.group("activities", cls=Verbs, help=_HELP)
def activities_command() -> None:
    """Scripts for a session."""


@activities_command.verb("show")
@click.argument("activity_id", metavar="[ACTIVITY]", required=False)
@click.option("--people", type=click.IntRange(2, 5), help="How many.  [default: 2, or the fewest]")
@click.option("--minutes", type=click.IntRange(min=1), help="How long.  [default: as usual]")
@call_options
def show_command(
    call: Call, activity_id: str | None, people: int | None, minutes: int | None
) -> None:
    """List all activities, or show the script of one of them."""
    scene = call.look()
    if activity_id is None:
        found = activities(scene.programme)
        plain = [_plain(scene.programme, one) for one in found]
        call.answer({"activities": plain}, lambda console: _list(scene.programme, found, console))
        return
    one = activity(scene.programme, activity_id)
    if one is None:
        raise UnknownActivityError
    size = one.sizes[0] if people is None else people
    plan = schedule(
        one,
        [f"Person {number}" for number in range(1, size + 1)],
        one.usual(size) if minutes is None else minutes,
    )
    call.answer(
        {"activity": ActivitySchema().dump(one), "schedule": plan.to_dict()},
        lambda console: _script(one, plan, console),
    )


@activities_command.verb("suggest")
@group_option
@click.option("--minutes", type=click.IntRange(min=1), help="How long.  [default: as agreed]")
@call_options
def suggest_command(call: Call, group_id: str | None, minutes: int | None) -> None:
    """Suggest an activity for the next session of a group; for its members only."""
    scene = call.look()
    scene.check_actor()
    group = scene.group(group_id)
    found = suggestion_for(scene.programme, group.id, now=scene.now, minutes=minutes)
    plan = None
    if found is not None:
        people = present(scene.programme, group)
        plan = schedule(found.activity, people, found.minutes, lead=found.lead)
    plain = {
        "group": group.id,
        "activity": None if found is None else found.activity.id,
        "minutes": None if found is None else found.minutes,
        "reasons": [] if found is None else [one.to_dict() for one in found.reasons],
        "schedule": None if plan is None else plan.to_dict(),
    }
    call.answer(plain, lambda console: _suggest(scene, found, plan, console))


@activities_command.verb("add")
@click.argument("where", metavar="FILE_OR_FOLDER", type=click.Path(path_type=Path))
@call_options
def add_command(call: Call, where: Path) -> None:
    """Take one's own activities into the programme: a TOML file, or a folder of them.

    One with the id of another takes its place.
    """
    if where.is_dir():
        known = built_in_activities()
        read = [one for name, one in read_activities(where).items() if one is not known.get(name)]
    else:
        read = [read_activity(where)]
    scene = call.act(lambda scene: scene.programme.put("activities", *read))
    ids = [one.id for one in read]
    said = ", ".join(ids) or "none: the folder has no file that ends in .toml"
    call.tell(scene, f"Activities that were taken in: {said}.", {"added": ids})


@activities_command.verb("remove")
@click.argument("activity_id", metavar="ACTIVITY")
@call_options
def remove_command(call: Call, activity_id: str) -> None:
    """Take one's own activity out of the programme."""

    def change(scene: Scene) -> Programme:
        if activity_id not in scene.programme.activities:
            raise UnknownActivityError
        kept = scene.programme.activities.drop({activity_id})
        return replace(scene.programme, activities=kept)

    scene = call.act(change)
    call.tell(scene, f"{activity_id} was taken out.", {"removed": activity_id})


def _plain(programme: Programme, one: Activity) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "summary": one.summary,
        "kind": one.kind.value,
        "sizes": list(one.sizes),
        "families": [family.value for family in one.families],
        "minutes": {str(size): one.usual(size) for size in one.sizes},
        "is_own": one.id in programme.activities,
    }


def _list(programme: Programme, found: Sequence[Activity], console: Console) -> None:
    made = table("Activity", "People", "Min", "What it is")
    made.columns[0].no_wrap = True
    for one in found:
        people = f"{one.sizes[0]}-{one.sizes[-1]}" if len(one.sizes) > 1 else str(one.sizes[0])
        own = " (own)" if one.id in programme.activities else ""
        what = Text(one.title + own, style="bold") + Text(f"\n{one.summary}", style="not bold")
        made.add_row(one.id, people, str(one.usual(one.sizes[0])), what)
    console.print(made)


def _script(one: Activity, plan: Schedule, console: Console) -> None:
    console.print(Text(one.title, style="bold") + Text(f"  {plan.minutes} minutes", style="dim"))
    console.print(Text(one.summary))
    _bring(one, console)
    _steps(plan, console)


def _bring(one: Activity, console: Console) -> None:
    for thing in one.material:
        console.print(bullet(Text(f"Bring: {thing}")))


def _suggest(
    scene: Scene, found: Suggestion | None, plan: Schedule | None, console: Console
) -> None:
    if found is None or plan is None:
        console.print("No activity fits so many people and minutes.")
        return
    console.print(
        Text(found.activity.title, style="bold")
        + Text(f"  {found.activity.id}, {found.minutes} minutes", style="dim")
    )
    for reason in found.reasons:
        console.print(bullet(Text(str(reason))))
    _bring(found.activity, console)
    _steps(plan, console, scene)


def _steps(plan: Schedule, console: Console, scene: Scene | None = None) -> None:
    def called(member: str) -> str:
        return member if scene is None else scene.people([member])

    made = table("From", "Min", "What", "Roles")
    told: set[tuple[str, str]] = set()
    for step in plan.steps:
        what = Text(step.title, style="bold")
        # In the turns after the first one the words are the same, and only the roles are others.
        if (step.title, step.text) not in told:
            what += Text(f"\n{step.text}") + Text("".join(_prompts(step, called)), style="dim")
            told.add((step.title, step.text))
        roles = [
            f"{called(one.member)} {one.role.value}"
            for one in step.seated
            if one.role is not Role.TOGETHER
        ]
        made.add_row(str(step.starts), str(step.minutes), what, Text("\n".join(roles)))
    console.print(made)
    for title in plan.left_out:
        console.print(bullet(Text(f"There is no time for: {title}")))


def _prompts(step: TimedStep, called: Callable[[str], str]) -> Iterator[str]:
    """Give words to begin with: those for everybody, then those for each seat, once."""
    for prompt in step.prompts:
        yield f"\n· {prompt}"
    first, *others = step.seated
    alike = len({one.prompts for one in others}) == 1
    rest = "The other one" if len(others) == 1 else "The others"
    seats = [
        ("Whose turn it is" if step.turn else called(first.member), first),
        (rest if alike else "The next one", others[0]),
        *(() if alike else [("Anybody else", others[-1])]),
    ]
    for seat, one in seats:
        if one.prompts:
            yield f"\n{seat}:"
            for prompt in one.prompts:
                yield f"\n· {prompt}"
