"""``peerloom repair``: few changes after people came, left or paused."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console, Group
from rich.text import Text

from peerloom.cli import options
from peerloom.cli.output import errors_said, keep_inputs, write
from peerloom.formats.history_files import read_history
from peerloom.formats.members_csv import read_members
from peerloom.formats.pairing_files import read_pairing
from peerloom.formats.terminal import bullet, panel, show
from peerloom.repairs import repair

_HELP = """Change few groups after people came, left or paused.

PAIRING is what "peerloom pair --format json" wrote, FILE is the members file of today: who is not
in it any more has left. Everybody who takes part gets a group; all others stay where they are. The
difference is shown before anything is published.

Examples:

\b
  peerloom pair members.csv --format json --out november.json
  peerloom repair november.json members.csv
  peerloom repair november.json members.csv --most-groups 2 --format json --out new.json
"""


@click.command("repair", help=_HELP)
@click.argument("pairing_file", metavar="PAIRING", type=options.EXISTING_FILE)
@click.argument("file", type=options.EXISTING_FILE)
@click.option(
    "--most-groups",
    type=click.IntRange(min=0),
    help="How many groups may change.  [default: as few as needed]",
)
@click.option(
    "--locked",
    type=options.EXISTING_FILE,
    help='Groups of the pairing that must stay: CSV with a column "members".',
)
@options.history_option
@options.seed_option
@options.format_option
@options.out_option
def repair_command(
    pairing_file: Path,
    file: Path,
    most_groups: int | None,
    locked: Path | None,
    histories: tuple[Path, ...],
    seed: int,
    format_: str,
    out: Path | None,
) -> None:
    """Change few groups after people came, left or paused."""
    keep_inputs(out, [pairing_file, file, *histories, *filter(None, (locked,))])
    with errors_said():
        members = read_members(file)
        before = read_pairing(pairing_file, members=members, history=options.history_of(histories))
        rounds = read_history(locked).rounds if locked else ()
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

    def show_repair(console: Console) -> None:
        said = [bullet(Text(str(sentence))) for sentence in repaired.sentences()]
        console.print(panel("What changes", Group(*said)))
        show(repaired.after, console, command)

    if format_ == "text":
        write(show_repair, out)
    else:
        write(getattr(repaired.after, f"to_{format_}")(), out)
