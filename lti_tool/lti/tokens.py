"""Access tokens for the services of a platform, and calls that carry one."""

from __future__ import annotations

import math
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from marshmallow import fields, post_load, validate

from lti_tool.lti.errors.service import (
    AnswerInvalid,
    OwnKeysUnreachable,
    ScopeNotGranted,
    ServiceBusy,
    ServiceError,
    TokenRequestRefused,
)
from lti_tool.lti.fields import PlatformSchema
from lti_tool.lti.http import SMALL, Client, Response, without_query
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import origin
from lti_tool.lti.tool_key import ToolKey

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# Moodle refuses an `iat` that is even a second ahead of its own clock (mod/lti/token.php).
_BACKDATED = 5
_LIFETIME = 300
_MARGIN = 60
_USUAL_EXPIRY = 300
_USUAL_PAUSE = 15

# RFC 6749, 5.2.
_ERRORS = frozenset(
    {
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


class _TokenSchema(PlatformSchema):
    # RFC 6750: the characters of a bearer token. Nothing else may get into a header.
    value = fields.String(
        data_key="access_token",
        required=True,
        validate=validate.Regexp(r"[A-Za-z0-9._~+/=:|-]{1,16384}\Z"),
    )
    kind = fields.String(
        data_key="token_type",
        load_default="bearer",
        validate=validate.Regexp(r"bearer\Z", re.IGNORECASE),
    )
    expires_in = fields.Float(load_default=_USUAL_EXPIRY, allow_none=True, allow_nan=False)
    scope = fields.String(load_default=None, allow_none=True)

    @post_load
    def _read(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        seconds = data["expires_in"]
        return data | {"expires_in": _USUAL_EXPIRY if seconds is None else seconds}


@dataclass(frozen=True, slots=True)
class _Token:
    value: str = field(repr=False)
    good_until: float


class AccessTokens:
    """Gets access tokens with our signature, and keeps each for as long as it is good.

    A token belongs to one registration and one set of scopes: schools that share an issuer never
    share a token.

    Parameters
    ----------
    client
        Sends the requests.
    signing_key
        Gives the key to sign with now; a function, because keys are rotated.
    clock
        Seconds since 1970.

    Notes
    -----
    1EdTech Security Framework 1.0, chapter 4, "Using OAuth 2.0 Client-Credentials Grant".
    """

    def __init__(
        self,
        client: Client,
        signing_key: Callable[[], ToolKey],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._signing_key = signing_key
        self._clock = clock
        self._tokens: dict[tuple[str, ...], _Token] = {}
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._busy_until: dict[tuple[object, ...], float] = {}
        self._lock = threading.Lock()

    def request(
        self,
        registration: Registration,
        scopes: Iterable[str],
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = SMALL,
    ) -> Response:
        """Call a service with a token. A 401 drops the token and is tried once more.

        A platform that asked to be left alone is not called again before that time is over: a
        hundred scores that wait would otherwise each ask, and keep it busy.

        Parameters
        ----------
        registration
            The platform.
        scopes
            All that the call needs.
        method, url, headers, body, limit
            See `Client.request`.

        Returns
        -------
        Response
            The answer, whatever its status.

        Raises
        ------
        ServiceBusy
            If the platform asked to be left alone, and it is too early.
        ServiceError
            If no token or no complete answer could be had.
        """
        self._check_is_free(registration, url)
        wanted = tuple(sorted(set(scopes)))

        def send(token: _Token) -> Response:
            # Moodle takes "Bearer" with a capital letter only.
            sent = {**(headers or {}), "Authorization": f"Bearer {token.value}"}
            return self._client.request(method, url, headers=sent, body=body, limit=limit)

        token = self._token(registration, wanted)
        response = send(token)
        if response.status == 401:
            self._forget(registration, wanted, token)
            response = send(self._token(registration, wanted))
        if response.is_throttled:
            pause = response.retry_after or _USUAL_PAUSE
            self._busy_until[_host(registration, url)] = self._clock() + pause
        return response

    def _check_is_free(self, registration: Registration, url: str) -> None:
        until = self._busy_until.get(_host(registration, url), 0.0)
        pause = math.ceil(until - self._clock())
        if pause > 0:
            raise ServiceBusy(f"{without_query(url)}: not asked", retry_after=pause)

    def _token(self, registration: Registration, scopes: tuple[str, ...]) -> _Token:
        name = _name(registration, scopes)
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            token = self._tokens.get(name)
            if token is None or self._clock() >= token.good_until:
                token = self._tokens[name] = self._fetch(registration, scopes)
            return token

    def _forget(self, registration: Registration, scopes: tuple[str, ...], refused: _Token) -> None:
        name = _name(registration, scopes)
        with self._lock:
            if self._tokens.get(name) is refused:
                del self._tokens[name]

    def _fetch(self, registration: Registration, scopes: tuple[str, ...]) -> _Token:
        asked_at = self._clock()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(registration, asked_at),
            "scope": " ".join(scopes),
        }
        response = self._client.request(
            "POST",
            registration.token_endpoint,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urlencode(form).encode("ascii"),
        )
        if not response.is_success:
            raise _refusal(response)
        answer = response.read(_TokenSchema())
        if answer["scope"] is not None:
            refused = set(scopes) - set(answer["scope"].split())
            if refused:
                raise ScopeNotGranted(f"{response.place}: {' '.join(sorted(refused))}")
        return _Token(answer["value"], asked_at + answer["expires_in"] - _MARGIN)

    def _assertion(self, registration: Registration, now: float) -> str:
        issued_at = math.floor(now) - _BACKDATED
        return self._signing_key().sign(
            {
                "iss": registration.client_id,
                "sub": registration.client_id,
                "aud": registration.token_audience or registration.token_endpoint,
                "iat": issued_at,
                "exp": issued_at + _LIFETIME,
                "jti": secrets.token_urlsafe(16),
            }
        )


def _host(registration: Registration, url: str) -> tuple[object, ...]:
    """Name what can be busy: schools behind one issuer have servers of their own."""
    return registration.issuer, registration.client_id, origin(url)


def _name(registration: Registration, scopes: tuple[str, ...]) -> tuple[str, ...]:
    return registration.issuer, registration.client_id, registration.token_endpoint, *scopes


class _ErrorSchema(PlatformSchema):
    error = fields.String(required=True)


def _refusal(response: Response) -> ServiceError:
    """Give the error that fits a token endpoint's refusal."""
    # When Moodle cannot fetch our key set, because its own guard keeps it from our address, its
    # token.php fails with an HTML page and 404 (jwks_helper gets null).
    if response.status == 404 and re.search(rb"<html|<!doctype", response.body, re.IGNORECASE):
        return OwnKeysUnreachable(response.place)
    failure = response.failure()
    if isinstance(failure, ServiceBusy) or response.status not in {400, 401, 403}:
        return failure
    try:
        error = str(response.read(_ErrorSchema())["error"])
    except AnswerInvalid:
        error = "other"
    if error == "invalid_scope":
        return ScopeNotGranted(response.place)
    # Moodle writes free texts such as "Expired token" where the name of an error belongs.
    name = error if error in _ERRORS else "other"
    return TokenRequestRefused(name, f"{failure.detail} {name}")
