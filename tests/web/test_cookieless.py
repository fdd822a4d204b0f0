"""Launches of browsers that keep no cookie in a frame: who helps them, and what still proves it."""

from __future__ import annotations

import logging
from html import unescape
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool.lti import fingerprint
from lti_tool.store import models
from lti_tool.store.models import Role
from lti_tool.web.visits import COOKIE

FRAMED = {"Sec-Fetch-Dest": "iframe"}
OWN = {"Sec-Fetch-Site": "same-origin"}
TOOL = "https://peerloom.example.edu"


class Page(HTMLParser):
    """The hidden fields of a page, and the data of its one helping element."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.data: dict[str, str] = {}
        self.status = answer.status_code
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "input":
            self.fields[values["name"]] = values["value"]
        if values.get("id") in {"start", "return"}:
            self.data = {
                name.removeprefix("data-"): value
                for name, value in values.items()
                if name.startswith("data-")
            }


@pytest.fixture
def bare(app: Flask) -> FlaskClient:
    """A browser that takes no cookie at all."""
    return app.test_client(use_cookies=False)


def start(client: FlaskClient, platform: Any, *, storage: str | None = None) -> tuple[Page, Any]:
    answer = client.post(
        "/lti/login", data=platform.login_params(lti_storage_target=storage), headers=FRAMED
    )
    return begun(answer)


def begun(answer: TestResponse) -> tuple[Page, Any]:
    page = Page(answer)
    assert page.status == 200, answer.text
    query = parse_qs(urlsplit(page.data["address"]).query)
    address = page.data["address"]
    return page, SimpleNamespace(state=query["state"][0], nonce=query["nonce"][0], address=address)


def post(
    client: FlaskClient, fields: dict[str, str], headers: dict[str, str] | None = None
) -> TestResponse:
    return client.post("/lti/launch", data=fields, headers=headers)


def answer_of(platform: Any, login: Any, **changes: Any) -> dict[str, str]:
    return {
        "state": login.state,
        "id_token": platform.sign(platform.claims(login, **changes)),
    }


def enter(bare: FlaskClient, platform: Any) -> str:
    """Launch without any cookie, and give the path of the visit."""
    page, login = start(bare, platform, storage="_parent")
    proof = {"browser": page.fields["browser"]}
    answer = post(bare, answer_of(platform, login) | proof, OWN)
    assert answer.status_code == 303, answer.text
    return urlsplit(answer.location).path


def visits(database: Session) -> int:
    return database.scalar(select(func.count()).select_from(models.Visit)) or 0


def refused(answer: TestResponse, status: int, code: str) -> None:
    assert (answer.status_code, code in answer.text) == (status, True), answer.text


def test_a_login_in_a_frame_starts_with_a_page_that_helps(
    client: FlaskClient, platform: Any
) -> None:
    page, login = start(client, platform)
    assert login.address.startswith(platform.row.authorization_endpoint)
    assert platform.login_params().items() <= page.fields.items()
    assert (page.fields["state"], page.data["storage"]) == (login.state, "")
    # The cookie comes along: where the browser takes it, nothing else is needed.
    assert post(client, answer_of(platform, login)).status_code == 303


def test_only_the_platform_may_show_that_page(client: FlaskClient, platform: Any) -> None:
    answer = client.post("/lti/login", data=platform.login_params(), headers=FRAMED)
    (ancestors,) = [
        part.strip()
        for part in answer.headers["Content-Security-Policy"].split(";")
        if "frame-ancestors" in part
    ]
    endpoint = urlsplit(platform.row.authorization_endpoint)
    assert f"{endpoint.scheme}://{endpoint.netloc}" in ancestors.split()
    assert "*" not in ancestors


def test_storage_is_asked_at_the_origin_of_the_registration(
    client: FlaskClient, platform: Any
) -> None:
    # Also where no frame is told of: old browsers tell nothing, but the platform does.
    answer = client.post(
        "/lti/login", data=platform.login_params(lti_storage_target="https://evil.example")
    )
    page, login = begun(answer)
    endpoint = urlsplit(platform.row.authorization_endpoint)
    assert page.data["storage"] == "https://evil.example"  # the name of a frame, nothing more
    assert page.data["origin"] == f"{endpoint.scheme}://{endpoint.netloc}"
    assert page.data["key"] == f"peerloom_{fingerprint(login.state)[:16]}"


def test_without_a_cookie_a_page_asks_for_the_secret_and_nothing_has_happened_yet(
    bare: FlaskClient, platform: Any, database: Session
) -> None:
    first, login = start(bare, platform, storage="post_message_forwarding")
    sent = answer_of(platform, login)
    page = Page(post(bare, sent))
    assert page.status == 200
    assert page.fields == sent | {"browser": ""}
    assert page.data["storage"] == "post_message_forwarding"
    assert (page.data["key"], page.data["origin"]) == (first.data["key"], first.data["origin"])
    assert visits(database) == 0
    answer = post(bare, page.fields | {"browser": first.fields["browser"]}, OWN)
    assert answer.status_code == 303
    assert visits(database) == 1
    refused(post(bare, page.fields, OWN), 401, "state_unknown")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_a_secret_from_a_page_that_is_not_ours_proves_nothing(
    bare: FlaskClient, platform: Any, database: Session, site: str | None
) -> None:
    """A stranger posts their own launch, with the secret of their own login, in my browser."""
    page, login = start(bare, platform)
    stolen = answer_of(platform, login) | {"browser": page.fields["browser"]}
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    refused(post(bare, stolen, headers), 401, "browser_mismatch")
    assert visits(database) == 0


def test_a_wrong_secret_is_refused_and_the_right_one_still_counts(
    bare: FlaskClient, platform: Any
) -> None:
    page, login = start(bare, platform)
    sent = answer_of(platform, login)
    refused(post(bare, sent | {"browser": "wrong"}, OWN), 401, "browser_mismatch")
    refused(post(bare, sent | {"browser": ""}, OWN), 401, "browser_mismatch")
    assert post(bare, sent | {"browser": page.fields["browser"]}, OWN).status_code == 303


def test_a_cookie_of_another_browser_is_refused_however_right_the_secret(
    client: FlaskClient, platform: Any
) -> None:
    page, login = start(client, platform)
    name = f"peerloom-login-{fingerprint(login.state)[:16]}"
    client.set_cookie(name, "wrong", domain="peerloom.example.edu", path="/lti/launch")
    sent = answer_of(platform, login) | {"browser": page.fields["browser"]}
    refused(post(client, sent, OWN), 401, "browser_mismatch")


@pytest.mark.parametrize("token", ["", "a.b", "<b>.x.y", "a.b.c.d", "a.b.c\n"])
def test_what_is_no_token_is_not_shown(bare: FlaskClient, platform: Any, token: str) -> None:
    _, login = start(bare, platform)
    answer = post(bare, {"state": login.state, "id_token": token})
    refused(answer, 401, "browser_mismatch")
    assert "<b>" not in unescape(answer.text)


def test_a_login_that_needed_no_help_gets_none(
    bare: FlaskClient, app: Flask, platform: Any
) -> None:
    login = platform.login(app.test_client())
    refused(post(bare, answer_of(platform, login)), 401, "browser_mismatch")


def test_a_tab_goes_on_with_the_secret_of_the_frame(bare: FlaskClient, platform: Any) -> None:
    frame, _ = start(bare, platform)
    page, login = begun(bare.post("/lti/tab", data=frame.fields))
    assert page.data["tab"] == "yes"
    assert "browser" not in page.fields  # the frame holds it, and answers nobody else
    sent = answer_of(platform, login)
    assert Page(post(bare, sent)).fields == sent | {"browser": ""}
    answer = post(bare, sent | {"browser": frame.fields["browser"]}, OWN)
    assert answer.status_code == 303


def test_in_a_tab_a_cookie_is_enough(client: FlaskClient, platform: Any) -> None:
    frame, _ = start(client, platform)
    _, login = begun(client.post("/lti/tab", data=frame.fields))
    assert post(client, answer_of(platform, login)).status_code == 303


def test_a_ticket_counts_once(bare: FlaskClient, platform: Any) -> None:
    frame, _ = start(bare, platform)
    begun(bare.post("/lti/tab", data=frame.fields))
    refused(bare.post("/lti/tab", data=frame.fields), 401, "state_unknown")


def test_a_ticket_needs_the_secret_of_its_page(bare: FlaskClient, platform: Any) -> None:
    frame, _ = start(bare, platform)
    wrong = frame.fields | {"browser": "wrong"}
    refused(bare.post("/lti/tab", data=wrong), 401, "browser_mismatch")
    begun(bare.post("/lti/tab", data=frame.fields))


def test_a_login_without_help_is_no_ticket(
    client: FlaskClient, bare: FlaskClient, platform: Any
) -> None:
    login = platform.login(client)
    cookie = client.get_cookie(
        f"peerloom-login-{fingerprint(login.state)[:16]}", "peerloom.example.edu", "/lti/launch"
    )
    assert cookie is not None
    ticket = {"state": login.state, "browser": cookie.value}
    answer = bare.post("/lti/tab", data=platform.login_params() | ticket)
    refused(answer, 401, "state_unknown")


def test_a_visit_without_cookies_goes_on_from_our_own_pages_only(
    bare: FlaskClient, platform: Any
) -> None:
    home = enter(bare, platform)
    answer = bare.get(home, headers=OWN)
    assert answer.status_code == 303
    assert bare.get(answer.location, headers=OWN).status_code == 200
    for site in ("none", "cross-site", "same-site"):
        refused(bare.get(home, headers={"Sec-Fetch-Site": site}), 403, "browser_unknown")
    refused(bare.get(home), 403, "browser_unknown")


def test_its_forms_work(bare: FlaskClient, platform: Any, database: Session) -> None:
    home = enter(bare, platform)
    page = Page(bare.get(f"{home}profile", headers=OWN))
    form = {"csrf_token": page.fields["csrf_token"], "teach": "SQL", "timezone": "Europe/Berlin"}
    refused(bare.post(f"{home}profile", data=form), 403, "browser_unknown")
    assert bare.post(f"{home}profile", data=form, headers=OWN).status_code == 303
    profile = database.scalars(select(models.Membership.profile)).one()
    assert profile is not None
    assert profile["teach"] == ["SQL"]


def test_a_browser_that_gives_the_cookie_back_must_go_on_giving_it(
    client: FlaskClient, bare: FlaskClient, platform: Any
) -> None:
    page, login = start(bare, platform)
    sent = answer_of(platform, login) | {"browser": page.fields["browser"]}
    answer = post(client, sent, OWN)  # no cookie of the login, but the visit's is taken
    home = urlsplit(answer.location).path
    assert bare.get(home, headers=OWN).status_code == 303
    assert client.get(home).status_code == 303
    refused(bare.get(home, headers=OWN), 403, "browser_unknown")
    assert client.get(home).status_code == 303


def test_a_wrong_cookie_is_not_better_than_none(
    bare: FlaskClient, client: FlaskClient, platform: Any
) -> None:
    home = enter(bare, platform)
    client.set_cookie(COOKIE, "wrong", domain="peerloom.example.edu", path=home)
    refused(client.get(home, headers=OWN), 403, "browser_unknown")


def test_a_visit_that_began_with_a_cookie_never_goes_on_without(
    client: FlaskClient, bare: FlaskClient, make: Any
) -> None:
    context = make.context()
    page = make.visit(client, make.member(context, role=Role.LEARNER))
    refused(bare.get(f"{page}/", headers=OWN), 403, "browser_unknown")


def test_no_secret_is_logged_or_stands_in_an_address(
    bare: FlaskClient, platform: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        frame, _ = start(bare, platform, storage="_parent")
        _, login = begun(bare.post("/lti/tab", data=frame.fields))
        sent = answer_of(platform, login)
        post(bare, sent | {"browser": "wrong"}, OWN)
        answer = post(bare, sent | {"browser": frame.fields["browser"]}, OWN)
    secrets = (frame.fields["browser"], frame.fields["state"], login.state, sent["id_token"])
    assert not any(secret in caplog.text for secret in secrets)
    assert not any(secret in answer.location for secret in secrets)
    assert frame.fields["browser"] not in login.address
