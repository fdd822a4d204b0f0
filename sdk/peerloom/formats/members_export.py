"""Members as a members file: what `read_members` reads, without what was said in private."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peerloom.formats.members_csv import COLUMNS, LISTS
from peerloom.formats.tables import csv_text
from peerloom.members import Member
from peerloom.programmes.participants import Participant

PUBLIC = tuple(name for name in COLUMNS if name != "blocked")
"""The columns that an export has; blocks and protected answers are in none."""


def members_csv(members: Sequence[Participant]) -> str:
    """Write one line for each member.

    Cells that a spreadsheet would run as a formula start with an apostrophe.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> ada = Participant(
    ...     profile=Member(id="ada", teach=("SQL", "Git"), blocked=("bo",)),
    ...     joined_at=datetime(2026, 11, 23, tzinfo=UTC),
    ... )
    >>> print(members_csv([ada]).splitlines()[1])
    ada,,,,SQL;Git,,,,,,,,,UTC,,no
    """
    own = list(dict.fromkeys(name for one in members for name in one.profile.columns))
    rows: list[list[object]] = [[*PUBLIC, *own]]
    for one in members:
        cells: list[object] = [_cell(one.profile, name) for name in PUBLIC]
        rows.append([*cells, *(one.profile.columns.get(name, "") for name in own)])
    return csv_text(rows)


def plain_members(members: Sequence[Participant]) -> list[dict[str, Any]]:
    """Give the same as plain data, with since when each is in the programme."""
    return [
        {
            **{name: _value(one.profile, name) for name in PUBLIC if name != "paused"},
            "columns": dict(one.profile.columns),
            "state": one.state.value,
            "joined_at": one.joined_at.isoformat(),
            "left_at": None if one.left_at is None else one.left_at.isoformat(),
        }
        for one in members
    ]


def _cell(member: Member, name: str) -> object:
    if name == "paused":
        return "yes" if member.is_paused else "no"
    value = _value(member, name)
    if name in LISTS:
        return ";".join(value)
    return "" if value is None else value


def _value(member: Member, name: str) -> Any:
    value = getattr(member, name)
    if name in LISTS:
        return list(value)
    return str(value) if name == "availability" else value
