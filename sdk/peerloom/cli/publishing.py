"""``peerloom publish``: the draft becomes the groups of a round."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from rich import box
from rich.table import Table
from rich.text import Text

from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.people import person_of
from peerloom.cli.programme_options import (
    at_option,
    changed,
    now_of,
    programme_option,
    undo_words,
)
from peerloom.mentoring.groups import PublishedGroup
from peerloom.programmes.drawing import discard_draft
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme
from peerloom.programmes.publishing import publish, without_group

_HELP = """Publish the draft that "peerloom pair", "rotate" or "repair" left: it becomes the groups.

A new round ends all groups that last; a repair ends only those that it changes. Sessions of groups
that end are called off where they were still to come, and asks that were considered are over.

Examples:

\b
  peerloom publish
  peerloom publish --discard

The exit code is 0 when the groups were published, 1 when there is no draft or somebody in it has
left or paused meanwhile, 2 for a wrong option.
"""


@click.command("publish", cls=Command, help=_HELP)
@programme_option
@click.option("--discard", is_flag=True, help="Let the draft go, and publish nothing.")
@at_option
@json_option
def publish_command(path: Path, discard: bool, at: datetime | None, as_json: bool) -> None:
    """Publish the draft."""

    def change(programme: Programme) -> Programme:
        if not discard:
            return publish(programme, now=now_of(at, programme))
        if programme.draft is None:
            raise ProgrammeError("There is no draft.")
        return discard_draft(programme)

    before, after = changed(path, change)
    if discard:
        say(["The draft is gone."], {"discarded": True}, as_json=as_json, undo=undo_words(path))
        return
    lasting = {group.id for group in before.current_groups}
    started = [group for group in after.current_groups if group.id not in lasting]
    kept = {group.id for group in after.current_groups} & lasting
    ended = [group.id for group in before.current_groups if group.id not in kept]
    alone = without_group(after)
    current = after.current_round
    number = 0 if current is None else current.number
    is_repair = before.current_round is not None and before.current_round.number == number
    what = f"The repair of round {number}" if is_repair else f"Round {number}"
    sentences = [
        f"{what} is published. New groups: {len(started)}. Ended: {len(ended)}. "
        f"Going on: {len(kept)}."
    ]
    if alone:
        names = ", ".join(person_of(after, one) for one in alone)
        sentences.append(f"In no group: {names}.")
    say(
        sentences,
        {
            "round": number,
            "started": [{"id": group.id, "members": list(group.members)} for group in started],
            "ended": ended,
            "going_on": [group.id for group in before.current_groups if group.id in kept],
            "without_group": list(alone),
        },
        as_json=as_json,
        undo=undo_words(path),
        body=lambda console: console.print(_groups(after, started)),
    )


def _groups(programme: Programme, groups: list[PublishedGroup]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Group", no_wrap=True)
    table.add_column("Together", overflow="fold")
    for group in groups:
        names = ", ".join(person_of(programme, one) for one in group.members)
        table.add_row(Text(group.id), Text(names))
    return table
