"""A platform with its own key, which does every step of a launch as a browser would."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lti_tool import lti
from lti_tool.lti.errors import KeyUnknown
from lti_tool.store import models, tenancy
from lti_tool.store.engine import writing

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
CONTEXT_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
TOOL = "https://peerloom.example.edu"


@dataclass
class Login:
    """What the browser carries from the login to the launch."""

    state: str
    nonce: str
    address: str


class KeyShelf:
    """The key sets of the platforms of a test, without a network."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], rsa.RSAPublicKey] = {}
        self.failure: lti.LtiError | None = None

    def find(self, uri: str, kid: str) -> rsa.RSAPublicKey:
        if self.failure is not None:
            raise self.failure
        if (uri, kid) not in self.keys:
            raise KeyUnknown
        return self.keys[uri, kid]


class FakePlatform:
    """A platform that is registered and whose deployment ``deployment-1`` is allowed."""

    def __init__(
        self, row: models.Registration, key: rsa.RSAPrivateKey, clock: Any, shelf: KeyShelf
    ) -> None:
        self.issuer, self.client_id = row.issuer, row.client_id
        self.jwks_uri, self.row = row.jwks_uri, row
        self.key, self.clock, self.shelf = key, clock, shelf
        self.kid = "key-1"
        shelf.keys[self.jwks_uri, self.kid] = key.public_key()

    def login_params(self, **changes: str | None) -> dict[str, str]:
        params = {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "hint-5",
            "lti_message_hint": '{"cmid":2,"launchid":"x"}',
            "target_link_uri": f"{TOOL}/lti/launch",
            "lti_deployment_id": "deployment-1",
            **changes,
        }
        return {name: value for name, value in params.items() if value is not None}

    def login(self, client: FlaskClient, **changes: str | None) -> Login:
        answer = client.post("/lti/login", data=self.login_params(**changes))
        assert answer.status_code == 302, answer.text
        query = parse_qs(urlsplit(answer.location).query)
        return Login(query["state"][0], query["nonce"][0], answer.location)

    def claims(self, login: Login, **changes: Any) -> dict[str, Any]:
        """The claims of a learner's launch; LTI's own are named without their address."""
        now = int(self.clock().timestamp())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "subject-1",
            "nonce": login.nonce,
            "iat": now,
            "exp": now + 60,
            "name": "Ada Lovelace",
            "email": "ada@private.example",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": "deployment-1",
            f"{LTI}target_link_uri": f"{TOOL}/lti/launch",
            f"{LTI}resource_link": {"id": "link-1", "title": "Peerloom"},
            f"{LTI}roles": [f"{CONTEXT_ROLE}Learner"],
            f"{LTI}context": {"id": "course-1", "label": "B1", "title": "Biology"},
        }
        for name, value in changes.items():
            key = name if f"{LTI}{name}" not in claims else f"{LTI}{name}"
            claims[key] = value
        return claims

    def sign(
        self,
        claims: dict[str, Any] | str,
        *,
        key: Any = None,
        kid: str | None = "key-1",
        algorithm: str = "RS256",
        **headers: Any,
    ) -> str:
        payload = claims if isinstance(claims, str) else json.dumps(claims)
        if kid is not None:
            headers["kid"] = kid
        return jwt.PyJWS().encode(
            payload.encode(), key or self.key, algorithm=algorithm, headers=headers
        )

    def post(self, client: FlaskClient, login: Login, token: str) -> TestResponse:
        return client.post("/lti/launch", data={"state": login.state, "id_token": token})

    def launch(self, client: FlaskClient, **changes: Any) -> TestResponse:
        """Log in and launch, with these claims changed."""
        login = self.login(client)
        return self.post(client, login, self.sign(self.claims(login, **changes)))


@pytest.fixture(scope="session")
def rsa_keys() -> list[rsa.RSAPrivateKey]:
    """Two keys: making one takes a while."""
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


@pytest.fixture
def key_shelf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> KeyShelf:
    shelf = KeyShelf()
    monkeypatch.setattr(app.extensions["peerloom"].platforms, "key_sets", shelf)
    return shelf


@pytest.fixture
def platform(
    make: Any, key_shelf: KeyShelf, clock: Any, rsa_keys: list[rsa.RSAPrivateKey]
) -> FakePlatform:
    row = make.registration(issuer="https://canvas.example.edu", client_id="client-1")
    make.deployment(row, deployment_id="deployment-1")
    return FakePlatform(row, rsa_keys[0], clock, key_shelf)


@pytest.fixture
def other_platform(
    make: Any, key_shelf: KeyShelf, clock: Any, rsa_keys: list[rsa.RSAPrivateKey]
) -> FakePlatform:
    """Another school behind the same issuer, with its own key."""
    row = make.registration(issuer="https://canvas.example.edu", client_id="client-2")
    make.deployment(row, deployment_id="deployment-2")
    return FakePlatform(row, rsa_keys[1], clock, key_shelf)


@pytest.fixture
def make_platform(clock: Any, rsa_keys: list[rsa.RSAPrivateKey]) -> Callable[[Flask], FakePlatform]:
    """Register a platform in an application of any kind."""

    def make(app: Flask) -> FakePlatform:
        services = app.extensions["peerloom"]
        services.platforms.key_sets = shelf = KeyShelf()
        with Session(services.engine, expire_on_commit=False) as session, writing(session):
            row = tenancy.add_registration(
                session,
                deployment_id="deployment-1",
                now=clock(),
                issuer="https://canvas.example.edu",
                client_id="client-1",
                authorization_endpoint="https://canvas.example.edu/auth",
                token_endpoint="https://canvas.example.edu/token",
                jwks_uri="https://canvas.example.edu/keys",
            )
        return FakePlatform(row, rsa_keys[0], clock, shelf)

    return make


@pytest.fixture
def refused(
    app: Flask, database: Any, caplog: pytest.LogCaptureFixture
) -> Callable[[TestResponse, int, str], None]:
    """Check that an answer is a clean refusal with this code, and that nobody came in."""
    caplog.set_level(logging.INFO)

    def check(answer: TestResponse, status: int, code: str) -> None:
        assert (answer.status_code, code in answer.text) == (status, True), answer.text
        assert f"code={code} " in caplog.text or code == "too_large"
        assert "Traceback" not in answer.text + caplog.text
        assert database.scalar(select(func.count()).select_from(models.Visit)) == 0
        assert not [
            cookie
            for cookie in answer.headers.getlist("Set-Cookie")
            if cookie.startswith("peerloom-visit")
        ]

    return check
