"""The secrets of one login: what is sent, what is stored, and how they are compared."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# 32 bytes are 43 characters of [A-Za-z0-9_-]. Moodle strips what looks like a tag from a state
# (mod/lti/auth.php), so nothing beyond these characters may stand in one.
_BYTES = 32


def new_state() -> str:
    """Make a `state`: 256 random bits in URL-safe characters."""
    return secrets.token_urlsafe(_BYTES)


def new_nonce() -> str:
    """Make a `nonce`: 256 random bits in URL-safe characters."""
    return secrets.token_urlsafe(_BYTES)


def fingerprint(secret: str) -> str:
    """Give the SHA-256 of a secret in hex: what is stored instead of the secret.

    Examples
    --------
    >>> fingerprint("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def is_same(left: str, right: str) -> bool:
    """Compare two secrets in a time that does not depend on where they differ."""
    return hmac.compare_digest(
        left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
    )
