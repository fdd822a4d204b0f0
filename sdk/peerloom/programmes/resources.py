"""Resources in a programme: kept by a group or by all, thanked for, shared and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import GroupError
from peerloom.mentoring.resource_changes import remove_resource
from peerloom.mentoring.resources import Resource, ResourceKind, may_read_resource
from peerloom.programmes.checks import check_same
from peerloom.programmes.programme import Programme


def add_resource(
    programme: Programme,
    kind: ResourceKind,
    title: str,
    *,
    now: datetime,
    by: str | None,
    group: str | None = None,
    text: str = "",
    url: str = "",
    tags: Iterable[str] = (),
) -> tuple[Programme, Resource]:
    """Keep something that helps, for a group or for everybody.

    Parameters
    ----------
    programme
        Any.
    kind, title, text, url, tags
        As in `Resource`.
    now
        The present moment; aware.
    by
        Who adds it; None for the programme itself.
    group
        The id of the group it is for; None for everybody.

    Returns
    -------
    programme, resource : Programme, Resource

    Raises
    ------
    UnknownRecordError
        For a group or member that is not there.
    GroupError
        For somebody who is not in the group.
    ResourceError, TextError
        As for `Resource`.
    """
    if by is not None:
        programme.members[by]
    if group is not None and by not in programme.groups[group].members:
        raise GroupError("Only members of a group add to its resources.")
    programme, (name,) = programme.numbered("resources")
    resource = Resource(
        id=name,
        kind=kind,
        title=title,
        text=text,
        url=url,
        tags=tuple(tags),
        group=group,
        added_by=by,
        added_at=now,
    )
    return programme.put("resources", resource), resource


def change_resource(
    programme: Programme, resource: str, change: Callable[[Resource], Resource]
) -> Programme:
    """Change a resource by `thank`, `unthank`, `edit_resource` or `share_resource`.

    Raises
    ------
    UnknownRecordError
        Where there is no such resource.
    ProgrammeError
        For a change that makes it another one.
    """
    before = programme.resources[resource]
    after = change(before)
    check_same(before, after, "id", "added_by")
    return programme.put("resources", after)


def drop_resource(programme: Programme, resource: str, *, by: Viewer, now: datetime) -> Programme:
    """Remove a resource for good; only its number and how many were thankful stay.

    Raises
    ------
    UnknownRecordError, ResourceError
        For no such resource, or one that is not this person's to remove.
    """
    removed = remove_resource(programme.resources[resource], by=by, now=now)
    return replace(
        programme,
        resources=programme.resources.drop({resource}),
        removed_resources=programme.removed_resources.put(removed),
    )


def readable_resources(programme: Programme, viewer: Viewer) -> tuple[Resource, ...]:
    """Give all resources that somebody may read: give them to `find`. O(resources).

    A member reads those of all groups they are or were in.
    """
    own = () if viewer.member is None else programme.groups.of_member(viewer.member)
    groups = {group.id for group in own}
    return tuple(
        one for one in programme.resources if may_read_resource(viewer, one, groups=groups)
    )
