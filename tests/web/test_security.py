"""Headers, hosts, and what a page says when something is wrong."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from lti_tool import create_app
from lti_tool.config import Config
from lti_tool.store.models import Role
from lti_tool.web.security import origin


def policy_of(answer: Any) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


def test_a_page_of_a_visit_is_framed_by_its_platform_only(client: FlaskClient, make: Any) -> None:
    registration = make.registration(
        issuer="https://canvas.instructure.com",
        authorization_endpoint="https://school.instructure.com:8443/api/lti/authorize?x=1",
    )
    course = make.course(deployment=make.deployment(registration))
    policy = policy_of(client.get(f"{make.visit(client, course.staff)}/"))
    assert policy["frame-ancestors"] == (
        "https://canvas.instructure.com https://school.instructure.com:8443"
    )


@pytest.mark.parametrize("path", ["/", "/health", "/lti/jwks.json", "/static/peerloom.css"])
def test_a_public_page_is_framed_by_nobody(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200
        assert policy_of(answer)["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("path", ["/nowhere", "/visit/made-up/course", "/lti/login"])
def test_a_refusal_can_be_read_in_any_frame(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert 400 <= answer.status_code < 500
    assert policy_of(answer)["frame-ancestors"] == "*"
    assert "<form" not in answer.text


def test_a_refusal_within_a_visit_is_framed_by_its_platform_only(
    client: FlaskClient, make: Any
) -> None:
    course = make.course(learners=1)
    answer = client.get(f"{make.visit(client, course.learners[0])}/course")
    assert answer.status_code == 403
    assert policy_of(answer)["frame-ancestors"] == course.context.deployment.registration.issuer


def test_every_answer_holds_the_browser_back(client: FlaskClient, make: Any) -> None:
    page = make.visit(client, make.member(make.context(), role=Role.OBSERVER))
    for path in ("/", f"{page}/", "/nowhere"):
        answer = client.get(path)
        policy = policy_of(answer)
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert "X-Frame-Options" not in answer.headers


def test_over_http_nobody_is_told_to_stay_on_https(tmp_path: Path) -> None:
    app = create_app(Config(url="http://127.0.0.1:5000", data=tmp_path, development=True))
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers
    app.extensions["peerloom"].engine.dispose()


@pytest.mark.parametrize("host", ["evil.example", "localhost", "peerloom.example.edu.evil.example"])
def test_another_host_name_is_refused(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, host: str
) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Traceback" not in caplog.text


def test_the_redirect_address_never_comes_from_the_request(
    client: FlaskClient, platform: Any
) -> None:
    answer = client.post(
        "/lti/login",
        data=platform.login_params(),
        headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
    )
    assert "evil" not in answer.location
    assert "redirect_uri=https%3A%2F%2Fpeerloom.example.edu%2Flti%2Flaunch" in answer.location


@pytest.mark.parametrize(("proxies", "expected"), [(0, "127.0.0.1"), (1, "9.9.9.9")])
def test_only_our_own_proxies_are_believed(tmp_path: Path, proxies: int, expected: str) -> None:
    app = create_app(Config(url="https://peerloom.example.edu", data=tmp_path, proxies=proxies))
    app.get("/address")(lambda: request.remote_addr or "")
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "1.1.1.1, 9.9.9.9"})
    assert answer.text == expected
    app.extensions["peerloom"].engine.dispose()


def test_a_fault_of_ours_is_told_calmly(
    app: Flask, client: FlaskClient, make: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    app.get("/visit/<key>/fault", endpoint="fault")(lambda: 1 / 0)
    page = make.visit(client, make.course().staff)
    answer = client.get(f"{page}/fault")
    assert answer.status_code == 500
    assert "internal_error" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "fault path=/visit/<key>/fault" in caplog.text
    assert page not in caplog.text


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/lti/launch")
    assert (answer.status_code, "method_not_allowed" in answer.text) == (405, True)
    assert {name.strip() for name in answer.headers["Allow"].split(",")} == {"POST", "OPTIONS"}
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_body_without_a_length_is_refused(client: FlaskClient) -> None:
    """A server finds a broken chunk while we read; that would be shown as a fault of ours."""
    answer = client.post("/lti/launch", headers={"Transfer-Encoding": "chunked"})
    assert (answer.status_code, "bad_request" in answer.text) == (411, True)


def test_the_number_on_the_page_is_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = client.get("/visit/made-up/course")
    number = caplog.text.rsplit("request=", 1)[1].split()[0]
    assert len(number) == 12
    assert number in answer.text


def test_a_stranger_is_told_what_this_is(client: FlaskClient) -> None:
    answer = client.get("/")
    assert "Peer mentoring between equals" in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://lms.example/a?b#c", "https://lms.example"),
        ("https://lms.example:8443", "https://lms.example:8443"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000"),
        ("https://user@lms.example/", ""),
        ("https://lms.example;script-src *", ""),
        ("https://a b/", ""),
        ("https://[::1]:8000/", "https://[::1]:8000"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//lms.example", ""),
        ("lms", ""),
        ("", ""),
    ],
)
def test_only_a_plain_origin_enters_the_policy(address: str, expected: str) -> None:
    assert origin(address) == expected
