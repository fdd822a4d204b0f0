"""The command line: ``peerloom pair members.csv``."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tempfile
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import click
from rich.console import Console

from peerloom.errors import PeerloomError, WeekError
from peerloom.formats.history_files import read_history
from peerloom.formats.members_csv import read_members
from peerloom.formats.policy_files import read_policy
from peerloom.formats.terminal import show
from peerloom.matchmaking import Pairing, pair
from peerloom.policy import GROUP_SIZES, PRESETS, Policy
from peerloom.rounds import History
from peerloom.weeks import monday

WIDTH_OF_A_FILE = 100

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_PAIR_HELP = """Pair the people of a members file, with reasons and a certificate.

FILE is a CSV file. Its first line names the columns; only "id" must be there:

\b
  id,name,email,level,teach,learn,topics,timezone,availability,paused
  ada,Ada,,3,SQL; Git,Rust,open data,Europe/Berlin,Mon-Fri 18:00-20:00,no

Examples:

\b
  peerloom pair members.csv
  peerloom pair members.csv --policy bootcamp --seed 7
  peerloom pair members.csv --format csv --out november.csv
  peerloom pair members.csv --history october.csv --history november.csv
  peerloom pair members.csv --size 4 --format markdown --out circles.md

The exit code is 0 when all went well, 1 when a file cannot be used, 2 for a wrong option. When
anything is wrong, nothing is written.
"""


@click.group()
@click.version_option(version("peerloom"), prog_name="peerloom")
def main() -> None:
    """Peer mentoring between equals: pair people fairly, and say why."""


@main.command("pair", help=_PAIR_HELP)
@click.argument("file", type=_EXISTING_FILE)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "csv", "json", "markdown"]),
    default="text",
    show_default=True,
    help="What to write: a table to read, or a file for others.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen; all of it or nothing.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Chooses among groupings that are equally good.",
)
@click.option(
    "--policy",
    "policy_name",
    metavar="PRESET_OR_FILE",
    default="meetup",
    show_default=True,
    help=f"{', '.join(PRESETS)}, or a TOML or JSON file of your own.",
)
@click.option(
    "--history",
    "histories",
    type=_EXISTING_FILE,
    multiple=True,
    help="Earlier rounds, so that nobody meets the same people again: CSV or JSON that this "
    "command wrote. May be given more than once.",
)
@click.option(
    "--size",
    type=click.IntRange(GROUP_SIZES[0], GROUP_SIZES[-1]),
    help="People in a group.  [default: as the policy says, 2]",
)
@click.option(
    "--week",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Any day of the week whose clock times count.  [default: this week]",
)
def pair_command(
    file: Path,
    format_: str,
    out: Path | None,
    seed: int,
    policy_name: str,
    histories: tuple[Path, ...],
    size: int | None,
    week: datetime | None,
) -> None:
    """Pair the people of a members file."""
    _keep_inputs(out, [file, *histories, Path(policy_name)])
    first_day = _monday(week)
    try:
        pairing = pair(
            read_members(file),
            policy=_policy(policy_name),
            history=sum(map(read_history, histories), start=History()),
            seed=seed,
            week=first_day,
            size=size,
        )
    except PeerloomError as error:
        click.echo(error.sentence, err=True)
        sys.exit(1)
    command = _command(file, seed, policy_name, histories, size, first_day)
    try:
        if format_ == "text":
            _write_text(pairing, out, command)
        else:
            _write(getattr(pairing, f"to_{format_}")().encode(), out)
    except BrokenPipeError:
        raise  # whoever reads has seen enough: click ends quietly
    except OSError as error:
        where = "the output" if out is None else click.format_filename(out)
        why = (error.strerror or "an error").lower()
        click.echo(f"{where}: expected a file that can be written, found {why}", err=True)
        sys.exit(1)


def _monday(week: datetime | None) -> date:
    try:
        return monday(datetime.now(UTC).date() if week is None else week.date())
    except WeekError as error:
        raise click.BadParameter(error.sentence, param_hint="'--week'") from None


def _policy(name: str) -> Policy:
    if name in PRESETS:
        return PRESETS[name]
    if not Path(name).is_file():
        raise click.BadParameter(
            f'"{name}" is neither a preset ({", ".join(PRESETS)}) nor a file.',
            param_hint="'--policy'",
        )
    return read_policy(name)


def _command(
    file: Path,
    seed: int,
    policy_name: str,
    histories: tuple[Path, ...],
    size: int | None,
    week: date,
) -> list[str]:
    """Give the words that make the same result, whatever the day."""
    words = ["peerloom", "pair", click.format_filename(file)]
    words += ["--policy", click.format_filename(policy_name), "--seed", str(seed)]
    words += ["--week", week.isoformat()]
    for history in histories:
        words += ["--history", click.format_filename(history)]
    return words if size is None else [*words, "--size", str(size)]


def _keep_inputs(out: Path | None, inputs: list[Path]) -> None:
    """Refuse to write over a file that is being read: it may be the only copy."""
    if out is not None and out.exists():
        for path in inputs:
            if path.is_file() and path.samefile(out):
                raise click.BadParameter(
                    f'"{out}" is a file to read from; choose another name.', param_hint="'--out'"
                )


def _write_text(pairing: Pairing, out: Path | None, command: list[str]) -> None:
    if out is None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            # A terminal that knows only some letters shows the others as "?", and goes on.
            sys.stdout.reconfigure(errors="replace")
        show(pairing, Console(highlight=False), command)
    else:
        page = io.StringIO()
        show(pairing, Console(file=page, width=WIDTH_OF_A_FILE, highlight=False), command)
        _write(page.getvalue().encode(), out)


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(content, nl=False)
    else:
        _replace(out, content)


def _replace(out: Path, content: bytes) -> None:
    """Put all of the content into place at once, or leave everything as it was."""
    target = out.resolve()  # a link stays a link
    if target.exists() and not target.is_file():
        # A device or pipe such as /dev/null cannot be replaced, only written to.
        target.write_bytes(content)
        return
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """Read the mask of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
