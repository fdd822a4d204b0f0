"""Groups of a course: of all, of one person, and of sets."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.lti import Group, GroupSet, groups, read_group_sets, read_groups

GROUPS = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"


@pytest.fixture
def read(tokens: Any, service: Any) -> Any:
    return lambda url, **more: list(read_groups(tokens, service, url, **more))


def test_the_groups_of_a_course(read: Any, server: Any) -> None:
    url = server.serve(
        "/groups",
        200,
        {
            "id": "https://lms.example/groups",
            "groups": [
                {"id": "_1_1", "name": "Lab  one\n", "set_ids": ["s1", "s2", 5], "hidden": False},
                {"id": "_2_1", "name": None, "set_id": "s1", "tag": "x"},
                {"id": "_3_1"},
            ],
        },
    )
    assert read(f"{url}?c=1") == [
        Group(id="_1_1", name="Lab one", set_ids=("s1", "s2")),
        Group(id="_2_1", set_ids=("s1",)),
        Group(id="_3_1"),
    ]
    assert server.seen[-1].path == "/groups?c=1"
    assert server.seen[-1].headers["Accept"] == GROUPS
    assert b"lti-gs%2Fscope%2Fcontextgroup.readonly" in server.seen[0].body


def test_the_groups_of_one_person(read: Any, server: Any) -> None:
    url = server.serve("/groups", 200, {"groups": [{"id": "g"}]})
    assert read(f"{url}?c=1", user_id="a b") == [Group(id="g")]
    assert server.seen[-1].path == "/groups?c=1&user_id=a%20b"


def test_groups_come_in_pages(read: Any, server: Any) -> None:
    one = server.serve("/one", 200, {"groups": [{"id": "a"}]}, Link="</two>; rel=next")
    server.serve("/two", 200, {"groups": [{"id": "b"}]})
    assert [group.id for group in read(one)] == ["a", "b"]


def test_the_sets_of_a_course(tokens: Any, service: Any, server: Any) -> None:
    url = server.serve("/sets", 200, {"sets": [{"id": "s1", "name": "Labs"}, {"id": "s2"}]})
    assert list(read_group_sets(tokens, service, url)) == [
        GroupSet(id="s1", name="Labs"),
        GroupSet(id="s2"),
    ]
    assert server.seen[-1].headers["Accept"] == SETS


@pytest.mark.parametrize(
    "body", [{}, [], b"<html>", {"groups": {}}, {"groups": [5]}, {"groups": [{"name": "x"}]}]
)
def test_broken_groups_are_refused(read: Any, server: Any, refusal: Any, body: Any) -> None:
    assert refusal(read, server.serve("/groups", 200, body)) == "answer_invalid"


def test_more_groups_than_any_course_has_are_refused(
    read: Any, server: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MAX_GROUPS", 2)
    one = server.serve("/one", 200, {"groups": [{"id": "a"}] * 2}, Link="</two>; rel=next")
    server.serve("/two", 200, {"groups": []})
    assert len(read(one)) == 2
    server.serve("/two", 200, {"groups": [{"id": "b"}]})
    assert refusal(read, one) == "answer_invalid"


def test_groups_that_are_not_given(read: Any, server: Any, refusal: Any) -> None:
    assert refusal(read, server.serve("/groups", 403, b"")) == "service_refused"
