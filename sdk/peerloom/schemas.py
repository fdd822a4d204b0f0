"""The only door for outside data.

What comes in becomes a `Member`, a `Policy` or a `History`, or an error that says for each field
what was expected. Messages read on after a field's name: "expected a whole number from 1 to 5".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load

from peerloom.availability import Availability
from peerloom.criteria import key
from peerloom.errors import AvailabilityError, PolicyError, UnknownZoneError
from peerloom.members import LEVELS, Member
from peerloom.policy import CRITERIA, PRESETS, Policy, Rhythm
from peerloom.rounds import History
from peerloom.zones import zone

MAX_TEXT = 200
MAX_WORDS = 50
MAX_AVAILABILITY = 2000

# Control characters have no place in a name and could steer a terminal that shows it.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Text(fields.String):
    """One line of text: white space tidied, no control characters, at most 200 characters."""

    def __init__(self, *, is_required: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.is_required = is_required

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("expected text")
        if _CONTROL.search(value):
            raise ValidationError("expected text without control characters")
        text = " ".join(value.split())
        if len(text) > MAX_TEXT:
            raise ValidationError(f"expected at most {MAX_TEXT} characters")
        if self.is_required and not text:
            raise ValidationError("expected some text")
        return text


class Words(fields.Field[tuple[str, ...]]):
    """A list of skills or topics, each once, however it is capitalized."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[str]:
        return list(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise ValidationError("expected a list of texts")
        text = Text()
        words: dict[str, str] = {}
        for item in value:
            word = text.deserialize(item)
            if word:
                words.setdefault(key(word), word)
        if len(words) > MAX_WORDS:
            raise ValidationError(f"expected at most {MAX_WORDS} entries")
        return tuple(words.values())


class Level(fields.Field[int]):
    """A level from 1 to 5; None where it is not known."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        digits = str(value).strip()
        if isinstance(value, bool) or digits not in map(str, LEVELS):
            raise ValidationError(f"expected a whole number from {LEVELS[0]} to {LEVELS[-1]}")
        return int(digits)


class Zone(fields.Field[str]):
    """The name of a time zone of the IANA database."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        name = value.strip() if isinstance(value, str) else ""
        try:
            return zone(name).key
        except UnknownZoneError as error:
            hint = f' (did you mean "{error.suggestions[0]}"?)' if error.suggestions else ""
            raise ValidationError(
                f'expected a time zone name such as "Europe/Berlin"{hint}'
            ) from None


class WeeklyTimes(fields.Field[Availability]):
    """Weekly free time, written as `Availability.parse` reads it."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Availability:
        expected = 'expected weekly times such as "Mon 18:00-20:00; Sat 10:00-12:30"'
        if not isinstance(value, str):
            raise ValidationError(expected)
        if len(value) > MAX_AVAILABILITY:
            raise ValidationError(f"expected at most {MAX_AVAILABILITY} characters")
        try:
            return Availability.parse(value)
        except AvailabilityError as error:
            pieces = "; ".join(f'"{piece}": {why}' for piece, why in error.problems)
            raise ValidationError(f"{expected} ({pieces})") from None


class MemberSchema(Schema):
    """A member as plain data: loads to `Member`, dumps from it; unknown keys are left out."""

    class Meta:
        """Leave out what we do not know: it is somebody else's."""

        unknown = EXCLUDE

    id = Text(required=True, is_required=True, error_messages={"required": "expected an id"})
    name = Text()
    email = Text()
    level = Level(allow_none=True)
    teach = Words()
    learn = Words()
    topics = Words()
    timezone = Zone()
    availability = WeeklyTimes()
    is_paused = fields.Boolean(error_messages={"invalid": 'expected "yes" or "no"'})
    columns = fields.Dict(keys=fields.String(), values=fields.String())

    @post_load
    def _member(self, data: dict[str, Any], **options: Any) -> Member:
        return Member(**data)


class PolicySchema(Schema):
    """A policy as plain data: loads to `Policy`, dumps from it.

    `preset` names a preset to start from; what else is given replaces its values. An unknown key is
    an error, because a misspelt weight would silently count nothing.
    """

    class Meta:
        """Refuse what we do not know: it is a slip of the pen."""

        unknown = RAISE

    name = Text()
    description = Text()
    weights = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(strict=True, error_messages={"invalid": "expected a whole number"}),
        error_messages={"invalid": "expected weights by name"},
    )
    group_size = fields.Integer(strict=True)
    level_gap = fields.Integer(strict=True)
    enough_minutes = fields.Integer(strict=True)
    session_minutes = fields.Integer(strict=True)
    rhythm = fields.Enum(
        Rhythm,
        by_value=True,
        error_messages={"unknown": f"expected one of {', '.join(Rhythm)}"},
    )
    round_weeks = fields.Integer(strict=True)

    error_messages = {"unknown": "expected a key that a policy has"}  # noqa: RUF012 - marshmallow

    @pre_load
    def _from_preset(self, data: Any, **options: Any) -> Any:
        if not isinstance(data, Mapping) or "preset" not in data:
            return data
        name = data["preset"]
        if name not in PRESETS:
            raise ValidationError(f"expected one of {', '.join(PRESETS)}", "preset")
        given = {field: value for field, value in data.items() if field != "preset"}
        return {**self.dump(PRESETS[name]), **given}

    @post_load
    def _policy(self, data: dict[str, Any], **options: Any) -> Policy:
        if "weights" not in data:
            raise ValidationError(f"expected weights for {', '.join(CRITERIA)}", "weights")
        try:
            return Policy(**{"name": "own", **data})
        except PolicyError as error:
            raise ValidationError(error.sentence) from None


class _GroupSchema(Schema):
    class Meta:
        """Leave out what we do not know: it is somebody else's."""

        unknown = EXCLUDE

    members = fields.List(Text(is_required=True), required=True)


class HistorySchema(Schema):
    """Earlier rounds: ``{"rounds": [[["ada", "bo"], ["cy", "di"]]]}``.

    Or what ``peerloom pair --format json`` wrote, which is one round.
    """

    class Meta:
        """Leave out what we do not know: it is somebody else's."""

        unknown = EXCLUDE

    rounds = fields.List(fields.List(fields.List(Text(is_required=True))))
    groups = fields.List(fields.Nested(_GroupSchema))

    @post_load
    def _history(self, data: dict[str, Any], **options: Any) -> History:
        if not data:
            raise ValidationError('expected "rounds" or "groups"')
        rounds = list(data.get("rounds", []))
        if "groups" in data:
            rounds.append([group["members"] for group in data["groups"]])
        return History.of(rounds)


def messages_by_field(error: ValidationError) -> dict[str, str]:
    """Give the first message for each field, however deep it lies; `_schema` is no single field.

    Examples
    --------
    >>> nested = ValidationError({"weights": {"level": {"value": ["expected a whole number"]}}})
    >>> messages_by_field(nested)
    {'weights': 'expected a whole number'}
    """
    messages = error.messages
    if not isinstance(messages, dict):
        messages = {"_schema": messages}
    return {str(field): _first(below) for field, below in messages.items()}


def _first(messages: Any) -> str:
    while isinstance(messages, (dict, list)):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return str(messages)
