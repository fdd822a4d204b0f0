"""``peerloom health``: how groups are doing, why, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.commands import Command
from peerloom.cli.scenes import Call, Scene, call_options, group_option, table
from peerloom.formats.terminal import bullet
from peerloom.mentoring.health import HealthView, worst_first
from peerloom.mentoring.health_plan import HealthState
from peerloom.mentoring.switches import SwitchWanted, switch_wanted
from peerloom.programmes.moods import moods_for_staff
from peerloom.programmes.views import health_of

_HELP = """How groups are doing, why, and what would help; those who need somebody come first.

A group sees what is found at once, staff two days later, so that its members can mend it before.
Staff never see anything written in private, or how anybody is. With --as MEMBER it shows that
member's own groups, as they see them.

Examples:

\b
  peerloom health
  peerloom health --as ada
  peerloom health --group group-3 --json

The exit code is 0 when all went well, also when a group is not doing well; 1 when the file cannot
be used, 2 for a wrong option.
"""

_STATE_NAMES = {
    HealthState.STALLED: "stalled",
    HealthState.NEEDS_A_LOOK: "needs a look",
    HealthState.NEW: "new",
    HealthState.STEADY: "steady",
    HealthState.THRIVING: "thriving",
    HealthState.ENDED: "ended",
}


@click.command("health", cls=Command, help=_HELP)
@group_option
@call_options
def health_command(call: Call, group_id: str | None) -> None:
    """Show how groups are doing."""
    scene = call.look()
    if scene.member is not None and group_id is None:
        group_id = scene.group(None).id
    views = worst_first(
        view
        for group in scene.groups(group_id)
        if (view := health_of(scene.programme, group.id, scene.viewer, now=scene.now)) is not None
    )
    plain: dict[str, Any] = {"groups": [_plain(scene, one) for one in views]}
    wanted: list[SwitchWanted] = []
    moods = None
    if scene.member is None:
        wanted = _switches(scene, views)
        moods = moods_for_staff(scene.programme, now=scene.now)
        plain["switches"] = [{"group": one.group, "since": one.since.isoformat()} for one in wanted]
        plain["moods"] = None if moods is None else moods.to_dict()

    def show(console: Console) -> None:
        _show(scene, views, console)
        for one in wanted:
            console.print(bullet(Text(f"{one.group}: {one.sentence()}")))
        if moods is not None and views:
            console.print(bullet(Text(str(moods))))

    call.answer(plain, show)


def _plain(scene: Scene, view: HealthView) -> dict[str, Any]:
    return {**view.to_dict(), "members": list(scene.programme.groups[view.group].members)}


def _switches(scene: Scene, views: Sequence[HealthView]) -> list[SwitchWanted]:
    programme = scene.programme
    found = (
        switch_wanted(
            programme.switch_asks.of_group(one.group), programme.groups[one.group], scene.viewer
        )
        for one in views
    )
    return [one for one in found if one is not None]


def _show(scene: Scene, views: Sequence[HealthView], console: Console) -> None:
    if not views:
        console.print("There are no groups to look at. Draw them: peerloom pair")
        return
    made = table("Group", "State", "Why, and what would help")
    made.columns[1].no_wrap = True
    made.columns[2].ratio = 1
    for view in views:
        people = scene.people(scene.programme.groups[view.group].members)
        lines = [
            line
            for one in view.findings
            for line in (
                f"{one.reason}{' (only you see this)' if one.is_private else ''}",
                f"→ {one.helps}",
            )
        ]
        lines += [str(one) for one in view.strengths]
        is_calm = not view.findings
        state = Text(_STATE_NAMES[view.state], style="" if is_calm else "bold")
        group = Text(view.group, style="bold") + Text(f"\n{people}", style="not bold")
        made.add_row(group, state, Text("\n".join(lines)))
    console.print(made)
