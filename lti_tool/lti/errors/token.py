"""What can be wrong with an id_token: its form, its signature, whom it is for, and when."""
# ruff: noqa: N818 - a rule is named by what was wrong, and its code is the same words.

from __future__ import annotations

from lti_tool.lti.errors.base import N_, LtiError

_CLOCKS = N_(
    "The message of your learning platform is too old, or its clock differs from ours. Please open "
    "Peerloom again from your course. If this page comes back, tell your administrator."
)


class LaunchRefused(LtiError):
    """The id_token cannot be accepted."""


class TokenRefused(LaunchRefused):
    """The id_token does not prove that it comes from the platform, for us, and for this login."""

    status = 401


class TokenTooLarge(LaunchRefused):
    """The id_token is larger than 128 kB; it is not even decoded."""

    code = "token_too_large"
    status = 413


class TokenMalformed(LaunchRefused):
    """The id_token is not three parts of strict base64url that hold JSON objects."""

    code = "token_malformed"


class TokenTooDeep(LaunchRefused):
    """The JSON of the id_token is nested too deeply."""

    code = "token_too_deep"


class TokenKeyRepeated(LaunchRefused):
    """A JSON object of the id_token has the same key twice, so that readers could disagree."""

    code = "token_key_repeated"


class AlgorithmRefused(TokenRefused):
    """The header's `alg` is not RS256."""

    code = "algorithm_refused"


class CriticalHeaderRefused(TokenRefused):
    """The header has `crit`: an extension that must not be ignored, and we know none."""

    code = "critical_header_refused"


class KidMissing(TokenRefused):
    """The header has no `kid`."""

    code = "kid_missing"


class KeyUnknown(TokenRefused):
    """The platform's key set has no usable key with this `kid`, not even after a fresh look."""

    code = "key_unknown"


class SignatureInvalid(TokenRefused):
    """The signature was not made with the platform's key."""

    code = "signature_invalid"


class IssuerMissing(TokenRefused):
    """The claim `iss` is missing."""

    code = "issuer_missing"


class IssuerInvalid(TokenRefused):
    """The claim `iss` is not a text."""

    code = "issuer_invalid"


class IssuerMismatch(TokenRefused):
    """`iss` is not, letter by letter, the issuer of the registration the login was made for."""

    code = "issuer_mismatch"


class AudienceMissing(TokenRefused):
    """The claim `aud` is missing."""

    code = "audience_missing"


class AudienceInvalid(TokenRefused):
    """The claim `aud` is neither a text nor a list of texts."""

    code = "audience_invalid"


class AudienceMismatch(TokenRefused):
    """`aud` does not name our client id."""

    code = "audience_mismatch"


class AudienceUntrusted(TokenRefused):
    """`aud` names somebody beside us whom the registration does not trust."""

    code = "audience_untrusted"


class AuthorizedPartyMissing(TokenRefused):
    """`aud` names several, but there is no `azp` that says whom the token was issued to."""

    code = "authorized_party_missing"


class AuthorizedPartyMismatch(TokenRefused):
    """`azp` is not our client id."""

    code = "authorized_party_mismatch"


class ExpiryMissing(TokenRefused):
    """The claim `exp` is missing."""

    code = "expiry_missing"


class ExpiryInvalid(TokenRefused):
    """`exp` is not a finite number of seconds after `iat`."""

    code = "expiry_invalid"


class TokenExpired(TokenRefused):
    """`exp` has passed."""

    code = "token_expired"
    sentence = _CLOCKS


class LifetimeTooLong(TokenRefused):
    """`exp` is more than a day after `iat`: no platform means that."""

    code = "lifetime_too_long"


class IssuedAtMissing(TokenRefused):
    """The claim `iat` is missing."""

    code = "issued_at_missing"


class IssuedAtInvalid(TokenRefused):
    """`iat` is not a finite number of seconds."""

    code = "issued_at_invalid"


class IssuedInFuture(TokenRefused):
    """`iat` lies more than a minute ahead."""

    code = "issued_in_future"
    sentence = _CLOCKS


class TokenTooOld(TokenRefused):
    """`iat` is older than any login that could still be waiting."""

    code = "token_too_old"
    sentence = _CLOCKS


class NotBeforeInvalid(TokenRefused):
    """`nbf` is not a finite number of seconds."""

    code = "not_before_invalid"


class TokenNotYetValid(TokenRefused):
    """`nbf` lies more than a minute ahead."""

    code = "token_not_yet_valid"
    sentence = _CLOCKS


class NonceMissing(TokenRefused):
    """The claim `nonce` is missing."""

    code = "nonce_missing"


class NonceInvalid(TokenRefused):
    """The claim `nonce` is not a text."""

    code = "nonce_invalid"


class NonceMismatch(TokenRefused):
    """The nonce is not the one that was issued with this state."""

    code = "nonce_mismatch"
