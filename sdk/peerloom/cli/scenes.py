"""Who looks at a programme or changes it, when, and in which group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from peerloom.cli.commands import answer, json_option, say
from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import (
    as_option,
    at_option,
    changed,
    command_words,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.groups import PublishedGroup
from peerloom.programmes.errors import ProgrammeError, UnknownRecordError
from peerloom.programmes.files import load_programme
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import settle_sessions
from peerloom.zones import zone

group_option = click.option(
    "--group", "group_id", metavar="ID", help="Of this group.  [default: the current one]"
)


class NobodyActsError(ProgrammeError):
    """A command that only a member can do, and nobody says which one."""

    code = "member_missing"

    def __init__(self) -> None:
        super().__init__("Only a member can do or see this: say which one with --as MEMBER.")


class NoGroupError(ProgrammeError):
    """Somebody who is in no group now."""

    code = "group_missing"

    def __init__(self) -> None:
        super().__init__("This person is in no group now: name an earlier one with --group.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A programme at a moment, as somebody meets it.

    Parameters
    ----------
    programme
        With everything settled that time decided.
    now
        The moment; aware, in UTC.
    member
        The id of the member who acts; None for staff.
    is_changed
        Whether a command has just changed it, so that this can be taken back.
    """

    programme: Programme
    now: datetime
    member: str | None = None
    is_changed: bool = False

    @property
    def viewer(self) -> Viewer:
        """Who looks."""
        return Viewer.staff() if self.member is None else Viewer(member=self.member)

    @property
    def actor(self) -> str:
        """The id of the member who acts.

        Raises
        ------
        NobodyActsError
            For staff.
        """
        if self.member is None:
            raise NobodyActsError
        return self.member

    @property
    def timezone(self) -> str:
        """On whose clock moments are read and shown: that of the programme."""
        return self.programme.settings.timezone

    def group(self, named: str | None) -> PublishedGroup:
        """Give the group of that id, or the one in which the member who acts is now.

        Raises
        ------
        UnknownRecordError
            For a group that is not there, or not this member's: which of the two is not told.
        NobodyActsError, NoGroupError
            Where no group is named and none is current.
        """
        if named is not None:
            found = self.programme.groups.get(named)
            if found is None or (self.member is not None and self.member not in found.members):
                raise UnknownRecordError("group")
            return found
        current = self.programme.current_group(self.actor)
        if current is None:
            raise NoGroupError
        return current

    def groups(self, named: str | None = None) -> tuple[PublishedGroup, ...]:
        """Give the groups to look at: the one that is named, a member's own, or all that last."""
        if named is not None:
            return (self.group(named),)
        if self.member is not None:
            return self.programme.groups.of_member(self.member)
        return self.programme.current_groups

    def people(self, members: Iterable[str]) -> str:
        """Name some members in one line."""
        return ", ".join(person_of(self.programme, one) for one in members)

    def local(self, moment: datetime) -> datetime:
        """Give a moment on the clock of the programme."""
        return moment.astimezone(zone(self.timezone))

    def clock(self, moment: datetime) -> str:
        """Write a moment as people read it, on the clock of the programme."""
        return self.local(moment).strftime("%a %Y-%m-%d %H:%M")

    def check_actor(self) -> None:
        """Check that a member acts.

        Raises
        ------
        NobodyActsError
            For staff.
        """
        if self.member is None:
            raise NobodyActsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How a command was called: on which programme, as whom, when, and for whom it answers.

    Parameters
    ----------
    path
        The programme file.
    at
        What it takes for now; None for the present moment.
    as_member
        Who acts, by id or name; None for staff.
    as_json
        Whether a program reads the answer.
    """

    path: Path
    at: datetime | None
    as_member: str | None
    as_json: bool

    def look(self) -> Scene:
        """Read the programme to look at it. Nothing is written.

        Raises
        ------
        PeerloomError
            For a file that cannot be read, or a member who is not there.
        """
        return self._scene(load_programme(self.path))

    def act(self, change: Callable[[Scene], Programme]) -> Scene:
        """Change the programme in one locked step, and give it as it is now.

        What time has decided meanwhile, such as a proposal that nobody agreed on, is written too.

        Raises
        ------
        PeerloomError
            As `look` and `change` do. The file is as it was.
        """
        seen: list[Scene] = []

        def changes(programme: Programme) -> Programme:
            seen.append(self._scene(programme))
            return change(seen[0])

        before, after = changed(self.path, changes)
        return replace(seen[0], programme=after, is_changed=before != after)

    def answer(self, data: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """Say what was asked for."""
        answer(data, show, as_json=self.as_json)

    def tell(
        self,
        scene: Scene,
        sentence: str,
        data: Mapping[str, Any],
        *,
        show: Callable[[Console], None] | None = None,
    ) -> None:
        """Say what was changed, and how to undo it where anything was."""
        undo = undo_words(self.path) if scene.is_changed else ()
        say([sentence], data, as_json=self.as_json, undo=undo, body=show)

    def words(self, name: str, *arguments: str, **options: object) -> list[str]:
        """Give the words of a command that the same person may give next."""
        given = {**options, "as": self.as_member} if self.as_member is not None else options
        first, *rest = name.split()
        return command_words(self.path, first, *rest, *arguments, **given)

    def _scene(self, programme: Programme) -> Scene:
        now = now_of(self.at, programme)
        settled = settle_sessions(programme, now=now)
        named = self.as_member
        member = None if named is None else member_named(settled, named)
        return Scene(programme=settled, now=now, member=member)


def call_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command take the options of a `Call`, and give it the call first."""

    @wraps(command)
    def called(
        *, path: Path, at: datetime | None, as_member: str | None, as_json: bool, **rest: Any
    ) -> Any:
        return command(Call(path=path, at=at, as_member=as_member, as_json=as_json), **rest)

    for option in (json_option, at_option, as_option, programme_option):
        called = option(called)
    return called


def table(*headings: str) -> Table:
    """Give a calm table with these headings."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    return made


def row(made: Table, *cells: object) -> None:
    """Add a row to a table. What people wrote is shown as it is, never read as markup."""
    made.add_row(*(Text(str(cell)) for cell in cells))
