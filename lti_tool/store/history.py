"""Earlier courses: those from which a course was copied, and which the same tenant owns."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store.models import Context

_BATCH = 500


def earlier_courses(session: Session, context: Context) -> tuple[Context, ...]:
    """Give the earlier courses that Peerloom was used in, the newest first.

    Only those of the same deployment: the ids come from whoever wrote the course's parameters, and
    another tenant behind the same registration may use the same ids.
    """
    order = {one: place for place, one in enumerate(context.history or ())}
    ids = list(order)
    found = [
        course
        for start in range(0, len(ids), _BATCH)
        for course in session.scalars(
            select(Context).where(
                Context.deployment_id == context.deployment_id,
                Context.context_id.in_(ids[start : start + _BATCH]),
                Context.id != context.id,
            )
        )
    ]
    return tuple(sorted(found, key=lambda course: order[course.context_id]))
