"""Columns and scores, as Moodle, Canvas and Open edX really answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti import (
    ActivityProgress,
    GradingProgress,
    Score,
    ScoreOutcome,
    create_line_item,
    find_line_item,
    has_line_item,
    read_results,
    send_score,
)

MOMENT = datetime(2030, 3, 17, 12, 0, 0, 123456, tzinfo=UTC)
SCORE = Score(user_id="u-1", timestamp=MOMENT, score_given=8.5, score_maximum=10)


def column(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"https://lms.example/li/{number}/lineitem?type_id=1",
        "label": "Sessions held",
        "scoreMaximum": 10,
        "resourceId": "programme-1",
        "tag": "sessions",
        **more,
    }


@pytest.fixture
def find(tokens: Any, service: Any) -> Any:
    def find(url: str) -> Any:
        return find_line_item(tokens, service, url, resource_id="programme-1", tag="sessions")

    return find


@pytest.fixture
def create(tokens: Any, service: Any) -> Any:
    def create(url: str, **more: Any) -> Any:
        return create_line_item(
            tokens,
            service,
            url,
            label="Sessions held",
            score_maximum=10,
            resource_id="programme-1",
            tag="sessions",
            **more,
        )

    return create


@pytest.fixture
def send(tokens: Any, service: Any) -> Any:
    return lambda url, score=SCORE: send_score(tokens, service, url, score)


def test_a_column_that_is_there_is_found(find: Any, server: Any) -> None:
    url = server.serve("/li", 200, [column(1, resourceId="other"), column(2), column(3)])
    item = find(f"{url}?type_id=1")
    assert item.url == "https://lms.example/li/2/lineitem?type_id=1"
    assert (item.label, item.score_maximum) == ("Sessions held", 10)
    request = server.seen[-1]
    assert request.command == "GET"
    assert request.path == "/li?type_id=1&resource_id=programme-1&tag=sessions"
    assert request.headers["Accept"] == "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_a_column_is_found_behind_moodles_curly_quotes(find: Any, server: Any) -> None:
    def route(handler: Any) -> None:
        if "from=1" in handler.path:
            handler.answer(200, [column(2)])
        else:
            link = f"<{server.url}/li?limit=1&amp;from=1>; rel=“next”"
            handler.answer(200, [], {"Link": link.encode().decode("latin-1")})

    server.routes["/li"] = route
    assert find(f"{server.url}/li").url.endswith("/2/lineitem?type_id=1")
    assert [request.command for request in server.seen] == ["POST", "GET", "GET"]


def test_a_column_that_is_not_there_is_not_found(find: Any, server: Any) -> None:
    assert find(server.serve("/li", 200, [])) is None
    assert [request.command for request in server.seen] == ["POST", "GET"]


def test_a_column_of_others_is_not_ours(tokens: Any, service: Any, server: Any) -> None:
    """As Sakai marks them where a site shows its whole gradebook."""
    mark = "https://www.sakailms.org/spec/lti-ags/v2p0/readOnly"
    names = {"resource_id": "programme-1", "tag": "sessions"}
    url = server.serve("/li", 200, [column(1, **{mark: True}), column(2, **{mark: False})])
    found = find_line_item(tokens, service, url, **names, foreign_mark=mark)
    assert found is not None
    assert "/2/" in found.url


@pytest.mark.parametrize("status", [200, 201])
def test_a_column_is_made(create: Any, server: Any, status: int) -> None:
    url = server.serve("/li", status, column(7))
    assert create(f"{url}?type_id=1").url.endswith("/7/lineitem?type_id=1")
    request = server.seen[-1]
    assert (request.command, request.path) == ("POST", "/li?type_id=1")
    assert request.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
    # In one line and without a link, and the points are a whole number.
    assert request.body == (
        b'{"label":"Sessions held","scoreMaximum":10,"resourceId":"programme-1","tag":"sessions"}'
    )


def test_a_column_is_made_with_what_the_platform_wants_to_know(create: Any, server: Any) -> None:
    create(server.serve("/li", 201, column(7)), extension={"https://x.example/kind": {"a": 1}})
    assert json.loads(server.seen[-1].body)["https://x.example/kind"] == {"a": 1}


@pytest.mark.parametrize(
    ("status", "is_there"), [(200, True), (404, False), (410, False), (403, None), (503, None)]
)
def test_whether_a_column_is_still_there(
    tokens: Any, service: Any, server: Any, refusal: Any, status: int, is_there: bool | None
) -> None:
    url = server.serve("/li/1", status, column(1))
    if is_there is None:
        assert refusal(has_line_item, tokens, service, url).startswith("service_")
    else:
        assert has_line_item(tokens, service, url) is is_there


RESULTS: dict[str, tuple[Any, list[tuple[str, float | None]] | str]] = {
    "Moodle": (
        [
            {
                "id": "https://x/results?type_id=1&user_id=5",
                "userId": "5",
                "resultScore": 22,
                "resultMaximum": 50,
                "comment": "fine",
                "scoreOf": "https://x/lineitem?type_id=1",
                "timestamp": "2026-11-21T20:10:52+00:00",
            }
        ],
        [("5", 0.44)],
    ),
    "no grade yet": ([{"userId": "5", "resultMaximum": 50}], [("5", None)]),
    "null": ([{"userId": "5", "resultScore": None, "resultMaximum": None}], [("5", None)]),
    "no maximum": ([{"userId": "5", "resultScore": 0.5}], [("5", 0.5)]),
    "nobody": ([], []),
    "an object": ({}, "answer_invalid"),
    "no user": ([{"resultScore": 1}], "answer_invalid"),
    "maximum is zero": ([{"userId": "5", "resultMaximum": 0}], "answer_invalid"),
    "a word": ([{"userId": "5", "resultScore": "much"}], "answer_invalid"),
}


@pytest.mark.parametrize(("body", "shown"), RESULTS.values(), ids=RESULTS)
def test_what_the_gradebook_shows(
    tokens: Any, service: Any, server: Any, refusal: Any, body: Any, shown: Any
) -> None:
    server.serve("/li/results", 200, body)

    def read() -> list[tuple[str, float | None]]:
        url = f"{server.url}/li?type_id=1"
        return [
            (one.user_id, one.share) for one in read_results(tokens, service, url, user_id="a b")
        ]

    if isinstance(shown, str):
        assert refusal(read) == shown
    else:
        assert read() == shown
    request = server.seen[-1]
    assert request.path == "/li/results?type_id=1&user_id=a%20b"
    assert request.headers["Accept"] == "application/vnd.ims.lis.v2.resultcontainer+json"


@pytest.mark.parametrize(
    "body",
    [{}, [None], [{}], [column(1, id="")], [column(1, scoreMaximum=0)], b"x", [column(1, id=5)]],
)
def test_broken_columns_are_refused(find: Any, server: Any, refusal: Any, body: Any) -> None:
    assert refusal(find, server.serve("/li", 200, body)) == "answer_invalid"


def test_columns_that_are_not_allowed(find: Any, server: Any, refusal: Any) -> None:
    assert refusal(find, server.serve("/li", 403, b"")) == "service_refused"


def test_a_score_is_sent_before_the_query_in_one_line(send: Any, server: Any) -> None:
    server.serve("/li/2/lineitem/scores", 200, b"")
    assert send(f"{server.url}/li/2/lineitem?type_id=1") is ScoreOutcome.STORED
    request = server.seen[-1]
    assert (request.command, request.path) == ("POST", "/li/2/lineitem/scores?type_id=1")
    assert request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert request.headers["Authorization"] == "Bearer t0ken"
    assert request.body == (
        b'{"userId":"u-1","timestamp":"2030-03-17T12:00:00.123+00:00",'
        b'"activityProgress":"Completed","gradingProgress":"FullyGraded",'
        b'"scoreGiven":8.5,"scoreMaximum":10}'
    )


ANSWERS: dict[str, tuple[int, Any, ScoreOutcome | str]] = {
    "200, nothing": (200, b"", ScoreOutcome.STORED),
    "200, a result": (200, {"resultUrl": "https://x"}, ScoreOutcome.STORED),
    "201": (201, b"", ScoreOutcome.STORED),
    "202": (202, b"", ScoreOutcome.STORED),
    "204": (204, b"", ScoreOutcome.STORED),
    "Moodle stored nothing": (200, b"[]\n", "score_refused"),
    "Moodle has a newer one": (409, b"[]", ScoreOutcome.ALREADY_NEWER),
    "Open edX has a newer one": (
        400,
        {"timestamp": ["Score timestamp can only be updated to a later point in time"]},
        ScoreOutcome.ALREADY_NEWER,
    ),
    "Open edX has the same one": (
        400,
        {"timestamp": ["Score already exists for the provided timestamp"]},
        ScoreOutcome.ALREADY_NEWER,
    ),
    "bad timestamp": (400, {"timestamp": ["no time zone"]}, "score_refused"),
    "Moodle, not a student": (400, b"[]", "score_refused"),
    "column is gone": (404, b"", "score_refused"),
    "Canvas, not an active student": (422, b"", "score_refused"),
    "Canvas, link is gone": (412, b"", "score_refused"),
    "Moodle, grade is locked": (500, b"[]", "score_refused"),
    "fault": (500, b"<html>", "service_busy"),
    "busy": (429, b"", "service_busy"),
    "down": (503, b"", "service_busy"),
    "Canvas, too many": (403, b"403 Forbidden (Rate Limit Exceeded)", "service_busy"),
    "not allowed": (403, b"", "service_refused"),
    "not allowed at all": (401, b"", "service_refused"),
}


@pytest.mark.parametrize(("status", "body", "outcome"), ANSWERS.values(), ids=ANSWERS)
def test_what_an_answer_to_a_score_means(
    send: Any, server: Any, refusal: Any, status: int, body: Any, outcome: ScoreOutcome | str
) -> None:
    server.serve("/li/scores", status, body)
    url = f"{server.url}/li"
    if isinstance(outcome, ScoreOutcome):
        assert send(url) is outcome
    else:
        assert refusal(send, url) == outcome


def test_a_score_says_what_the_platform_wants_to_know(send: Any, server: Any) -> None:
    server.serve("/li/scores", 200, b"")
    send(f"{server.url}/li", replace(SCORE, extension={"https://x.example/s": {"new": False}}))
    assert server.seen[-1].body.endswith(b',"https://x.example/s":{"new":false}}')


def test_a_score_can_be_taken_back() -> None:
    score = Score(
        user_id="u-1",
        timestamp=MOMENT,
        activity_progress=ActivityProgress.INITIALIZED,
        grading_progress=GradingProgress.NOT_READY,
    )
    assert "scoreGiven" not in json.loads(score.to_json())


WRONG: dict[str, dict[str, Any]] = {
    "no user": {"user_id": ""},
    "no zone": {"timestamp": MOMENT.replace(tzinfo=None)},
    "no maximum": {"score_maximum": None},
    "no points": {"score_given": None},
    "negative": {"score_given": -1},
    "not a number": {"score_given": float("nan")},
    "endless": {"score_given": float("inf")},
    "maximum is zero": {"score_maximum": 0},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_what_cannot_be_a_score(changes: dict[str, Any]) -> None:
    values = {"user_id": "u", "timestamp": MOMENT, "score_given": 1, "score_maximum": 2}
    with pytest.raises(ValueError, match=r"score|timestamp|points"):
        Score(**values | changes)


@given(
    points=st.floats(min_value=0, max_value=1e6, allow_nan=False),
    hours=st.integers(min_value=-12, max_value=14),
    comment=st.text(max_size=20),
)
def test_every_score_is_one_line_of_json_in_utc(points: float, hours: int, comment: str) -> None:
    moment = MOMENT.astimezone(timezone(timedelta(hours=hours)))
    score = Score(
        user_id="u", timestamp=moment, score_given=points, score_maximum=100, comment=comment
    )
    line = score.to_json()
    assert b"\n" not in line
    document = json.loads(line)
    assert document["scoreGiven"] == points
    assert document["timestamp"] == "2030-03-17T12:00:00.123+00:00"
    assert document.get("comment", "") == comment
