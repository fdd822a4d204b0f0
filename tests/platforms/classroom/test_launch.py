"""The authorization endpoint lets a right request pass and refuses each wrong one."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

URL = "http://localhost:8000"
TOOL = "https://tool.example"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_CLAIM = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


@pytest.fixture
def login(student: FlaskClient, link_id: str, form_of: Any) -> Any:
    return form_of(student.get(f"/lti/launch/{link_id}"))


def decode(app: Flask, token: str) -> dict[str, Any]:
    keys = jwt.PyJWKSet.from_dict(app.test_client().get("/lti/jwks.json").get_json())
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    # The clock of these tests stands still, so the times are compared by hand.
    claims: dict[str, Any] = jwt.decode(
        token,
        keys[header["kid"]],
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False, "verify_aud": False},
    )
    return claims


def test_login_initiation_posts_what_lti_asks_for(login: Any, tool: Any, link_id: str) -> None:
    assert login.action == f"{TOOL}/login"
    hint = login.fields.pop("lti_message_hint")
    assert len(hint) >= 16
    assert login.fields == {
        "iss": URL,
        "login_hint": "42",
        "target_link_uri": f"{TOOL}/launch",
        "client_id": tool.client_id,
        "lti_deployment_id": tool.deployment_id,
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_launch(
    app: Flask,
    student: FlaskClient,
    login: Any,
    tool: Any,
    link_id: str,
    form_of: Any,
    method: str,
) -> None:
    asked = tool.authentication(login, state="a<b>&é")
    where = {"query_string": asked} if method == "GET" else {"data": asked}
    answer = form_of(student.open("/lti/authorize", method=method, **where))

    assert answer.action == f"{TOOL}/launch"
    assert set(answer.fields) == {"id_token", "state"}
    assert answer.fields["state"] == "a<b>&é"
    claims = decode(app, answer.fields["id_token"])
    now = int(tool.clock().timestamp())
    assert (claims["iss"], claims["aud"], claims["sub"]) == (URL, tool.client_id, "42")
    assert (claims["iat"], claims["exp"], claims["nonce"]) == (now, now + 300, "nonce-1")
    assert (claims["name"], claims["email"]) == ("Zoë Lindqvist", "zoe.l@bootcamp.example")
    assert claims[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}deployment_id"] == tool.deployment_id
    assert claims[f"{CLAIM}target_link_uri"] == f"{TOOL}/launch"
    assert claims[f"{CLAIM}resource_link"]["id"] == link_id
    assert "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner" in claims[f"{CLAIM}roles"]
    assert claims[f"{CLAIM}custom"] == {"zone": "Europe/Berlin", "x": "$No.such"}
    assert claims[NRPS_CLAIM]["context_memberships_url"].startswith(f"{URL}/services/members?")
    assert claims[AGS_CLAIM]["lineitems"].startswith(f"{URL}/services/lineitems?")
    assert "lineitem" not in claims[AGS_CLAIM], "this activity has no column"


@pytest.mark.parametrize(
    ("person", "missing"), [("53", {"name", "email"}), ("44", {"email"}), ("42", set())]
)
def test_what_a_person_does_not_have_is_not_sent(
    app: Flask, tool: Any, link_id: str, form_of: Any, person: str, missing: set[str]
) -> None:
    browser = app.test_client()
    browser.post("/sign-in", data={"person": person})
    login = form_of(browser.get(f"/lti/launch/{link_id}"))
    answer = form_of(browser.post("/lti/authorize", data=tool.authentication(login)))
    claims = decode(app, answer.fields["id_token"])
    assert {"name", "email"} - claims.keys() == missing


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": f"{TOOL}/launch/"},
        {"redirect_uri": f"{TOOL}/launch?next=x"},
        {"redirect_uri": "https://elsewhere.example/launch"},
        {"redirect_uri": None},
        {"response_type": "code"},
        {"scope": "openid profile"},
        {"nonce": None},
        {"nonce": ""},
        {"lti_message_hint": None},
        {"lti_message_hint": "made-up"},
    ],
)
def test_what_cannot_be_trusted_never_reaches_the_tool(
    student: FlaskClient, login: Any, tool: Any, wrong: dict[str, str | None]
) -> None:
    answer = student.post("/lti/authorize", data=tool.authentication(login, **wrong))
    assert answer.status_code == 400
    assert "data-post" not in answer.text
    assert "id_token" not in answer.text.replace("must be id_token", "")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"client_id": "another"}, "unauthorized_client"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
        ({"login_hint": "43"}, "access_denied"),
        ({"login_hint": None}, "access_denied"),
    ],
)
def test_errors_go_back_to_the_tool_with_the_state(
    student: FlaskClient,
    login: Any,
    tool: Any,
    form_of: Any,
    wrong: dict[str, str | None],
    code: str,
) -> None:
    asked = tool.authentication(login, **wrong)
    answer = form_of(student.post("/lti/authorize", data=asked))
    assert answer.action == f"{TOOL}/launch"
    assert answer.fields["error"] == code
    assert answer.fields["state"] == "state-1"
    assert "id_token" not in answer.fields


def test_a_hint_counts_once(student: FlaskClient, login: Any, tool: Any, form_of: Any) -> None:
    asked = tool.authentication(login)
    assert "id_token" in form_of(student.post("/lti/authorize", data=asked)).fields
    assert student.post("/lti/authorize", data=asked).status_code == 400


def test_a_hint_expires(student: FlaskClient, login: Any, tool: Any) -> None:
    tool.clock.forward(minutes=10)
    assert student.post("/lti/authorize", data=tool.authentication(login)).status_code == 400


def test_a_hint_belongs_to_one_session(
    instructor: FlaskClient, student: FlaskClient, login: Any, tool: Any, form_of: Any
) -> None:
    asked = tool.authentication(login, login_hint="40")
    assert instructor.post("/lti/authorize", data=asked).status_code == 400
    # The stranger's attempt has not used it up.
    right = tool.authentication(login)
    assert "id_token" in form_of(student.post("/lti/authorize", data=right)).fields


def test_a_new_person_at_the_browser_cannot_finish_the_launch(
    student: FlaskClient, login: Any, tool: Any
) -> None:
    student.post("/sign-in", data={"person": "43"})
    assert student.post("/lti/authorize", data=tool.authentication(login)).status_code == 400


def test_a_request_without_the_cookie_is_posted_again_once(
    app: Flask, login: Any, tool: Any, form_of: Any
) -> None:
    stranger = app.test_client()
    again = form_of(stranger.get("/lti/authorize", query_string=tool.authentication(login)))
    assert again.action == "/lti/authorize"
    assert again.fields == {**tool.authentication(login), "repost": "1"}
    assert stranger.post("/lti/authorize", data=again.fields).status_code == 400


def test_a_pending_tool_is_not_launched(
    instructor: FlaskClient, student: FlaskClient, tool: Any, link_id: str
) -> None:
    instructor.post(f"/admin/tools/{tool.client_id}/activate", data={"active": "no"})
    assert student.get(f"/lti/launch/{link_id}").status_code == 403
