"""Nudges as plain data: plans, preferences, and records of what was sent."""

from __future__ import annotations

from datetime import time
from typing import Any

from marshmallow import ValidationError, fields

from peerloom.fields import always
from peerloom.mentoring.nudge_plan import NudgePlan, NudgeRule
from peerloom.mentoring.nudges import NudgePreferences, NudgeRecord
from peerloom.mentoring.quiet_hours import QuietHours
from peerloom.mentoring.schemas.records import Exact, Flag, Moment, RecordSchema, Whole

_CLOCK = 'a time of the day in whole minutes ("21:00")'
_RULES = f"expected some of {', '.join(NudgeRule)}"


class _Clock(fields.Field[time]):
    """A time of the day, such as ``21:00``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always(f"expected {_CLOCK}"), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return f"{value:%H:%M}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        try:
            return time.fromisoformat(value)
        except (TypeError, ValueError):
            raise ValidationError(f"expected {_CLOCK}") from None


def _rules() -> fields.List[str]:
    return fields.List(Exact(), error_messages=always(_RULES))


class QuietHoursSchema(RecordSchema):
    """Quiet hours: loads to `QuietHours`, dumps from it."""

    record = QuietHours

    start = _Clock()
    end = _Clock()


class NudgePreferencesSchema(RecordSchema):
    """How a member wants to be nudged: loads to `NudgePreferences`, dumps from it."""

    record = NudgePreferences

    is_off = Flag()
    paused_until = Moment(allow_none=True)
    muted = _rules()
    quiet = fields.Nested(QuietHoursSchema)


class NudgePlanSchema(RecordSchema):
    """When nudges are due in a programme: loads to `NudgePlan`, dumps from it."""

    record = NudgePlan

    rules = _rules()
    days_without_session = Whole()
    proposal_hours = Whole()
    due_days = Whole()
    overdue_days = Whole()
    feedback_hours = Whole()
    feedback_days = Whole()
    cheer_days = Whole()
    streaks = fields.List(Whole(), error_messages=always("expected whole numbers from 2 up"))
    held_out_percent = Whole()
    seed = Whole()


class NudgeRecordSchema(RecordSchema):
    """That a nudge was sent: loads to `NudgeRecord`, dumps from it. Private to its receiver."""

    record = NudgeRecord

    id = Exact(required=True)
    member = Exact(required=True)
    group = Exact(allow_none=True)
    rule = Exact(required=True)
    key = Exact(required=True)
    about = Exact(required=True)
    send_at = Moment(required=True)
    is_held_out = Flag()
    acted_at = Moment(allow_none=True)
