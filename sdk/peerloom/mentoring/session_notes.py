"""What a group writes about a session, and who may keep and read it."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from peerloom.mentoring.moments import utc
from peerloom.mentoring.session_changes import changed, check_member
from peerloom.mentoring.sessions import (
    Part,
    Session,
    SessionClosedError,
    SessionError,
    SessionKind,
    SessionState,
)
from peerloom.mentoring.topics import Topic


class Content(TypedDict, total=False):
    """What members may write into a session; see `Session` for each."""

    kind: SessionKind
    activity: str | None
    place: str
    topics: tuple[Topic, ...]
    leftovers: tuple[Topic, ...]
    notes: str
    parts: tuple[Part, ...]


def describe(
    session: Session, member: str, *, now: datetime, **content: Unpack[Content]
) -> Session:
    """Write what a session is about, or what it left: only what is named changes.

    New notes, or another kind, take back all consent to show notes to staff: it was for others.

    Raises
    ------
    SessionClosedError
        For a session that did not take place, or a listening session that has begun and should
        become a meeting: what was said there was said to be listened to.
    SessionError
        For something that is not in `Content`, values that cannot be used, or notes of a listening
        session that not all want.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.mentoring.session_outcomes import record
    >>> done = datetime(2026, 11, 26, 19, tzinfo=UTC)
    >>> session = record(
    ...     id="s1",
    ...     group="g1",
    ...     members=("ada", "bo"),
    ...     by="ada",
    ...     starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC),
    ...     minutes=60,
    ...     now=done,
    ... )
    >>> describe(session, "ada", leftovers=(Topic(text="joins"),), now=done).leftovers[0].text
    'joins'
    """
    now = utc(now, "now")
    check_member(session, member)
    if not content.keys() <= Content.__annotations__.keys():
        raise SessionError(f"Only this can be written: {', '.join(Content.__annotations__)}.")
    if session.state in (SessionState.CANCELLED, SessionState.NOT_HELD):
        raise SessionClosedError("This session did not take place: there is nothing to write.")
    becomes_meeting = content.get("kind", session.kind) == SessionKind.MEETING
    if session.kind is SessionKind.LISTENING and becomes_meeting and now >= session.starts_at:
        raise SessionClosedError("This session was for listening, and stays so.")
    is_as_shared = not {"notes", "kind"} & content.keys()
    shared_by = session.notes_shared_by if is_as_shared else ()
    return changed(session, now, notes_shared_by=shared_by, **content)


def want_notes(session: Session, member: str, *, wants: bool = True, now: datetime) -> Session:
    """Say whether one wants what is written about a listening session to be kept.

    It is kept while all want it. Who takes their wish back deletes the notes and leftovers.

    Raises
    ------
    SessionClosedError
        For a wish about a session of which somebody was erased: they cannot be asked.
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    _check_all_can_be_asked(session, wants)
    wanted_by = _with(session.notes_wanted_by, member, wants)
    if session.kind is SessionKind.MEETING or wanted_by == session.members:
        return changed(session, now, notes_wanted_by=wanted_by)
    return changed(
        session, now, notes_wanted_by=wanted_by, notes="", leftovers=(), notes_shared_by=()
    )


def share_notes(session: Session, member: str, *, shares: bool = True, now: datetime) -> Session:
    """Say whether one agrees that staff read the notes. They may while all agree.

    Raises
    ------
    SessionClosedError
        For a listening session: it is never shown to staff. For one of which somebody was erased.
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    if session.kind is SessionKind.LISTENING:
        raise SessionClosedError("A listening session is private: it cannot be shared.")
    _check_all_can_be_asked(session, shares)
    return changed(session, now, notes_shared_by=_with(session.notes_shared_by, member, shares))


def notes_for_staff(session: Session) -> str:
    """Give the notes if all members share them, else nothing; of a listening session never."""
    is_shared = session.notes_shared_by == session.members
    return session.notes if is_shared and session.kind is SessionKind.MEETING else ""


def _check_all_can_be_asked(session: Session, agrees: bool) -> None:
    if agrees and session.erased:
        raise SessionClosedError("Somebody who was there cannot be asked any more.")


def _with(members: tuple[str, ...], member: str, is_in: bool) -> tuple[str, ...]:
    others = tuple(one for one in members if one != member)
    return tuple(sorted((*others, member))) if is_in else others
