"""Who is meant: ids before names, and choices where several may be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from peerloom import Member
from peerloom.cli.people import AmbiguousMemberError, UnknownMemberError, member_named
from peerloom.programmes.membership import join
from peerloom.programmes.programme import Programme

PEOPLE = [
    Member(id="7", name="Ada Lovelace"),
    Member(id="8", name="Ada Byron"),
    Member(id="byron", name="Bo"),
    Member(id="9", name="Ada"),
    Member(id="X", name=""),
    *(Member(id=f"n{number}", name=f"Noor {number}") for number in range(12)),
]


@pytest.fixture(scope="module")
def school():
    start = datetime(2026, 11, 23, tzinfo=UTC)
    return join(Programme(name="School", private_seed=1), PEOPLE, now=start)[0]


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("7", "7"),
        ("byron", "byron"),  # an id counts before the name of somebody else
        ("ada  LOVELACE", "7"),
        ("ada", "9"),  # a whole name counts before a part of one
        ("love", "7"),
        ("x", "X"),
        ("ada b", "8"),
    ],
)
def test_one_person_is_meant(school, text, member):
    assert member_named(school, text) == member


@pytest.mark.parametrize(
    ("text", "choices"), [("ad", ("7", "8", "9")), ("noor", tuple(f"n{one}" for one in range(12)))]
)
def test_several_may_be_meant(school, text, choices):
    with pytest.raises(AmbiguousMemberError) as caught:
        member_named(school, text)
    assert caught.value.choices == choices
    assert "give the id" in str(caught.value)
    assert ("and 4 more" in str(caught.value)) == (len(choices) > 8)
    assert "Ada" not in caught.value.detail


@pytest.mark.parametrize("text", ["lovelaca", "", "  ", "?" * 1000])
def test_nobody_is_meant(school, text):
    with pytest.raises(UnknownMemberError) as caught:
        member_named(school, text)
    assert caught.value.choices == (("7",) if text == "lovelaca" else ())
