"""Resources: links, notes, contacts and tools that a pair or a whole programme keeps.

A resource of a group is the group's own: nobody else reads it, staff neither. A resource of the
programme is for all its members and for staff. Only web addresses with http or https are taken:
whatever else a browser might run or open has no place in a link.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import SplitResult, urlsplit

from peerloom.criteria import key
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import identifier, line, prose

LONGEST_URL = 2000
LONGEST_TAG = 40
MOST_TAGS = 20

_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
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
    may. See `may_read`.

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


def may_read(
    resource: Resource, *, member: str | None, groups: Collection[str], is_staff: bool = False
) -> bool:
    """Tell whether somebody may read a resource.

    Parameters
    ----------
    resource
        Of any group or of the programme.
    member
        Their id as a member of the programme; None for somebody who takes no part.
    groups
        The ids of the groups they are in, or were in.
    is_staff
        Whether they are staff. Staff read what is the programme's, never what is a group's.
    """
    if resource.group is None:
        return is_staff or member is not None
    return member is not None and resource.group in groups


def thanked_by(resource: Resource, member: str | None) -> tuple[str, ...]:
    """Give who said thank you, as far as a member may know it.

    Whoever added the resource knows them all; anybody else at most that they did so themself.
    """
    thankful = tuple(one.member for one in resource.thanks)
    if member is not None and member == resource.added_by:
        return thankful
    return tuple(one for one in thankful if one == member)


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
    return replace(resource, thanks=tuple(one for one in resource.thanks if one.member != member))


def share(resource: Resource, *, by: str) -> Resource:
    """Give a resource of a group to the whole programme.

    Raises
    ------
    ResourceError
        For anybody but the one who added it: it is theirs to give.
    """
    _check_owner(resource, by)
    return replace(resource, group=None)


def remove(
    resource: Resource, *, by: str | None, now: datetime, is_staff: bool = False
) -> RemovedResource:
    """Remove a resource: its words, its address and its names are gone for good.

    Parameters
    ----------
    resource
        Any.
    by
        Who removes it.
    now
        The present moment; aware.
    is_staff
        Whether they are staff, who may remove what is the programme's.

    Raises
    ------
    ResourceError
        For anybody whose it is not.
    """
    if not (is_staff and resource.group is None):
        _check_owner(resource, by)
    return RemovedResource(id=resource.id, removed_at=now, thanks_count=resource.thanks_count)


def forget(resource: Resource, member: str, *, now: datetime) -> Resource | RemovedResource:
    """Take an erased member out of a resource.

    What they added goes, because their own words may name them or others. Of what others added only
    the number of their thanks stays.
    """
    if resource.added_by == member:
        return RemovedResource(id=resource.id, removed_at=now, thanks_count=resource.thanks_count)
    if not any(one.member == member for one in resource.thanks):
        return resource
    return replace(unthank(resource, member), anonymous_thanks=resource.anonymous_thanks + 1)


def find(
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
        Those that the person may read: see `may_read`.
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


def web_address(text: str) -> str:
    """Give a web address as it may stand in a link.

    Parameters
    ----------
    text
        With http or https, without a name or password in it.

    Raises
    ------
    ResourceError
        For anything else. The error never repeats the address.

    Examples
    --------
    >>> web_address(" HTTPS://docs.python.org/3/library/json.html ")
    'https://docs.python.org/3/library/json.html'
    >>> web_address("javascript:alert(1)")
    Traceback (most recent call last):
        ...
    peerloom.mentoring.resources.ResourceError: "url" needs a web address that begins with \
https:// or http://.
    """
    address = text.strip() if isinstance(text, str) else ""
    if len(address) > LONGEST_URL:
        raise ResourceError.of_field("url", f"at most {LONGEST_URL} characters")
    # Spaces, control characters and signs that turn the direction of writing hide where it leads;
    # browsers read a backslash as a slash, and Python does not.
    if any(unicodedata.category(sign)[0] in "CZ" or sign == "\\" for sign in address):
        raise ResourceError.of_field("url", "a web address without spaces and hidden characters")
    parts = _parts(address)
    if parts is None or parts.scheme not in ("http", "https"):
        raise ResourceError.of_field("url", "a web address that begins with https:// or http://")
    if "@" in parts.netloc:
        raise ResourceError.of_field("url", "a web address without a name or password in it")
    return parts.geturl()


def _parts(address: str) -> SplitResult | None:
    """Take an address apart; None where no browser would find a host in it."""
    try:
        parts = urlsplit(address)
        host, port = parts.netloc.rpartition("@")[2], parts.port
    except ValueError:
        return None
    if port is not None:
        host = host.rpartition(":")[0]
    return parts if _HOST.fullmatch(host) and parts.hostname else None


def _check_owner(resource: Resource, member: str | None) -> None:
    if member is None or member != resource.added_by:
        raise ResourceError("Only the person who added this can do that: ask them.")


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
