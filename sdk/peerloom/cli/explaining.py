"""``peerloom explain``: why groups are groups, what is proven, and what if."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from marshmallow import ValidationError
from rich.console import Console, Group
from rich.markup import escape
from rich.text import Text

from peerloom.cli.commands import Command, answer, json_option
from peerloom.cli.people import member_named, person_of
from peerloom.cli.programme_options import member_argument, programme_option
from peerloom.cli.waiting import progress_shown
from peerloom.formats.members_csv import LISTS
from peerloom.formats.terminal import bullet, panel
from peerloom.pairings import Group as PairedGroup
from peerloom.pairings import Pairing
from peerloom.programmes.drawing import current_pairing, drafted_pairing
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.files import load_programme
from peerloom.programmes.programme import Programme
from peerloom.programmes.rounds import Drawing
from peerloom.reasons import Reason, hours
from peerloom.schemas import MemberSchema, messages_by_field
from peerloom.zones import zone

_HELP = """Say why groups are groups.

Without MEMBER it explains all groups that last, and what was proven when they were drawn. With
MEMBER it explains that person's group, and which free hours would make more partners fit; with --if
it says what other answers would do. Nothing that somebody said in private is part of a reason.

Examples:

\b
  peerloom explain
  peerloom explain ada
  peerloom explain ada --if "availability=Tue 18:00-20:00" --if level=3
  peerloom explain --draft

The exit code is 0 when all went well, 1 when the file cannot be used or there are no groups, 2 for
a wrong option.
"""


@click.command("explain", cls=Command, help=_HELP)
@member_argument(required=False)
@programme_option
@click.option("--draft", is_flag=True, help="The draft that was not published yet.")
@click.option(
    "--if",
    "changes",
    multiple=True,
    metavar="FIELD=ANSWER",
    help="What if the member had answered so. Several words stand apart by ;.",
)
@json_option
def explain_command(
    member: str | None, path: Path, draft: bool, changes: tuple[str, ...], as_json: bool
) -> None:
    """Say why groups are groups."""
    if changes and member is None:
        raise click.UsageError("Say for whom: peerloom explain MEMBER --if FIELD=ANSWER.")
    news = _answers(changes)
    programme = load_programme(path)
    pairing = drafted_pairing(programme) if draft else current_pairing(programme)
    if member is None:
        _explain_all(programme, pairing, draft=draft, as_json=as_json)
    else:
        _explain_one(programme, pairing, member_named(programme, member), news, as_json=as_json)


def _explain_all(programme: Programme, pairing: Pairing, *, draft: bool, as_json: bool) -> None:
    """Explain all groups, with what was proven when they were drawn.

    Answers and groups may have changed since, so nothing is claimed anew.
    """
    drawing, notes = _drawing(programme, draft=draft)
    proven = [str(one["text"]) for one in drawing.certificate.get("sentences", ())]
    with progress_shown("Explaining"):
        told = [(group, pairing.explain(group)) for group in pairing.groups]

    def show(console: Console) -> None:
        for group, reasons in told:
            _show_group(console, group, reasons)
        said = Group(*(bullet(Text(text)) for text in (*proven, *notes)))
        console.print(panel("Certificate of the drawing", said))

    groups = [_plain(group, reasons) for group, reasons in told]
    answer(
        {"groups": groups, "certificate": dict(drawing.certificate), "notes": notes},
        show,
        as_json=as_json,
    )


def _drawing(programme: Programme, *, draft: bool) -> tuple[Drawing, list[str]]:
    """Give how the groups were drawn, and what happened to them since."""
    if draft and programme.draft is not None:
        return programme.draft.drawing, []
    latest = programme.current_round
    if latest is None:
        raise ProgrammeError("There are no groups yet: draw the first round and publish it.")
    days = [repair.at.astimezone(zone(programme.settings.timezone)) for repair in latest.repairs]
    notes = [f"Groups were changed by a repair since, on {day:%Y-%m-%d}." for day in days]
    return latest.drawing, notes


def _explain_one(
    programme: Programme, pairing: Pairing, member: str, news: dict[str, Any], *, as_json: bool
) -> None:
    group = next((one for one in pairing.groups if member in one.members), None)
    reasons = () if group is None else pairing.explain(group)
    times = () if news else pairing.times_to_add(member)
    what_if = pairing.what_if(member, **news) if news else None
    said = [one.sentence() for one in times] if what_if is None else list(what_if.sentences())

    def show(console: Console) -> None:
        if group is None:
            reason = pairing.not_paired.get(member)
            why = f": {reason}" if reason is not None else "."
            console.print(Text(f"{person_of(programme, member)} is in no group{why}"))
        else:
            _show_group(console, group, reasons)
        if said:
            name = person_of(programme, member)
            console.print(panel(f"What if, for {escape(name)}", _bullets(said)))

    answer(
        {
            "member": member,
            "group": None if group is None else _plain(group, reasons),
            "what_if": [one.to_dict() for one in said],
        },
        show,
        as_json=as_json,
    )


def _show_group(console: Console, group: PairedGroup, reasons: Sequence[Reason]) -> None:
    title = Text(", ".join(group.names), style="bold")
    common = f"Common time {hours(group.common_minutes)} h a week, score {group.score}."
    console.print(title)
    console.print(Text(common, style="dim"))
    console.print(_bullets(reasons))
    console.print()


def _bullets(reasons: Sequence[Reason]) -> Group:
    return Group(*(bullet(Text(str(reason))) for reason in reasons))


def _plain(group: PairedGroup, reasons: Sequence[Reason]) -> dict[str, Any]:
    return {
        "members": list(group.members),
        "names": list(group.names),
        "score": group.score,
        "common_minutes": group.common_minutes,
        "reasons": [reason.to_dict() for reason in reasons],
    }


def _answers(changes: Sequence[str]) -> dict[str, Any]:
    """Read other answers as a members file would; an empty one is no answer."""
    told: dict[str, Any] = {}
    for pair in changes:
        name, sign, text = pair.partition("=")
        if not sign:
            raise click.BadParameter(f'write "{pair}" as FIELD=ANSWER.', param_hint="'--if'")
        told[name.strip()] = text.split(";") if name.strip() in LISTS else text
    unknown = [name for name in told if name not in MemberSchema().fields or name == "id"]
    if unknown:
        raise click.BadParameter(f'there is no field "{unknown[0]}".', param_hint="'--if'")
    try:
        loaded = MemberSchema().load({"id": "?", **told})
    except ValidationError as error:
        name, message = next(iter(messages_by_field(error).items()))
        raise click.BadParameter(f"{name}: {message}.", param_hint="'--if'") from None
    return {name: getattr(loaded, name) for name in told}
