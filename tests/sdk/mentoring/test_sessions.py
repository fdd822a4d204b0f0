"""What a session is: what must hold of it, and what it never shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from peerloom.errors import PeerloomError
from peerloom.mentoring.errors import MomentError, TextError
from peerloom.mentoring.sessions import (
    Answer,
    Confirmation,
    Part,
    Session,
    SessionError,
    SessionKind,
    SessionState,
)
from peerloom.mentoring.topics import Topic

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def session(**fields):
    return Session(
        **{
            "id": "s1",
            "group": "g1",
            "members": ("ada", "bo"),
            "starts_at": NOW + timedelta(days=3),
            "minutes": 45,
            "proposed_by": "ada",
            "proposed_at": NOW,
            "changed_at": NOW,
        }
        | fields
    )


def word(member, *, met=True, minutes=None):
    return Confirmation(member=member, at=NOW, met=met, minutes=minutes)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"id": ""}, "id"),
        ({"group": ""}, "group"),
        ({"members": ("ada",)}, "members"),
        ({"members": ("ada", "ada")}, "members"),
        ({"members": ("ada", "")}, "members"),
        ({"members": ("ada", 3)}, "members"),
        ({"members": ()}, "members"),
        ({"proposed_by": ""}, "proposed_by"),
        ({"activity": ""}, "activity"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": 45.0}, "minutes"),
        ({"sequence": -1}, "sequence"),
        ({"erased": -1}, "erased"),
        ({"state": "agreed"}, "state"),
        ({"kind": "party"}, "kind"),
        ({"starts_at": NOW.replace(second=1)}, "starts_at"),
        ({"answers": (Answer(member="cy", at=NOW),)}, "answers"),
        ({"answers": (Answer(member="bo", at=NOW),) * 2}, "answers"),
        ({"confirmations": (word("cy"),)}, "confirmations"),
        ({"confirmations": (word("bo"), word("bo", met=False))}, "confirmations"),
        ({"parts": (Part(member="cy"),)}, "parts"),
        ({"parts": (Part(member="ada", taught=30, learned=16),)}, "parts"),
        ({"notes_wanted_by": ("cy",)}, "notes_wanted_by"),
        ({"notes_shared_by": ("ada", "ada")}, "notes_shared_by"),
        ({"is_presumed": True}, "is_presumed"),
        ({"is_presumed": True, "state": "planned"}, "is_presumed"),
        ({"state": "held", "confirmations": (word("bo", met=False),)}, "confirmations"),
        ({"kind": "listening", "notes": "Tears."}, "notes"),
        ({"kind": "listening", "notes": "Tears.", "notes_wanted_by": ("ada",)}, "notes"),
        ({"kind": "listening", "leftovers": (Topic(text="sleep"),)}, "notes"),
    ],
)
def test_what_cannot_be_is_refused_with_the_name_of_the_field(fields, named):
    with pytest.raises(PeerloomError) as refused:
        session(**fields)
    assert refused.value.field == named
    assert refused.value.code
    assert "Tears" not in str(refused.value)


@pytest.mark.parametrize("name", ["starts_at", "proposed_at", "changed_at"])
def test_moments_know_their_zone(name):
    with pytest.raises(MomentError):
        session(**{name: datetime(2026, 11, 23)})  # noqa: DTZ001 - naive on purpose


def test_moments_are_kept_in_utc_and_people_in_order():
    berlin = datetime(2026, 11, 26, 19, tzinfo=ZoneInfo("Europe/Berlin"))
    found = session(
        starts_at=berlin,
        members=["bo", "ada"],
        answers=[Answer(member="bo", at=berlin), Answer(member="ada", at=NOW)],
        topics=[Topic(text="joins")],
        notes_wanted_by=[],
    )
    assert found.starts_at == berlin
    assert found.starts_at.tzinfo is UTC
    assert found.answers[1].at.tzinfo is UTC
    assert found.members == ("ada", "bo")
    assert [answer.member for answer in found.answers] == ["ada", "bo"]
    assert hash(found)
    assert found == session(
        starts_at=berlin,
        answers=tuple(found.answers),
        topics=(Topic(text="joins"),),
    )


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (Part, {"taught": -1}),
        (Part, {"listened": 1441}),
        (Part, {"learned": "5"}),
        (Confirmation, {"at": NOW, "minutes": 0}),
        (Confirmation, {"at": NOW, "minutes": 1441}),
    ],
)
def test_minutes_are_whole_and_fit_in_a_day(record, fields):
    with pytest.raises(SessionError, match="whole number"):
        record(member="ada", **fields)


def test_a_session_lasts_as_long_as_the_least_of_those_who_were_there_say():
    assert session().minutes_held == 45
    assert session(confirmations=(word("ada"), word("bo", minutes=50))).minutes_held == 50
    said = (word("ada", minutes=40), word("bo", minutes=50))
    assert session(confirmations=said).minutes_held == 40
    absent = (word("ada", met=False, minutes=5), word("bo", minutes=50))
    assert session(confirmations=absent).minutes_held == 50


def test_shorter_in_the_words_of_one_does_not_refuse_the_parts_of_all():
    parts = (Part(member="ada", taught=45),)
    assert session(parts=parts, confirmations=(word("bo", minutes=30),)).minutes_held == 30
    longer = (Part(member="ada", taught=60),)
    assert session(parts=longer, confirmations=(word("bo", minutes=60),)).parts == longer


def test_who_was_erased_still_counts_as_one():
    held = session(members=("ada",), erased=1, state="held")
    assert held.state is SessionState.HELD
    with pytest.raises(SessionError):
        session(members=("ada",), state="held")


def test_private_words_and_what_kind_it_is_stay_out_of_logs():
    wanted = ("ada", "bo")
    shown = repr(
        session(
            kind=SessionKind.LISTENING,
            activity="heard",
            place="Room 7",
            topics=(Topic(text="my father"),),
            leftovers=(Topic(text="my mother"),),
            notes="Tears.",
            notes_wanted_by=wanted,
            parts=(Part(member="ada", listened=20),),
        )
    )
    for secret in ("listening", "heard", "Room", "father", "mother", "Tears", "listened"):
        assert secret not in shown


def test_words_with_control_characters_are_refused():
    with pytest.raises(TextError):
        session(place="Room\x1b[2J")
