"""Every bad id_token that we know of, each refused with its own code.

The cases are the ones that other LTI tools were measured with; several of them let them in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from lti_tool.lti import LtiError

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
HOUR = 3600
GONE = object()


def edited(claims: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    short = {"iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name"}
    for name, value in changes.items():
        claims[name if name in short else f"{CLAIM}{name}"] = value
    return {key: value for key, value in claims.items() if value is not GONE}


ACCEPTED = {
    "valid": {},
    "aud is a list of us": {"aud": ["client-1"]},
    "aud is others and us, azp is us": {"aud": ["other", "client-1"], "azp": "client-1"},
    "azp is us": {"azp": "client-1"},
    "no roles at all": {"roles": []},
    "roles with junk inside": {"roles": [1, None, {"a": []}, "Learner"]},
    "context is null": {"context": None},
    "name is an object": {"name": {"given": "Ada"}},
    "nbf is null": {"nbf": None},
    "resource link with a null title": {"resource_link": {"id": "1", "title": None}},
    "unknown claims": {"https://vendor.example/x": {"y": [1]}},
    "launch_presentation is a list": {"launch_presentation": []},
    "custom is a text": {"custom": "x"},
    "tool_platform is a number": {"tool_platform": 7},
}


@pytest.mark.parametrize("changes", ACCEPTED.values(), ids=ACCEPTED)
def test_an_unusual_launch_is_accepted(platform: Any, changes: dict[str, Any]) -> None:
    token = platform.sign(edited(platform.claims(), changes))
    assert platform.launch(token).subject == "u-1"


REFUSED = {
    "wrong version": ({"version": "1.1"}, "version_unsupported"),
    "version is a number": ({"version": 1.3}, "version_unsupported"),
    "no version": ({"version": GONE}, "version_missing"),
    "no exp": ({"exp": GONE}, "expiry_missing"),
    "exp is null": ({"exp": None}, "expiry_missing"),
    "exp is a text": ({"exp": "1900000000"}, "expiry_invalid"),
    "exp is true": ({"exp": True}, "expiry_invalid"),
    "exp is huge": ({"exp": 10**400}, "expiry_invalid"),
    "exp is negative": ({"exp": -1}, "expiry_invalid"),
    "no iat": ({"iat": GONE}, "issued_at_missing"),
    "iat is a text": ({"iat": "1"}, "issued_at_invalid"),
    "nbf is a text": ({"nbf": "1"}, "not_before_invalid"),
    "wrong aud": ({"aud": "other"}, "audience_mismatch"),
    "no aud": ({"aud": GONE}, "audience_missing"),
    "aud is an empty list": ({"aud": []}, "audience_invalid"),
    "aud holds a number": ({"aud": ["client-1", 1]}, "audience_invalid"),
    "aud is us and another, no azp": ({"aud": ["client-1", "other"]}, "authorized_party_missing"),
    "aud is us and another, azp is the other": (
        {"aud": ["client-1", "other"], "azp": "other"},
        "authorized_party_mismatch",
    ),
    "azp is another": ({"azp": "other"}, "authorized_party_mismatch"),
    "azp is a list": ({"azp": ["client-1"]}, "authorized_party_mismatch"),
    "wrong iss": ({"iss": "https://evil.example"}, "issuer_mismatch"),
    "iss with a slash too many": ({"iss": "https://lms.example/"}, "issuer_mismatch"),
    "no iss": ({"iss": GONE}, "issuer_missing"),
    "iss is an object": ({"iss": {"a": 1}}, "issuer_invalid"),
    "no nonce": ({"nonce": GONE}, "nonce_missing"),
    "nonce never issued": ({"nonce": "made-up"}, "nonce_mismatch"),
    "nonce is a number": ({"nonce": 5}, "nonce_invalid"),
    "nonce of another login": ({"nonce": "nonce-of-another-login"}, "nonce_mismatch"),
    "no message type": ({"message_type": GONE}, "message_type_missing"),
    "unknown message type": ({"message_type": "LtiEvilRequest"}, "message_type_unsupported"),
    "response as a request": (
        {"message_type": "LtiDeepLinkingResponse"},
        "message_type_unsupported",
    ),
    "no roles": ({"roles": GONE}, "roles_missing"),
    "roles is a text": ({"roles": "x"}, "roles_invalid"),
    "roles is an object": ({"roles": {}}, "roles_invalid"),
    "no deployment": ({"deployment_id": GONE}, "deployment_id_missing"),
    "deployment is a list": ({"deployment_id": ["dep-1"]}, "deployment_id_invalid"),
    "deployment is a number": ({"deployment_id": 1}, "deployment_id_invalid"),
    "deployment is too long": ({"deployment_id": "d" * 256}, "deployment_id_invalid"),
    "deployment with NUL": ({"deployment_id": "a\0b"}, "deployment_id_invalid"),
    "no resource link": ({"resource_link": GONE}, "resource_link_missing"),
    "resource link without id": ({"resource_link": {"title": "x"}}, "resource_link_invalid"),
    "resource link is a text": ({"resource_link": "x"}, "resource_link_invalid"),
    "resource link id is a number": ({"resource_link": {"id": 5}}, "resource_link_invalid"),
    "resource link id with a lone surrogate": (
        {"resource_link": {"id": "\ud800"}},
        "resource_link_invalid",
    ),
    "no sub": ({"sub": GONE}, "subject_missing"),
    "sub is null": ({"sub": None}, "subject_missing"),
    "sub is empty": ({"sub": ""}, "subject_missing"),
    "sub is blank": ({"sub": "   "}, "subject_invalid"),
    "sub is a number": ({"sub": 123}, "subject_invalid"),
    "sub is too long": ({"sub": "s" * 256}, "subject_invalid"),
    "sub is not ASCII": ({"sub": "Jürgen"}, "subject_invalid"),
    "NUL in sub": ({"sub": "u\0-1", "name": "A\0da"}, "subject_invalid"),
    "lone surrogate in sub": ({"sub": "u\ud800"}, "subject_invalid"),
    "target on a foreign host": (
        {"target_link_uri": "https://evil.example/x"},
        "target_foreign",
    ),
    "target is a script": ({"target_link_uri": "javascript:alert(1)"}, "target_foreign"),
    "target on http": ({"target_link_uri": "http://tool.example/visit"}, "target_foreign"),
    "target on another port": (
        {"target_link_uri": "https://tool.example:8443/"},
        "target_foreign",
    ),
    "target is a list": ({"target_link_uri": ["https://tool.example/"]}, "target_invalid"),
    "no target": ({"target_link_uri": GONE}, "target_missing"),
    "context is a list": ({"context": []}, "context_invalid"),
    "context is a text": ({"context": "x"}, "context_invalid"),
    "context without id": ({"context": {"title": "x"}}, "context_invalid"),
}


@pytest.mark.parametrize(("changes", "code"), REFUSED.values(), ids=REFUSED)
def test_a_bad_claim_is_refused(
    platform: Any, refusal: Any, changes: dict[str, Any], code: str
) -> None:
    payload = json.dumps(edited(platform.claims(), changes)).encode()
    assert refusal(platform.launch, platform.sign_bytes(payload)) == code


TIMES = {
    "expired an hour ago": ({"exp": -HOUR, "iat": -HOUR - 300}, "token_expired"),
    "expired a minute ago": ({"exp": -60, "iat": -120}, "token_expired"),
    "exp in ten years": ({"exp": 10 * 365 * 24 * HOUR}, "lifetime_too_long"),
    "exp before iat": ({"exp": -30, "iat": 10}, "expiry_invalid"),
    "iat an hour ahead": ({"iat": HOUR, "exp": HOUR + 300}, "issued_in_future"),
    "iat 61 s ahead": ({"iat": 61, "exp": 300}, "issued_in_future"),
    "iat a day old": ({"iat": -24 * HOUR, "exp": 300}, "token_too_old"),
    "nbf an hour ahead": ({"nbf": HOUR}, "token_not_yet_valid"),
    "expired 59 s ago": ({"exp": -59, "iat": -119}, None),
    "iat 20 s ahead": ({"iat": 20, "exp": 80}, None),
    "iat ten minutes old": ({"iat": -600, "exp": 300}, None),
    "times with fractions": ({"iat": -0.5, "exp": 59.5}, None),
    "nbf is now": ({"nbf": 0}, None),
}


@pytest.mark.parametrize(("offsets", "code"), TIMES.values(), ids=TIMES)
def test_the_times_of_a_token(
    platform: Any, refusal: Any, now: Any, offsets: dict[str, float], code: str | None
) -> None:
    claims = platform.claims() | {
        name: now.timestamp() + seconds for name, seconds in offsets.items()
    }
    token = platform.sign_bytes(json.dumps(claims).encode())
    if code is None:
        assert platform.launch(token).subject == "u-1"
    else:
        assert refusal(platform.launch, token) == code


def test_a_used_token_is_not_good_for_the_next_login(platform: Any, refusal: Any) -> None:
    token = platform.sign(platform.claims())
    assert platform.launch(token).subject == "u-1"
    assert refusal(platform.launch, token, nonce="nonce-of-the-next-login") == "nonce_mismatch"


def test_a_token_for_another_school_behind_the_same_issuer_is_refused(
    platform: Any, refusal: Any
) -> None:
    token = platform.sign(platform.claims())
    platform.registration = replace(platform.registration, client_id="client-2")
    assert refusal(platform.launch, token) == "audience_mismatch"


@pytest.mark.parametrize(
    ("trusted", "code"),
    [(("other",), None), (("another",), "audience_untrusted"), ((), "audience_untrusted")],
)
def test_who_may_stand_beside_us_can_be_narrowed(
    platform: Any, refusal: Any, trusted: tuple[str, ...], code: str | None
) -> None:
    registration = replace(platform.registration, trusted_audiences=trusted)
    token = platform.sign(platform.claims(aud=["other", "client-1"], azp="client-1"))
    if code is None:
        assert platform.launch(token, registration=registration).client_id == "client-1"
    else:
        assert refusal(platform.launch, token, registration=registration) == code


def test_an_anonymous_launch_where_the_registration_allows_it(platform: Any) -> None:
    registration = replace(platform.registration, allows_anonymous=True)
    for subject in ("", None):
        token = platform.sign_bytes(json.dumps(platform.claims(sub=subject)).encode())
        launch = platform.launch(token, registration=registration)
        assert launch.subject is None


# --- the form of the token --------------------------------------------------------------------


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
