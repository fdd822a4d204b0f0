"""Job ``score``: tell the platform's gradebook what a learner has reached."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.lti.errors import ServiceError
from lti_tool.lti.grades import Score, ScoreOutcome, send_score
from lti_tool.store.models import Membership, Role, State
from lti_tool.work.platforms import Platforms, as_job_error, as_registration
from lti_tool.work.runner import Handler

logger = logging.getLogger(__name__)


def score_job(engine: Engine, platforms: Platforms) -> Handler:
    """Make the handler.

    Its payload: ``membership_id``, ``line_item_url``, ``score_given``, ``score_maximum`` and
    ``timestamp``, the moment of the cause in ISO 8601. A platform keeps the score with the latest
    timestamp, so a score that is sent late never covers a newer one.
    """

    def run(payload: dict[str, Any], _now: datetime) -> None:
        with Session(engine) as session:
            member = session.get_one(Membership, payload["membership_id"])
            subject, may_score = member.user.subject, _may_score(member)
            registration = as_registration(member.context.deployment.registration)
        if not may_score:
            logger.info("score skipped membership=%s", payload["membership_id"])
            return
        told = datetime.fromisoformat(payload["timestamp"])
        # Platforms compare whole seconds and refuse an equal one: two causes may share a second.
        for moment in (told, told + timedelta(seconds=1)):
            score = Score(
                user_id=subject,
                timestamp=moment,
                score_given=payload["score_given"],
                score_maximum=payload["score_maximum"],
            )
            try:
                outcome = send_score(
                    platforms.tokens, registration, payload["line_item_url"], score
                )
            except ServiceError as error:
                raise as_job_error(error) from error
            if outcome is ScoreOutcome.STORED:
                return
        logger.info("score is newer there membership=%s", payload["membership_id"])

    return run


def _may_score(member: Membership) -> bool:
    """Only learners who are in the course have a place in its gradebook."""
    return (
        member.role is Role.LEARNER
        and member.is_active
        and not member.is_test_user
        and member.context.deployment.state is State.ACTIVE
    )
