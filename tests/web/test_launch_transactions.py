"""A launch takes the write lock of the database twice: once to begin, once to come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


@pytest.fixture
def begun(app: Flask) -> Iterator[list[str]]:
    """How each transaction of the application began."""
    engine, seen = app.extensions["peerloom"].engine, []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", ["Learner", "Instructor"])
def test_login_and_launch_write_once_each(
    client: FlaskClient, platform: Any, begun: list[str], role: str
) -> None:
    login = platform.login(client)
    assert begun == ["BEGIN IMMEDIATE"]
    begun.clear()
    services = {NRPS: {"context_memberships_url": "https://canvas.example.edu/members"}}
    claims = platform.claims(login, roles=[role], **services)
    answer = platform.post(client, login, platform.sign(claims))
    assert answer.status_code == 303, answer.text
    assert begun == ["BEGIN", "BEGIN IMMEDIATE"]
    begun.clear()
    assert client.get(client.get(answer.location).location).status_code == 200
    assert set(begun) == {"BEGIN"}


def test_a_launch_that_is_refused_writes_nothing(
    client: FlaskClient, platform: Any, begun: list[str]
) -> None:
    login = platform.login(client)
    begun.clear()
    answer = platform.post(client, login, platform.sign(platform.claims(login, aud="other")))
    assert answer.status_code == 401
    assert begun == ["BEGIN"]
