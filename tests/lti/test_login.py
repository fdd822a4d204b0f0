"""The login initiation, the authentication request, and what comes back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti import (
    LtiError,
    Registration,
    authorization_request,
    fingerprint,
    is_own_address,
    is_same,
    new_nonce,
    new_state,
    read_authentication_response,
    read_login,
)
from lti_tool.lti.errors import PlatformRefused

TOOL = "https://tool.example"
PARAMS = {
    "iss": "https://lms.example",
    "login_hint": "5",
    "target_link_uri": "https://tool.example/visit",
    "lti_message_hint": '{"cmid":2,"launchid":"ltilaunch1_1308298581"}',
    "client_id": "client-1",
    "lti_deployment_id": "1",
    "lti_storage_target": "_parent",
    "canvas_region": "eu-west-1",
}


def test_a_login_initiation_is_read() -> None:
    login = read_login(PARAMS, tool_url=TOOL)
    assert login.issuer == "https://lms.example"
    assert login.login_hint == "5"
    assert login.target_link_uri == "https://tool.example/visit"
    assert login.message_hint == '{"cmid":2,"launchid":"ltilaunch1_1308298581"}'
    assert (login.client_id, login.deployment_id) == ("client-1", "1")
    assert login.storage_target == "_parent"


def test_what_is_optional_may_be_missing_or_empty() -> None:
    login = read_login(
        {key: PARAMS[key] for key in ("iss", "login_hint", "target_link_uri")}
        | {"client_id": "", "lti_message_hint": ""},
        tool_url=TOOL,
    )
    assert (login.client_id, login.message_hint, login.deployment_id) == (None, None, None)


LOGINS = {
    "no iss": ({"iss": ""}, "login_parameter_missing"),
    "no login_hint": ({"login_hint": ""}, "login_parameter_missing"),
    "no target_link_uri": ({"target_link_uri": ""}, "login_parameter_missing"),
    "iss is too long": ({"iss": "x" * 513}, "login_parameter_invalid"),
    "login_hint is too long": ({"login_hint": "x" * 4097}, "login_parameter_invalid"),
    "message hint is too long": ({"lti_message_hint": "x" * 8193}, "login_parameter_invalid"),
    "client_id with a line end": ({"client_id": "a\r\nb"}, "login_parameter_invalid"),
    "NUL in login_hint": ({"login_hint": "5\0"}, "login_parameter_invalid"),
    "target on a foreign host": ({"target_link_uri": "https://evil.example/x"}, "target_foreign"),
    "target is a script": ({"target_link_uri": "javascript:alert(1)"}, "target_foreign"),
    "target without a scheme": ({"target_link_uri": "//tool.example/"}, "target_foreign"),
}


@pytest.mark.parametrize(("changes", "code"), LOGINS.values(), ids=LOGINS)
def test_a_bad_login_initiation_is_refused(
    refusal: Any, changes: dict[str, str], code: str
) -> None:
    assert refusal(read_login, PARAMS | changes, tool_url=TOOL) == code


def test_a_login_names_what_is_missing() -> None:
    with pytest.raises(LtiError, match="iss, login_hint"):
        read_login({"target_link_uri": "https://tool.example/"}, tool_url=TOOL)


def test_the_authentication_request(registration: Any) -> None:
    login = read_login(PARAMS, tool_url=TOOL)
    url = authorization_request(
        registration, login, state="S", nonce="N", redirect_uri="https://tool.example/lti/launch"
    )
    assert url.startswith("https://lms.example/auth?")
    assert parse_qs(urlsplit(url).query, strict_parsing=True) == {
        "scope": ["openid"],
        "response_type": ["id_token"],
        "response_mode": ["form_post"],
        "prompt": ["none"],
        "client_id": ["client-1"],
        "redirect_uri": ["https://tool.example/lti/launch"],
        "state": ["S"],
        "nonce": ["N"],
        "login_hint": ["5"],
        "lti_message_hint": [PARAMS["lti_message_hint"]],
    }


def test_a_query_of_the_endpoint_is_kept_and_cannot_overrule_ours(registration: Any) -> None:
    endpoint = "https://lms.example/auth?tenant=a%26b&empty=&state=theirs#part"
    url = authorization_request(
        replace(registration, authorization_endpoint=endpoint),
        replace(read_login(PARAMS, tool_url=TOOL), message_hint=None),
        state="S",
        nonce="N",
        redirect_uri="https://tool.example/lti/launch",
    )
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert (query["tenant"], query["empty"], query["state"]) == (["a&b"], [""], ["S"])
    assert "lti_message_hint" not in query
    assert urlsplit(url).fragment == ""


# Without control characters, lone surrogates and direction marks, which are refused.
HINTS = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), min_size=1, max_size=100)


@given(hint=HINTS.filter(str.strip))
def test_hints_come_back_unaltered(hint: str) -> None:
    login = read_login(PARAMS | {"lti_message_hint": hint}, tool_url=TOOL)
    registration = Registration(
        issuer="https://lms.example",
        client_id="client-1",
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/jwks",
    )
    url = authorization_request(registration, login, state="s", nonce="n", redirect_uri="r")
    assert parse_qs(urlsplit(url).query)["lti_message_hint"] == [hint]


OWN = {
    "https://tool.example": True,
    "https://tool.example/": True,
    "https://tool.example:443/x?y#z": True,
    "https://TOOL.example/x": True,
    "http://tool.example/": False,
    "https://tool.example:444/": False,
    "https://tool.example.evil.example/": False,
    "https://tool.example@evil.example/": False,
    "https://user@tool.example/": False,
    "https://evil.example/https://tool.example": False,
    "https://tool.example\\@evil.example/": False,
    "\\\\tool.example/": False,
    "//tool.example/": False,
    "/visit": False,
    "": False,
    "https://": False,
    "https://tool.example:port/": False,
    "https://tool.example:0/": False,
    "https://[::1/": False,
    "https://tool.example /": False,
    "https://tool\t.example/": False,
    "\x01https://tool.example/": False,
    "https://ｔool.example/": False,
    "javascript://tool.example/%0aalert(1)": False,
    "https://tool.example/" + "x" * 2048: False,
}


@pytest.mark.parametrize(("url", "own"), OWN.items())
def test_our_own_addresses(url: str, own: bool) -> None:
    assert is_own_address(url, TOOL) is own


def test_an_answer_needs_a_state_first(refusal: Any) -> None:
    for form in (
        {},
        {"id_token": "a.b.c"},
        {"state": "", "id_token": "a.b.c"},
        {"state": "x" * 256},
        {"error": "login_required"},
    ):
        assert refusal(read_authentication_response, form) == "state_missing"


def test_an_answer_gives_its_token_after_the_state() -> None:
    response = read_authentication_response({"state": "s", "id_token": "a.b.c", "utf8": "✓"})
    assert response.state == "s"
    assert response.read_token() == "a.b.c"
    assert "a.b.c" not in repr(response)


def test_an_answer_without_token_is_refused(refusal: Any) -> None:
    assert refusal(read_authentication_response({"state": "s"}).read_token) == "id_token_missing"


@pytest.mark.parametrize(
    ("error", "known"),
    [
        ("login_required", "login_required"),
        ("launch_no_longer_valid", "launch_no_longer_valid"),
        ("<script>", "other"),
    ],
)
def test_an_error_of_the_platform_is_told(error: str, known: str) -> None:
    form = {
        "state": "s",
        "error": error,
        "error_description": "Must have an\0 active\nsession" + "!" * 500,
        "id_token": "a.b.c",
    }
    response = read_authentication_response(form)
    with pytest.raises(PlatformRefused) as caught:
        response.read_token()
    assert caught.value.code == "platform_refused"
    assert caught.value.error == known
    assert caught.value.description.startswith("Must have an active session!!!")
    assert len(caught.value.description) == 200


def test_secrets_are_long_url_safe_and_never_the_same() -> None:
    made = {make() for make in (new_state, new_nonce) for _ in range(50)}
    assert len(made) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in made)


@given(left=st.text(), right=st.text())
def test_secrets_are_compared_whatever_they_are(left: str, right: str) -> None:
    assert is_same(left, right) is (left == right)
    assert (fingerprint(left) == fingerprint(right)) is (left == right)
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint(left))
