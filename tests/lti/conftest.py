"""A platform made of a key and a clock: it signs whatever a test wants signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from lti_tool.lti import Launch, LtiError, Registration, read_launch
from lti_tool.lti.errors import KeyUnknown

NOW = datetime(2030, 3, 17, 12, 0, tzinfo=UTC)
NONCE = "nonce-of-this-login"
TOOL = "https://tool.example"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
CONTEXT_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
REMOVE = object()
"""The value of a claim that shall not be there at all."""


@dataclass
class SigningPlatform:
    """An LMS: its registration with us, its keys, and a launch as it would send it."""

    registration: Registration
    keys: dict[str, rsa.RSAPrivateKey]
    lookups: list[str] = field(default_factory=list)

    def find(self, uri: str, kid: str) -> rsa.RSAPublicKey:
        assert uri == self.registration.jwks_uri
        self.lookups.append(kid)
        if kid not in self.keys:
            raise KeyUnknown
        return self.keys[kid].public_key()

    def claims(self, **changes: Any) -> dict[str, Any]:
        at = int(NOW.timestamp())
        claims = {
            "iss": self.registration.issuer,
            "aud": self.registration.client_id,
            "sub": "u-1",
            "exp": at + 300,
            "iat": at,
            "nonce": NONCE,
            "name": "Aiko Sato",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "dep-1",
            f"{CLAIM}target_link_uri": f"{TOOL}/visit",
            f"{CLAIM}resource_link": {"id": "rl-1", "title": "Week 1"},
            f"{CLAIM}roles": [f"{CONTEXT_ROLE}Learner"],
            f"{CLAIM}context": {"id": "ctx-1", "label": "B1", "title": "Bio"},
        }
        for name, value in changes.items():
            key = name if name in _SHORT else f"{CLAIM}{name}"
            if value is REMOVE:
                claims.pop(key, None)
            else:
                claims[key] = value
        return claims

    def sign(self, claims: Mapping[str, Any], *, kid: str = "k1", header: Any = None) -> str:
        return jwt.encode(dict(claims), self.keys[kid], "RS256", headers=header or {"kid": kid})

    def sign_bytes(self, payload: bytes, header: Mapping[str, Any] | bytes | None = None) -> str:
        """Sign any payload under any header with the key k1, also what PyJWT would not write."""
        if not isinstance(header, bytes):
            header = json.dumps(header or {"alg": "RS256", "kid": "k1"}).encode()
        start = _b64(header) + b"." + _b64(payload)
        algorithm = jwt.get_algorithm_by_name("RS256")
        return (start + b"." + _b64(algorithm.sign(start, self.keys["k1"]))).decode()

    def launch(self, token: str, **changes: Any) -> Launch:
        arguments: dict[str, Any] = {
            "registration": self.registration,
            "key_set": self,
            "nonce": NONCE,
            "now": NOW,
            "tool_url": TOOL,
        }
        return read_launch(token, **arguments | changes)


_SHORT = {"iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name", "given_name"} | {
    "family_name",
    "email",
    "locale",
}


def _b64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


@pytest.fixture(scope="session")
def rsa_keys() -> list[rsa.RSAPrivateKey]:
    return [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(3)]


@pytest.fixture
def registration() -> Registration:
    return Registration(
        issuer="https://lms.example",
        client_id="client-1",
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/jwks",
    )


@pytest.fixture
def platform(registration: Registration, rsa_keys: list[rsa.RSAPrivateKey]) -> SigningPlatform:
    return SigningPlatform(registration, {"k1": rsa_keys[0], "k2": rsa_keys[1]})


@pytest.fixture
def foreign_key(rsa_keys: list[rsa.RSAPrivateKey]) -> rsa.RSAPrivateKey:
    return rsa_keys[2]


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Give the code with which a call is refused."""

    def code_of(call: Callable[..., Any], *args: Any, **more: Any) -> str:
        with pytest.raises(LtiError) as caught:
            call(*args, **more)
        assert 400 <= caught.value.status < 500
        assert caught.value.sentence
        return caught.value.code

    return code_of
