"""Job ``roster``: read who is in a course, and write it down."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.lti import Registration, RosterMember
from lti_tool.lti.errors import ServiceError, ServiceRefused
from lti_tool.lti.roster import read_roster
from lti_tool.platforms import MOST_GROUPS, Dialect
from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue_groups
from lti_tool.store.models import Context, Role, State
from lti_tool.store.roster import RosterEmptyError, RosterEntry, sync_roster
from lti_tool.work.platforms import Platforms, as_job_error, as_registration, dialect_of
from lti_tool.work.runner import Handler, JobError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """Where a roster is read."""

    registration: Registration
    dialect: Dialect
    context_id: str
    address: str


def roster_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler. Its payload: ``context_id``, the number of a context's row."""

    def run(payload: dict[str, Any], now: datetime) -> None:
        course = _find_course(engine, payload)
        # Read to the end before anything is written: a page that is missing must not put people
        # out of the course, and no other writer waits for a platform.
        entries = _read(platforms, course)
        with Session(engine) as session, writing(session):
            context = session.get_one(Context, payload["context_id"])
            try:
                sync_roster(session, context, entries, now)
            except RosterEmptyError:
                raise JobError("roster_empty: the platform named nobody") from None
            if context.groups_url is not None:
                asks_people = all(entry.groups is None for entry in entries)
                enqueue_groups(session, context, now, asks_people=asks_people)
        logger.info("roster read context=%s people=%s", payload["context_id"], len(entries))

    return run


def _find_course(engine: Engine, payload: dict[str, Any]) -> _Course:
    with Session(engine) as session:
        context = session.get_one(Context, payload["context_id"])
        row = context.deployment.registration
        if context.memberships_url is None or context.deployment.state is not State.ACTIVE:
            raise JobError("the platform offers no roster here", is_permanent=True)
        return _Course(
            registration=as_registration(row),
            dialect=dialect_of(row),
            context_id=context.context_id,
            address=context.memberships_url,
        )


def _read(platforms: Platforms, course: _Course) -> list[RosterEntry]:
    try:
        if course.dialect.asks_roster_by_context:
            try:
                return list(_entries(platforms, course, course.context_id))
            except ServiceRefused as error:
                # Custom parameters are welcome, people are needed.
                logger.info("roster without custom parameters reason=%s", error.detail)
        return list(_entries(platforms, course, None))
    except ServiceError as error:
        raise as_job_error(error) from error


def _entries(platforms: Platforms, course: _Course, link: str | None) -> Iterator[RosterEntry]:
    """Give the people of a roster as the store knows them, each as soon as it is read."""
    for member in read_roster(
        platforms.tokens, course.registration, course.address, resource_link_id=link
    ):
        yield RosterEntry(
            subject=member.user_id,
            role=Role(member.roles.kind),
            name=member.name,
            is_active=member.is_active,
            is_test_user=member.roles.is_test_user,
            groups=_groups(member, course.dialect),
        )


def _groups(member: RosterMember, dialect: Dialect) -> tuple[str, ...] | None:
    if member.groups is None:
        return dialect.read_groups(member.custom)
    return member.groups[:MOST_GROUPS]
