"""Options that several commands share, and what they mean."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from pathlib import Path

import click

from peerloom.errors import WeekError
from peerloom.formats.history_files import read_history
from peerloom.formats.policy_files import read_policy
from peerloom.policy import GROUP_SIZES, PRESETS, Policy
from peerloom.rounds import History
from peerloom.weeks import monday

DEFAULT_POLICY = "meetup"
INPUT_FILE = click.Path(path_type=Path)
"""A file to read: whoever reads it says what is wrong with it, in the same words everywhere."""

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "csv", "json", "markdown"]),
    default="text",
    show_default=True,
    help="What to write: a table to read, or a file for others.",
)
out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen; all of it or nothing.",
)
seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Chooses among groupings that are equally good.",
)
policy_option = click.option(
    "--policy",
    "policy_name",
    metavar="PRESET_OR_FILE",
    help=f"{', '.join(PRESETS)}, or a TOML or JSON file of your own.  "
    f"[default: as the programme says; {DEFAULT_POLICY} for a members file]",
)
history_option = click.option(
    "--history",
    "histories",
    type=INPUT_FILE,
    multiple=True,
    help="Earlier rounds, so that nobody meets the same people again: CSV or JSON that this "
    "command wrote. May be given more than once, the oldest first.",
)
size_option = click.option(
    "--size",
    type=click.IntRange(GROUP_SIZES[0], GROUP_SIZES[-1]),
    help="People in a group.  [default: as the policy says, 2]",
)
week_option = click.option(
    "--week",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Any day of the week whose clock times count.  [default: this week]",
)


def _refuse_no_number(
    context: click.Context, parameter: click.Parameter, value: float | None
) -> float | None:
    """Refuse "nan", which no range does."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("it is no number of seconds.", context, parameter)
    return value


time_limit_option = click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    callback=_refuse_no_number,
    metavar="SECONDS",
    help="Stop after about so many seconds with the best that was found, and its true gap.",
)
relax_option = click.option(
    "--relax",
    is_flag=True,
    help="Let rules give way where they cannot all hold: the fewest, and each is said.",
)


def monday_of(week: datetime | None) -> date:
    """Give the first day of the week that was asked for, or of this week."""
    try:
        return monday(datetime.now(UTC).date() if week is None else week.date())
    except WeekError as error:
        raise click.BadParameter(error.sentence, param_hint="'--week'") from None


def policy_of(name: str) -> Policy:
    """Give the preset of this name, or read the file."""
    if name in PRESETS:
        return PRESETS[name]
    if not Path(name).is_file():
        raise click.BadParameter(
            f'"{name}" is neither a preset ({", ".join(PRESETS)}) nor a file.',
            param_hint="'--policy'",
        )
    return read_policy(name)


def history_of(files: tuple[Path, ...]) -> History:
    """Read earlier rounds, the oldest first."""
    return sum(map(read_history, files), start=History())


def words(name: str, *arguments: Path | str, **options: object) -> list[str]:
    """Give the words of a command that makes the same result, whatever the day.

    Parameters
    ----------
    name
        Of the command.
    arguments
        Its files, and whatever else stands alone.
    options
        None is left out, True stands alone, and each of several is given by itself.
    """
    said = ["peerloom", name, *map(click.format_filename, arguments)]
    for option, value in options.items():
        dashed = f"--{option.replace('_', '-')}"
        if value is True:
            said.append(dashed)
        elif value is not None and value is not False:
            for one in value if isinstance(value, tuple) else (value,):
                said += [dashed, click.format_filename(str(one))]
    return said
