"""What only a programme has, as plain data; what mentoring has is in `mentoring.schemas`."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, ValidationError, fields, post_load

from peerloom.asks import Ask
from peerloom.errors import PeerloomError
from peerloom.fields import Zone, always
from peerloom.members import Member
from peerloom.mentoring.health_plan import HealthPlan
from peerloom.mentoring.schemas.checkins import HelpLinkSchema
from peerloom.mentoring.schemas.goals import Day, listed
from peerloom.mentoring.schemas.nudges import NudgePlanSchema, NudgePreferencesSchema
from peerloom.mentoring.schemas.records import Exact, Flag, Moment, RecordSchema, Whole
from peerloom.programmes.participants import Absence, Participant
from peerloom.programmes.preferences import Preferences
from peerloom.programmes.rounds import Draft, Drawing, RepairNote, Round
from peerloom.programmes.settings import Settings
from peerloom.schemas import MemberSchema, PolicySchema

_KEYS = always("expected keys with values")
_IDS = always("expected lists of ids")


def _nested(schema: type[RecordSchema] | type[MemberSchema] | type[PolicySchema]) -> Any:
    return fields.Nested(schema, required=True, error_messages=_KEYS)


def _maybe(schema: type[RecordSchema]) -> Any:
    return fields.Nested(schema, allow_none=True, error_messages=_KEYS)


def _groups() -> Any:
    return fields.List(IdsField(error_messages=_IDS), error_messages=_IDS)


class IdsField(fields.Field[tuple[str, ...]]):
    """A list of ids."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[str]:
        return list(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ValidationError("expected a list of ids")
        return tuple(value)


class PlainField(fields.Field[dict[str, Any]]):
    """Keys with any values that JSON has."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_KEYS, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("expected keys with values")
        return value


class ProfileSchema(MemberSchema):
    """What a member told: loads to `Member`, dumps from it without what is private."""

    record = Member

    class Meta:
        """Refuse what we do not know: it is a slip of the pen, or of a newer version."""

        unknown = RAISE

    @post_load
    def _member(self, data: dict[str, Any], **options: Any) -> Member:
        return Member(**data)


class AbsenceSchema(RecordSchema):
    """A time away: loads to `Absence`, dumps from it."""

    record = Absence

    left_at = Moment(required=True)
    returned_at = Moment(required=True)


class ParticipantSchema(RecordSchema):
    """A member of a programme: loads to `Participant`, dumps from it without what is private."""

    record = Participant

    profile = _nested(ProfileSchema)
    joined_at = Moment(required=True)
    paused_at = Moment(allow_none=True)
    left_at = Moment(allow_none=True)
    absences = listed(AbsenceSchema)


class DrawingSchema(RecordSchema):
    """How groups were drawn: loads to `Drawing`, dumps from it."""

    record = Drawing

    policy = _nested(PolicySchema)
    seed = Whole(required=True)
    week = Day(required=True)
    size = Whole(required=True)
    score = Whole(required=True)
    upper_bound = Whole(required=True)
    locked = _groups()
    asked = _groups()
    not_paired = fields.Dict(
        keys=Exact(), values=Exact(), error_messages=always("expected reasons by id")
    )
    certificate = PlainField()


class RepairNoteSchema(RecordSchema):
    """What was changed within a round: loads to `RepairNote`, dumps from it."""

    record = RepairNote

    at = Moment(required=True)
    seed = Whole(required=True)
    ended = IdsField(required=True, error_messages=_IDS)
    started = IdsField(required=True, error_messages=_IDS)
    is_proven = Flag()


class RoundSchema(RecordSchema):
    """A round: loads to `Round`, dumps from it."""

    record = Round

    number = Whole("a whole number from 1 up", required=True)
    published_at = Moment(required=True)
    drawing = _nested(DrawingSchema)
    repairs = listed(RepairNoteSchema)


class DraftSchema(RecordSchema):
    """Groups that nobody was told of yet: loads to `Draft`, dumps from it."""

    record = Draft

    drawn_at = Moment(required=True)
    groups = fields.List(IdsField(error_messages=_IDS), required=True, error_messages=_IDS)
    drawing = _nested(DrawingSchema)
    repairs = Whole(allow_none=True)
    is_proven = Flag()


class HealthPlanSchema(RecordSchema):
    """From when on a group needs a look: loads to `HealthPlan`, dumps from it."""

    record = HealthPlan

    days_without_session = Whole()
    answer_days = Whole()
    word_days = Whole()
    goal_days = Whole()
    overdue_days = Whole()
    no_goal_days = Whole()
    staff_after_hours = Whole()


class SettingsSchema(RecordSchema):
    """What holds for the whole programme: loads to `Settings`, dumps from it."""

    record = Settings

    silence_days = Whole()
    nudges = _maybe(NudgePlanSchema)
    health = _maybe(HealthPlanSchema)
    help_link = _maybe(HelpLinkSchema)
    timezone = Zone()


class PreferencesSchema(RecordSchema):
    """What a member decides for themself: loads to `Preferences`, dumps from it. Private."""

    record = Preferences

    member = Exact(required=True)
    nudges = fields.Nested(NudgePreferencesSchema, error_messages=_KEYS)


class AskSchema(RecordSchema):
    """An ask to be partners: loads to `Ask`, dumps from it. Private."""

    record = Ask

    asker = Exact(required=True)
    asked = Exact(required=True)
    message = Exact()
    made_at = Moment(allow_none=True)
    is_declined = Flag()

    @post_load
    def _record(self, data: dict[str, Any], **options: Any) -> Ask:
        try:
            return Ask(**data)
        except PeerloomError as error:
            raise ValidationError(f"expected two different ids: {error.sentence}") from None
