"""Resources as plain data, as the programme file holds them. Those of a group are private to it."""

from __future__ import annotations

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.resources import RemovedResource, Resource, Thanks
from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema, Whole


class ThanksSchema(RecordSchema):
    """A thank-you: loads to `Thanks`, dumps from it."""

    record = Thanks

    member = Exact(required=True)
    at = Moment(required=True)


class ResourceSchema(RecordSchema):
    """A resource: loads to `Resource`, dumps from it."""

    record = Resource

    id = Exact(required=True)
    kind = Exact(required=True)
    title = Exact(required=True)
    text = Exact()
    url = Exact()
    tags = fields.List(Exact(), error_messages=always("expected a list of texts"))
    group = Exact(allow_none=True)
    added_by = Exact(required=True, allow_none=True)
    added_at = Moment(required=True)
    thanks = fields.List(
        fields.Nested(ThanksSchema, error_messages=always("expected keys with values")),
        error_messages=always("expected a list"),
    )
    anonymous_thanks = Whole()


class RemovedResourceSchema(RecordSchema):
    """What stays of a resource: loads to `RemovedResource`, dumps from it."""

    record = RemovedResource

    id = Exact(required=True)
    removed_at = Moment(required=True)
    thanks_count = Whole()
