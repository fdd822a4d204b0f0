"""Activities as plain data: what a file of one's own and a programme file hold."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields

from peerloom.errors import Problem
from peerloom.fields import always
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.activity_steps import SeatScript, Step
from peerloom.mentoring.schemas.places import problems_by_place
from peerloom.mentoring.schemas.records import Exact, Flag, RecordSchema, Whole

_STEPS = always("expected steps, each with its title, text and minutes")


def _texts() -> fields.List[Any]:
    return fields.List(Exact(), error_messages=always("expected a list of texts"))


def _seat() -> fields.Nested:
    return fields.Nested(
        SeatScriptSchema, allow_none=True, error_messages=always("expected keys with values")
    )


class SeatScriptSchema(RecordSchema):
    """What somebody on one seat does: loads to `SeatScript`, dumps from it."""

    record = SeatScript

    role = Exact()
    prompts = _texts()


class StepSchema(RecordSchema):
    """A step: loads to `Step`, dumps from it."""

    record = Step

    title = Exact(required=True)
    text = Exact(required=True)
    minutes = Whole(required=True)
    least = Whole(allow_none=True)
    in_turn = Flag()
    is_optional = Flag()
    prompts = _texts()
    a = _seat()
    b = _seat()
    rest = _seat()


class ActivitySchema(RecordSchema):
    """An activity: loads to `Activity`, dumps from it; an unknown key is refused.

    Examples
    --------
    >>> from peerloom.mentoring.activity_files import built_in_activities
    >>> activity = built_in_activities()["walk_a_mile"]
    >>> ActivitySchema().load(ActivitySchema().dump(activity)) == activity
    True
    """

    record = Activity

    id = Exact(required=True)
    title = Exact(required=True)
    summary = Exact(required=True)
    kind = Exact()
    sizes = fields.List(Whole(), error_messages=always("expected a list of whole numbers"))
    families = _texts()
    occasions = _texts()
    serves = _texts()
    material = _texts()
    steps = fields.List(
        fields.Nested(StepSchema, error_messages=_STEPS), required=True, error_messages=_STEPS
    )


def load_activity(data: Any) -> Activity | list[Problem]:
    """Load an activity, or say of each place what was expected there and what was found."""
    try:
        activity: Activity = ActivitySchema().load(data)
    except ValidationError as error:
        return problems_by_place(error, data)
    return activity
