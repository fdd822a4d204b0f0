"""Plain data as JSON text that is the same everywhere, one record a line, and back."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from typing import Any, NoReturn

import msgspec

from peerloom.mentoring.json_faults import first_fault, line_and_column

_LEVELS = 3

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder().decode


class NotPlainError(ValueError):
    """Data that JSON does not hold as it is."""


class BrokenTextError(ValueError):
    """Text that is not JSON. `line` and `column` say where, counted from 1."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(why)
        self.line = line
        self.column = column


def to_bytes(data: Mapping[str, Any]) -> bytes:
    r"""Write plain data as JSON: keys sorted, each entry of the outer lists on its own line.

    So a tool that compares files line by line shows which records changed.

    Parameters
    ----------
    data
        Dicts with texts as keys, lists, texts, numbers, true, false and None.

    Raises
    ------
    NotPlainError
        For anything else, such as a tuple, a set or a number that is not finite.

    Notes
    -----
    What was written is read again and compared, so that no file is ever written that would not
    come back equal. O(size).

    Examples
    --------
    >>> data = {"members": [{"id": "ada", "level": None}, 2]}
    >>> print(to_bytes({"version": 1, "data": data}).decode())
    {
    "data":{
    "members":[
    {"id":"ada","level":null},
    2
    ]
    },
    "version":1
    }
    <BLANKLINE>
    """
    try:
        encoded = _text(data)
        with no_collection():
            if _decode(encoded) != data:
                raise NotPlainError("it would not come back as it is")
    except (TypeError, ValueError, RecursionError) as error:
        raise NotPlainError(str(error)) from None
    return encoded


def from_bytes(content: bytes) -> Any:
    """Read JSON in UTF-8, with or without a byte order mark.

    Raises
    ------
    BrokenTextError
        With the line and column of what is wrong: text that is no JSON, a key that stands twice in
        one place, numbers and characters that cannot be written again.

    Notes
    -----
    What is, byte for byte, as `to_bytes` writes it has none of these faults, and is read quickly.
    The rest is read with more care, which takes about three times as long. O(size).

    Examples
    --------
    >>> from_bytes(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    with no_collection():
        try:
            found = _decode(content)
            if _text(found) == content:
                return found
        except (TypeError, ValueError, RecursionError):
            pass  # what is wrong, and where, is found out below
        return _read_carefully(content)


def _text(data: Any) -> bytes:
    return _lines(data, _LEVELS) + b"\n"


def _lines(value: Any, levels: int) -> bytes:
    """Write dicts of the outer levels key by key, and lists of theirs entry by entry."""
    if value and isinstance(value, dict) and levels > 0:
        keys = [
            _encode(key) + b":" + _lines(below, levels - 1) for key, below in sorted(value.items())
        ]
        return b"{\n" + b",\n".join(keys) + b"\n}"
    if value and isinstance(value, list):
        return b"[\n" + b",\n".join(map(_encode, value)) + b"\n]"
    return _encode(value)


def _read_carefully(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        raise BrokenTextError("no text in UTF-8", line, column) from None
    if not text.strip():
        raise BrokenTextError("the file is empty", 1, 1)
    is_deep = False
    try:
        found = json.loads(
            text, object_pairs_hook=_keys_once, parse_constant=_refuse, parse_float=_finite
        )
        _encode(found)  # refuses half characters
    except json.JSONDecodeError as error:
        why = error.msg[:1].lower() + error.msg[1:]
        raise BrokenTextError(why, error.lineno, error.colno) from None
    except RecursionError:
        is_deep = True
    except ValueError:
        pass
    else:
        return found
    fault = first_fault(text, is_deep=is_deep)
    raise BrokenTextError(fault.why, *line_and_column(text, fault.place))


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking at all new objects again and again.

    Reading holds no circles that it could free, and takes three times as long with it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _keys_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError("too large a number")
    return number
