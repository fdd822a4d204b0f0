"""Resources: links, notes, contacts and tools that a pair or a whole programme keeps.

A resource of a group is the group's own: nobody else reads it, staff neither. A resource of the
programme is for all its members and for staff.
"""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from peerloom.criteria import key
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.web_addresses import web_address
from peerloom.mentoring.words import identifier, line, prose

LONGEST_TAG = 40
MOST_TAGS = 20

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class ResourceError(MentoringError):
    """A resource that cannot exist, or a change that is not this person's to make."""

    code = "resource_invalid"


class ResourceKind(enum.StrEnum):
    """What a resource is."""

    LINK = "link"
    NOTE = "note"
    CONTACT = "contact"
    TOOL = "tool"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """A thank-you for a resource. All who read it may know how many there are; see `thanked_by`.

    Parameters
    ----------
    member
        Who says thank you.
    at
        When; aware, kept in UTC.
    """

    member: str
    at: datetime

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "at", utc(self.at, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something worth keeping.

    With a group, only its members may read it; without one, all members of the programme and staff
    may. See `may_read_resource`.

    Parameters
    ----------
    id
        What tells it from every other resource of the programme.
    kind
        What it is.
    title
        One line.
    text
        A note, what a tool is good for, or how to reach a contact who agreed to be named.
    url
        A web address; a link needs one.
    tags
        Words to find it by, each once however it is capitalized.
    group
        The id of the group it belongs to; None for the programme.
    added_by
        Who added it; None for somebody who was erased, or for the programme itself.
    added_at
        When; aware, kept in UTC.
    thanks
        One from each who found it useful; nobody thanks themself.
    anonymous_thanks
        How many more there are from people who were erased.

    Raises
    ------
    ResourceError
        For a value that cannot be used.
    TextError, MomentError
        For words that cannot be kept, or a moment without a time zone.

    Examples
    --------
    >>> from datetime import UTC
    >>> Resource(
    ...     id="r1",
    ...     kind=ResourceKind.LINK,
    ...     title="Learn Git branching",
    ...     url="https://learngitbranching.js.org",
    ...     tags=("git", "Git", "beginners"),
    ...     added_by="ada",
    ...     added_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... ).tags
    ('git', 'beginners')
    """

    id: str
    kind: ResourceKind
    title: str = field(repr=False)
    text: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    group: str | None = None
    added_by: str | None
    added_at: datetime
    thanks: tuple[Thanks, ...] = field(default=(), repr=False)
    anonymous_thanks: int = 0

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        for name in ("group", "added_by"):
            if getattr(self, name) is not None:
                identifier(getattr(self, name), name)
        if self.kind not in list(ResourceKind):
            raise ResourceError.of_field("kind", f"one of {', '.join(ResourceKind)}")
        object.__setattr__(self, "kind", ResourceKind(self.kind))
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        object.__setattr__(self, "text", prose(self.text, "text"))
        object.__setattr__(self, "url", web_address(self.url) if self.url else "")
        object.__setattr__(self, "tags", _tags(self.tags))
        object.__setattr__(self, "added_at", utc(self.added_at, "added_at"))
        if self.kind is ResourceKind.LINK and not self.url:
            raise ResourceError.of_field("url", "a web address")
        if self.kind is ResourceKind.NOTE and not self.text:
            raise ResourceError.of_field("text", "some text")
        thankful = [one.member for one in self.thanks]
        if len(set(thankful)) < len(thankful) or self.added_by in thankful:
            raise ResourceError.of_field("thanks", "one from each, and none from who added it")
        object.__setattr__(self, "thanks", tuple(sorted(self.thanks, key=lambda one: one.member)))
        if type(self.anonymous_thanks) is not int or self.anonymous_thanks < 0:
            raise ResourceError.of_field("anonymous_thanks", "a whole number from 0 up")

    @property
    def thanks_count(self) -> int:
        """How many people said thank you; for all who may read it."""
        return len(self.thanks) + self.anonymous_thanks


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedResource:
    """What stays of a resource that was removed: nothing that anybody wrote, and no names.

    Parameters
    ----------
    id
        So that no copy of it comes back.
    removed_at
        When; aware, kept in UTC.
    thanks_count
        How many had said thank you.
    """

    id: str
    removed_at: datetime
    thanks_count: int = 0

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        object.__setattr__(self, "removed_at", utc(self.removed_at, "removed_at"))


def may_read_resource(viewer: Viewer, resource: Resource, *, groups: Collection[str]) -> bool:
    """Tell whether somebody may read a resource.

    Parameters
    ----------
    viewer
        Who looks. Staff read what is the programme's, never what is a group's.
    resource
        Of any group or of the programme.
    groups
        The ids of the groups that the viewer is in, or was in.

    Examples
    --------
    >>> from datetime import UTC
    >>> note = Resource(
    ...     id="r1",
    ...     kind=ResourceKind.NOTE,
    ...     title="Joins",
    ...     text="Left keeps everybody.",
    ...     group="g1",
    ...     added_by="ada",
    ...     added_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> may_read_resource(Viewer(member="bo"), note, groups=["g1"])
    True
    >>> may_read_resource(Viewer.staff(), note, groups=[])
    False
    """
    if resource.group is None:
        return viewer.is_staff or viewer.member is not None
    return viewer.member is not None and resource.group in groups


def thanked_by(resource: Resource, member: str | None) -> tuple[str, ...]:
    """Give who said thank you, as far as a member may know it.

    Whoever added the resource knows them all; anybody else at most that they did so themself.
    """
    thankful = tuple(one.member for one in resource.thanks)
    if member is not None and member == resource.added_by:
        return thankful
    return tuple(one for one in thankful if one == member)


def find_resources(
    resources: Iterable[Resource],
    text: str = "",
    *,
    tags: Iterable[str] = (),
    kinds: Collection[ResourceKind] = (),
) -> tuple[Resource, ...]:
    """Find resources: those with every word of a text, every tag, and one of the kinds.

    Capitals and accents make no difference. A word may stand anywhere in title, text, tags or
    address, also inside a longer word; a tag counts as a whole.

    Parameters
    ----------
    resources
        Those that the person may read: see `may_read_resource`.
    text
        Words; empty for all.
    tags
        Empty for all.
    kinds
        Empty for all.

    Returns
    -------
    tuple of Resource
        What most people thanked for comes first, then the newest, then by id.

    Notes
    -----
    O(n log n) for n characters of resources.
    """
    words = _plain(text).split()
    wanted = {_plain(tag) for tag in tags} - {""}
    found = [
        one
        for one in resources
        if (not kinds or one.kind in kinds)
        and wanted <= {_plain(tag) for tag in one.tags}
        and _has_all(one, words)
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.thanks_count, _END_OF_TIME - one.added_at, one.id))
    )


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    if isinstance(tags, str):
        raise ResourceError.of_field("tags", "a list of texts")
    words = [line(tag, "tags", most=LONGEST_TAG) for tag in tags]
    unique = {key(word): word for word in reversed(words) if word}
    if len(unique) > MOST_TAGS:
        raise ResourceError.of_field("tags", f"at most {MOST_TAGS} tags")
    return tuple(reversed(unique.values()))


def _plain(text: str) -> str:
    """Give text without capitals and accents."""
    signs = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(sign for sign in signs if not unicodedata.combining(sign)).split())


def _has_all(resource: Resource, words: Iterable[str]) -> bool:
    text = _plain(" ".join((resource.title, resource.text, resource.url, *resource.tags)))
    return all(word in text for word in words)
