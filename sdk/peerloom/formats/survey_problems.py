"""What cannot be used of the answers to a survey: each slip once, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from marshmallow import ValidationError

from peerloom.availability import Availability
from peerloom.errors import AvailabilityError, Problem
from peerloom.formats.members_csv import PROTECTED
from peerloom.formats.survey_columns import Column
from peerloom.formats.survey_mapping import OWN
from peerloom.formats.tables import Cell
from peerloom.schemas import messages_by_field

_TIMES = 'weekly times such as "Mon 18:00-20:00; Sat 10:00-12:30"'
_TIMES_OF_A_DAY = 'times such as "18:00-20:00"'


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem, and the field it is about: the columns of a grid have the same slips."""

    field: str
    problem: Problem

    @property
    def key(self) -> tuple[str, str, str]:
        """What slips that are the same have in common."""
        return self.field, self.problem.expected, self.problem.found


def wrong_answers(
    error: ValidationError,
    cells: list[Cell],
    said: Mapping[Column, Sequence[str]],
) -> Iterator[Wrong]:
    """Say which answers of a line cannot be used.

    Parameters
    ----------
    error
        What the schema of a member finds wrong.
    cells
        Of the line.
    said
        For each column that was read, the answers in it, each choice by itself.
    """
    for name, message in messages_by_field(error).items():
        own = [one for one in said if _member_field(one.field) == name]
        if name == "availability" and (times := list(_wrong_times(cells, own, said))):
            yield from times
            continue
        column = own[0]
        has = column.index < len(cells)
        is_private = any(one.is_private for one in own)
        found = "; ".join(cells[one.index].text for one in own if one.index < len(cells))
        problem = Problem(
            line=cells[column.index].line if has else cells[0].line,
            column=column.heading,
            expected=message.removeprefix("expected "),
            # What somebody said in private must not reach a log with the message.
            found="something else" if is_private else found.strip(),
            is_literal=not is_private,
        )
        yield Wrong(column.heading, problem)


def _wrong_times(
    cells: list[Cell], columns: Sequence[Column], said: Mapping[Column, Sequence[str]]
) -> Iterator[Wrong]:
    """Say each time that cannot be read by itself, in the column where it stands."""
    for column in columns:
        start, _, day = column.field.partition(":")
        expected = _TIMES_OF_A_DAY if day else _TIMES
        for piece in (one.strip() for item in said[column] for one in item.split(";")):
            try:
                Availability.parse(f"{day} {piece}" if day and piece else piece)
            except AvailabilityError as error:
                why = error.problems[0][1]
                problem = Problem(
                    line=cells[column.index].line,
                    column=column.heading,
                    expected=expected if why.startswith("expected") else f"{expected} ({why})",
                    found=piece,
                )
                yield Wrong(start if day else column.heading, problem)


def _member_field(name: str) -> str:
    start = name.partition(":")[0]
    return {"paused": "is_paused", OWN[:-1]: "columns", PROTECTED[:-1]: "protected"}.get(
        start, start
    )


def too_many(cells: list[Cell], header: list[str]) -> Iterator[Problem]:
    """Say that a line has cells of which nobody knows what they are."""
    beyond = [cell for cell in cells[len(header) :] if cell.text.strip()]
    if beyond:
        yield Problem(
            line=cells[0].line,
            expected=f"at most {len(header)} cells, as in the header",
            found=str(len(cells)),
            is_literal=False,
        )


def answered_twice(cells: list[Cell], columns: Sequence[Column], line: int, member: str) -> Problem:
    """Say that somebody has answered on an earlier line, too."""
    column = next(one for one in columns if one.field == "id")
    return Problem(
        line=cells[column.index].line,
        column=column.heading,
        expected=f"an id that is used once; line {line} has the same (take the first or "
        "the last answer of each person)",
        found=member,
    )


def once(same: list[Problem]) -> Problem:
    """Give the first of problems that are the same, and say how often it comes again."""
    more = len(same) - 1
    if not more:
        return same[0]
    if len({one.column for one in same}) > 1:
        again = "the same in one more cell" if more == 1 else f"the same in {more} more cells"
    else:
        again = "the same on one more line" if more == 1 else f"the same on {more} more lines"
    return replace(same[0], expected=f"{same[0].expected} ({again})")
