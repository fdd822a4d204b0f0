"""Check-ins as plain data, as the programme file holds them. Private: never for a page."""

from __future__ import annotations

from peerloom.mentoring.checkins import MOODS, CheckIn
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.schemas.records import Exact, Moment, RecordSchema, Whole


class CheckInSchema(RecordSchema):
    """A check-in as plain data: loads to `CheckIn`, dumps from it.

    It holds everything, mood too; `visible_to` says what somebody may read of it.
    """

    record = CheckIn

    id = Exact(required=True)
    group = Exact(required=True)
    member = Exact(required=True)
    at = Moment(required=True)
    session = Exact(allow_none=True)
    good = Exact()
    bad = Exact()
    idea = Exact()
    visibility = Exact()
    fit = Exact(allow_none=True)
    mood = Whole(f"a whole number from {MOODS[0]} to {MOODS[-1]}", allow_none=True)


class HelpLinkSchema(RecordSchema):
    """Where an institution helps: loads to `HelpLink`, dumps from it."""

    record = HelpLink

    name = Exact(required=True)
    url = Exact(required=True)
