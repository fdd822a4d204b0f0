"""Who may keep and read what a group writes about a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from peerloom.mentoring.errors import TextError
from peerloom.mentoring.session_changes import accept, cancel, propose
from peerloom.mentoring.session_notes import describe, notes_for_staff, share_notes, want_notes
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import Part, SessionClosedError, SessionError, SessionKind
from peerloom.mentoring.topics import Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
OVER = NOW + timedelta(days=3, hours=1)


def planned(*members, kind=SessionKind.MEETING):
    session = propose(
        id="s1",
        group="g1",
        members=members or ("ada", "bo"),
        by="ada",
        starts_at=NOW + timedelta(days=3),
        minutes=60,
        kind=kind,
        now=NOW,
    )
    for member in session.members:
        session = accept(session, member, now=NOW)
    return session


def test_only_what_is_named_changes():
    first = describe(planned(), "ada", now=OVER, notes="Joins.", place="Room 7")
    second = describe(first, "bo", now=OVER, leftovers=(Topic(text="indexes"),))
    assert (second.notes, second.place) == ("Joins.", "Room 7")
    assert second.leftovers == (Topic(text="indexes"),)
    assert describe(second, "bo", now=OVER, notes="").notes == ""


def test_a_new_place_is_news_for_calendars_and_notes_are_not():
    session = planned()
    assert describe(session, "ada", now=OVER, place="Room 7").sequence == session.sequence + 1
    # Calendars do not show these, so nothing in them tells of a change.
    for unseen in ({"notes": "Joins."}, {"kind": SessionKind.LISTENING}, {"activity": "teach_off"}):
        assert describe(session, "ada", now=OVER, **unseen).sequence == session.sequence


def test_parts_fit_into_the_session():
    with pytest.raises(SessionError, match="parts"):
        describe(planned(), "ada", now=OVER, parts=(Part(member="bo", taught=61),))


def test_what_did_not_take_place_left_nothing():
    for session in (
        cancel(planned(), "ada", now=NOW),
        confirm(confirm(planned(), "ada", met=False, now=OVER), "bo", met=False, now=OVER),
    ):
        with pytest.raises(SessionClosedError):
            describe(session, "ada", now=OVER, notes="Joins.")


@pytest.mark.parametrize("members", [("ada", "bo"), ("ada", "bo", "cy")])
def test_of_a_listening_session_nothing_is_kept_unless_all_want_it(members):
    session = planned(*members, kind=SessionKind.LISTENING)
    for member in members[1:]:
        session = want_notes(session, member, now=OVER)
        for content in ({"notes": "Tears."}, {"leftovers": (Topic(text="sleep"),)}):
            with pytest.raises(SessionError, match="until all of you want it"):
                describe(session, "ada", now=OVER, **content)
    session = describe(want_notes(session, "ada", now=OVER), "ada", now=OVER, notes="Tears.")
    assert session.notes == "Tears."
    taken_back = want_notes(session, "bo", wants=False, now=OVER)
    assert taken_back.notes == ""
    assert taken_back.leftovers == ()


def test_a_meeting_keeps_its_notes_whoever_wants_them():
    session = describe(planned(), "ada", now=OVER, notes="Joins.")
    assert want_notes(session, "bo", wants=False, now=OVER).notes == "Joins."


def test_notes_stand_in_the_way_of_only_listening():
    session = describe(planned(), "ada", now=NOW, notes="Joins.")
    with pytest.raises(SessionError, match="until all of you want it"):
        describe(session, "ada", now=NOW, kind=SessionKind.LISTENING)
    emptied = describe(session, "ada", now=NOW, kind=SessionKind.LISTENING, notes="")
    assert emptied.kind is SessionKind.LISTENING


def test_what_was_said_to_be_listened_to_never_becomes_a_meeting():
    session = planned(kind=SessionKind.LISTENING)
    changed = describe(session, "ada", now=NOW, kind=SessionKind.MEETING)
    assert changed.kind is SessionKind.MEETING
    for kind in (SessionKind.MEETING, "meeting"):
        with pytest.raises(SessionClosedError, match="for listening"):
            describe(session, "ada", now=session.starts_at, kind=kind)
    assert describe(session, "ada", now=OVER, place="Room 7").kind is SessionKind.LISTENING


@pytest.mark.parametrize("shares", list(product([True, False], repeat=3)))
def test_staff_read_notes_only_when_all_share_them(shares):
    session = describe(planned("ada", "bo", "cy"), "ada", now=OVER, notes="Joins.")
    for member, does in zip(session.members, shares, strict=True):
        session = share_notes(session, member, shares=does, now=OVER)
    assert notes_for_staff(session) == ("Joins." if all(shares) else "")


def test_other_words_are_shared_anew():
    session = describe(planned(), "ada", now=OVER, notes="Joins.")
    for member in session.members:
        session = share_notes(session, member, now=OVER)
    assert notes_for_staff(describe(session, "bo", now=OVER, notes="He cried.")) == ""
    assert notes_for_staff(describe(session, "bo", now=OVER, place="Room 7")) == "Joins."
    assert notes_for_staff(share_notes(session, "bo", shares=False, now=OVER)) == ""


def test_a_listening_session_is_never_shown_to_staff():
    session = planned(kind=SessionKind.LISTENING)
    for member in session.members:
        session = want_notes(session, member, now=OVER)
    session = describe(session, "ada", now=OVER, notes="Tears.")
    with pytest.raises(SessionClosedError, match="private"):
        share_notes(session, "ada", now=OVER)
    for one in (session, replace(session, notes_shared_by=session.members)):
        assert notes_for_staff(one) == ""
    meeting = describe(planned(), "ada", now=NOW, notes="Joins.")
    for member in meeting.members:
        meeting = want_notes(share_notes(meeting, member, now=NOW), member, now=NOW)
    turned = describe(meeting, "ada", now=NOW, kind=SessionKind.LISTENING)
    assert turned.notes_shared_by == ()
    assert notes_for_staff(turned) == ""


def test_notes_that_cannot_be_kept_are_refused_without_repeating_them():
    with pytest.raises(TextError) as refused:
        describe(planned(), "ada", now=OVER, notes="Secret\x00")
    assert "Secret" not in str(refused.value) + refused.value.detail
