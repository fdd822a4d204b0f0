"""Notices pass the checks of a launch, without a login before them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti import read_delivery, read_handlers, read_notice, read_sender, subscribe
from lti_tool.lti.errors import LtiError

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
REMOVE = object()


@pytest.fixture
def read(platform: Any, now: Any) -> Any:
    def read(changes: dict[str, Any] | None = None, **sign: Any) -> Any:
        at = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": platform.registration.issuer,
            "aud": platform.registration.client_id,
            "azp": platform.registration.client_id,
            "iat": at,
            "exp": at + 300,
            "nonce": "a nonce that nobody here issued",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": "dep-1",
            f"{CLAIM}notice": {
                "id": "notice-1",
                "timestamp": "2030-03-17T11:59:00Z",
                "type": "LtiContextCopyNotice",
            },
            f"{CLAIM}context": {"id": "course-2", "title": "Biology, again"},
            f"{CLAIM}origin_contexts": ["course-1"],
            **(changes or {}),
        }
        token = platform.sign({k: v for k, v in claims.items() if v is not REMOVE}, **sign)
        return read_notice(token, registration=platform.registration, key_set=platform, now=now)

    return read


def test_a_copied_course_is_told(read: Any, platform: Any) -> None:
    notice = read()
    assert (notice.issuer, notice.client_id) == ("https://lms.example", "client-1")
    assert (notice.deployment_id, notice.id) == ("dep-1", "notice-1")
    assert notice.kind == "LtiContextCopyNotice"
    assert (notice.context_id, notice.origin_context_ids) == ("course-2", ("course-1",))


def test_a_hello_is_about_no_course(read: Any) -> None:
    hello = {
        f"{CLAIM}notice": {"id": "n", "type": "LtiHelloWorldNotice", "timestamp": 5},
        f"{CLAIM}context": REMOVE,
        f"{CLAIM}origin_contexts": REMOVE,
        "https://www.instructure.com/hello_world": {"title": "t", "message": "m"},
    }
    notice = read(hello)
    assert (notice.kind, notice.context_id, notice.origin_context_ids) == (
        "LtiHelloWorldNotice",
        None,
        (),
    )


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://lms.example/"}, "issuer_mismatch"),
    "for others": ({"aud": "client-2"}, "audience_mismatch"),
    "issued to others": ({"azp": "client-2"}, "authorized_party_mismatch"),
    "expired": ({"exp": 5, "iat": 1}, "token_expired"),
    "no end": ({"exp": REMOVE}, "expiry_missing"),
    "not yet": ({"iat": 2e9, "exp": 2e9 + 5}, "issued_in_future"),
    "no nonce": ({"nonce": REMOVE}, "nonce_missing"),
    "no version": ({f"{CLAIM}version": REMOVE}, "version_missing"),
    "other version": ({f"{CLAIM}version": "1.1"}, "version_unsupported"),
    "no deployment": ({f"{CLAIM}deployment_id": REMOVE}, "deployment_id_missing"),
    "deployment is a list": ({f"{CLAIM}deployment_id": ["dep-1"]}, "deployment_id_invalid"),
    "no notice": ({f"{CLAIM}notice": REMOVE}, "notice_missing"),
    "notice without id": ({f"{CLAIM}notice": {"type": "x"}}, "notice_invalid"),
    "notice without type": ({f"{CLAIM}notice": {"id": "x"}}, "notice_invalid"),
    "notice is a text": ({f"{CLAIM}notice": "x"}, "notice_invalid"),
    "context is a text": ({f"{CLAIM}context": "x"}, "context_invalid"),
}


@pytest.mark.parametrize(("changes", "code"), WRONG.values(), ids=WRONG)
def test_a_notice_that_is_refused(
    read: Any, refusal: Any, changes: dict[str, Any], code: str
) -> None:
    assert refusal(read, changes) == code


def test_a_notice_that_another_key_signed(
    read: Any, platform: Any, refusal: Any, foreign_key: Any
) -> None:
    known, find = dict(platform.keys), platform.find
    platform.keys["k1"] = foreign_key

    def find_known(uri: str, kid: str) -> Any:
        find(uri, kid)
        return known[kid].public_key()

    platform.find = find_known
    assert refusal(read) == "signature_invalid"
    assert read(kid="k2").id == "notice-1"
    assert refusal(read, None, header={"typ": "JWT"}) == "kid_missing"


def test_the_sender_is_read_before_it_is_proven(platform: Any, refusal: Any) -> None:
    claims = platform.claims(aud=["client-1", "other"])
    assert read_sender(platform.sign(claims)) == ("https://lms.example", ("client-1", "other"))
    for token in ("", "a.b", "a.b.c", "e30.e30.e30", "x" * 200_000):
        assert refusal(read_sender, token)


def test_a_delivery_brings_tokens() -> None:
    body = json.dumps({"notices": [{"jwt": "a.b.c"}, {"jwt": "d.e.f", "more": 1}], "x": 2})
    assert read_delivery(body.encode()) == ("a.b.c", "d.e.f")
    assert read_delivery(b'{"notices": []}') == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"notices": {}}',
        b'{"notices": ["a.b.c"]}',
        b'{"notices": [{"jwt": 5}]}',
        b'{"notices": [], "notices": []}',
        b"[" * 100_000,
        json.dumps({"notices": [{"jwt": "a.b.c"}] * 101}).encode(),
    ],
)
def test_what_is_no_delivery(body: bytes, refusal: Any) -> None:
    assert refusal(read_delivery, body) == "delivery_invalid"


@given(body=st.binary(max_size=60))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    for read in (read_delivery, lambda data: read_sender(data.decode("latin-1"))):
        with suppress(LtiError):
            read(body)


def test_we_ask_for_notices(tokens: Any, service: Any, server: Any) -> None:
    url = server.serve("/handlers", 200, {})
    subscribe(tokens, service, url, kind="LtiContextCopyNotice", handler="https://t.example/n")
    subscribe(tokens, service, url, kind="LtiContextCopyNotice", handler="")
    assert b"scope%2Fnoticehandlers" in server.seen[0].body
    assert [seen.command for seen in server.seen[1:]] == ["PUT", "PUT"]
    assert [json.loads(seen.body) for seen in server.seen[1:]] == [
        {
            "notice_type": "LtiContextCopyNotice",
            "handler": "https://t.example/n",
            "max_batch_size": 100,
        },
        {"notice_type": "LtiContextCopyNotice", "handler": ""},
    ]


@pytest.mark.parametrize(("status", "code"), [(400, "service_refused"), (503, "service_busy")])
def test_a_platform_that_sends_us_none(
    tokens: Any, service: Any, server: Any, refusal: Any, status: int, code: str
) -> None:
    url = server.serve("/handlers", status, {})
    assert refusal(subscribe, tokens, service, url, kind="x", handler="y") == code


def test_where_notices_go_now(tokens: Any, service: Any, server: Any) -> None:
    """As Canvas writes it: the client id is a number there."""
    url = server.serve(
        "/handlers",
        200,
        {
            "client_id": 10000000000001,
            "deployment_id": "123:8865aa",
            "notice_handlers": [
                {"notice_type": "LtiHelloWorldNotice", "handler": "", "max_batch_size": None},
                {"notice_type": "LtiContextCopyNotice", "handler": "https://t.example/n"},
            ],
        },
    )
    (one,) = read_handlers(tokens, service, url)
    assert (one.kind, one.address) == ("LtiContextCopyNotice", "https://t.example/n")
