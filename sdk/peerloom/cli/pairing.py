"""``peerloom pair``: the groups of one round, of a programme or of a members file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from peerloom.cli import options
from peerloom.cli.commands import Command, json_option
from peerloom.cli.drafting import (
    pair_programme,
    refuse_with_file,
    refuse_without_file,
)
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import at_option, programme_option
from peerloom.cli.waiting import progress_shown
from peerloom.formats.asks_files import read_asks
from peerloom.formats.history_files import read_history
from peerloom.formats.members_csv import read_members
from peerloom.formats.terminal import show
from peerloom.matchmaking import pair

_HELP = """Pair everybody, with reasons and a certificate.

Without FILE it pairs the programme: everybody who takes part, after all earlier rounds, with the
asks that still stand. The groups are kept as a draft, of which nobody is told before "peerloom
publish".

FILE is a CSV file of members, for those who keep no programme. Its first line names the columns;
only "id" must be there:

\b
  id,name,email,level,teach,learn,topics,timezone,availability,paused
  ada,Ada,,3,SQL; Git,Rust,open data,Europe/Berlin,Mon-Fri 18:00-20:00,no

Examples:

\b
  peerloom pair
  peerloom pair --programme meetup.json --seed 7
  peerloom pair members.csv
  peerloom pair members.csv --policy bootcamp --seed 7
  peerloom pair members.csv --format csv --out november.csv
  peerloom pair members.csv --history october.csv --history november.csv
  peerloom pair members.csv --size 4 --format markdown --out circles.md
  peerloom pair members.csv --asks asks.csv --locked groups.csv

The exit code is 0 when all went well, 1 when a file cannot be used, 2 for a wrong option. When
anything is wrong, nothing is written.
"""


@click.command("pair", cls=Command, help=_HELP)
@click.argument("file", type=options.INPUT_FILE, required=False)
@programme_option
@at_option
@options.format_option
@json_option
@options.out_option
@options.seed_option
@options.policy_option
@options.history_option
@click.option(
    "--asks",
    type=options.INPUT_FILE,
    help='Who asks whom to be partners: CSV with the columns "asker" and "asked". Two who ask '
    "each other are put together.",
)
@click.option(
    "--locked",
    type=options.INPUT_FILE,
    help='Groups that stay as they are: CSV with a column "members", or a file that this command '
    "wrote.",
)
@options.time_limit_option
@options.relax_option
@options.size_option
@options.week_option
def pair_command(
    file: Path | None,
    path: Path,
    at: datetime | None,
    format_: str,
    as_json: bool,
    out: Path | None,
    seed: int,
    policy_name: str | None,
    histories: tuple[Path, ...],
    asks: Path | None,
    locked: Path | None,
    time_limit: float | None,
    relax: bool,
    size: int | None,
    week: datetime | None,
) -> None:
    """Pair the people of a programme or of a members file."""
    format_ = "json" if as_json else format_
    if file is None:
        refuse_without_file(history=histories, asks=asks)
        keep_inputs(out, [path, Path(policy_name or ""), *filter(None, (locked,))])
        pair_programme(
            path,
            format_=format_,
            out=out,
            seed=seed,
            policy_name=policy_name,
            locked=locked,
            at=at,
            week=week,
            size=size,
            relax=relax,
            time_limit=time_limit,
        )
        return
    refuse_with_file(at=at)
    policy_name = policy_name or options.DEFAULT_POLICY
    inputs = [file, *histories, Path(policy_name), *filter(None, (asks, locked))]
    keep_inputs(out, inputs)
    first_day = options.monday_of(week)
    with progress_shown("Pairing") as progress:
        rounds = read_history(locked).rounds if locked else ()
        pairing = pair(
            read_members(file),
            policy=options.policy_of(policy_name),
            history=options.history_of(histories),
            asks=read_asks(asks) if asks else (),
            locked=[group.members for groups in rounds for group in groups],
            seed=seed,
            week=first_day,
            size=size,
            relax=relax,
            progress=progress,
            time_limit=time_limit,
        )
    command = options.words(
        "pair",
        file,
        policy=policy_name,
        seed=seed,
        week=first_day,
        history=histories,
        asks=asks,
        locked=locked,
        time_limit=time_limit,
        relax=relax,
        size=size,
    )
    if format_ == "text":
        write(lambda console: show(pairing, console, command), out)
    else:
        write(getattr(pairing, f"to_{format_}")(), out)
