"""The report as one HTML page: nothing is fetched, nothing runs, and all text is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from xml.etree.ElementTree import Element

from peerloom.formats.report_document import (
    Block,
    Card,
    Cards,
    Cell,
    Document,
    Fold,
    Grid,
    Names,
    People,
    Picture,
    Section,
    Sentences,
    Tile,
    Tiles,
)
from peerloom.formats.report_elements import Node, element, html
from peerloom.formats.report_facts import ReportFacts
from peerloom.formats.report_pictures import draw
from peerloom.formats.report_sections import document
from peerloom.formats.report_wording import Wording


def to_html(facts: ReportFacts, wording: Wording | None = None) -> str:
    """Write a report as one page, to be opened, sent or printed.

    Parameters
    ----------
    facts
        What is known, see `report_facts`.
    wording
        In which language; None for English.

    Returns
    -------
    str
        HTML that needs no network and no script, and forbids both to itself.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.formats.report_facts import report_facts
    >>> from peerloom.programmes.programme import Programme
    >>> school = Programme(name="<script>", private_seed=2026)
    >>> page = to_html(report_facts(school, now=datetime(2026, 11, 23, 9, tzinfo=UTC)))
    >>> "<script>" in page, "<bdi>&lt;script&gt;</bdi>" in page
    (False, True)
    """
    say = Wording() if wording is None else wording
    made = document(facts, say)
    root = element(
        "html",
        _head(made),
        _body(made, is_rtl=say.is_rtl),
        lang=say.language,
        dir="rtl" if say.is_rtl else "ltr",
    )
    # A file may hold half a character, which no page can; it shows as a question mark.
    return f"<!doctype html>\n{html(root)}\n".encode(errors="replace").decode()


@lru_cache(maxsize=1)
def _style() -> str:
    return files("peerloom.formats").joinpath("report.css").read_text(encoding="utf-8")


def _head(made: Document) -> Element:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        Element("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
        Element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        Element("meta", {"name": "referrer", "content": "no-referrer"}),
        Element("meta", {"name": "robots", "content": "noindex"}),
        Element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("title", f"{made.title} – {made.kind}"),
        element("style", style),
    )


def _body(made: Document, *, is_rtl: bool) -> Element:
    links = (element("li", element("a", one.title, href=f"#{one.id}")) for one in made.sections)
    return element(
        "body",
        element(
            "header",
            element("p", made.kind, class_="kind"),
            element("h1", element("bdi", made.title)),
            element("p", made.lead, class_="quiet"),
        ),
        element("nav", element("ul", *links), aria_label=made.contents),
        element("main", *(_section(one, made, is_rtl=is_rtl) for one in made.sections)),
        element("footer", *(element("p", one) for one in made.closing)),
    )


def _section(section: Section, made: Document, *, is_rtl: bool) -> Element:
    title = f"{section.id}-title"
    return element(
        "section",
        element("h2", section.title, id=title),
        *(_block(one, made, is_rtl=is_rtl) for one in section.blocks),
        id=section.id,
        aria_labelledby=title,
    )


def _block(block: Block, made: Document, *, is_rtl: bool) -> Element:
    if isinstance(block, Sentences):
        return _sentences(block)
    if isinstance(block, People):
        return element("p", f"{block.lead} ", *_names(block.names), ".", class_="people")
    if isinstance(block, Tiles):
        return element("dl", *map(_tile, block.items), class_="tiles")
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Cards):
        return element("ul", *map(_card, block.items), class_="cards")
    if isinstance(block, Picture):
        return element(
            "figure",
            element("figcaption", block.title),
            draw(block, is_rtl=is_rtl),
            *([element("p", block.note, class_="quiet")] if block.note else []),
            _details(made.numbers, [_grid(block.table)]),
        )
    return _fold(block)


def _fold(fold: Fold) -> Element:
    return _details(
        fold.title,
        [_grid(one) if isinstance(one, Grid) else _sentences(one) for one in fold.blocks],
    )


def _details(title: str, content: Iterable[Element]) -> Element:
    return element("details", element("summary", title), *content)


def _sentences(block: Sentences) -> Element:
    kind = "sentences quiet" if block.is_quiet else "sentences"
    return element("div", *(element("p", one) for one in block.items), class_=kind)


def _tile(tile: Tile) -> Element:
    return element("div", element("dt", tile.label), element("dd", tile.value))


def _card(card: Card) -> Element:
    reasons = (
        element("li", reason, *([element("span", helps, class_="helps")] if helps else []))
        for reason, helps in card.reasons
    )
    return element(
        "li",
        element("h3", *_names(card.names)),
        element("p", element("span", card.state_words, class_=f"state {card.state}"), class_="of"),
        element("p", card.lead, class_="quiet"),
        element("ul", *reasons),
        class_="card",
    )


def _grid(grid: Grid) -> Element:
    """Set a table that may be wider than a phone, and then scrolls by itself, by keyboard too."""

    def kind(place: int) -> dict[str, str]:
        return {"class": "number"} if place in grid.numbers else {}

    heads = [Element("th", {"scope": "col", **kind(place)}) for place in range(len(grid.columns))]
    for head, words in zip(heads, grid.columns, strict=True):
        head.text = words
    rows = []
    for row in grid.rows:
        cells = []
        for place, cell in enumerate(row):
            made = element("td" if place else "th", *_cell(cell))
            made.attrib.update(kind(place) if place else {"scope": "row", **kind(place)})
            cells.append(made)
        rows.append(element("tr", *cells))
    table = element(
        "table",
        element("caption", grid.caption),
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
    )
    return element(
        "div", table, class_="scroll", role="region", tabindex="0", aria_label=grid.caption
    )


def _cell(cell: Cell) -> Iterable[Node]:
    return [cell] if isinstance(cell, str) else _names(cell)


def _names(names: Names) -> list[Node]:
    """Set names, each with its own direction, so that none turns round what is beside it."""
    nodes: list[Node] = []
    for place, name in enumerate(names):
        nodes += [", ", element("bdi", name)] if place else [element("bdi", name)]
    return nodes
