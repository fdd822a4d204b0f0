"""Sessions of a group: when, for whom, whether they took place, and what stays of them."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from peerloom.availability import MINUTES_OF_DAY
from peerloom.mentoring.checks import flag, records
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.topics import Topic
from peerloom.mentoring.words import identifier, line, prose

_Kind = TypeVar("_Kind", bound=enum.StrEnum)


class SessionError(MentoringError):
    """A session that cannot exist, or a change that its state does not allow."""

    code = "session_invalid"


class SessionClosedError(SessionError):
    """A change that comes too late, or too early, for what became of the session."""

    code = "session_closed"


class SessionTimeError(SessionError):
    """A time that has passed, lies too far ahead, or is taken by another session."""

    code = "session_time"


class SessionState(enum.StrEnum):
    """What became of a session."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    HELD = "held"
    NOT_HELD = "not_held"
    CANCELLED = "cancelled"


class SessionKind(enum.StrEnum):
    """What a session is for: a meeting like any other, or only to be listened to."""

    MEETING = "meeting"
    LISTENING = "listening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A member's yes to a proposed time.

    Only a yes is ever recorded. Who said no is not, so nobody can find out whose fault it was.

    Parameters
    ----------
    member
        Who said yes.
    at
        When; aware, kept in UTC.
    """

    member: str
    at: datetime

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "at", utc(self.at, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A member's word on whether a session took place with them. For the group only.

    Parameters
    ----------
    member
        Whose word it is.
    at
        When they gave it; aware, kept in UTC.
    met
        Whether they were there.
    minutes
        How long it lasted, if they said so; None for "as planned".
    """

    member: str
    at: datetime
    met: bool = True
    minutes: int | None = None

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "at", utc(self.at, "at"))
        flag(self.met, "met", SessionError)
        if self.minutes is not None:
            _check_minutes(self.minutes, "minutes", least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a member did in a session, in whole minutes. For the group only.

    Parameters
    ----------
    member
        Whose part it is.
    taught, learned, listened
        Minutes; together at most as many as the session was planned or said to last.
    """

    member: str
    taught: int = 0
    learned: int = 0
    listened: int = 0

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        for name in ("taught", "learned", "listened"):
            _check_minutes(getattr(self, name), name, least=0)

    @property
    def minutes(self) -> int:
        """All minutes of this part."""
        return self.taught + self.learned + self.listened


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One meeting of a group, planned or held.

    Only the members of the group may read one. Staff get counts, never a session: see
    `session_counts`.

    Parameters
    ----------
    id
        What tells it from every other session of the programme.
    group
        The id of the group.
    members
        Ids of the people it is for; kept sorted.
    erased
        How many people it was for besides, of whom nothing is kept any more; with the members they
        are two or more.
    starts_at
        When it starts: aware, a whole minute, kept in UTC.
    minutes
        How long it is meant to last, 1 to 1440.
    state
        What became of it.
    proposed_by, proposed_at
        Who proposed this time, None for somebody who was erased, and when.
    changed_at
        When anything of it last changed.
    sequence
        How often its time, length, state, place or people changed: what calendars must show.
    kind
        A meeting, or only listening: then nothing written is kept unless all want it.
    answers
        Who said yes to this time.
    confirmations
        Who said afterwards whether it took place.
    is_presumed
        Whether somebody's silence counts as their word in "held" or "not held".
    activity
        The id of the activity they do; None for none.
    place
        Where they meet: a room or a link.
    topics
        What they want to talk about.
    leftovers
        What they did not come to, for the next time.
    notes
        What they wrote down.
    notes_wanted_by
        Who wants notes of a listening session kept; they are when all do.
    notes_shared_by
        Who agrees that staff read the notes of a meeting; they may when all do.
    parts
        What each member did, in minutes.

    Raises
    ------
    SessionError
        For values that cannot be true together; the sentence names the field.
    MomentError, TextError
        For a moment without its time zone, or words that cannot be kept.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> session = Session(
    ...     id="s1",
    ...     group="g1",
    ...     members=("ada", "bo"),
    ...     starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC),
    ...     minutes=45,
    ...     proposed_by="ada",
    ...     proposed_at=monday,
    ...     changed_at=monday,
    ... )
    >>> session.state.value, str(session.ends_at)
    ('proposed', '2026-11-26 18:45:00+00:00')
    """

    id: str
    group: str
    members: tuple[str, ...]
    erased: int = 0
    starts_at: datetime
    minutes: int
    state: SessionState = SessionState.PROPOSED
    proposed_by: str | None
    proposed_at: datetime
    changed_at: datetime
    sequence: int = 0
    kind: SessionKind = field(default=SessionKind.MEETING, repr=False)
    answers: tuple[Answer, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    is_presumed: bool = False
    activity: str | None = field(default=None, repr=False)
    place: str = field(default="", repr=False)
    topics: tuple[Topic, ...] = field(default=(), repr=False)
    leftovers: tuple[Topic, ...] = field(default=(), repr=False)
    notes: str = field(default="", repr=False)
    notes_wanted_by: tuple[str, ...] = field(default=(), repr=False)
    notes_shared_by: tuple[str, ...] = ()
    parts: tuple[Part, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        self._tidy()
        if self.starts_at.second or self.starts_at.microsecond:
            raise SessionError.of_field("starts_at", "a whole minute")
        _check_minutes(self.minutes, "minutes", least=1)
        for name in ("sequence", "erased"):
            if type(getattr(self, name)) is not int or getattr(self, name) < 0:
                raise SessionError.of_field(name, "a whole number from 0 up")
        self._check_people()
        if self.state is SessionState.HELD and len(self.attended) + self.erased < 2:
            raise SessionError.of_field("confirmations", "two people or more who met")
        if self.is_presumed and self.state not in (SessionState.HELD, SessionState.NOT_HELD):
            raise SessionError.of_field("is_presumed", "a session that was held or was not")
        # The longest that anybody said: who thinks it was shorter changes nobody's part.
        longest = max([self.minutes, *[one.minutes or 0 for one in self.confirmations]])
        if any(part.minutes > longest for part in self.parts):
            raise SessionError.of_field("parts", "at most as many minutes as the session lasted")
        if not self.keeps_notes and (self.notes or self.leftovers):
            raise SessionError(
                "Of a listening session nothing is kept in writing until all of you want it.",
                field="notes",
                expected="the wish of all, when they only listen",
            )

    def _tidy(self) -> None:
        # Frozen records are set in this way; a programme file holds very many of this one.
        put = object.__setattr__
        identifier(self.id, "id")
        identifier(self.group, "group")
        for name, value in (("proposed_by", self.proposed_by), ("activity", self.activity)):
            if value is not None:
                identifier(value, name)
        put(self, "state", _one_of(SessionState, self.state, "state"))
        put(self, "kind", _one_of(SessionKind, self.kind, "kind"))
        for name in ("starts_at", "proposed_at", "changed_at"):
            put(self, name, utc(getattr(self, name), name))
        put(self, "place", line(self.place, "place", most=500))
        put(self, "notes", prose(self.notes, "notes"))
        for name in ("members", "notes_wanted_by", "notes_shared_by"):
            ids = getattr(self, name)
            put(self, name, tuple(sorted([identifier(one, name) for one in ids])) if ids else ())
        for name, kind in _RECORDS.items():
            if (given := getattr(self, name)) != ():
                found = records(kind, given, name, SessionError)
                in_order = found if kind is Topic else sorted(found, key=_MEMBER)
                put(self, name, tuple(in_order))
        flag(self.is_presumed, "is_presumed", SessionError)

    def _check_people(self) -> None:
        if len(self.members) + self.erased < 2:
            raise SessionError.of_field("members", "the ids of two or more different people")
        members = set(self.members)
        for name in ("members", "notes_wanted_by", "notes_shared_by"):
            _check_ids(getattr(self, name), members, name)
        for name in ("answers", "confirmations", "parts"):
            if found := getattr(self, name):
                _check_ids([one.member for one in found], members, name)

    @property
    def ends_at(self) -> datetime:
        """When it is meant to end: aware, in UTC."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def attended(self) -> tuple[str, ...]:
        """Everybody who did not say that they were absent."""
        absent = {one.member for one in self.confirmations if not one.met}
        return tuple(member for member in self.members if member not in absent)

    @property
    def minutes_held(self) -> int:
        """How long it lasted: the least that anybody said who was there, else as planned."""
        said = [one.minutes for one in self.confirmations if one.met and one.minutes is not None]
        return min(said, default=self.minutes)

    @property
    def keeps_notes(self) -> bool:
        """Whether anything written may be kept: always of a meeting, else when all want it."""
        return self.kind is SessionKind.MEETING or self.notes_wanted_by == self.members


_MEMBER = attrgetter("member")
_RECORDS: Mapping[str, type[Answer | Confirmation | Part | Topic]] = {
    "answers": Answer,
    "confirmations": Confirmation,
    "parts": Part,
    "topics": Topic,
    "leftovers": Topic,
}


def _one_of(kinds: type[_Kind], value: str, name: str) -> _Kind:
    try:
        return kinds(value)
    except ValueError:
        raise SessionError.of_field(name, f"one of {', '.join(kinds)}") from None


def _check_ids(ids: Sequence[str], members: set[str], name: str) -> None:
    if len(set(ids)) < len(ids) or not members.issuperset(ids):
        raise SessionError.of_field(name, "each member at most once, and nobody else")


def _check_minutes(value: int, name: str, *, least: int) -> None:
    if type(value) is not int or not least <= value <= MINUTES_OF_DAY:
        raise SessionError.of_field(name, f"a whole number from {least} to {MINUTES_OF_DAY}")
