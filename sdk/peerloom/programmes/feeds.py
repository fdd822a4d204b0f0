"""What leaves a programme for a member's calendar, and what staff may know of all together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from peerloom.mentoring.calendars import Say, calendar_feed, calendar_file
from peerloom.mentoring.impact.journeys import Journey, journeys
from peerloom.mentoring.impact.retention import Stay
from peerloom.mentoring.sessions import Session
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.programme import Programme


def calendar_of(
    programme: Programme,
    member: str,
    *,
    links: Mapping[str, str] | None = None,
    say: Say = str,
) -> bytes:
    """Write all sessions of a member as an iCalendar feed, for this member only. O(own).

    Parameters
    ----------
    programme
        Any.
    member
        The id of the reader.
    links, say
        As for `peerloom.mentoring.calendars.calendar_feed`.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada")], now=monday)
    >>> calendar_of(school, "ada").splitlines()[0]
    b'BEGIN:VCALENDAR'
    """
    programme.members[member]
    sessions = programme.sessions.of_member(member)
    return calendar_feed(
        sessions,
        programme=calendar_key(programme),
        reader=member,
        title=programme.name,
        names=_names(programme, *sessions),
        links=links,
        say=say,
    )


def calendar_of_session(
    programme: Programme, member: str, session: str, *, link: str = "", say: Say = str
) -> bytes:
    """Write one session of a member as an iCalendar file, for this member only.

    In every calendar it is the same event as in the feed of `calendar_of`.

    Parameters
    ----------
    programme, member
        As for `calendar_of`.
    session
        The id of the session.
    link, say
        As for `peerloom.mentoring.calendars.calendar_file`.

    Raises
    ------
    UnknownRecordError
        For a session that is not there, or not this member's: which of the two is not told.
    """
    found = programme.sessions.get(session)
    if found is None or member not in found.members:
        raise UnknownRecordError("session")
    return calendar_file(
        found,
        programme=calendar_key(programme),
        reader=member,
        names=_names(programme, found),
        link=link,
        say=say,
    )


def calendar_key(programme: Programme) -> str:
    """Give what tells the programme from every other one in calendars, whatever it is called."""
    return hashlib.sha256(f"calendar:{programme.private_seed}".encode()).hexdigest()


def all_journeys(programme: Programme) -> tuple[Journey, ...]:
    """Follow everybody through the programme, for `peerloom.mentoring.impact.funnel`. O(n log n).

    Private: only sums over at least five people are shown.
    """
    return journeys(
        (member.id for member in programme.members),
        groups=programme.groups,
        sessions=programme.sessions,
        goals=programme.goals,
        check_ins=programme.check_ins,
        counting_minutes=programme.policy.counting_minutes,
    )


def all_stays(programme: Programme) -> tuple[Stay, ...]:
    """Give from when to when everybody was there, for `peerloom.mentoring.impact.retention`."""
    found = []
    for member in programme.members:
        groups = programme.groups.of_member(member.id)
        found.append(member.stay(groups[0].id if groups else None))
    return tuple(found)


def _names(programme: Programme, *sessions: Session) -> dict[str, str]:
    """Give the names that are known: an id would tell a calendar nothing, or too much."""
    people = {one for session in sessions for one in session.members}
    return {one: programme.members[one].profile.name for one in people}
