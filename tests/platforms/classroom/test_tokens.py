"""The token endpoint believes only a full, fresh and right assertion."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

URL = "http://localhost:8000"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


def test_a_token(tool: Any) -> None:
    said = tool.ask_token(f"{MEMBERS} {AGS}score").get_json()
    assert said["token_type"] == "Bearer"
    assert said["expires_in"] == 3600
    assert set(said["scope"].split()) == {MEMBERS, f"{AGS}score"}


def test_only_granted_scopes_are_given(tool: Any) -> None:
    said = tool.ask_token(f"{MEMBERS} unknown").get_json()
    assert said["scope"] == MEMBERS
    answer = tool.ask_token("unknown")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_scope")


NOW = 1795424400


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "another"},
        {"iss": None},
        {"sub": "another"},
        {"sub": None},
        {"aud": URL},
        {"aud": [f"{URL}/lti/token", "https://elsewhere.example"]},
        {"aud": None},
        {"exp": NOW},
        {"exp": None},
        {"exp": NOW + 3601},
        {"exp": "later"},
        {"iat": NOW + 1},
        {"iat": None},
        {"jti": None},
        {"jti": ""},
    ],
)
def test_a_wrong_assertion_is_refused(tool: Any, wrong: dict[str, Any]) -> None:
    assert int(tool.clock().timestamp()) == NOW
    answer = tool.ask_token(MEMBERS, tool.sign(tool.assertion(**wrong)))
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


def test_the_signature_must_be_the_tools(tool: Any) -> None:
    claims = tool.assertion()
    secret = "the public key taken for a shared secret"
    for forged in (
        tool.sign(claims, key=tool.other_key),
        tool.sign(claims, headers={"kid": "unknown"}),
        tool.sign(claims, headers=None),
        tool.sign(claims, key=secret, algorithm="HS256"),
        tool.sign(claims, key=None, algorithm="none"),
        "not a token",
        "x" * 200_000,
    ):
        answer = tool.ask_token(MEMBERS, forged)
        assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert tool.ask_token(MEMBERS, tool.sign(claims)).status_code == 200


def test_an_assertion_counts_once(tool: Any) -> None:
    assertion = tool.sign(tool.assertion())
    assert tool.ask_token(MEMBERS, assertion).status_code == 200
    assert tool.ask_token(MEMBERS, assertion).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "other"}, "invalid_request"),
    ],
)
def test_the_form_must_be_right(tool: Any, wrong: dict[str, str], code: str) -> None:
    answer = tool.ask_token(MEMBERS, **wrong)
    assert (answer.status_code, answer.get_json()["error"]) == (400, code)


def test_json_is_no_form(tool: Any, client: FlaskClient) -> None:
    assert client.post("/lti/token", json={}).get_json()["error"] == "invalid_request"


def test_a_stopped_tool_gets_nothing(tool: Any, instructor: FlaskClient) -> None:
    headers = tool.bearer(MEMBERS)
    instructor.post(f"/admin/tools/{tool.client_id}/activate", data={"active": "no"})
    assert tool.ask_token(MEMBERS).status_code == 401
    assert tool.http.get("/services/members", headers=headers).status_code == 401


def test_a_bearer_token_expires_and_is_checked_at_each_call(tool: Any) -> None:
    headers = tool.bearer(MEMBERS)
    http = tool.http
    assert http.get("/services/members", headers=headers).status_code == 200
    assert http.get("/services/members").status_code == 401
    basic = {"Authorization": headers["Authorization"].replace("Bearer", "Basic")}
    assert http.get("/services/members", headers=basic).status_code == 401
    assert http.get("/services/lineitems", headers=headers).status_code == 403
    tool.clock.forward(hours=1)
    assert http.get("/services/members", headers=headers).status_code == 401


def test_the_header_of_an_id_token_names_the_published_key(client: FlaskClient, tool: Any) -> None:
    keys = client.get("/lti/jwks.json").get_json()
    assert len(keys["keys"]) == 1
    assert jwt.PyJWKSet.from_dict(keys).keys[0].key_type == "RSA"
