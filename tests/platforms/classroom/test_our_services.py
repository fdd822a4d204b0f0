"""Our own client of the services against the classroom, which was written without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from lti_tool.lti import (
    Registration,
    Response,
    Score,
    ScoreOutcome,
    create_line_item,
    find_line_item,
    has_line_item,
    read_results,
    read_roster,
    send_score,
)

URL = "http://localhost:8000"
ITEMS = f"{URL}/services/lineitems?course=7"
NAMES = {"resource_id": "sessions-held", "tag": "sessions-held"}
REGISTRATION = Registration(
    issuer=URL,
    client_id="c",
    authorization_endpoint=f"{URL}/auth",
    token_endpoint=f"{URL}/token",
    jwks_uri=f"{URL}/jwks",
)


class Wire:
    """Carries requests with a token of the classroom, as `AccessTokens` does over a network."""

    def __init__(self, tool: Any) -> None:
        self.tool = tool

    def request(
        self,
        _registration: Registration,
        scopes: Iterable[str],
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = 0,
    ) -> Response:
        sent = {**(headers or {}), **self.tool.bearer(" ".join(scopes))}
        answer = self.tool.http.open(url.removeprefix(URL), method=method, headers=sent, data=body)
        return Response(url, answer.status_code, answer.headers, answer.data)


@pytest.fixture
def wire(tool: Any) -> Any:
    return Wire(tool)


@pytest.fixture
def learner(wire: Any) -> str:
    roster = read_roster(wire, REGISTRATION, f"{URL}/services/members?course=7")
    return next(one.user_id for one in roster if one.roles.is_learner)


def test_our_column_is_made_and_found_again(wire: Any) -> None:
    assert find_line_item(wire, REGISTRATION, ITEMS, **NAMES) is None
    made = create_line_item(wire, REGISTRATION, ITEMS, label="Sessions", score_maximum=20, **NAMES)
    assert find_line_item(wire, REGISTRATION, ITEMS, **NAMES) == made
    assert (made.label, made.score_maximum) == ("Sessions", 20)
    assert has_line_item(wire, REGISTRATION, made.url)


def test_what_was_sent_is_what_the_gradebook_shows(wire: Any, learner: str) -> None:
    item = create_line_item(wire, REGISTRATION, ITEMS, label="Sessions", score_maximum=20, **NAMES)
    score = Score(
        user_id=learner,
        timestamp=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        score_given=3,
        score_maximum=4,
        extension={"https://canvas.instructure.com/lti/submission": {"new_submission": False}},
    )
    assert send_score(wire, REGISTRATION, item.url, score) is ScoreOutcome.STORED
    assert send_score(wire, REGISTRATION, item.url, score) is ScoreOutcome.ALREADY_NEWER
    (shown,) = read_results(wire, REGISTRATION, item.url, user_id=learner)
    assert (shown.user_id, shown.share) == (learner, 0.75)
