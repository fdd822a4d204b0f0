"""The kinds of fields of a policy that are more than a number or a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load

from peerloom.comparisons import COMPLEMENTARY, SIMILAR, ColumnCriterion, Comparison, Way
from peerloom.errors import PolicyError
from peerloom.fields import Text, always

_EXPECTED_WAY = 'expected "similar", "complementary" or a gap such as {"gap": 1}'
_WHOLE_NUMBER = always("expected a whole number")


class Weights(fields.Dict):
    """Whole numbers by name."""

    def __init__(self, message: str, **options: Any) -> None:
        super().__init__(
            keys=Text(is_required=True),
            values=fields.Integer(strict=True, error_messages=_WHOLE_NUMBER),
            error_messages=always(message),
            **options,
        )


class Pairs(fields.Field[tuple[tuple[str, str], ...]]):
    """Pairs of ids."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always("expected pairs of ids"), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[list[str]]:
        return [list(pair) for pair in value]

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> tuple[tuple[str, str], ...]:
        text = Text(is_required=True)
        if not isinstance(value, (list, tuple)):
            raise ValidationError("expected pairs of ids")
        pairs: list[tuple[str, str]] = []
        for pair in value:
            if not isinstance(pair, (list, tuple)) or len(pair) != 2:
                raise ValidationError("expected pairs of ids")
            one, other = (text.deserialize(member) or "" for member in pair)
            pairs.append((one, other))
        return tuple(pairs)


class ComparisonField(fields.Field[Comparison]):
    """A way to compare: ``"similar"``, ``"complementary"`` or ``{"gap": 1}``."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always(_EXPECTED_WAY), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return {"gap": value.gap} if value.way is Way.GAP else str(value.way)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Comparison:
        for comparison in (SIMILAR, COMPLEMENTARY):
            if value == str(comparison.way):
                return comparison
        if (
            not isinstance(value, Mapping)
            or list(value) != ["gap"]
            or type(value["gap"]) is not int
        ):
            raise ValidationError(_EXPECTED_WAY)
        try:
            return Comparison.target_gap(value["gap"])
        except PolicyError as error:
            raise ValidationError(f"expected {error.expected}") from None


class ColumnCriterionSchema(Schema):
    """A column that counts: loads to `ColumnCriterion`, dumps from it."""

    class Meta:
        """Refuse what we do not know: it is a slip of the pen."""

        unknown = RAISE

    column = Text(required=True, is_required=True)
    weight = fields.Integer(required=True, strict=True, error_messages=_WHOLE_NUMBER)
    comparison = ComparisonField(data_key="compare")
    unit = fields.Integer(strict=True, error_messages=_WHOLE_NUMBER)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= {
            "type": "expected columns, each with its name and weight",
            "unknown": "expected only column, weight, compare and unit",
        }

    @post_load
    def _criterion(self, data: dict[str, Any], **options: Any) -> ColumnCriterion:
        try:
            return ColumnCriterion(**data)
        except PolicyError as error:
            raise ValidationError(f"expected {error.expected}", error.field) from None
