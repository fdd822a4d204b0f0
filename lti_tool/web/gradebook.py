"""What the platform's gradebook hears: how many sessions each learner held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Membership, ResourceLink, Round, Session
from lti_tool.store.sessions import held_by_round


def expected_sessions(one: Round) -> int:
    """Return how many sessions a group should hold in a round, by the round's policy."""
    return max(1, int(one.policy.get("sessions_per_round", 1)))


def line_item(database: Database, context_id: int) -> str | None:
    """Return the gradebook column of a course, or None where the platform made none."""
    return database.scalar(
        select(ResourceLink.line_item_url)
        .where(ResourceLink.context_id == context_id, ResourceLink.line_item_url.is_not(None))
        .order_by(ResourceLink.id)
        .limit(1)
    )


def report(database: Database, session: Session, *, now: datetime) -> None:
    """Write one score for each learner of a session that was held, into the same transaction.

    The score is the learner's best round: sessions held of sessions expected. So a new round never
    takes away what somebody had.
    """
    one = session.group.round
    address = line_item(database, one.context_id)
    if address is None:
        return
    for seat in session.group.seats:
        if not seat.membership.is_peer:
            continue
        given, most = best_round(database, seat.membership)
        enqueue(
            database,
            "score",
            f"score:{session.id}:{seat.membership_id}",
            {
                "membership_id": seat.membership_id,
                "line_item_url": address,
                "score_given": given,
                "score_maximum": most,
                "timestamp": now.isoformat(),
            },
            now,
        )


def best_round(database: Database, membership: Membership) -> tuple[int, int]:
    """Return sessions held (at most as many as expected) and expected, of the best round."""
    held = held_by_round(database, membership.id)
    found = database.scalars(select(Round).where(Round.id.in_(held)))
    shares = [(min(held[one.id], expected_sessions(one)), expected_sessions(one)) for one in found]
    return max(shares, key=lambda share: (share[0] / share[1], share[1]), default=(0, 1))
