"""Agreements as plain data, as the programme file holds them. Private: for the group alone."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import fields

from peerloom.fields import always
from peerloom.mentoring.agreements import (
    Agreement,
    AgreementTerms,
    AgreementVersion,
    Signature,
    Want,
)
from peerloom.mentoring.schemas.goals import listed
from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema, Whole
from peerloom.mentoring.topics import Topic


class TopicSchema(RecordSchema):
    """A topic: loads to `Topic`, dumps from it."""

    record = Topic

    text = Exact(required=True)
    family = Exact(allow_none=True)


class WantSchema(RecordSchema):
    """What a member hopes for: loads to `Want`, dumps from it."""

    record = Want

    member = Exact(required=True)
    text = Exact(required=True)


class SignatureSchema(RecordSchema):
    """A signature: loads to `Signature`, dumps from it."""

    record = Signature

    member = Exact(required=True)
    at = Moment(required=True)


class AgreementTermsSchema(RecordSchema):
    """What an agreement says: loads to `AgreementTerms`, dumps from it."""

    record: ClassVar[type[AgreementTerms | Agreement]] = AgreementTerms

    wants = listed(WantSchema)
    rhythm = Exact(allow_none=True)
    session_minutes = Whole(allow_none=True)
    topics = listed(TopicSchema)
    ground_rules = fields.List(Exact(), error_messages=always("expected a list of texts"))


class AgreementVersionSchema(RecordSchema):
    """A version that was replaced: loads to `AgreementVersion`, dumps from it."""

    record = AgreementVersion

    version = Whole(required=True)
    terms = fields.Nested(
        AgreementTermsSchema, required=True, error_messages=always("expected keys with values")
    )
    signatures = listed(SignatureSchema)
    replaced_at = Moment(required=True)
    replaced_by = Exact(required=True, allow_none=True)
    why = Exact()


class AgreementSchema(AgreementTermsSchema):
    """An agreement: loads to `Agreement`, dumps from it."""

    record = Agreement

    group = Exact(required=True)
    drafted_at = Moment(required=True)
    version = Whole()
    signatures = listed(SignatureSchema)
    history = listed(AgreementVersionSchema)
