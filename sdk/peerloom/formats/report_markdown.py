"""The report as Markdown, for a wiki, a chat or a repository: pictures become their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from peerloom.formats.report_document import (
    Block,
    Cards,
    Cell,
    Fold,
    Grid,
    Names,
    People,
    Picture,
    Sentences,
    Tiles,
)
from peerloom.formats.report_facts import ReportFacts
from peerloom.formats.report_sections import document
from peerloom.formats.report_wording import Wording
from peerloom.formats.rounds_parts import escape


def to_markdown(facts: ReportFacts, wording: Wording | None = None) -> str:
    """Write a report as Markdown.

    Parameters
    ----------
    facts, wording
        As for `peerloom.formats.report_page.to_html`.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.formats.report_facts import report_facts
    >>> from peerloom.programmes.programme import Programme
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> facts = report_facts(school, now=datetime(2026, 11, 23, 9, tzinfo=UTC))
    >>> to_markdown(facts).splitlines()[:3]
    ['# Evening school', '', 'Peer mentoring report']
    """
    made = document(facts, wording)
    lines = [f"# {escape(made.title)}", "", escape(made.kind), "", escape(made.lead)]
    for section in made.sections:
        lines += ["", f"## {escape(section.title)}"]
        for block in section.blocks:
            lines += ["", *_block(block)]
    lines += ["", "---"]
    for sentence in made.closing:
        lines += ["", escape(sentence)]
    return "\n".join(lines) + "\n"


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentences):
        yield from _list(block.items)
    elif isinstance(block, People):
        yield f"{escape(block.lead)} {_names(block.names)}."
    elif isinstance(block, Tiles):
        yield from (f"- {escape(one.label)}: **{escape(one.value)}**" for one in block.items)
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Cards):
        for card in block.items:
            yield f"- **{_names(card.names)}**: {escape(card.state_words)}. {escape(card.lead)}"
            for reason, helps in card.reasons:
                yield f"  - {escape(f'{reason} {helps}')}"
    elif isinstance(block, Picture):
        yield from _grid(block.table)
    else:
        yield from _fold(block)


def _fold(fold: Fold) -> Iterator[str]:
    yield f"### {escape(fold.title)}"
    for one in fold.blocks:
        yield ""
        yield from _grid(one) if isinstance(one, Grid) else _list(one.items)


def _list(items: Iterable[str]) -> Iterator[str]:
    yield from (f"- {escape(one)}" for one in items)


def _grid(grid: Grid) -> Iterator[str]:
    marks = ("--:" if place in grid.numbers else ":--" for place in range(len(grid.columns)))
    yield f"**{escape(grid.caption)}**"
    yield ""
    yield _row(escape(one) for one in grid.columns)
    yield _row(marks)
    for row in grid.rows:
        yield _row(map(_cell, row))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return escape(cell) if isinstance(cell, str) else _names(cell)


def _names(names: Names) -> str:
    return ", ".join(map(escape, names))
