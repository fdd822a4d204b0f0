"""The door for outside data: members as plain data, there and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom import Availability, Member, MemberError
from peerloom.schemas import MemberSchema, messages_by_field


@given(data=st.data())
def test_a_member_comes_back_from_plain_data(people, data):
    for member in data.draw(people):
        plain = json.loads(json.dumps(MemberSchema().dump(member)))
        back = MemberSchema().load(plain)
        assert (back.availability, back.timezone) == (member.availability, member.timezone)
        assert (back.level, back.name) == (member.level, member.name)
        assert (back.experience, back.columns) == (member.experience, member.columns)
        assert back.section == member.section.strip()
        # Words come back once each, however they are capitalized.
        assert {word.casefold() for word in back.teach} == {w.casefold() for w in member.teach}
        assert MemberSchema().load(MemberSchema().dump(back)) == back


def test_what_a_profile_form_gives():
    member = MemberSchema().load(
        {
            "id": "7",
            "level": "3",
            "teach": ["SQL", " sql ", ""],
            "learn": [],
            "availability": "Mon 18:00-20:00",
            "csrf_token": "somebody else's",
        }
    )
    assert member == Member(
        id="7", level=3, teach=("SQL",), availability=Availability.parse("Mon 18:00-20:00")
    )
    assert MemberSchema().load({"id": "7", "level": None}).level is None


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", "", "expected some text"),
        ("id", None, "expected text"),
        ("id", 7, "expected text"),
        ("name", "a\x1b[31m", "expected text without control characters"),
        ("name", "a\ud800", "expected text without control characters"),
        ("level", True, "expected a whole number from 1 to 5"),
        ("level", "", "expected a whole number from 1 to 5"),
        ("teach", "SQL", "expected a list of texts"),
        ("teach", [1], "expected text"),
        ("teach", None, "expected a list of texts"),
        ("timezone", 3, 'expected a time zone name such as "Europe/Berlin"'),
        ("timezone", None, 'expected a time zone name such as "Europe/Berlin"'),
        ("availability", 3, 'expected weekly times such as "Mon 18:00-20:00; Sat 10:00-12:30"'),
        ("availability", ";" * 2001, "expected at most 2000 characters"),
        ("is_paused", "maybe", 'expected "yes" or "no"'),
        ("experience", -1, "expected a whole number from 0 to 1000"),
        ("experience", "some", "expected a whole number from 0 to 1000"),
        ("experience", "1001", "expected a whole number from 0 to 1000"),
        ("challenges", "one", "expected a list of texts"),
        ("section", 3, "expected text"),
        ("blocked", "bo", "expected a list of texts"),
        ("protected", [], "expected texts by name"),
        ("protected", {"field": 1}, "expected text"),
        ("protected", {"": "x"}, "expected some text"),
        ("columns", [], "expected texts by column"),
        ("columns", {"a": 1}, "expected text"),
    ],
)
def test_what_is_refused(field, value, message):
    with pytest.raises(ValidationError) as caught:
        MemberSchema().load({"id": "a", field: value})
    assert messages_by_field(caught.value) == {field: message}


def test_an_id_must_be_there():
    with pytest.raises(ValidationError) as caught:
        MemberSchema().load({})
    assert messages_by_field(caught.value) == {"id": "expected text"}


def test_what_is_private_is_read_and_never_written():
    told = {"id": "a", "blocked": ["Bo", "bo"], "protected": {"field": "secret answer"}}
    member = MemberSchema().load(told)
    assert member.blocked == ("Bo", "bo")
    assert member.protected == {"field": "secret answer"}
    assert set(MemberSchema().dump(member)).isdisjoint({"blocked", "protected"})
    for shown in (repr(member), str(member), json.dumps(MemberSchema().dump(member))):
        assert "secret" not in shown
        assert "field" not in shown
        assert "Bo" not in shown


@pytest.mark.parametrize("wrong", [{"experience": -1}, {"experience": 1001}])
def test_a_member_that_cannot_exist(wrong):
    with pytest.raises(MemberError, match="from 0 to 1000"):
        Member(id="a", **wrong)
