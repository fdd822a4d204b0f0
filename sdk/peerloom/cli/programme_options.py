"""Options of the commands that work on a programme file, and what they mean.

A command on a programme is made of them like this::

    @click.command("pause", cls=Command, help=_HELP)
    @programme_option
    @at_option
    @json_option
    @member_argument()
    def pause_command(path: Path, at: datetime | None, as_json: bool, member: str) -> None:
        def change(programme: Programme) -> Programme:
            return pause(programme, member_named(programme, member), now=now_of(at, programme))

        before, after = changed(path, change)
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from peerloom.cli.options import words
from peerloom.errors import PeerloomError
from peerloom.mentoring.errors import MomentError
from peerloom.mentoring.moments import YEARS, utc
from peerloom.programmes.files import change_programme, load_programme
from peerloom.programmes.programme import Programme
from peerloom.zones import zone

DEFAULT_FILE = "programme.json"
VARIABLE = "PEERLOOM_PROGRAMME"

_F = TypeVar("_F", bound=Callable[..., Any])


def _file(context: click.Context, parameter: click.Parameter, value: Path) -> Path:
    """Refuse a path without a name, such as the root: nothing can be written beside it."""
    if not value.name:
        raise click.BadParameter(f'"{value}" is no name of a file.', context, parameter)
    return value


programme_option = click.option(
    "--programme",
    "-p",
    "path",
    type=click.Path(path_type=Path),
    callback=_file,
    metavar="FILE",
    default=DEFAULT_FILE,
    envvar=VARIABLE,
    show_default=True,
    show_envvar=True,
    help="The programme file.",
)


def _moment(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """Read a moment as people and programs write it, with or without its zone."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise click.BadParameter(
            f'"{value}" is no moment: write it as 2026-11-23T18:00, or 2026-11-23T18:00+01:00 '
            "with its time zone.",
            context,
            parameter,
        ) from None


def moment_option(*names: str, **options: Any) -> Callable[[_F], _F]:
    """Make an option that takes a moment; give it to `moment_in` where it may have no zone."""
    return click.option(*names, callback=_moment, metavar="MOMENT", **options)


def moment_argument(name: str) -> Callable[[_F], _F]:
    """Make an argument that takes a moment; give it to `moment_in`."""
    return click.argument(name, callback=_moment, metavar="MOMENT")


at_option = moment_option(
    "--at",
    help="As if it were this moment, such as 2026-11-23T18:00; on the clock of the programme where "
    "no time zone is given.  [default: now]",
)


def complete_member(
    context: click.Context, _: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Give the ids and names that begin so, from the programme file."""
    try:
        members = load_programme(context.params.get("path") or Path(DEFAULT_FILE)).members
    except PeerloomError:
        return []
    wanted = incomplete.casefold()
    return [
        CompletionItem(one.id, help=one.profile.name or None)
        for one in members
        if any(word.casefold().startswith(wanted) for word in (one.id, *one.profile.name.split()))
    ]


as_option = click.option(
    "--as",
    "as_member",
    metavar="MEMBER",
    shell_complete=complete_member,
    help="Act as this member, and see what only they may see. Without it a command shows what "
    "staff may see.",
)


def member_argument(name: str = "member", *, required: bool = True) -> Callable[[_F], _F]:
    """Make an argument that takes the id or the name of a member."""
    shown = name.upper() if required else f"[{name.upper()}]"
    return click.argument(name, metavar=shown, required=required, shell_complete=complete_member)


def moment_in(moment: datetime, programme: Programme) -> datetime:
    """Give a moment with its zone; one without is on the clock of the programme.

    Raises
    ------
    click.BadParameter
        For a moment outside the calendar, or one that the clocks skip.
    """
    aware = moment
    if moment.utcoffset() is None:
        aware = moment.replace(tzinfo=zone(programme.settings.timezone))
    try:
        if aware.astimezone(UTC).astimezone(aware.tzinfo).replace(tzinfo=None) != aware.replace(
            tzinfo=None
        ):
            raise click.BadParameter(
                f"{moment.isoformat()} does not exist in {programme.settings.timezone}:"
                " the clocks go forward there."
            )
        return utc(aware)
    except (MomentError, OverflowError):
        first, last = YEARS[0], YEARS[-1]
        raise click.BadParameter(
            f"{moment.isoformat()} is outside the years {first} to {last}."
        ) from None


def clock() -> datetime:
    """Read the clock: nothing else of the commands on a programme does."""
    return datetime.now(UTC)


def now_of(at: datetime | None, programme: Programme) -> datetime:
    """Give the moment that a command takes for now."""
    return clock() if at is None else moment_in(at, programme)


def changed(path: Path, change: Callable[[Programme], Programme]) -> tuple[Programme, Programme]:
    """Change the programme of a file in one locked step.

    Returns
    -------
    before, after : Programme
        What was in the file, and what is in it now.

    Raises
    ------
    PeerloomError
        As `change` and `change_programme` do. The file is as it was.
    """
    before: list[Programme] = []

    def noted(programme: Programme) -> Programme:
        before.append(programme)
        return change(programme)

    after = change_programme(path, noted)
    return before[0], after


def command_words(path: Path, name: str, *arguments: str, **options: object) -> list[str]:
    """Give the words of a command on the same programme, to be copied from the screen."""
    where = None if path == Path(DEFAULT_FILE) else path
    return words(name, *arguments, programme=where, **options)


def undo_words(path: Path) -> list[str]:
    """Give the words of the command that takes the last change back."""
    return command_words(path, "undo")
