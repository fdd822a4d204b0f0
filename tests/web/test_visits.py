"""Who may open the pages of a visit, and with what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import get_locale, get_timezone

from lti_tool.store.models import Role, State
from lti_tool.web import visits


def test_the_first_page_is_the_one_for_the_role(client: FlaskClient, make: Any) -> None:
    course = make.course(learners=1)
    staff, learner = make.visit(client, course.staff), make.visit(client, course.learners[0])
    assert client.get(f"{staff}/").location == f"{staff}/course"
    assert client.get(f"{learner}/").location == f"{learner}/partner"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.NONE])
def test_a_guest_gets_an_explanation(client: FlaskClient, make: Any, role: Role) -> None:
    page = make.visit(client, make.member(make.context(), role=role))
    answer = client.get(f"{page}/")
    assert answer.status_code == 200
    assert "guest" in answer.text


def test_the_address_alone_opens_nothing(app: Flask, client: FlaskClient, make: Any) -> None:
    page = make.visit(client, make.course().staff)
    answer = app.test_client().get(f"{page}/")
    assert answer.status_code == 403
    assert "browser_unknown" in answer.text


def test_the_cookie_of_another_visit_does_not_help(client: FlaskClient, make: Any) -> None:
    course = make.course(learners=1)
    mine, other = (make.visit(client, one) for one in (course.learners[0], course.staff))
    own = client.get_cookie("peerloom-visit", "peerloom.example.edu", f"{mine}/")
    client.set_cookie(
        "peerloom-visit", own.decoded_value, domain="peerloom.example.edu", path=f"{other}/"
    )
    assert client.get(f"{other}/").status_code == 403
    assert client.get(f"{mine}/").status_code == 303


def test_an_unknown_visit_is_refused(client: FlaskClient) -> None:
    answer = client.get("/visit/never-given/")
    assert answer.status_code == 401
    assert "visit_unknown" in answer.text
    assert "never-given" not in answer.text


def test_a_visit_ends(client: FlaskClient, make: Any, clock: Any) -> None:
    page = make.visit(client, make.course().staff)
    clock.advance(timedelta(hours=12))
    answer = client.get(f"{page}/")
    assert answer.status_code == 401
    assert "visit_expired" in answer.text


def test_a_deployment_that_is_no_longer_active_closes_its_visits(
    client: FlaskClient, make: Any, database: Any
) -> None:
    course = make.course()
    page = make.visit(client, course.staff)
    course.context.deployment.state = State.PENDING
    database.commit()
    assert client.get(f"{page}/").status_code == 403


def test_a_form_needs_the_token_of_its_visit(app: Flask, client: FlaskClient, make: Any) -> None:
    app.post("/visit/<key>/probe", endpoint="probe")(lambda: "written")
    course = make.course(learners=1)
    mine, other = (make.visit(client, one) for one in (course.learners[0], course.staff))
    for token in ("", make.form_token(other), "x" * 64, "ä"):
        answer = client.post(f"{mine}/probe", data={"csrf_token": token})
        assert answer.status_code == 400
        assert "form_expired" in answer.text
    assert (
        client.post(f"{mine}/probe", data={"csrf_token": make.form_token(mine)}).text == "written"
    )


def test_a_role_opens_only_its_own_pages(app: Flask, client: FlaskClient, make: Any) -> None:
    app.get("/visit/<key>/a", endpoint="a")(visits.staff_only(lambda: "staff"))
    app.get("/visit/<key>/b", endpoint="b")(visits.learner_only(lambda: "learner"))
    context = make.context()
    for role, expected in {
        Role.STAFF: (200, 403),
        Role.LEARNER: (403, 200),
        Role.OBSERVER: (403, 403),
        Role.NONE: (403, 403),
    }.items():
        page = make.visit(client, make.member(context, role=role))
        assert tuple(client.get(f"{page}/{one}").status_code for one in "ab") == expected


@pytest.mark.parametrize(
    ("platform", "browser", "expected"),
    [
        ("de", "fr", "de"),
        ("pt-BR", "fr", "pt"),
        ("de_DE", "fr", "de"),
        ("xx", "fr", "fr"),
        ("not a locale", "fr", "fr"),
        ("", "fr-CA", "fr"),
        ("", "xx", "en"),
    ],
)
def test_the_language_is_the_platforms_then_the_browsers(
    app: Flask, client: FlaskClient, make: Any, platform: str, browser: str, expected: str
) -> None:
    app.get("/visit/<key>/language", endpoint="language")(lambda: str(get_locale()))
    page = make.visit(client, make.course().staff, locale=platform)
    answer = client.get(f"{page}/language", headers={"Accept-Language": browser})
    assert answer.text == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ({"timezone": "Asia/Kolkata"}, "Asia/Kolkata"),
        ({"timezone": "Nowhere/City"}, "UTC"),
        ({"timezone": "../../etc"}, "UTC"),
        ({"timezone": 3}, "UTC"),
        (None, "UTC"),
    ],
)
def test_times_are_shown_in_the_members_zone(
    app: Flask, client: FlaskClient, make: Any, profile: dict[str, Any] | None, expected: str
) -> None:
    app.get("/visit/<key>/zone", endpoint="zone")(lambda: str(get_timezone()))
    page = make.visit(client, make.member(make.context(), profile=profile))
    assert client.get(f"{page}/zone").text == expected
