"""The columns of a survey: where its header says what, and what stands between its cells."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from peerloom.errors import Problem
from peerloom.formats.members_csv import COLUMNS, LISTS, PROTECTED
from peerloom.formats.survey_mapping import AVAILABILITY, OWN, SurveyMapping
from peerloom.policy import meant

_DELIMITERS = (",", ";", "\t", "|")
# Some spreadsheets begin a file with a line that names the delimiter.
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(?P<sign>[,;|\t])"?[ ]*(?=\r|\n)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """Where the answers for a field stand."""

    field: str
    index: int
    heading: str

    @property
    def is_several(self) -> bool:
        """Whether an answer may hold several choices."""
        return is_several(self.field)

    @property
    def is_private(self) -> bool:
        """Whether what stands there must not be repeated in a message."""
        return self.field == "blocked" or self.field.startswith(PROTECTED)


def is_several(name: str) -> bool:
    """Whether an answer for a field may hold several choices, in several columns."""
    return name in LISTS or name == "availability" or name.startswith(AVAILABILITY)


def delimiter_of(text: str, mapping: SurveyMapping) -> tuple[str, str]:
    """Choose the delimiter with which the header holds most of the headings that are wanted."""
    told = _SEPARATOR_LINE.match(text)
    if told is not None:
        text = text[told.end() :]
    if mapping.delimiter or told is not None:
        return text, mapping.delimiter or (told["sign"] if told else "")
    wanted = {_plain(name) for names in mapping.columns.values() for name in names}
    wanted |= {_plain(name) for name in (*COLUMNS, *mapping.keep)}

    def fit(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            names = next((row for row in rows if any(map(str.strip, row))), [])
        except csv.Error:
            return -1, 0
        return sum(_plain(name) in wanted for name in names), len(names)

    return text, max(_DELIMITERS, key=fit)


def _plain(heading: str) -> str:
    return " ".join(heading.casefold().split())


def columns_of(
    header: list[str], mapping: SurveyMapping, problems: list[Problem]
) -> tuple[Column, ...]:
    """Find the columns of all fields."""
    found: list[Column] = []
    for name, headings in mapping.columns.items():
        own = [
            Column(name, at, header[at])
            for heading in headings
            for at in headings_at(heading, name, header, problems)
        ]
        if len(own) > 1 and not is_several(name):
            problems.append(
                Problem(
                    line=1,
                    column=name,
                    expected="one column",
                    found=", ".join(column.heading for column in own),
                )
            )
        found += own
    found += _unmapped(header, mapping, {column.index for column in found}, problems)
    fields = {column.field for column in found}
    if "id" not in fields and "id" not in mapping.columns:
        problems.append(
            Problem(
                line=1,
                column="id",
                expected='an id for each person, or a mapping such as id="Student number"',
                found=", ".join(filter(None, header)),
            )
        )
    problems += _without_use(header, mapping, found)
    return tuple(found)


def _without_use(
    header: list[str], mapping: SurveyMapping, columns: list[Column]
) -> Iterator[Problem]:
    """Find meanings of answers to what nobody asked: a slip of the pen would lose them."""
    known = [*header, *(column.field for column in columns)]
    places = {_plain(name) for name in known} | {name.partition(":")[0] for name in known}
    for name in mapping.values:
        if name not in places:
            hint = meant(name, known)
            yield Problem(
                line=1,
                expected=f"a heading or a field for the meanings of its answers{hint}",
                found=name,
            )


def _unmapped(
    header: list[str], mapping: SurveyMapping, used: set[int], problems: list[Problem]
) -> Iterator[Column]:
    """Find the columns that have the name of a field, and those that are kept."""
    for name in mapping.keep:
        for at in headings_at(name, name, header, problems):
            if at not in used:
                yield Column(f"{OWN}{header[at]}", at, header[at])
    counted = {_plain(name) for name in mapping.counted} - {_plain(name) for name in mapping.keep}
    seen: set[str] = set()
    for at, heading in enumerate(header):
        plain = re.sub(r"[\s_-]", "", heading.casefold())
        is_protected = heading.casefold().startswith(PROTECTED)
        attribute = heading[len(PROTECTED) :].strip() if is_protected else ""
        name = f"{PROTECTED}{attribute}" if attribute else plain
        if at in used or name in mapping.columns:
            continue
        if not attribute and plain not in COLUMNS:
            if _plain(heading) in counted:
                yield Column(f"{OWN}{heading}", at, heading)
            continue
        if name in seen:
            problems.append(
                Problem(
                    line=1,
                    column=name,
                    expected="a header with different names",
                    found="this name twice",
                    is_literal=False,
                )
            )
        seen.add(name)
        yield Column(name, at, heading)


def headings_at(heading: str, name: str, header: list[str], problems: list[Problem]) -> list[int]:
    """Find the columns with a heading, or the column of a number such as "#3"."""
    number = heading[1:]
    is_number = heading.startswith("#") and number.isascii() and number.isdigit()
    if is_number and 1 <= int(number[:9]) <= len(header):
        return [int(number) - 1]
    found = [at for at, one in enumerate(header) if _plain(one) == _plain(heading)]
    if not found:
        close = difflib.get_close_matches(heading, header, 1, 0.6)
        problems.append(
            Problem(
                line=1,
                column=name,
                expected=f'a column with the heading "{heading}"',
                found=close[0] if close else "none like it",
                is_literal=bool(close),
            )
        )
    if len(found) > 1:
        places = " or ".join(f'"#{at + 1}"' for at in found[:5])
        problems.append(
            Problem(
                line=1,
                column=name,
                expected=f'one column with the heading "{heading}": say which, as {places}',
                found=f"{len(found)} columns with that heading",
                is_literal=False,
            )
        )
        return found[:1]
    return found
