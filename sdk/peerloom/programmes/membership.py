"""Who is in a programme: people join, pause, come back and leave, and their history stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from peerloom.members import Member
from peerloom.mentoring.moments import utc
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.session_changes import leave as leave_session
from peerloom.programmes.errors import ProgrammeError
from peerloom.programmes.participants import Absence, MemberState, Participant
from peerloom.programmes.programme import Programme


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """What became of the people of a list.

    Parameters
    ----------
    joined
        Ids of those who are new.
    returned
        Ids of those who had left and are back.
    changed
        Ids of those who were there and whose answers changed.
    missing
        Ids of those who are in the programme and not in the list. They stay: whoever leaves says
        so.
    """

    joined: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def join(
    programme: Programme, members: Iterable[Member], *, now: datetime
) -> tuple[Programme, Joining]:
    """Take in everybody of a list: new people, late ones, and new answers of known ones.

    Parameters
    ----------
    programme
        Any.
    members
        In any order, each once. Somebody who pauses in the list pauses from now on; whoever
        paused and does not in the list is left as they are, because most lists do not say.
    now
        The present moment; aware.

    Returns
    -------
    programme, joining : Programme, Joining
        What somebody told in private stays where the list has nothing of the kind.

    Raises
    ------
    ProgrammeError
        For an id that is in the list twice, or a member that cannot be kept.
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(n) for n members.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, joining = join(school, [Member(id="ada"), Member(id="bo")], now=monday)
    >>> joining.joined, school.members["ada"].state.value
    (('ada', 'bo'), 'active')
    """
    moment = utc(now, "now")
    people = list(members)
    listed = {member.id for member in people}
    if len(listed) < len(people):
        raise ProgrammeError.of_field("members", "each id once")
    joined, returned, changed, put = [], [], [], []
    for member in people:
        known = programme.members.get(member.id)
        if known is None:
            paused_at = moment if member.is_paused else None
            put.append(Participant(profile=member, joined_at=moment, paused_at=paused_at))
            joined.append(member.id)
            continue
        after = _with_answers(known, member, moment)
        if after.state is not MemberState.LEFT and known.state is MemberState.LEFT:
            returned.append(member.id)
        elif after != known:
            changed.append(member.id)
        if after != known:
            put.append(after)
    here = (one.id for one in programme.members if one.state is not MemberState.LEFT)
    report = Joining(
        joined=tuple(joined),
        returned=tuple(returned),
        changed=tuple(changed),
        missing=tuple(one for one in here if one not in listed),
    )
    return programme.put("members", *put), report


def pause(programme: Programme, member: str, *, now: datetime) -> Programme:
    """Let somebody sit out from the next round on; their group goes on until it is repaired.

    Who pauses already goes on pausing since then.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    ProgrammeError
        For somebody who has left.
    """
    return _change(
        programme,
        member,
        lambda one: one if one.paused_at is not None else replace(one, paused_at=utc(now, "now")),
    )


def come_back(programme: Programme, member: str, *, now: datetime) -> Programme:
    """Let somebody take part again who paused or had left; who takes part goes on to.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    """
    back = _back(programme.members[member], utc(now, "now"))
    return programme.put("members", back)


def leave(programme: Programme, member: str, *, now: datetime) -> Programme:
    """Let somebody leave. Nothing that was is lost: see `erase` for that.

    They are taken out of sessions that are still to come, and their asks go. Their group lasts
    until a repair or the next round, so that nobody is alone without being told.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    ProgrammeError
        For somebody who has left already.
    """
    moment = utc(now, "now")
    programme = _change(programme, member, lambda one: replace(one, left_at=moment))
    sessions = [
        leave_session(session, member, now=moment)
        for session in programme.sessions.of_member(member)
        if session.state in OPEN_STATES
    ]
    asks = programme.asks.of_member(member)
    return replace(
        programme,
        sessions=programme.sessions.put(*sessions),
        asks=programme.asks.drop({(ask.asker, ask.asked) for ask in asks}),
    )


def update_profile(programme: Programme, profile: Member) -> Programme:
    """Put new answers in the place of somebody's old ones, the private ones too.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    ProgrammeError, TextError
        For answers that cannot be kept.
    """
    known = programme.members[profile.id]
    return programme.put("members", replace(known, profile=profile))


def _with_answers(known: Participant, member: Member, now: datetime) -> Participant:
    """Give somebody with the answers of a list."""
    told = replace(
        member,
        blocked=member.blocked or known.profile.blocked,
        protected=member.protected or known.profile.protected,
    )
    after = replace(known, profile=told)
    if known.state is MemberState.LEFT:
        after = _back(after, now)
    if member.is_paused and after.paused_at is None:
        after = replace(after, paused_at=now)
    return after


def _back(one: Participant, now: datetime) -> Participant:
    if one.left_at is None:
        return replace(one, paused_at=None)
    absence = Absence(left_at=one.left_at, returned_at=max(now, one.left_at))
    return replace(one, paused_at=None, left_at=None, absences=(*one.absences, absence))


def _change(
    programme: Programme, member: str, change: Callable[[Participant], Participant]
) -> Programme:
    known = programme.members[member]
    if known.state is MemberState.LEFT:
        raise ProgrammeError("This person has left: let them come back first.")
    return programme.put("members", change(known))
