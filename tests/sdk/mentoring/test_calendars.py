"""Calendar files and feeds, read back by two libraries and by the letter of the RFC."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from peerloom.mentoring.calendars import calendar_feed, calendar_file, uid
from peerloom.mentoring.errors import TextError
from peerloom.mentoring.session_changes import accept, cancel, move, propose
from peerloom.mentoring.session_notes import describe
from peerloom.mentoring.session_outcomes import confirm, settle
from peerloom.mentoring.sessions import SessionError, SessionKind, SessionState
from peerloom.mentoring.topics import Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 18, tzinfo=UTC)
PROGRAMME = "https://example.org/programme"
NAMES = {"ada": "Ada", "bo": "Bo"}


def proposed(*members, **fields):
    return propose(
        **{
            "id": "s1",
            "group": "g1",
            "members": members or ("ada", "bo"),
            "by": "ada",
            "starts_at": THURSDAY,
            "minutes": 45,
            "now": NOW,
        }
        | fields
    )


def planned(*members, **fields):
    session = proposed(*members, **fields)
    for member in session.members:
        session = accept(session, member, now=NOW + timedelta(hours=1))
    return session


def file(session, **options):
    return calendar_file(session, **{"programme": PROGRAMME, "reader": "ada"} | options)


def feed(sessions, **options):
    return calendar_feed(
        sessions, **{"programme": PROGRAMME, "reader": "ada", "title": "Peers"} | options
    )


def event(written):
    (found,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    return found


def lines(written):
    """Unfold by the rule of RFC 5545, 3.1, with nobody's library."""
    assert written.endswith(b"\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", written) is None
    folded = written.split(b"\r\n")[:-1]
    assert all(0 < len(line) <= 75 for line in folded)
    # Each line is text by itself: no character is cut in two.
    return "\r\n".join(line.decode("utf-8") for line in folded).replace("\r\n ", "").split("\r\n")


MOMENT = r"\d{8}T\d{6}Z"
TEXT = r"(?:[^\x00-\x1f\x7f\\;,]|\\[\\;,nN])*"
# RFC 5545, 3.6.1, and RFC 7986, 5: what a value looks like, and whether it must be there.
GRAMMAR = {
    "VCALENDAR": {
        "VERSION": (r"2\.0", True),
        "PRODID": (TEXT, True),
        "CALSCALE": ("GREGORIAN", False),
        "NAME": (TEXT, False),
        "X-WR-CALNAME": (TEXT, False),
        "REFRESH-INTERVAL": (r"PT\d+H", False),
        "X-PUBLISHED-TTL": (r"PT\d+H", False),
    },
    "VEVENT": {
        "UID": (r"[0-9a-f-]{36}", True),
        "DTSTAMP": (MOMENT, True),
        "DTSTART": (MOMENT, True),
        "DTEND": (MOMENT, True),
        "LAST-MODIFIED": (MOMENT, False),
        "SEQUENCE": (r"\d+", True),
        "STATUS": ("TENTATIVE|CONFIRMED|CANCELLED", True),
        "SUMMARY": (TEXT, True),
        "LOCATION": (TEXT, False),
        "URL": (r"https?://[!-~]+", False),
    },
    "VTIMEZONE": {"TZID": (TEXT, True)},
    "STANDARD": {
        "DTSTART": (r"\d{8}T\d{6}", True),
        "TZOFFSETFROM": (r"[+-]\d{4}", True),
        "TZOFFSETTO": (r"[+-]\d{4}", True),
    },
}


def components(written):
    """Read a calendar by the grammar and by nothing else: (name, {property: raw value}) of each."""
    found, opened = [], []
    for line in lines(written):
        name, parameters, value = re.fullmatch(
            r"([A-Z-]+)((?:;[A-Z]+=[A-Z]+)*):(.*)", line
        ).groups()
        if name == "BEGIN":
            opened.append((value, {}))
        elif name == "END":
            component, properties = opened.pop()
            assert component == value
            required = {key for key, (_, is_required) in GRAMMAR[value].items() if is_required}
            assert required <= set(properties)
            found.append((component, properties))
        else:
            component, properties = opened[-1]
            assert name not in properties
            assert re.fullmatch(GRAMMAR[component][name][0], value), line
            assert parameters == (";VALUE=DURATION" if name == "REFRESH-INTERVAL" else "")
            properties[name] = value
    assert not opened
    assert [name for name, _ in found].count("VCALENDAR") == 1
    assert found[-1][0] == "VCALENDAR"
    # RFC 5545, 3.4: a calendar has at least one component.
    assert len(found) > 1
    return found


def events(written):
    return [properties for name, properties in components(written) if name == "VEVENT"]


def unescaped(text):
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "N": "\n"}.get(match[1], match[1]), text)


def test_a_file_is_what_one_would_write_by_hand():
    session = describe(planned(), "bo", place="Room 7, east", now=NOW + timedelta(hours=2))
    written = file(session, names=NAMES, link="https://example.org/s/1")
    assert lines(written) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Peerloom//Peerloom//EN",
        "CALSCALE:GREGORIAN",
        "BEGIN:VEVENT",
        "SUMMARY:Session with Bo",
        "DTSTART:20261126T180000Z",
        "DTEND:20261126T184500Z",
        "DTSTAMP:20261123T110000Z",
        "UID:" + uid(PROGRAMME, "s1"),
        "SEQUENCE:2",
        "LAST-MODIFIED:20261123T110000Z",
        "LOCATION:Room 7\\, east",
        "STATUS:CONFIRMED",
        "URL:https://example.org/s/1",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_two_libraries_read_the_same_moments():
    berlin = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    written = file(replace(planned(), starts_at=berlin))
    for start, end in (
        (event(written).start, event(written).end),
        (
            vobject.readOne(written.decode()).vevent.dtstart.value,
            vobject.readOne(written.decode()).vevent.dtend.value,
        ),
    ):
        assert start == berlin.astimezone(UTC)
        assert start.utcoffset() == timedelta()
        assert end - start == timedelta(minutes=45)


def test_the_same_bytes_until_something_changes():
    session = planned()
    assert file(session) == file(replace(session))
    others = [
        replace(session, id=f"s{n}", starts_at=THURSDAY + timedelta(days=n)) for n in (3, 1, 2)
    ]
    assert feed(others) == feed(others[::-1])
    # Also in another process, in which hashes differ.
    code = (
        "import sys; from datetime import *; "
        "from peerloom.mentoring.session_changes import propose; "
        "from peerloom.mentoring.calendars import calendar_file; "
        "now = datetime(2026, 11, 23, 9, tzinfo=UTC); "
        "s = propose(id='s1', group='g1', members=('ada', 'bo'), by='ada', minutes=45, now=now, "
        "starts_at=datetime(2026, 11, 26, 18, tzinfo=UTC)); "
        f"sys.stdout.buffer.write(calendar_file(s, programme={PROGRAMME!r}, reader='ada'))"
    )
    again = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    assert again.stdout == file(proposed())


def test_a_change_is_the_same_event_with_a_higher_sequence():
    first = proposed()
    second = accept(first, "bo", now=NOW + timedelta(hours=1))
    third = move(
        second, "bo", starts_at=THURSDAY + timedelta(hours=1), now=NOW + timedelta(hours=2)
    )
    fourth = accept(third, "ada", now=NOW + timedelta(hours=3))
    fifth = cancel(fourth, "ada", now=NOW + timedelta(hours=4))
    written = [file(one) for one in (first, second, third, fourth, fifth)]
    versions = [event(one) for one in written]
    assert len({one["UID"] for one in versions}) == 1
    assert [one["SEQUENCE"] for one in versions] == [0, 1, 2, 3, 4]
    assert [one["DTSTAMP"].dt for one in versions] == [NOW + timedelta(hours=n) for n in range(5)]
    assert [one["STATUS"] for (one,) in map(events, written)] == [
        "TENTATIVE",
        "CONFIRMED",
        "TENTATIVE",
        "CONFIRMED",
        "CANCELLED",
    ]


def test_every_state_has_its_status():
    over = THURSDAY + timedelta(hours=1)
    held = confirm(confirm(planned(), "ada", now=over), "bo", now=over)
    missed = settle(confirm(planned(), "ada", met=False, now=over), now=over + timedelta(days=3))
    assert str(event(file(held))["STATUS"]) == "CONFIRMED"
    assert str(event(file(missed))["STATUS"]) == "CANCELLED"
    assert {one.value for one in SessionState} == {
        "proposed",
        "planned",
        held.state.value,
        missed.state.value,
        "cancelled",
    }


def test_nobody_is_invited():
    written = file(planned(), names=NAMES) + feed([planned()], names=NAMES)
    for word in (b"METHOD", b"ORGANIZER", b"ATTENDEE", b"mailto", b"ada"):
        assert word not in written


def test_a_uid_tells_nothing_and_belongs_to_one_session_of_one_programme():
    assert uid(PROGRAMME, "s1") == str(uuid5(NAMESPACE_URL, f"{len(PROGRAMME)}:{PROGRAMME}s1"))
    assert len({uid("a", "bc"), uid("ab", "c"), uid("a", "b"), uid("b", "a")}) == 4


@pytest.mark.parametrize(
    ("members", "names", "summary"),
    [
        (("ada", "bo"), NAMES, "Session with Bo"),
        (("ada", "bo", "cy"), NAMES | {"cy": "Cy"}, "Session with Bo, Cy"),
        (("ada", "bo", "cy"), NAMES, "Session"),
        (("ada", "bo"), {"bo": ""}, "Session"),
        (("ada", "bo"), None, "Session"),
    ],
)
def test_it_is_called_after_the_others_where_all_have_a_name(members, names, summary):
    assert str(event(file(planned(*members), names=names))["SUMMARY"]) == summary
    waiting = event(file(proposed(*members), names=names))
    assert str(waiting["SUMMARY"]) == f"{summary} (proposed)"


def test_the_reader_may_have_it_in_their_language():
    german = {"Session with {names}": "Treffen mit {names}"}

    def say(reason):
        return german[reason.template].format(**reason.values)

    assert str(event(file(planned(), names=NAMES, say=say))["SUMMARY"]) == "Treffen mit Bo"


@pytest.mark.parametrize("make", [proposed, planned])
def test_nothing_tells_a_listening_session_from_a_meeting(make):
    """Who looks over somebody's shoulder must not see that they needed to be listened to."""
    said = {"place": "Room 7", "topics": (Topic(text="my father"),)}
    meeting = make(activity="walk_a_mile", **said)
    listening = make(kind=SessionKind.LISTENING, activity="listening", **said)
    options = {"names": NAMES, "link": "https://example.org/s/1"}
    assert file(listening, **options) == file(meeting, **options)
    options = {"names": NAMES, "links": {"s1": "https://example.org/s/1"}}
    assert feed([listening], **options) == feed([meeting], **options)
    assert b"father" not in feed([listening], **options)


def test_no_words_of_the_group_are_in_a_calendar():
    session = describe(
        planned(),
        "ada",
        now=NOW,
        notes="My notes.",
        topics=(Topic(text="My topic"),),
        leftovers=(Topic(text="My rest"),),
        activity="walk_a_mile",
    )
    written = file(session, names=NAMES)
    for secret in (b"notes", b"topic", b"rest", b"mile"):
        assert secret not in written


def test_a_feed_tells_calendars_its_name_and_when_to_ask_again():
    found = lines(feed([planned()], title="Peers; Bo, and\nme"))
    assert found[:8] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Peerloom//Peerloom//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Peers\\; Bo\\, and me",
        "X-WR-CALNAME:Peers\\; Bo\\, and me",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]


def test_an_empty_feed_is_still_a_calendar():
    written = feed([])
    assert lines(written)[-7:] == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0000",
        "END:STANDARD",
        "END:VTIMEZONE",
        "END:VCALENDAR",
    ]
    assert [name for name, _ in components(written)] == ["STANDARD", "VTIMEZONE", "VCALENDAR"]
    assert icalendar.Calendar.from_ical(written).walk("VEVENT") == []
    assert vobject.readOne(written.decode()).vtimezone


def test_cancelled_sessions_stay_in_a_feed():
    off = cancel(planned(), "bo", now=NOW + timedelta(hours=2))
    found = icalendar.Calendar.from_ical(feed([planned(id="s0"), off])).walk("VEVENT")
    assert sorted(str(one["STATUS"]) for one in found) == ["CANCELLED", "CONFIRMED"]


def test_a_calendar_is_for_somebody_in_the_session():
    for reader in ("eve", ""):
        with pytest.raises(SessionError, match="not for this person"):
            file(planned(), reader=reader)
        with pytest.raises(SessionError, match="not for this person"):
            feed([planned()], reader=reader)
    with pytest.raises(TextError):
        file(planned(), programme="")


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "https://a\r\nATTENDEE:x", "https://a b", "//example.org", "https://ü"],
)
def test_a_link_is_a_web_address_on_one_line(link):
    with pytest.raises(SessionError, match="https"):
        file(planned(), link=link)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=90)


@given(names, names, st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=300))
def test_any_name_comes_back_from_every_reader(name, title, place):
    session = planned(place=place)
    written = feed([session], title=title, names={"bo": name})
    visible = " ".join(
        "".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 else c for c in name).split()
    )
    expected = " ".join(f"Session with {visible}".split())
    (found,) = events(written)
    assert unescaped(found["SUMMARY"]) == expected
    assert unescaped(found.get("LOCATION", "")) == session.place
    assert str(event(written)["SUMMARY"]) == expected
    assert str(event(written).get("LOCATION", "")) == session.place
    read = vobject.readOne(written.decode("utf-8")).vevent
    assert read.summary.value == expected


def test_an_address_is_written_as_it_is():
    link = "https://example.org/s/1?a=1,2;b=3&c=%20" + "x" * 200
    written = file(planned(), link=link)
    (found,) = events(written)
    assert found["URL"] == event(written)["URL"] == link
    assert vobject.readOne(written.decode()).vevent.url.value == link


def test_importing_the_package_does_not_wait_for_the_calendar_library():
    code = "import sys, peerloom, peerloom.mentoring.calendars; print('icalendar' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert answer.stdout.strip() == "False"
