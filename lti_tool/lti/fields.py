"""Marshmallow fields for what platforms send: strict where rights hang on it, lenient elsewhere.

A lenient field never refuses a launch: a course must open even where an optional claim is broken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from lti_tool.lti.text import clean, clean_lines, is_plain, split_address

# Seconds since 1970 up to the year 33658: far enough, and safe to reckon with.
_LAST_MOMENT = 1e12


class PlatformSchema(Schema):
    """A schema for others' data: what is not known is ignored, as LTI Core 1.3 demands."""

    class Meta:
        """Ignore unknown keys."""

        unknown = EXCLUDE


class Text(fields.Field[str]):
    """A text as it is, without control characters and lone surrogates.

    Parameters
    ----------
    limit
        The most characters it may have.
    ascii_only
        Whether only printable ASCII is allowed.
    """

    def __init__(self, limit: int = 255, *, ascii_only: bool = False, **more: Any) -> None:
        self.limit = limit
        self.ascii_only = ascii_only
        super().__init__(**more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > self.limit:
            raise ValidationError(f"must be a text of 1 to {self.limit} characters")
        if not is_plain(value) or (self.ascii_only and not value.isascii()):
            raise ValidationError("holds characters that are not allowed")
        return value


class Moment(fields.Field[float]):
    """A JSON number of seconds since 1970: no text, no truth value, nothing without end."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("must be a number")
        # Also false for NaN and Infinity, and safe for whole numbers too large for a float.
        if not 0 <= value <= _LAST_MOMENT:
            raise ValidationError("must be a number of seconds since 1970")
        return float(value)


class Audience(fields.Field[tuple[str, ...]]):
    """A text or a list of texts, not empty."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> tuple[str, ...]:
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names:
            raise ValidationError("must be a text or a list of texts")
        if not all(isinstance(name, str) and name for name in names):
            raise ValidationError("must hold texts only")
        return tuple(names)


class Texts(fields.Field[tuple[str, ...]]):
    """A list; the texts in it are kept, blanks and everything else are left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise ValidationError("must be a list")
        return tuple(name for name in value if isinstance(name, str) and name.strip())


class LenientTexts(Texts):
    """Like `Texts`, but anything else than a list is an empty one."""

    def deserialize(self, value: Any, *args: Any, **more: Any) -> tuple[str, ...]:
        """Read the list, or an empty one."""
        return super().deserialize(value if isinstance(value, list) else [], *args, **more)


class Flag(fields.Field[bool | None]):
    """True or false, also as a word; None for anything else."""

    def deserialize(self, value: Any, *args: Any, **more: Any) -> bool | None:
        """Read the flag."""
        word = value.lower() if isinstance(value, str) else value
        if word is True or word == "true":
            return True
        return False if word is False or word == "false" else None


class Line(fields.Field[str]):
    """A stranger's text, cleaned into one line and cut; anything else is an empty one."""

    def __init__(self, limit: int = 255, **more: Any) -> None:
        self.limit = limit
        super().__init__(**more)

    def deserialize(self, value: Any, *args: Any, **more: Any) -> str:
        """Clean whatever came, None and a missing value too."""
        return clean(value, self.limit)


class Address(fields.Field[str | None]):
    """A clean absolute http or https address; None for anything else, as some send blanks."""

    def deserialize(self, value: Any, *args: Any, **more: Any) -> str | None:
        """Keep a clean address, drop everything else."""
        if isinstance(value, str) and split_address(value) is not None:
            return value
        return None


class Part(fields.Nested):
    """An optional object; anything else than an object counts as an empty one."""

    def deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        """Read the object, or an empty one."""
        return super().deserialize(value if isinstance(value, dict) else {}, *args, **more)


class Custom(fields.Field[Mapping[str, str]]):
    """The custom parameters as texts.

    A variable that the platform did not know comes back as `$Name` and counts as absent (LTI Core
    1.3, 6.1). Older Canvas sends numbers; they become texts.
    """

    def deserialize(self, value: Any, *args: Any, **more: Any) -> Mapping[str, str]:
        """Keep what can be a text; drop everything else."""
        if not isinstance(value, dict):
            return {}
        texts = {clean(key, 255): _custom_text(item) for key, item in value.items()}
        return {key: text for key, text in texts.items() if key and text is not None}


def _custom_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if abs(value) <= _LAST_MOMENT**2 else None
    if not isinstance(value, str) or value.startswith("$"):
        return None
    return clean_lines(value)
