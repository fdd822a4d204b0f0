"""Check-ins: what they hold, and who may read which part of them."""

from __future__ import annotations

import itertools
import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.checkins import (
    CheckIn,
    CheckInError,
    Fit,
    Viewer,
    Visibility,
    newest_fit,
    questions,
    readers,
    visible_to,
)
from peerloom.mentoring.errors import GroupError, MomentError, TextError
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.schemas.checkins import CheckInSchema

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TRIO = PublishedGroup(id="g", members=("ada", "bo", "cy"), round=1, published_at=NOW)
AUTHOR = Viewer(member="ada")


def check_in(**fields):
    return CheckIn(
        **({"id": "c", "group": "g", "member": "ada", "at": NOW, "good": "clear"} | fields)
    )


# --- who may read what ----------------------------------------------------------------------------

VIEWERS = {
    "author": AUTHOR,
    "author who is staff": Viewer(member="ada", is_staff=True),
    "partner": Viewer(member="bo"),
    "third of the trio": Viewer(member="cy"),
    "partner who is staff": Viewer(member="bo", is_staff=True),
    "member of another group": Viewer(member="eve"),
    "staff": Viewer.staff(),
    "staff of another group": Viewer(member="eve", is_staff=True),
    "observer": Viewer(),
}
# Which parts each viewer reads of a full check-in, written down by hand from the rule.
READ = {
    ("author", "partner"): {"words", "fit", "mood", "session"},
    ("author", "staff"): {"words", "fit", "mood", "session"},
    ("author who is staff", "partner"): {"words", "fit", "mood", "session"},
    ("author who is staff", "staff"): {"words", "fit", "mood", "session"},
    ("partner", "partner"): {"words", "session"},
    ("partner", "staff"): None,
    ("third of the trio", "partner"): {"words", "session"},
    ("third of the trio", "staff"): None,
    ("partner who is staff", "partner"): {"words", "session"},
    ("partner who is staff", "staff"): None,
    ("member of another group", "partner"): None,
    ("member of another group", "staff"): None,
    ("staff", "partner"): {"fit"},
    ("staff", "staff"): {"words", "fit"},
    ("staff of another group", "partner"): {"fit"},
    ("staff of another group", "staff"): {"words", "fit"},
    ("observer", "partner"): None,
    ("observer", "staff"): None,
}


def parts_of(view):
    """Name what a view lets somebody read."""
    shown = {"fit": view.fit, "mood": view.mood, "session": view.session}
    shown["words"] = (
        (view.good, view.bad, view.idea) if view.good or view.bad or view.idea else None
    )
    return {name for name, value in shown.items() if value is not None}


@pytest.mark.parametrize(("viewer", "visibility"), READ)
@pytest.mark.parametrize(
    "answered",
    [
        set(some)
        for n in range(1, 4)
        for some in itertools.combinations(("words", "fit", "mood"), n)
    ],
    ids=lambda some: "+".join(sorted(some)),
)
def test_everybody_reads_exactly_what_the_rule_says(viewer, visibility, answered):
    given_answers = {
        "good": "g" if "words" in answered else "",
        "bad": "b" if "words" in answered else "",
        "idea": "i" if "words" in answered else "",
        "fit": Fit.NOT_A_FIT if "fit" in answered else None,
        "mood": 1 if "mood" in answered else None,
    }
    one = check_in(**given_answers, visibility=visibility, session="s")
    view = visible_to(VIEWERS[viewer], one, TRIO)
    allowed = READ[viewer, visibility]
    expected = (allowed or set()) & answered
    if not expected:
        assert view is None
    else:
        assert parts_of(view) == expected | (allowed & {"session"})


def test_the_table_above_names_every_combination():
    assert set(READ) == set(itertools.product(VIEWERS, Visibility))


def test_a_check_in_of_another_group_is_refused():
    with pytest.raises(GroupError):
        visible_to(AUTHOR, check_in(group="h"), TRIO)


def test_people_are_told_before_who_will_read_it():
    partner, staff = (str(readers(one)[0]) for one in Visibility)
    assert partner != staff
    assert [reason.code for reason in questions()] == ["good", "bad", "idea", "fit", "mood"]
    assert {reason.code for reason in questions()} <= {field.name for field in fields(CheckIn)}


# --- what a check-in holds ------------------------------------------------------------------------


def test_nothing_private_is_in_a_repr():
    one = check_in(good="g0od", bad="b4d", idea="id3a", fit="unsure", mood=1, visibility="staff")
    for shown in (repr(one), repr(visible_to(AUTHOR, one, TRIO))):
        assert not [
            word for word in ("g0od", "b4d", "id3a", "unsure", "mood", "staff") if word in shown
        ]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"good": ""}, CheckInError),
        ({"good": " \n "}, CheckInError),
        ({"mood": 0}, CheckInError),
        ({"mood": 6}, CheckInError),
        ({"mood": True}, CheckInError),
        ({"mood": 3.0}, CheckInError),
        ({"fit": "great"}, CheckInError),
        ({"visibility": "everybody"}, CheckInError),
        ({"idea": "x" * 2001}, TextError),
        ({"bad": "a\x00"}, TextError),
        ({"id": ""}, TextError),
        ({"member": ""}, TextError),
        ({"session": ""}, TextError),
        ({"at": NOW.replace(tzinfo=None)}, MomentError),
    ],
)
def test_what_cannot_be_a_check_in(wrong, error):
    with pytest.raises(error) as caught:
        check_in(**wrong)
    assert "xxx" not in caught.value.detail


def test_one_answer_is_enough_and_moments_are_kept_in_utc():
    at = NOW.astimezone(timezone(timedelta(hours=5)))
    one = check_in(good="", mood=3, at=at)
    assert (one.at.tzinfo, one.at, one.has_words) == (UTC, NOW, False)


def test_the_newest_fit_is_the_last_one_that_was_said():
    said = [
        check_in(id="1", fit="good"),
        check_in(id="2", fit="not_a_fit", at=NOW + timedelta(days=1)),
        check_in(id="3", at=NOW + timedelta(days=2)),
        check_in(id="4", fit="unsure", member="bo", at=NOW + timedelta(days=3)),
    ]
    for order in itertools.permutations(said):
        assert newest_fit(order, "ada").id == "2"
    assert newest_fit(said, "cy") is None


# --- there and back -------------------------------------------------------------------------------

_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
_moments = st.integers(0, 250 * 10**15).map(
    lambda microseconds: datetime(1970, 1, 2, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
check_ins = st.builds(
    CheckIn,
    id=st.just("c") | _words.filter(bool),
    group=st.just("g"),
    member=st.sampled_from(("ada", "bo")),
    at=_moments,
    session=st.none() | st.just("s"),
    good=_words.map(lambda words: words + "!"),
    bad=_words,
    idea=_words,
    visibility=st.sampled_from(Visibility),
    fit=st.none() | st.sampled_from(Fit),
    mood=st.none() | st.integers(1, 5),
)


@given(one=check_ins)
def test_a_check_in_comes_back_equal(one):
    plain = json.loads(json.dumps(CheckInSchema().dump(one)))
    assert CheckInSchema().load(plain) == one


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("mood", 6, "expected a whole number from 1 to 5"),
        ("mood", "3", "expected a whole number from 1 to 5"),
        ("fit", "great", "expected one of good, unsure, not_a_fit"),
        ("visibility", "all", "expected one of partner, staff"),
        ("at", "2026-11-23T12:00:00", "expected a moment with its time zone"),
        ("at", "noon", "expected a moment with its time zone"),
        ("id", "", "expected an id"),
        ("good", 3, "expected text"),
        ("good", "x" * 2001, "expected at most 2000 characters"),
        ("moood", 3, "expected a key that is known here"),
    ],
)
def test_what_a_file_must_say(field, value, message):
    plain = CheckInSchema().dump(check_in(mood=3)) | {field: value}
    with pytest.raises(ValidationError) as caught:
        CheckInSchema().load(plain)
    (said,) = caught.value.messages[field]
    assert said.startswith(message)


def test_a_file_without_any_answer_is_refused():
    with pytest.raises(ValidationError) as caught:
        CheckInSchema().load(
            {"id": "c", "group": "g", "member": "ada", "at": "2026-11-23T12:00:00Z"}
        )
    assert "at least one answer" in str(caught.value.messages)
