"""``peerloom rotate``: all rounds of a course or a season at once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from peerloom.cli import options
from peerloom.cli.commands import Command, json_option
from peerloom.cli.drafting import (
    refuse_with_file,
    refuse_without_file,
    rotate_programme,
)
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import at_option, programme_option
from peerloom.cli.waiting import progress_shown
from peerloom.formats.members_csv import read_members
from peerloom.formats.rotation_terminal import show_rotation
from peerloom.rotation import rotate
from peerloom.rotation.making import MOST_ROUNDS

_HELP = """Plan all rounds at once, so that everybody meets somebody new each time.

Without FILE it plans the next rounds of the programme, after all earlier ones; the first of them is
kept as a draft with --keep-first. As people come and leave, plan again before each round.

FILE is a members file, as for "peerloom pair", for those who keep no programme.

With an even number of people nobody repeats a partner until everybody has met everybody. With an
odd number the seat in the trio goes round.

Examples:

\b
  peerloom rotate --rounds 6
  peerloom rotate --rounds 6 --keep-first
  peerloom rotate members.csv --rounds 6
  peerloom rotate members.csv --rounds 6 --format markdown --out season.md
  peerloom rotate members.csv --rounds 3 --history october.csv

What is written as CSV or JSON can be given to --history later: take out the rounds that are still
to come.

The exit code is 0 when all went well, 1 when a file cannot be used, 2 for a wrong option.
"""


@click.command("rotate", cls=Command, help=_HELP)
@click.argument("file", type=options.INPUT_FILE, required=False)
@programme_option
@at_option
@click.option(
    "--rounds",
    type=click.IntRange(1, MOST_ROUNDS),
    required=True,
    help="How many rounds to plan.",
)
@click.option(
    "--keep-first", is_flag=True, help="Keep the first round as a draft of the programme."
)
@options.format_option
@json_option
@options.out_option
@options.seed_option
@options.policy_option
@options.history_option
@options.time_limit_option
@options.relax_option
@options.size_option
@options.week_option
def rotate_command(
    file: Path | None,
    path: Path,
    at: datetime | None,
    rounds: int,
    keep_first: bool,
    format_: str,
    as_json: bool,
    out: Path | None,
    seed: int,
    policy_name: str | None,
    histories: tuple[Path, ...],
    time_limit: float | None,
    relax: bool,
    size: int | None,
    week: datetime | None,
) -> None:
    """Plan all rounds at once."""
    format_ = "json" if as_json else format_
    if file is None:
        refuse_without_file(history=histories)
        keep_inputs(out, [path, Path(policy_name or "")])
        rotate_programme(
            path,
            rounds=rounds,
            format_=format_,
            out=out,
            seed=seed,
            policy_name=policy_name,
            keep_first=keep_first,
            at=at,
            week=week,
            size=size,
            relax=relax,
            time_limit=time_limit,
        )
        return
    refuse_with_file(at=at, keep_first=keep_first)
    policy_name = policy_name or options.DEFAULT_POLICY
    keep_inputs(out, [file, *histories, Path(policy_name)])
    first_day = options.monday_of(week)
    with progress_shown("Planning") as progress:
        rotation = rotate(
            read_members(file),
            rounds=rounds,
            policy=options.policy_of(policy_name),
            history=options.history_of(histories),
            seed=seed,
            week=first_day,
            size=size,
            relax=relax,
            progress=progress,
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
