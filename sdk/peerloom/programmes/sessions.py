"""Sessions and agreements in a programme: proposed, recorded, changed, and decided by silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from peerloom.mentoring.agreement_changes import session_minutes_of
from peerloom.mentoring.agreements import Agreement, AgreementTerms
from peerloom.mentoring.errors import AgreementError, GroupError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.session_changes import OPEN_STATES, propose
from peerloom.mentoring.session_outcomes import record, settle
from peerloom.mentoring.sessions import (
    Session,
    SessionClosedError,
    SessionKind,
    SessionState,
)
from peerloom.mentoring.topics import Topic
from peerloom.programmes.checks import check_same
from peerloom.programmes.programme import Programme


class Plans(TypedDict, total=False):
    """What a proposal may say beside its time; see `Session` for each."""

    kind: SessionKind
    activity: str | None
    place: str
    topics: tuple[Topic, ...]


def propose_session(
    programme: Programme,
    group: str,
    *,
    by: str,
    starts_at: datetime,
    now: datetime,
    minutes: int | None = None,
    **plans: Unpack[Plans],
) -> tuple[Programme, Session]:
    """Propose a time to a group that lasts.

    Parameters
    ----------
    programme
        Any.
    group
        The id of the group.
    by, starts_at, now
        As for `peerloom.mentoring.session_changes.propose`.
    minutes
        None for those of the agreement, or else of the policy.
    **plans
        ``kind``, ``activity``, ``place`` and ``topics``.

    Returns
    -------
    programme, session : Programme, Session

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    SessionClosedError
        For a group that has ended.
    GroupError
        For a group in which fewer than two people are left.
    SessionError, SessionTimeError
        As for `peerloom.mentoring.session_changes.propose`.
    """
    found = meeting_group(programme, group)
    length = session_minutes(programme, found) if minutes is None else minutes
    programme, (name,) = programme.numbered("sessions")
    session = propose(
        id=name,
        group=group,
        members=present(programme, found),
        by=by,
        starts_at=starts_at,
        minutes=length,
        now=now,
        others=programme.sessions.of_group(group),
        **plans,
    )
    return programme.put("sessions", session), session


def record_session(
    programme: Programme,
    group: str,
    *,
    by: str,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    kind: SessionKind = SessionKind.MEETING,
    activity: str | None = None,
) -> tuple[Programme, Session]:
    """Tell of a session that took place without being planned here; the others confirm it.

    It is for those who were there at that time, also if they have left since.

    Returns
    -------
    programme, session : Programme, Session

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    GroupError
        For a time at which fewer than two people were in the group, or are known any more.
    MomentError
        For a moment without a time zone.
    SessionError
        As for `peerloom.mentoring.session_outcomes.record`.
    """
    found = programme.groups[group]
    people = present(programme, found, at=starts_at)
    check_enough(people)
    programme, (name,) = programme.numbered("sessions")
    session = record(
        id=name,
        group=group,
        members=people,
        by=by,
        starts_at=starts_at,
        minutes=minutes,
        now=now,
        kind=kind,
        activity=activity,
    )
    return programme.put("sessions", session), session


def change_session(
    programme: Programme, session: str, change: Callable[[Session], Session]
) -> Programme:
    """Change a session by a function of mentoring, such as `accept`, `confirm` or `describe`.

    Raises
    ------
    UnknownRecordError
        Where there is no such session.
    ProgrammeError
        For a change that makes it another session, or another group's.
    """
    before = programme.sessions[session]
    after = change(before)
    check_same(before, after, "id", "group")
    return programme.put("sessions", after)


def settle_sessions(programme: Programme, *, now: datetime) -> Programme:
    """Do what time does to all open sessions: see `peerloom.mentoring.session_outcomes.settle`.

    Call it before looking at anything: nudges, health and agendas take sessions as they are. O(n)
    for n sessions; where nothing is to be done, it is the same programme.
    """
    days = programme.settings.silence_days
    settled = []
    # Most sessions of a file are over: those need not be made to see that.
    for plain in programme.sessions.plain():
        if isinstance(plain, Session):
            session = plain
        elif plain.get("state", SessionState.PROPOSED) in OPEN_STATES:
            session = programme.sessions[plain["id"]]
        else:
            continue
        if session.state in OPEN_STATES:
            after = settle(session, now=now, silence_days=days)
            if after is not session:
                settled.append(after)
    return programme.put("sessions", *settled) if settled else programme


def draft_agreement(
    programme: Programme, group: str, terms: AgreementTerms, *, now: datetime
) -> Programme:
    """Write the first version of what a group agrees on; everybody has still to sign it.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    AgreementError
        For a group that has ended or has one already, or wants of somebody who is not in the group.
    """
    found = programme.groups[group]
    if found.ended_at is not None:
        raise AgreementError("This group has ended: make an agreement with the new one.")
    if group in programme.agreements:
        raise AgreementError("This group has an agreement already: revise that one.")
    if not {want.member for want in terms.wants} <= set(found.members):
        raise AgreementError.of_field("wants", "wants of members of the group")
    agreement = Agreement(
        group=group,
        wants=terms.wants,
        rhythm=terms.rhythm,
        session_minutes=terms.session_minutes,
        topics=terms.topics,
        ground_rules=terms.ground_rules,
        drafted_at=now,
    )
    return programme.put("agreements", agreement)


def change_agreement(
    programme: Programme, group: str, change: Callable[[Agreement, PublishedGroup], Agreement]
) -> Programme:
    """Change an agreement by `sign` or `revise_agreement`, which are given the group too.

    They are given it with those who are still there: nobody waits for a signature of who left.

    Raises
    ------
    UnknownRecordError
        Where there is no such group, or no agreement.
    ProgrammeError
        For a change that makes it another group's.
    """
    before = programme.agreements[group]
    after = change(before, group_now(programme, programme.groups[group]))
    check_same(before, after, "group")
    return programme.put("agreements", after)


def present(
    programme: Programme, group: PublishedGroup, *, at: datetime | None = None
) -> tuple[str, ...]:
    """Give the members of a group who have neither left nor been erased.

    Parameters
    ----------
    at
        Who left after this moment was there, too; None for now.
    """
    moment = None if at is None else utc(at, "at")
    people = [programme.members.get(member) for member in group.members]
    return tuple(
        one.id
        for one in people
        if one is not None
        and (one.left_at is None or (moment is not None and one.left_at > moment))
    )


def group_now(programme: Programme, group: PublishedGroup) -> PublishedGroup:
    """Give a group with those who are still there: whose signatures its agreement needs.

    Where fewer than two are left it is no group any more, and given as it was.
    """
    here = present(programme, group)
    return replace(group, members=here) if len(here) > 1 else group


def session_minutes(programme: Programme, group: PublishedGroup) -> int:
    """Give how long a group meets: as its settled agreement says, or else as the policy says."""
    agreement = _agreement(programme, group)
    return session_minutes_of(programme.policy, agreement, group_now(programme, group))


def _agreement(programme: Programme, group: PublishedGroup) -> Agreement | None:
    return programme.agreements.get(group.id)


def meeting_group(programme: Programme, group: str) -> PublishedGroup:
    """Give a group that can meet: it lasts, and two people or more are left.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    SessionClosedError
        For a group that has ended.
    GroupError
        For a group in which fewer than two people are left.
    """
    found = programme.groups[group]
    if found.ended_at is not None:
        raise SessionClosedError("This group has ended: propose a time to the new one.")
    check_enough(present(programme, found))
    return found


def check_enough(people: Sequence[str]) -> None:
    """Check that there are two people who can meet.

    Raises
    ------
    GroupError
        For fewer.
    """
    if len(people) < 2:
        raise GroupError(
            "Fewer than two people are left in this group: "
            "a repair of the round finds a new group for whoever is left."
        )
