"""``peerloom members``, ``join``, ``pause``, ``come-back``, ``leave``: who is in the programme."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from peerloom.cli.commands import Command, answer, json_option, say
from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import (
    at_option,
    changed,
    command_words,
    member_argument,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.formats.members_csv import COLUMNS, LISTS
from peerloom.members import Member
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.files import load_programme
from peerloom.programmes.membership import come_back, join, leave, pause
from peerloom.programmes.participants import MemberState, Participant
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import without_group
from peerloom.schemas import MemberSchema, messages_by_field

_CODES = """
The exit code is 0 when all went well, 1 when the file or the change is not possible, 2 for a wrong
option.
"""
_TOLD = tuple(name for name in COLUMNS if name not in {"id", "paused"})


def _told_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add an option for each field that somebody may tell."""
    for name in reversed(_TOLD):
        several = " Several stand apart by ;." if name in LISTS else ""
        command = click.option(f"--{name}", metavar="TEXT", help=f"As in a members file.{several}")(
            command
        )
    return command


@click.command(
    "members",
    cls=Command,
    help=f"""List who is in the programme, whether they take part, and in which group.

Examples:

\b
  peerloom members
  peerloom members --state paused --json
{_CODES}""",
)
@programme_option
@click.option(
    "--state",
    type=click.Choice([*(one.value for one in MemberState), "without-group"]),
    help="Only these.",
)
@json_option
def members_command(path: Path, state: str | None, as_json: bool) -> None:
    """List who is in the programme."""
    programme = load_programme(path)
    alone = set(without_group(programme))
    shown = [
        one
        for one in programme.members
        if state is None or one.state == state or (state == "without-group" and one.id in alone)
    ]
    rows = [_plain(programme, one) for one in shown]

    def show(console: Console) -> None:
        if not rows:
            console.print(Text("Nobody."))
            return
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for title in ("Member", "Id", "State", "Group", "Together with"):
            table.add_column(title, overflow="fold")
        for row in rows:
            others = ", ".join(person_of(programme, one) for one in row["with"])
            cells = (row["name"], row["id"], row["state"], row["group"] or "", others)
            table.add_row(*map(Text, cells))
        console.print(table)
        console.print(Text(f"People: {len(rows)}."))

    answer({"members": rows}, show, as_json=as_json)


@click.command(
    "join",
    cls=Command,
    help=f"""Take one person in. For many at once there is "peerloom import".

Examples:

\b
  peerloom join eve --name "Eve Ito" --level 3 --teach "SQL; Git" --timezone Asia/Tokyo \\
      --availability "Mon-Fri 18:00-20:00"
{_CODES}""",
)
@click.argument("member_id", metavar="ID")
@programme_option
@_told_options
@at_option
@json_option
def join_command(
    member_id: str, path: Path, at: datetime | None, as_json: bool, **told: str | None
) -> None:
    """Take one person in."""

    def change(programme: Programme) -> Programme:
        if member_id in programme.members:
            raise ProgrammeError(
                "Somebody has this id already: import new answers, or choose another id."
            )
        zone = {"timezone": programme.settings.timezone}
        member = _member({"id": member_id, **zone, **{k: v for k, v in told.items() if v}})
        return join(programme, [member], now=now_of(at, programme))[0]

    before, after = changed(path, change)
    new = next(one for one in after.members if one.id not in before.members)
    then = [command_words(path, "repair")] if after.current_round else []
    say(
        [f"{person_of(after, new.id)} is in the programme."],
        {"member": _plain(after, new)},
        as_json=as_json,
        undo=undo_words(path),
        then=then,
    )


@click.command(
    "pause",
    cls=Command,
    help=f"""Let somebody sit out from the next round on.

Their group lasts until the next round, or until "peerloom repair".

Example:

\b
  peerloom pause ada
{_CODES}""",
)
@member_argument()
@programme_option
@at_option
@json_option
def pause_command(member: str, path: Path, at: datetime | None, as_json: bool) -> None:
    """Let somebody sit out."""
    _change(path, member, at, pause, "{} sits out from now on.", as_json=as_json)


@click.command(
    "come-back",
    cls=Command,
    help=f"""Let somebody take part again who paused or had left.

Example:

\b
  peerloom come-back ada
{_CODES}""",
)
@member_argument()
@programme_option
@at_option
@json_option
def come_back_command(member: str, path: Path, at: datetime | None, as_json: bool) -> None:
    """Let somebody take part again."""
    _change(path, member, at, come_back, "{} takes part.", as_json=as_json)


@click.command(
    "leave",
    cls=Command,
    help=f"""Let somebody leave.

Nothing that was is lost. Sessions that are still to come go on without them, and their asks are
over. Their group lasts until the next round, or until "peerloom repair".

Example:

\b
  peerloom leave ada
{_CODES}""",
)
@member_argument()
@programme_option
@at_option
@json_option
def leave_command(member: str, path: Path, at: datetime | None, as_json: bool) -> None:
    """Let somebody leave."""
    _change(path, member, at, leave, "{} has left. Their history stays.", as_json=as_json)


def _change(
    path: Path,
    member: str,
    at: datetime | None,
    do: Callable[..., Programme],
    sentence: str,
    *,
    as_json: bool,
) -> None:
    found: list[str] = []

    def change(programme: Programme) -> Programme:
        found.append(member_named(programme, member))
        return do(programme, found[0], now=now_of(at, programme))

    before, after = changed(path, change)
    one = found[0]
    is_change = before != after
    group = after.current_group(one)
    needs_repair = is_change and (group is None or not after.members[one].takes_part)
    sentences = [sentence.format(person_of(after, one))]
    if not is_change:
        sentences = [f"Nothing changes: {sentences[0]}"]
    say(
        sentences,
        {"member": _plain(after, after.members[one])},
        as_json=as_json,
        undo=undo_words(path) if is_change else (),
        then=[command_words(path, "repair")] if needs_repair and after.current_round else (),
    )


def _plain(programme: Programme, one: Participant) -> dict[str, Any]:
    group = programme.current_group(one.id)
    return {
        "id": one.id,
        "name": one.profile.name,
        "state": one.state.value,
        "joined_at": one.joined_at.isoformat(),
        "group": None if group is None else group.id,
        "with": [] if group is None else [other for other in group.members if other != one.id],
    }


def _member(told: dict[str, Any]) -> Member:
    """Read what was told about somebody, as a members file would."""
    data = {name: text.split(";") if name in LISTS else text for name, text in told.items()}
    try:
        member: Member = MemberSchema().load(data)
    except ValidationError as error:
        name, message = next(iter(messages_by_field(error).items()))
        raise click.BadParameter(f"{message}.", param_hint=f"'--{name}'") from None
    return member
