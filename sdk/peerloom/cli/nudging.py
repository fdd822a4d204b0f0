"""``peerloom nudges``: who is reminded or cheered now, and what followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.commands import json_text
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import moment_in, moment_option
from peerloom.cli.scenes import Call, Scene, call_options
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.nudge_effects import RULE_NAMES, NudgeEffect
from peerloom.mentoring.nudge_plan import NudgeRule
from peerloom.mentoring.nudges import Nudge, NudgePreferences
from peerloom.mentoring.quiet_hours import QuietHours
from peerloom.programmes.feedback import prefer
from peerloom.programmes.nudging import (
    effects_of_nudges,
    follow_up_nudges,
    nudge_for,
    nudges,
    record_nudges,
)
from peerloom.programmes.programme import Programme

_HELP = """Nudges: gentle reminders and cheers, at most one a day for each person, never at night.

Without a verb it shows how many are due now; what one says is only for its receiver, so give
--as MEMBER to see theirs. "send" writes all that are due into a file for your mail program and
notes that they were sent. That file is private: let a program read it, and nobody else.

Examples:

\b
  peerloom nudges
  peerloom nudges --as ada
  peerloom nudges send --out nudges.json
  peerloom nudges effects
  peerloom nudges prefer --as ada --quiet 20:00-09:00 --mute streak

The exit code is 0 when all went well, 1 when a file cannot be used, 2 for a wrong option.
"""

_rules = click.Choice([one.value for one in NudgeRule])


@click.group("nudges", cls=Verbs, help=_HELP)
def nudges_command() -> None:
    """Reminders and cheers."""


@nudges_command.verb("show")
@call_options
def show_command(call: Call) -> None:
    """Show how many nudges are due, or to a member their own."""
    scene = call.look()
    if scene.member is None:
        due, waiting = _due(scene)
        sentences = [f"Nudges that are due: {len(due)}.", *_waits(scene, waiting)]
        call.answer(
            {"due": len(due), **_plain_waiting(waiting)},
            lambda console: console.print(*sentences, sep="\n"),
        )
        return
    nudge = nudge_for(scene.programme, scene.member, now=scene.now)
    wishes = _wishes(scene.programme, scene.member)

    def show(console: Console) -> None:
        if nudge is None:
            console.print("There is no nudge for you.")
        else:
            console.print(Text(f"At {scene.clock(nudge.send_at)}:", style="dim"))
            for one in nudge.sentences:
                console.print(Text(str(one)))
        for sentence in _said(scene, wishes):
            console.print(bullet(Text(sentence)))

    plain = {
        "nudge": None if nudge is None else _plain(scene, nudge),
        "preferences": _plain_wishes(wishes),
    }
    call.answer(plain, show)


@nudges_command.verb("send")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="Write the messages into this file, for your mail program.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="How to write them.",
)
@call_options
def send_command(call: Call, out: Path, format_: str) -> None:
    """Write all nudges that are due into a file, and note that they were sent.

    If the same command is stopped in between, the messages of the next time have the same ids.
    """
    keep_inputs(out, [call.path])
    counts: list[tuple[int, int]] = []
    waiting: list[Nudge] = []

    def change(scene: Scene) -> Programme:
        due, later = _due(scene)
        sent = [one for one in due if not one.is_held_out]
        messages = [_plain(scene, one) for one in sent]
        _keep_private(out)
        write(json_text({"messages": messages}) if format_ == "json" else _text(messages), out)
        counts.append((len(sent), len(due) - len(sent)))
        waiting.extend(later)
        return follow_up_nudges(record_nudges(scene.programme, due))

    scene = call.act(change)
    sent, held_out = counts[0]
    more = f" Held out, to see what nudges change: {held_out}." if held_out else ""
    call.tell(
        scene,
        f"Nudges in {click.format_filename(out)}: {sent}.{more} They count as sent.",
        {
            "path": click.format_filename(out),
            "sent": sent,
            "held_out": held_out,
            **_plain_waiting(waiting),
        },
        show=lambda console: _show_lines(_waits(scene, waiting), console),
    )


@nudges_command.verb("effects")
@call_options
def effects_command(call: Call) -> None:
    """Show what followed reminders; small numbers are hidden."""
    scene = call.look()
    found = effects_of_nudges(scene.programme, now=scene.now)
    call.answer(
        {"effects": [one.to_dict() for one in found]}, lambda console: _show_effects(found, console)
    )


@nudges_command.verb("prefer")
@click.option("--on/--off", "is_on", default=None, help="All nudges, or none at all.")
@click.option("--mute", multiple=True, type=_rules, help="No nudges of this rule; repeat it.")
@click.option("--unmute", multiple=True, type=_rules, help="Nudges of this rule again.")
@moment_option("--pause-until", help="No nudges before this moment.")
@click.option("--quiet", metavar="FROM-TO", help='On one\'s own clock, such as "21:00-08:00".')
@call_options
def prefer_command(
    call: Call,
    is_on: bool | None,
    mute: tuple[str, ...],
    unmute: tuple[str, ...],
    pause_until: datetime | None,
    quiet: str | None,
) -> None:
    """Say how one wants to be nudged, or not."""
    hours = None if quiet is None else _hours(quiet)

    def change(scene: Scene) -> Programme:
        member = scene.actor
        before = _wishes(scene.programme, member)
        muted = [one for one in before.muted if one.value not in unmute]
        after = replace(
            before,
            is_off=before.is_off if is_on is None else not is_on,
            muted=(*muted, *map(NudgeRule, mute)),
            quiet=before.quiet if hours is None else hours,
            paused_until=before.paused_until
            if pause_until is None
            else moment_in(pause_until, scene.programme),
        )
        return prefer(scene.programme, member, after)

    scene = call.act(change)
    wishes = _wishes(scene.programme, scene.actor)
    call.tell(
        scene,
        "Your wishes were written down.",
        {"preferences": _plain_wishes(wishes)},
        show=lambda console: _show_lines(_said(scene, wishes), console),
    )


def _due(scene: Scene) -> tuple[list[Nudge], list[Nudge]]:
    """Give the nudges to send now, and those of tomorrow morning, which are decided again then."""
    found = nudges(scene.programme, now=scene.now)
    due = [one for one in found if one.send_at <= scene.now]
    return due, [one for one in found if one.send_at > scene.now]


def _waits(scene: Scene, waiting: Sequence[Nudge]) -> list[str]:
    """Say what waits: else a run each night would send nothing, and nobody would know why."""
    if not waiting:
        return []
    first = min(one.send_at for one in waiting)
    return [
        f"{len(waiting)} more wait for the end of quiet hours. Run it again then: the first can be "
        f"sent at {scene.clock(first)}."
    ]


def _plain_waiting(waiting: Sequence[Nudge]) -> dict[str, Any]:
    first = min((one.send_at for one in waiting), default=None)
    return {"waiting": len(waiting), "next_at": None if first is None else first.isoformat()}


def _wishes(programme: Programme, member: str) -> NudgePreferences:
    known = programme.preferences.get(member)
    return NudgePreferences() if known is None else known.nudges


def _plain(scene: Scene, nudge: Nudge) -> dict[str, Any]:
    profile = scene.programme.members[nudge.member].profile
    return {
        "id": nudge.id,
        "member": nudge.member,
        "name": profile.name,
        "email": profile.email,
        "send_at": nudge.send_at.isoformat(),
        "rule": nudge.rule.value,
        "text": " ".join(str(one) for one in nudge.sentences),
        "sentences": [one.to_dict() for one in nudge.sentences],
    }


def _plain_wishes(wishes: NudgePreferences) -> dict[str, Any]:
    until = wishes.paused_until
    return {
        "is_off": wishes.is_off,
        "paused_until": None if until is None else until.isoformat(),
        "muted": [one.value for one in wishes.muted],
        "quiet": {
            "start": wishes.quiet.start.isoformat("minutes"),
            "end": wishes.quiet.end.isoformat("minutes"),
        },
    }


def _said(scene: Scene, wishes: NudgePreferences) -> list[str]:
    if wishes.is_off:
        return ["Nudges are off."]
    start, end = (one.isoformat("minutes") for one in (wishes.quiet.start, wishes.quiet.end))
    said = ["No hour is quiet." if start == end else f"Quiet from {start} to {end}."]
    if wishes.muted:
        said.append(f"Muted: {', '.join(one.value for one in wishes.muted)}.")
    if wishes.paused_until is not None and wishes.paused_until > scene.now:
        said.append(f"None before {scene.clock(wishes.paused_until)}.")
    return said


def _text(messages: Sequence[dict[str, Any]]) -> str:
    return "\n".join(
        f"To: {one['name'] or one['member']} <{one['email']}>\nId: {one['id']}\n\n{one['text']}\n"
        for one in messages
    )


def _hours(said: str) -> QuietHours:
    try:
        start, end = (time.fromisoformat(one.strip()) for one in said.split("-"))
    except ValueError:
        raise click.BadParameter(
            f'"{said}" is no part of a day: write it as 21:00-08:00.', param_hint="'--quiet'"
        ) from None
    return QuietHours(start=start, end=end)


def _keep_private(out: Path) -> None:
    """Let only the one who runs the command read a file that is about to be written."""
    try:
        out.touch(mode=0o600)
    except OSError:
        return  # why it cannot be written is said when it is


def _show_effects(found: Sequence[NudgeEffect], console: Console) -> None:
    if not found:
        console.print("No reminder was sent yet: there is nothing to measure.")
    for one in found:
        console.print(Text(RULE_NAMES[one.rule], style="bold"))
        console.print(bullet(Text(str(one.sentence()))))


def _show_lines(lines: Sequence[str], console: Console) -> None:
    for one in lines:
        console.print(bullet(Text(one)))
