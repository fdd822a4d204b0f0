"""What a report is made of, before it is HTML, Markdown or a screen: sections of a few blocks.

Whatever people typed, names above all, is plain text here. Each form escapes it in one place.
"""

from __future__ import annotations

from dataclasses import dataclass

Names = tuple[str, ...]
Cell = str | Names
"""Text of our own, or names of people, each set apart from what stands around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One sentence below the other; `is_quiet` for what explains the rest."""

    items: tuple[str, ...]
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A sentence about people, and who they are."""

    lead: str
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A number that is seen first, and what it counts."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """The numbers at a glance."""

    items: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table. Columns whose number is in `numbers` hold figures."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A group that needs somebody: who, in which state, why, and what would help."""

    names: Names
    state: str
    state_words: str
    lead: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Groups that need somebody, the most urgent first."""

    items: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """How much of a whole, from 0 to 1.

    Parameters
    ----------
    label, value
        What is beside it.
    low, high
        Between which parts it lies; the same where it is known.
    interval
        Where it might as well have been.
    """

    label: str
    value: str
    low: float
    high: float
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Parts of a whole, one below the other."""

    items: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a stack: its label, its words, its share from 0 to 1, and what it is a part of."""

    label: str
    value: str
    share: float
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Parts that make one whole, side by side; without shares only what they are."""

    items: tuple[Slice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Parts of a whole over time; the labels are short."""

    items: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A change and where it might as well have been; None for none that can be shown."""

    label: str
    value: str
    change: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """Changes around no change, from `-reach` to `reach`."""

    items: tuple[Shift, ...]
    reach: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing with a title, what it says in a sentence, and the table behind it.

    `note` says how to read it, where that is not plain; without the drawing it is left out.
    """

    id: str
    title: str
    words: str
    drawing: Bars | Stack | Curve | Shifts
    table: Grid
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """What only some want to see, under a heading that opens."""

    title: str
    blocks: tuple[Sentences | Grid, ...]


Block = Sentences | People | Tiles | Grid | Cards | Picture | Fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the report; its `id` is stable, for links."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report, ready to be set.

    Parameters
    ----------
    kind
        What it is, over the title.
    title
        The name of the programme, as people typed it.
    lead
        Of when it is, and for whom.
    sections
        In the order in which they are read.
    closing
        Sentences at the foot.
    contents, numbers
        What the list of sections is called, and the table behind a picture.
    """

    kind: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    contents: str
    numbers: str
