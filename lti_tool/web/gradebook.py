"""What the platform's gradebook hears: how many sessions each learner held."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from lti_tool.store.columns import enqueue_column, find_column
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Membership, Round, Session
from lti_tool.store.sessions import held_by_round


def expected_sessions(one: Round) -> int:
    """Return how many sessions a group should hold in a round, by the round's policy."""
    return max(1, int(one.policy.get("sessions_per_round", 1)))


def report(database: Database, session: Session, *, now: datetime) -> None:
    """Write one score for each learner of a session that was held, into the same transaction.

    The score is the learner's best round: sessions held of sessions expected. So a new round never
    takes away what somebody had. A column that is not known yet is looked for first.
    """
    context = session.group.round.context
    if find_column(database, context) is None:
        if context.line_items_url is None:
            return
        enqueue_column(database, context, now)
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
