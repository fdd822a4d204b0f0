"""Plain data as JSON text that is the same everywhere, one record a line, and back."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)

_LEVELS = 3


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
        encoded = f"{_lines(data, _LEVELS)}\n".encode()
        with no_collection():
            if json.loads(encoded) != data:
                raise NotPlainError("it would not come back as it is")
    except (TypeError, ValueError, RecursionError) as error:
        raise NotPlainError(str(error)) from None
    return encoded


def from_bytes(content: bytes) -> Any:
    """Read JSON in UTF-8, with or without a byte order mark.

    Raises
    ------
    BrokenTextError
        With the line and column at which reading stopped.

    Examples
    --------
    >>> from_bytes(b'{"a": [1, 2]}')
    {'a': [1, 2]}
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        before = content[content.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        raise BrokenTextError("no text in UTF-8", line, column) from None
    if not text.strip():
        raise BrokenTextError("the file is empty", 1, 1)
    try:
        with no_collection():
            return json.loads(text, object_pairs_hook=_keys_once, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        why = error.msg[:1].lower() + error.msg[1:]
        raise BrokenTextError(why, error.lineno, error.colno) from None
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise BrokenTextError(why, _line_alone(text, why), 1) from None


def _lines(value: Any, levels: int) -> str:
    """Write dicts of the outer levels key by key, and lists of theirs entry by entry."""
    if value and isinstance(value, dict) and levels > 0:
        keys = [
            f"{_ENCODER.encode(key)}:{_lines(below, levels - 1)}"
            for key, below in sorted(value.items())
        ]
        return "{\n" + ",\n".join(keys) + "\n}"
    if value and isinstance(value, list):
        return "[\n" + ",\n".join(map(_ENCODER.encode, value)) + "\n]"
    return _ENCODER.encode(value)


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
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {json.dumps(twice)[:80]} stands twice in one place")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number in JSON")


def _line_alone(text: str, why: str) -> int:
    """Give the first line that is wrong for the same reason when it is read alone, or the first.

    In what `to_bytes` wrote each line is a record, so it finds the place of what is valid JSON and
    wrong all the same.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            json.loads(line.rstrip(","), object_pairs_hook=_keys_once, parse_constant=_refuse)
        except json.JSONDecodeError:
            continue
        except (ValueError, RecursionError) as error:
            if isinstance(error, RecursionError) or str(error) == why:
                return number
    return 1
