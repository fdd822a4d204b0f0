"""Published groups as plain data, as the programme file holds them."""

from __future__ import annotations

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema, Whole


class PublishedGroupSchema(RecordSchema):
    """A group of a published round: loads to `PublishedGroup`, dumps from it."""

    record = PublishedGroup

    id = Exact(required=True)
    members = fields.List(
        Exact(), required=True, error_messages=always("expected a list of ids of members")
    )
    round = Whole("a whole number from 1 up", required=True)
    published_at = Moment(required=True)
    ended_at = Moment(allow_none=True)
