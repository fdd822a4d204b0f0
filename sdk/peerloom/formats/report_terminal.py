"""The report as people read it on a terminal: what is seen first, and the sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from peerloom.formats.report_document import (
    Block,
    Cards,
    Cell,
    Grid,
    Names,
    People,
    Picture,
    Sentences,
    Tiles,
)
from peerloom.formats.report_facts import ReportFacts
from peerloom.formats.report_sections import document
from peerloom.formats.terminal import bullet, panel


def show_report(facts: ReportFacts, console: Console) -> None:
    """Show a report. What folds away on a page is left out; names are never read as markup."""
    made = document(facts)
    console.print(Text(made.title, style="bold"))
    console.print(Text(made.lead, style="dim"))
    for section in made.sections:
        blocks = [part for block in section.blocks for part in _block(block)]
        console.print(panel(section.title, Group(*blocks)))
    for sentence in made.closing:
        console.print(Text(sentence, style="dim"))


def _block(block: Block) -> Iterator[RenderableType]:
    if isinstance(block, Sentences):
        yield from (bullet(Text(one, style="dim" if block.is_quiet else "")) for one in block.items)
    elif isinstance(block, People):
        yield Text(f"{block.lead} ").append(_names(block.names), style="bold").append(".")
    elif isinstance(block, Tiles):
        yield _tiles(block)
    elif isinstance(block, Grid):
        yield from _grid(block)
    elif isinstance(block, Cards):
        for card in block.items:
            yield Text(_names(card.names), style="bold").append(f"  {card.state_words}", "not bold")
            yield Text(card.lead, style="dim")
            yield from (bullet(Text(f"{reason} {helps}")) for reason, helps in card.reasons)
    elif isinstance(block, Picture):
        yield from _grid(block.table)


def _tiles(tiles: Tiles) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for tile in tiles.items:
        table.add_row(Text(tile.value, style="bold"), Text(tile.label))
    return table


def _grid(grid: Grid) -> Iterator[RenderableType]:
    yield Text(grid.caption, style="dim")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for place, words in enumerate(grid.columns):
        if place in grid.numbers:
            # A number or a date is never broken; the words over it may be.
            width = max((len(_cell(row[place])) for row in grid.rows), default=0)
            table.add_column(Text(words), justify="right", overflow="fold", min_width=width)
        else:
            table.add_column(Text(words), overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    yield table


def _cell(cell: Cell) -> str:
    return cell if isinstance(cell, str) else _names(cell)


def _names(names: Names) -> str:
    return ", ".join(names)
