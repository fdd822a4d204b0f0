"""The proof of a launch: the token is genuine, from the platform, for us, and for this login."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.lti import strict_json
from lti_tool.lti.claims import ID_TOKEN_REFUSALS, IdTokenSchema, read_claims
from lti_tool.lti.errors import token as errors
from lti_tool.lti.login_secrets import is_same
from lti_tool.lti.registration import Registration
from lti_tool.lti.text import shown

MAX_BYTES = 128 * 1024
LEEWAY = 60
"""Seconds by which two clocks may differ. Moodle's tokens live for 60 seconds only."""
MAX_AGE = 600
"""Seconds after which no login can still be waiting for its token."""
MAX_LIFETIME = 24 * 3600

_ALGORITHM = "RS256"
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+")
_CLAIMS = IdTokenSchema()


class KeySource(Protocol):
    """Where the keys of platforms come from: `KeySets`, or a mapping of a test."""

    def find(self, uri: str, kid: str) -> RSAPublicKey:
        """Give the platform's key with this `kid`; raise `KeyUnknown` or `KeysUnavailable`."""


def verify_id_token(
    id_token: str, *, registration: Registration, key_set: KeySource, nonce: str, now: datetime
) -> Mapping[str, object]:
    """Give the claims of a token, after every check of the 1EdTech Security Framework 5.1.3.

    Raises
    ------
    LaunchRefused
        One subclass for each rule.
    KeysUnavailable
        If the platform's key set cannot be had.
    """
    claims = verify_message(id_token, registration=registration, key_set=key_set, now=now)
    if not is_same(str(claims["nonce"]), nonce):
        raise errors.NonceMismatch
    return claims


def verify_message(
    token: str, *, registration: Registration, key_set: KeySource, now: datetime
) -> Mapping[str, object]:
    """Give the claims of a platform's message after every check but one: whose nonce it has.

    That suits a message which no login of ours began, such as a notice. It has a nonce, but nobody
    here issued it, so the caller must take care that the message counts once.

    Raises
    ------
    LaunchRefused
        One subclass for each rule.
    KeysUnavailable
        If the platform's key set cannot be had.
    """
    claims = _verify_signature(token, registration, key_set)
    values = read_claims(_CLAIMS, claims, ID_TOKEN_REFUSALS)
    if values["iss"] != registration.issuer:
        raise errors.IssuerMismatch(f"iss {shown(values['iss'])}")
    _check_audience(values["aud"], values["azp"], registration)
    _check_times(values["exp"], values["iat"], values["nbf"], now.timestamp())
    return claims


def read_unproven(token: str) -> Mapping[str, Any]:
    """Read what a message says of itself, to find out by whose keys it can be proven.

    Raises
    ------
    LaunchRefused
        If it cannot be read.
    """
    if len(token) > MAX_BYTES:
        raise errors.TokenTooLarge(f"{len(token)} characters")
    parts = token.split(".")
    if len(parts) != 3:
        raise errors.TokenMalformed(f"{len(parts)} parts")
    claims = _document(_decode_segment(parts[1]), "payload")
    return read_claims(_CLAIMS, claims, ID_TOKEN_REFUSALS)


def _verify_signature(
    id_token: str, registration: Registration, key_set: KeySource
) -> dict[str, object]:
    if len(id_token) > MAX_BYTES:
        raise errors.TokenTooLarge(f"{len(id_token)} characters")
    parts = id_token.split(".")
    if len(parts) != 3:
        raise errors.TokenMalformed(f"{len(parts)} parts")
    header = _document(_decode_segment(parts[0]), "header")
    # The fields jku, jwk, x5u and x5c are never looked at: keys come from the registration only.
    if header.get("alg") != _ALGORITHM:
        raise errors.AlgorithmRefused
    if "crit" in header:
        raise errors.CriticalHeaderRefused
    if header.get("b64", True) is not True:  # RFC 7797: another way to sign
        raise errors.TokenMalformed("b64")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid or len(kid) > 255:
        raise errors.KidMissing
    key = key_set.find(registration.jwks_uri, kid)
    payload = _decode_segment(parts[1])
    signature = _decode_segment(parts[2]) if parts[2] else b""
    # RS256 is the only algorithm here, RFC 7515, 5.2 is these lines, and PyJWT takes ten times as
    # long for them: it looks at each character of the token in a loop of its own.
    try:
        key.verify(signature, id_token.rpartition(".")[0].encode("ascii"), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise errors.SignatureInvalid(f"kid {shown(kid)}") from None
    return _document(payload, "payload")


def _decode_segment(segment: str) -> bytes:
    if not _SEGMENT.fullmatch(segment) or len(segment) % 4 == 1:
        raise errors.TokenMalformed("not base64url")
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != segment.encode("ascii"):
        raise errors.TokenMalformed("not canonical base64url")
    return data


def _document(data: bytes, what: str) -> dict[str, object]:
    try:
        document = strict_json.loads(data)
    except strict_json.JsonDepthError:
        raise errors.TokenTooDeep(what) from None
    except strict_json.JsonKeyError:
        raise errors.TokenKeyRepeated(what) from None
    except strict_json.JsonError as error:
        raise errors.TokenMalformed(f"{what}: {error}") from None
    if not isinstance(document, dict):
        raise errors.TokenMalformed(f"{what} is not an object")
    return document


def _check_audience(
    audience: tuple[str, ...], authorized_party: str | None, registration: Registration
) -> None:
    ours = registration.client_id
    if ours not in audience:
        raise errors.AudienceMismatch(f"aud {shown(audience[0])}")
    if authorized_party is None and len(audience) > 1:
        raise errors.AuthorizedPartyMissing
    if authorized_party is not None and authorized_party != ours:
        raise errors.AuthorizedPartyMismatch(f"azp {shown(authorized_party)}")
    for other in audience:
        if other != ours and other not in registration.trusted_audiences:
            raise errors.AudienceUntrusted(f"aud {shown(other)}")


def _check_times(expiry: float, issued_at: float, not_before: float | None, now: float) -> None:
    if now >= expiry + LEEWAY:
        raise errors.TokenExpired(f"{now - expiry:.0f} s ago")
    if issued_at > now + LEEWAY:
        raise errors.IssuedInFuture(f"{issued_at - now:.0f} s ahead")
    if now - issued_at > MAX_AGE + LEEWAY:
        raise errors.TokenTooOld(f"{now - issued_at:.0f} s old")
    if expiry <= issued_at:
        raise errors.ExpiryInvalid("exp is not after iat")
    if expiry - issued_at > MAX_LIFETIME:
        raise errors.LifetimeTooLong(f"{expiry - issued_at:.0f} s")
    if not_before is not None and not_before > now + LEEWAY:
        raise errors.TokenNotYetValid(f"{not_before - now:.0f} s ahead")
