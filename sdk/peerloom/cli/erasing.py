"""``peerloom erase``: a person goes for good, with everything they said and wrote."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import (
    at_option,
    command_words,
    member_argument,
    now_of,
    programme_option,
)
from peerloom.programmes.files import erase_member, load_programme

_HELP = """Erase a person for good, with everything they said and wrote.

Their answers, goals, check-ins, asks and words go, also from the backups beside the file. What
others wrote stays, and so do counts. There is no undo. For somebody who only leaves the programme,
"peerloom leave" keeps the history.

Files that were exported or sent before are not known here: delete them too.

Examples:

\b
  peerloom erase ada
  peerloom erase ada --yes

The exit code is 0 when the person was erased, 1 when that cannot be or was not wanted, 2 for a
wrong option.
"""


@click.command("erase", cls=Command, help=_HELP)
@member_argument()
@programme_option
@click.option("--yes", is_flag=True, help="Do not ask whether that is wanted.")
@at_option
@json_option
def erase_command(member: str, path: Path, yes: bool, at: datetime | None, as_json: bool) -> None:
    """Erase a person for good."""
    programme = load_programme(path)
    known = member_named(programme, member)
    who = person_of(programme, known)
    if not yes:
        if as_json:
            raise click.UsageError("There is no undo: say with --yes that it is wanted.")
        click.confirm(f"Erase {who} for good? There is no undo.", abort=True, err=True)
    groups = [one.id for one in programme.groups.of_member(known) if one.ended_at is None]
    after = erase_member(path, known, now=now_of(at, programme))
    sentences = [
        f"{who} was erased, from the backups of the file too. "
        f"People erased so far: {after.erased}.",
        "Files that were exported or sent before still know them: delete those too.",
    ]
    if groups:
        sentences.append(f"One person less is in {', '.join(groups)}.")
    say(
        sentences,
        {"erased": known, "groups": groups},
        as_json=as_json,
        then=[command_words(path, "repair")] if groups else (),
    )
