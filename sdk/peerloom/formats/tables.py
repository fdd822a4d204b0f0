"""Reading tables that people made: any usual delimiter, and every problem with its place."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from peerloom.errors import Problem

MAX_BYTES = 50_000_000

_DELIMITERS = (",", ";", "\t")
_LINE_END = re.compile(r"\r\n|\r|\n")
# What a spreadsheet would run as a formula, with the full-width signs that some of them accept
# (OWASP, "CSV Injection"). Apostrophes in front keep the escape reversible.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell and the line of the file on which it starts."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table: its cells by column name."""

    line: int
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str:
        """Give the text of a column, tidied; empty where the table has no such column."""
        return self.cells[column].text.strip() if column in self.cells else ""

    def line_of(self, column: str) -> int:
        """Give the line on which a column's cell starts."""
        return self.cells[column].line if column in self.cells else self.line


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read of a file, and what could not."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_text(path: Path, encoding: str = "utf-8-sig") -> str | Problem:
    """Read a UTF-8 file, with or without a byte order mark, or say why that is not possible.

    Parameters
    ----------
    path
        The file.
    encoding
        Another encoding that Python knows, where somebody says so; an empty one is UTF-16 where the
        first two bytes say so, and else UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        why = (error.strerror or "an error").lower()
        return Problem(expected="a file that can be read", found=why, is_literal=False)
    if len(raw) > MAX_BYTES:
        return Problem(
            expected=f"at most {MAX_BYTES // 1_000_000} MB", found="more", is_literal=False
        )
    if not encoding:
        is_wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        encoding = "utf-16" if is_wide else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        is_own = encoding.startswith("utf-8")
        return Problem(
            line=len(_LINE_END.findall(raw[:start].decode("latin-1"))) + 1,
            expected='text in UTF-8 (in a spreadsheet, save as "CSV UTF-8")'
            if is_own
            else f"text in {encoding}",
            found="another encoding",
            is_literal=False,
        )
    if not text.strip():
        return Problem(
            line=1,
            expected="a header and at least one line",
            found="an empty file",
            is_literal=False,
        )
    return text


def read_table(text: str, known: Collection[str]) -> Table:
    """Read a table whose first line names its columns.

    Parameters
    ----------
    text
        The file.
    known
        Column names with a meaning. They are found in any capitalization, and with spaces,
        hyphens or underscores; other columns keep their names.
    """
    delimiter = _delimiter(text, known)
    problems: list[Problem] = []
    found = records(text, delimiter, problems)
    header = next(found, [])
    columns = tuple(_column(cell.text, known) for cell in header)
    for name, count in Counter(filter(None, columns)).items():
        if count > 1:
            problems.append(
                Problem(
                    line=header[columns.index(name)].line,
                    column=name,
                    expected="a header with different names",
                    found=f"this name {count} times",
                    is_literal=False,
                )
            )
    rows = []
    for cells in found:
        if len(cells) != len(columns):
            problems.append(
                Problem(
                    line=cells[0].line,
                    expected=f"{len(columns)} cells, as in the header",
                    found=str(len(cells)),
                    is_literal=False,
                )
            )
            # Which cell belongs to which column is not known here, so nothing more is said.
            continue
        rows.append(Row(cells[0].line, dict(zip(columns, cells, strict=True))))
        problems.extend(
            Problem(
                line=cell.line, expected="a name for this column in the header", found=cell.text
            )
            for name, cell in zip(columns, cells, strict=True)
            if not name and cell.text.strip()
        )
    return Table(columns, tuple(rows), tuple(problems))


def safe_cell(text: str) -> str:
    """Write a cell so that no spreadsheet takes it for a formula.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("Ada")
    ("'=1+1", 'Ada')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Write rows as CSV, each cell safe to open in a spreadsheet.

    Examples
    --------
    >>> print(csv_text([("id", "name"), (7, "=1+1")]), end="")
    id,name
    7,'=1+1
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([safe_cell(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def plain_cell(text: str) -> str:
    """Undo `safe_cell`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def records(text: str, delimiter: str, problems: list[Problem]) -> Iterator[list[Cell]]:
    """Give the records that are not blank, with the line on which each cell starts.

    A table that breaks off adds to `problems`.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for record in reader:
            cells = []
            for cell in record:
                cells.append(Cell(cell, line))
                line += len(_LINE_END.findall(cell))
            if any(cell.text.strip() for cell in cells):
                yield cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem(
                line=line,
                expected="cells that end before the next one starts",
                found=f"an open quotation mark or a cell that is too long ({error})",
                is_literal=False,
            )
        )


def _delimiter(text: str, known: Collection[str]) -> str:
    """Choose the delimiter with which the header holds the most names that we know."""
    header = next(line for line in _LINE_END.split(text) if line.strip())

    def fit(delimiter: str) -> tuple[int, int]:
        names = [_column(cell.strip().strip('"'), known) for cell in header.split(delimiter)]
        return sum(name in known for name in names), len(names)

    return max(_DELIMITERS, key=fit)


def _column(text: str, known: Collection[str]) -> str:
    name = " ".join(text.split())
    plain = re.sub(r"[\s_-]", "", name.casefold())
    return plain if plain in known else name
