"""A tiny tool of its own, written with PyJWT only, to see what the classroom lets pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import jwt
import pytest
import responses
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from jwt.algorithms import RSAAlgorithm
from werkzeug.test import TestResponse

from examples.classroom import ClassroomConfig, create_classroom
from examples.classroom.keys import SigningKey
from examples.classroom.state import Classroom

URL = "http://localhost:8000"
TOOL = "https://tool.example"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Form:
    """The form of a page that posts itself."""

    action: str
    fields: dict[str, str]


def read_form(response: TestResponse) -> Form:
    assert response.status_code == 200, response.text
    action = re.search(r'<form method="post" action="([^"]*)" data-post>', response.text)
    assert action is not None, response.text
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', response.text)
    return Form(unescape(action[1]), {unescape(n): unescape(v) for n, v in inputs})


_PRIVATE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
_PLATFORM_KEY = SigningKey()
_OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class ToolClient:
    """The other side of LTI: registers, logs in, asks services."""

    http: FlaskClient
    clock: Clock
    client_id: str = ""
    deployment_id: str = ""
    kid: str = "key-1"
    other_key: rsa.RSAPrivateKey = _OTHER_KEY
    _count: int = field(default=0)

    def key_set(self) -> dict[str, Any]:
        key = RSAAlgorithm.to_jwk(_PRIVATE_KEY.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "RS256"}]}

    def sign(self, claims: dict[str, Any], **options: Any) -> str:
        key = options.pop("key", _PRIVATE_KEY)
        headers = options.pop("headers", {"kid": self.kid})
        algorithm = options.pop("algorithm", "RS256")
        return jwt.encode(claims, key, algorithm=algorithm, headers=headers)

    def metadata(self) -> dict[str, Any]:
        return {
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["implicit", "client_credentials"],
            "initiate_login_uri": f"{TOOL}/login",
            "redirect_uris": [f"{TOOL}/launch"],
            "client_name": "Tiny Tool",
            "jwks_uri": f"{TOOL}/jwks.json",
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": f"{MEMBERS} {AGS}lineitem {AGS}score {AGS}result.readonly unknown",
            TOOL_CONFIGURATION: {
                "domain": "tool.example",
                "target_link_uri": f"{TOOL}/launch",
                "claims": ["iss", "sub", "name", "email"],
                "custom_parameters": {"zone": "$Person.address.timezone", "x": "$No.such"},
                "messages": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "target_link_uri": f"{TOOL}/choose"},
                ],
            },
        }

    def register(self, metadata: dict[str, Any], token: str) -> TestResponse:
        return self.http.post(
            "/lti/register", json=metadata, headers={"Authorization": f"Bearer {token}"}
        )

    def authentication(self, login: Form, **changes: str | None) -> dict[str, str]:
        asked: dict[str, str | None] = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.client_id,
            "redirect_uri": f"{TOOL}/launch",
            "login_hint": login.fields["login_hint"],
            "lti_message_hint": login.fields["lti_message_hint"],
            "state": "state-1",
            "nonce": "nonce-1",
            **changes,
        }
        return {name: value for name, value in asked.items() if value is not None}

    def assertion(self, **changes: Any) -> dict[str, Any]:
        self._count += 1
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": f"{URL}/lti/token",
            "iat": now,
            "exp": now + 300,
            "jti": f"jti-{self._count}",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def ask_token(self, scope: str, assertion: str = "", **changes: str) -> TestResponse:
        return self.http.post(
            "/lti/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion or self.sign(self.assertion()),
                "scope": scope,
                **changes,
            },
        )

    def bearer(self, scope: str) -> dict[str, str]:
        answer = self.ask_token(scope)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(clock: Clock) -> Flask:
    app = create_classroom(ClassroomConfig(url=URL, now=clock), _PLATFORM_KEY)
    app.testing = True
    return app


@pytest.fixture
def classroom(app: Flask) -> Classroom:
    memory = app.extensions["classroom"]
    assert isinstance(memory, Classroom)
    return memory


@pytest.fixture
def instructor(app: Flask) -> FlaskClient:
    """The instructor's browser."""
    return signed_in(app, "40")


@pytest.fixture
def student(app: Flask) -> FlaskClient:
    """A student's browser."""
    return signed_in(app, "42")


@pytest.fixture
def form_of() -> Callable[[TestResponse], Form]:
    """Read the form of a page that posts itself."""
    return read_form


def signed_in(app: Flask, person: str) -> FlaskClient:
    browser = app.test_client()
    assert browser.post("/sign-in", data={"person": person}).status_code == 303
    return browser


def registration_token(instructor: FlaskClient) -> str:
    page = instructor.post("/admin/register", data={"url": f"{TOOL}/register?invitation=1"})
    found = re.search(r"registration_token=([\w-]+)", page.text)
    assert found is not None
    return found[1]


@pytest.fixture
def new_token(instructor: FlaskClient) -> str:
    """A registration token that was not used yet."""
    return registration_token(instructor)


@pytest.fixture
def unregistered(app: Flask, clock: Clock) -> ToolClient:
    return ToolClient(app.test_client(), clock)


@pytest.fixture
def tool(unregistered: ToolClient, instructor: FlaskClient, new_token: str) -> Iterator[ToolClient]:
    """A registered and activated tool whose key set can be fetched."""
    answer = unregistered.register(unregistered.metadata(), new_token).get_json()
    unregistered.client_id = answer["client_id"]
    unregistered.deployment_id = answer[TOOL_CONFIGURATION]["deployment_id"]
    instructor.post(f"/admin/tools/{unregistered.client_id}/activate", data={"active": "yes"})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as web:
        web.get(f"{TOOL}/jwks.json", json=unregistered.key_set())
        yield unregistered


@pytest.fixture
def link_id(tool: ToolClient, instructor: FlaskClient) -> str:
    """An activity with the tool."""
    answer = instructor.post("/course/activities", data={"tool": tool.client_id})
    return answer.location.rsplit("/", 1)[1]
