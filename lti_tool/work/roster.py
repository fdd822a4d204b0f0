"""Job ``roster``: read who is in a course, and write it down."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.lti import Registration
from lti_tool.lti.errors import ServiceError
from lti_tool.lti.roster import read_roster
from lti_tool.store.engine import writing
from lti_tool.store.models import Context, Role, State
from lti_tool.store.roster import RosterEmptyError, RosterEntry, sync_roster
from lti_tool.work.platforms import Platforms, as_job_error, as_registration
from lti_tool.work.runner import Handler, JobError

logger = logging.getLogger(__name__)


def roster_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler. Its payload: ``context_id``, the number of a context's row."""

    def run(payload: dict[str, Any], now: datetime) -> None:
        with Session(engine) as session:
            context = session.get_one(Context, payload["context_id"])
            registration = as_registration(context.deployment.registration)
            address = context.memberships_url
            is_allowed = context.deployment.state is State.ACTIVE
        if address is None or not is_allowed:
            raise JobError("the platform offers no roster here", is_permanent=True)
        entries = _read(platforms, registration, address)
        with Session(engine) as session, writing(session):
            context = session.get_one(Context, payload["context_id"])
            try:
                sync_roster(session, context, entries, now)
            except RosterEmptyError:
                raise JobError("roster_empty: the platform named nobody") from None
        logger.info("roster read context=%s people=%s", payload["context_id"], len(entries))

    return run


def _read(platforms: Platforms, registration: Registration, address: str) -> list[RosterEntry]:
    try:
        return [
            RosterEntry(
                subject=member.user_id,
                role=Role(member.roles.kind),
                name=member.name,
                is_active=member.is_active,
                is_test_user=member.roles.is_test_user,
            )
            for member in read_roster(platforms.tokens, registration, address)
        ]
    except ServiceError as error:
        raise as_job_error(error) from error
