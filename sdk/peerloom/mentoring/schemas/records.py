"""What the schemas of records share: the record itself checks its values, the schema says where."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from marshmallow import RAISE, ValidationError, fields, post_load

from peerloom.fields import always
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.moments import utc
from peerloom.schemas import OwnSchema


class RecordSchema(OwnSchema):
    """A schema that loads to a frozen record; what the record refuses is said for its field."""

    record: ClassVar[type[Any]]

    class Meta:
        """Refuse what we do not know: it is a slip of the pen, or of a newer version."""

        unknown = RAISE

    @post_load
    def _record(self, data: dict[str, Any], **options: Any) -> Any:
        values = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        try:
            return self.record(**values)
        except MentoringError as error:
            said = f"expected {error.expected}" if error.expected else error.sentence
            raise ValidationError(said, error.field or "_schema") from None


class Exact(fields.Field[str]):
    """Text as it stands; its record tidies and checks it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always("expected text"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("expected text")
        return str(value)


class Whole(fields.Field[int]):
    """A whole number, and no text or yes that could be read as one."""

    def __init__(self, expected: str = "a whole number", **options: Any) -> None:
        super().__init__(error_messages=always(f"expected {expected}"), **options)
        self.expected = expected

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if type(value) is not int:
            raise ValidationError(f"expected {self.expected}")
        return value


class Flag(fields.Field[bool]):
    """True or false, and nothing that could be read as one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always("expected true or false"), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("expected true or false")
        return value


class Moment(fields.Field[datetime]):
    """A moment with its time zone, in ISO 8601; written in UTC, to the microsecond."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always("expected a moment with its time zone"), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str | None:
        return None if value is None else value.isoformat()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        try:
            return utc(datetime.fromisoformat(value))
        except MentoringError as error:
            raise ValidationError(f"expected {error.expected}") from None
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("expected a moment with its time zone") from None
