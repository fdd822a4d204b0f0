"""Names and roles, and grades: paged, filtered, and strict with scores."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

URL = "http://localhost:8000"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
COURSE = "?course=7"


class Service:
    """A tool's client of the services, with all the scopes."""

    def __init__(self, tool: Any) -> None:
        scopes = f"{MEMBERS} {AGS}lineitem {AGS}score {AGS}result.readonly"
        self.http: FlaskClient = tool.http
        self.headers: dict[str, str] = tool.bearer(scopes)

    def get(self, url: str, accept: str) -> TestResponse:
        headers = {**self.headers, "Accept": accept}
        return self.http.get(url.removeprefix(URL), headers=headers)

    def send(self, method: str, url: str, body: Any, content_type: str) -> TestResponse:
        return self.http.open(
            url.removeprefix(URL),
            method=method,
            json=body,
            headers=self.headers,
            content_type=content_type,
        )

    def pages(self, url: str, accept: str) -> list[Any]:
        pages = []
        while url:
            answer = self.get(url, accept)
            assert answer.status_code == 200, answer.text
            assert answer.content_type == accept
            pages.append(answer.get_json())
            link = answer.headers.get("Link", "")
            assert not link or link.endswith('>; rel="next"')
            url = link[1:].partition(">")[0]
        return pages

    def add_item(self, **changes: Any) -> str:
        body = {"label": "Sessions held", "scoreMaximum": 10, **changes}
        answer = self.send("POST", f"/services/lineitems{COURSE}", body, LINE_ITEM_TYPE)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Location"] == answer.get_json()["id"]
        return str(answer.get_json()["id"])

    def score(self, item: str, **changes: Any) -> int:
        body = {
            "userId": "42",
            "timestamp": "2026-11-23T09:00:00.123Z",
            "scoreGiven": 3,
            "scoreMaximum": 4,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            **changes,
        }
        body = {name: value for name, value in body.items() if value != "left out"}
        answer = self.send("POST", item.replace("?", "/scores?"), body, SCORE_TYPE)
        return answer.status_code

    def results(self, item: str, query: str = "") -> list[Any]:
        pages = self.pages(item.replace("?", "/results?") + query, RESULTS_TYPE)
        return [result for page in pages for result in page]


@pytest.fixture
def service(tool: Any) -> Service:
    return Service(tool)


def test_the_roster_comes_in_pages(service: Service) -> None:
    pages = service.pages(f"/services/members{COURSE}", MEMBERS_TYPE)
    assert [len(page["members"]) for page in pages] == [10, 10, 6]
    members = {member["user_id"]: member for page in pages for member in page["members"]}
    assert len(members) == 26
    assert f"{ROLE}Instructor" in members["40"]["roles"]
    assert "name" not in members["53"]
    assert "email" not in members["44"]
    assert members["42"]["name"] == "Zoë Lindqvist"


@pytest.mark.parametrize("role", ["Learner", quote(f"{ROLE}Learner")])
def test_the_role_filter_holds_on_every_page(service: Service, role: str) -> None:
    pages = service.pages(f"/services/members{COURSE}&role={role}&limit=7", MEMBERS_TYPE)
    assert [len(page["members"]) for page in pages] == [7, 7, 7, 4]
    assert all(f"{ROLE}Learner" in m["roles"] for page in pages for m in page["members"])


def test_the_roster_is_told_only_what_the_tool_registered_for(
    service: Service, tool: Any, classroom: Any
) -> None:
    classroom.tools[tool.client_id].claims = ("sub",)
    page = service.get(f"/services/members{COURSE}", MEMBERS_TYPE).get_json()
    assert all(set(m) == {"user_id", "status", "roles"} for m in page["members"])


@pytest.mark.parametrize(
    ("query", "accept", "status"),
    [
        ("?course=8", MEMBERS_TYPE, 404),
        ("?course=7&limit=many", MEMBERS_TYPE, 400),
        ("?course=7&rlid=99", MEMBERS_TYPE, 404),
        ("?course=7", "application/json", 406),
        ("?course=7", "text/html", 406),
        ("?course=7", "*/*", 200),
    ],
)
def test_wrong_roster_requests(service: Service, query: str, accept: str, status: int) -> None:
    assert service.get(f"/services/members{query}", accept).status_code == status


def test_line_items(service: Service, link_id: str) -> None:
    mine = service.add_item(resourceLinkId=link_id, tag="held")
    other = service.add_item(resourceId="r-1")
    listed = f"/services/lineitems{COURSE}"

    def ids(query: str) -> list[str]:
        pages = service.pages(listed + query, LINE_ITEMS_TYPE)
        return [item["id"] for page in pages for item in page]

    assert ids("") == [mine, other]
    assert ids("&limit=1") == [mine, other]
    assert ids(f"&resource_link_id={link_id}") == [mine]
    assert ids("&resource_id=r-1") == [other]
    assert ids("&tag=held") == [mine]
    assert ids("&tag=none") == []

    changed = service.send("PUT", mine, {"label": "New", "scoreMaximum": 5}, LINE_ITEM_TYPE)
    assert changed.get_json() == {"id": mine, "label": "New", "scoreMaximum": 5}
    assert service.get(mine, LINE_ITEM_TYPE).get_json()["label"] == "New"
    assert service.send("DELETE", mine, None, "").status_code == 204
    assert service.get(mine, LINE_ITEM_TYPE).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"label": " "}, 400),
        ({"label": None}, 400),
        ({"scoreMaximum": 0}, 400),
        ({"scoreMaximum": "10"}, 400),
        ({"scoreMaximum": None}, 400),
        ({"startDateTime": "2026-11-23T09:00:00"}, 400),
        ({"resourceLinkId": "99"}, 404),
    ],
)
def test_wrong_line_items(service: Service, wrong: dict[str, Any], status: int) -> None:
    body = {"label": "Sessions held", "scoreMaximum": 10, **wrong}
    url = f"/services/lineitems{COURSE}"
    assert service.send("POST", url, body, LINE_ITEM_TYPE).status_code == status
    assert service.pages(url, LINE_ITEMS_TYPE) == [[]]


def test_the_media_type_counts(service: Service) -> None:
    url = f"/services/lineitems{COURSE}"
    assert service.send("POST", url, {}, "application/json").status_code == 415
    assert service.send("POST", url, [], LINE_ITEM_TYPE).status_code == 400


def test_a_score_is_scaled_to_its_column(service: Service, instructor: FlaskClient) -> None:
    item = service.add_item()
    assert service.score(item, comment="Three of four") == 200
    assert service.results(item) == [
        {
            "id": item.replace("?", "/results/42?"),
            "scoreOf": item,
            "userId": "42",
            "resultScore": 7.5,
            "resultMaximum": 10,
            "comment": "Three of four",
        }
    ]
    assert service.results(item, "&user_id=43") == []
    assert ">7.5</td>" in instructor.get("/course/grades").text


def test_only_a_final_score_is_shown(service: Service, instructor: FlaskClient) -> None:
    item = service.add_item()
    assert service.score(item, gradingProgress="Pending") == 200
    assert "resultScore" not in service.results(item)[0]
    assert ">7.5</td>" not in instructor.get("/course/grades").text


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        ("2026-11-23T09:00:00.124Z", 200),
        ("2026-11-23T10:00:01+01:00", 200),
        ("2026-11-23T09:00:00.123Z", 409),
        ("2026-11-23T10:00:00+01:00", 409),
    ],
)
def test_a_score_must_be_newer(service: Service, timestamp: str, status: int) -> None:
    item = service.add_item()
    assert service.score(item) == 200
    assert service.score(item, timestamp=timestamp, scoreGiven=4) == status
    assert service.results(item)[0]["resultScore"] == (10 if status == 200 else 7.5)
    assert service.score(item, userId="43") == 200, "another person has another clock"


@pytest.mark.parametrize(
    "wrong",
    [
        {"userId": "40"},
        {"userId": "nobody"},
        {"userId": 42},
        {"userId": "left out"},
        {"timestamp": "2026-11-23T09:00:00.123"},
        {"timestamp": 1795424400},
        {"timestamp": "left out"},
        {"scoreMaximum": "left out"},
        {"scoreMaximum": 0},
        {"scoreGiven": -1},
        {"scoreGiven": "3"},
        {"scoreGiven": True},
        {"activityProgress": "Done"},
        {"activityProgress": "left out"},
        {"gradingProgress": "Graded"},
        {"gradingProgress": "left out"},
    ],
)
def test_wrong_scores(service: Service, wrong: dict[str, Any]) -> None:
    item = service.add_item()
    assert service.score(item, **wrong) == 400
    assert service.results(item) == []


def test_each_grade_scope_allows_its_own_part(tool: Any, service: Service) -> None:
    item = service.add_item()
    service.headers = tool.bearer(f"{AGS}score")
    assert service.score(item) == 200
    assert service.get(item, LINE_ITEM_TYPE).status_code == 403
    assert service.get(item.replace("?", "/results?"), RESULTS_TYPE).status_code == 403
    service.headers = tool.bearer(f"{AGS}result.readonly")
    assert service.score(item) == 403
    assert len(service.results(item)) == 1


def test_another_tools_column_does_not_exist(tool: Any, service: Service, classroom: Any) -> None:
    item = service.add_item()
    (column,) = classroom.line_items.values()
    column.client_id = "another tool"
    assert service.get(item, LINE_ITEM_TYPE).status_code == 404
    assert service.score(item) == 404
    assert service.send("DELETE", item, None, "").status_code == 404
