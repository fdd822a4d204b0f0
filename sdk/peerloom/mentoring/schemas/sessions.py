"""Sessions as plain data, as the programme file holds them. Private: for the group alone."""

from __future__ import annotations

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.schemas.agreements import TopicSchema
from peerloom.mentoring.schemas.goals import listed
from peerloom.mentoring.schemas.records import Exact, Flag, Moment, RecordSchema, Whole
from peerloom.mentoring.sessions import Answer, Confirmation, Part, Session


def _ids(*, required: bool = False) -> fields.List[str]:
    return fields.List(Exact(), required=required, error_messages=always("expected a list of ids"))


class AnswerSchema(RecordSchema):
    """A yes to a proposed time: loads to `Answer`, dumps from it."""

    record = Answer

    member = Exact(required=True)
    at = Moment(required=True)


class ConfirmationSchema(RecordSchema):
    """A word on whether a session took place: loads to `Confirmation`, dumps from it."""

    record = Confirmation

    member = Exact(required=True)
    at = Moment(required=True)
    met = Flag()
    minutes = Whole(allow_none=True)


class PartSchema(RecordSchema):
    """What a member did, in minutes: loads to `Part`, dumps from it."""

    record = Part

    member = Exact(required=True)
    taught = Whole()
    learned = Whole()
    listened = Whole()


class SessionSchema(RecordSchema):
    """A session: loads to `Session`, dumps from it.

    It holds everything, private words too. What staff may know are `session_counts`.
    """

    record = Session

    id = Exact(required=True)
    group = Exact(required=True)
    members = _ids(required=True)
    erased = Whole()
    starts_at = Moment(required=True)
    minutes = Whole(required=True)
    state = Exact()
    proposed_by = Exact(required=True, allow_none=True)
    proposed_at = Moment(required=True)
    changed_at = Moment(required=True)
    sequence = Whole()
    kind = Exact()
    answers = listed(AnswerSchema)
    confirmations = listed(ConfirmationSchema)
    is_presumed = Flag()
    activity = Exact(allow_none=True)
    place = Exact()
    topics = listed(TopicSchema)
    leftovers = listed(TopicSchema)
    notes = Exact()
    notes_wanted_by = _ids()
    notes_shared_by = _ids()
    parts = listed(PartSchema)
