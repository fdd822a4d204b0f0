"""Calendars of members, and what funnels and retention are made from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from peerloom.mentoring.impact.funnel import funnel
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.feeds import (
    all_journeys,
    all_stays,
    calendar_key,
    calendar_of,
    calendar_of_session,
)
from peerloom.programmes.membership import join
from peerloom.programmes.sessions import propose_session

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_calendar_has_the_sessions_of_the_reader(paired):
    programme, session = propose_session(
        paired(), "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    (event,) = Calendar.from_ical(calendar_of(programme, "bo")).walk("VEVENT")
    assert event["DTSTART"].dt == session.starts_at
    assert "Ada" in str(event)
    with pytest.raises(UnknownRecordError):
        calendar_of(programme, "nobody")


def test_a_file_is_the_same_event_as_in_the_feed(paired):
    programme, session = propose_session(
        paired(), "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    link = "https://example.org/s/1"
    (fed,) = Calendar.from_ical(calendar_of(programme, "bo", links={session.id: link})).walk(
        "VEVENT"
    )
    alone = calendar_of_session(programme, "bo", session.id, link=link)
    assert Calendar.from_ical(alone).walk("VEVENT") == [fed]
    for member, name in (("bo", "session-9"), ("nobody", session.id)):
        with pytest.raises(UnknownRecordError, match="session"):
            calendar_of_session(programme, member, name)


def test_nobody_is_called_by_their_id(paired):
    programme = paired()
    programme, _ = join(programme, [replace(programme.members["ada"].profile, name="")], now=MONDAY)
    programme, _ = propose_session(
        programme, "group-1", by="ada", starts_at=MONDAY + DAY, now=MONDAY
    )
    (event,) = Calendar.from_ical(calendar_of(programme, "bo")).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Session (proposed)"


def test_events_are_the_same_under_another_name(paired):
    programme = paired()
    renamed = replace(programme, name="Night school")
    assert calendar_key(renamed) == calendar_key(programme)
    other = replace(programme, private_seed=7)
    assert calendar_key(other) != calendar_key(programme)
    assert str(programme.private_seed) not in calendar_key(programme)


def test_everybody_is_followed(course):
    found = all_journeys(course)
    assert [one.member for one in found] == sorted(one.id for one in course.members)
    assert sum(one.meetings > 0 for one in found) >= 7
    assert funnel(found).steps


def test_stays_name_the_first_group(course):
    stays = {one.member: one for one in all_stays(course)}
    assert stays["ada"].group in {"group-1", "group-2", "group-3"}
    assert stays["gus"].left_at is not None
    assert stays["hal"].joined_at > stays["ada"].joined_at
