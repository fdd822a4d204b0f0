"""Dynamic Registration: one token, one tool, and only on its own domain."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from examples.classroom.state import Classroom

URL = "http://localhost:8000"
TOOL = "https://tool.example"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


def test_the_platform_describes_itself(client: FlaskClient) -> None:
    said = client.get("/.well-known/openid-configuration").get_json()
    assert said["issuer"] == URL
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"):
        assert said[name].startswith(f"{URL}/")
    assert client.get("/lti/jwks.json").get_json()["keys"][0].keys() == {
        "kty", "key_ops", "n", "e", "kid", "use", "alg",
    }  # fmt: skip


def test_the_registration_page_hands_over_a_token_beside_the_tools_own_query(
    instructor: FlaskClient,
) -> None:
    page = instructor.post("/admin/register", data={"url": f"{TOOL}/register?invitation=1"})
    assert f"{TOOL}/register?invitation=1&amp;openid_configuration=" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_only_the_instructor_registers_tools(student: FlaskClient) -> None:
    assert student.post("/admin/register", data={"url": TOOL}).status_code == 403
    assert student.get("/admin").status_code == 403


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "tool.example", "http://"])
def test_an_address_must_be_one(instructor: FlaskClient, url: str) -> None:
    assert instructor.post("/admin/register", data={"url": url}).status_code == 400


def test_a_tool_is_pending_and_gets_no_more_than_the_platform_offers(
    unregistered: Any, new_token: str, classroom: Classroom
) -> None:
    answer = unregistered.register(unregistered.metadata(), new_token)
    assert answer.status_code == 201
    said = answer.get_json()
    assert "unknown" not in said["scope"].split()
    assert MEMBERS in said["scope"].split()
    tool = classroom.tools[said["client_id"]]
    assert said[TOOL_CONFIGURATION]["deployment_id"] == tool.deployment_id
    assert not tool.is_active
    assert tool.deep_link_uri == f"{TOOL}/choose"


def test_a_token_counts_once(unregistered: Any, new_token: str, classroom: Classroom) -> None:
    unregistered.register(unregistered.metadata(), new_token)
    assert unregistered.register(unregistered.metadata(), new_token).status_code == 401
    assert len(classroom.tools) == 1


def test_a_token_expires(unregistered: Any, new_token: str) -> None:
    unregistered.clock.forward(hours=1)
    assert unregistered.register(unregistered.metadata(), new_token).status_code == 401


def test_a_made_up_token_is_refused(unregistered: Any, classroom: Classroom) -> None:
    assert unregistered.register(unregistered.metadata(), "guess").status_code == 401
    assert not classroom.tools


@pytest.mark.parametrize(
    "wrong",
    [
        {"response_types": ["code"]},
        {"grant_types": ["implicit"]},
        {"application_type": "native"},
        {"initiate_login_uri": None},
        {"initiate_login_uri": "javascript:alert(1)"},
        {"redirect_uris": []},
        {"redirect_uris": ["https://elsewhere.example/launch"]},
        {"client_name": ""},
        {"jwks_uri": None},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {TOOL_CONFIGURATION: None},
        {TOOL_CONFIGURATION: {"domain": "elsewhere.example", "target_link_uri": TOOL}},
        {TOOL_CONFIGURATION: {"target_link_uri": TOOL}},
    ],
)
def test_wrong_metadata_is_refused_and_the_token_stays_good(
    unregistered: Any, new_token: str, classroom: Classroom, wrong: dict[str, Any]
) -> None:
    changed = {k: v for k, v in {**unregistered.metadata(), **wrong}.items() if v is not None}
    answer = unregistered.register(changed, new_token)
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "invalid_client_metadata"
    assert not classroom.tools
    assert unregistered.register(unregistered.metadata(), new_token).status_code == 201
