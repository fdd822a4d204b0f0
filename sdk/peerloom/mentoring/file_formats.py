"""What kind of file it is, which version it has, and how older versions become the present one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]
Migration = Callable[[Data], Data]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """What kind of file it is, and how older versions of it become the present one.

    Parameters
    ----------
    name
        Stands in every file, so that no other JSON is mistaken for one.
    version
        The version that is written, from 1 up.
    migrations
        For each older version that can still be read, the function that turns its data into that
        of the next version. It may change what it is given: nobody else has it.

    Raises
    ------
    ValueError
        For migrations that do not lead step by step to the present version.

    Examples
    --------
    >>> def name_the_members(data):
    ...     return {"members": data["people"]}
    >>> FileFormat(name="programme", version=2, migrations={1: name_the_members}).oldest
    1
    """

    name: str
    version: int
    migrations: Mapping[int, Migration] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.version < 1 or sorted(self.migrations) != list(range(self.oldest, self.version)):
            raise ValueError("migrations must lead step by step to the present version")

    @property
    def oldest(self) -> int:
        """The oldest version that can be read."""
        return min(self.migrations, default=self.version)
