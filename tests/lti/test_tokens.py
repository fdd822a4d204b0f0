"""Access tokens: asked for rarely, never shared, and every refusal told apart."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest

from lti_tool.lti import LtiError
from lti_tool.lti.errors import ServiceBusy, TokenRequestRefused

ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


def asked(server: Any) -> int:
    return sum(request.path == "/token" for request in server.seen)


@pytest.fixture
def protected(server: Any) -> str:
    """A service that says which token it was called with."""

    def route(handler: Any) -> None:
        handler.answer(200, {"token": handler.headers["Authorization"]})

    server.routes["/service"] = route
    return f"{server.url}/service"


def test_the_request_for_a_token(
    tokens: Any, server: Any, service: Any, protected: str, tool_key: Any, clock: Any
) -> None:
    response = tokens.request(service, [SCORE, ROSTER, SCORE], "GET", protected)
    assert response.json() == {"token": "Bearer t0ken"}
    request = server.seen[0]
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    form = parse_qs(request.body.decode(), strict_parsing=True)
    assert form["grant_type"] == ["client_credentials"]
    assert form["client_assertion_type"] == [
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ]
    assert form["scope"] == [f"{SCORE} {ROSTER}"]
    [assertion] = form["client_assertion"]
    assert jwt.get_unverified_header(assertion)["kid"] == tool_key.kid
    claims = jwt.decode(
        assertion,
        tool_key.private_key.public_key(),
        algorithms=["RS256"],
        audience=service.token_endpoint,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["iss"] == claims["sub"] == "client-1"
    assert (type(claims["iat"]), type(claims["exp"])) == (int, int)
    assert clock() - 10 <= claims["iat"] < clock()
    assert claims["exp"] == claims["iat"] + 300
    assert len(claims["jti"]) >= 20


def test_a_platform_that_wants_another_audience(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    audience = "https://api.brightspace.com/auth/token"
    tokens.request(replace(service, token_audience=audience), [SCORE], "GET", protected)
    [assertion] = parse_qs(server.seen[0].body.decode())["client_assertion"]
    assert jwt.decode(assertion, options={"verify_signature": False})["aud"] == audience


def test_no_assertion_is_sent_twice(
    tokens: Any, server: Any, service: Any, protected: str, clock: Any
) -> None:
    tokens.request(service, [SCORE], "GET", protected)
    clock.turn(4000)
    tokens.request(service, [SCORE], "GET", protected)
    bodies = [request.body for request in server.seen if request.path == "/token"]
    assert len(set(bodies)) == 2


def test_a_token_is_used_until_a_minute_before_its_end(
    tokens: Any, server: Any, service: Any, protected: str, clock: Any
) -> None:
    for seconds, count in [(0, 1), (3539, 1), (1, 2)]:
        clock.turn(seconds)
        tokens.request(service, [SCORE], "GET", protected)
        assert asked(server) == count


def test_the_order_of_scopes_does_not_matter_but_the_scopes_do(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    for scopes, count in [([SCORE, ROSTER], 1), ([ROSTER, SCORE], 1), ([ROSTER], 2)]:
        tokens.request(service, scopes, "GET", protected)
        assert asked(server) == count


def test_schools_behind_one_issuer_never_share_a_token(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    tokens.request(service, [SCORE], "GET", protected)
    tokens.request(replace(service, client_id="client-2"), [SCORE], "GET", protected)
    assert asked(server) == 2
    other = server.serve("/other", 200, {"access_token": "other", "expires_in": 3600})
    response = tokens.request(replace(service, token_endpoint=other), [SCORE], "GET", protected)
    assert response.json() == {"token": "Bearer other"}


def test_callers_at_the_same_time_share_one_token(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    arrived = threading.Event()
    go_on = threading.Event()

    def gated(handler: Any) -> None:
        arrived.set()
        go_on.wait(5)
        handler.answer(200, {"access_token": "t0ken", "expires_in": 3600})

    server.routes["/token"] = gated
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(tokens.request, service, [SCORE], "GET", protected) for _ in range(4)]
        assert arrived.wait(5)
        go_on.set()
        assert all(call.result(5).status == 200 for call in calls)
    assert asked(server) == 1


def test_a_401_drops_the_token_and_is_tried_once_more(
    tokens: Any, server: Any, service: Any
) -> None:
    answers = iter([401, 200])
    server.routes["/service"] = lambda handler: handler.answer(next(answers), {})
    assert tokens.request(service, [SCORE], "GET", f"{server.url}/service").status == 200
    assert asked(server) == 2


def test_a_second_401_is_told(tokens: Any, server: Any, service: Any) -> None:
    url = server.serve("/service", 401, {})
    assert tokens.request(service, [SCORE], "GET", url).status == 401
    assert [request.path for request in server.seen] == ["/token", "/service"] * 2


def test_moodle_says_that_its_tokens_are_html(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    body = {"access_token": "ab12", "token_type": "Bearer", "expires_in": 3600, "scope": SCORE}
    server.serve("/token", 200, body, Content_Type="text/html; charset=utf-8")
    response = tokens.request(service, [SCORE], "GET", protected)
    assert response.json() == {"token": "Bearer ab12"}


ANSWERS = {
    "expires_in is a text": {"expires_in": "3600"},
    "expires_in is missing": {},
    "expires_in is null": {"expires_in": None},
    "token_type in lower case": {"token_type": "bearer"},
    "scope is null": {"scope": None},
    "more scopes than asked for": {"scope": f"{ROSTER} {SCORE}"},
    "unknown members": {"refresh_token": "x"},
}


@pytest.mark.parametrize("more", ANSWERS.values(), ids=ANSWERS)
def test_an_unusual_answer_is_understood(
    tokens: Any, server: Any, service: Any, protected: str, more: dict[str, Any]
) -> None:
    server.serve("/token", 200, {"access_token": "ab12", **more})
    tokens.request(service, [SCORE], "GET", protected)
    tokens.request(service, [SCORE], "GET", protected)
    assert asked(server) == 1


REFUSALS: dict[str, tuple[int, Any, str]] = {
    "some scope not granted": (
        200,
        {"access_token": "a", "scope": "https://other.example/scope"},
        "scope_not_granted",
    ),
    "invalid_scope": (400, {"error": "invalid_scope"}, "scope_not_granted"),
    "invalid_client": (401, {"error": "invalid_client"}, "token_request_refused"),
    "Moodle, expired assertion": (400, {"error": "Expired token"}, "token_request_refused"),
    "Moodle, JSON that is none": (
        400,
        b'{"error" : ""kid" invalid, unable to lookup correct key"}',
        "token_request_refused",
    ),
    "Moodle cannot fetch our keys": (
        404,
        b"<!DOCTYPE html>\n<html>jwks_helper::fix_jwks_alg(): Argument #1 ... null given</html>",
        "own_keys_unreachable",
    ),
    "gone": (404, b"", "service_refused"),
    "Canvas, too many requests": (403, b"403 Forbidden (Rate Limit Exceeded)", "service_busy"),
    "busy": (429, {"error": "slow_down"}, "service_busy"),
    "fault": (500, b"<html>oops</html>", "service_busy"),
    "redirect to a login page": (302, b"", "service_refused"),
    "no JSON": (200, b"ok", "answer_invalid"),
    "no token": (200, {"token_type": "bearer"}, "answer_invalid"),
    "token is a list": (200, {"access_token": []}, "answer_invalid"),
    "token with a line end": (200, {"access_token": "a\r\nX-Evil: 1"}, "answer_invalid"),
    "another kind of token": (200, {"access_token": "a", "token_type": "mac"}, "answer_invalid"),
    "expires_in without end": (200, b'{"access_token":"a","expires_in":1e400}', "answer_invalid"),
    "expires_in is huge": (
        200,
        b'{"access_token":"a","expires_in":1' + b"0" * 400 + b"}",
        "answer_invalid",
    ),
}


@pytest.mark.parametrize(("status", "body", "code"), REFUSALS.values(), ids=REFUSALS)
def test_a_token_that_is_not_given(
    tokens: Any,
    server: Any,
    service: Any,
    protected: str,
    refusal: Any,
    status: int,
    body: Any,
    code: str,
) -> None:
    server.serve("/token", status, body)
    assert refusal(tokens.request, service, [SCORE], "GET", protected) == code
    assert [request.path for request in server.seen] == ["/token"]


def test_a_refusal_names_the_reason_and_no_secret(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    server.serve("/token", 400, {"error": "invalid_client"})
    with pytest.raises(TokenRequestRefused) as caught:
        tokens.request(service, [SCORE], "GET", protected)
    assert caught.value.error == "invalid_client"
    assert not caught.value.is_retryable
    server.serve("/token", 400, {"error": "<b>Expired</b>"})
    with pytest.raises(TokenRequestRefused) as caught:
        tokens.request(service, [SCORE], "GET", protected)
    assert caught.value.error == "other"
    assert "eyJ" not in str(caught.value)


def test_a_wait_that_the_platform_asks_for_is_told(
    tokens: Any, server: Any, service: Any, protected: str
) -> None:
    server.serve("/token", 503, b"", Retry_After="17")
    with pytest.raises(LtiError) as caught:
        tokens.request(service, [SCORE], "GET", protected)
    assert getattr(caught.value, "retry_after", None) == 17


BUSY = {
    "429": (429, b"", {}, 15),
    "429, for a while": (429, b"", {"Retry_After": "120"}, 120),
    "503, for a while": (503, b"", {"Retry_After": "20"}, 20),
    "Canvas's own": (403, b"403 Forbidden (Rate Limit Exceeded)", {}, 15),
}


@pytest.mark.parametrize(("status", "body", "headers", "pause"), BUSY.values(), ids=BUSY)
def test_a_platform_that_asks_to_be_left_alone_is_left_alone(
    tokens: Any,
    server: Any,
    service: Any,
    clock: Any,
    status: int,
    body: bytes,
    headers: dict[str, str],
    pause: int,
) -> None:
    busy = server.serve("/busy", status, body, **headers)
    other = server.serve("/other", 200, {})
    assert tokens.request(service, [SCORE], "POST", busy).status == status
    seen = len(server.seen)
    clock.turn(pause - 1)
    for url in (busy, other):
        with pytest.raises(ServiceBusy) as caught:
            tokens.request(service, [SCORE], "GET", url)
        assert caught.value.retry_after == 1
    assert len(server.seen) == seen
    # Another school is not kept waiting.
    neighbour = replace(service, client_id="client-2")
    assert tokens.request(neighbour, [SCORE], "GET", other).status == 200
    clock.turn(1)
    assert tokens.request(service, [SCORE], "GET", other).status == 200


@pytest.mark.parametrize(("status", "body"), [(500, b""), (503, b""), (403, b""), (404, b"")])
def test_a_fault_in_one_place_is_no_reason_to_leave_the_others_alone(
    tokens: Any, server: Any, service: Any, status: int, body: bytes
) -> None:
    tokens.request(service, [SCORE], "GET", server.serve("/one", status, body))
    assert tokens.request(service, [SCORE], "GET", server.serve("/two", 200, {})).status == 200
