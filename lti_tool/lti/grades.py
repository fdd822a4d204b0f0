"""Scores for the gradebook: Assignment and Grade Services 2.0, score service."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lti_tool.lti.errors.service import ScoreRefused, ServiceRefused
from lti_tool.lti.http import Response, below, compact_json
from lti_tool.lti.registration import Registration
from lti_tool.lti.tokens import AccessTokens

SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

_SCORE = "application/vnd.ims.lis.v1.score+json"


class ActivityProgress(enum.StrEnum):
    """How far the person is."""

    INITIALIZED = "Initialized"
    STARTED = "Started"
    IN_PROGRESS = "InProgress"
    SUBMITTED = "Submitted"
    COMPLETED = "Completed"


class GradingProgress(enum.StrEnum):
    """How far the grading is. Moodle takes a shown grade away for all but `FULLY_GRADED`."""

    FULLY_GRADED = "FullyGraded"
    PENDING = "Pending"
    PENDING_MANUAL = "PendingManual"
    FAILED = "Failed"
    NOT_READY = "NotReady"


class ScoreOutcome(enum.Enum):
    """What a platform did with a score."""

    STORED = "stored"
    ALREADY_NEWER = "already_newer"
    """It has one with the same or a later timestamp, and keeps that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A person's result in one column.

    Parameters
    ----------
    user_id
        The `sub` of a learner.
    timestamp
        The moment of sending, aware. It must rise by whole seconds for each person and column.
    score_given, score_maximum
        Points, both or neither; neither takes an earlier score back.
    activity_progress, grading_progress
        How far person and grading are.
    comment
        Plain text for the learner.
    extension
        What this platform wants to know beside the standard.

    Raises
    ------
    ValueError
        If it could not be a score.

    Examples
    --------
    >>> Score(
    ...     user_id="u-1",
    ...     timestamp=datetime(2030, 1, 1, tzinfo=UTC),
    ...     score_given=8.5,
    ...     score_maximum=10,
    ... ).to_json()[:72]
    b'{"userId":"u-1","timestamp":"2030-01-01T00:00:00.000+00:00","activityPro'
    """

    user_id: str
    timestamp: datetime
    score_given: float | None = None
    score_maximum: float | None = None
    activity_progress: ActivityProgress = ActivityProgress.COMPLETED
    grading_progress: GradingProgress = GradingProgress.FULLY_GRADED
    comment: str = field(default="", repr=False)
    extension: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.user_id:
            raise ValueError("a score needs a user id")
        if self.timestamp.tzinfo is None:
            raise ValueError("the timestamp of a score must know its time zone")
        if (self.score_given is None) != (self.score_maximum is None):
            raise ValueError("score_given and score_maximum come together or not at all")
        for points in (self.score_given, self.score_maximum):
            if points is not None and (not math.isfinite(points) or points < 0):
                raise ValueError("points must be finite and not negative")
        if self.score_maximum == 0:
            raise ValueError("score_maximum must be more than 0")

    def to_json(self) -> bytes:
        """Give the score as compact JSON."""
        moment = self.timestamp.astimezone(UTC).isoformat(timespec="milliseconds")
        document: dict[str, Any] = {
            "userId": self.user_id,
            "timestamp": moment,
            "activityProgress": self.activity_progress.value,
            "gradingProgress": self.grading_progress.value,
        }
        if self.score_given is not None and self.score_maximum is not None:
            document["scoreGiven"] = _number(self.score_given)
            document["scoreMaximum"] = _number(self.score_maximum)
        if self.comment:
            document["comment"] = self.comment
        return compact_json(document | dict(self.extension))


def send_score(
    tokens: AccessTokens, registration: Registration, line_item_url: str, score: Score
) -> ScoreOutcome:
    """Send a score to a column.

    Returns
    -------
    ScoreOutcome
        Whether it was stored, or the platform has a newer one already: neither is to be repeated.

    Raises
    ------
    ScoreRefused
        If the platform will never take it: no student of the course, column gone or locked.
    ServiceBusy
        If it shall be sent again later, with a new timestamp.
    ServiceError
        If the platform cannot be reached or does not let us.
    """
    response = tokens.request(
        registration,
        [SCORE_SCOPE],
        "POST",
        below(line_item_url, "scores"),
        headers={"Content-Type": _SCORE},
        body=score.to_json(),
    )
    # Moodle says with an empty list that nothing was stored: also with status 200, and with 500
    # where a teacher has locked the grade (mod/lti/service/gradebookservices).
    is_empty_list = response.body.strip() == b"[]"
    if response.is_success and not is_empty_list:
        return ScoreOutcome.STORED
    if response.status == 409 or _is_stale(response):
        return ScoreOutcome.ALREADY_NEWER
    if response.is_success or (response.status == 500 and is_empty_list):
        raise ScoreRefused(
            f"{response.place}: {response.status} with an empty list", answer_status=response.status
        )
    failure = response.failure()
    if isinstance(failure, ServiceRefused) and response.status not in {401, 403}:
        raise ScoreRefused(failure.detail, answer_status=response.status)
    raise failure


def _is_stale(response: Response) -> bool:
    """Tell whether a 400 means "I have a newer one", as Open edX and Canvas say it."""
    if response.status != 400:
        return False
    text = response.body.lower()
    return b"timestamp" in text and any(
        word in text for word in (b"later", b"earlier", b"older", b"newer", b"already exists")
    )


def _number(points: float) -> int | float:
    return int(points) if points == int(points) else points
