"""The roster: whole, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.lti import Response, RosterMember, paging, read_roster, roster
from lti_tool.lti.errors import RosterInvalid
from lti_tool.lti.http import LARGE
from lti_tool.lti.paging import next_page

COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
ACCEPT = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def page(*members: Any) -> dict[str, Any]:
    return {"id": "https://lms.example/nrps", "context": {"id": "ctx-1"}, "members": list(members)}


def member(user_id: Any = "u-1", **more: Any) -> dict[str, Any]:
    return {"user_id": user_id, "roles": ["Learner"], **more}


@pytest.fixture
def read(tokens: Any, service: Any) -> Any:
    def read(url: str) -> list[RosterMember]:
        return list(read_roster(tokens, service, url))

    return read


def test_a_roster_of_moodle(read: Any, server: Any) -> None:
    url = server.serve(
        "/nrps",
        200,
        page(
            {
                "status": "Active",
                "roles": ["Learner"],
                "user_id": "19",
                "lis_person_sourcedid": "S-0015",
                "name": "Oluwaseun Adebayo",
                "email": "student15@example.test",
                "ext_user_username": "student15",
            },
            {"roles": [f"{COURSE}Instructor"], "user_id": "2", "given_name": "Ann"},
            {"roles": ["Mentor"], "user_id": "3", "status": "Inactive", "name": None},
            {"roles": [], "user_id": "4", "status": "Deleted"},
        ),
    )
    members = read(f"{url}?c=1")
    assert [(one.user_id, one.roles.kind, one.is_active, one.name) for one in members] == [
        ("19", "learner", True, "Oluwaseun Adebayo"),
        ("2", "staff", True, "Ann"),
        ("3", "observer", False, ""),
        ("4", "none", False, ""),
    ]
    request = server.seen[-1]
    assert request.path == "/nrps?c=1"
    assert request.headers["Accept"] == ACCEPT
    assert request.headers["Authorization"] == "Bearer t0ken"
    assert "Adebayo" not in repr(members)


def test_pages_are_followed_as_their_links_are_written(read: Any, server: Any) -> None:
    links = {
        "/nrps?c=1": '</nrps?c=1&p=B%2Fc>; rel="next", </first>; rel="first"',
        "/nrps?c=1&p=B%2Fc": f"<{server.url}/nrps?c=1&p=3>; rel=next",
        "/nrps?c=1&p=3": '</nrps?c=1>; rel="differences"',
    }

    def route(handler: Any) -> None:
        number = list(links).index(handler.path)
        handler.answer(200, page(member(f"u-{number}")), {"Link": links[handler.path]})

    server.routes["/nrps"] = route
    assert [one.user_id for one in read(f"{server.url}/nrps?c=1")] == ["u-0", "u-1", "u-2"]
    assert [request.path for request in server.seen] == ["/token", *links]


LINKS = {
    '<https://lms.example/n?p=2>; rel="next"': "https://lms.example/n?p=2",
    "<https://lms.example/n?p=2>;rel=next": "https://lms.example/n?p=2",
    '<https://lms.example/n?p=2>; title="x; y"; REL="prev Next"': "https://lms.example/n?p=2",
    '<https://lms.example/a,b;c?P=Q>; rel="next"': "https://lms.example/a,b;c?P=Q",
    '<https://lms.example/1>; rel="prev", <https://lms.example/2>; rel="next"': (
        "https://lms.example/2"
    ),
    # Moodle's gradebook, as http.client hands it over.
    "<https://lms.example/n?a=1&amp;limit=1&amp;from=1>; rel=“next”".encode().decode("latin-1"): (
        "https://lms.example/n?a=1&limit=1&from=1"
    ),
    "<?p=2>; rel=next": "https://lms.example/n?p=2",
    '<https://lms.example/n?p=2>; rel="nextish"': None,
    '<https://lms.example/n?p=2>; rel="last"': None,
    "https://lms.example/n?p=2": None,
    "": None,
}


@pytest.mark.parametrize(("header", "url"), LINKS.items())
def test_links_to_the_next_page(header: str, url: str | None) -> None:
    response = Response("https://lms.example/n?p=1", 200, {"Link": header}, b"")
    assert next_page(response) == url


NEXT = {
    "the same page": "</nrps>; rel=next",
    "another host": "<https://evil.example/nrps>; rel=next",
    "another port": "<http://127.0.0.1:1/nrps>; rel=next",
    "another scheme": "<https://127.0.0.1/nrps>; rel=next",
    "a script": "<javascript:alert(1)>; rel=next",
    "no address": "<http://[>; rel=next",
}


@pytest.mark.parametrize("link", NEXT.values(), ids=NEXT)
def test_a_next_page_that_is_not_followed(read: Any, server: Any, refusal: Any, link: str) -> None:
    url = server.serve("/nrps", 200, page(member()), Link=link)
    assert refusal(read, url) == "next_page_refused"
    assert len(server.seen) == 2


def test_pages_in_a_circle_end(read: Any, server: Any, refusal: Any) -> None:
    one = server.serve("/one", 200, page(member("a")), Link="</two>; rel=next")
    server.serve("/two", 200, page(member("b")), Link="</one>; rel=next")
    assert refusal(read, one) == "next_page_refused"
    assert [request.path for request in server.seen] == ["/token", "/one", "/two"]


def test_pages_without_end_end(
    read: Any, server: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_PAGES", 5)

    def route(handler: Any) -> None:
        link = f"</nrps?{len(server.seen)}>; rel=next"
        handler.answer(200, page(member()), {"Link": link})

    server.routes["/nrps"] = route
    assert refusal(read, f"{server.url}/nrps") == "next_page_refused"
    assert len(server.seen) == 6


def test_pages_that_take_too_long_together_end(
    read: Any, server: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MAX_SECONDS", 0)
    one = server.serve("/one", 200, page(member("a")), Link="</two>; rel=next")
    server.serve("/two", 200, page(member("b")))
    assert refusal(read, one) == "service_timeout"
    assert [request.path for request in server.seen] == ["/token", "/one"]


def test_more_people_than_any_course_has_are_refused(
    read: Any, server: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "MAX_MEMBERS", 3)
    one = server.serve("/one", 200, page(member("a"), member("b")), Link="</two>; rel=next")
    server.serve("/two", 200, page(member("c")))
    assert len(read(one)) == 3
    server.serve("/two", 200, page(member("c"), member("d")))
    assert refusal(read, one) == "roster_invalid"


def test_a_roster_of_thousands(read: Any, server: Any) -> None:
    url = server.serve(
        "/nrps", 200, page(*(member(f"u-{number}", name="x" * 200) for number in range(5000)))
    )
    assert len(read(url)) == 5000


BROKEN = {
    "no members": ({}, "page 1"),
    "a list": ([], "page 1"),
    "members are an object": ({"members": {}}, "page 1"),
    "no JSON": (b"<html>", "page 1"),
    "member is null": (page(member(), None), "page 1, member 2"),
    "member is a text": (page(member(), member(), "x"), "page 1, member 3"),
    "member without user_id": (page({"roles": []}), "page 1, member 1: user_id"),
    "user_id is empty": (page(member("")), "page 1, member 1: user_id"),
    "user_id is a number": (page(member(5)), "page 1, member 1: user_id"),
    "NUL in user_id": (page(member("a\0")), "page 1, member 1: user_id"),
    "member without roles": (page({"user_id": "u"}), "page 1, member 1: roles"),
    "roles are a text": (page({"user_id": "u", "roles": "Learner"}), "page 1, member 1: roles"),
}


@pytest.mark.parametrize(("body", "place"), BROKEN.values(), ids=BROKEN)
def test_a_broken_page_names_its_place(read: Any, server: Any, body: Any, place: str) -> None:
    url = server.serve("/nrps", 200, body)
    with pytest.raises(RosterInvalid) as caught:
        read(url)
    assert caught.value.detail.startswith(place)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "service_refused"), (404, "service_refused"), (503, "service_busy")],
)
def test_a_roster_that_is_not_given(
    read: Any, server: Any, refusal: Any, status: int, code: str
) -> None:
    assert refusal(read, server.serve("/nrps", status, b"")) == code


def test_a_page_larger_than_any_course(read: Any, server: Any, refusal: Any) -> None:
    url = server.serve("/nrps", 200, b" " * (LARGE + 1))
    assert refusal(read, url) == "answer_too_large"


def test_the_token_goes_only_to_the_address_of_the_launch(
    read: Any, server: Any, refusal: Any
) -> None:
    assert refusal(read, "ftp://127.0.0.1/nrps") == "address_forbidden"


def test_a_roster_asked_by_link_brings_everybodys_custom_parameters(
    tokens: Any, service: Any, server: Any
) -> None:
    """As Canvas answers `rlid` (lib/lti/ims/names_and_roles_serializer.rb)."""
    message = {
        f"{CLAIM}message_type": "LtiResourceLinkRequest",
        f"{CLAIM}custom": {
            "peerloom_groups": '["Monday, early", "Lab 2"]',
            "unknown": "$Foo.bar",
            "points": 3,
        },
        "locale": "en",
    }
    server.serve(
        "/nrps",
        200,
        page(
            member("u-1", message=[message]),
            member("u-2", message=[]),
            member("u-3", message=[None, {f"{CLAIM}custom": [1]}, 5]),
            member("u-4", message="none"),
        ),
    )
    url = f"{server.url}/nrps?c=1"
    found = list(read_roster(tokens, service, url, resource_link_id="a b&c"))
    assert server.seen[-1].path == "/nrps?c=1&rlid=a%20b%26c"
    assert [one.custom for one in found] == [
        {"peerloom_groups": '["Monday, early", "Lab 2"]', "points": "3"},
        {},
        {},
        {},
    ]
    assert "Monday" not in repr(found)


@pytest.mark.parametrize(
    ("enrollments", "groups"),
    [
        ([], ()),
        ([{"group_id": "_12_1"}, {"group_id": "_13_1", "role": "x"}], ("_12_1", "_13_1")),
        (None, None),
        ({}, None),
        ([5], None),
        ([{"group_id": ""}], None),
    ],
)
def test_groups_that_blackboard_adds_to_the_roster(
    read: Any, server: Any, enrollments: Any, groups: Any
) -> None:
    (one,) = read(server.serve("/nrps", 200, page(member(group_enrollments=enrollments))))
    assert one.groups == groups


def test_a_roster_is_read_page_by_page_as_it_is_used(
    tokens: Any, service: Any, server: Any
) -> None:
    one = server.serve("/one", 200, page(member("a")), Link="</two>; rel=next")
    server.serve("/two", 200, page(member("b")))
    found = read_roster(tokens, service, one)
    assert next(found).user_id == "a"
    assert [request.path for request in server.seen] == ["/token", "/one"]
    assert [later.user_id for later in found] == ["b"]
