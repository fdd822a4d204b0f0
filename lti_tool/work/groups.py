"""Job ``groups``: read the groups of a course, and who is in which."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lti_tool.lti import Registration
from lti_tool.lti.errors import ServiceError, ServiceRefused
from lti_tool.lti.groups import read_group_sets, read_groups
from lti_tool.platforms import MOST_GROUPS
from lti_tool.store.engine import writing
from lti_tool.store.groups import CourseGroup, CourseGroupSet, keep_groups
from lti_tool.store.jobs import enqueue_groups
from lti_tool.store.models import Context, Membership, Role, State, User
from lti_tool.work.platforms import Platforms, as_job_error, as_registration
from lti_tool.work.runner import Handler, JobError

logger = logging.getLogger(__name__)

BATCH = 25
"""People whose groups one run asks for, one by one: within its lease on a slow platform too."""


def groups_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler.

    Its payload: ``context_id``, the number of a context's row; ``asks_people``, whether the groups
    of each person must be asked for, because the roster did not tell; and ``after``, the number of
    the last membership that was asked for. A big course is read in several runs, each of which asks
    for the next one.
    """

    def run(payload: dict[str, Any], now: datetime) -> str:
        with Session(engine) as session:
            context = session.get_one(Context, payload["context_id"])
            registration = as_registration(context.deployment.registration)
            groups_url, sets_url = context.groups_url, context.group_sets_url
            is_allowed = context.deployment.state is State.ACTIVE
            people = _people(session, context, payload) if payload["asks_people"] else []
        if groups_url is None or not is_allowed:
            raise JobError("the platform offers no groups here", is_permanent=True)
        try:
            if payload["after"] == 0:
                _keep_catalogue(engine, platforms, registration, payload, groups_url, sets_url)
            told = {
                member: _read_person(platforms, registration, groups_url, subject)
                for member, subject in people
            }
        except ServiceError as error:
            raise as_job_error(error) from error
        with Session(engine) as session, writing(session):
            for member, groups in told.items():
                if groups is not None:
                    session.get_one(Membership, member).groups = groups
            if len(people) == BATCH:
                context = session.get_one(Context, payload["context_id"])
                enqueue_groups(session, context, now, asks_people=True, after=people[-1][0])
        logger.info("groups read context=%s people=%s", payload["context_id"], len(told))
        return "read"

    return run


def _read_person(
    platforms: Platforms, registration: Registration, url: str, subject: str
) -> list[str] | None:
    """Give the groups of one person, or None of somebody whom the platform does not know."""
    try:
        groups = read_groups(platforms.tokens, registration, url, user_id=subject)
        return [group.id for group in groups][:MOST_GROUPS]
    except ServiceRefused as error:
        if error.answer_status not in {400, 404}:
            raise
        return None


def _people(session: Session, context: Context, payload: dict[str, Any]) -> Sequence[Any]:
    return session.execute(
        select(Membership.id, User.subject)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.context_id == context.id,
            Membership.id > payload["after"],
            Membership.role == Role.LEARNER,
            Membership.is_active,
        )
        .order_by(Membership.id)
        .limit(BATCH)
    ).all()


def _keep_catalogue(
    engine: Engine,
    platforms: Platforms,
    registration: Registration,
    payload: dict[str, Any],
    groups_url: str,
    sets_url: str | None,
) -> None:
    groups = [
        CourseGroup(id=one.id, name=one.name, sets=one.set_ids)
        for one in read_groups(platforms.tokens, registration, groups_url)
    ]
    sets = [
        CourseGroupSet(id=one.id, name=one.name)
        for one in (read_group_sets(platforms.tokens, registration, sets_url) if sets_url else ())
    ]
    with Session(engine) as session, writing(session):
        keep_groups(session.get_one(Context, payload["context_id"]), groups, sets)
