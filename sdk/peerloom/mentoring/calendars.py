"""Sessions as iCalendar (RFC 5545): a file for one session, a feed for all of them.

How it is written, and why:

- Times are in UTC. People of a group live in different zones, a session is one moment for all of
  them, and every calendar shows it on its owner's clock. So no rules of time zones travel along
  that could be out of date.
- A session keeps its UID for ever, and its SEQUENCE rises with every change that calendars show. A
  session that was called off stays in a feed with STATUS:CANCELLED: Google Calendar hides it
  (https://github.com/hackgvl/hackgreenville-com/pull/498), others strike it through
  (https://github.com/sabre-io/dav/issues/969), and nobody goes there in vain.
- There is no METHOD, because nobody is invited: every METHOD of RFC 5546 asks for an ORGANIZER,
  which is an e-mail address, and Outlook would offer to answer it. Without METHOD, DTSTAMP is when
  the session last changed (RFC 5545, 3.8.7.2). So the bytes stay the same until something changes.
- Google Calendar, Outlook and Apple Calendar take VERSION, PRODID and CALSCALE as they are, and
  show X-WR-CALNAME (or NAME, RFC 7986) as the name of a feed. How often they read it again they may
  take from X-PUBLISHED-TTL ([MS-OXCICAL] 2.1.3.1.1.15) or REFRESH-INTERVAL (RFC 7986).
- There is no CREATED: it may never change (RFC 5545, 3.8.7.1), and of a session that was moved only
  the newest proposal is known.
- A calendar is often shown to others. Nothing private is in it: no topics, notes, goals, activities
  or words of anybody. A listening session looks like every other one: one that said less would
  stand out, and tell everybody what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from peerloom.mentoring.sessions import Session, SessionError, SessionState
from peerloom.mentoring.words import identifier
from peerloom.reasons import N_, Reason

if TYPE_CHECKING:
    from icalendar import Calendar, Event, Timezone

PRODUCT = "-//Peerloom//Peerloom//EN"
CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=1)
"""How often a feed asks to be read again."""

_STATUSES: Mapping[SessionState, str] = {
    SessionState.PROPOSED: "TENTATIVE",
    SessionState.PLANNED: "CONFIRMED",
    SessionState.HELD: "CONFIRMED",
    SessionState.NOT_HELD: "CANCELLED",
    SessionState.CANCELLED: "CANCELLED",
}

_SUMMARIES: Mapping[tuple[bool, bool], str] = {
    (False, False): N_("Session"),
    (False, True): N_("Session (proposed)"),
    (True, False): N_("Session with {names}"),
    (True, True): N_("Session with {names} (proposed)"),
}
"""What a calendar shows, by whether all names are known and whether it is a proposal."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Addresses are written as they are: what could begin a new line must not be in one.
_LINK = re.compile(r"https?://[!-~]+")

Say = Callable[[Reason], str]


def calendar_file(
    session: Session,
    *,
    programme: str,
    reader: str,
    names: Mapping[str, str] | None = None,
    link: str = "",
    say: Say = str,
) -> bytes:
    r"""Write one session as an iCalendar file for one of its members.

    Parameters
    ----------
    session
        The session, in any state: opened again after a change, the file brings the change.
    programme
        What tells the programme from every other one for ever, such as its address. With the id of
        the session it makes the UID.
    reader
        The id of the member whose calendar it is for.
    names
        What members may call each other; where a name is missing the event only says "Session".
    link
        The page of the session; empty for none. It must not tell what the session is for.
    say
        Turns a `Reason` into text, in the reader's language.

    Returns
    -------
    bytes
        UTF-8, with CRLF and folded lines; the same bytes until the session changes.

    Raises
    ------
    SessionError
        For a reader whom the session is not for, a link that is no web address, or an empty
        programme.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.mentoring.session_changes import propose
    >>> session = propose(
    ...     id="s1",
    ...     group="g1",
    ...     members=("ada", "bo"),
    ...     by="ada",
    ...     starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC),
    ...     minutes=45,
    ...     now=datetime(2026, 11, 23, 9, tzinfo=UTC),
    ... )
    >>> written = calendar_file(session, programme="https://example.org/p", reader="ada")
    >>> print(*written.decode().splitlines()[4:8], sep="\n")
    BEGIN:VEVENT
    SUMMARY:Session (proposed)
    DTSTART:20261126T180000Z
    DTEND:20261126T184500Z
    """
    calendar = _calendar()
    calendar.add_component(_event(session, programme, reader, names or {}, link, say))
    return bytes(calendar.to_ical())


def calendar_feed(
    sessions: Iterable[Session],
    *,
    programme: str,
    reader: str,
    title: str,
    names: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    say: Say = str,
) -> bytes:
    r"""Write all sessions of a member as an iCalendar feed to subscribe to.

    Parameters
    ----------
    sessions
        The sessions of the member, of all their groups, in any order. Those that are not for the
        reader are refused, not left out: they should never have come here.
    programme, reader, names, say
        As for `calendar_file`.
    title
        What the calendar is called.
    links
        The page of each session, by its id.

    Returns
    -------
    bytes
        As for `calendar_file`; sorted by time. O(m log m) for m sessions.

    Raises
    ------
    SessionError
        As for `calendar_file`.

    Examples
    --------
    >>> empty = calendar_feed([], programme="p", reader="ada", title="Peer mentoring")
    >>> print(*empty.decode().splitlines(), sep="\n")  # doctest: +ELLIPSIS
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//Peerloom//Peerloom//EN
    CALSCALE:GREGORIAN
    NAME:Peer mentoring
    X-WR-CALNAME:Peer mentoring
    REFRESH-INTERVAL;VALUE=DURATION:PT1H
    X-PUBLISHED-TTL:PT1H
    ...
    END:VCALENDAR
    """
    from icalendar import vDuration, vText

    calendar = _calendar()
    for name in ("name", "x-wr-calname"):
        # By itself the library does not know that these are TEXT, which is escaped.
        calendar.add(name, vText(_one_line(title)))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    names, links = names or {}, links or {}
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.id)):
        link = links.get(session.id, "")
        calendar.add_component(_event(session, programme, reader, names, link, say))
    if not calendar.subcomponents:
        calendar.add_component(_nothing())
    return bytes(calendar.to_ical())


def uid(programme: str, session: str) -> str:
    """Give what a session is called in all calendars for ever.

    A name-based UUID (RFC 9562, version 5), so that it tells nobody an id, a host or a person, as
    RFC 7986, 5.3, asks.

    Examples
    --------
    >>> uid("https://example.org/p", "s1") == uid("https://example.org/p", "s1")
    True
    """
    # Lengths keep two pairs of texts from ever making one name.
    return str(uuid5(NAMESPACE_URL, f"{len(programme)}:{programme}{session}"))


def _calendar() -> Calendar:
    # Only who writes calendars waits for the library.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _nothing() -> Timezone:
    """Give something that no calendar shows, for a feed without sessions.

    A calendar without any component is none (RFC 5545, 3.4), and some readers refuse it:
    https://github.com/collective/icalendar/issues/251.
    """
    from icalendar import Timezone, TimezoneStandard

    standard = TimezoneStandard()
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - local by the rules of VTIMEZONE
    for name in ("tzoffsetfrom", "tzoffsetto"):
        standard.add(name, timedelta())
    timezone = Timezone()
    timezone.add("tzid", "UTC")
    timezone.add_component(standard)
    return timezone


def _event(
    session: Session,
    programme: str,
    reader: str,
    names: Mapping[str, str],
    link: str,
    say: Say,
) -> Event:
    from icalendar import Event

    if reader not in session.members:
        raise SessionError("This session is not for this person: choose one of its members.")
    identifier(programme, "programme")
    event = Event()
    event.add("uid", uid(programme, session.id))
    event.add("sequence", session.sequence)
    event.add("dtstamp", session.changed_at)
    event.add("last-modified", session.changed_at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("status", _STATUSES[session.state])
    event.add("summary", _one_line(say(_summary(session, reader, names))))
    if session.place:
        event.add("location", session.place)
    if link:
        event.add("url", _checked(link))
    return event


def _summary(session: Session, reader: str, names: Mapping[str, str]) -> Reason:
    """Say what a calendar shows of a session, whatever it is for."""
    others = [names.get(member, "") for member in session.members if member != reader]
    has_names, is_proposed = all(others) and bool(others), session.state is SessionState.PROPOSED
    return Reason(
        code="calendar_proposed" if is_proposed else "calendar_session",
        template=_SUMMARIES[has_names, is_proposed],
        values={"names": ", ".join(others)} if has_names else {},
    )


def _one_line(text: str) -> str:
    """Give text as one line without characters that no calendar can show."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _checked(link: str) -> str:
    if not _LINK.fullmatch(link):
        raise SessionError.of_field("link", "an address that begins with https:// or http://")
    return link
