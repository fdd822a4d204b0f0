"""``peerloom resources``: links, notes, contacts and tools that a group or the programme keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Call, Scene, call_options, group_option
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.resource_changes import edit_resource, share_resource, thank, unthank
from peerloom.mentoring.resources import (
    Resource,
    ResourceKind,
    find_resources,
    thanked_by,
)
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.programme import Programme
from peerloom.programmes.resources import (
    add_resource,
    change_resource,
    drop_resource,
    readable_resources,
)

_HELP = """Resources: links, notes, contacts and tools.

Without a verb it finds them. Those of a group are for its members only, so give --as MEMBER; those
of the programme are for everybody.

Examples:

\b
  peerloom resources
  peerloom resources find git --tag beginners --as ada
  peerloom resources add link "Learn Git branching" --url https://learngitbranching.js.org --tag git
  peerloom resources add note "Joins" --text "Left keeps everybody." --for-group --as ada
  peerloom resources thank resource-1 --as bo
  peerloom resources edit resource-2 --as ada --tag sql
  peerloom resources share resource-2 --as ada
  peerloom resources remove resource-2 --as ada

The exit code is 0 when all went well, 1 when the file or a change cannot be, 2 for a wrong option.
"""

_KINDS = [one.value for one in ResourceKind]
_resource_argument = click.argument("resource_id", metavar="RESOURCE")
_url_option = click.option("--url", help="A web address.")
_text_option = click.option("--text", help="A note, or what it is good for.")
_tag_option = click.option("--tag", "tags", multiple=True, help="A word to find it by; repeat it.")


@click.group("resources", cls=Verbs, default="find", help=_HELP)
def resources_command() -> None:
    """Keep what helps."""


@resources_command.verb("find")
@click.argument("words", nargs=-1)
@_tag_option
@click.option("--kind", "kinds", multiple=True, type=click.Choice(_KINDS), help="Only these.")
@call_options
def find_command(
    call: Call, words: tuple[str, ...], tags: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    """Find resources by words, tags and kinds."""
    scene = call.look()
    found = find_resources(
        readable_resources(scene.programme, scene.viewer),
        " ".join(words),
        tags=tags,
        kinds=[ResourceKind(one) for one in kinds],
    )
    call.answer(
        {"resources": [_plain(scene, one) for one in found]},
        lambda console: _show(scene, found, console),
    )


@resources_command.verb("add")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("title")
@_url_option
@_text_option
@_tag_option
@click.option("--for-group", is_flag=True, help="For one's group only.")
@group_option
@call_options
def add_command(
    call: Call,
    kind: str,
    title: str,
    url: str | None,
    text: str | None,
    tags: tuple[str, ...],
    for_group: bool,
    group_id: str | None,
) -> None:
    """Keep something that helps: for everybody, or for one's group."""
    made: list[str] = []

    def change(scene: Scene) -> Programme:
        group = None
        if for_group or group_id is not None:
            scene.check_actor()
            group = scene.group(group_id).id
        programme, added = add_resource(
            scene.programme,
            ResourceKind(kind),
            title,
            now=scene.now,
            by=scene.member,
            group=group,
            text=text or "",
            url=url or "",
            tags=tags,
        )
        made.append(added.id)
        return programme

    _tell(call, call.act(change), made[0], "It was kept.")


@resources_command.verb("edit")
@_resource_argument
@click.option("--title", help="Another title.")
@_url_option
@_text_option
@_tag_option
@call_options
def edit_command(
    call: Call,
    resource_id: str,
    title: str | None,
    url: str | None,
    text: str | None,
    tags: tuple[str, ...],
) -> None:
    """Change the words of a resource that one added."""

    def change(one: Resource, scene: Scene) -> Resource:
        return edit_resource(
            one, by=scene.actor, title=title, url=url, text=text, tags=tags or None
        )

    _change(call, resource_id, change, "It was changed.")


@resources_command.verb("thank")
@_resource_argument
@click.option("--not", "is_off", is_flag=True, help="Take it back.")
@call_options
def thank_command(call: Call, resource_id: str, is_off: bool) -> None:
    """Say thank you for a resource."""

    def change(one: Resource, scene: Scene) -> Resource:
        if is_off:
            return unthank(one, scene.actor)
        return thank(one, scene.actor, now=scene.now)

    _change(call, resource_id, change, "It was taken back." if is_off else "Thank you!")


@resources_command.verb("share")
@_resource_argument
@call_options
def share_command(call: Call, resource_id: str) -> None:
    """Give a resource of one's group to the whole programme."""

    def change(one: Resource, scene: Scene) -> Resource:
        return share_resource(one, by=scene.actor)

    _change(call, resource_id, change, "It is for everybody now.")


@resources_command.verb("remove")
@_resource_argument
@call_options
def remove_command(call: Call, resource_id: str) -> None:
    """Remove a resource: one's own, or as staff one of the programme."""

    def change(scene: Scene) -> Programme:
        one = _readable(scene, resource_id)
        return drop_resource(scene.programme, one.id, by=scene.viewer, now=scene.now)

    scene = call.act(change)
    call.tell(scene, "It was removed.", {"removed": resource_id})


def _readable(scene: Scene, resource_id: str) -> Resource:
    """Give a resource that somebody may read; whether there is another one is not told."""
    for one in readable_resources(scene.programme, scene.viewer):
        if one.id == resource_id:
            return one
    raise UnknownRecordError("resource")


def _change(
    call: Call, resource_id: str, change: Callable[[Resource, Scene], Resource], sentence: str
) -> None:
    def changes(scene: Scene) -> Programme:
        scene.check_actor()
        one = _readable(scene, resource_id)
        return change_resource(scene.programme, one.id, lambda one: change(one, scene))

    _tell(call, call.act(changes), resource_id, sentence)


def _tell(call: Call, scene: Scene, resource_id: str, sentence: str) -> None:
    one = scene.programme.resources[resource_id]
    call.tell(
        scene,
        sentence,
        {"resource": _plain(scene, one)},
        show=lambda console: _show(scene, [one], console),
    )


def _plain(scene: Scene, one: Resource) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "title": one.title,
        "text": one.text,
        "url": one.url,
        "tags": list(one.tags),
        "group": one.group,
        "added_by": one.added_by,
        "added_at": one.added_at.isoformat(),
        "thanks": one.thanks_count,
        "thanked_by": list(thanked_by(one, scene.member)),
    }


def _show(scene: Scene, found: Sequence[Resource], console: Console) -> None:
    if not found:
        console.print("There is nothing yet. Add something: peerloom resources add KIND TITLE")
    for one in found:
        by = "" if one.added_by is None else f" · {scene.people([one.added_by])}"
        group = "" if one.group is None else f" · {one.group}"
        thanks = f" · thanks: {one.thanks_count}" if one.thanks_count else ""
        console.print(Text(f"{one.id}  ", style="dim") + Text(one.title, style="bold"))
        console.print(Text(f"  {one.kind.value}{by}{group}{thanks}"))
        if one.url:
            console.print(Text(f"  {one.url}"), soft_wrap=True)
        if one.text:
            console.print(bullet(Text(one.text)))
        if one.tags:
            console.print(bullet(Text(f"Tags: {', '.join(one.tags)}")))
