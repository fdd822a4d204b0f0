"""Logins that were started and not yet finished: each counts once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.orm import Session

from lti_tool.store.keyed import table_of
from lti_tool.store.models import PendingLaunch, Registration

LIFETIME = timedelta(minutes=10)
MOST_PENDING = 20_000
"""How many unfinished logins one registration may have: anybody can start one."""


# Made once: SQLAlchemy needs longer to make a statement than to run it; every launch runs these.
_OVERDUE = delete(table_of(PendingLaunch)).where(PendingLaunch.expires_at <= bindparam("now"))
_UNFINISHED = select(func.count()).where(PendingLaunch.registration_id == bindparam("registration"))
_START = insert(table_of(PendingLaunch))
_FIND = (
    select(PendingLaunch, Registration)
    .join(Registration, Registration.id == PendingLaunch.registration_id)
    .where(
        PendingLaunch.state_hash == bindparam("state"),
        PendingLaunch.expires_at > bindparam("now"),
    )
)
_SPEND = (
    delete(table_of(PendingLaunch))
    .where(
        PendingLaunch.state_hash == bindparam("state"),
        PendingLaunch.expires_at > bindparam("now"),
    )
    .returning(PendingLaunch.state_hash)
)


class TooManyLoginsError(RuntimeError):
    """One registration has more unfinished logins than people could cause."""


def start_login(
    session: Session,
    registration: int,
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
    connection = session.connection()
    connection.execute(_OVERDUE, {"now": now})
    unfinished = connection.execute(_UNFINISHED, {"registration": registration}).scalar_one()
    if unfinished >= MOST_PENDING:
        raise TooManyLoginsError
    connection.execute(
        _START,
        {
            "state_hash": state_hash,
            "browser_hash": browser_hash,
            "nonce": nonce,
            "registration_id": registration,
            "target_link_uri": target_link_uri,
            "is_assisted": is_assisted,
            "storage_target": storage_target,
            "expires_at": now + LIFETIME,
        },
    )


def find_login(
    session: Session, state_hash: str, now: datetime
) -> tuple[PendingLaunch, Registration] | None:
    """Find an unfinished login by the hash of its state, and whose it is."""
    found = session.execute(_FIND, {"state": state_hash, "now": now}).one_or_none()
    return None if found is None else (found[0], found[1])


def spend_login(session: Session, state_hash: str, now: datetime) -> bool:
    """Take an unfinished login away, and say whether this call was the one that did."""
    spent = session.connection().execute(_SPEND, {"state": state_hash, "now": now})
    return spent.one_or_none() is not None
