"""The key sets of platforms: fetched when needed, kept for a while, never trusted blindly."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from marshmallow import ValidationError, fields, validate

from lti_tool.lti.errors.service import KeysUnavailable, ServiceError
from lti_tool.lti.errors.token import KeyUnknown
from lti_tool.lti.fields import PlatformSchema, Text
from lti_tool.lti.http import Client, Response
from lti_tool.lti.text import shown

COOLDOWN = 30
"""Seconds between two looks for a `kid` that a platform does not know: forged ones are cheap."""
FAILURE_PAUSE = 10
"""Seconds for which a failed fetch is not tried again."""
GRACE = 6 * 3600
"""Seconds for which the last good set is used after its time, if no new one can be had."""

_SHORTEST, _USUAL, _LONGEST = 300, 3600, 24 * 3600
_MAX_KEYS = 100
_LEAST_BITS, _MOST_BITS = 2048, 8192
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=\"?(\d{1,9})", re.IGNORECASE)


class _KeySchema(PlatformSchema):
    kty = fields.String(required=True, validate=validate.Equal("RSA"))
    kid = Text(required=True)
    # Some sets say nothing about use and algorithm; those that do must say ours.
    use = fields.String(allow_none=True, validate=validate.Equal("sig"))
    alg = fields.String(allow_none=True, validate=validate.Equal("RS256"))
    n = fields.String(required=True, validate=validate.Length(max=_MOST_BITS))
    e = fields.String(required=True, validate=validate.Length(max=16))


class _KeySetSchema(PlatformSchema):
    keys = fields.List(
        fields.Raw(allow_none=True), required=True, validate=validate.Length(max=_MAX_KEYS)
    )


_KEY = _KeySchema()
_KEY_SET = _KeySetSchema()


@dataclass
class _Entry:
    """What is known about one address. Read without the lock, changed under it only."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: dict[str, RSAPublicKey] = field(default_factory=dict)
    fetched_at: float = float("-inf")
    fresh_until: float = float("-inf")
    no_search_until: float = float("-inf")
    failed_until: float = float("-inf")
    failure: str = ""


class KeySets:
    """The keys of all platforms, by the address of their key set.

    A set is kept as long as the platform's `max-age` says, within 5 minutes and 24 hours. A `kid`
    that is not in it makes us look once more, at most every 30 seconds. Callers who come at the
    same time wait for one fetch and share what it brings.

    Parameters
    ----------
    client
        Fetches the sets.
    clock
        Seconds of a clock that never goes back.
    """

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def find(self, uri: str, kid: str) -> RSAPublicKey:
        """Give the key with this `kid`.

        Parameters
        ----------
        uri
            The `jwks_uri` of a registration, never one that came with a token.
        kid
            The key's name in the header of the token.

        Raises
        ------
        KeyUnknown
            If the platform has no usable key of this name.
        KeysUnavailable
            If its key set cannot be had, and the last good one is too old.
        """
        asked_at = self._clock()
        with self._lock:
            entry = self._entries.setdefault(uri, _Entry())
        key = entry.keys.get(kid)
        if key is not None and asked_at < entry.fresh_until:
            return key
        with entry.lock:
            return self._search(entry, uri, kid, asked_at)

    def _search(self, entry: _Entry, uri: str, kid: str, asked_at: float) -> RSAPublicKey:
        now = self._clock()
        if now >= entry.fresh_until:
            if now >= entry.failed_until:
                self._fetch(entry, uri)
        elif kid not in entry.keys and entry.fetched_at < asked_at and self._may_search(entry):
            # Not in a set that was already there when this caller asked: the platform may have
            # changed its keys since.
            entry.no_search_until = now + COOLDOWN
            self._fetch(entry, uri)
        now = self._clock()
        if kid in entry.keys and now < entry.fresh_until + GRACE:
            return entry.keys[kid]
        if now < entry.failed_until:
            raise KeysUnavailable(entry.failure)
        raise KeyUnknown(f"kid {shown(kid)}")

    def _may_search(self, entry: _Entry) -> bool:
        now = self._clock()
        return now >= entry.no_search_until and now >= entry.failed_until

    def _fetch(self, entry: _Entry, uri: str) -> None:
        try:
            response = self._client.get(uri, headers={"Accept": "application/json"})
            response.require_success()
            keys = _read_keys(response)
        except ServiceError as error:
            entry.failure = str(error)
            entry.failed_until = self._clock() + FAILURE_PAUSE
            return
        now = self._clock()
        entry.keys = keys
        entry.fetched_at = now
        entry.fresh_until = now + _lifetime(response)
        entry.failed_until = float("-inf")


def _read_keys(response: Response) -> dict[str, RSAPublicKey]:
    """Read the keys that can be used; one that cannot does not spoil the others."""
    keys: dict[str, RSAPublicKey] = {}
    for document in response.read(_KEY_SET)["keys"]:
        try:
            members = _KEY.load(document)
            key = jwt.PyJWK({"kty": "RSA", "alg": "RS256", "n": members["n"], "e": members["e"]})
        except (ValidationError, jwt.PyJWTError, ValueError):
            continue
        if isinstance(key.key, RSAPublicKey) and _LEAST_BITS <= key.key.key_size <= _MOST_BITS:
            keys.setdefault(members["kid"], key.key)
    return keys


def _lifetime(response: Response) -> int:
    found = _MAX_AGE.search(response.headers.get("Cache-Control", ""))
    return min(max(int(found[1]), _SHORTEST), _LONGEST) if found else _USUAL
