"""Access tokens: the token endpoint, and the check of a token at each service."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import NoReturn

from flask import Blueprint, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from examples.classroom.keys import MessageError, unverified_issuer, verify
from examples.classroom.session import this_classroom
from examples.classroom.state import AccessToken, Tool

blueprint = Blueprint("tokens", __name__)

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@blueprint.post("/lti/token")
def token() -> ResponseReturnValue:
    """Give an access token to a tool that proves who it is by a signed assertion."""
    classroom = this_classroom()
    form = request.form
    if request.mimetype != "application/x-www-form-urlencoded":
        return _oauth_error("invalid_request", "The request must be a form.")
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", "Only client_credentials is supported.")
    if form.get("client_assertion_type") != _ASSERTION_TYPE:
        return _oauth_error("invalid_request", f"client_assertion_type must be {_ASSERTION_TYPE}.")
    try:
        tool = _authenticate(form.get("client_assertion", ""))
    except MessageError as error:
        return _oauth_error("invalid_client", f"The client assertion is refused: {error}.", 401)
    granted = [scope for scope in tool.scopes if scope in form.get("scope", "").split()]
    if not granted:
        return _oauth_error("invalid_scope", "None of these scopes is granted to this tool.")
    key = secrets.token_urlsafe(32)
    now, lifetime = classroom.now(), classroom.config.access_token_lifetime
    with classroom.lock:
        classroom.access_tokens = {
            old: access
            for old, access in classroom.access_tokens.items()
            if access.expires_at > now
        }
        classroom.access_tokens[key] = AccessToken(
            client_id=tool.client_id, scopes=frozenset(granted), expires_at=now + lifetime
        )
    answer = {
        "access_token": key,
        "token_type": "Bearer",
        "expires_in": int(lifetime.total_seconds()),
        "scope": " ".join(granted),
    }
    return answer, {"Cache-Control": "no-store"}


def _authenticate(assertion: str) -> Tool:
    """Check a client assertion, RFC 7523 as the 1EdTech security framework narrows it."""
    classroom = this_classroom()
    tool = classroom.tool_of(unverified_issuer(assertion))
    if tool is None:
        raise MessageError("the client is unknown or not activated")
    claims = verify(classroom, tool, assertion, {f"{classroom.config.url}/lti/token"})
    if claims.get("sub") != tool.client_id:
        raise MessageError("sub must be the client id")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise MessageError("jti is missing")
    if not classroom.spend(tool.client_id, jti, datetime.fromtimestamp(claims["exp"], UTC)):
        raise MessageError("this jti was used before")
    return tool


def allow(*scopes: str) -> Tool:
    """Let a service request pass whose bearer token has one of these scopes.

    Returns
    -------
    Tool
        The tool that asks. A wrong token is answered here: 401 without a valid one, 403 without
        the scope.
    """
    classroom = this_classroom()
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    access = classroom.access_tokens.get(key)
    tool = classroom.tool_of(access.client_id) if access is not None else None
    if (
        scheme.lower() != "bearer"
        or access is None
        or tool is None
        or access.expires_at <= classroom.now()
    ):
        answer = make_response({"error": "invalid_token"}, 401)
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        abort(answer)
    if not access.scopes.intersection(scopes):
        deny(403, "The token does not have the scope for this.")
    if request.args.get("course", classroom.course.id) != classroom.course.id:
        deny(404, "There is no such course.")
    return tool


def deny(status: int, reason: str) -> NoReturn:
    """Answer a service request with an error."""
    abort(make_response(jsonify(status=status, reason=reason), status))


def _oauth_error(code: str, description: str, status: int = 400) -> ResponseReturnValue:
    return {"error": code, "error_description": description}, status
