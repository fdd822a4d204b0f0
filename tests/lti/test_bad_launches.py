"""Every bad id_token that we know of, each refused with its own code.

The cases are the ones that other LTI tools were measured with; several of them let them in.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

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
def test_who_may_stand_beside_us_must_be_trusted(
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
