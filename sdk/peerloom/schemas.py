"""The only door for outside data.

What comes in becomes a `Member`, a `Policy` or a `History`, or an error that says for each field
what was expected. Messages read on after a field's name: "expected a whole number from 1 to 5".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, pre_load

from peerloom.errors import PolicyError, Problem
from peerloom.fields import Experience, Level, Text, WeeklyTimes, Words, Zone, always
from peerloom.members import Member
from peerloom.policy import CRITERIA, PRESETS, Fairness, Policy, Rhythm, meant
from peerloom.policy_fields import ColumnCriterionSchema, ComparisonField, Pairs, Weights
from peerloom.rounds import History, PastGroup

_WHOLE_NUMBER = always("expected a whole number")
_TEXTS_BY_NAME = always("expected texts by name")
_LISTS_OF_IDS = always("expected lists of ids")


class OwnSchema(Schema):
    """A schema whose own messages read like those of its fields."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {
            "type": "expected keys with values",
            "unknown": "expected a key that is known here",
        }

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **options: Any
    ) -> None:
        """Say for a misspelt key what may have been meant."""
        if isinstance(error.messages, dict):
            for name, messages in error.messages.items():
                if messages == [self.error_messages["unknown"]]:
                    messages[0] += meant(str(name), self.fields)


class MemberSchema(OwnSchema):
    """A member as plain data: loads to `Member`, dumps from it; unknown keys are left out.

    What is private is only read: `blocked` and `protected` are never dumped.
    """

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
    challenges = Words()
    goals = Words()
    languages = Words()
    formats = Words()
    experience = Experience(allow_none=True)
    section = Text()
    timezone = Zone()
    availability = WeeklyTimes()
    is_paused = fields.Boolean(error_messages=always('expected "yes" or "no"'))
    columns = fields.Dict(
        keys=Text(),
        values=fields.String(error_messages=always("expected text")),
        error_messages=always("expected texts by column"),
    )
    blocked = Words(are_exact=True, load_only=True)
    protected = fields.Dict(
        keys=Text(is_required=True), values=Text(), load_only=True, error_messages=_TEXTS_BY_NAME
    )

    @post_load
    def _member(self, data: dict[str, Any], **options: Any) -> Member:
        return Member(**data)


class PolicySchema(OwnSchema):
    """A policy as plain data: loads to `Policy`, dumps from it.

    `preset` names a preset to start from; what else is given replaces its values. An unknown key is
    an error, because a misspelt weight would silently count nothing.
    """

    class Meta:
        """Refuse what we do not know: it is a slip of the pen."""

        unknown = RAISE

    name = Text()
    description = Text()
    weights = Weights(f"expected whole numbers for {', '.join(CRITERIA)}")
    group_size = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    level_gap = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    enough_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    session_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    counting_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    rhythm = fields.Enum(
        Rhythm,
        by_value=True,
        error_messages=always(f"expected one of {', '.join(Rhythm)}"),
    )
    round_weeks = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    compare = fields.Dict(
        keys=Text(), values=ComparisonField(), error_messages=always("expected ways by criterion")
    )
    columns = fields.List(
        fields.Nested(ColumnCriterionSchema),
        error_messages=always("expected columns, each with its name and weight"),
    )
    least_common_minutes = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    same = Words(are_exact=True)
    different = Words(are_exact=True)
    never = Pairs()
    must = Pairs()
    ask_points = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)
    fairness = fields.Enum(
        Fairness,
        by_value=True,
        error_messages=always(f"expected one of {', '.join(Fairness)}"),
    )
    mix = Weights("expected whole numbers by attribute")
    nobody_alone = Words(are_exact=True)

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
            columns = tuple(data.pop("columns", ()))
            return Policy(**{"name": "own", "weights": {}, "columns": columns, **data})
        except PolicyError as error:
            raise ValidationError(f"expected {error.expected}", error.field) from None


class _GroupSchema(OwnSchema):
    class Meta:
        unknown = EXCLUDE

    members = fields.List(Text(is_required=True), required=True, error_messages=_LISTS_OF_IDS)
    met = fields.Boolean(load_default=True, error_messages=always("expected true or false"))


class _PastGroup(fields.Field[PastGroup]):
    """A group that met, as a list of ids, or any group as keys: ``members`` and ``met``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> PastGroup:
        given = value if isinstance(value, Mapping) else {"members": value}
        loaded = _GroupSchema().load(given)
        return PastGroup(frozenset(loaded["members"]), loaded["met"])


class _PastRound(fields.List[PastGroup]):
    """A round: a list of groups, or keys with ``groups``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        given = value.get("groups") if isinstance(value, Mapping) else value
        return super()._deserialize(given, attr, data, **options)


class HistorySchema(OwnSchema):
    """Earlier rounds: ``{"rounds": [[["ada", "bo"], ["cy", "di"]]]}``.

    Or what ``peerloom pair --format json`` wrote, which is one round, or what ``peerloom rotate``
    wrote. A group that never met is ``{"members": ["ada", "bo"], "met": false}``.
    """

    class Meta:
        """Leave out what we do not know: our own JSON holds much more than the groups."""

        unknown = EXCLUDE

    rounds = fields.List(
        _PastRound(_PastGroup(error_messages=_LISTS_OF_IDS), error_messages=_LISTS_OF_IDS),
        error_messages=_LISTS_OF_IDS,
    )
    groups = _PastRound(_PastGroup(error_messages=_LISTS_OF_IDS), error_messages=_LISTS_OF_IDS)

    @post_load
    def _history(self, data: dict[str, Any], **options: Any) -> History:
        if not data:
            raise ValidationError('expected "rounds" or "groups"')
        rounds = list(data.get("rounds", []))
        if "groups" in data:
            rounds.append(data["groups"])
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
