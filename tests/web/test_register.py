"""Dynamic registration over HTTP, with a platform on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store import invitations
from lti_tool.store.engine import writing
from lti_tool.store.models import Invitation, Registration, State

TOOL_PART = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_PART = "https://purl.imsglobal.org/spec/lti-platform-configuration"


class Moodle:
    """A platform that answers as Moodle does."""

    def __init__(self, server: Any) -> None:
        self.server, self.url = server, server.url
        self.client_id, self.deployment_id = "moodle-client", "2"
        self.status = 200
        server.answers["GET /config"] = lambda _: (200, {}, self.configuration())
        server.answers["POST /register"] = self.register

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": f"{self.url}/keys",
            "registration_endpoint": f"{self.url}/register",
            "scopes_supported": ["openid"],
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            PLATFORM_PART: {"product_family_code": "moodle", "version": "4.5"},
        }

    def register(self, seen: Any) -> tuple[int, dict[str, str], Any]:
        if self.status != 200:
            return self.status, {"Content-Type": "text/html"}, b"missing_domain"
        tool = {"version": "1.3.0"}
        if self.deployment_id:
            tool["deployment_id"] = self.deployment_id
        return 200, {}, {"client_id": self.client_id, "scope": "", TOOL_PART: tool}


@pytest.fixture
def moodle(local_server: Any) -> Moodle:
    return Moodle(local_server)


@pytest.fixture
def browser(any_app: Flask) -> FlaskClient:
    return any_app.test_client()


@pytest.fixture
def store(any_app: Flask) -> Iterator[Session]:
    with Session(any_app.extensions["peerloom"].engine) as session:
        any_app.teardown_appcontext(lambda _error: session.rollback())
        yield session


@pytest.fixture
def invitation(store: Session, clock: Any) -> str:
    with writing(store):
        return invitations.invite(store, clock())


def open_link(browser: FlaskClient, invitation: str, moodle: Moodle) -> Any:
    query = {"openid_configuration": f"{moodle.url}/config", "registration_token": "secret-token"}
    return browser.get(f"/lti/register/{invitation}", query_string=query)


def test_a_link_registers_a_platform(
    browser: FlaskClient, store: Session, invitation: str, moodle: Moodle
) -> None:
    answer = open_link(browser, invitation, moodle)
    assert answer.status_code == 200, answer.text
    row = store.scalars(select(Registration)).one()
    assert (row.issuer, row.client_id) == (moodle.url, "moodle-client")
    assert row.product_family == "moodle"
    assert [(one.deployment_id, one.state) for one in row.deployments] == [("2", State.ACTIVE)]
    config, request = moodle.server.seen
    assert config.headers["Authorization"] == request.headers["Authorization"]
    assert request.headers["Authorization"] == "Bearer secret-token"
    assert b'"https://peerloom.example.edu/lti/launch"' in request.body
    assert "secret-token" not in answer.text
    assert "Activate" in answer.text
    assert 'src="/static/close.js"' in answer.text
    assert f"frame-ancestors {moodle.url}" in answer.headers["Content-Security-Policy"]
    with browser.get("/static/close.js") as script:
        assert script.status_code == 200


def test_a_link_is_good_for_one_registration(
    browser: FlaskClient, store: Session, invitation: str, moodle: Moodle
) -> None:
    open_link(browser, invitation, moodle)
    moodle.client_id = "another"
    again = open_link(browser, invitation, moodle)
    assert again.status_code == 410
    assert "invitation_used" in again.text
    assert len(store.scalars(select(Registration)).all()) == 1
    assert len(moodle.server.seen) == 2


def test_of_two_uses_at_once_exactly_one_counts(
    any_app: Flask, store: Session, invitation: str, moodle: Moodle
) -> None:
    together = Barrier(2)

    def register(_: Any) -> tuple[int, dict[str, str], Any]:
        # Both have been let in before either of them is written down.
        number = together.wait(timeout=60)
        return 200, {}, {"client_id": f"client-{number}", TOOL_PART: {}}

    moodle.server.answers["POST /register"] = register
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(
            lambda _: open_link(any_app.test_client(), invitation, moodle).status_code, range(2)
        )
        assert sorted(answers) == [200, 410]
    store.rollback()
    assert len(store.scalars(select(Registration)).all()) == 1


@pytest.mark.parametrize("days", [7, 30])
def test_a_link_ends_after_seven_days(
    browser: FlaskClient, invitation: str, moodle: Moodle, clock: Any, days: int
) -> None:
    clock.advance(timedelta(days=days))
    assert open_link(browser, invitation, moodle).status_code == 410
    assert moodle.server.seen == []


def test_a_made_up_link_asks_nobody(browser: FlaskClient, moodle: Moodle) -> None:
    assert open_link(browser, "made-up", moodle).status_code == 410
    assert moodle.server.seen == []


def test_a_link_that_is_opened_by_hand_explains_itself(
    browser: FlaskClient, store: Session, invitation: str
) -> None:
    answer = browser.get(f"/lti/register/{invitation}")
    assert answer.status_code == 400
    assert "configuration_missing" in answer.text
    assert store.scalars(select(Invitation)).one().used_at is None


def test_a_failed_attempt_spends_nothing(
    browser: FlaskClient, store: Session, invitation: str, moodle: Moodle
) -> None:
    moodle.status = 400
    answer = open_link(browser, invitation, moodle)
    assert answer.status_code == 424
    assert "registration_refused" in answer.text
    assert store.scalars(select(Registration)).all() == []
    moodle.status = 200
    assert open_link(browser, invitation, moodle).status_code == 200


def test_a_known_platform_is_never_overwritten(
    browser: FlaskClient, store: Session, invitation: str, moodle: Moodle, clock: Any
) -> None:
    open_link(browser, invitation, moodle)
    before = store.scalars(select(Registration)).one()
    keys = before.jwks_uri
    with writing(store):
        second = invitations.invite(store, clock())
    configuration = moodle.configuration() | {"jwks_uri": f"{moodle.url}/evil"}
    moodle.server.answers["GET /config"] = lambda _: (200, {}, configuration)
    answer = open_link(browser, second, moodle)
    assert answer.status_code == 409
    assert "already_registered" in answer.text
    assert store.scalars(select(Registration)).one().jwks_uri == keys
    assert [one.used_at is None for one in store.scalars(select(Invitation))].count(True) == 1


def test_without_a_deployment_the_first_launch_waits(
    browser: FlaskClient, store: Session, invitation: str, moodle: Moodle
) -> None:
    moodle.deployment_id = ""
    answer = open_link(browser, invitation, moodle)
    assert "allows your installation" in answer.text
    assert store.scalars(select(Registration)).one().deployments == []


@pytest.mark.parametrize(
    "where", ["nonsense", "file:///etc/passwd", "http://", "https://[", "http://127.0.0.1:1/x"]
)
def test_an_address_that_leads_nowhere_is_refused(
    browser: FlaskClient, invitation: str, where: str
) -> None:
    answer = browser.get(
        f"/lti/register/{invitation}", query_string={"openid_configuration": where}
    )
    assert 400 <= answer.status_code < 500, answer.text


def test_in_production_no_address_leads_into_this_machine(
    app: Flask, database: Session, clock: Any, local_server: Any
) -> None:
    with writing(database):
        invitation = invitations.invite(database, clock())
    answer = open_link(app.test_client(), invitation, Moodle(local_server))
    assert answer.status_code == 424
    assert "address_forbidden" in answer.text
    assert local_server.seen == []


CANVAS = "https://canvas.instructure.com/lti/"
# The scopes and placements that it knows (doc/api/registration.md), as far as they concern us.
CANVAS_SCOPES = {
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
    "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
}
RESOURCE_LINK_PLACES = {"course_navigation", "link_selection", "assignment_selection"}
DEEP_LINKING_PLACES = {"link_selection", "assignment_selection", "editor_button"}


class Canvas(Moodle):
    """A platform that answers as Canvas does: 422 with its errors, and no deployment."""

    def configuration(self) -> dict[str, Any]:
        return super().configuration() | {
            "issuer": "https://canvas.instructure.com",
            "scopes_supported": ["openid", *sorted(CANVAS_SCOPES)],
            PLATFORM_PART: {
                "product_family_code": "canvas",
                f"{CANVAS}account_name": "A school",
                "messages_supported": [],
            },
        }

    def register(self, seen: Any) -> tuple[int, dict[str, str], Any]:
        asked = json.loads(seen.body)
        errors = list(self.errors(asked))
        if errors:
            return 422, {}, {"errors": errors}
        return 200, {}, {"client_id": "10000000000001", "scope": asked["scope"], TOOL_PART: {}}

    def errors(self, asked: dict[str, Any]) -> Iterator[str]:
        tool = asked[TOOL_PART]
        if not {"client_credentials", "implicit"} <= set(asked["grant_types"]):
            yield "grant_types"
        if asked["response_types"] != ["id_token"] or asked["application_type"] != "web":
            yield "response_types or application_type"
        if asked["token_endpoint_auth_method"] != "private_key_jwt":
            yield "token_endpoint_auth_method"
        if not set(asked["scope"].split()) <= CANVAS_SCOPES:
            yield "scope"
        if tool[f"{CANVAS}privacy_level"] not in {"anonymous", "public", "name_only", "email_only"}:
            yield "privacy_level"
        for message in tool["messages"]:
            places = {place.removeprefix(CANVAS) for place in message["placements"]}
            is_link = message["type"] == "LtiResourceLinkRequest"
            if not places <= (RESOURCE_LINK_PLACES if is_link else DEEP_LINKING_PLACES):
                yield f"placements of {message['type']}"
        self.asked = asked


def test_canvas_takes_the_tool_into_its_menu_and_its_dialogues(
    browser: FlaskClient, store: Session, invitation: str, local_server: Any
) -> None:
    canvas = Canvas(local_server)
    answer = open_link(browser, invitation, canvas)
    assert answer.status_code == 200, answer.text
    row = store.scalars(select(Registration)).one()
    assert (row.issuer, row.client_id) == ("https://canvas.instructure.com", "10000000000001")
    assert row.deployments == []
    tool = canvas.asked[TOOL_PART]
    places = {message["type"]: message["placements"] for message in tool["messages"]}
    assert places == {
        "LtiResourceLinkRequest": [f"{CANVAS}course_navigation"],
        "LtiDeepLinkingRequest": [f"{CANVAS}link_selection", f"{CANVAS}assignment_selection"],
    }
    assert tool[f"{CANVAS}privacy_level"] == "name_only"
    assert tool["custom_parameters"]["peerloom_history"] == "$Context.id.history"


def test_moodle_hears_nothing_of_canvas(
    browser: FlaskClient, invitation: str, moodle: Moodle
) -> None:
    open_link(browser, invitation, moodle)
    assert b"instructure" not in moodle.server.seen[1].body


def test_canvas_can_read_the_tool_from_an_address(browser: FlaskClient) -> None:
    answer = browser.get("/lti/canvas.json")
    assert answer.status_code == 200
    key = answer.get_json()
    assert key["oidc_initiation_url"] == "https://peerloom.example.edu/lti/login"
    assert key["redirect_uris"] == ["https://peerloom.example.edu/lti/launch"]
    assert set(key["scopes"]) <= CANVAS_SCOPES
    (extension,) = key["extensions"]
    assert (extension["platform"], extension["domain"]) == (
        "canvas.instructure.com",
        "peerloom.example.edu",
    )
    placements = extension["settings"]["placements"]
    assert [one["placement"] for one in placements] == [
        "course_navigation",
        "link_selection",
        "assignment_selection",
    ]
    for one in placements:
        # The tool's own domain, or Canvas refuses the key.
        assert one["target_link_uri"].startswith("https://peerloom.example.edu/")
        kind = {"course_navigation": "LtiResourceLinkRequest"}
        assert one["message_type"] == kind.get(one["placement"], "LtiDeepLinkingRequest")
