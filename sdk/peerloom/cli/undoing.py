"""``peerloom undo``: back to the programme before the last change."""

from __future__ import annotations

from pathlib import Path

import click

from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.programme_options import changed, programme_option, undo_words
from peerloom.mentoring.storage import JsonFile
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.files import FORMAT, load_programme
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.programme import Programme

_HELP = """Take the last change of the programme back.

The file before the last change stays beside it as a backup; the two change places. So the same
command again takes the undoing back. After somebody was erased there is nothing to go back to.

Example:

\b
  peerloom undo

The exit code is 0 when the change was taken back, 1 when there is none or a file cannot be used, 2
for a wrong option.
"""


@click.command("undo", cls=Command, help=_HELP)
@programme_option
@json_option
def undo_command(path: Path, as_json: bool) -> None:
    """Take the last change of the programme back."""
    backup = JsonFile(path, FORMAT).backup

    def change(_: Programme) -> Programme:
        if not backup.exists():
            raise ProgrammeError("There is no change to take back.")
        return load_programme(backup)

    before, after = changed(path, change)
    # How many asks or check-ins there are would tell staff what somebody did in private.
    counts = {
        name: len(getattr(after, name)) - len(getattr(before, name))
        for name, kind in KINDS.items()
        if not kind.is_private and len(getattr(after, name)) != len(getattr(before, name))
    }
    said = ", ".join(f"{name.replace('_', ' ')} {count:+d}" for name, count in counts.items())
    say(
        [
            f"{click.format_filename(path)} is as it was before the last change"
            + (f": {said}." if said else ".")
        ],
        {"records": counts},
        as_json=as_json,
        undo=undo_words(path),
    )
