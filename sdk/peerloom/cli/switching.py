"""``peerloom switch``: another group, without fault; who asked is nobody's to know."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Call, Scene, call_options, group_option, row, table
from peerloom.cli.verbs import Verbs
from peerloom.mentoring.switches import SwitchAsk, SwitchError, own_ask, switch_wanted
from peerloom.programmes.feedback import ask_switch, withdraw_switch
from peerloom.programmes.programme import Programme

_HELP = """Ask for another group, without fault.

Without a verb it shows in which groups a switch is wanted. Staff do not see who asked, and why only
where the asker told them; the others of the group see nothing. With --as MEMBER it shows that
member's own ask. The next round or a repair settles it: people who asked are kept apart.

Examples:

\b
  peerloom switch
  peerloom switch ask --as ada
  peerloom switch ask --as ada --words-for-staff "We have no common time any more"
  peerloom switch withdraw --as ada

The exit code is 0 when all went well, 1 when the file or an ask cannot be, 2 for a wrong option.
"""


@click.group("switch", cls=Verbs, help=_HELP)
def switch_command() -> None:
    """Asks for another group."""


@switch_command.verb("show")
@group_option
@call_options
def show_command(call: Call, group_id: str | None) -> None:
    """Show where a switch is wanted, or to a member their own ask."""
    scene = call.look()
    if scene.member is None:
        _show_wanted(call, scene, group_id)
    else:
        ask = _own(scene, group_id)
        call.answer({"ask": _plain(ask)}, lambda console: _show_own(scene, ask, console))


@switch_command.verb("ask")
@group_option
@click.option("--words-for-staff", default="", help="What staff shall know; no reason is needed.")
@call_options
def ask_command(call: Call, group_id: str | None, words_for_staff: str) -> None:
    """Ask for another group."""

    def change(scene: Scene) -> Programme:
        member = scene.actor
        group = scene.group(group_id)
        programme, _ = ask_switch(
            scene.programme, group.id, member, now=scene.now, words_for_staff=words_for_staff
        )
        return programme

    scene = call.act(change)
    call.tell(
        scene,
        "You asked for another group. Nobody learns that it was you.",
        {"ask": _plain(_own(scene, group_id))},
    )


@switch_command.verb("withdraw")
@group_option
@call_options
def withdraw_command(call: Call, group_id: str | None) -> None:
    """Take one's ask back. Nobody learns that there was one."""

    def change(scene: Scene) -> Programme:
        ask = _own(scene, group_id)
        if ask is None:
            raise SwitchError("You have not asked for a switch: there is nothing to withdraw.")
        return withdraw_switch(scene.programme, ask.id, by=scene.actor, now=scene.now)

    scene = call.act(change)
    call.tell(scene, "Your ask was taken back.", {"ask": _plain(_own(scene, group_id))})


def _own(scene: Scene, group_id: str | None) -> SwitchAsk | None:
    member = scene.actor
    group = scene.group(group_id)
    return own_ask(scene.programme.switch_asks.of_group(group.id), group, member)


def _plain(ask: SwitchAsk | None) -> dict[str, Any] | None:
    if ask is None:
        return None
    return {
        "id": ask.id,
        "group": ask.group,
        "state": ask.state.value,
        "asked_at": ask.asked_at.isoformat(),
        "words_for_staff": ask.words_for_staff,
    }


def _show_own(scene: Scene, ask: SwitchAsk | None, console: Console) -> None:
    if ask is None:
        console.print("You have not asked for a switch. To do so: peerloom switch ask --as MEMBER")
        return
    console.print(Text(f"You asked on {scene.clock(ask.asked_at)}; it is {ask.state.value}."))


def _show_wanted(call: Call, scene: Scene, group_id: str | None) -> None:
    wanted = [
        found
        for group in scene.groups(group_id)
        if (
            found := switch_wanted(
                scene.programme.switch_asks.of_group(group.id), group, scene.viewer
            )
        )
    ]

    def show(console: Console) -> None:
        if not wanted:
            console.print("Nobody asks for another group.")
            return
        made = table("Group", "People", "Since", "Words for staff")
        for one in wanted:
            people = scene.people(scene.programme.groups[one.group].members)
            row(made, one.group, people, scene.clock(one.since), "\n".join(one.words))
        console.print(made)
        console.print(Text(str(wanted[0].sentence())))

    plain = [
        {
            "group": one.group,
            "members": list(scene.programme.groups[one.group].members),
            "since": one.since.isoformat(),
            "words": list(one.words),
            "sentence": one.sentence().to_dict(),
        }
        for one in wanted
    ]
    call.answer({"wanted": plain}, show)
