"""JSON read so that no two readers can disagree about it."""

from __future__ import annotations

import json

MAX_DEPTH = 64
"""Levels of nesting; a launch has about five. Python's own limit differs between versions."""


class JsonError(ValueError):
    """The bytes are not JSON in UTF-8, or not JSON that every reader understands alike."""


class JsonDepthError(JsonError):
    """The nesting is deeper than any honest document's."""


class JsonKeyError(JsonError):
    """An object has the same key twice."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise JsonKeyError("an object has the same key twice")
    return document


def _constant(name: str) -> object:
    raise JsonError(f"{name} is not JSON")


def loads(data: bytes) -> object:
    """Read JSON from UTF-8 bytes; no repeated keys, no NaN or Infinity, no bottomless nesting.

    Raises
    ------
    JsonError
        For everything that is not such a document.
    """
    try:
        # json says ValueError also for whole numbers of more digits than Python takes.
        document: object = json.loads(
            data.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant
        )
    except RecursionError:
        raise JsonDepthError("nested too deeply") from None
    except JsonError:
        raise
    except ValueError as error:
        raise JsonError(type(error).__name__) from None
    _check_depth(document)
    return document


def _check_depth(document: object) -> None:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise JsonDepthError("nested too deeply")
