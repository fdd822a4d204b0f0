"""The outbox: what must leave the house, written in the transaction of its cause."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store.models import Context, Job
from lti_tool.store.tenancy import find_or_add


def enqueue(session: Session, kind: str, key: str, payload: dict[str, Any], now: datetime) -> Job:
    """Write a job into the caller's transaction: one for each `key`.

    While a job of this key is unfinished it is the one that is given back, with the newest
    payload; a finished one is made due again. So a cause that is told twice is done once, and
    never with what it said the first time.

    Parameters
    ----------
    session
        A session inside `lti_tool.store.engine.writing`.
    kind
        What to do: ``"roster"``, ``"groups"``, ``"column"`` or ``"score"``, see `lti_tool.work`.
    key
        The cause, for example ``"roster:7"`` for the course 7.
    payload
        JSON: what the job needs beside what is stored.
    now
        The time, aware.
    """
    job = find_or_add(
        session, Job, {"idempotency_key": key}, kind=kind, payload=payload, run_at=now
    )
    # The worker may be finishing it this moment; wait, and see what it left.
    session.refresh(job, with_for_update=True)
    if job.finished_at is not None:
        job.finished_at, job.attempts, job.run_at = None, 0, now
    job.payload = payload
    job.revision += 1
    return job


def enqueue_roster(session: Session, context: Context, now: datetime) -> Job:
    """Ask for the roster of a course; asking twice before it was read reads it once."""
    return enqueue(session, "roster", _roster_key(context), {"context_id": context.id}, now)


def find_roster_job(session: Session, context: Context) -> Job | None:
    """Give the latest request for the roster of a course.

    It is under way while `finished_at` is None; `last_error` says what went wrong last.
    """
    return session.scalar(select(Job).where(Job.idempotency_key == _roster_key(context)))


def enqueue_groups(
    session: Session, context: Context, now: datetime, *, asks_people: bool, after: int = 0
) -> Job:
    """Ask for the groups of a course.

    Parameters
    ----------
    asks_people
        Whether the groups of each person must be asked for: the roster did not tell.
    after
        The number of the last membership that was asked for, where a run goes on.
    """
    payload = {"context_id": context.id, "asks_people": asks_people, "after": after}
    return enqueue(session, "groups", f"groups:{context.id}", payload, now)


def _roster_key(context: Context) -> str:
    return f"roster:{context.id}"
