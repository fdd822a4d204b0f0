"""The first two steps of a launch: read the login initiation, send the browser to be confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from marshmallow import ValidationError, post_load, pre_load

from lti_tool.lti.errors.login import (
    IdTokenMissing,
    LoginParameterInvalid,
    LoginParameterMissing,
    PlatformRefused,
    StateMissing,
    TargetForeign,
)
from lti_tool.lti.fields import PlatformSchema, Text
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import MAX_URL, clean, is_own_address, shown

# OpenID Connect Core 3.1.2.6 and OAuth 2.0 4.1.2.1, and what Canvas adds to them
# (lti/ims/authentication_controller.rb). Anything else is told as "other".
_ANSWERS = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_request",
        "invalid_request_object",
        "invalid_request_uri",
        "invalid_scope",
        "launch_no_longer_valid",
        "login_required",
        "registration_not_supported",
        "request_not_supported",
        "request_uri_not_supported",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_response_type",
    }
)
_MAX_STATE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRequest:
    """A login initiation: who says that somebody wants to come in. Nothing of it is proven yet."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str | None = None
    message_hint: str | None = None
    deployment_id: str | None = None
    storage_target: str | None = None


class _LoginSchema(PlatformSchema):
    issuer = Text(512, data_key="iss", required=True)
    # The hints are opaque. Canvas sends a JWT as the message hint, Moodle JSON.
    login_hint = Text(4096, required=True)
    target_link_uri = Text(MAX_URL, required=True)
    client_id = Text(load_default=None)
    message_hint = Text(8192, data_key="lti_message_hint", load_default=None)
    deployment_id = Text(data_key="lti_deployment_id", load_default=None)
    storage_target = Text(data_key="lti_storage_target", load_default=None)

    @pre_load
    def _drop_blanks(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        return {key: data[key] for key in data if data[key] != ""}

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> LoginRequest:
        return LoginRequest(**data)


_LOGIN = _LoginSchema()


def read_login(params: Mapping[str, str], *, tool_url: str) -> LoginRequest:
    """Read the parameters of a login initiation, sent by GET or POST.

    Parameters
    ----------
    params
        The query or form. Parameters that LTI does not know are ignored.
    tool_url
        Our own address. The target must lie there: it decides only which page is shown later,
        never where the platform sends its token.

    Raises
    ------
    LoginParameterMissing, LoginParameterInvalid, TargetForeign
        For parameters that cannot be used.

    Examples
    --------
    >>> login = read_login(
    ...     {"iss": "https://lms.example", "login_hint": "5", "target_link_uri": "https://t.example/"},
    ...     tool_url="https://t.example",
    ... )
    >>> login.issuer, login.client_id
    ('https://lms.example', None)
    """
    try:
        login: LoginRequest = _LOGIN.load(params)
    except ValidationError as error:
        wrong = sorted(str(name) for name in error.messages_dict)
        missing = [name for name in wrong if not params.get(name)]
        if missing:
            raise LoginParameterMissing(", ".join(missing)) from None
        raise LoginParameterInvalid(", ".join(wrong)) from None
    if not is_own_address(login.target_link_uri, tool_url):
        raise TargetForeign(f"target_link_uri {shown(login.target_link_uri)}")
    return login


def authorization_request(
    registration: Registration, login: LoginRequest, *, state: str, nonce: str, redirect_uri: str
) -> str:
    """Give the address at the platform to which the browser goes next.

    Both hints are given back exactly as they came. A query that the endpoint already has is kept.

    Parameters
    ----------
    registration
        The platform, found by issuer and client id: the endpoint comes from here, never from the
        request.
    login
        The login initiation that is answered.
    state, nonce
        Fresh secrets of this login, from `new_state` and `new_nonce`.
    redirect_uri
        Our launch address, exactly as it was registered.
    """
    ours = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": registration.client_id,
        "redirect_uri": redirect_uri,
        "state": state,
        "nonce": nonce,
        "login_hint": login.login_hint,
    }
    if login.message_hint is not None:
        ours["lti_message_hint"] = login.message_hint
    parts = urlsplit(registration.authorization_endpoint)
    theirs = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if key not in ours
    ]
    query = urlencode([*theirs, *ours.items()], quote_via=quote)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


@dataclass(frozen=True, slots=True)
class AuthenticationResponse:
    """What the browser posted to the launch address.

    Only the state may be used before the caller has found it in its table and the browser has
    proven that the login was its own: until then a token or an error could be anybody's.
    """

    state: str = field(repr=False)
    _form: Mapping[str, str] = field(repr=False)

    def read_token(self) -> str:
        """Give the id_token; the state must have been checked before.

        Raises
        ------
        PlatformRefused
            If the platform answered with an error.
        IdTokenMissing
            If there is neither.
        """
        error = self._form.get("error")
        if error:
            raise PlatformRefused(
                error if error in _ANSWERS else "other",
                clean(self._form.get("error_description"), 200),
            )
        token = self._form.get("id_token")
        if not token:
            raise IdTokenMissing
        return token


def read_authentication_response(form: Mapping[str, str]) -> AuthenticationResponse:
    """Read the form that the platform made the browser post.

    Raises
    ------
    StateMissing
        If there is no usable `state`, which every answer must have, an error too.

    Examples
    --------
    >>> read_authentication_response({"state": "s", "id_token": "a.b.c"}).read_token()
    'a.b.c'
    """
    state = form.get("state")
    if not state or len(state) > _MAX_STATE:
        raise StateMissing
    return AuthenticationResponse(state, form)
