"""One-time links with which an administrator of an LMS registers their platform."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.store.models import Invitation

LIFETIME = timedelta(days=7)


def invite(session: Session, now: datetime) -> str:
    """Write a new invitation and give its token; only the hash is kept."""
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(token_hash=_fingerprint(token), created_at=now, expires_at=now + LIFETIME)
    )
    return token


def is_open(session: Session, token: str, now: datetime) -> bool:
    """Tell whether an invitation can still be used."""
    query = select(Invitation.token_hash).where(
        Invitation.token_hash == _fingerprint(token),
        Invitation.used_at.is_(None),
        Invitation.expires_at > now,
    )
    return session.scalar(query) is not None


def spend(session: Session, token: str, now: datetime) -> bool:
    """Use an invitation up, and say whether this call was the one that did."""
    statement = (
        update(Invitation)
        .where(
            Invitation.token_hash == _fingerprint(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation.token_hash)
    )
    return session.scalar(statement) is not None


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
