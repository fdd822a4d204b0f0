"""Job ``column``: find our column in the gradebook of a course, or make it, once."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lti_tool.lti.errors import ServiceError
from lti_tool.lti.line_items import create_line_item, find_line_item
from lti_tool.store.columns import NAME, find_column
from lti_tool.store.engine import writing
from lti_tool.store.models import Context, ResourceLink, State
from lti_tool.work.platforms import Platforms, as_job_error, as_registration, dialect_of
from lti_tool.work.runner import Handler, JobError

logger = logging.getLogger(__name__)

_LABEL = "Peerloom"
"""For a column of a course whose links have no titles. The teacher may call it otherwise."""


def column_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler. Its payload: ``context_id``, the number of a context's row.

    Its outcomes: ``known``, ``found``, ``made``, or ``no_column`` where there is none and nobody
    asked for one. Looking comes first each time: so a run that ended between making the column and
    writing it down makes no second one, and neither does a copy of a course that had one.
    """

    def run(payload: dict[str, Any], _now: datetime) -> str:
        with Session(engine) as session:
            context = session.get_one(Context, payload["context_id"])
            row = context.deployment.registration
            registration, dialect = as_registration(row), dialect_of(row)
            address, points = context.line_items_url, context.column_points
            is_allowed = context.deployment.state is State.ACTIVE
            label = _label(session, context)
            if find_column(session, context) is not None:
                return "known"
        if address is None or not is_allowed:
            raise JobError("the platform offers no gradebook here", is_permanent=True)
        outcome = "found"
        try:
            item = find_line_item(
                platforms.tokens,
                registration,
                address,
                resource_id=NAME,
                tag=NAME,
                foreign_mark=dialect.foreign_column_mark,
            )
            if item is None:
                if not points:
                    return "no_column"
                outcome = "made"
                item = create_line_item(
                    platforms.tokens,
                    registration,
                    address,
                    label=label,
                    score_maximum=points,
                    resource_id=NAME,
                    tag=NAME,
                    extension=dialect.column_extension,
                )
        except ServiceError as error:
            raise as_job_error(error) from error
        with Session(engine) as session, writing(session):
            session.get_one(Context, payload["context_id"]).column_url = item.url
        logger.info("column %s context=%s", outcome, payload["context_id"])
        return outcome

    return run


def _label(session: Session, context: Context) -> str:
    title = session.scalar(
        select(ResourceLink.title)
        .where(ResourceLink.context_id == context.id, ResourceLink.title != "")
        .order_by(ResourceLink.id)
        .limit(1)
    )
    return (title or _LABEL)[:255]
