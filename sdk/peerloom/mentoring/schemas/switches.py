"""Asks for a switch as plain data, as the programme file holds them. Private: never for a page."""

from __future__ import annotations

from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema
from peerloom.mentoring.switches import SwitchAsk


class SwitchAskSchema(RecordSchema):
    """An ask for a switch as plain data: loads to `SwitchAsk`, dumps from it."""

    record = SwitchAsk

    id = Exact(required=True)
    group = Exact(required=True)
    member = Exact(required=True)
    asked_at = Moment(required=True)
    words_for_staff = Exact()
    withdrawn_at = Moment(allow_none=True)
    done_at = Moment(allow_none=True)
