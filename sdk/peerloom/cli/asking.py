"""``peerloom ask``: "will you be my partner?", as a member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from peerloom.cli.commands import Command, answer, json_option, say
from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import (
    as_option,
    at_option,
    changed,
    member_argument,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.programmes.asking import AskView, ask, asks_of, asks_to, decline, withdraw_ask
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.files import load_programme
from peerloom.programmes.programme import Programme

_HELP = """Ask somebody to be partners in the next round, as a member.

Asking back is saying yes, and puts the two together. Silence expires after three days. A no is
seen by nobody: to the asker it looks like silence. Asks are private, so --as says who acts; without
WHOM it lists the asks to and from that member.

Examples:

\b
  peerloom ask bo --as ada --message "I like how you explain things"
  peerloom ask ada --as bo
  peerloom ask ada --as bo --decline
  peerloom ask bo --as ada --withdraw
  peerloom ask --as bo

The exit code is 0 when all went well, 1 when the file or the change is not possible, 2 for a wrong
option.
"""


@click.command("ask", cls=Command, help=_HELP)
@member_argument("whom", required=False)
@programme_option
@as_option
@click.option("--message", help="The reason why, for the eyes of the asked person only.")
@click.option("--decline", "is_no", is_flag=True, help="Say no to the ask of WHOM.")
@click.option("--withdraw", is_flag=True, help="Take the ask back.")
@at_option
@json_option
def ask_command(
    whom: str | None,
    path: Path,
    as_member: str | None,
    message: str | None,
    is_no: bool,
    withdraw: bool,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Ask somebody to be partners in the next round, as a member."""
    if as_member is None:
        raise click.UsageError("Asks are private: say with --as who acts.")
    if is_no + withdraw + (message is not None) > 1:
        raise click.UsageError("Choose one of --message, --decline and --withdraw.")
    if whom is None:
        if is_no or withdraw or message is not None:
            raise click.UsageError("Say whom: peerloom ask WHOM --as MEMBER.")
        _list(load_programme(path), as_member, at, as_json=as_json)
        return
    people: list[str] = []

    def change(programme: Programme) -> Programme:
        me, other = member_named(programme, as_member), member_named(programme, whom)
        people.extend((me, other))
        now = now_of(at, programme)
        if is_no:
            if other not in {one.other for one in asks_to(programme, me, now=now)}:
                raise ProgrammeError("There is no ask of this person that waits for an answer.")
            return decline(programme, other, me)
        if withdraw:
            if (me, other) not in programme.asks:
                raise ProgrammeError("There is no such ask to take back.")
            return withdraw_ask(programme, me, other)
        return ask(programme, me, other, now=now, message=message or "")

    _, after = changed(path, change)
    me, other = people
    names = {"me": person_of(after, me), "other": person_of(after, other)}
    if is_no:
        sentence = "{me} says no to {other}. Nobody learns of it."
    elif withdraw:
        sentence = "The ask of {me} to {other} is taken back."
    else:
        views = asks_of(after, me, now=now_of(at, after))
        is_mutual = any(one.is_mutual for one in views if one.other == other)
        sentence = (
            "{me} and {other} asked each other: the next round puts them together, unless a rule "
            "forbids it."
            if is_mutual
            else "{me} asks {other} to be partners. It counts for three days."
        )
    say(
        [sentence.format(**names)],
        {"member": me, "other": other},
        as_json=as_json,
        undo=undo_words(path),
    )


def _list(programme: Programme, member: str, at: datetime | None, *, as_json: bool) -> None:
    me = member_named(programme, member)
    now = now_of(at, programme)
    to, of = asks_to(programme, me, now=now), asks_of(programme, me, now=now)

    def show(console: Console) -> None:
        for title, views in ((f"Who asks {person_of(programme, me)}", to), ("Who was asked", of)):
            console.print(Text(f"{title}:", style="bold"))
            console.print(_table(programme, views) if views else Text("nobody"))

    answer(
        {"member": me, "to": [_plain(one) for one in to], "of": [_plain(one) for one in of]},
        show,
        as_json=as_json,
    )


def _table(programme: Programme, views: Sequence[AskView]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("Member", "State", "Message"):
        table.add_column(title, overflow="fold")
    for one in views:
        state = "both asked" if one.is_mutual else "waits" if one.is_waiting else "silence"
        table.add_row(Text(person_of(programme, one.other)), Text(state), Text(one.message))
    return table


def _plain(view: AskView) -> dict[str, Any]:
    return {
        "other": view.other,
        "made_at": None if view.made_at is None else view.made_at.isoformat(),
        "message": view.message,
        "is_mutual": view.is_mutual,
        "is_waiting": view.is_waiting,
    }
