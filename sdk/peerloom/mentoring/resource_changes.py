"""What happens to a resource: thanks, new words, a wider circle, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.resources import RemovedResource, Resource, ResourceError, Thanks


def thank(resource: Resource, member: str, *, now: datetime) -> Resource:
    """Say thank you; a second time changes nothing.

    Raises
    ------
    ResourceError
        For the one who added it.
    """
    if member == resource.added_by:
        raise ResourceError("Thanks come from others: you added this yourself.")
    if any(one.member == member for one in resource.thanks):
        return resource
    return replace(resource, thanks=(*resource.thanks, Thanks(member=member, at=now)))


def unthank(resource: Resource, member: str) -> Resource:
    """Take a thank-you back; where there is none, nothing changes."""
    others = tuple(one for one in resource.thanks if one.member != member)
    return resource if len(others) == len(resource.thanks) else replace(resource, thanks=others)


def edit_resource(
    resource: Resource,
    *,
    by: str,
    title: str | None = None,
    text: str | None = None,
    url: str | None = None,
    tags: Iterable[str] | None = None,
) -> Resource:
    """Change the words of a resource; None leaves them as they are, and thanks stay.

    Raises
    ------
    ResourceError
        For anybody but the one who added it, or words that it cannot have.
    TextError
        For words that cannot be kept.
    """
    _check_owner(resource, by)
    return replace(
        resource,
        title=resource.title if title is None else title,
        text=resource.text if text is None else text,
        url=resource.url if url is None else url,
        tags=resource.tags if tags is None else tuple(tags),
    )


def share_resource(resource: Resource, *, by: str) -> Resource:
    """Give a resource of a group to the whole programme.

    Raises
    ------
    ResourceError
        For anybody but the one who added it: it is theirs to give.
    """
    _check_owner(resource, by)
    return replace(resource, group=None)


def remove_resource(resource: Resource, *, by: Viewer, now: datetime) -> RemovedResource:
    """Remove a resource: its words, its address and its names are gone for good.

    Parameters
    ----------
    resource
        Any.
    by
        Who removes it: the one who added it, or staff what is the programme's.
    now
        The present moment; aware.

    Raises
    ------
    ResourceError
        For anybody else.
    """
    if not (by.is_staff and resource.group is None):
        _check_owner(resource, by.member)
    return _removed(resource, now)


def erase_from_resource(
    resource: Resource, member: str, *, now: datetime
) -> Resource | RemovedResource:
    """Take a person out of a resource.

    What they added goes, because their own words may name them or others. Of what others added only
    the number of their thanks stays.

    Parameters
    ----------
    resource
        Any.
    member
        The id of the person who is erased.
    now
        The present moment; aware.
    """
    if resource.added_by == member:
        return _removed(resource, now)
    without = unthank(resource, member)
    if without is resource:
        return resource
    return replace(without, anonymous_thanks=resource.anonymous_thanks + 1)


def _removed(resource: Resource, now: datetime) -> RemovedResource:
    return RemovedResource(id=resource.id, removed_at=now, thanks_count=resource.thanks_count)


def _check_owner(resource: Resource, member: str | None) -> None:
    if member is None or member != resource.added_by:
        raise ResourceError("Only the person who added this can do that: ask them.")
