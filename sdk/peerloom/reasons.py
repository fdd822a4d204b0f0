"""Sentences: why a group is a group, and what is proven about the whole.

Every template is a whole English sentence with named fields, so it can be translated as one
message and filled afterwards: ``gettext(reason.template).format(**reason.values)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = str | int | float


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translated later"; Babel finds it
    """Mark a text for translation without translating it here."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One sentence that says why, in a form that can be translated.

    Parameters
    ----------
    code
        Stable name of this kind of sentence.
    template
        English, with ``{named}`` fields.
    values
        What fills the fields; ready for JSON.
    points
        What it adds to the score of the group, 0 for a sentence that only tells something.

    Examples
    --------
    >>> str(Reason(code="topics", template="You share: {topics}.", values={"topics": "jazz"}))
    'You share: jazz.'
    """

    code: str
    template: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)
    points: int = 0

    def __str__(self) -> str:
        return self.template.format_map(self.values)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON, with the English text."""
        return {
            "code": self.code,
            "text": str(self),
            "template": self.template,
            "values": dict(self.values),
            "points": self.points,
        }


def hours(minutes: int) -> int | float:
    """Minutes as hours for a sentence: at most two decimals, whole where it is whole.

    Rounded down, so that 59 minutes never read as an hour.

    Examples
    --------
    >>> hours(120), hours(90), hours(45), hours(59)
    (2, 1.5, 0.75, 0.98)
    """
    hundredths = minutes * 100 // 60
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
