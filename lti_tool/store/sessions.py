"""Sessions of one group: proposed, agreed, held or cancelled.

A group has one open time at once. Every function locks the group first, so that two members who
press a button at the same moment are heard one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database
from sqlalchemy.orm import selectinload

from lti_tool.store.models import (
    Group,
    Membership,
    Round,
    RoundState,
    Seat,
    Session,
    SessionAnswer,
    SessionState,
)
from lti_tool.store.rounds import RefusedError

SHORTEST, LONGEST = 15, 240
"""Minutes of a session."""
FURTHEST = timedelta(days=183)
"""How far ahead a session may be proposed."""


def sessions_of(database: Database, group_id: int) -> Sequence[Session]:
    """Return the sessions of a group by their time, with all answers."""
    return database.scalars(
        select(Session)
        .where(Session.group_id == group_id)
        .order_by(Session.starts_at, Session.id)
        .options(selectinload(Session.answers))
        .execution_options(populate_existing=True)
    ).all()


def sessions_of_round(database: Database, round_id: int) -> Sequence[Session]:
    """Return the sessions of all groups of a round by their time, with all answers."""
    return database.scalars(
        select(Session)
        .join(Session.group)
        .where(Group.round_id == round_id)
        .order_by(Session.starts_at, Session.id)
        .options(selectinload(Session.answers))
    ).all()


def ends_at(session: Session) -> datetime:
    """Return when a session is over."""
    return session.starts_at + timedelta(minutes=session.minutes)


def is_coming(session: Session, now: datetime) -> bool:
    """Whether the group still waits for this session: open, and nobody said that they met."""
    if session.state is SessionState.PROPOSED:
        return session.starts_at > now
    return (
        session.state is SessionState.AGREED
        and ends_at(session) > now
        and not any(answer.met_at for answer in session.answers)
    )


def propose(
    database: Database,
    membership_id: int,
    *,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    instead_of: int | None = None,
) -> Session:
    """Propose a time to the group of a member.

    Parameters
    ----------
    instead_of
        The proposal that this one answers. It is withdrawn in the same step.

    Raises
    ------
    RefusedError
        ``no_group``, ``alone``, ``time_passed``, ``too_far``, ``wrong_length``,
        ``session_agreed``, ``session_open``.
    """
    group = _locked(database, _group_of(database, membership_id))
    if len(present(group)) < 2:
        raise RefusedError("alone", "Nobody else is left in your group.")
    if starts_at <= now:
        raise _time_passed()
    if starts_at > now + FURTHEST:
        raise RefusedError("too_far", "Choose a time within the next six months.")
    if not SHORTEST <= minutes <= LONGEST:
        raise RefusedError("wrong_length", "A session takes between 15 minutes and 4 hours.")
    for other in sessions_of(database, group.id):
        if not is_coming(other, now):
            continue
        if other.state is SessionState.AGREED:
            raise RefusedError(
                "session_agreed", "Your group has already agreed on a time. Cancel it first."
            )
        if other.id != instead_of:
            raise RefusedError(
                "session_open", "There is another proposal meanwhile. Look at it first."
            )
    # Also proposals whose time has passed without an answer: nobody waits for them any more.
    for other in sessions_of(database, group.id):
        if other.state is SessionState.PROPOSED:
            other.state = SessionState.CANCELLED
    session = Session(
        group_id=group.id,
        state=SessionState.PROPOSED,
        starts_at=starts_at,
        minutes=minutes,
        proposed_by_id=membership_id,
        created_at=now,
        answers=[SessionAnswer(membership_id=membership_id, accepted_at=now)],
    )
    database.add(session)
    database.flush()
    return session


def accept(database: Database, membership_id: int, session_id: int, *, now: datetime) -> Session:
    """Accept a proposed time. It is agreed when everybody in the group has accepted.

    Raises
    ------
    RefusedError
        ``session_unknown``, ``session_cancelled``, ``time_passed``.
    """
    group, session = _own(database, membership_id, session_id)
    if session.state is SessionState.CANCELLED:
        raise _cancelled()
    if session.state is not SessionState.PROPOSED:
        return session
    if session.starts_at <= now:
        raise _time_passed()
    _answer(session, membership_id).accepted_at = now
    accepted = {answer.membership_id for answer in session.answers if answer.accepted_at}
    if accepted.issuperset(present(group)):
        session.state = SessionState.AGREED
    database.flush()
    return session


def decline(database: Database, membership_id: int, session_id: int) -> Session:
    """Say that a time does not work: decline or withdraw a proposal, cancel an agreed time.

    Raises
    ------
    RefusedError
        ``session_unknown``, ``session_held``, ``session_met``.
    """
    _, session = _own(database, membership_id, session_id)
    if session.state is SessionState.HELD:
        raise _held()
    if any(answer.met_at for answer in session.answers):
        raise RefusedError(
            "session_met",
            "Somebody has already said that this session took place. It cannot be cancelled.",
        )
    session.state = SessionState.CANCELLED
    database.flush()
    return session


def say_met(database: Database, membership_id: int, session_id: int, *, now: datetime) -> bool:
    """Say that the session took place; return whether this made it count.

    It counts when everybody in the group has said so. Saying it before the planned time is fine:
    people do meet earlier.

    Raises
    ------
    RefusedError
        ``session_unknown``, ``session_cancelled``, ``not_agreed``.
    """
    group, session = _own(database, membership_id, session_id)
    if session.state is SessionState.CANCELLED:
        raise _cancelled()
    if session.state is SessionState.PROPOSED:
        raise RefusedError("not_agreed", "Agree on the time first.")
    if session.state is SessionState.HELD:
        return False
    answer = _answer(session, membership_id)
    answer.met_at = answer.met_at or now
    met = {answer.membership_id for answer in session.answers if answer.met_at}
    is_held = met.issuperset(present(group))
    if is_held:
        session.state = SessionState.HELD
        # Those who met earlier than planned held the session when they said so.
        session.starts_at = min(session.starts_at, now)
    database.flush()
    return is_held


def take_back_met(database: Database, membership_id: int, session_id: int) -> Session:
    """Take back one's own "we met", as long as the others have not all said it too.

    Raises
    ------
    RefusedError
        ``session_unknown``, ``session_held``.
    """
    _, session = _own(database, membership_id, session_id)
    if session.state is SessionState.HELD:
        raise _held()
    if session.state is SessionState.AGREED:
        _answer(session, membership_id).met_at = None
    database.flush()
    return session


def present(group: Group) -> tuple[int, ...]:
    """Return the memberships of a group that are still in the course as learners."""
    return tuple(seat.membership_id for seat in group.seats if seat.membership.is_peer)


def held_by_round(database: Database, membership_id: int) -> dict[int, int]:
    """Return how many sessions a member held, by the id of each round they have a seat in."""
    rows = database.execute(
        select(Group.round_id, func.count(Session.id))
        .join(Seat, Seat.group_id == Group.id)
        .outerjoin(Session, (Session.group_id == Group.id) & (Session.state == SessionState.HELD))
        .where(Seat.membership_id == membership_id)
        .group_by(Group.round_id)
    )
    return dict(rows.all())


def _group_of(database: Database, membership_id: int) -> int:
    group_id = database.scalar(
        select(Seat.group_id)
        .join(Seat.group)
        .join(Group.round)
        .join(Seat.membership)
        .where(
            Seat.membership_id == membership_id,
            Membership.is_active,
            Round.state == RoundState.PUBLISHED,
        )
    )
    if group_id is None:
        raise RefusedError("no_group", "You have no group at the moment.")
    return group_id


def _locked(database: Database, group_id: int) -> Group:
    """Return a group that nobody else changes before this transaction ends.

    PostgreSQL locks the row; SQLite has no row locks and runs writing transactions one by one.
    """
    database.execute(select(Group.id).where(Group.id == group_id).with_for_update())
    return database.scalars(
        select(Group)
        .where(Group.id == group_id)
        .options(selectinload(Group.seats).selectinload(Seat.membership))
        .execution_options(populate_existing=True)
    ).one()


def _own(database: Database, membership_id: int, session_id: int) -> tuple[Group, Session]:
    try:
        group = _locked(database, _group_of(database, membership_id))
    except RefusedError as refused:
        raise _unknown() from refused
    for session in sessions_of(database, group.id):
        if session.id == session_id:
            return group, session
    raise _unknown()


def _answer(session: Session, membership_id: int) -> SessionAnswer:
    for answer in session.answers:
        if answer.membership_id == membership_id:
            return answer
    answer = SessionAnswer(membership_id=membership_id)
    session.answers.append(answer)
    return answer


def _unknown() -> RefusedError:
    return RefusedError("session_unknown", "Your group has no such session.")


def _cancelled() -> RefusedError:
    return RefusedError("session_cancelled", "This time was cancelled meanwhile. Choose another.")


def _held() -> RefusedError:
    return RefusedError("session_held", "This session took place. It cannot be changed any more.")


def _time_passed() -> RefusedError:
    return RefusedError("time_passed", "This time has passed. Choose a later one.")
