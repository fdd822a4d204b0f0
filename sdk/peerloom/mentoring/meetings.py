"""When a group met, as far as anybody said: the same for health and for nudges."""

from __future__ import annotations

from datetime import datetime, timedelta

from peerloom.mentoring.sessions import Session, SessionState


def met_at(session: Session, now: datetime, *, word_days: int) -> datetime | None:
    """Give when a group met in a session; None where it did not, or nobody said so in time.

    Parameters
    ----------
    session
        In any state.
    now
        The present moment; aware.
    word_days
        So long a planned session that is over counts as held while nobody says whether it was.
    """
    if session.state is SessionState.HELD:
        return session.ends_at
    if session.state is SessionState.PLANNED and session.ends_at <= now:
        is_fresh = now < session.ends_at + timedelta(days=word_days)
        if is_fresh or any(one.met for one in session.confirmations):
            return session.ends_at
    return None
