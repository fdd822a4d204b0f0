"""LTI Dynamic Registration, the platform's side."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from examples.classroom.session import this_classroom
from examples.classroom.state import Classroom, Tool
from examples.classroom.vocabulary import SCOPES, TOOL_CONFIGURATION

blueprint = Blueprint("registration", __name__)

_ADDRESS = validate.Regexp(r"https?://[^\s/?#@]+([/?][^\s#]*)?\Z")


class _Includes(validate.Validator):
    """Accept a list only when it holds one named value."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __call__(self, values: list[str]) -> list[str]:
        if self.value not in values:
            raise ValidationError(f"must include {self.value}")
        return values


class _Known(Schema):
    class Meta:
        unknown = EXCLUDE


class _MessageSchema(_Known):
    type = fields.String(required=True)
    target_link_uri = fields.String(validate=_ADDRESS)


class _ToolConfigurationSchema(_Known):
    domain = fields.String(required=True, validate=validate.Length(min=1, max=255))
    target_link_uri = fields.String(validate=_ADDRESS)
    description = fields.String(load_default="")
    custom_parameters = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    claims = fields.List(fields.String(), load_default=list)
    messages = fields.List(fields.Nested(_MessageSchema), load_default=list)


class RegistrationSchema(_Known):
    """What a tool must send to be registered."""

    application_type = fields.String(required=True, validate=validate.Equal("web"))
    response_types = fields.List(fields.String(), required=True, validate=_Includes("id_token"))
    grant_types = fields.List(
        fields.String(), required=True, validate=_Includes("client_credentials")
    )
    initiate_login_uri = fields.String(required=True, validate=_ADDRESS)
    redirect_uris = fields.List(
        fields.String(validate=_ADDRESS), required=True, validate=validate.Length(min=1)
    )
    client_name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    jwks_uri = fields.String(required=True, validate=_ADDRESS)
    token_endpoint_auth_method = fields.String(
        required=True, validate=validate.Equal("private_key_jwt")
    )
    scope = fields.String(load_default="")
    configuration = fields.Nested(
        _ToolConfigurationSchema, required=True, data_key=TOOL_CONFIGURATION
    )


@blueprint.post("/lti/register")
def register() -> ResponseReturnValue:
    """Register a tool: pending, until the administrator activates it."""
    classroom = this_classroom()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expires_at = classroom.registration_tokens.get(token)
    if scheme.lower() != "bearer" or expires_at is None or expires_at <= classroom.now():
        return _error("invalid_token", "The registration token is missing, used or expired.", 401)
    if not request.is_json:
        return _error("invalid_request", "Content-Type must be application/json.", 415)
    try:
        asked = RegistrationSchema().load(request.get_json(silent=True) or {})
    except ValidationError as error:
        return _error("invalid_client_metadata", str(error.messages), 400)
    configuration = asked["configuration"]
    domain = configuration["domain"]
    target = configuration.setdefault("target_link_uri", f"https://{domain}")
    addresses = [target, asked["initiate_login_uri"], *asked["redirect_uris"]]
    if any(urlsplit(address).netloc != domain for address in addresses):
        return _error("invalid_client_metadata", "An address is not on the tool's domain.", 400)
    if classroom.registration_tokens.pop(token, None) is None:
        return _error("invalid_token", "The registration token is used.", 401)
    tool = add_tool(classroom, asked)
    return _answer(tool, request.get_json()), 201


def add_tool(classroom: Classroom, asked: dict[str, Any]) -> Tool:
    """Keep a tool, from what `RegistrationSchema` loaded."""
    configuration = asked["configuration"]
    target = configuration["target_link_uri"]
    deep_linking = [
        message.get("target_link_uri", target)
        for message in configuration["messages"]
        if message["type"] == "LtiDeepLinkingRequest"
    ]
    wanted = asked["scope"].split()
    tool = Tool(
        client_id=secrets.token_urlsafe(12),
        deployment_id=classroom.new_id(),
        name=asked["client_name"],
        description=configuration["description"],
        domain=configuration["domain"],
        target_link_uri=target,
        deep_link_uri=deep_linking[0] if deep_linking else None,
        initiate_login_uri=asked["initiate_login_uri"],
        redirect_uris=tuple(asked["redirect_uris"]),
        jwks_uri=asked["jwks_uri"],
        scopes=tuple(scope for scope in SCOPES if scope in wanted),
        claims=tuple(configuration["claims"]),
        custom=configuration["custom_parameters"],
    )
    classroom.tools[tool.client_id] = tool
    return tool


def _answer(tool: Tool, asked: dict[str, Any]) -> dict[str, Any]:
    """Say what was registered: the scopes are the granted ones, which may be fewer."""
    return {
        **asked,
        "client_id": tool.client_id,
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: {
            **asked[TOOL_CONFIGURATION],
            "version": "1.3.0",
            "deployment_id": tool.deployment_id,
        },
    }


def _error(code: str, description: str, status: int) -> ResponseReturnValue:
    return {"error": code, "error_description": description}, status
