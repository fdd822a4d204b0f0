"""Farewells as plain data, as the programme file holds them. Private: never for a page."""

from __future__ import annotations

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.closing import Farewell, WordsOfThanks
from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema


class WordsOfThanksSchema(RecordSchema):
    """Words of thanks as plain data: loads to `WordsOfThanks`, dumps from it."""

    record = WordsOfThanks

    to = Exact(required=True)
    words = Exact(required=True)


class FarewellSchema(RecordSchema):
    """A farewell as plain data: loads to `Farewell`, dumps from it."""

    record = Farewell

    id = Exact(required=True)
    group = Exact(required=True)
    member = Exact(required=True)
    at = Moment(required=True)
    thanks = fields.List(
        fields.Nested(WordsOfThanksSchema), error_messages=always("expected a list of thanks")
    )
    takes_along = Exact()
