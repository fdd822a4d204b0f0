"""What a record holds of other kinds: records, and yes or no. Each is checked at its door.

Somebody who writes ``topics=("joins",)`` in a notebook should read at once that a `Topic` is
needed, and not find out when the programme cannot be saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from peerloom.mentoring.errors import MentoringError

_Record = TypeVar("_Record")


def records(
    kind: type[_Record], values: Iterable[_Record], field: str, error: type[MentoringError]
) -> tuple[_Record, ...]:
    """Give records of one kind as a tuple.

    Parameters
    ----------
    kind
        The type of each.
    values
        The records, in any iterable but a text.
    field
        What the error calls them.
    error
        The error to raise.

    Raises
    ------
    MentoringError
        As `error`, for anything else. It repeats nothing of what was given.

    Examples
    --------
    >>> records(int, [1, 2], "numbers", MentoringError)
    (1, 2)
    >>> records(int, "12", "numbers", MentoringError)
    Traceback (most recent call last):
    ...
    peerloom.mentoring.errors.MentoringError: "numbers" needs a list of int.
    """
    try:
        # A text is a list of letters, which nobody means.
        found = None if isinstance(values, str) else tuple(values)
    except TypeError:
        found = None
    # A loop, because a programme file holds very many of these.
    for one in found or ():
        if not isinstance(one, kind):
            found = None
    if found is None:
        raise error.of_field(field, f"a list of {kind.__name__}")
    return found


def record_or_none(
    kind: type[_Record], value: _Record | None, field: str, error: type[MentoringError]
) -> None:
    """Check that something is a record of one kind, or None.

    Raises
    ------
    MentoringError
        As `error`, for anything else.
    """
    if value is not None and not isinstance(value, kind):
        raise error.of_field(field, f"a {kind.__name__} or None")


def flag(value: bool, field: str, error: type[MentoringError]) -> None:
    """Check that something is yes or no: a text such as "no" would be a yes.

    Raises
    ------
    MentoringError
        As `error`, for anything else.
    """
    if type(value) is not bool:
        raise error.of_field(field, "True or False")
