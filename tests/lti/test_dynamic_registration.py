"""Dynamic registration, with what Moodle and Canvas send."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lti_tool.lti import (
    Client,
    PlatformConfiguration,
    read_configuration,
    register,
    registration_request,
)

TOOL_PART = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_PART = "https://purl.imsglobal.org/spec/lti-platform-configuration"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"


def moodle(url: str, **changes: Any) -> dict[str, Any]:
    return {
        "issuer": url,
        "token_endpoint": f"{url}/mod/lti/token.php",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{url}/mod/lti/certs.php",
        "authorization_endpoint": f"{url}/mod/lti/auth.php",
        "registration_endpoint": f"{url}/mod/lti/openid-registration.php",
        "scopes_supported": [ROSTER, SCORE, LINE_ITEM, "openid"],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM_PART: {
            "product_family_code": "moodle",
            "version": "4.5",
            "messages_supported": [{"type": "LtiResourceLinkRequest"}],
            "variables": ["Context.id.history"],
        },
        **changes,
    }


def test_a_configuration_of_moodle(client: Any, server: Any) -> None:
    url = server.serve("/mod/lti/openid-configuration.php", 200, moodle(server.url))
    configuration = read_configuration(client, url, "reg.token")
    assert configuration == PlatformConfiguration(
        issuer=server.url,
        authorization_endpoint=f"{server.url}/mod/lti/auth.php",
        token_endpoint=f"{server.url}/mod/lti/token.php",
        jwks_uri=f"{server.url}/mod/lti/certs.php",
        registration_endpoint=f"{server.url}/mod/lti/openid-registration.php",
        token_audience=None,
        scopes=(ROSTER, SCORE, LINE_ITEM, "openid"),
        product_family="moodle",
        version="4.5",
    )
    assert server.seen[0].headers["Authorization"] == "Bearer reg.token"
    read_configuration(client, url)
    assert server.seen[1].headers["Authorization"] is None


def test_a_configuration_of_canvas_at_a_schools_own_address(client: Any, server: Any) -> None:
    document = moodle(
        server.url,
        issuer="https://canvas.instructure.com",
        authorization_endpoint="https://sso.canvaslms.com/api/lti/authorize_redirect",
        token_endpoint="https://sso.canvaslms.com/login/oauth2/token",
        jwks_uri="https://sso.canvaslms.com/api/lti/security/jwks",
        authorization_server="canvas.instructure.com",
        **{PLATFORM_PART: {"product_family_code": "canvas", "version": "OpenSource"}},
    )
    url = server.serve("/api/lti/security/openid-configuration", 200, document)
    configuration = read_configuration(client, url, "token")
    assert configuration.issuer == "https://canvas.instructure.com"
    assert configuration.token_audience == "canvas.instructure.com"
    assert configuration.product_family == "canvas"


BROKEN: dict[str, dict[str, Any]] = {
    "issuer of another host": {"issuer": "https://lms.example"},
    "issuer of Canvas, but not Canvas": {"issuer": "https://canvas.instructure.com"},
    "issuer with a query": {"issuer": "http://127.0.0.1/?x"},
    "issuer is missing": {"issuer": None},
    "issuer is a list": {"issuer": []},
    "no jwks_uri": {"jwks_uri": None},
    "jwks_uri is a script": {"jwks_uri": "javascript:x"},
    "auth with a user": {"authorization_endpoint": "https://a@lms.example/"},
    "token endpoint is a file": {"token_endpoint": "file:///etc/passwd"},
    "registration at another host": {"registration_endpoint": "https://evil.example/r"},
    "registration with a fragment": {"registration_endpoint": "http://127.0.0.1/r#x"},
}


@pytest.mark.parametrize("changes", BROKEN.values(), ids=BROKEN)
def test_a_configuration_that_cannot_be_trusted(
    client: Any, server: Any, refusal: Any, changes: dict[str, Any]
) -> None:
    url = server.serve("/c", 200, moodle(server.url, **changes))
    assert refusal(read_configuration, client, url, "token") == "configuration_invalid"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"null"])
def test_a_configuration_that_is_none(client: Any, server: Any, refusal: Any, body: bytes) -> None:
    url = server.serve("/c", 200, body)
    assert refusal(read_configuration, client, url) == "configuration_invalid"


def test_a_configuration_at_no_address_is_refused(client: Any, refusal: Any) -> None:
    assert refusal(read_configuration, client, "https://[") == "address_forbidden"


def test_a_configuration_with_a_fragment_is_not_even_fetched(
    client: Any, server: Any, refusal: Any
) -> None:
    url = server.serve("/c", 200, moodle(server.url))
    assert refusal(read_configuration, client, f"{url}#x") == "configuration_invalid"
    assert server.seen == []


@pytest.mark.parametrize(
    ("status", "code"), [(401, "service_refused"), (302, "service_refused"), (503, "service_busy")]
)
def test_a_configuration_that_is_not_given(
    client: Any, server: Any, refusal: Any, status: int, code: str
) -> None:
    url = server.serve("/c", status, b"", Location="/elsewhere")
    assert refusal(read_configuration, client, url) == code


def test_a_configuration_inside_our_own_network_is_refused(refusal: Any) -> None:
    url = "https://169.254.169.254/openid-configuration"
    assert refusal(read_configuration, Client(), url) == "address_forbidden"


@pytest.fixture
def configuration(server: Any) -> PlatformConfiguration:
    return PlatformConfiguration(
        issuer=server.url,
        authorization_endpoint=f"{server.url}/auth",
        token_endpoint=f"{server.url}/token",
        jwks_uri=f"{server.url}/jwks",
        registration_endpoint=f"{server.url}/register",
        scopes=("openid", ROSTER, SCORE, LINE_ITEM),
    )


def test_the_request_asks_for_little(configuration: PlatformConfiguration) -> None:
    request = registration_request(
        configuration, tool_url="http://127.0.0.1:5000", name="Peerloom", description="Peers"
    )
    assert request["initiate_login_uri"] == "http://127.0.0.1:5000/lti/login"
    assert request["redirect_uris"] == ["http://127.0.0.1:5000/lti/launch"]
    assert request["jwks_uri"] == "http://127.0.0.1:5000/lti/jwks.json"
    assert request["application_type"] == "web"
    assert request["response_types"] == ["id_token"]
    assert set(request["grant_types"]) == {"client_credentials", "implicit"}
    assert request["token_endpoint_auth_method"] == "private_key_jwt"
    assert request["scope"].split() == [ROSTER, LINE_ITEM, SCORE]
    tool = request[TOOL_PART]
    assert tool["domain"] == "127.0.0.1:5000"
    assert tool["claims"] == ["iss", "sub", "name", "given_name", "family_name"]
    assert [message["type"] for message in tool["messages"]] == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert tool["messages"][1]["placements"] == ["ContentArea"]
    json.dumps(request, allow_nan=False)


def test_groups_are_asked_for_where_they_are_offered(configuration: Any) -> None:
    groups = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
    offering = replace(configuration, scopes=(groups, ROSTER))
    request = registration_request(offering, tool_url="https://t.example", name="Peerloom")
    assert request["scope"].split() == [ROSTER, groups]


def test_every_launch_shall_bring_our_variables(configuration: Any) -> None:
    variables = {"peerloom_history": "$Context.id.history"}
    request = registration_request(
        configuration, tool_url="https://t.example", name="Peerloom", variables=variables
    )
    assert request[TOOL_PART]["custom_parameters"] == variables


def test_a_platform_that_names_no_scopes_is_asked_for_all(
    configuration: PlatformConfiguration,
) -> None:
    silent = replace(configuration, scopes=("openid",))
    request = registration_request(silent, tool_url="https://tool.example", name="Peerloom")
    assert request["scope"].split() == [ROSTER, LINE_ITEM, SCORE, RESULT]


def test_moodle_registers_us_with_a_first_deployment(
    client: Any, server: Any, configuration: PlatformConfiguration
) -> None:
    server.serve(
        "/register",
        200,
        {
            "client_id": "qAhJFFUvaBxYOOH",
            "scope": f"{SCORE} {RESULT}",
            TOOL_PART: {"version": "1.3.0", "deployment_id": "2", "claims": ["sub"]},
        },
    )
    request = registration_request(configuration, tool_url="https://t.example", name="Peerloom")
    result = register(client, configuration, request, "reg.token")
    assert (result.client_id, result.deployment_id) == ("qAhJFFUvaBxYOOH", "2")
    assert result.scopes == (SCORE, RESULT)
    sent = server.seen[0]
    assert json.loads(sent.body) == request
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Authorization"] == "Bearer reg.token"
    registration = result.registration(configuration)
    assert (registration.issuer, registration.client_id) == (server.url, "qAhJFFUvaBxYOOH")
    assert registration.jwks_uri == f"{server.url}/jwks"


def test_canvas_registers_us_without_a_deployment(
    client: Any, server: Any, configuration: PlatformConfiguration
) -> None:
    server.serve(
        "/register",
        201,
        {
            "client_id": "10000000000001",
            "registration_client_uri": "https://canvas.example/api/lti/registrations/1",
            "scope": ROSTER,
            TOOL_PART: {"https://canvas.instructure.com/lti/registration_config_url": "x"},
        },
    )
    result = register(client, configuration, {}, "reg.token")
    assert (result.client_id, result.deployment_id) == ("10000000000001", None)


REFUSED: dict[str, tuple[int, Any, str]] = {
    "Moodle, bad domain": (400, b"domain_targetlinkuri_mismatch", "registration_refused"),
    "Moodle, used token": (401, b"token_already_used", "registration_refused"),
    "Moodle, token is none": (404, b"<html>", "registration_refused"),
    "Canvas, scopes": (422, {"errors": [{"field": "scopes"}]}, "registration_refused"),
    "redirect": (302, b"", "registration_refused"),
    "no content": (204, b"", "registration_refused"),
    "busy": (503, b"", "service_busy"),
    "no client_id": (200, {}, "registration_refused"),
    "client_id is a number": (200, {"client_id": 5}, "registration_refused"),
    "no JSON": (200, b"ok", "registration_refused"),
    "deployment is an object": (
        200,
        {"client_id": "c", TOOL_PART: {"deployment_id": {}}},
        "registration_refused",
    ),
}


@pytest.mark.parametrize(("status", "body", "code"), REFUSED.values(), ids=REFUSED)
def test_a_registration_that_is_refused(
    client: Any,
    server: Any,
    configuration: PlatformConfiguration,
    refusal: Any,
    status: int,
    body: Any,
    code: str,
) -> None:
    server.serve("/register", status, body, Location="/elsewhere")
    assert refusal(register, client, configuration, {}, "reg.token") == code


def test_a_token_that_would_break_the_header_is_not_sent(client: Any, server: Any) -> None:
    url = server.serve("/c", 200, moodle(server.url))
    read_configuration(client, url, "a\r\nX: y")
    assert server.seen[0].headers["Authorization"] is None
