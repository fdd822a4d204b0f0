"""Bad launches, over HTTP: each gets a clean 4xx page with its own code, and writes no visit.

The rows are the cases in which two widely used libraries were measured; see
docs/decisions for what the measurement taught us.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_tool.lti.errors import KeysUnavailable
from lti_tool.store import models

HOUR, DAY = 3600, 86_400
OURS = "https://peerloom.example.edu/lti/launch"


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
        pytest.param(
            {"aud": ["other", "client-1"], "azp": "client-1"},
            {},
            id="CONTROL valid: aud=[other,client_id] azp=client_id",
        ),
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


@pytest.mark.parametrize(
    ("name", "token", "code"),
    [
        ("not a JWT", "not a token", "token_malformed"),
        ("three parts of junk", "a.b.c", "token_malformed"),
        ("empty parts", "..", "token_malformed"),
        ("five parts", "a.b.c.d.e", "token_malformed"),
    ],
)
def test_junk_is_refused(
    client: FlaskClient, platform: Any, refused: Any, name: str, token: str, code: str
) -> None:
    refused(platform.post(client, platform.login(client), token), 400, code)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param("[1]", "token_malformed", id="payload is a JSON list"),
        pytest.param('{"sub": "a", "sub": "b"}', "token_key_repeated", id="duplicate JSON keys"),
        pytest.param("[" * 50_000 + "]" * 50_000, None, id="50k deep nested JSON"),
        pytest.param('{"a": ' * 3_000 + "1" + "}" * 3_000, "token_too_deep", id="deep objects"),
        pytest.param('{"exp": 1e400}', None, id="exp=1e400 (Infinity)"),
        pytest.param('{"exp": NaN}', "token_malformed", id="exp=NaN"),
    ],
)
def test_a_strange_payload_is_refused(
    client: FlaskClient, platform: Any, refused: Any, payload: str, code: str | None
) -> None:
    answer = platform.post(client, platform.login(client), platform.sign(payload))
    if code is None:
        assert 400 <= answer.status_code < 500
    else:
        refused(answer, 400, code)


def test_exp_beyond_all_numbers_is_refused(
    client: FlaskClient, platform: Any, refused: Any
) -> None:
    login = platform.login(client)
    text = json.dumps(platform.claims(login, exp=0)).replace('"exp": 0', '"exp": 1e400')
    refused(platform.post(client, login, platform.sign(text)), 401, "expiry_invalid")


def test_the_signature_of_another_key_is_refused(
    client: FlaskClient, platform: Any, rsa_keys: Any, refused: Any
) -> None:
    login = platform.login(client)
    token = platform.sign(platform.claims(login), key=rsa_keys[1])
    refused(platform.post(client, login, token), 401, "signature_invalid")


def test_the_kid_of_another_published_key_is_refused(
    client: FlaskClient, platform: Any, rsa_keys: Any, refused: Any
) -> None:
    platform.shelf.keys[platform.jwks_uri, "key-2"] = rsa_keys[1].public_key()
    login = platform.login(client)
    token = platform.sign(platform.claims(login), kid="key-2")
    refused(platform.post(client, login, token), 401, "signature_invalid")


def test_alg_none_is_refused(client: FlaskClient, platform: Any, refused: Any) -> None:
    login = platform.login(client)
    token = jwt.encode(platform.claims(login), None, algorithm="none", headers={"kid": "key-1"})
    refused(platform.post(client, login, token), 401, "algorithm_refused")


@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_hs256_with_the_public_key_is_refused(
    client: FlaskClient, platform: Any, refused: Any
) -> None:
    login = platform.login(client)
    pem = platform.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"key-1","typ":"JWT"}').decode()
    body = jwt.utils.base64url_encode(json.dumps(platform.claims(login)).encode()).decode()
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mark = jwt.utils.base64url_encode(hmac.sign(f"{head}.{body}".encode(), pem)).decode()
    refused(platform.post(client, login, f"{head}.{body}.{mark}"), 401, "algorithm_refused")


def test_the_nonce_of_another_login_of_this_browser_is_refused(
    client: FlaskClient, platform: Any, refused: Any
) -> None:
    first, second = platform.login(client), platform.login(client)
    token = platform.sign(platform.claims(second, nonce=first.nonce))
    refused(platform.post(client, second, token), 401, "nonce_mismatch")


def test_the_nonce_of_another_browser_is_refused(
    app: Flask, client: FlaskClient, platform: Any, refused: Any
) -> None:
    stranger, own = platform.login(app.test_client()), platform.login(client)
    token = platform.sign(platform.claims(own, nonce=stranger.nonce))
    refused(platform.post(client, own, token), 401, "nonce_mismatch")


def test_a_stolen_state_and_token_are_refused(
    app: Flask, client: FlaskClient, platform: Any, refused: Any
) -> None:
    login = platform.login(client)
    token = platform.sign(platform.claims(login))
    refused(platform.post(app.test_client(), login, token), 401, "browser_mismatch")
    thief = app.test_client()
    platform.login(thief)
    refused(platform.post(thief, login, token), 401, "browser_mismatch")


def test_a_replay_is_refused(app: Flask, client: FlaskClient, platform: Any) -> None:
    login = platform.login(client)
    token = platform.sign(platform.claims(login))
    assert platform.post(client, login, token).status_code == 303
    for browser in (client, app.test_client()):
        answer = platform.post(browser, login, token)
        assert answer.status_code == 401
        assert "state_unknown" in answer.text
        assert "open Peerloom again" in answer.text


def test_a_spent_nonce_is_refused_with_a_new_state(client: FlaskClient, platform: Any) -> None:
    first = platform.login(client)
    assert platform.post(client, first, platform.sign(platform.claims(first))).status_code == 303
    second = platform.login(client)
    answer = platform.post(
        client, second, platform.sign(platform.claims(second, nonce=first.nonce))
    )
    assert (answer.status_code, "nonce_mismatch" in answer.text) == (401, True)


@pytest.mark.parametrize(
    ("name", "form", "status", "code"),
    [
        ("missing state", {"id_token": "a.b.c"}, 400, "state_missing"),
        ("wrong state", {"id_token": "a.b.c", "state": "made-up"}, 401, "state_unknown"),
        ("empty POST", {}, 400, "state_missing"),
        ("error of nobody", {"error": "login_required", "state": "x"}, 401, "state_unknown"),
    ],
)
def test_a_post_without_a_login_is_refused(
    client: FlaskClient,
    platform: Any,
    refused: Any,
    name: str,
    form: dict[str, str],
    status: int,
    code: str,
) -> None:
    platform.login(client)
    refused(client.post("/lti/launch", data=form), status, code)


def test_the_platforms_own_refusal_is_told_calmly(
    client: FlaskClient, platform: Any, refused: Any
) -> None:
    form = {
        "error": "login_required",
        "error_description": "<b>no session</b>",
        "state": platform.login(client).state,
    }
    answer = client.post("/lti/launch", data=form)
    refused(answer, 401, "platform_refused")
    assert "<b>" not in answer.text


def test_a_token_sent_by_get_is_refused(client: FlaskClient, platform: Any) -> None:
    login = platform.login(client)
    token = platform.sign(platform.claims(login))
    answer = client.get("/lti/launch", query_string={"state": login.state, "id_token": token})
    assert answer.status_code == 405
    assert "method_not_allowed" in answer.text


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [(1_000_000, 413, "too_large"), (180_000, 413, "token_too_large")],
)
def test_a_huge_token_is_refused(
    client: FlaskClient, platform: Any, refused: Any, size: int, status: int, code: str
) -> None:
    refused(platform.post(client, platform.login(client), "x" * size), status, code)


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("target on foreign host", {"target_link_uri": "https://evil.example"}, "target_foreign"),
        ("unknown iss", {"iss": "https://evil.example"}, "registration_unknown"),
        ("missing iss", {"iss": None}, "login_parameter_missing"),
        ("missing login_hint", {"login_hint": None}, "login_parameter_missing"),
        ("unknown client_id", {"client_id": "client-9"}, "registration_unknown"),
        ("missing target_link_uri", {"target_link_uri": None}, "login_parameter_missing"),
        ("null byte", {"login_hint": "a\x00b"}, "login_parameter_invalid"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_bad_login_goes_nowhere(
    client: FlaskClient,
    platform: Any,
    refused: Any,
    database: Any,
    method: str,
    name: str,
    changes: dict[str, str | None],
    code: str,
) -> None:
    params = platform.login_params(**changes)
    if method == "get":
        answer = client.get("/lti/login", query_string=params)
    else:
        answer = client.post("/lti/login", data=params)
    refused(answer, 400, code)
    assert "Location" not in answer.headers
    assert database.scalar(select(func.count()).select_from(models.PendingLaunch)) == 0


def test_a_platform_whose_keys_cannot_be_had_is_told_calmly(
    client: FlaskClient, platform: Any, refused: Any
) -> None:
    login = platform.login(client)
    platform.shelf.failure = KeysUnavailable("https://canvas.example.edu/keys: HTML")
    token = platform.sign(platform.claims(login))
    refused(platform.post(client, login, token), 424, "keys_unavailable")
    platform.shelf.failure = None
    assert platform.post(client, login, token).status_code == 303
