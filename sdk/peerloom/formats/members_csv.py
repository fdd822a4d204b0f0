"""The members file: one line for each person, as a spreadsheet writes it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from peerloom.errors import MembersFileError, Problem
from peerloom.formats.tables import Row, Table, read_table, read_text
from peerloom.members import Member
from peerloom.schemas import MemberSchema, messages_by_field

COLUMNS = (
    "id",
    "name",
    "email",
    "level",
    "teach",
    "learn",
    "topics",
    "challenges",
    "goals",
    "languages",
    "formats",
    "experience",
    "section",
    "timezone",
    "availability",
    "paused",
    "blocked",
)
PROTECTED = "protected:"
"""Starts the name of a column with protected answers, such as ``protected:background``."""
LISTS = {
    "teach",
    "learn",
    "topics",
    "challenges",
    "goals",
    "languages",
    "formats",
    "blocked",
}
YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_members(path: str | os.PathLike[str]) -> tuple[Member, ...]:
    """Read a members file.

    The first line names the columns: ``id`` must be there, ``name``, ``email``, ``level``,
    ``teach``, ``learn``, ``topics``, ``challenges``, ``goals``, ``languages``, ``formats``,
    ``experience``, ``section``, ``timezone``, ``availability``, ``paused`` and ``blocked`` may be,
    in any order. Columns such as ``protected:background`` go to `Member.protected`, and every other
    column is kept in `Member.columns`. Lists stand apart by ``;``. The delimiter is a comma, a
    semicolon or a tab, and the encoding is UTF-8.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    MembersFileError
        With every problem of the file at once, each with line, column, expected and found.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise MembersFileError(file.name, [text])
    table = read_table(text, COLUMNS)
    problems = [*table.problems, *_header_problems(table)]
    members = []
    schema = MemberSchema()
    first_lines: dict[str, int] = {}
    for row in table.rows:
        read = _read_row(row, table.columns, schema)
        if isinstance(read, Member):
            members.append(read)
        else:
            problems.extend(read)
        problems.extend(_repeated_id(row, first_lines))
    if not table.rows and not problems:
        problems.append(
            Problem(line=2, expected="at least one member", found="only a header", is_literal=False)
        )
    if problems:
        raise MembersFileError(file.name, sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(members)


def _header_problems(table: Table) -> Iterator[Problem]:
    if "id" not in table.columns:
        yield Problem(
            line=1,
            column="id",
            expected="this column, with an id for each member",
            found=", ".join(filter(None, table.columns)),
        )
    missing = [name for name in COLUMNS if name not in table.columns]
    for name in table.columns:
        # A misspelt heading would be kept as "any other column", and its answers would be lost.
        if name not in COLUMNS and difflib.get_close_matches(name.casefold(), missing, 1, 0.85):
            meant = difflib.get_close_matches(name.casefold(), missing, 1, 0.85)[0]
            yield Problem(
                line=1, expected=f'"{meant}", or another name that is less like it', found=name
            )
        start, colon, rest = name.casefold().partition(":")
        like_protected = difflib.get_close_matches(start.strip(), [PROTECTED[:-1]], 1, 0.85)
        if colon and like_protected and not (_attribute(name) and rest.strip()):
            yield Problem(
                line=1, expected=f'"{PROTECTED}" and the name of an attribute', found=name
            )


def _attribute(column: str) -> str:
    """Give the protected attribute that a column holds; empty for any other column."""
    is_protected = column.casefold().startswith(PROTECTED)
    return column[len(PROTECTED) :].strip() if is_protected else ""


def _repeated_id(row: Row, first_lines: dict[str, int]) -> Iterator[Problem]:
    member_id = " ".join(row.text("id").split())
    if member_id in first_lines:
        yield Problem(
            line=row.line_of("id"),
            column="id",
            expected=f"an id that is used once; line {first_lines[member_id]} has the same",
            found=member_id,
        )
    elif member_id:
        first_lines[member_id] = row.line_of("id")


def _read_row(row: Row, columns: tuple[str, ...], schema: MemberSchema) -> Member | list[Problem]:
    try:
        member: Member = schema.load(_plain_data(row, columns))
    except ValidationError as error:
        return list(_problems(row, columns, error))
    return member


def _problems(row: Row, columns: tuple[str, ...], error: ValidationError) -> Iterator[Problem]:
    for field, message in messages_by_field(error).items():
        if field == "is_paused":
            yield _problem(row, "paused", message)
        elif field in {"columns", "protected"}:
            below = messages_by_field(ValidationError(error.messages_dict[field]))
            for column in columns:
                name = _attribute(column) if field == "protected" else column
                if name in below:
                    yield _problem(row, column, below[name])
        elif field in columns:
            yield _problem(row, field, message)


def _plain_data(row: Row, columns: tuple[str, ...]) -> dict[str, Any]:
    """Give what the cells say; an empty cell says nothing."""
    own = {
        name: row.cells[name].text
        for name in columns
        if name and name not in COLUMNS and name in row.cells
    }
    data: dict[str, Any] = {
        "columns": {name: text for name, text in own.items() if not _attribute(name)},
        "protected": {
            _attribute(name): text
            for name, text in own.items()
            if _attribute(name) and text.strip()
        },
    }
    for name in COLUMNS:
        text = row.text(name)
        if name == "paused" and text:
            data["is_paused"] = YES_OR_NO.get(text.casefold(), text)
        elif name in LISTS:
            data[name] = text.split(";")
        elif text or name == "id":
            data[name] = text
    return data


def _problem(row: Row, column: str, message: str) -> Problem:
    is_private = column == "blocked" or bool(_attribute(column))
    return Problem(
        line=row.line_of(column),
        column=column,
        expected=message.removeprefix("expected "),
        # What somebody said in private must not reach a log with the message.
        found="something else" if is_private else row.text(column),
        is_literal=not is_private,
    )
