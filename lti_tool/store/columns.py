"""Our column in the gradebook of a course: which one it is, and that there is only one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Context, Job, ResourceLink

NAME = "sessions-held"
"""The resource id and tag by which our column is found again, also after a copy of the course."""


def find_column(session: Session, context: Context) -> str | None:
    """Give the address of the column of a course, or None where none is known.

    A column that came with a link of ours goes first, then the one that we looked for.
    """
    linked = session.scalar(
        select(ResourceLink.line_item_url)
        .where(ResourceLink.context_id == context.id, ResourceLink.line_item_url.is_not(None))
        .order_by(ResourceLink.id)
        .limit(1)
    )
    return linked or context.column_url


def wish_column(session: Session, context: int, points: int) -> None:
    """Write down that staff asked for a column, unless they asked before or took it out again."""
    session.execute(
        update(Context)
        .where(Context.id == context, Context.column_points.is_(None))
        .values(column_points=points)
    )


def forget_column(session: Session, context: Context, address: str) -> None:
    """Forget a column that is gone. One that somebody took out is not made again by itself."""
    for link in session.scalars(
        select(ResourceLink).filter_by(context_id=context.id, line_item_url=address)
    ):
        link.line_item_url = None
    if context.column_url == address:
        context.column_url = None
    context.column_points = 0


def enqueue_column(session: Session, context: Context, now: datetime) -> Job:
    """Ask for the column of a course to be found, or made where staff asked for one.

    One job for each course, and one worker holds a job at a time: so it is made once.
    """
    return enqueue(session, "column", _key(context), {"context_id": context.id}, now)


def find_column_job(session: Session, context: Context) -> Job | None:
    """Give the latest request for the column of a course."""
    return session.scalar(select(Job).where(Job.idempotency_key == _key(context)))


def _key(context: Context) -> str:
    return f"column:{context.id}"
