"""``peerloom rotate``: all rounds of a course or a season at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from peerloom.cli import options
from peerloom.cli.output import errors_said, keep_inputs, write
from peerloom.formats.members_csv import read_members
from peerloom.formats.rotation_terminal import show_rotation
from peerloom.rotation import rotate
from peerloom.rotation.making import MOST_ROUNDS

_HELP = """Plan all rounds at once, so that everybody meets somebody new each time.

FILE is a members file, as for "peerloom pair". With an even number of people nobody repeats a
partner until everybody has met everybody. With an odd number the seat in the trio goes round.

Examples:

\b
  peerloom rotate members.csv --rounds 6
  peerloom rotate members.csv --rounds 6 --format markdown --out season.md
  peerloom rotate members.csv --rounds 3 --history october.csv

What is written as CSV or JSON can be given to --history later: take out the rounds that are still
to come.
"""


@click.command("rotate", help=_HELP)
@click.argument("file", type=options.EXISTING_FILE)
@click.option(
    "--rounds",
    type=click.IntRange(1, MOST_ROUNDS),
    required=True,
    help="How many rounds to plan.",
)
@options.format_option
@options.out_option
@options.seed_option
@options.policy_option
@options.history_option
@options.time_limit_option
@options.relax_option
@options.size_option
@options.week_option
def rotate_command(
    file: Path,
    rounds: int,
    format_: str,
    out: Path | None,
    seed: int,
    policy_name: str,
    histories: tuple[Path, ...],
    time_limit: float | None,
    relax: bool,
    size: int | None,
    week: datetime | None,
) -> None:
    """Plan all rounds at once."""
    keep_inputs(out, [file, *histories, Path(policy_name)])
    first_day = options.monday_of(week)
    with errors_said():
        rotation = rotate(
            read_members(file),
            rounds=rounds,
            policy=options.policy_of(policy_name),
            history=options.history_of(histories),
            seed=seed,
            week=first_day,
            size=size,
            relax=relax,
            time_limit=time_limit,
        )
    command = options.words(
        "rotate",
        file,
        rounds=rounds,
        policy=policy_name,
        seed=seed,
        week=first_day,
        history=histories,
        time_limit=time_limit,
        relax=relax,
        size=size,
    )
    if format_ == "text":
        write(lambda console: show_rotation(rotation, console, command), out)
    else:
        write(getattr(rotation, f"to_{format_}")(), out)
