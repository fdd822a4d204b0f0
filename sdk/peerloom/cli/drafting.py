"""Drawing groups for a programme: a draft that staff looks at before anybody is told."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource
from rich.console import Console, Group
from rich.text import Text

from peerloom.cli import options
from peerloom.cli.commands import json_text
from peerloom.cli.output import write
from peerloom.cli.programme_options import changed, command_words, now_of
from peerloom.cli.waiting import progress_shown
from peerloom.formats.history_files import read_history
from peerloom.formats.rotation_terminal import show_rotation
from peerloom.formats.terminal import bullet, panel, show
from peerloom.programmes.drawing import (
    draw_repair,
    draw_round,
    keep_draft,
    keep_repair,
    plan_rounds,
)
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.files import load_programme
from peerloom.programmes.programme import Programme
from peerloom.repair_report import Repair

# What decides about groups, beside sessions: whether a group has met may change meanwhile.
_DECIDING = ("members", "groups", "asks", "switch_asks", "rounds")


def pair_programme(
    path: Path,
    *,
    format_: str,
    out: Path | None,
    seed: int,
    policy_name: str | None,
    locked: Path | None,
    at: datetime | None,
    week: datetime | None,
    **how: Any,
) -> None:
    """Draw the next round of a programme, and keep it as a draft.

    Parameters
    ----------
    path
        The programme file.
    format_, out
        What to write, and where.
    seed, policy_name, locked, at, week
        The options of the command.
    **how
        As for `draw_round`: ``size``, ``relax``, ``time_limit``.
    """
    programme = load_programme(path)
    now = now_of(at, programme)
    first_day = _monday(week, now)
    with progress_shown("Pairing") as progress:
        pairing = draw_round(
            programme,
            now=now,
            seed=seed,
            policy=None if policy_name is None else options.policy_of(policy_name),
            week=first_day,
            locked=_locked(locked),
            progress=progress,
            **how,
        )
    _keep(path, programme, lambda current: keep_draft(current, pairing, now=now))
    command = command_words(
        path,
        "pair",
        policy=policy_name,
        seed=seed,
        week=first_day,
        locked=locked,
        at=None if at is None else now.isoformat(),
        **how,
    )

    def show_draft(console: Console) -> None:
        show(pairing, console, command)
        _say_draft(console, path)

    write(show_draft if format_ == "text" else getattr(pairing, f"to_{format_}")(), out)


def repair_programme(
    path: Path,
    *,
    format_: str,
    out: Path | None,
    seed: int,
    most_groups: int | None,
    locked: Path | None,
    at: datetime | None,
) -> None:
    """Draw a repair of the groups that last, and keep it as a draft."""
    programme = load_programme(path)
    now = now_of(at, programme)
    with progress_shown("Repairing"):
        repair = draw_repair(programme, most_groups=most_groups, locked=_locked(locked), seed=seed)
    _keep(path, programme, lambda current: keep_repair(current, repair, now=now))
    command = command_words(path, "repair", most_groups=most_groups, locked=locked, seed=seed)

    def show_draft(console: Console) -> None:
        show_repair(repair, console, command)
        _say_draft(console, path)

    if format_ == "text":
        write(show_draft, out)
    elif format_ == "json":
        write(json_text({**json.loads(repair.after.to_json()), "repair": repair.to_dict()}), out)
    else:
        write(getattr(repair.after, f"to_{format_}")(), out)


def rotate_programme(
    path: Path,
    *,
    rounds: int,
    format_: str,
    out: Path | None,
    seed: int,
    policy_name: str | None,
    keep_first: bool,
    at: datetime | None,
    week: datetime | None,
    **how: Any,
) -> None:
    """Plan the next rounds of a programme; keep the first of them as a draft where asked to."""
    programme = load_programme(path)
    now = now_of(at, programme)
    first_day = _monday(week, now)
    used = programme
    if policy_name is not None:
        used = replace(programme, policy=options.policy_of(policy_name))
    with progress_shown("Planning") as progress:
        rotation = plan_rounds(
            used, rounds=rounds, seed=seed, week=first_day, now=now, progress=progress, **how
        )
    if keep_first:
        _keep(path, programme, lambda current: keep_draft(current, rotation.rounds[0], now=now))
    command = command_words(
        path,
        "rotate",
        rounds=rounds,
        policy=policy_name,
        seed=seed,
        week=first_day,
        keep_first=keep_first,
        at=None if at is None else now.isoformat(),
        **how,
    )

    def show_plan(console: Console) -> None:
        show_rotation(rotation, console, command)
        if keep_first:
            _say_draft(console, path)

    write(show_plan if format_ == "text" else getattr(rotation, f"to_{format_}")(), out)


def refuse_without_file(**given: object) -> None:
    """Refuse options that belong to a members file: a programme knows these things itself."""
    for name, value in given.items():
        if value:
            raise click.UsageError(
                f"--{name.replace('_', '-')} goes with a members file; a programme knows this "
                "itself."
            )


def refuse_with_file(**given: object) -> None:
    """Refuse options that belong to a programme."""
    source = click.get_current_context().get_parameter_source("path")
    given["programme"] = source is ParameterSource.COMMANDLINE
    for name, value in given.items():
        if value:
            raise click.UsageError(
                f"--{name.replace('_', '-')} goes with a programme: leave the members file out."
            )


def _monday(week: datetime | None, now: datetime) -> date:
    """Give the first day of the week that was asked for, or of the present one."""
    return options.monday_of(now if week is None else week)


def _keep(path: Path, seen: Programme, keep: Callable[[Programme], Programme]) -> None:
    """Keep a draft, unless what it was drawn from has changed meanwhile.

    The file is not locked while groups are drawn: that may take minutes.
    """

    def change(programme: Programme) -> Programme:
        for name in _DECIDING:
            if getattr(programme, name) != getattr(seen, name):
                raise ProgrammeError(
                    f"The {name.replace('_', ' ')} of the programme were changed while the groups "
                    "were drawn: draw them again."
                )
        return keep(programme)

    changed(path, change)


def show_repair(repair: Repair, console: Console, command: list[str]) -> None:
    """Show what a repair changes, and then all groups."""
    said = [bullet(Text(str(sentence))) for sentence in repair.sentences()]
    console.print(panel("What changes", Group(*said)))
    show(repair.after, console, command)


def _locked(path: Path | None) -> list[frozenset[str]]:
    rounds = () if path is None else read_history(path).rounds
    return [group.members for groups in rounds for group in groups]


def _say_draft(console: Console, path: Path) -> None:
    console.print(Text("This is a draft: nobody was told yet."))
    for label, name in (("To publish it:", "publish"), ("To let it go:", "undo")):
        words = Text.assemble((f"{label} ", "dim"), shlex.join(command_words(path, name)))
        console.print(words, soft_wrap=True)
