"""What is wrong in text that reads as JSON all the same, and where."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import NamedTuple

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|[^\s\[\]{},:"]+', re.DOTALL)
_COLON = re.compile(r"\s*:")
_HALF = re.compile(r"[\ud800-\udfff]")

_DEEPEST = 100
_MOST_DIGITS = 4300
_SHOWN = 80


class Fault(NamedTuple):
    """Something wrong in a text.

    Parameters
    ----------
    place
        How many characters stand before it.
    why
        What it is, in words that follow a place.
    """

    place: int
    why: str


def first_fault(text: str, *, is_deep: bool = False) -> Fault:
    r"""Find the first thing in a text that its reader does not take, though JSON's grammar does.

    Parameters
    ----------
    text
        Well-formed at least up to the fault.
    is_deep
        Whether its reader ran out of depth.

    Returns
    -------
    Fault
        A key that stands twice in one place, a number that is none or too large, half a character,
        or the start of what is nested too deeply.

    Notes
    -----
    O(size), one Python step for each word: for texts that were refused already.

    Examples
    --------
    >>> first_fault('{"a": 1, "b": {"a": 2}, "a": 3}')
    Fault(place=24, why='the key "a" stands twice in one place')
    >>> first_fault('[1, -Infinity]').why
    '-Infinity is no number in JSON'
    """
    keys: list[set[str]] = []
    for token in _TOKEN.finditer(text):
        word, why = token.group(), ""
        if word in "{[":
            keys.append(set())
            if is_deep and len(keys) > _DEEPEST:
                why = "nested too deeply"
        elif word in "}]":
            del keys[-1:]
        elif word[0] == '"':
            said: str = json.loads(word)
            if _HALF.search(said):
                why = "half a character (a lone surrogate)"
            elif keys and _COLON.match(text, token.end()):
                if said in keys[-1]:
                    why = f"the key {json.dumps(said)[:_SHOWN]} stands twice in one place"
                keys[-1].add(said)
        else:
            why = _number_fault(word)
        if why:
            return Fault(token.start(), why)
    return Fault(0, "no text that can be kept")


def line_and_column(text: str, place: int) -> tuple[int, int]:
    r"""Give the line and the column of a place, counted from 1.

    Examples
    --------
    >>> line_and_column("one\ntwo", 5)
    (2, 2)
    """
    return text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)


def _number_fault(word: str) -> str:
    if word in ("NaN", "Infinity", "-Infinity"):
        return f"{word} is no number in JSON"
    if word in ("true", "false", "null"):
        return ""
    if word.lstrip("-").isdigit():
        return "a number with too many digits" if len(word) > _MOST_DIGITS else ""
    return "" if isfinite(float(word)) else "a number that is too large"
