"""The classroom's own pages, and the server that shows them."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from examples.classroom import ClassroomConfig, create_classroom
from examples.classroom.server import listen, serving


def test_the_front_page_offers_everybody_by_one_click(client: FlaskClient) -> None:
    page = client.get("/").text
    assert page.count('name="person"') == 26
    assert "No name (53)" in page
    assert "Anaïs &#34;Nana&#34; Lefèvre" in page


def test_nobody_gets_in_without_saying_who(client: FlaskClient) -> None:
    for path in ("/course", "/course/grades", "/admin", "/course/add", "/lti/launch/1"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize("path", ["/course/grades", "/course/add", "/admin"])
def test_a_student_does_not_get_into_the_instructors_pages(student: FlaskClient, path: str) -> None:
    assert student.get(path).status_code == 403


def test_the_tool_opens_in_a_titled_frame_and_switching_leads_back(
    student: FlaskClient, tool: Any, link_id: str
) -> None:
    page = student.get(f"/course/activities/{link_id}").text
    assert f'<iframe title="Tiny Tool" src="/lti/launch/{link_id}"' in page
    assert f'href="/?activity={link_id}"' in page
    answer = student.post("/sign-in", data={"person": "43", "activity": link_id})
    assert answer.location == f"/course/activities/{link_id}"


def test_the_session_changes_with_the_person(app: Flask) -> None:
    browser = app.test_client()
    browser.post("/sign-in", data={"person": "42"})
    with browser.session_transaction() as first:
        before = first["id"]
    browser.post("/sign-in", data={"person": "43"})
    with browser.session_transaction() as second:
        assert second["id"] != before
    cookie = browser.get_cookie("classroom")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_pages_may_be_framed_by_the_classroom_only(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy


def test_unknown_things_are_404(instructor: FlaskClient) -> None:
    for path in ("/course/activities/9", "/course/add/x", "/lti/launch/9", "/lti/deep-link/x"):
        assert instructor.get(path).status_code == 404
    assert instructor.post("/admin/tools/x/activate").status_code == 404
    assert instructor.post("/sign-in", data={"person": "x"}).status_code == 400


def test_it_serves_over_http_and_frees_the_port() -> None:
    listener = listen()
    port = listener.getsockname()[1]
    url = f"http://localhost:{port}"
    with serving(create_classroom(ClassroomConfig(url=url)), listener):
        assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
    listen(port).close()
