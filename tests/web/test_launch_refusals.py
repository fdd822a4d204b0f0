"""Bad launches, over HTTP: each gets a clean 4xx page with its own code, and writes no visit.

The cases are those in which two widely used libraries were measured, and some more of their kind.
"""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.lti.errors import KeysUnavailable
from lti_tool.store import models


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


def test_a_switch_lets_people_without_a_name_in_as_guests(
    client: FlaskClient, platform: Any, refused: Any, database: Session
) -> None:
    login = platform.login(client)
    claims = platform.claims(login)
    del claims["sub"]
    refused(platform.post(client, login, platform.sign(claims)), 400, "subject_missing")
    switch(database, platform, allows_anonymous=True)
    answer = platform.post(client, login, platform.sign(claims))
    assert (answer.status_code, "You are a guest here" in answer.text) == (200, True)
    assert database.scalars(select(models.Membership)).all() == []
    assert database.scalars(select(models.Visit)).all() == []


def test_a_switch_trusts_another_audience(
    client: FlaskClient, platform: Any, refused: Any, database: Session
) -> None:
    both = {"aud": ["client-1", "other"], "azp": "client-1"}
    refused(platform.launch(client, **both), 401, "audience_untrusted")
    switch(database, platform, trusted_audiences=["other"])
    third = both | {"aud": ["client-1", "other", "third"]}
    refused(platform.launch(client, **third), 401, "audience_untrusted")
    assert platform.launch(client, **both).status_code == 303


def test_a_switch_allows_deployments_at_their_first_launch(
    client: FlaskClient, platform: Any, refused: Any, database: Session
) -> None:
    refused(platform.launch(client, deployment_id="d-2"), 403, "deployment_pending")
    switch(database, platform, allows_deployments=True)
    # Somebody may have left this one waiting on purpose.
    refused(platform.launch(client, deployment_id="d-2"), 403, "deployment_pending")
    assert platform.launch(client, deployment_id="d-3").status_code == 303


def switch(database: Session, platform: Any, **values: Any) -> None:
    row = database.get_one(models.Registration, platform.row.id)
    for name, value in values.items():
        setattr(row, name, value)
    database.commit()
