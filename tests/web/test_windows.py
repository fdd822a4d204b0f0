"""How often an address has called is counted within its minute, and forgotten after it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from lti_tool.web import windows
from lti_tool.web.windows import WindowStorage


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    now = SimpleNamespace(seconds=1_000_000.0)
    monkeypatch.setattr(windows, "time", SimpleNamespace(time=lambda: now.seconds))
    return now


@pytest.mark.parametrize("kind", [WindowStorage, MemoryStorage])
def test_a_window_takes_as_many_as_it_says(kind: type[Storage]) -> None:
    limiter, three = FixedWindowRateLimiter(kind()), parse("3 per minute")
    assert [limiter.hit(three, "ada") for _ in range(5)] == [True] * 3 + [False] * 2
    assert limiter.hit(three, "ben")
    assert limiter.get_window_stats(three, "ada").remaining == 0
    assert limiter.get_window_stats(three, "ben").remaining == 2
    limiter.clear(three, "ada")
    assert limiter.hit(three, "ada")


def test_a_new_window_begins_when_the_old_one_is_over(moment: SimpleNamespace) -> None:
    storage = WindowStorage()
    assert storage.incr("ada", 60) == 1
    moment.seconds += 59
    assert (storage.incr("ada", 60), storage.get("ada")) == (2, 2)
    assert storage.get_expiry("ada") == moment.seconds + 1
    moment.seconds += 1
    assert (storage.get("ada"), storage.get_expiry("ada")) == (0, moment.seconds)
    assert storage.incr("ada", 60, amount=2) == 2


def test_windows_that_are_over_are_swept_out(moment: SimpleNamespace) -> None:
    storage = WindowStorage()
    for number in range(1000):
        storage.incr(str(number), 60)
    moment.seconds += 61
    storage.incr("late", 60)
    assert storage.reset() == 1
    assert storage.get("late") == 0


def test_the_application_refuses_a_flood_from_one_address(app: Flask, client: FlaskClient) -> None:
    answers = [client.get("/lti/login").status_code for _ in range(601)]
    assert set(answers[:600]) == {400}
    assert answers[600] == 429
    other = client.get("/lti/login", environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 400
