"""Files of who asks whom to be partners."""

from __future__ import annotations

import os
from pathlib import Path

from peerloom.asks import Ask
from peerloom.errors import FileError, MemberError, Problem
from peerloom.formats.tables import plain_cell, read_table, read_text

_COLUMNS = ("asker", "asked")


def read_asks(path: str | os.PathLike[str]) -> tuple[Ask, ...]:
    """Read asks: a CSV file with the columns ``asker`` and ``asked``, one ask on each line.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    FileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise FileError(file.name, [text])
    table = read_table(text, _COLUMNS)
    problems = list(table.problems)
    if not set(_COLUMNS) <= set(table.columns):
        found = ", ".join(filter(None, table.columns))
        problems.append(Problem(line=1, expected='the columns "asker" and "asked"', found=found))
        raise FileError(file.name, problems)
    asks = []
    for row in table.rows:
        asker, asked = (" ".join(plain_cell(row.text(name)).split()) for name in _COLUMNS)
        try:
            asks.append(Ask(asker=asker, asked=asked))
        except MemberError:
            problems.append(
                Problem(line=row.line, expected="two different ids", found=f"{asker}, {asked}")
            )
    if problems:
        raise FileError(file.name, sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(asks)
