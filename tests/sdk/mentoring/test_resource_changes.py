"""Resources that change: thanks, new words, sharing, and what stays when they are removed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.errors import TextError
from peerloom.mentoring.resource_changes import (
    edit_resource,
    erase_from_resource,
    remove_resource,
    share_resource,
    thank,
    unthank,
)
from peerloom.mentoring.resources import RemovedResource, Resource, ResourceError, ResourceKind
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


def test_everybody_thanks_once_and_may_take_it_back():
    once = thank(thank(resource(), "cy", now=NOW), "bo", now=LATER)
    assert once.thanks_count == 2
    assert thank(once, "bo", now=LATER + timedelta(days=1)) is once
    back = unthank(once, "bo")
    assert [one.member for one in back.thanks] == ["cy"]
    assert unthank(back, "bo") is back
    with pytest.raises(ResourceError, match="you added this yourself"):
        thank(once, "ada", now=NOW)


# --- sharing, removing, forgetting ----------------------------------------------------------------


def test_only_who_added_it_changes_its_words_and_thanks_stay():
    one = thank(resource(text="old", tags=("git",)), "bo", now=NOW)
    new = edit_resource(one, by="ada", title="B", url="https://example.org", tags=["SQL", "sql"])
    assert (new.title, new.text, new.tags) == ("B", "old", ("SQL",))
    assert (new.url, new.thanks_count) == ("https://example.org", 1)
    assert edit_resource(one, by="ada", text="", tags=[]).text == ""
    with pytest.raises(ResourceError, match="Only the person who added this"):
        edit_resource(one, by="bo", title="C")
    with pytest.raises(TextError, match="begins with https"):
        edit_resource(one, by="ada", url="javascript:alert(1)")


def test_only_who_added_it_gives_it_to_the_programme():
    one = resource(group="g1")
    assert share_resource(one, by="ada").group is None
    with pytest.raises(ResourceError, match="Only the person who added this"):
        share_resource(one, by="bo")


@pytest.mark.parametrize(
    ("group", "added_by", "by", "is_staff", "may"),
    [
        ("g1", "ada", "ada", False, True),
        ("g1", "ada", "bo", False, False),
        ("g1", "ada", "bo", True, False),
        (None, "ada", "bo", False, False),
        (None, "ada", None, True, True),
        (None, None, None, False, False),
    ],
)
def test_who_may_remove_what(group, added_by, by, is_staff, may):
    one = resource(group=group, added_by=added_by)
    viewer = Viewer(member=by, is_staff=is_staff)
    if may:
        assert remove_resource(one, by=viewer, now=LATER).id == "r1"
    else:
        with pytest.raises(ResourceError, match="Only the person who added this"):
            remove_resource(one, by=viewer, now=LATER)


def test_nothing_private_stays_of_what_was_removed():
    one = thank(
        resource(title="Call Eve", text="0151", tags=("eve",), url="https://eve.example"),
        "bo",
        now=NOW,
    )
    left = remove_resource(one, by=Viewer(member="ada"), now=LATER)
    assert json.loads(json.dumps(RemovedResourceSchema().dump(left))) == {
        "id": "r1",
        "removed_at": "2026-11-23T10:00:00+00:00",
        "thanks_count": 1,
    }


def test_an_erased_member_is_gone_and_their_thanks_stay_as_a_number():
    one = thank(thank(resource(), "bo", now=NOW), "cy", now=NOW)
    without = erase_from_resource(one, "bo", now=LATER)
    assert isinstance(without, Resource)
    assert "bo" not in json.dumps(ResourceSchema().dump(without))
    assert without.thanks_count == 2
    assert erase_from_resource(without, "bo", now=LATER) is without
    gone = erase_from_resource(one, "ada", now=LATER)
    assert gone == RemovedResource(id="r1", removed_at=LATER, thanks_count=2)
