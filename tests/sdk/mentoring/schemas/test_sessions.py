"""Sessions as plain data: there and back, and what is refused on the way."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.schemas.sessions import SessionSchema
from peerloom.mentoring.sessions import (
    Answer,
    Confirmation,
    Part,
    Session,
    SessionKind,
    SessionState,
)
from peerloom.mentoring.topics import Family, Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

moments = st.datetimes(
    datetime(1970, 1, 2), datetime(9998, 12, 30), timezones=st.timezones()  # noqa: DTZ001 - the zone is beside it
)  # fmt: skip
words = st.text(st.characters(exclude_categories=["C"]), max_size=40)
ids = st.text(min_size=1, max_size=8)
minutes = st.integers(0, 400)
topics = st.lists(
    st.builds(
        Topic,
        text=words.filter(str.strip),
        family=st.none() | st.sampled_from(list(Family)),
    ),
    max_size=3,
).map(tuple)


@st.composite
def sessions(draw):
    members = draw(st.lists(ids, min_size=2, max_size=5, unique=True))

    def of_some(make):
        some = draw(st.lists(st.sampled_from(members), unique=True))
        return tuple(make(member) for member in some)

    state = draw(st.sampled_from(list(SessionState)))
    is_final = state in (SessionState.HELD, SessionState.NOT_HELD)
    return Session(
        id=draw(ids),
        group=draw(ids),
        members=tuple(members),
        erased=draw(st.integers(2 if state is SessionState.HELD else 0, 4)),
        starts_at=draw(moments).astimezone(UTC).replace(second=0, microsecond=0),
        minutes=draw(st.integers(1200, 1440)),
        state=state,
        proposed_by=draw(st.none() | ids),
        proposed_at=draw(moments),
        changed_at=draw(moments),
        sequence=draw(st.integers(0, 99)),
        kind=draw(st.sampled_from(list(SessionKind))),
        answers=of_some(lambda member: Answer(member=member, at=draw(moments))),
        confirmations=of_some(
            lambda member: Confirmation(
                member=member,
                at=draw(moments),
                met=draw(st.booleans()),
                minutes=draw(st.none() | st.integers(1, 1440)),
            )
        ),
        is_presumed=is_final and draw(st.booleans()),
        activity=draw(st.none() | ids),
        place=draw(words),
        topics=draw(topics),
        leftovers=draw(topics),
        notes=draw(words),
        notes_wanted_by=tuple(members),
        notes_shared_by=of_some(str),
        parts=of_some(
            lambda member: Part(
                member=member, taught=draw(minutes), learned=draw(minutes), listened=draw(minutes)
            )
        ),
    )


@given(sessions())
def test_a_session_comes_back_equal(session):
    schema = SessionSchema()
    text = json.dumps(schema.dump(session))
    back = schema.load(json.loads(text))
    assert back == session
    assert json.dumps(schema.dump(back)) == text


LEAST = {
    "id": "s1",
    "group": "g1",
    "members": ["ada", "bo"],
    "starts_at": "2026-11-26T18:00:00+00:00",
    "minutes": 45,
    "proposed_by": "ada",
    "proposed_at": "2026-11-23T09:00:00+00:00",
    "changed_at": "2026-11-23T09:00:00+00:00",
}


def test_little_is_enough():
    session = SessionSchema().load(LEAST)
    assert session.state is SessionState.PROPOSED
    assert session.starts_at == NOW + timedelta(days=3, hours=9)


@pytest.mark.parametrize(
    ("wrong", "messages"),
    [
        ({"color": "red"}, {"color": ["expected a key that is known here"]}),
        (
            {"minute": 45},
            {"minute": ['expected a key that is known here (did you mean "minutes"?)']},
        ),
        ({"minutes": "45"}, {"minutes": ["expected a whole number"]}),
        ({"minutes": 0}, {"minutes": ["expected a whole number from 1 to 1440"]}),
        ({"members": "ada"}, {"members": ["expected a list of ids"]}),
        ({"members": ["ada", 2]}, {"members": {1: ["expected text"]}}),
        (
            {"members": ["ada"]},
            {"members": ["expected the ids of two or more different people"]},
        ),
        (
            {"starts_at": "2026-11-26T18:00:00"},
            {"starts_at": ["expected a moment with its time zone"]},
        ),
        ({"starts_at": "soon"}, {"starts_at": ["expected a moment with its time zone"]}),
        (
            {"state": "agreed"},
            {"state": ["expected one of proposed, planned, held, not_held, cancelled"]},
        ),
        (
            {"confirmations": [{"member": "bo", "at": NOW.isoformat(), "met": "yes"}]},
            {"confirmations": {0: {"met": ["expected true or false"]}}},
        ),
        (
            {"parts": [{"member": "bo", "taught": -1}]},
            {"parts": {0: {"taught": ["expected a whole number from 0 to 1440"]}}},
        ),
        (
            {"topics": [{"text": "joins", "family": "cooking"}]},
            {"topics": {0: {"family": ["expected one of technical, soft_skills, career"]}}},
        ),
    ],
)
def test_what_is_wrong_is_said_for_its_place(wrong, messages):
    with pytest.raises(ValidationError) as refused:
        SessionSchema().load(LEAST | wrong)
    assert refused.value.messages == messages


@pytest.mark.parametrize("key", list(LEAST))
def test_what_is_missing_is_named(key):
    with pytest.raises(ValidationError) as refused:
        SessionSchema().load({name: value for name, value in LEAST.items() if name != key})
    assert list(refused.value.messages) == [key]
