"""The only door for outside data.

What comes in becomes a `Member`, a `Policy` or a `History`, or an error that says for each field
what was expected. Messages read on after a field's name: "expected a whole number from 1 to 5".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load

from peerloom.errors import PolicyError, Problem
from peerloom.fields import Level, Text, WeeklyTimes, Words, Zone, always
from peerloom.members import Member
from peerloom.policy import CRITERIA, PRESETS, Policy, Rhythm
from peerloom.rounds import History

_WHOLE_NUMBER = always("expected a whole number")
_LISTS_OF_IDS = always("expected lists of ids")


class _OwnSchema(Schema):
    """A schema whose own messages read like those of its fields."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {
            "type": "expected keys with values",
            "unknown": "expected a key that is known here",
        }


class MemberSchema(_OwnSchema):
    """A member as plain data: loads to `Member`, dumps from it; unknown keys are left out."""

    class Meta:
        """Leave out what we do not know: it is somebody else's."""

        unknown = EXCLUDE

    id = Text(required=True, is_required=True)
    name = Text()
    email = Text()
    level = Level(allow_none=True)
    teach = Words()
    learn = Words()
    topics = Words()
    timezone = Zone()
    availability = WeeklyTimes()
    is_paused = fields.Boolean(error_messages=always('expected "yes" or "no"'))
    columns = fields.Dict(
        keys=Text(),
        values=fields.String(error_messages=always("expected text")),
        error_messages=always("expected texts by column"),
    )

    @post_load
    def _member(self, data: dict[str, Any], **options: Any) -> Member:
        return Member(**data)


class PolicySchema(_OwnSchema):
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
        keys=Text(),
        values=fields.Integer(strict=True, error_messages=_WHOLE_NUMBER),
        error_messages=always(f"expected whole numbers for {', '.join(CRITERIA)}"),
    )
    group_size = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    level_gap = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    enough_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    session_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    rhythm = fields.Enum(
        Rhythm,
        by_value=True,
        error_messages=always(f"expected one of {', '.join(Rhythm)}"),
    )
    round_weeks = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)

    @pre_load
    def _from_preset(self, data: Any, **options: Any) -> Any:
        if not isinstance(data, Mapping) or "preset" not in data:
            return data
        name = data["preset"]
        if not isinstance(name, str) or name not in PRESETS:
            raise ValidationError(f"expected one of {', '.join(PRESETS)}", "preset")
        given = {field: value for field, value in data.items() if field != "preset"}
        return {**self.dump(PRESETS[name]), **given}

    @post_load
    def _policy(self, data: dict[str, Any], **options: Any) -> Policy:
        try:
            return Policy(**{"name": "own", "weights": {}, **data})
        except PolicyError as error:
            raise ValidationError(f"expected {error.expected}", error.field) from None


class _GroupSchema(_OwnSchema):
    class Meta:
        unknown = EXCLUDE

    members = fields.List(Text(is_required=True), required=True, error_messages=_LISTS_OF_IDS)


class HistorySchema(_OwnSchema):
    """Earlier rounds: ``{"rounds": [[["ada", "bo"], ["cy", "di"]]]}``.

    Or what ``peerloom pair --format json`` wrote, which is one round.
    """

    class Meta:
        """Leave out what we do not know: our own JSON holds much more than the groups."""

        unknown = EXCLUDE

    rounds = fields.List(
        fields.List(
            fields.List(Text(is_required=True), error_messages=_LISTS_OF_IDS),
            error_messages=_LISTS_OF_IDS,
        ),
        error_messages=_LISTS_OF_IDS,
    )
    groups = fields.List(fields.Nested(_GroupSchema), error_messages=_LISTS_OF_IDS)

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


def problems_by_key(error: ValidationError, found: Callable[[str], str]) -> list[Problem]:
    """Give a problem for each key of a file of keys and values.

    Parameters
    ----------
    error
        What a schema said of the whole file.
    found
        Tells for a key what stands there; `_schema` is the file itself.
    """
    return [
        Problem(
            column=None if key == "_schema" else key,
            expected=message.removeprefix("expected "),
            found=found(key),
            is_literal=False,
        )
        for key, message in messages_by_field(error).items()
    ]


def _first(messages: Any) -> str:
    while isinstance(messages, (dict, list)):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return str(messages)
