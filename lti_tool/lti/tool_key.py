"""The tool's own signing key, and the key set in which platforms find its public half."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_BITS = 2048


@dataclass(frozen=True, slots=True)
class ToolKey:
    """An RSA key pair of the tool.

    Its `kid` is the key's own thumbprint (RFC 7638): the same key has always the same name, and no
    two keys share one.

    Examples
    --------
    >>> key = ToolKey.generate()
    >>> ToolKey.from_pem(key.to_pem()).kid == key.kid
    True
    """

    private_key: rsa.RSAPrivateKey = field(repr=False)
    kid: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kid", _thumbprint(self.private_key.public_key()))

    @classmethod
    def generate(cls) -> Self:
        """Make a new key pair of 2048 bits."""
        return cls(rsa.generate_private_key(public_exponent=65537, key_size=_BITS))

    @classmethod
    def from_pem(cls, pem: bytes) -> Self:
        """Read a key pair from what `to_pem` gave.

        Raises
        ------
        ValueError
            If it is no RSA private key of at least 2048 bits.
        """
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < _BITS:
            raise ValueError("not an RSA private key of at least 2048 bits")
        return cls(key)

    def to_pem(self) -> bytes:
        """Give the key pair as unencrypted PKCS#8. Encrypt it before it is stored."""
        return self.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def jwk(self) -> dict[str, str]:
        """Give the public half as a JSON Web Key."""
        return _public_members(self.private_key.public_key()) | {
            "use": "sig",
            "alg": "RS256",
            "kid": self.kid,
        }

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Sign claims as a JWT with RS256 and our `kid`."""
        return jwt.encode(
            dict(claims), self.private_key, algorithm="RS256", headers={"kid": self.kid}
        )


def key_set(keys: Iterable[ToolKey]) -> dict[str, list[dict[str, str]]]:
    """Give the key set that platforms read, with the public halves only.

    Publish a new key before the first message is signed with it, and keep the old one for a day.
    """
    return {"keys": [key.jwk() for key in keys]}


def _public_members(key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def _number(value: int) -> str:
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _thumbprint(key: rsa.RSAPublicKey) -> str:
    # RFC 7638, 3.3: the required members in this order, without spaces.
    text = json.dumps(_public_members(key), separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(text.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
