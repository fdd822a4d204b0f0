"""Bad claims, over HTTP: each gets a clean 4xx page with its own code, and writes no visit.

The cases are those in which two widely used libraries were measured, and some more of their kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

HOUR, DAY = 3600, 86_400


@dataclass
class Case:
    """One launch: claims as they are changed or dropped, and how the token is signed."""

    name: str
    code: str
    status: int = 401
    changes: dict[str, Any] = field(default_factory=dict)
    drop: str = ""
    relative: dict[str, float] = field(default_factory=dict)
    kid: str | None = "key-1"


def changed(name: str, code: str, status: int = 400, **changes: Any) -> Case:
    return Case(name, code, status, changes=changes)


def dropped(name: str, claim: str, code: str, status: int = 400) -> Case:
    return Case(name, code, status, drop=claim)


def moved(name: str, code: str, status: int = 401, **relative: float) -> Case:
    return Case(name, code, status, relative=relative)


CLAIMS = [
    Case("no kid", "kid_missing", kid=None),
    Case("unknown kid", "key_unknown", kid="key-9"),
    changed("wrong version 1.1", "version_unsupported", version="1.1"),
    dropped("no version", "version", "version_missing"),
    moved("expired 1 h ago", "token_expired", iat=-HOUR - 60, exp=-HOUR),
    dropped("no exp", "exp", "expiry_missing", 401),
    dropped("no iat", "iat", "issued_at_missing", 401),
    moved("exp in 10 years", "lifetime_too_long", exp=10 * 365 * DAY),
    moved("iat 1 h in future", "issued_in_future", iat=HOUR, exp=HOUR + 60),
    moved("iat 1 day old, exp ok", "token_too_old", iat=-DAY + 60, exp=30),
    moved("nbf 1 h in future", "token_not_yet_valid", nbf=HOUR),
    changed("wrong aud", "audience_mismatch", 401, aud="client-9"),
    changed("no aud in the list", "audience_mismatch", 401, aud=["client-9"]),
    changed("aud=[client_id,other] without azp", "authorized_party_missing", 401,
            aud=["client-1", "other"]),
    changed("aud=[other,client_id], azp=client_id, other not trusted", "audience_untrusted", 401,
            aud=["other", "client-1"], azp="client-1"),
    changed("aud=[client_id,other], azp=other", "authorized_party_mismatch", 401,
            aud=["client-1", "other"], azp="other"),
    changed("azp=other, aud=client_id", "authorized_party_mismatch", 401, azp="other"),
    changed("wrong iss", "issuer_mismatch", 401, iss="https://evil.example"),
    changed("iss with a slash more", "issuer_mismatch", 401, iss="https://canvas.example.edu/"),
    dropped("missing iss", "iss", "issuer_missing", 401),
    changed("iss is a dict", "issuer_invalid", 401, iss={"a": 1}),
    dropped("missing nonce", "nonce", "nonce_missing", 401),
    changed("nonce never issued by the tool", "nonce_mismatch", 401, nonce="made-up"),
    changed("nonce is an int", "nonce_invalid", 401, nonce=7),
    dropped("missing message_type", "message_type", "message_type_missing"),
    changed("unknown message_type", "message_type_unsupported", message_type="LtiOther"),
    dropped("missing roles", "roles", "roles_missing"),
    dropped("missing deployment_id", "deployment_id", "deployment_id_missing"),
    changed("unknown deployment_id", "deployment_pending", 403, deployment_id="deployment-9"),
    changed("deployment_id is a list", "deployment_id_invalid", deployment_id=["deployment-1"]),
    dropped("missing resource_link", "resource_link", "resource_link_missing"),
    changed("resource_link without id", "resource_link_invalid", resource_link={"title": "x"}),
    changed("resource_link is a string", "resource_link_invalid", resource_link="link-1"),
    dropped("missing sub, where anonymous is off", "sub", "subject_missing"),
    changed("claim target_link_uri on foreign host", "target_foreign",
            target_link_uri="https://evil.example/x"),
    dropped("missing target_link_uri", "target_link_uri", "target_missing"),
    changed("sub=123", "subject_invalid", sub=123),
    changed("roles='x' (string)", "roles_invalid", roles="x"),
    changed("context=[]", "context_invalid", context=[]),
    changed("context='x'", "context_invalid", context="x"),
    changed("null bytes in sub", "subject_invalid", sub="a\x00b"),
    moved("exp is a string", "expiry_invalid"),
]  # fmt: skip


@pytest.mark.parametrize("case", CLAIMS, ids=lambda case: case.name)
def test_a_bad_claim_is_refused(
    client: FlaskClient, platform: Any, clock: Any, refused: Any, case: Case
) -> None:
    login = platform.login(client)
    claims = platform.claims(login, **case.changes)
    now = int(clock().timestamp())
    claims.update({name: now + step for name, step in case.relative.items()})
    if case.name == "exp is a string":
        claims["exp"] = str(now + 60)
    for name in list(claims):
        if case.drop and name.split("/")[-1] == case.drop:
            del claims[name]
    answer = platform.post(client, login, platform.sign(claims, kid=case.kid))
    refused(answer, case.status, case.code)


@pytest.mark.parametrize(
    ("changes", "relative"),
    [
        pytest.param({}, {}, id="CONTROL valid launch"),
        pytest.param({"aud": ["client-1"]}, {}, id="CONTROL aud=[client_id]"),
        pytest.param({}, {"iat": 20, "exp": 80}, id="iat 20 s in future (clock skew)"),
        pytest.param({"roles": []}, {}, id="roles=[] (empty, legal)"),
        pytest.param({"roles": [1, None]}, {}, id="roles=[1,null]"),
        pytest.param({"name": {"a": 1}}, {}, id="name is a dict"),
        pytest.param({"name": "a\ud800b"}, {}, id="lone surrogate in name"),
        pytest.param({"name": "a\x00b"}, {}, id="null byte in name"),
        pytest.param({"padding": "x" * 64_000}, {}, id="90 kB id_token"),
    ],
)
def test_a_good_launch_comes_in(
    client: FlaskClient,
    platform: Any,
    clock: Any,
    changes: dict[str, Any],
    relative: dict[str, int],
) -> None:
    login = platform.login(client)
    claims = platform.claims(login, **changes)
    claims.update({name: int(clock().timestamp()) + step for name, step in relative.items()})
    answer = platform.post(client, login, platform.sign(claims))
    assert answer.status_code == 303, answer.text
    assert client.get(answer.location).status_code in {200, 303}
