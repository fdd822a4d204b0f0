"""Dynamic registration: a platform and the tool introduce themselves to each other (LTI DR 1.0)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate

from lti_tool.lti.claims import DEEP_LINKING_REQUEST, GROUP_SCOPE, RESOURCE_LINK_REQUEST
from lti_tool.lti.errors.service import (
    AddressForbidden,
    AnswerInvalid,
    ConfigurationInvalid,
    RegistrationRefused,
    ServiceRefused,
)
from lti_tool.lti.fields import LenientTexts, Line, Part, PlatformSchema, Text
from lti_tool.lti.grades import SCORE_SCOPE
from lti_tool.lti.http import Client, without_query
from lti_tool.lti.line_items import LINE_ITEM_SCOPE
from lti_tool.lti.registration import Registration
from lti_tool.lti.results import RESULT_SCOPE
from lti_tool.lti.roster import SCOPE as ROSTER_SCOPE
from lti_tool.lti.text import MAX_URL, shown, split_address

SCOPES = (ROSTER_SCOPE, LINE_ITEM_SCOPE, SCORE_SCOPE, RESULT_SCOPE)
"""What the tool asks a platform for, whether it says that it has it or not."""
_WELCOME_SCOPES = (GROUP_SCOPE,)
"""What it asks for only where it is offered: Canvas refuses a request with an unknown scope."""

CLAIMS = ("iss", "sub", "name", "given_name", "family_name")
"""What a launch shall tell about a person: no e-mail address."""

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

# All schools of Canvas, hosted or not, call themselves by these names, and describe themselves at
# their own addresses (doc/api/lti_dev_key_config.md).
_SHARED_ISSUERS = frozenset(
    {
        "https://canvas.instructure.com",
        "https://canvas.beta.instructure.com",
        "https://canvas.test.instructure.com",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformConfiguration:
    """How a platform describes itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    token_audience: str | None = None
    scopes: tuple[str, ...] = ()
    product_family: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationResult:
    """What a platform made of our request. It may have granted less than was asked.

    Parameters
    ----------
    client_id
        Our name at the platform.
    deployment_id
        The first deployment, where the platform made one at once (Moodle does, Canvas does not).
    scopes
        What it granted.
    """

    client_id: str
    deployment_id: str | None
    scopes: tuple[str, ...]

    def registration(self, configuration: PlatformConfiguration) -> Registration:
        """Give the registration that both sides have agreed on."""
        return Registration(
            issuer=configuration.issuer,
            client_id=self.client_id,
            authorization_endpoint=configuration.authorization_endpoint,
            token_endpoint=configuration.token_endpoint,
            jwks_uri=configuration.jwks_uri,
            token_audience=configuration.token_audience,
        )


class _LtiPartSchema(PlatformSchema):
    product_family = Line(data_key="product_family_code")
    version = Line()


class _ConfigurationSchema(PlatformSchema):
    issuer = Text(512, required=True)
    authorization_endpoint = Text(MAX_URL, required=True)
    token_endpoint = Text(MAX_URL, required=True)
    jwks_uri = Text(MAX_URL, required=True)
    registration_endpoint = Text(MAX_URL, required=True)
    token_audience = Text(
        MAX_URL, data_key="authorization_server", allow_none=True, load_default=None
    )
    scopes = LenientTexts(data_key="scopes_supported")
    lti = Part(_LtiPartSchema, data_key=_PLATFORM_CONFIGURATION)


class _ToolPartSchema(PlatformSchema):
    deployment_id = fields.Raw()


class _ResultSchema(PlatformSchema):
    client_id = Text(required=True)
    scope = fields.String(load_default="", allow_none=True, validate=validate.Length(max=10_000))
    tool = Part(_ToolPartSchema, data_key=TOOL_CONFIGURATION)


def read_configuration(
    client: Client, url: str, registration_token: str | None = None
) -> PlatformConfiguration:
    """Read a platform's description of itself.

    Parameters
    ----------
    client
        Fetches it.
    url
        The ``openid_configuration`` with which the platform opened our registration page.
    registration_token
        Its ``registration_token``, a secret; Canvas wants to see it here too.

    Raises
    ------
    ConfigurationInvalid
        If something is missing, or it speaks for a platform on another host.
    ServiceError
        If it cannot be had.
    """
    parts = split_address(url)
    if parts is None:
        raise AddressForbidden(shown(without_query(url)))
    if parts.fragment:
        raise ConfigurationInvalid(f"{without_query(url)}: an address with a fragment")
    response = client.get(url, headers=_headers(registration_token))
    response.require_success()
    try:
        values = response.read(_ConfigurationSchema())
    except AnswerInvalid as error:
        raise ConfigurationInvalid(error.detail) from None
    lti = values.pop("lti")
    configuration = PlatformConfiguration(**values, **lti)
    _check(configuration, url)
    return configuration


def _check(configuration: PlatformConfiguration, url: str) -> None:
    addresses = {
        "issuer": configuration.issuer,
        "authorization_endpoint": configuration.authorization_endpoint,
        "token_endpoint": configuration.token_endpoint,
        "jwks_uri": configuration.jwks_uri,
        "registration_endpoint": configuration.registration_endpoint,
    }
    scheme = urlsplit(url).scheme
    for name, address in addresses.items():
        parts = split_address(address)
        # A platform that was read over http is one of development; the client allowed it.
        if parts is None or parts.scheme not in {"https", scheme} or parts.fragment:
            raise ConfigurationInvalid(f"{name}: {shown(without_query(address))}")
    if urlsplit(configuration.issuer).query:
        raise ConfigurationInvalid("issuer: has a query")
    own_host = urlsplit(url).hostname
    is_shared = configuration.issuer in _SHARED_ISSUERS and configuration.product_family == "canvas"
    if urlsplit(configuration.issuer).hostname != own_host and not is_shared:
        raise ConfigurationInvalid(f"issuer {shown(configuration.issuer)} is not at {own_host}")
    # The registration token must not go to anybody but the platform that gave it.
    if urlsplit(configuration.registration_endpoint).hostname not in {
        own_host,
        urlsplit(configuration.issuer).hostname,
    }:
        raise ConfigurationInvalid("registration_endpoint: on another host")


def registration_request(
    configuration: PlatformConfiguration,
    *,
    tool_url: str,
    name: str,
    description: str = "",
    variables: Mapping[str, str] | None = None,
    tool_extension: Mapping[str, Any] | None = None,
    message_extensions: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Give the request with which the tool asks to be registered.

    Parameters
    ----------
    configuration
        The platform: only scopes that it offers are asked for.
    tool_url
        Our own address, without a path.
    name, description
        What teachers see.
    variables
        The custom parameters that every launch shall bring, with the platform's names for what it
        puts into them.
    tool_extension, message_extensions
        What one platform wants to hear beside the standard's words: of the tool, and by type of
        each of its messages.
    """
    more = message_extensions or {}
    # An empty list says nothing about LTI's scopes; then the usual ones are asked for.
    known = (*SCOPES, *_WELCOME_SCOPES)
    offered = [scope for scope in known if scope in configuration.scopes]
    launch_url = f"{tool_url}/lti/launch"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{tool_url}/lti/login",
        "redirect_uris": [launch_url],
        "client_name": name,
        "jwks_uri": f"{tool_url}/lti/jwks.json",
        "client_uri": f"{tool_url}/",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(offered or SCOPES),
        TOOL_CONFIGURATION: {
            # With the port: Moodle compares it with the host of target_link_uri.
            "domain": urlsplit(tool_url).netloc,
            "description": description,
            "target_link_uri": f"{tool_url}/",
            "custom_parameters": dict(variables or {}),
            "claims": list(CLAIMS),
            "messages": [
                {"type": RESOURCE_LINK_REQUEST, **more.get(RESOURCE_LINK_REQUEST, {})},
                {
                    "type": DEEP_LINKING_REQUEST,
                    "target_link_uri": f"{tool_url}/",
                    "label": name,
                    "placements": ["ContentArea"],
                    **more.get(DEEP_LINKING_REQUEST, {}),
                },
            ],
            **(tool_extension or {}),
        },
    }


def register(
    client: Client,
    configuration: PlatformConfiguration,
    request: Mapping[str, Any],
    registration_token: str | None = None,
) -> RegistrationResult:
    """Send the request to the platform; its token is good for one registration.

    Raises
    ------
    RegistrationRefused
        If the platform refuses, or answers without a client id.
    ServiceError
        If it cannot be reached.
    """
    response = client.request(
        "POST",
        configuration.registration_endpoint,
        headers={**_headers(registration_token), "Content-Type": "application/json"},
        body=json.dumps(request).encode("ascii"),
    )
    if response.status not in {200, 201}:
        failure = response.failure()
        if isinstance(failure, ServiceRefused):
            # Moodle's answer is one bare word such as missing_domain; Canvas' is JSON.
            words = response.body[:100].decode("utf-8", "replace")
            raise RegistrationRefused(f"{failure.detail} {shown(words)}")
        raise failure
    try:
        values = response.read(_ResultSchema())
    except AnswerInvalid as error:
        raise RegistrationRefused(error.detail) from None
    return RegistrationResult(
        client_id=values["client_id"],
        deployment_id=_deployment_id(values["tool"].get("deployment_id")),
        scopes=tuple((values["scope"] or "").split()),
    )


def _deployment_id(value: object) -> str | None:
    if value is None or value == "":
        return None
    try:
        return Text().deserialize(value)
    except ValidationError:
        raise RegistrationRefused("deployment_id is not a text of 1 to 255 characters") from None


def _headers(registration_token: str | None) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if registration_token and registration_token.isascii() and registration_token.isprintable():
        headers["Authorization"] = f"Bearer {registration_token}"
    return headers
