"""Every bad form of an id_token: header, signature, size, and JSON that is none."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from lti_tool.lti import LtiError


def segment(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


HEADERS = {
    "no kid": ({"alg": "RS256"}, "kid_missing"),
    "kid is empty": ({"alg": "RS256", "kid": ""}, "kid_missing"),
    "kid is a number": ({"alg": "RS256", "kid": 1}, "kid_missing"),
    "kid is very long": ({"alg": "RS256", "kid": "k" * 256}, "kid_missing"),
    "unknown kid": ({"alg": "RS256", "kid": "k9"}, "key_unknown"),
    "kid of another published key": ({"alg": "RS256", "kid": "k2"}, "signature_invalid"),
    "no alg": ({"kid": "k1"}, "algorithm_refused"),
    "alg RS512": ({"alg": "RS512", "kid": "k1"}, "algorithm_refused"),
    "alg in lower case": ({"alg": "rs256", "kid": "k1"}, "algorithm_refused"),
    "alg is a list": ({"alg": ["RS256"], "kid": "k1"}, "algorithm_refused"),
    "crit": ({"alg": "RS256", "kid": "k1", "crit": ["exp"]}, "critical_header_refused"),
    "b64 without crit": ({"alg": "RS256", "kid": "k1", "b64": False}, "token_malformed"),
}


@pytest.mark.parametrize(("header", "code"), HEADERS.values(), ids=HEADERS)
def test_a_bad_header_is_refused(
    platform: Any, refusal: Any, header: dict[str, Any], code: str
) -> None:
    token = platform.sign_bytes(json.dumps(platform.claims()).encode(), header)
    assert refusal(platform.launch, token) == code


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c"])
def test_a_key_that_comes_with_the_token_is_never_looked_at(
    platform: Any, foreign_key: Any, refusal: Any, name: str
) -> None:
    header = {"kid": "k1", name: "https://evil.example/keys"}
    good = platform.sign(platform.claims(), header=header)
    assert platform.launch(good).subject == "u-1"
    evil = jwt.encode(platform.claims(), foreign_key, "RS256", headers=header)
    assert refusal(platform.launch, evil) == "signature_invalid"


def test_a_signature_by_another_key_is_refused(
    platform: Any, foreign_key: Any, refusal: Any
) -> None:
    token = jwt.encode(platform.claims(), foreign_key, "RS256", headers={"kid": "k1"})
    assert refusal(platform.launch, token) == "signature_invalid"


def test_a_changed_payload_is_refused(platform: Any, refusal: Any) -> None:
    header, _, signature = platform.sign(platform.claims()).split(".")
    payload = segment(json.dumps(platform.claims(sub="admin")).encode())
    assert refusal(platform.launch, f"{header}.{payload}.{signature}") == "signature_invalid"


def test_the_public_key_is_no_shared_secret(platform: Any, refusal: Any) -> None:
    pem = (
        platform.keys["k1"]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    header = segment(b'{"alg":"HS256","kid":"k1"}')
    start = f"{header}.{segment(json.dumps(platform.claims()).encode())}"
    signature = hmac.digest(pem, start.encode(), hashlib.sha256)
    assert refusal(platform.launch, f"{start}.{segment(signature)}") == "algorithm_refused"
    assert platform.lookups == []


def test_no_signature_is_refused(platform: Any, refusal: Any) -> None:
    token = jwt.encode(platform.claims(), None, "none", headers={"kid": "k1"})
    assert refusal(platform.launch, token) == "algorithm_refused"
    header = segment(b'{"alg":"RS256","kid":"k1"}')
    unsigned = f"{header}.{segment(json.dumps(platform.claims()).encode())}."
    assert refusal(platform.launch, unsigned) == "signature_invalid"


JUNK = {
    "not a JWT": "hello",
    "nothing": "",
    "three parts of junk": "a.b.c",
    "three parts of signs": "!!!.???.***",
    "not ASCII": "é.é.é",
    "two parts": "e30.e30",
    "encrypted, five parts": "e30.e30.e30.e30.e30",
    "header is a list": f"{segment(b'[]')}.e30.e30",
    "header is no JSON": f"{segment(b'{')}.e30.e30",
    "header is no UTF-8": f"{segment(bytes([255, 254]))}.e30.e30",
    "header has padding": "e30=.e30.e30",
    "header has stray bits": "e31.e30.e30",
    "header with NaN": segment(b'{"alg":NaN}') + ".e30.e30",
    "header with a number without end": segment(b'{"alg":' + b"9" * 5000 + b"}") + ".e30.e30",
}


@pytest.mark.parametrize("token", JUNK.values(), ids=JUNK)
def test_junk_is_refused(platform: Any, refusal: Any, token: str) -> None:
    assert refusal(platform.launch, token) == "token_malformed"
    assert platform.lookups == []


PAYLOADS = {
    "a list": (b"[]", "token_malformed"),
    "a text": (b'"x"', "token_malformed"),
    "null": (b"null", "token_malformed"),
    "no JSON": (b"{", "token_malformed"),
    "nothing": (b"", "token_malformed"),
    "no UTF-8": (b'{"iss":"\xff"}', "token_malformed"),
    "NaN": (b'{"exp":NaN}', "token_malformed"),
    "Infinity": (b'{"exp":Infinity}', "token_malformed"),
    "a number without end": (b'{"exp":' + b"9" * 5000 + b"}", "token_malformed"),
    "1e400": (b'{"iss":"https://lms.example","aud":"client-1","exp":1e400}', "expiry_invalid"),
    "the same key twice": (b'{"sub":"u-1","sub":"admin"}', "token_key_repeated"),
    "the same key twice, inside": (b'{"a":[{"b":1,"b":2}]}', "token_key_repeated"),
    "50k brackets": (b'{"a":' + b"[" * 45_000 + b"]" * 45_000 + b"}", "token_too_deep"),
}


@pytest.mark.parametrize(("payload", "code"), PAYLOADS.values(), ids=PAYLOADS)
def test_a_bad_payload_is_refused(platform: Any, refusal: Any, payload: bytes, code: str) -> None:
    assert refusal(platform.launch, platform.sign_bytes(payload)) == code


def test_the_same_key_twice_in_the_header_is_refused(platform: Any, refusal: Any) -> None:
    header = b'{"alg":"none","alg":"RS256","kid":"k1"}'
    token = platform.sign_bytes(json.dumps(platform.claims()).encode(), header)
    assert refusal(platform.launch, token) == "token_key_repeated"


SIZES = {
    "90 kB": (90_000, None),
    "180 kB (10k roles)": (180_000, "token_too_large"),
    "1 MB": (1_000_000, "token_too_large"),
}


@pytest.mark.parametrize(("size", "code"), SIZES.values(), ids=SIZES)
def test_the_size_of_a_token(platform: Any, refusal: Any, size: int, code: str | None) -> None:
    token = platform.sign(platform.claims(padding="x" * (size * 3 // 4)))
    if code is None:
        assert platform.launch(token).subject == "u-1"
    else:
        assert refusal(platform.launch, token) == code
        assert platform.lookups == []


def test_a_launch_a_minute_after_its_platform_signed_it(platform: Any, now: Any) -> None:
    token = platform.sign(platform.claims(exp=int(now.timestamp()) + 60))
    assert platform.launch(token, now=now + timedelta(seconds=90)).subject == "u-1"


def test_errors_tell_no_secret(platform: Any) -> None:
    secret = "s3cret-nonce"
    token = platform.sign(platform.claims(nonce=secret))
    with pytest.raises(LtiError) as caught:
        platform.launch(token)
    assert secret not in str(caught.value)
    assert token not in str(caught.value)
