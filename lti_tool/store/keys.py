"""The tool's signing keys, encrypted at rest: a copy of the database alone signs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.config import ConfigError
from lti_tool.store.models import ToolKey

LEAD = timedelta(days=1)
"""How long a new key is published before it signs: platforms keep our key set for a while."""
OVERLAP = timedelta(days=1)
"""How long a key is still published after a newer one began to sign."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key: its name and its private half as PEM."""

    kid: str
    pem: bytes = field(repr=False)


def add_key(
    session: Session,
    key: StoredKey,
    secret: str,
    now: datetime,
    *,
    signs_from: datetime | None = None,
) -> None:
    """Write a new signing key, encrypted with the secret of the installation.

    Parameters
    ----------
    session
        A session inside `lti_tool.store.engine.writing`.
    key
        The key. One that was stored before, also a retired one, is refused by the database.
    secret
        The secret of the installation.
    now
        The time, aware.
    signs_from
        When it begins to sign. Default: now.
    """
    session.add(
        ToolKey(
            kid=key.kid,
            encrypted_private_key=_cipher(secret).encrypt(key.pem),
            created_at=now,
            signs_from=signs_from or now,
        )
    )


def read_keys(session: Session, secret: str, now: datetime) -> Iterator[StoredKey]:
    """Give the keys that are published: first the one that signs now, then the others.

    Raises
    ------
    ConfigError
        If the keys were encrypted with another secret.
    """
    cipher = _cipher(secret)
    rows = list_keys(session)
    # The newest that signs already; before the first one does, the one that will be first.
    signing = [row for row in rows if row.signs_from <= now][:1] or rows[-1:]
    for row in [*signing, *(row for row in rows if row not in signing)]:
        try:
            yield StoredKey(row.kid, cipher.decrypt(row.encrypted_private_key))
        except InvalidToken:
            raise ConfigError(
                "PEERLOOM_SECRET is not the secret with which this database was made:"
                " its signing keys cannot be read"
            ) from None


def list_keys(session: Session) -> list[ToolKey]:
    """Give the keys that are not retired, the newest first."""
    order = (ToolKey.signs_from.desc(), ToolKey.created_at.desc(), ToolKey.kid)
    return list(
        session.scalars(select(ToolKey).where(ToolKey.retired_at.is_(None)).order_by(*order))
    )


def retire_keys(session: Session, now: datetime) -> None:
    """Take the keys back that a newer one has replaced for `OVERLAP`.

    The name of a retired key stays, so that it is never used again; its private half is deleted.
    """
    for row in [row for row in list_keys(session) if row.signs_from <= now - OVERLAP][1:]:
        _retire(row, now)


def withdraw_keys(session: Session, now: datetime, *, keep: str) -> None:
    """Take all keys back except the one with the `kid` `keep`."""
    for row in list_keys(session):
        if row.kid != keep:
            _retire(row, now)


def _retire(row: ToolKey, now: datetime) -> None:
    row.retired_at, row.encrypted_private_key = now, b""


def _cipher(secret: str) -> Fernet:
    # The secret has at least 32 random characters, so one hash is a good key.
    digest = hashlib.sha256(b"peerloom signing keys\n" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
