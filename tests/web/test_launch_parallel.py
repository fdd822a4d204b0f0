"""Launches at the same time, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.store import models
from lti_tool.store.base import Base
from lti_tool.store.models import Visit


def count(database: Session, table: type[Base]) -> int:
    return database.scalar(select(func.count()).select_from(table)) or 0


def test_of_two_posts_at_once_exactly_one_comes_in(
    any_app: Flask, clock: Any, rsa_keys: Any, make_platform: Any
) -> None:
    platform = make_platform(any_app)
    browsers = [any_app.test_client() for _ in range(4)]
    login = platform.login(browsers[0])
    jar = browsers[0]._cookies  # the same browser, posting from several tabs
    for browser in browsers:
        browser._cookies = dict(jar or {})
    token = platform.sign(platform.claims(login))
    start = Barrier(len(browsers))

    def post(browser: FlaskClient) -> int:
        start.wait(timeout=30)
        return platform.post(browser, login, token).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        answers = sorted(pool.map(post, browsers))
    assert answers == [303, 401, 401, 401]
    with Session(any_app.extensions["peerloom"].engine) as session:
        assert count(session, Visit) == 1


NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
ROSTER = {"context_memberships_url": "https://canvas.example.edu/members", "service_versions": []}


def test_many_people_come_in_at_once(any_app: Flask, make_platform: Any) -> None:
    platform = make_platform(any_app)
    start = Barrier(6)

    def launch(number: int) -> int:
        browser = any_app.test_client()
        start.wait(timeout=30)
        roles = ["Instructor"] if number % 2 else ["Learner"]
        answer = platform.launch(
            browser, sub=f"subject-{number % 3}", roles=roles, **{NRPS: ROSTER}
        )
        return int(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(launch, range(6)))
    assert answers == [303] * 6
    with Session(any_app.extensions["peerloom"].engine) as session:
        assert count(session, models.User) == 3
        assert count(session, models.Context) == 1
        assert count(session, Visit) == 6
        assert count(session, models.Job) == 1
