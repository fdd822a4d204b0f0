"""Keys: the classroom's own, which signs, and the tools', which are fetched from them."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

if TYPE_CHECKING:
    from examples.classroom.state import Classroom, Tool

_FETCH_TIMEOUT = (3, 5)
_LARGEST_KEY_SET = 256 * 1024
_LARGEST_MESSAGE = 128 * 1024


class MessageError(Exception):
    """A signed message of a tool which cannot be believed; the text says why."""


class SigningKey:
    """The classroom's key pair, made new at each start."""

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = secrets.token_hex(8)

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign claims with RS256, naming the key."""
        return jwt.encode(claims, self._private, algorithm="RS256", headers={"kid": self.kid})

    def public_set(self) -> dict[str, Any]:
        """Give the key set that tools fetch."""
        key = RSAAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {"keys": [{**key, "kid": self.kid, "use": "sig", "alg": "RS256"}]}


def verify(classroom: Classroom, tool: Tool, message: str, audiences: set[str]) -> dict[str, Any]:
    """Check who signed a tool's message, for whom, and when.

    The key set is fetched each time, so that a new or withdrawn key counts at once.

    Raises
    ------
    MessageError
        For everything that does not hold.
    """
    if len(message) > _LARGEST_MESSAGE:
        raise MessageError("the message is too long")
    try:
        header = jwt.get_unverified_header(message)
        if header.get("alg") != "RS256" or not header.get("kid"):
            raise MessageError("the header must say alg RS256 and name a kid")
        key = _fetch_key(tool.jwks_uri, str(header["kid"]))
        claims: dict[str, Any] = jwt.decode(
            message,
            key,
            algorithms=["RS256"],
            options={
                "require": ["iss", "aud", "exp", "iat"],
                # Checked below: times by the classroom's own clock, audiences as a set.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_aud": False,
            },
        )
    except jwt.PyJWTError as error:
        raise MessageError(f"the message is not valid: {error}") from error
    _check_claims(claims, tool.client_id, audiences, classroom.now())
    return claims


def unverified_issuer(message: str) -> str:
    """Read whom a message claims to be from: only to know whose keys must check it.

    Raises
    ------
    MessageError
        If there is nothing to read.
    """
    if len(message) > _LARGEST_MESSAGE:
        raise MessageError("the message is too long")
    try:
        claims = jwt.decode(message, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise MessageError("it is no signed message") from error
    return str(claims.get("iss", ""))


def _check_claims(
    claims: dict[str, Any], client_id: str, audiences: set[str], now: datetime
) -> None:
    if claims["iss"] != client_id:
        raise MessageError("iss must be the client id")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if not audience or not set(map(str, audience)) <= audiences:
        raise MessageError("aud must name this platform and nobody else")
    if claims.get("azp", audience[0]) not in audience:
        raise MessageError("azp must be the audience")
    issued, expires = (_moment(claims[name]) for name in ("iat", "exp"))
    if issued > now:
        raise MessageError("iat lies in the future")
    if expires <= now:
        raise MessageError("the message has expired")
    if (expires - issued).total_seconds() > 3600:
        raise MessageError("the message is valid for more than an hour")


def _moment(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MessageError("iat and exp must be numbers")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise MessageError("iat and exp must be moments") from error


def _fetch_key(uri: str, kid: str) -> jwt.PyJWK:
    try:
        with requests.get(
            uri, timeout=_FETCH_TIMEOUT, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code != 200:
                raise MessageError(f"the tool's key set answers {answer.status_code}")
            body = answer.raw.read(_LARGEST_KEY_SET + 1, decode_content=True)
        if len(body) > _LARGEST_KEY_SET:
            raise MessageError("the tool's key set is too large")
        keys = jwt.PyJWKSet.from_dict(json.loads(body)).keys
    except (requests.RequestException, ValueError) as error:
        raise MessageError("the tool's key set cannot be read") from error
    for key in keys:
        if key.key_id == kid and key.key_type == "RSA" and key.public_key_use in {None, "sig"}:
            return key
    raise MessageError("the tool's key set has no RSA key of that kid")
