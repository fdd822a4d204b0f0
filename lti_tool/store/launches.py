"""Logins that were started and not yet finished: each counts once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lti_tool.store.models import PendingLaunch, Registration

LIFETIME = timedelta(minutes=10)
MOST_PENDING = 20_000
"""How many unfinished logins one registration may have: anybody can start one."""


class TooManyLoginsError(RuntimeError):
    """One registration has more unfinished logins than people could cause."""


def start_login(
    session: Session,
    registration: Registration,
    *,
    state_hash: str,
    browser_hash: str,
    nonce: str,
    target_link_uri: str,
    is_assisted: bool = False,
    storage_target: str | None = None,
    now: datetime,
) -> None:
    """Write a login down; those that expired are swept out on the way.

    Raises
    ------
    TooManyLoginsError
        If too many of this registration are unfinished.
    """
    session.execute(delete(PendingLaunch).where(PendingLaunch.expires_at <= now))
    unfinished = session.scalar(
        select(func.count()).select_from(PendingLaunch).filter_by(registration_id=registration.id)
    )
    if (unfinished or 0) >= MOST_PENDING:
        raise TooManyLoginsError
    session.add(
        PendingLaunch(
            state_hash=state_hash,
            browser_hash=browser_hash,
            nonce=nonce,
            registration_id=registration.id,
            target_link_uri=target_link_uri,
            is_assisted=is_assisted,
            storage_target=storage_target,
            expires_at=now + LIFETIME,
        )
    )


def find_login(session: Session, state_hash: str, now: datetime) -> PendingLaunch | None:
    """Find an unfinished login by the hash of its state."""
    return session.scalar(
        select(PendingLaunch).where(
            PendingLaunch.state_hash == state_hash, PendingLaunch.expires_at > now
        )
    )


def spend_login(session: Session, state_hash: str, now: datetime) -> bool:
    """Take an unfinished login away, and say whether this call was the one that did."""
    return (
        session.scalar(
            delete(PendingLaunch)
            .where(PendingLaunch.state_hash == state_hash, PendingLaunch.expires_at > now)
            .returning(PendingLaunch.state_hash)
        )
        is not None
    )
