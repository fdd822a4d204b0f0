"""Where in nested data something is wrong, what was expected there, and what stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError

from peerloom.errors import Problem

_NOTHING = object()
_LONGEST = 80


def problems_by_place(error: ValidationError, data: Any) -> list[Problem]:
    """Give a problem for each message of a schema, however deep it lies.

    Examples
    --------
    >>> error = ValidationError({"scales": {0: {"items": {1: {"id": ["expected text"]}}}}})
    >>> data = {"scales": [{"items": [{"id": "a"}, {"id": 2}]}]}
    >>> print(*problems_by_place(error, data))
    key "scales[1].items[2].id": expected text, found 2
    """
    return [
        Problem(
            column=_place(keys) or None,
            expected=message.removeprefix("expected "),
            found=_found(data, keys),
            is_literal=False,
        )
        for keys, message in (
            (_keys(data, keys), message) for keys, message in _messages(error.messages)
        )
    ]


def _messages(
    messages: Any, keys: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give each message with the keys and places that lead to it."""
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _messages(below, keys if key == "_schema" else (*keys, key))
    else:
        for message in messages:
            yield keys, str(message)


def _keys(data: Any, keys: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Leave out what marshmallow adds below a mapping: whether the key or the value is wrong."""
    if keys and keys[-1] in ("key", "value") and not isinstance(_at(data, keys[:-1]), dict):
        return keys[:-1]
    return keys


def _place(keys: tuple[str | int, ...]) -> str:
    """Write a place as people count: ``items[1]`` is the first item."""
    words = ""
    for key in keys:
        word = f"[{key + 1}]" if isinstance(key, int) else _word(str(key))
        words += f".{word}" if words and isinstance(key, str) else word
    return words


def _word(key: str) -> str:
    """Write a key that anybody may have put there: nothing in it steers a terminal."""
    return (key if key.isprintable() else json.dumps(key)[1:-1])[:_LONGEST]


def _found(data: Any, keys: tuple[str | int, ...]) -> str:
    """Show what stands at a place, or that nothing does."""
    found = _at(data, keys)
    return "nothing" if found is _NOTHING else json.dumps(found, default=str, ensure_ascii=False)


def _at(data: Any, keys: tuple[str | int, ...]) -> Any:
    for key in keys:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return data
