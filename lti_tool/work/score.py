"""Job ``score``: tell the platform's gradebook what a learner has reached."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.lti import Registration
from lti_tool.lti.errors import ScoreRefused, ServiceError
from lti_tool.lti.grades import Score, ScoreOutcome, send_score
from lti_tool.lti.line_items import has_line_item
from lti_tool.lti.results import read_results
from lti_tool.platforms import Dialect
from lti_tool.store.columns import enqueue_column, find_column, find_column_job, forget_column
from lti_tool.store.engine import writing
from lti_tool.store.models import Membership, Role, State
from lti_tool.work.platforms import Platforms, as_job_error, as_registration, dialect_of
from lti_tool.work.runner import Handler, JobError

logger = logging.getLogger(__name__)

_CLOSE = 0.005
"""Two shares of all points that differ by less than this are the same: gradebooks round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Goal:
    """Where a score goes."""

    registration: Registration
    dialect: Dialect
    subject: str
    column: str
    reads_results: bool


def score_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler.

    Its payload: ``membership_id``, ``score_given``, ``score_maximum``, and in ``timestamp`` the
    moment of the cause in ISO 8601. A platform keeps the score with the latest timestamp, so a
    score that is sent late never covers a newer one.

    Its outcomes: ``stored``, ``already_newer``, ``result_differs`` (the gradebook took the score
    and shows something else, such as a grade that a teacher wrote), ``no_column`` and ``skipped``.
    """

    def run(payload: dict[str, Any], now: datetime) -> str:
        goal = _find_goal(engine, payload, now)
        if isinstance(goal, str):
            logger.info("score %s membership=%s", goal, payload["membership_id"])
            return goal
        try:
            outcome = _send(platforms, goal, payload)
        except ScoreRefused as error:
            if error.answer_status == 404 and _is_gone(platforms, goal):
                _forget(engine, payload, goal.column, now)
                raise JobError("column_gone: somebody took it out of the gradebook") from None
            raise as_job_error(error) from error
        except ServiceError as error:
            raise as_job_error(error) from error
        if (
            outcome is ScoreOutcome.STORED
            and goal.reads_results
            and _differs(platforms, goal, payload)
        ):
            logger.warning("score shown otherwise membership=%s", payload["membership_id"])
            return "result_differs"
        return outcome.value

    return run


def _find_goal(engine: Engine, payload: Mapping[str, Any], now: datetime) -> _Goal | str:
    """Give where the score goes, or the outcome of one that goes nowhere."""
    with Session(engine) as session:
        member = session.get_one(Membership, payload["membership_id"])
        if not _may_score(member):
            return "skipped"
        context, row = member.context, member.context.deployment.registration
        column = find_column(session, context)
        if column is not None:
            return _Goal(
                registration=as_registration(row),
                dialect=dialect_of(row),
                subject=member.user.subject,
                column=column,
                reads_results=bool(context.reads_results),
            )
        job = find_column_job(session, context)
        if job is not None and job.finished_at is not None:
            if job.last_error:
                raise JobError(f"no column: {job.last_error}", is_permanent=True)
            return "no_column"
        if context.line_items_url is None:
            return "no_column"
        if job is None:
            with writing(session):
                enqueue_column(session, context, now)
    raise JobError("column_awaited: it is looked for first", is_attempt=False)


def _send(platforms: Platforms, goal: _Goal, payload: Mapping[str, Any]) -> ScoreOutcome:
    told = datetime.fromisoformat(payload["timestamp"])
    # Platforms compare whole seconds and refuse an equal one: two causes may share a second.
    for moment in (told, told + timedelta(seconds=1)):
        score = Score(
            user_id=goal.subject,
            timestamp=moment,
            score_given=payload["score_given"],
            score_maximum=payload["score_maximum"],
            extension=goal.dialect.score_extension,
        )
        if send_score(platforms.tokens, goal.registration, goal.column, score) is (
            ScoreOutcome.STORED
        ):
            return ScoreOutcome.STORED
    return ScoreOutcome.ALREADY_NEWER


def _differs(platforms: Platforms, goal: _Goal, payload: Mapping[str, Any]) -> bool:
    """Tell whether the gradebook shows something else than what it took.

    Moodle answers 200 also where a teacher's own grade covers ours.
    """
    try:
        shown = [
            result.share
            for result in read_results(
                platforms.tokens, goal.registration, goal.column, user_id=goal.subject
            )
            if goal.dialect.is_same_user(result.user_id, goal.subject)
        ]
    except ServiceError as error:
        # The score is there; that it cannot be read is no reason to send it again.
        logger.info("result unread code=%s", error.code)
        return False
    sent = payload["score_given"] / payload["score_maximum"]
    return not any(share is not None and abs(share - sent) < _CLOSE for share in shown)


def _is_gone(platforms: Platforms, goal: _Goal) -> bool:
    """Tell whether the column itself is what a platform did not find: it may be the person."""
    try:
        return not has_line_item(platforms.tokens, goal.registration, goal.column)
    except ServiceError:
        return False


def _forget(engine: Engine, payload: Mapping[str, Any], column: str, now: datetime) -> None:
    with Session(engine) as session, writing(session):
        context = session.get_one(Membership, payload["membership_id"]).context
        forget_column(session, context, column)
        # There may be another one of ours.
        if context.line_items_url is not None:
            enqueue_column(session, context, now)


def _may_score(member: Membership) -> bool:
    """Only learners who are in the course have a place in its gradebook."""
    return (
        member.role is Role.LEARNER
        and member.is_active
        and not member.is_test_user
        and member.context.deployment.state is State.ACTIVE
    )
