"""How the examples print: headings, paragraphs and tables for a terminal of 80 columns."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from peerloom.mentoring.storage_errors import StorageError
from peerloom.programmes.files import create_programme
from peerloom.programmes.programme import Programme

WIDTH = 79


def heading(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * columns(text)}")


def say(*sentences: object, indent: str = "") -> None:
    """Print sentences as one paragraph."""
    words = " ".join(map(str, sentences))
    print(textwrap.fill(words, WIDTH, initial_indent=indent, subsequent_indent=indent))


def points(sentences: Iterable[object], indent: str = "  ") -> None:
    """Print sentences as a list."""
    for sentence in sentences:
        print(
            textwrap.fill(
                str(sentence),
                WIDTH,
                initial_indent=f"{indent}- ",
                subsequent_indent=f"{indent}  ",
            )
        )


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print a table; the first row names its columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(columns(row[at]) for row in cells) for at in range(len(cells[0]))]
    for row in cells:
        padded = (
            cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True)
        )
        print("  ".join(padded).rstrip())


def together(names: Iterable[str]) -> str:
    """Give names as one says them."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def columns(text: str) -> int:
    """Give how many columns of a terminal a text takes."""
    shown = (one for one in text if not unicodedata.combining(one))
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in shown)


def run(main: Callable[[list[str]], int]) -> NoReturn:
    """Run the main function of an example, and end quietly where nobody reads on."""
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # as in "python -m examples.meetup | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def file_named(arguments: Sequence[str], program: str, about: str) -> Path | None:
    """Give the file that somebody named on the command line; None where nobody did."""
    parser = argparse.ArgumentParser(prog=program, description=about)
    parser.add_argument("file", nargs="?", type=Path, help="a new file to keep the programme in")
    path: Path | None = parser.parse_args(arguments).file
    if path is not None and path.exists():
        parser.error(f"{path} is there already: name another file")
    return path


def keep(programme: Programme, path: Path | None) -> int:
    """Write a programme into a file, if there is to be one, and say so.

    Returns
    -------
    int
        The exit code: 1 where the file cannot be written.
    """
    if path is None:
        return 0
    try:
        create_programme(path, programme)
    except StorageError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\nThe whole programme is in {path} now.")
    return 0
