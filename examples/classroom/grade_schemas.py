"""The shapes of line items and scores, strictly."""

from __future__ import annotations

import math
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

_ID = validate.Length(max=255)


class NumberField(fields.Float):
    """A JSON number: no text, no truth value, nothing infinite."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("must be a number")
        if not math.isfinite(value):
            raise ValidationError("must be finite")
        return float(value)


class LineItemSchema(Schema):
    """A line item as a tool sends it."""

    class Meta:
        """Extensions and the id are not ours to read."""

        unknown = EXCLUDE

    label = fields.String(required=True, validate=validate.Regexp(r"\s*\S"))
    score_maximum = NumberField(
        required=True,
        data_key="scoreMaximum",
        validate=validate.Range(min=0, min_inclusive=False),
    )
    resource_link_id = fields.String(
        data_key="resourceLinkId", load_default=None, allow_none=True, validate=_ID
    )
    resource_id = fields.String(
        data_key="resourceId", load_default=None, allow_none=True, validate=_ID
    )
    tag = fields.String(load_default=None, allow_none=True, validate=_ID)
    start = fields.AwareDateTime(data_key="startDateTime", load_default=None, allow_none=True)
    end = fields.AwareDateTime(data_key="endDateTime", load_default=None, allow_none=True)


class ScoreSchema(Schema):
    """A score as a tool sends it."""

    class Meta:
        """Extensions are not ours to read."""

        unknown = EXCLUDE

    user_id = fields.String(required=True, data_key="userId")
    timestamp = fields.AwareDateTime(format="iso", required=True)
    given = NumberField(
        data_key="scoreGiven", load_default=None, allow_none=True, validate=validate.Range(min=0)
    )
    maximum = NumberField(
        data_key="scoreMaximum",
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=0, min_inclusive=False),
    )
    activity_progress = fields.String(
        required=True,
        data_key="activityProgress",
        validate=validate.OneOf(["Initialized", "Started", "InProgress", "Submitted", "Completed"]),
    )
    grading_progress = fields.String(
        required=True,
        data_key="gradingProgress",
        validate=validate.OneOf(["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"]),
    )
    comment = fields.String(load_default="", allow_none=True)

    @validates_schema
    def _check_maximum(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data["given"] is not None and data["maximum"] is None:
            raise ValidationError("scoreGiven needs scoreMaximum", "scoreMaximum")
