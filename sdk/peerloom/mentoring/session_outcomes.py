"""What became of a session: held or not, in the words of those who were there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from peerloom.mentoring.moments import utc
from peerloom.mentoring.session_changes import changed, check_member
from peerloom.mentoring.sessions import (
    Answer,
    Confirmation,
    Session,
    SessionClosedError,
    SessionError,
    SessionKind,
    SessionState,
)

SILENCE_DAYS = 3
"""After so many days without a word, silence goes along with what the others said."""

MOST_SILENCE_DAYS = 60


def confirm(
    session: Session,
    member: str,
    *,
    now: datetime,
    met: bool = True,
    minutes: int | None = None,
) -> Session:
    """Say whether a planned session took place with oneself.

    When everybody has given their word it is final: held if two or more were there, not held if
    nobody was. Until then each may change theirs, also where silence decided it meanwhile. If only
    one says that they met, nothing decides it for them: it stays planned until they agree.

    Saying "we met" before the planned time is fine, people do meet earlier; a session that is held
    in this way moves to the time before that moment.

    Parameters
    ----------
    met
        Whether they were there.
    minutes
        How long it lasted; None for "as planned". The least that anybody says counts.

    Raises
    ------
    SessionClosedError
        For a session that is not planned, whose outcome is final, or that has not begun and is
        said not to have taken place.
    SessionError
        For somebody whom the session is not for, or impossible minutes.

    Examples
    --------
    >>> from datetime import UTC
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
    >>> held = confirm(session, "bo", minutes=50, now=done)
    >>> held.state.value, held.minutes_held, held.is_presumed
    ('held', 50, False)
    """
    now = utc(now, "now")
    check_member(session, member)
    if session.state is SessionState.PROPOSED:
        raise SessionClosedError("Not everybody has agreed on this time yet: agree on it first.")
    if session.state is SessionState.CANCELLED:
        raise SessionClosedError("This session was cancelled. If you met, record a new one.")
    if session.state is not SessionState.PLANNED and not session.is_presumed:
        raise SessionClosedError("Everybody has given their word on this session already.")
    if not met and now < session.starts_at:
        raise SessionClosedError("This session has not begun. Cancel it, or move it instead.")
    word = Confirmation(member=member, at=now, met=met, minutes=minutes if met else None)
    words = (*(one for one in session.confirmations if one.member != member), word)
    return _outcome(session, now, words, presume=session.is_presumed)


def settle(session: Session, *, now: datetime, silence_days: int = SILENCE_DAYS) -> Session:
    """Do what time does: end a proposal nobody agreed on, and let silence go along.

    A proposal ends when its time has come. A planned session is decided `silence_days` after its
    end, or after the last word if that came later, when at least one person has spoken: those who
    said nothing go along, and the outcome is marked with `is_presumed`. Where nobody said anything
    it stays planned, because nobody knows.

    Parameters
    ----------
    silence_days
        From 0 to 60.

    Returns
    -------
    Session
        The same one where nothing is to be done: calling twice does no more than once.

    Raises
    ------
    SessionError
        For another number of days.
    """
    now = utc(now, "now")
    if type(silence_days) is not int or not 0 <= silence_days <= MOST_SILENCE_DAYS:
        expected = f"a whole number from 0 to {MOST_SILENCE_DAYS}"
        raise SessionError.of_field("silence_days", expected)
    if session.state is SessionState.PROPOSED and session.starts_at <= now:
        return changed(session, now, state=SessionState.CANCELLED, answers=())
    if session.state is not SessionState.PLANNED or not session.confirmations:
        return session
    last_word = max(one.at for one in session.confirmations)
    if now < max(session.ends_at, last_word) + timedelta(days=silence_days):
        return session
    after = _outcome(session, now, session.confirmations, presume=True)
    return session if after.state is SessionState.PLANNED else after


def record(
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
) -> Session:
    """Tell of a session that took place without being planned here; the others confirm it.

    Raises
    ------
    SessionError
        For a session that is not over, or somebody who was not in it.
    """
    now = utc(now, "now")
    session = Session(
        id=id,
        group=group,
        members=tuple(members),
        starts_at=starts_at,
        minutes=minutes,
        state=SessionState.PLANNED,
        proposed_by=by,
        proposed_at=now,
        changed_at=now,
        kind=kind,
        activity=activity,
    )
    check_member(session, by)
    if session.ends_at > now:
        raise SessionError("This session is not over yet. Propose it instead.")
    return replace(
        session,
        answers=(Answer(member=by, at=now),),
        confirmations=(Confirmation(member=by, at=now),),
    )


def awaits_word_of(session: Session, *, now: datetime) -> tuple[str, ...]:
    """Give the members who have not said yet whether a planned session that is over took place."""
    if session.state is not SessionState.PLANNED or utc(now, "now") < session.ends_at:
        return ()
    spoke = {one.member for one in session.confirmations}
    return tuple(member for member in session.members if member not in spoke)


def does_count(session: Session, *, counting_minutes: int = 0) -> bool:
    """Whether a session was held and lasted long enough to count, whatever it was for.

    Parameters
    ----------
    counting_minutes
        From how many minutes a session counts: `Policy.counting_minutes`.
    """
    return session.state is SessionState.HELD and session.minutes_held >= counting_minutes


def is_said_to_be_held(session: Session) -> bool:
    """Whether a session took place by the words there are: what silence would make of it.

    It was held; or somebody says that they met, and not so many others say no that fewer than two
    were left. For what cannot wait for the rest, such as the next pairing.
    """
    if session.state is SessionState.PLANNED:
        is_said = any(one.met for one in session.confirmations)
        return is_said and len(session.attended) + session.erased >= 2
    return session.state is SessionState.HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCounts:
    """All that staff may know of the sessions of a group: how many, and when the last one was.

    A listening session counts like any other, and nothing tells it from the others.

    Parameters
    ----------
    proposed, planned, held, not_held, cancelled
        How many sessions are in each state.
    counted
        How many were held and long enough.
    last_held_at
        When the last one that was held began, in UTC; None if none was.
    """

    proposed: int = 0
    planned: int = 0
    held: int = 0
    not_held: int = 0
    cancelled: int = 0
    counted: int = 0
    last_held_at: datetime | None = None


def session_counts(sessions: Iterable[Session], *, counting_minutes: int = 0) -> SessionCounts:
    """Count the sessions of a group. O(m) for m sessions.

    Examples
    --------
    >>> session_counts([])
    SessionCounts(proposed=0, planned=0, held=0, not_held=0, cancelled=0, counted=0, \
last_held_at=None)
    """
    sessions = tuple(sessions)
    states = [session.state for session in sessions]
    held = [one.starts_at for one in sessions if one.state is SessionState.HELD]
    return SessionCounts(
        **{state.value: states.count(state) for state in SessionState},
        counted=sum(does_count(one, counting_minutes=counting_minutes) for one in sessions),
        last_held_at=max(held, default=None),
    )


def _outcome(
    session: Session, now: datetime, words: tuple[Confirmation, ...], *, presume: bool
) -> Session:
    """Give a session with what these words make of it; `presume` lets silence go along."""
    spoken = replace(session, state=SessionState.PLANNED, is_presumed=False, confirmations=words)
    is_final = len(words) == len(session.members)
    changes: dict[str, Any] = {"state": SessionState.PLANNED, "is_presumed": False}
    if is_final or presume:
        changes["is_presumed"] = not is_final
        if not any(word.met for word in words):
            changes["state"] = SessionState.NOT_HELD
        elif len(spoken.attended) + spoken.erased >= 2:
            changes["state"] = SessionState.HELD
            if now < session.starts_at:
                ended = now.replace(second=0, microsecond=0)
                changes["starts_at"] = ended - timedelta(minutes=spoken.minutes_held)
        else:
            changes["is_presumed"] = False
    return changed(session, now, confirmations=words, **changes)
