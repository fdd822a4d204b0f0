"""Resources: what may stand in a link, who reads them, thanks, search, and what stays of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import MomentError, TextError
from peerloom.mentoring.resource_changes import thank
from peerloom.mentoring.resources import (
    RemovedResource,
    Resource,
    ResourceError,
    ResourceKind,
    Thanks,
    find_resources,
    may_read_resource,
    thanked_by,
)
from peerloom.mentoring.schemas.resources import RemovedResourceSchema, ResourceSchema

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def resource(number=1, **fields):
    basics = {
        "id": f"r{number}",
        "kind": ResourceKind.TOOL,
        "title": "A debugger",
        "added_by": "ada",
        "added_at": NOW,
    }
    return Resource(**basics | fields)


# --- one resource ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"kind": "song"}, ResourceError, "kind"),
        ({"kind": "link"}, ResourceError, "url"),
        ({"kind": "note"}, ResourceError, "text"),
        ({"url": "gopher://example.org"}, TextError, "url"),
        ({"title": " "}, TextError, "title"),
        ({"title": "a\x00b"}, TextError, "title"),
        ({"id": ""}, TextError, "id"),
        ({"added_by": ""}, TextError, "added_by"),
        ({"group": ""}, TextError, "group"),
        ({"added_at": datetime(2026, 11, 23)}, MomentError, "added_at"),  # noqa: DTZ001  # meant
        ({"tags": "git"}, ResourceError, "tags"),
        ({"tags": tuple(f"tag {n}" for n in range(21))}, ResourceError, "tags"),
        ({"tags": ("x" * 41,)}, TextError, "tags"),
        ({"thanks": (Thanks(member="ada", at=NOW),)}, ResourceError, "thanks"),
        ({"thanks": (Thanks(member="bo", at=NOW),) * 2}, ResourceError, "thanks"),
        ({"anonymous_thanks": -1}, ResourceError, "anonymous_thanks"),
    ],
)
def test_what_a_resource_cannot_be(fields, error, field):
    with pytest.raises(error) as caught:
        resource(**fields)
    assert caught.value.field == field


def test_words_are_tidied_and_stay_out_of_the_repr():
    one = resource(title=" My  secret ", tags=("Git", "git", " ", "SQL"), text="told me\r\nso ")
    assert (one.title, one.tags, one.text) == ("My secret", ("Git", "SQL"), "told me\nso")
    assert "secret" not in repr(one)
    assert "told" not in repr(one)


@pytest.mark.parametrize(
    ("group", "member", "groups", "is_staff", "may"),
    [
        (None, "eve", (), False, True),
        (None, None, (), True, True),
        (None, None, (), False, False),
        ("g1", "bo", ("g1",), False, True),
        ("g1", "bo", ("g0", "g2"), False, False),
        ("g1", None, (), True, False),
        ("g1", None, ("g1",), True, False),
        ("g1", "bo", (), True, False),
    ],
)
def test_a_group_s_resources_are_its_own_and_staff_do_not_read_them(
    group, member, groups, is_staff, may
):
    one = resource(group=group)
    viewer = Viewer(member=member, is_staff=is_staff)
    assert may_read_resource(viewer, one, groups=groups) is may


# --- thanks ---------------------------------------------------------------------------------------


def test_only_who_is_thanked_learns_by_whom():
    one = thank(thank(resource(), "cy", now=NOW), "bo", now=LATER)
    assert thanked_by(one, "ada") == ("bo", "cy")
    assert thanked_by(one, "bo") == ("bo",)
    assert thanked_by(one, "eve") == ()
    assert thanked_by(one, None) == ()
    nobodys = thank(resource(added_by=None), "bo", now=NOW)
    assert thanked_by(nobodys, None) == ()


# --- search ---------------------------------------------------------------------------------------

SHELF = (
    resource(1, title="Git from the inside", tags=("git", "beginners")),
    resource(2, title="Café for résumés", kind="contact", text="Ask at the bar", tags=("Jobs",)),
    resource(3, title="Docs", kind="link", url="https://git-scm.com/doc", added_at=LATER),
    thank(
        resource(4, title="Legit SQL", kind="note", text="GROUP BY", tags=("SQL",)), "bo", now=NOW
    ),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["r4", "r3", "r1", "r2"]),
        ({"text": "GIT"}, ["r4", "r3", "r1"]),
        ({"text": "git inside"}, ["r1"]),
        ({"text": "inside sql"}, []),
        ({"text": "cafe"}, ["r2"]),
        ({"text": "CAFÉ bar"}, ["r2"]),
        ({"text": "resume"}, ["r2"]),
        ({"text": "RÉSUMÉ"}, ["r2"]),
        ({"text": "group"}, ["r4"]),
        ({"tags": ["Git"]}, ["r1"]),
        ({"tags": ["git", "BEGINNERS"]}, ["r1"]),
        ({"tags": ["git", "sql"]}, []),
        ({"tags": ["gi"]}, []),
        ({"tags": [""]}, ["r4", "r3", "r1", "r2"]),
        ({"kinds": ["note", "contact"]}, ["r4", "r2"]),
        ({"text": "git", "kinds": ["link"]}, ["r3"]),
        ({"text": "nothing like it"}, []),
    ],
)
def test_search_needs_every_word_and_every_tag(query, found):
    assert [one.id for one in find_resources(reversed(SHELF), **query)] == found


def test_an_empty_shelf_is_searched_in_vain():
    assert find_resources([], "git") == ()


# --- plain data -----------------------------------------------------------------------------------

_words = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=20).filter(
    str.strip
)
_ids = st.sampled_from(["ada", "bo", "cy", "di"])
_moments = st.integers(-(10**15), 10**15).map(lambda one: NOW + timedelta(microseconds=one))


@st.composite
def resources(draw):
    added_by = draw(st.none() | _ids)
    thankful = draw(st.sets(_ids)) - {added_by}
    return Resource(
        id=draw(_words),
        kind=draw(st.sampled_from(ResourceKind)),
        title=draw(_words),
        text=draw(_words),
        url=draw(st.sampled_from(["https://example.org/a?b#c", "http://ä.example"])),
        tags=tuple(draw(st.lists(_words, max_size=4))),
        group=draw(st.none() | _ids),
        added_by=added_by,
        added_at=draw(_moments),
        thanks=tuple(Thanks(member=one, at=draw(_moments)) for one in thankful),
        anonymous_thanks=draw(st.integers(0, 9)),
    )


@given(resources())
def test_a_resource_comes_back_equal_from_json(one):
    assert ResourceSchema().load(json.loads(json.dumps(ResourceSchema().dump(one)))) == one


@given(_ids, _moments, st.integers(0, 9))
def test_what_stays_of_a_resource_comes_back_equal_from_json(name, moment, count):
    one = RemovedResource(id=name, removed_at=moment, thanks_count=count)
    data = json.loads(json.dumps(RemovedResourceSchema().dump(one)))
    assert RemovedResourceSchema().load(data) == one


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("url", "javascript:alert(1)", "expected a web address that begins with https://"),
        ("kind", "song", "expected one of link, note, contact, tool"),
        ("added_at", "2026-11-23T09:00", "expected a moment with its time zone"),
        ("colour", "red", "expected a key that is known here"),
        ("tags", "git", "expected a list of texts"),
    ],
)
def test_wrong_data_is_refused(key, value, message):
    with pytest.raises(ValidationError) as caught:
        ResourceSchema().load(ResourceSchema().dump(resource()) | {key: value})
    assert caught.value.messages[key][0].startswith(message)
