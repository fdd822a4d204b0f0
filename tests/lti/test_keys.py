"""The key sets of platforms, over real connections."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.lti import KeySets, LtiError, Response, ToolKey
from lti_tool.lti.keys import COOLDOWN, FAILURE_PAUSE, GRACE, _read_keys


@pytest.fixture
def keys(client: Any, clock: Any) -> KeySets:
    return KeySets(client, clock=clock)


def jwk(key: Any, name: str, **more: Any) -> dict[str, Any]:
    document = ToolKey(key).jwk() | {"kid": name, **more}
    return {member: value for member, value in document.items() if value is not None}


def publish(server: Any, *documents: Any, **headers: str) -> str:
    url: str = server.serve("/jwks", 200, {"keys": list(documents)}, **headers)
    return url


def same(found: rsa.RSAPublicKey, key: rsa.RSAPrivateKey) -> bool:
    return found.public_numbers() == key.public_key().public_numbers()


def test_keys_are_found_by_kid_with_one_fetch(keys: Any, server: Any, rsa_keys: Any) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"), jwk(rsa_keys[1], "b"))
    assert same(keys.find(url, "a"), rsa_keys[0])
    assert same(keys.find(url, "b"), rsa_keys[1])
    assert len(server.seen) == 1


def test_sets_of_two_platforms_are_kept_apart(keys: Any, server: Any, rsa_keys: Any) -> None:
    one = server.serve("/one", 200, {"keys": [jwk(rsa_keys[0], "a")]})
    two = server.serve("/two", 200, {"keys": [jwk(rsa_keys[1], "a")]})
    assert same(keys.find(one, "a"), rsa_keys[0])
    assert same(keys.find(two, "a"), rsa_keys[1])


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=7200", 7200),
        ("public, Max-Age=7200, must-revalidate", 7200),
        ("max-age=1", 300),
        ("max-age=99999999", 86400),
        ("s-max-age=9", 3600),
        ("no-cache", 3600),
    ],
)
def test_a_set_is_kept_as_long_as_the_platform_says_within_bounds(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, header: str, seconds: int
) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"), Cache_Control=header)
    keys.find(url, "a")
    clock.turn(seconds - 1)
    keys.find(url, "a")
    assert len(server.seen) == 1
    clock.turn(1)
    keys.find(url, "a")
    assert len(server.seen) == 2


def test_a_new_key_is_found_at_once(keys: Any, server: Any, clock: Any, rsa_keys: Any) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"))
    keys.find(url, "a")
    publish(server, jwk(rsa_keys[1], "b"))
    clock.turn(1)
    assert same(keys.find(url, "b"), rsa_keys[1])
    with pytest.raises(LtiError, match="key_unknown"):
        keys.find(url, "a")


def test_forged_kids_make_one_fetch_in_each_cool_down(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, refusal: Any
) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"))
    assert refusal(keys.find, url, "forged-0") == "key_unknown"
    assert len(server.seen) == 1
    for number in range(50):
        clock.turn(0.1)
        assert refusal(keys.find, url, f"forged-{number}") == "key_unknown"
    assert len(server.seen) == 2
    clock.turn(COOLDOWN)
    assert refusal(keys.find, url, "forged") == "key_unknown"
    assert len(server.seen) == 3
    assert same(keys.find(url, "a"), rsa_keys[0])
    assert len(server.seen) == 3


BROKEN = {
    "HTML": (200, b"<html>oops</html>"),
    "500": (500, b"oops"),
    "404": (404, b"{}"),
    "no keys": (200, b"{}"),
    "a list": (200, b"[]"),
    "keys are an object": (200, b'{"keys": {}}'),
    "too many keys": (200, {"keys": [{}] * 101}),
    "not UTF-8": (200, b'{"keys": "\xff"}'),
    "nested": (200, b"[" * 100_000),
    "nothing": (200, b""),
    "more than 256 kB": (200, b" " * (256 * 1024 + 1)),
    "redirect": (302, b""),
}


@pytest.mark.parametrize(("status", "body"), BROKEN.values(), ids=BROKEN)
def test_a_set_that_cannot_be_used(
    keys: Any, server: Any, refusal: Any, status: int, body: Any
) -> None:
    url = server.serve("/jwks", status, body, Location="/elsewhere")
    assert refusal(keys.find, url, "a") == "keys_unavailable"
    assert len(server.seen) == 1


def test_a_failure_is_remembered_for_a_moment(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, refusal: Any
) -> None:
    url = server.serve("/jwks", 503, b"")
    assert refusal(keys.find, url, "a") == "keys_unavailable"
    publish(server, jwk(rsa_keys[0], "a"))
    clock.turn(FAILURE_PAUSE - 1)
    assert refusal(keys.find, url, "a") == "keys_unavailable"
    assert len(server.seen) == 1
    clock.turn(1)
    assert same(keys.find(url, "a"), rsa_keys[0])


def test_the_last_good_set_bridges_an_outage(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, refusal: Any
) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"))
    keys.find(url, "a")
    server.serve("/jwks", 500, b"")
    clock.turn(3600)
    assert same(keys.find(url, "a"), rsa_keys[0])
    assert refusal(keys.find, url, "b") == "keys_unavailable"
    clock.turn(GRACE - 1)
    assert same(keys.find(url, "a"), rsa_keys[0])
    clock.turn(1)
    assert refusal(keys.find, url, "a") == "keys_unavailable"


def test_a_slow_set_is_awaited(keys: Any, server: Any, rsa_keys: Any) -> None:
    document = {"keys": [jwk(rsa_keys[0], "a")]}

    def slow(handler: Any) -> None:
        server.stop.wait(0.5)
        handler.answer(200, document)

    server.routes["/jwks"] = slow
    assert same(keys.find(f"{server.url}/jwks", "a"), rsa_keys[0])


def hang(handler: Any) -> None:
    handler.server.stop.wait()


def drip(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "200000")
    handler.end_headers()
    while not handler.server.stop.wait(0.02):
        handler.wfile.write(b" ")


@pytest.mark.parametrize("route", [hang, drip])
def test_a_set_that_never_comes(
    hasty: Any, clock: Any, server: Any, refusal: Any, route: Any
) -> None:
    server.routes["/jwks"] = route
    assert (
        refusal(KeySets(hasty, clock=clock).find, f"{server.url}/jwks", "a") == "keys_unavailable"
    )


def test_a_set_of_a_gigabyte(keys: Any, server: Any, refusal: Any) -> None:
    def stream(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Connection", "close")
        handler.end_headers()
        for _ in range(16_384):
            handler.wfile.write(b" " * 65_536)

    server.routes["/jwks"] = stream
    assert refusal(keys.find, f"{server.url}/jwks", "a") == "keys_unavailable"


def test_callers_at_the_same_time_share_one_fetch(keys: Any, server: Any, rsa_keys: Any) -> None:
    document = {"keys": [jwk(rsa_keys[0], "a")]}
    asked = threading.Event()
    go_on = threading.Event()

    def gated(handler: Any) -> None:
        asked.set()
        go_on.wait(5)
        handler.answer(200, document)

    server.routes["/jwks"] = gated
    url = f"{server.url}/jwks"
    with ThreadPoolExecutor(8) as pool:
        found = [pool.submit(keys.find, url, "a") for _ in range(8)]
        assert asked.wait(5)
        go_on.set()
        assert all(same(future.result(5), rsa_keys[0]) for future in found)
    assert len(server.seen) == 1


def test_callers_who_waited_for_a_fetch_make_no_second_one(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, refusal: Any
) -> None:
    asked = threading.Event()
    go_on = threading.Event()

    def gated(handler: Any) -> None:
        asked.set()
        go_on.wait(5)
        clock.turn(1)
        handler.answer(200, {"keys": [jwk(rsa_keys[0], "a")]})

    server.routes["/jwks"] = gated
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(refusal, keys.find, f"{server.url}/jwks", "forged") for _ in range(4)]
        assert asked.wait(5)
        go_on.set()
        assert {call.result(5) for call in calls} == {"key_unknown"}
    assert len(server.seen) == 1


def test_a_known_key_is_served_while_another_is_searched(
    keys: Any, server: Any, clock: Any, rsa_keys: Any, refusal: Any
) -> None:
    url = publish(server, jwk(rsa_keys[0], "a"))
    keys.find(url, "a")
    clock.turn(1)
    asked = threading.Event()
    go_on = threading.Event()

    def gated(handler: Any) -> None:
        asked.set()
        go_on.wait(5)
        handler.answer(200, {"keys": [jwk(rsa_keys[0], "a")]})

    server.routes["/jwks"] = gated
    with ThreadPoolExecutor(1) as pool:
        searched = pool.submit(refusal, keys.find, url, "forged")
        assert asked.wait(5)
        assert same(keys.find(url, "a"), rsa_keys[0])
        assert not searched.done()
        go_on.set()
        assert searched.result(5) == "key_unknown"


USABLE = {
    "as we write it": {},
    "without use": {"use": None},
    "without alg": {"alg": None},
    "with more members": {"x5c": ["x"], "x5t": "y"},
}


@pytest.mark.parametrize("changes", USABLE.values(), ids=USABLE)
def test_a_key_that_can_be_used(keys: Any, server: Any, rsa_keys: Any, changes: Any) -> None:
    url = publish(server, jwk(rsa_keys[0], "a", **changes))
    assert same(keys.find(url, "a"), rsa_keys[0])


UNUSABLE = {
    "for encryption": {"use": "enc"},
    "for another algorithm": {"alg": "RS512"},
    "for HMAC": {"kty": "oct", "k": "c2VjcmV0"},
    "kid is a number": {"kid": 5},
    "no kid": {"kid": None},
    "no modulus": {"n": None},
    "modulus is no number": {"n": "***"},
    "modulus is empty": {"n": ""},
    "modulus is even": {"n": "AAAA"},
    "exponent is 1": {"e": "AQ"},
    "exponent is a list": {"e": []},
}


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE)
def test_a_key_that_cannot_be_used_does_not_spoil_the_others(
    keys: Any, server: Any, rsa_keys: Any, refusal: Any, changes: Any
) -> None:
    url = publish(server, jwk(rsa_keys[0], "a", **changes), "junk", jwk(rsa_keys[1], "b"))
    assert refusal(keys.find, url, "a") == "key_unknown"
    assert same(keys.find(url, "b"), rsa_keys[1])


def test_a_short_key_is_not_used(keys: Any, server: Any, refusal: Any) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    url = publish(server, jwk(short, "a"))
    assert refusal(keys.find, url, "a") == "key_unknown"


def test_a_key_of_another_kind_is_not_used(keys: Any, server: Any, refusal: Any) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    document = jwt.get_algorithm_by_name("ES256").to_jwk(other.public_key(), as_dict=True)
    url = publish(server, {**document, "kid": "a"})
    assert refusal(keys.find, url, "a") == "key_unknown"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
MEMBERS = st.fixed_dictionaries(
    {"kty": st.just("RSA"), "kid": st.just("a")},
    optional={
        "n": st.text("AQab-_=é", max_size=400) | ANYTHING,
        "e": st.text("AQAB", max_size=8) | ANYTHING,
    },
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(MEMBERS | ANYTHING, max_size=4))
def test_no_set_makes_us_fall_over(documents: list[Any]) -> None:
    body = json.dumps({"keys": documents}).encode()
    assert set(_read_keys(Response("https://x", 200, {}, body))) <= {"a"}
