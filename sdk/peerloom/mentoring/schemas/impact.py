"""Questionnaires and answers as plain data: what a file of one's own and a programme file hold."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.impact.questionnaires import Item, Questionnaire, Response, Scale, Source
from peerloom.mentoring.schemas.records import Exact, Flag, Moment, RecordSchema, Whole


class SourceSchema(RecordSchema):
    """Where a scale comes from: loads to `Source`, dumps from it."""

    record = Source

    citation = Exact(required=True)
    url = Exact()
    note = Exact()


class ItemSchema(RecordSchema):
    """One statement: loads to `Item`, dumps from it."""

    record = Item

    id = Exact(required=True)
    text = Exact(required=True)
    is_reversed = Flag()


class ScaleSchema(RecordSchema):
    """A scale: loads to `Scale`, dumps from it."""

    record = Scale

    id = Exact(required=True)
    title = Exact(required=True)
    construct = Exact()
    source = fields.Nested(SourceSchema, required=True)
    items = fields.List(
        fields.Nested(ItemSchema),
        required=True,
        error_messages=always("expected items, each with its id and text"),
    )
    fewest = Whole(allow_none=True)


class QuestionnaireSchema(RecordSchema):
    """A questionnaire: loads to `Questionnaire`, dumps from it; an unknown key is refused."""

    record = Questionnaire

    id = Exact(required=True)
    title = Exact(required=True)
    labels = fields.List(
        Exact(), required=True, error_messages=always("expected the words for the answers")
    )
    low = Whole()
    scales = fields.List(
        fields.Nested(ScaleSchema),
        required=True,
        error_messages=always("expected scales, each with its id, title, source and items"),
    )


class ResponseSchema(RecordSchema):
    """What somebody answered: loads to `Response`, dumps from it.

    For the programme's own file only: answers are private.
    """

    record = Response

    member = Exact(required=True)
    questionnaire = Exact(required=True)
    wave = Exact(required=True)
    at = Moment(required=True)
    answers = fields.Dict(
        keys=Exact(),
        values=Whole(),
        required=True,
        error_messages=always("expected whole numbers by item"),
    )


def load_questionnaire(data: Any) -> Questionnaire:
    """Load a questionnaire.

    Raises
    ------
    marshmallow.ValidationError
        With a message for every place that is wrong.
    """
    questionnaire: Questionnaire = QuestionnaireSchema().load(data)
    return questionnaire
