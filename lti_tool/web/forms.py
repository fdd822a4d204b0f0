"""The forms of the pages: what may be posted, and what is said beside a field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn
from zoneinfo import ZoneInfo, available_timezones

from flask import Request, request
from flask_babel import gettext
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser

from peerloom import Availability, AvailabilityError

Errors = dict[str, list[str]]
"""Messages by field."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translated later"; Babel finds it
    """Mark a message that `FormError` translates."""
    return text


MOST_WORDS, LONGEST_WORD = 20, 60
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class FormError(Exception):
    """A form that cannot be taken: every message at once, by field, in the reader's language."""

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors: Errors = {
            field: [str(gettext(message)) for message in messages]
            for field, messages in errors.items()
        }


class _Parser(FlaskParser):
    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        messages = error.messages_dict.get("form", {})
        raise FormError({name: _flat(said) for name, said in messages.items()}) from error


_PARSER = _Parser()


def read_form(schema: Schema) -> dict[str, Any]:
    """Return the fields of the posted form.

    Raises
    ------
    FormError
        When anything is wrong, with everything that is wrong.
    """
    values: dict[str, Any] = _PARSER.parse(schema, request, location="form", unknown=EXCLUDE)
    return values


class Words(fields.Field[tuple[str, ...]]):
    """A few words or phrases with commas, semicolons or lines between them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        words: dict[str, str] = {}
        for piece in re.split(r"[,;\r\n]+", str(value)):
            word = " ".join(piece.split())
            if word:
                words.setdefault(word.casefold(), word)
        if len(words) > MOST_WORDS:
            raise ValidationError(N_("Keep to 20 at most: the most important ones."))
        if any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(
                N_("One of these is longer than 60 characters. Put commas between them.")
            )
        return tuple(words.values())


class Level(fields.Field[int | None]):
    """A level from 1 to 5, or nothing."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int | None:
        if value in {"", None}:
            return None
        if value not in {"1", "2", "3", "4", "5"}:
            raise ValidationError(N_("Choose a level from 1 to 5."))
        return int(value)


class Checkbox(fields.Field[bool]):
    """A checkbox: a browser sends it only when it is ticked."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        return value not in {"", "0", "no", "false"}


class Box(fields.Field[str]):
    """One piece of availability that a page offers to tick."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            return str(Availability.parse(str(value)))
        except AvailabilityError:
            raise ValidationError(N_("Choose hours from the boxes.")) from None


class ProfileForm(Schema):
    """What a member tells us.

    A script may post ``level`` (1 to 5 or empty), ``teach``, ``learn``, ``topics`` (with commas,
    semicolons or lines between), ``timezone`` (``Europe/Berlin``), ``availability``
    (``Mon-Thu 18:00-20:00; Sat 10:00-12:00``) and ``paused`` (any value: yes). The boxes of the
    page post ``free`` and ``often``, one piece of availability each; all three are added up.
    """

    level = Level(load_default=None)
    teach = Words(load_default=())
    learn = Words(load_default=())
    topics = Words(load_default=())
    timezone = fields.String(load_default="")
    availability = fields.String(load_default="", validate=validate.Length(max=2000))
    free = fields.List(Box(), load_default=list)
    often = fields.List(Box(), load_default=list)
    paused = Checkbox(load_default=False)


class ProposalForm(Schema):
    """A time for a session: ``starts_at`` of an offered slot, or ``local_time`` of one's own."""

    starts_at = fields.AwareDateTime(
        load_default=None,
        default_timezone=UTC,
        error_messages={"invalid": N_("Choose one of the times.")},
    )
    local_time = fields.String(load_default="")
    repeated = fields.String(load_default="")
    minutes = fields.Integer(load_default=60, error_messages={"invalid": N_("Choose how long.")})
    instead_of = fields.Integer(load_default=None, allow_none=True)


class PlaceForm(Schema):
    """What to add to the course."""

    title = fields.String(
        load_default="",
        validate=validate.Length(max=255, error=N_("Keep the title under 255 characters.")),
    )
    gradebook = Checkbox(load_default=False)
    points = fields.Integer(
        # Moodle takes no more than 100 points for a column.
        load_default=10,
        error_messages={"invalid": N_("Write a whole number from 1 to 100.")},
        validate=validate.Range(1, 100, error=N_("Write a whole number from 1 to 100.")),
    )


def read_local_time(text: str, zone: ZoneInfo, *, repeated: str = "") -> datetime:
    """Return the moment of a ``datetime-local`` field in a zone.

    Parameters
    ----------
    repeated
        ``"1"`` for the second of two equal hours on the day the clocks go back, ``"0"`` for the
        first. Needed only then.

    Raises
    ------
    FormError
        For no date, for an hour that the clocks skip, and, with the field ``repeated`` too, for
        an hour that comes twice.
    """
    try:
        local = datetime.fromisoformat(text.strip())
        first = local.replace(tzinfo=zone, fold=0)
        shown = first.astimezone(UTC).astimezone(zone)
    # The first and the last hours of the calendar lie outside of it in UTC: an OverflowError.
    except (ValueError, OverflowError):
        message = N_("Choose a day and a time.")
        raise FormError({"local_time": [message]}) from None
    second = local.replace(tzinfo=zone, fold=1)
    if shown.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise FormError(
            {"local_time": [N_("The clocks skip this hour on that day. Choose another time.")]}
        )
    if first.utcoffset() != second.utcoffset() and repeated not in {"0", "1"}:
        raise FormError(
            {
                "local_time": [N_("The clocks go back on that day, so this hour comes twice.")],
                "repeated": [N_("Which one do you mean?")],
            }
        )
    return (second if repeated == "1" else first).astimezone(UTC)


def zones() -> dict[str, list[str]]:
    """Return the time zones people live in, by the part of the world."""
    areas: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        area, _, place = name.partition("/")
        if place and area in _AREAS:
            areas.setdefault(area, []).append(name)
    return areas


_AREAS = {
    "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian",
    "Pacific",
}  # fmt: skip


def _flat(said: Any) -> list[str]:
    if isinstance(said, Mapping):
        return [one for part in said.values() for one in _flat(part)]
    return list(said)
