"""Published groups: pairs, trios and circles, and who is in them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from peerloom.mentoring.errors import GroupError, MomentError, TextError
from peerloom.mentoring.groups import PublishedGroup

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def group(*members, **fields):
    return PublishedGroup(
        **{"id": "g1", "members": members, "round": 1, "published_at": NOW} | fields
    )


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_members_are_sorted_and_everybody_has_the_others(size):
    names = [f"m{index}" for index in range(size)]
    made = group(*reversed(names))
    assert made.members == tuple(names)
    for name in names:
        assert sorted((name, *made.others(name))) == names


def test_the_same_group_is_equal_in_any_order_and_zone():
    there = NOW.astimezone(ZoneInfo("Asia/Kathmandu"))
    assert group("bo", "ada") == group("ada", "bo", published_at=there)
    assert group("bo", "ada", published_at=there).published_at.tzinfo is UTC


@pytest.mark.parametrize("members", [(), ("ada",), ("ada", "ada"), ("ada", "bo", "ada")])
def test_a_group_is_two_or_more_different_people(members):
    with pytest.raises(GroupError) as caught:
        group(*members)
    assert caught.value.field == "members"


@pytest.mark.parametrize("number", [0, -1, 1.0, True, "1", None])
def test_rounds_are_counted_from_one(number):
    with pytest.raises(GroupError, match="round"):
        group("ada", "bo", round=number)


def test_moments_have_zones_and_come_in_order():
    assert group("ada", "bo", ended_at=NOW).ended_at == NOW
    with pytest.raises(GroupError, match="ended_at"):
        group("ada", "bo", ended_at=NOW - timedelta(seconds=1))
    for name in ("published_at", "ended_at"):
        with pytest.raises(MomentError, match=name):
            group("ada", "bo", **{name: NOW.replace(tzinfo=None)})


def test_ids_are_needed():
    with pytest.raises(TextError):
        group("ada", "")
    with pytest.raises(TextError):
        group("ada", "bo", id="")


def test_a_stranger_has_no_partners_and_is_not_named():
    with pytest.raises(GroupError) as caught:
        group("ada", "bo").others("mallory")
    assert "mallory" not in caught.value.sentence
    assert caught.value.code == "group_invalid"


def test_nothing_is_changed_in_place():
    with pytest.raises(FrozenInstanceError):
        group("ada", "bo").round = 2
