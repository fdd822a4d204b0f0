"""How a session comes about: proposed, accepted or declined, moved, cancelled.

Every function gives a new session. Nobody's no is recorded: a declined or cancelled time looks the
same whoever ended it, and its yeses are forgotten too, so that nobody can count who is missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from peerloom.mentoring.moments import utc
from peerloom.mentoring.sessions import (
    Answer,
    Session,
    SessionClosedError,
    SessionError,
    SessionKind,
    SessionState,
    SessionTimeError,
)
from peerloom.mentoring.topics import Topic

FURTHEST = timedelta(days=183)
"""How far ahead a session may be proposed: about six months."""

OPEN_STATES = frozenset({SessionState.PROPOSED, SessionState.PLANNED})
"""States in which a session still needs something from somebody."""

_SHOWN_IN_CALENDARS = ("starts_at", "minutes", "state", "place", "members")


def propose(
    *,
    id: str,  # noqa: A002 - the name that ids have everywhere
    group: str,
    members: Iterable[str],
    by: str,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    kind: SessionKind = SessionKind.MEETING,
    activity: str | None = None,
    place: str = "",
    topics: tuple[Topic, ...] = (),
    others: Iterable[Session] = (),
) -> Session:
    """Propose a time to a group; who proposes says yes by that.

    Parameters
    ----------
    id, group, members, starts_at, minutes, kind, activity, place, topics
        As in `Session`; the members are those who belong to the group now.
    by
        Who proposes.
    now
        The present moment; aware.
    others
        The group's other sessions: the new one must not overlap an open one of them.

    Raises
    ------
    SessionTimeError
        For a time that has passed, lies more than `FURTHEST` ahead, or is taken.
    SessionError
        For other values that cannot be used, or somebody who is not in the group.

    Notes
    -----
    O(m) for m other sessions.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> session = propose(
    ...     id="s1",
    ...     group="g1",
    ...     members=("ada", "bo"),
    ...     by="ada",
    ...     starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC),
    ...     minutes=45,
    ...     now=monday,
    ... )
    >>> accept(session, "bo", now=monday).state.value
    'planned'
    """
    now = utc(now, "now")
    session = Session(
        id=id,
        group=group,
        members=tuple(members),
        starts_at=starts_at,
        minutes=minutes,
        proposed_by=by,
        proposed_at=now,
        changed_at=now,
        kind=kind,
        activity=activity,
        place=place,
        topics=topics,
    )
    check_member(session, by)
    _check_time(session, now, others)
    return replace(session, answers=(Answer(member=by, at=now),))


def accept(
    session: Session, member: str, *, now: datetime, starts_at: datetime | None = None
) -> Session:
    """Say yes to a proposed time. It is planned when everybody has said yes.

    A second yes changes nothing.

    Parameters
    ----------
    starts_at
        The time that they saw and mean; aware. None where nobody can have moved it meanwhile.

    Raises
    ------
    SessionClosedError
        For a session that was cancelled or took place.
    SessionTimeError
        For a time that has passed, or that is not the proposed one any more.
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    _check_open(session)
    if starts_at is not None and utc(starts_at, "starts_at") != session.starts_at:
        raise SessionTimeError("Another time was proposed meanwhile: look at the session again.")
    if session.state is SessionState.PLANNED or any(a.member == member for a in session.answers):
        return session
    _check_not_passed(session, now)
    answers = (*session.answers, Answer(member=member, at=now))
    return _planned_if_all_said_yes(changed(session, now, answers=answers), now)


def decline(session: Session, member: str, *, now: datetime) -> Session:
    """Say that a proposed time does not work. The proposal ends; by whom is not kept.

    Raises
    ------
    SessionClosedError
        For a session that is no open proposal: a planned one is cancelled or moved instead.
    SessionError
        For somebody whom the session is not for.
    """
    check_member(session, member)
    if session.state is SessionState.PLANNED:
        raise SessionClosedError(
            "Everybody has agreed on this time already. Cancel it, or move it to another time."
        )
    return cancel(session, member, now=now)


def cancel(session: Session, member: str, *, now: datetime) -> Session:
    """Call off a proposed or planned session; by whom is not kept.

    Raises
    ------
    SessionClosedError
        For a session that has ended, or of which somebody has said that it took place.
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    _check_open(session)
    if session.confirmations or (session.state is SessionState.PLANNED and now >= session.ends_at):
        raise SessionClosedError(
            "This session cannot be cancelled any more. Say whether you met instead."
        )
    return changed(session, now, state=SessionState.CANCELLED, answers=())


def move(
    session: Session,
    member: str,
    *,
    starts_at: datetime,
    minutes: int | None = None,
    now: datetime,
    others: Iterable[Session] = (),
) -> Session:
    """Propose another time for the same session; who moves it says yes by that.

    It is a proposal again until everybody has said yes. This is also the answer to a proposal
    whose time does not suit: the session stays the same one in everybody's calendar.

    Parameters
    ----------
    minutes
        The new length; None for the same.
    others
        As for `propose`; the session itself may be among them.

    Raises
    ------
    SessionClosedError
        For a session that was cancelled, or of which somebody has said that it took place.
    SessionTimeError
        As for `propose`.
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    _check_open(session)
    if session.confirmations:
        raise SessionClosedError(
            "Somebody has said already whether you met. Propose a new session instead."
        )
    moved = changed(
        session,
        now,
        starts_at=starts_at,
        minutes=session.minutes if minutes is None else minutes,
        state=SessionState.PROPOSED,
        proposed_by=member,
        proposed_at=now,
        answers=(Answer(member=member, at=now),),
    )
    _check_time(moved, now, others)
    return moved


def leave(session: Session, member: str, *, now: datetime) -> Session:
    """Take somebody who left the group out of a session that has not started.

    It is planned if all others have said yes, and cancelled if only one person is left. What has
    started stays as it was: they may have been there.

    Raises
    ------
    SessionError
        For somebody whom the session is not for.
    """
    now = utc(now, "now")
    check_member(session, member)
    if session.state not in OPEN_STATES or session.starts_at <= now:
        return session
    others = tuple(one for one in session.members if one != member)
    if len(others) < 2:
        return changed(session, now, state=SessionState.CANCELLED, answers=())
    return _planned_if_all_said_yes(
        changed(session, now, members=others, **_without(session, member)), now
    )


def erase(session: Session, member: str, *, now: datetime) -> Session:
    """Take out all that a session holds of a person, and keep that it was.

    What is still to come is left as in `leave`. What the group wrote together stays for the others,
    and goes when nobody of them is left.

    Raises
    ------
    SessionError
        For somebody whom the session is not for.
    """
    session = leave(session, member, now=now)
    others = tuple(one for one in session.members if one != member)
    changes = _without(session, member)
    if session.proposed_by == member:
        changes["proposed_by"] = None
    if len(others) < len(session.members):
        changes |= {"members": others, "erased": session.erased + 1}
    if not others:
        changes |= {"place": "", "topics": (), "leftovers": (), "notes": ""}
    return changed(session, utc(now, "now"), **changes)


def changed(session: Session, now: datetime, **changes: Any) -> Session:
    """Give a session with changes, `changed_at`, and a higher `sequence` if calendars show them.

    A clock that went back never makes a change older than the one before it.
    """
    after = replace(session, changed_at=max(now, session.changed_at), **changes)
    if all(getattr(after, name) == getattr(session, name) for name in _SHOWN_IN_CALENDARS):
        return after
    return replace(after, sequence=session.sequence + 1)


def check_member(session: Session, member: str) -> None:
    """Check that a session is for somebody.

    Raises
    ------
    SessionError
        For somebody whom it is not for.
    """
    if member not in session.members:
        raise SessionError("This session is not for this person: choose one of its members.")


def _without(session: Session, member: str) -> dict[str, Any]:
    """Give what a session holds of people, without one of them."""
    records = {
        name: tuple(one for one in getattr(session, name) if one.member != member)
        for name in ("answers", "confirmations", "parts")
    }
    # A consent that was missing is not there because the person is not.
    consents = {
        name: tuple(one for one in getattr(session, name) if one != member)
        if getattr(session, name) == session.members
        else ()
        for name in ("notes_wanted_by", "notes_shared_by")
    }
    return {**records, **consents}


def _planned_if_all_said_yes(session: Session, now: datetime) -> Session:
    said_yes = {answer.member for answer in session.answers}
    if session.state is SessionState.PROPOSED and said_yes == set(session.members):
        return changed(session, now, state=SessionState.PLANNED)
    return session


def _check_open(session: Session) -> None:
    if session.state is SessionState.CANCELLED:
        raise SessionClosedError("This session was cancelled meanwhile. Propose a new time.")
    if session.state not in OPEN_STATES:
        raise SessionClosedError("This session is over: it cannot be changed any more.")


def _check_not_passed(session: Session, now: datetime) -> None:
    if session.starts_at <= now:
        raise SessionTimeError("This time has passed. Choose a later one.")


def _check_time(session: Session, now: datetime, others: Iterable[Session]) -> None:
    _check_not_passed(session, now)
    if session.starts_at > now + FURTHEST:
        raise SessionTimeError("Choose a time within the next six months.")
    for other in others:
        if (
            other.id != session.id
            and other.state in OPEN_STATES
            and other.starts_at < session.ends_at
            and session.starts_at < other.ends_at
        ):
            raise SessionTimeError("You have another session at that time. Choose another time.")
