"""Earlier rounds, from what this package wrote last time or from a list made by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

from marshmallow import ValidationError

from peerloom.errors import HistoryFileError, Problem
from peerloom.formats.tables import Row, plain_cell, read_table, read_text
from peerloom.rounds import History, PastGroup
from peerloom.schemas import HistorySchema, problems_by_key

_COLUMNS = ("round", "members", "group", "id", "met")
_MET = {"": True, "yes": True, "no": False}


def read_history(path: str | os.PathLike[str]) -> History:
    """Read earlier rounds.

    Three kinds of files are understood, told apart by what is in them:

    - the CSV that ``peerloom pair`` or ``peerloom rotate`` wrote: columns ``group`` and ``id``,
      one line for each person, and for more than one round a column ``round``;
    - a CSV made by hand: a column ``members`` with the ids of one group, apart by ``;``, and, where
      there is more than one round, a column ``round``;
    - JSON: what these commands wrote, or ``{"rounds": [[["ada", "bo"]]]}``.

    Groups that never met do not count as meetings: in CSV a column ``met`` says ``no``, in JSON
    they are ``{"members": ["ada", "bo"], "met": false}``.

    Rounds are in the order of time, the oldest first. Add histories of several files with ``+``.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    HistoryFileError
        With every problem of the file at once.
    """
    file = Path(path)
    text = read_text(file)
    if isinstance(text, Problem):
        raise HistoryFileError(file.name, [text])
    if text.lstrip().startswith(("{", "[")):
        return _from_json(file.name, text)
    return _from_csv(file.name, text)


def _from_json(name: str, text: str) -> History:
    try:
        history: History = HistorySchema().load(json.loads(text))
    except json.JSONDecodeError as error:
        problem = Problem(line=error.lineno, expected="JSON", found=error.msg, is_literal=False)
        raise HistoryFileError(name, [problem]) from None
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of open brackets.
        problem = Problem(expected="JSON of a usual size", found=str(error), is_literal=False)
        raise HistoryFileError(name, [problem]) from None
    except ValidationError as error:
        problems = problems_by_key(error, lambda _: "something else")
        raise HistoryFileError(name, problems) from None
    return history


def _from_csv(name: str, text: str) -> History:
    table = read_table(text, _COLUMNS)
    problems = list(table.problems)
    has_members = "members" in table.columns
    if not has_members and not {"group", "id"} <= set(table.columns):
        problems.append(
            Problem(
                line=1,
                expected='a column "members", or the columns "group" and "id"',
                found=", ".join(filter(None, table.columns)),
            )
        )
    # Rounds and groups in the order of the file.
    rounds: dict[str, dict[str, set[str]]] = {}
    not_met: set[tuple[str, str]] = set()
    for row in table.rows:
        if has_members:
            ids = {part.strip() for part in row.text("members").split(";")} - {""}
            group = str(row.line)
        else:
            ids = {" ".join(plain_cell(row.text("id")).split())} - {""}
            group = row.text("group")
            if not group:
                continue  # somebody who was in no group
        if not ids:
            problems.append(_problem(row, "members" if has_members else "id", "at least one id"))
        met = _MET.get(row.text("met").casefold())
        if met is None:
            problems.append(_problem(row, "met", '"yes" or "no"'))
        elif not met:
            not_met.add((row.text("round"), group))
        rounds.setdefault(row.text("round"), {}).setdefault(group, set()).update(ids)
    if problems:
        raise HistoryFileError(name, sorted(problems, key=lambda problem: problem.line or 0))
    return History.of(
        [PastGroup(frozenset(ids), (number, group) not in not_met) for group, ids in groups.items()]
        for number, groups in rounds.items()
    )


def _problem(row: Row, column: str, expected: str) -> Problem:
    return Problem(
        line=row.line_of(column), column=column, expected=expected, found=row.text(column)
    )
