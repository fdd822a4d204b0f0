"""``peerloom repair``: few changes after people came, left or paused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from peerloom.cli import options
from peerloom.cli.commands import Command, json_option
from peerloom.cli.drafting import (
    refuse_with_file,
    refuse_without_file,
    repair_programme,
    show_repair,
)
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import at_option, programme_option
from peerloom.cli.waiting import progress_shown
from peerloom.formats.history_files import read_history
from peerloom.formats.members_csv import read_members
from peerloom.formats.pairing_files import read_pairing
from peerloom.repairs import repair

_HELP = """Change few groups after people came, left or paused.

Without files it repairs the groups of the programme that last: whoever joined or came back gets a
group, whoever paused or left is in none, and a group in which a switch was asked for is parted. The
change is kept as a draft, of which nobody is told before "peerloom publish".

For those who keep no programme, PAIRING is what "peerloom pair --format json" wrote, and FILE is
the members file of today: who is not in it any more has left.

Everybody who takes part gets a group; all others stay where they are. The difference is shown
before anything is published.

Examples:

\b
  peerloom repair
  peerloom repair --most-groups 2
  peerloom pair members.csv --format json --out november.json
  peerloom repair november.json members.csv
  peerloom repair november.json members.csv --most-groups 2 --format json --out new.json

The exit code is 0 when all went well, 1 when a file cannot be used or so few groups do not do, 2
for a wrong option.
"""


@click.command("repair", cls=Command, help=_HELP)
@click.argument("pairing_file", metavar="[PAIRING]", type=options.INPUT_FILE, required=False)
@click.argument("file", type=options.INPUT_FILE, required=False)
@programme_option
@at_option
@click.option(
    "--most-groups",
    type=click.IntRange(min=0),
    help="How many groups may change.  [default: as few as needed]",
)
@click.option(
    "--locked",
    type=options.INPUT_FILE,
    help='Groups of the pairing that must stay: CSV with a column "members".',
)
@options.history_option
@options.seed_option
@options.format_option
@json_option
@options.out_option
def repair_command(
    pairing_file: Path | None,
    file: Path | None,
    path: Path,
    at: datetime | None,
    most_groups: int | None,
    locked: Path | None,
    histories: tuple[Path, ...],
    seed: int,
    format_: str,
    as_json: bool,
    out: Path | None,
) -> None:
    """Change few groups after people came, left or paused."""
    format_ = "json" if as_json else format_
    if pairing_file is None:
        refuse_without_file(history=histories)
        keep_inputs(out, [path, *filter(None, (locked,))])
        repair_programme(
            path,
            format_=format_,
            out=out,
            seed=seed,
            most_groups=most_groups,
            locked=locked,
            at=at,
        )
        return
    if file is None:
        raise click.UsageError("Missing argument 'FILE': the members file of today.")
    refuse_with_file(at=at)
    keep_inputs(out, [pairing_file, file, *histories, *filter(None, (locked,))])
    members = read_members(file)
    before = read_pairing(pairing_file, members=members, history=options.history_of(histories))
    rounds = read_history(locked).rounds if locked else ()
    with progress_shown("Repairing"):
        repaired = repair(
            before,
            members,
            most_groups=most_groups,
            locked=[group.members for groups in rounds for group in groups],
            seed=seed,
        )
    command = options.words(
        "repair",
        pairing_file,
        file,
        most_groups=most_groups,
        locked=locked,
        history=histories,
        seed=seed,
    )

    if format_ == "text":
        write(lambda console: show_repair(repaired, console, command), out)
    else:
        write(getattr(repaired.after, f"to_{format_}")(), out)
