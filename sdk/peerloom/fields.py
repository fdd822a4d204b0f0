"""The kinds of fields that people fill in, each with a message that says what was expected.

Messages read on after a field's name: "expected a whole number from 1 to 5".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, fields

from peerloom.availability import Availability
from peerloom.criteria import key
from peerloom.errors import AvailabilityError, UnknownZoneError
from peerloom.members import LEVELS, ROUNDS_OF_EXPERIENCE
from peerloom.zones import zone

MAX_TEXT = 200
MAX_WORDS = 50
MAX_AVAILABILITY = 2000

# Control characters have no place in a name and could steer a terminal that shows it; half a
# character (a lone surrogate) cannot be written to any file.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_EXPECTED_TIMES = 'expected weekly times such as "Mon 18:00-20:00; Sat 10:00-12:30"'


def always(text: str) -> dict[str, Any]:
    """Give the messages of a field that says the same whatever is wrong with it."""
    return dict.fromkeys(("invalid", "null", "required", "unknown", "too_large"), text)


class Text(fields.String):
    """One line of text: white space tidied, no control characters, at most 200 characters."""

    def __init__(self, *, is_required: bool = False, **options: Any) -> None:
        super().__init__(error_messages=always("expected text"), **options)
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


_TEXT = Text()


class Words(fields.Field[tuple[str, ...]]):
    """A list of skills or topics, each once, however it is capitalized.

    Ids and names of columns are told apart to the letter: `are_exact`.
    """

    def __init__(self, *, are_exact: bool = False, **options: Any) -> None:
        super().__init__(error_messages=always("expected a list of texts"), **options)
        self.are_exact = are_exact

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> list[str]:
        return list(value)

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise ValidationError("expected a list of texts")
        words: dict[str, str] = {}
        for item in value:
            word = _TEXT.deserialize(item)
            if word:
                words.setdefault(word if self.are_exact else key(word), word)
        if len(words) > MAX_WORDS:
            raise ValidationError(f"expected at most {MAX_WORDS} entries")
        return tuple(words.values())


class _Number(fields.Field[int]):
    """A whole number of a range, as a number or as its digits; None where it is not known."""

    allowed: range

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        digits = str(value).strip()
        if isinstance(value, bool) or digits not in map(str, self.allowed):
            first, last = self.allowed[0], self.allowed[-1]
            raise ValidationError(f"expected a whole number from {first} to {last}")
        return int(digits)


class Level(_Number):
    """A level from 1 to 5."""

    allowed = LEVELS


class Experience(_Number):
    """A number of rounds."""

    allowed = ROUNDS_OF_EXPERIENCE


class Zone(fields.Field[str]):
    """The name of a time zone of the IANA database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            error_messages=always('expected a time zone name such as "Europe/Berlin"'), **options
        )

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

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=always(_EXPECTED_TIMES), **options)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> str:
        return str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Availability:
        if not isinstance(value, str):
            raise ValidationError(_EXPECTED_TIMES)
        if len(value) > MAX_AVAILABILITY:
            raise ValidationError(f"expected at most {MAX_AVAILABILITY} characters")
        try:
            return Availability.parse(value)
        except AvailabilityError as error:
            pieces = "; ".join(f'"{piece}": {why}' for piece, why in error.problems)
            raise ValidationError(f"{_EXPECTED_TIMES} ({pieces})") from None
