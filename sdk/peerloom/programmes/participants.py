"""The people of a programme: what they told, since when they are in it, and whether they pause."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from peerloom.criteria import key
from peerloom.fields import MAX_WORDS
from peerloom.members import Member
from peerloom.mentoring.impact.retention import Stay
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import line, prose
from peerloom.programmes.errors import ProgrammeError

ERASED = "(erased"
"""No id begins like this: it stands in a group for somebody who was erased."""

LONGEST_ANSWER = 10_000
"""Answers to open questions of a survey may be long."""

_LISTS = ("teach", "learn", "topics", "challenges", "goals", "languages", "formats")


class MemberState(enum.StrEnum):
    """Whether somebody takes part."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which somebody who left was no member, before they came back.

    Parameters
    ----------
    left_at, returned_at
        Aware, kept in UTC, and in this order.
    """

    left_at: datetime
    returned_at: datetime

    def __post_init__(self) -> None:
        for name in ("left_at", "returned_at"):
            object.__setattr__(self, name, utc(getattr(self, name), name))
        if self.returned_at < self.left_at:
            raise ProgrammeError.of_field("returned_at", 'a moment not before "left_at"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A member of a programme.

    Parameters
    ----------
    profile
        What they told; tidied as a members file would be. `Member.is_paused` follows from the
        state here.
    joined_at
        When they joined; aware, kept in UTC.
    paused_at
        Since when they sit out; None while they do not.
    left_at
        When they left; None while they are here. Their history stays.
    absences
        Earlier times away, the oldest first.

    Raises
    ------
    ProgrammeError
        For an id that is kept for the erased, too many words, or moments out of order.
    TextError
        For text of more than 200 characters, 10,000 in a column of one's own, or with control
        characters.

    Examples
    --------
    >>> from datetime import UTC
    >>> ada = Participant(
    ...     profile=Member(id="ada", teach=("SQL", "sql")),
    ...     joined_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> ada.id, ada.state.value, ada.profile.teach
    ('ada', 'active', ('SQL',))
    """

    profile: Member
    joined_at: datetime
    paused_at: datetime | None = None
    left_at: datetime | None = None
    absences: tuple[Absence, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "joined_at", utc(self.joined_at, "joined_at"))
        for name in ("paused_at", "left_at"):
            moment = getattr(self, name)
            if moment is not None:
                object.__setattr__(self, name, utc(moment, name))
                if getattr(self, name) < self.joined_at:
                    raise ProgrammeError.of_field(name, 'a moment not before "joined_at"')
        object.__setattr__(self, "profile", _tidy(self.profile, not self.takes_part))

    @property
    def id(self) -> str:
        """What tells this person from every other one."""
        return self.profile.id

    @property
    def state(self) -> MemberState:
        """Whether they take part."""
        if self.left_at is not None:
            return MemberState.LEFT
        return MemberState.ACTIVE if self.paused_at is None else MemberState.PAUSED

    @property
    def takes_part(self) -> bool:
        """Whether they are here and do not pause."""
        return self.left_at is None and self.paused_at is None

    def stay(self, group: str | None = None) -> Stay:
        """Give from when to when they were a member, for `peerloom.mentoring.impact.retention`.

        Somebody who came back was a member all the time.
        """
        return Stay(member=self.id, joined_at=self.joined_at, left_at=self.left_at, group=group)


def _tidy(member: Member, is_paused: bool) -> Member:
    """Give a member as the file keeps one: the same text comes back as went in."""
    if member.id.startswith(ERASED):
        raise ProgrammeError.of_field("id", f'an id that does not begin with "{ERASED}"')
    lists: dict[str, Any] = {name: _words(getattr(member, name), name) for name in _LISTS}
    tidy = replace(
        member,
        id=line(member.id, "id", is_required=True),
        name=line(member.name, "name"),
        email=line(member.email, "email"),
        section=line(member.section, "section"),
        is_paused=is_paused,
        blocked=_words(member.blocked, "blocked", are_exact=True),
        columns={
            line(column, "columns", is_required=True): prose(value, "columns", most=LONGEST_ANSWER)
            for column, value in member.columns.items()
        },
        protected={
            line(name, "protected", is_required=True): line(value, "protected")
            for name, value in member.protected.items()
        },
        **lists,
    )
    return member if tidy == member else tidy


def _words(words: Iterable[str], name: str, *, are_exact: bool = False) -> tuple[str, ...]:
    """Give each word once, as the first one writes it."""
    found: dict[str, str] = {}
    for word in words:
        tidy = line(word, name)
        if tidy:
            found.setdefault(tidy if are_exact else key(tidy), tidy)
    if len(found) > MAX_WORDS:
        raise ProgrammeError.of_field(name, f"at most {MAX_WORDS} entries")
    return tuple(found.values())
