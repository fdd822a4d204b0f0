"""The order in which people expect names with numbers: ``group-2`` before ``group-10``."""

from __future__ import annotations

import re

_NUMBERS = re.compile(r"([0-9]+)")


def natural_key(text: str) -> tuple[tuple[bool, int, str], ...]:
    """Give what sorts names with numbers by the numbers.

    Names that differ have different keys, so the order never depends on the order before. O(n).

    Examples
    --------
    >>> sorted(["group-10", "group-2", "group-02", "pair"], key=natural_key)
    ['group-02', 'group-2', 'group-10', 'pair']
    """
    # Words first, then numbers; of numbers the shorter one is less, and digits decide the rest.
    pieces = [
        (bool(place % 2), len(piece.lstrip("0")) if place % 2 else 0, _digits(piece, place))
        for place, piece in enumerate(_NUMBERS.split(text))
    ]
    return (*pieces, (False, 0, text))


def _digits(piece: str, place: int) -> str:
    return piece.lstrip("0") if place % 2 else piece
