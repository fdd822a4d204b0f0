"""What a change must leave as it is."""

from __future__ import annotations

from peerloom.programmes.errors import ProgrammeError


def check_same(before: object, after: object, *names: str) -> None:
    """Check that a change left these fields as they were: they say which record it is.

    Raises
    ------
    ProgrammeError
        Where it did not.
    """
    for name in names:
        if getattr(before, name) != getattr(after, name):
            raise ProgrammeError.of_field(name, "to stay as it is")
