"""What people write, tidied once at the door of each record, and the ids that tell things apart."""

from __future__ import annotations

import re

from peerloom.mentoring.errors import TextError

LINE = 200
PROSE = 2000

# Control characters could steer a terminal that shows the text; half a character (a lone
# surrogate) cannot be written to any file. Tabs and line ends may stand in prose.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def line(text: str, field: str, *, is_required: bool = False, most: int = LINE) -> str:
    """Give one line of text with its white space tidied.

    Raises
    ------
    TextError
        For no text, control characters, more than `most` characters, or an empty text that is
        required. The error never repeats the text.

    Examples
    --------
    >>> line("  job   applications ", "unit")
    'job applications'
    """
    return _checked(" ".join(_clean(text, field).split()), field, is_required, most)


def prose(text: str, field: str, *, is_required: bool = False, most: int = PROSE) -> str:
    r"""Give text of any number of lines, without white space around it.

    Raises
    ------
    TextError
        As for `line`.

    Examples
    --------
    >>> prose("Went well.\r\nNext: joins. ", "note")
    'Went well.\nNext: joins.'
    """
    unix = _clean(text, field).replace("\r\n", "\n").replace("\r", "\n")
    return _checked(unix.strip(), field, is_required, most)


def identifier(text: str, field: str) -> str:
    """Give an id as it is: some text, told apart to the letter.

    Raises
    ------
    TextError
        For an empty one.
    """
    if not isinstance(text, str) or not text:
        raise TextError.of_field(field, "an id")
    return text


def _clean(text: str, field: str) -> str:
    if not isinstance(text, str):
        raise TextError.of_field(field, "text")
    if _CONTROL.search(text):
        raise TextError.of_field(field, "text without control characters")
    return text


def _checked(text: str, field: str, is_required: bool, most: int) -> str:
    if len(text) > most:
        raise TextError.of_field(field, f"at most {most} characters")
    if is_required and not text:
        raise TextError.of_field(field, "some text")
    return text
