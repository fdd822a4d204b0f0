"""``peerloom export``: members, groups and the programme for other tools, nothing private in it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from peerloom.cli.commands import answer, json_option, json_text
from peerloom.cli.options import out_option
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import at_option, now_of, programme_option
from peerloom.cli.verbs import Verbs
from peerloom.formats.group_exports import group_sheets, groups_csv, groups_mail, groups_markdown
from peerloom.formats.members_export import members_csv, plain_members
from peerloom.programmes.documents import to_plain
from peerloom.programmes.files import load_programme

_HELP = """Write members, groups or the whole programme for other tools.

Nothing private is in an export: no blocks, protected answers, asks, goals, sessions, check-ins,
moods, nudges or resources. Members and messages have e-mail addresses; groups as Markdown or JSON
have none. Somebody who is erased later is still in files that were exported before.

Examples:

\b
  peerloom export members --out members.csv
  peerloom export groups --format mail --out letters.txt
  peerloom export groups --format markdown
  peerloom export programme --out public.json

The exit code is 0 when all was written, 1 when a file cannot be used, 2 for a wrong option.
"""


@click.group("export", cls=Verbs, default=None, help=_HELP)
def export_command() -> None:
    """Write files for other tools."""


@export_command.verb("members")
@click.option("--left", "with_left", is_flag=True, help="Also those who have left.")
@programme_option
@out_option
@json_option
def members_command(path: Path, with_left: bool, out: Path | None, as_json: bool) -> None:
    """Write the members as CSV, as "peerloom pair" and "peerloom import" read it."""
    keep_inputs(out, [path])
    programme = load_programme(path)
    people = [one for one in programme.members if with_left or one.left_at is None]
    _put(members_csv(people), {"members": plain_members(people)}, out, len(people), as_json)


@export_command.verb("groups")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["csv", "markdown", "mail"]),
    default="csv",
    show_default=True,
    help="A table for a mail merge, a page, or a message for each group.",
)
@click.option(
    "--round", "number", type=click.IntRange(min=1), help="Of this round.  [default: now]"
)
@programme_option
@out_option
@at_option
@json_option
def groups_command(
    path: Path,
    format_: str,
    number: int | None,
    out: Path | None,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Write who is together, why, and the first times at which all are free."""
    keep_inputs(out, [path])
    programme = load_programme(path)
    groups = programme.current_groups
    if number is not None:
        programme.rounds[number]
        groups = tuple(one for one in programme.groups if one.round == number)
    sheets = group_sheets(programme, groups, now=now_of(at, programme))
    if format_ == "csv":
        text = groups_csv(sheets)
    elif format_ == "markdown":
        clock = programme.settings.timezone
        text = groups_markdown(sheets, title=programme.name, timezone=clock)
    else:
        text = groups_mail(sheets, title=programme.name)
    _put(text, {"groups": [one.to_dict() for one in sheets]}, out, len(sheets), as_json)


@export_command.verb("programme")
@programme_option
@out_option
@json_option
def programme_command(path: Path, out: Path | None, as_json: bool) -> None:
    """Write the programme as JSON, without its private section."""
    keep_inputs(out, [path])
    plain = to_plain(load_programme(path), is_private=False)
    _put(json_text(plain), plain, out, 1, as_json)


def _put(text: str, plain: dict[str, Any], out: Path | None, count: int, as_json: bool) -> None:
    """Write an export into a file and say so, or onto the screen."""
    if out is None:
        write(json_text(plain) if as_json else text, None)
        return
    write(text, out)
    where = click.format_filename(out)
    answer(
        {"path": where, "count": count},
        lambda console: console.print(f"Written: {where}.", markup=False, soft_wrap=True),
        as_json=as_json,
    )
