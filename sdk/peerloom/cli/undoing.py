"""``peerloom undo``: back to the programme before the last change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from peerloom.cli.commands import Command, json_option, say
from peerloom.cli.programme_options import programme_option, undo_words
from peerloom.members import Member
from peerloom.programmes.files import undo_change
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import MemberState, Participant
from peerloom.programmes.programme import Programme

_HELP = """Take the last change of the programme back.

The file before the last change stays beside it as a backup; the two change places. So the same
command again takes the undoing back. After somebody was erased there is nothing to go back to.

Example:

\b
  peerloom undo

The exit code is 0 when the change was taken back, 1 when there is none or a file cannot be used, 2
for a wrong option.
"""

_MOST_NAMED = 6


@click.command("undo", cls=Command, help=_HELP)
@programme_option
@json_option
def undo_command(path: Path, as_json: bool) -> None:
    """Take the last change of the programme back."""
    before, after = undo_change(path)
    # How many asks or check-ins there are would tell staff what somebody did in private.
    counts = {
        name: len(getattr(after, name)) - len(getattr(before, name))
        for name, kind in KINDS.items()
        if not kind.is_private and len(getattr(after, name)) != len(getattr(before, name))
    }
    changes = list(_changes(after, before)) or ["something that only members may read"]
    say(
        [
            f"{click.format_filename(path)} is as it was before the last change.",
            *(f"Taken back: {change}." for change in changes),
        ],
        {"records": counts},
        as_json=as_json,
        undo=undo_words(path),
    )


def _changes(old: Programme, new: Programme) -> Iterator[str]:
    """Say what changed from one programme to another one, as far as staff may know."""
    yield from _people(old, new)
    yield from _rounds(old, new)
    if old.draft != new.draft:
        yield "the draft went" if new.draft is None else "groups were drafted"
    for name in ("activities", "questionnaires"):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield f"the programme's own {name} changed ({len(one)} before, {len(other)} after)"
    for field, words in (("name", "name"), ("language", "language"), ("settings", "settings")):
        if getattr(old, field) != getattr(new, field):
            yield f"the {words} of the programme changed"
    if old.policy != new.policy:
        yield "the policy changed"


def _people(old: Programme, new: Programme) -> Iterator[str]:
    deeds: dict[str, list[str]] = {}
    for one in new.members:
        if deed := _deed(old.members.get(one.id), one):
            deeds.setdefault(deed, []).append(one.id)
    if gone := [one.id for one in old.members if one.id not in new.members]:
        deeds["went from the list"] = gone
    for deed, people in deeds.items():
        yield f"{_listed(people)} {deed}"


def _deed(before: Participant | None, after: Participant) -> str:
    """Say what a member did, or nothing; what they told in private is not looked at."""
    if before is None:
        return "joined"
    if before.state is not after.state:
        return {
            MemberState.LEFT: "left",
            MemberState.PAUSED: "paused",
            MemberState.ACTIVE: "came back",
        }[after.state]
    return "" if _public(before) == _public(after) else "gave new answers"


def _public(one: Participant) -> Member:
    return replace(one.profile, blocked=(), protected={})


def _rounds(old: Programme, new: Programme) -> Iterator[str]:
    for number in sorted(one.number for one in new.rounds if one.number not in old.rounds):
        yield f"round {number} was published"
    for number in sorted(one.number for one in old.rounds if one.number not in new.rounds):
        yield f"round {number} went"
    lasting = [{one.id for one in programme.current_groups} for programme in (old, new)]
    for deed, count in (
        ("began", len(lasting[1] - lasting[0])),
        ("ended", len(lasting[0] - lasting[1])),
    ):
        if count:
            yield f"{count} {'group' if count == 1 else 'groups'} {deed}"


def _listed(people: list[str]) -> str:
    """Name some people, and count the others."""
    if len(people) == 1:
        return people[0]
    if len(people) <= _MOST_NAMED:
        return f"{', '.join(people[:-1])} and {people[-1]}"
    return f"{', '.join(people[:_MOST_NAMED])} and {len(people) - _MOST_NAMED} others"
