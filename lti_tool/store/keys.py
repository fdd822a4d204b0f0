"""The tool's signing keys, encrypted at rest: a copy of the database alone signs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.config import ConfigError
from lti_tool.store.models import ToolKey


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key: its name and its private half as PEM."""

    kid: str
    pem: bytes = field(repr=False)


def add_key(session: Session, key: StoredKey, secret: str, now: datetime) -> None:
    """Write a new signing key, encrypted with the secret of the installation."""
    session.add(
        ToolKey(kid=key.kid, encrypted_private_key=_cipher(secret).encrypt(key.pem), created_at=now)
    )


def read_keys(session: Session, secret: str) -> Iterator[StoredKey]:
    """Give the signing keys, the newest first: it signs, the others are still published.

    Raises
    ------
    ConfigError
        If the keys were encrypted with another secret.
    """
    cipher = _cipher(secret)
    for row in session.scalars(select(ToolKey).order_by(ToolKey.created_at.desc(), ToolKey.kid)):
        try:
            yield StoredKey(row.kid, cipher.decrypt(row.encrypted_private_key))
        except InvalidToken:
            raise ConfigError(
                "PEERLOOM_SECRET is not the secret with which this database was made:"
                " its signing keys cannot be read"
            ) from None


def _cipher(secret: str) -> Fernet:
    # The secret has at least 32 random characters, so one hash is a good key.
    digest = hashlib.sha256(b"peerloom signing keys\n" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
