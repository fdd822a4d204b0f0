"""``peerloom agreement``: what a group settles at the start, signed by all, open to revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Call, Scene, call_options, group_option, row, table
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.agreement_changes import revise_agreement, settled_terms, sign, unsigned
from peerloom.mentoring.agreements import Agreement, AgreementTerms, Want
from peerloom.mentoring.ground_rules import GROUND_RULES
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.schemas.agreements import AgreementSchema
from peerloom.mentoring.topics import FAMILY_NAMES, STARTERS, Family, Topic
from peerloom.policy import Rhythm
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import (
    change_agreement,
    draft_agreement,
    group_now,
    session_minutes,
)

_HELP = """Agreement: what a group settles at the start, signed by all and open to revision.

Without a verb it shows agreements. Staff see which groups have one; what it says is for the members
of the group, so give --as MEMBER to act as one of them. Until all have signed a new version, the
last one that all signed holds. How often and how long a group meets is as agreed, or else as the
policy says.

Examples:

\b
  peerloom agreement
  peerloom agreement --as ada
  peerloom agreement write --as ada --want "A first talk" --rhythm weekly --minutes 60 \\
      --topic career "My story" --rule on_time --rule "Cameras on"
  peerloom agreement sign --as bo
  peerloom agreement write --as bo --rhythm every_two_weeks --why "Exams"

The exit code is 0 when all went well, 1 when the file or a change cannot be, 2 for a wrong option.
"""

_WRITE = """Write the agreement, or change what is said here and leave the rest as it is.

All have to sign what is new; whoever writes it has signed it. --rule takes a rule of your own, or
one of these names:

\b
""" + "\n".join(f"  {name:19} {words}" for name, words in GROUND_RULES.items())

_WRITE += "\n\nTopics that others began with:\n\n\b\n" + "\n".join(
    f"  {family.value}\n" + "\n".join(f"    {words}" for words in STARTERS[family])
    for family in Family
)


class NoAgreementError(ProgrammeError):
    """A group without an agreement."""

    code = "agreement_missing"

    def __init__(self) -> None:
        super().__init__(
            "This group has no agreement yet. Write one: peerloom agreement write --as MEMBER"
        )


@click.group("agreement", cls=Verbs, help=_HELP)
def agreement_command() -> None:
    """Agreements of groups."""


@agreement_command.verb("show")
@group_option
@call_options
def show_command(call: Call, group_id: str | None) -> None:
    """Show agreements, or to a member what theirs says."""
    scene = call.look()
    if scene.member is None:
        _show_states(call, scene, scene.groups(group_id))
        return
    group = group_now(scene.programme, scene.group(group_id))
    agreement = scene.programme.agreements.get(group.id)
    call.answer(
        {"agreement": None if agreement is None else _plain(agreement, group)},
        lambda console: _show(scene, agreement, group, console),
    )


@agreement_command.verb("write", summary=_WRITE)
@click.option("--want", help="What the member who acts hopes for.")
@click.option("--rhythm", type=click.Choice([one.value for one in Rhythm]), help="How often.")
@click.option("--minutes", type=click.IntRange(min=1), help="How long a session is.")
@click.option(
    "--topic",
    "topics",
    type=(click.Choice([one.value for one in Family]), str),
    multiple=True,
    metavar="FAMILY TEXT",
    help=f"What to talk about ({', '.join(Family)}); repeat it for all topics.",
)
@click.option(
    "--rule", "rules", multiple=True, help="How to treat each other; repeat it for all rules."
)
@click.option("--why", default="", help="Why it changes, for the group.")
@group_option
@call_options
def write_command(call: Call, group_id: str | None, why: str, **said: Any) -> None:
    """Write the agreement, or change it."""
    if all(value is None or value == () for value in said.values()):
        raise click.UsageError("Say what is agreed: with --want, --rhythm, --topic, --rule, ...")
    is_changed: list[bool] = []

    def change(scene: Scene) -> Programme:
        member, group = scene.actor, scene.group(group_id)
        programme = scene.programme
        before = programme.agreements.get(group.id)
        terms = _terms(AgreementTerms() if before is None else before.terms, member, **said)
        is_changed.append(before is None or terms != before.terms)
        if not is_changed[0]:
            return programme
        if before is None:
            programme = draft_agreement(programme, group.id, terms, now=scene.now)

        def written(agreement: Agreement, found: PublishedGroup) -> Agreement:
            if before is not None:
                agreement = revise_agreement(
                    agreement,
                    found,
                    terms,
                    by=member,
                    version=agreement.version,
                    now=scene.now,
                    why=why,
                )
            return sign(agreement, found, member=member, version=agreement.version, now=scene.now)

        return change_agreement(programme, group.id, written)

    scene = call.act(change)
    sentence = "Written, and signed by you." if is_changed[0] else "It says so already."
    _tell(call, scene, group_id, sentence)


@agreement_command.verb("sign")
@click.option(
    "--version",
    type=click.IntRange(min=1),
    help="The version that was read; refused if it has changed since.  [default: the newest]",
)
@group_option
@call_options
def sign_command(call: Call, version: int | None, group_id: str | None) -> None:
    """Sign the agreement as it is now."""

    def change(scene: Scene) -> Programme:
        group = scene.group(group_id)
        if group.id not in scene.programme.agreements:
            raise NoAgreementError
        return change_agreement(
            scene.programme,
            group.id,
            lambda agreement, found: sign(
                agreement,
                found,
                member=scene.actor,
                version=version or agreement.version,
                now=scene.now,
            ),
        )

    _tell(call, call.act(change), group_id, "You have signed.")


def _terms(
    before: AgreementTerms,
    member: str,
    *,
    want: str | None,
    rhythm: str | None,
    minutes: int | None,
    topics: Sequence[tuple[str, str]],
    rules: Sequence[str],
) -> AgreementTerms:
    """Give what an agreement says, with what was named in the place of what it said before."""
    changes: dict[str, Any] = {}
    if want is not None:
        others = [one for one in before.wants if one.member != member]
        changes["wants"] = (*others, *([Want(member=member, text=want)] if want.strip() else []))
    if rhythm is not None:
        changes["rhythm"] = Rhythm(rhythm)
    if minutes is not None:
        changes["session_minutes"] = minutes
    if topics:
        changes["topics"] = tuple(Topic(text=text, family=Family(one)) for one, text in topics)
    if rules:
        changes["ground_rules"] = tuple(GROUND_RULES.get(rule, rule) for rule in rules)
    return replace(before, **changes)


def _tell(call: Call, scene: Scene, group_id: str | None, sentence: str) -> None:
    group = group_now(scene.programme, scene.group(group_id))
    agreement = scene.programme.agreements[group.id]
    call.tell(
        scene,
        sentence,
        {"agreement": _plain(agreement, group)},
        show=lambda console: _show(scene, agreement, group, console),
    )


def _plain(agreement: Agreement, group: PublishedGroup) -> dict[str, Any]:
    dumped: dict[str, Any] = AgreementSchema().dump(agreement)
    return {
        **dumped,
        "members": list(group.members),
        "unsigned": list(unsigned(agreement, group)),
        "holds": _version_that_holds(agreement, group),
    }


def _version_that_holds(agreement: Agreement, group: PublishedGroup) -> int | None:
    if not unsigned(agreement, group):
        return agreement.version
    settled = settled_terms(agreement, group)
    versions = [one.version for one in agreement.history if one.terms is settled]
    return versions[-1] if versions else None


def _show(
    scene: Scene, agreement: Agreement | None, group: PublishedGroup, console: Console
) -> None:
    if agreement is None:
        console.print(Text(NoAgreementError().sentence))
        return
    console.print(Text(f"{scene.people(group.members)}: version {agreement.version}", style="bold"))
    rhythm = agreement.rhythm or scene.programme.policy.rhythm
    minutes = agreement.session_minutes or session_minutes(scene.programme, group)
    how = rhythm.value.replace("_", " ")
    console.print(bullet(Text(f"Rhythm: {how}, {minutes} minutes.")))
    for want in agreement.wants:
        console.print(bullet(Text(f"{scene.people([want.member])} wants: {want.text}")))
    for topic in agreement.topics:
        family = f" ({FAMILY_NAMES[topic.family]})" if topic.family else ""
        console.print(bullet(Text(f"Topic: {topic.text}{family}")))
    for rule in agreement.ground_rules:
        console.print(bullet(Text(f"Rule: {rule}")))
    open_ = unsigned(agreement, group)
    if not open_:
        console.print("All have signed: this holds.")
        return
    holds = _version_that_holds(agreement, group)
    until = f"Version {holds} holds until then." if holds else "Nothing holds until then."
    console.print(Text(f"Still to sign: {scene.people(open_)}. {until}"))


def _show_states(call: Call, scene: Scene, groups: Sequence[PublishedGroup]) -> None:
    rows = []
    for found in groups:
        group = group_now(scene.programme, found)
        agreement = scene.programme.agreements.get(group.id)
        if agreement is None:
            state = "none"
        else:
            state = "waits for signatures" if unsigned(agreement, group) else "signed by all"
        rows.append({"group": group.id, "members": list(group.members), "state": state})

    def show(console: Console) -> None:
        if not rows:
            console.print("There are no groups to look at. Draw them: peerloom pair")
            return
        made = table("Group", "People", "Agreement")
        for one in rows:
            row(made, one["group"], scene.people(one["members"]), one["state"])
        console.print(made)

    call.answer({"agreements": rows}, show)
