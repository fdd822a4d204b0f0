"""Goals as plain data, as the programme file holds them. Private: never for a page of staff."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from peerloom.fields import always
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.goals import Goal, GoalChange, GoalTerms, Milestone, ProgressEntry
from peerloom.mentoring.measures import Measure, exact, written
from peerloom.mentoring.moments import whole_day
from peerloom.mentoring.schemas.records import Exact, Flag, Moment, RecordSchema


class Day(fields.Field[date]):
    """A day of the calendar, in ISO 8601."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always('expected a day such as "2026-12-18"'), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        try:
            return whole_day(date.fromisoformat(value))
        except MentoringError as error:
            raise ValidationError(f"expected {error.expected}") from None
        except (TypeError, ValueError):
            raise ValidationError('expected a day such as "2026-12-18"') from None


class Number(fields.Field[Decimal]):
    """An exact number: written as text, so that nothing reads it as a binary fraction.

    Numbers of JSON are understood too: with at most thirteen digits they are what was written.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always('expected a number such as "2.5"'), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return written(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        if not isinstance(value, str | int | float):
            raise ValidationError('expected a number such as "2.5"')
        try:
            return exact(Decimal(value if isinstance(value, str) else repr(value)))
        except MentoringError as error:
            raise ValidationError(f"expected {error.expected}") from None
        except (InvalidOperation, ValueError):  # also an integer too long to be written
            raise ValidationError('expected a number such as "2.5"') from None


def listed(schema: type[RecordSchema]) -> fields.List[Any]:
    """Give the field of a list of records."""
    nested = fields.Nested(schema, error_messages=always("expected keys with values"))
    return fields.List(nested, error_messages=always("expected a list"))


class MeasureSchema(RecordSchema):
    """What is counted: loads to `Measure`, dumps from it."""

    record = Measure

    start = Number(required=True)
    target = Number(required=True)
    unit = Exact()


class MilestoneSchema(RecordSchema):
    """A step on the way: loads to `Milestone`, dumps from it."""

    record = Milestone

    text = Exact(required=True)
    done_at = Moment(allow_none=True)
    member = Exact(allow_none=True)


class ProgressEntrySchema(RecordSchema):
    """Where a measure stood: loads to `ProgressEntry`, dumps from it."""

    record = ProgressEntry

    at = Moment(required=True)
    by = Exact(required=True, allow_none=True)
    value = Number(required=True)
    note = Exact()


class GoalTermsSchema(RecordSchema):
    """What a goal says: loads to `GoalTerms`, dumps from it."""

    record: ClassVar[type[GoalTerms | Goal]] = GoalTerms

    statement = Exact()
    family = Exact(allow_none=True)
    measure = fields.Nested(
        MeasureSchema, allow_none=True, error_messages=always("expected keys with values")
    )
    milestones = listed(MilestoneSchema)
    due = Day(allow_none=True)
    is_gear_change = Flag()


class GoalChangeSchema(RecordSchema):
    """Something that happened to a goal: loads to `GoalChange`, dumps from it."""

    record = GoalChange

    at = Moment(required=True)
    by = Exact(required=True, allow_none=True)
    state = Exact(required=True)
    why = Exact()
    before = fields.Nested(
        GoalTermsSchema, allow_none=True, error_messages=always("expected keys with values")
    )
    set_aside = listed(ProgressEntrySchema)


class GoalSchema(GoalTermsSchema):
    """A goal: loads to `Goal`, dumps from it."""

    record = Goal

    id = Exact(required=True)
    member = Exact(allow_none=True)
    group = Exact(allow_none=True)
    set_at = Moment(required=True)
    state = Exact()
    progress = listed(ProgressEntrySchema)
    history = listed(GoalChangeSchema)
    is_shared = Flag()
