"""The pictures of a report as SVG: as wide as the page, with letters that stay as large as others.

Places across are parts of the width in percent, so a picture fits a phone without being shrunk.
Colours come from the style of the page, for light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from peerloom.formats.report_document import Bar, Bars, Curve, Picture, Shift, Shifts, Stack
from peerloom.formats.report_elements import element

_ROW = 50
_LEGEND = 26
_CURVE = 170
_LONGEST = 32
_LABELS = 7

_Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Where things are: from the start of a line to its end, whichever side that is."""

    is_rtl: bool

    def across(self, place: float) -> str:
        return f"{round(100 - place if self.is_rtl else place, 2)}%"

    def bar(self, kind: str, start: float, end: float, top: int, height: int) -> Element:
        left = 100 - end if self.is_rtl else start
        return element(
            "rect",
            class_=kind,
            x=f"{round(left, 2)}%",
            y=str(top),
            width=f"{round(max(end - start, 0), 2)}%",
            height=str(height),
        )

    def line(self, kind: str, one: tuple[float, float], other: tuple[float, float]) -> Element:
        return element(
            "line",
            class_=kind,
            x1=self.across(one[0]),
            y1=str(round(one[1], 1)),
            x2=self.across(other[0]),
            y2=str(round(other[1], 1)),
        )

    def dot(self, kind: str, place: float, height: float) -> Element:
        return element(
            "circle", class_=kind, cx=self.across(place), cy=str(round(height, 1)), r="5"
        )

    def text(self, kind: str, words: str, place: float, height: float) -> Element:
        short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        return element("text", short, class_=kind, x=self.across(place), y=str(round(height, 1)))

    def range(self, start: float, end: float, height: int) -> list[Element]:
        """Draw where it might as well have been: a line with an end at both sides."""
        lines = [
            ((start, height), (end, height)),
            *(((at, height - 5), (at, height + 5)) for at in (start, end)),
        ]
        # A pale edge below keeps the line visible on a dark bar.
        return [self.line(kind, *ends) for kind in ("halo", "range") for ends in lines]


def draw(picture: Picture, *, is_rtl: bool = False) -> Element:
    """Draw a picture, with its title and its words for who cannot see it.

    Parameters
    ----------
    picture
        What to draw.
    is_rtl
        Whether lines begin at the right.
    """
    sheet = _Sheet(is_rtl=is_rtl)
    drawing = picture.drawing
    if isinstance(drawing, Bars):
        parts, height = _bars(drawing, sheet, picture.id)
    elif isinstance(drawing, Stack):
        parts, height = _stack(drawing, sheet)
    elif isinstance(drawing, Curve):
        parts, height = _curve(drawing, sheet, picture.id)
    else:
        parts, height = _shifts(drawing, sheet)
    title, words = f"{picture.id}-title", f"{picture.id}-words"
    return element(
        "svg",
        element("title", picture.title, id=title),
        element("desc", picture.words, id=words),
        element("defs", _hatch(picture.id)),
        *parts,
        role="img",
        aria_labelledby=f"{title} {words}",
        width="100%",
        height=str(height),
    )


def _hatch(name: str) -> Element:
    return element(
        "pattern",
        element("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", class_="hatch"),
        id=f"{name}-hatch",
        width="6",
        height="6",
        patternUnits="userSpaceOnUse",
    )


def _hidden(
    sheet: _Sheet, name: str, span: tuple[float, float], top: float, height: float
) -> Element:
    """Between which numbers something lies that is not told."""
    rect = sheet.bar("hidden", span[0], span[1], int(top), max(int(height), 2))
    rect.set("fill", f"url(#{name}-hatch)")
    return rect


def _bars(bars: Bars, sheet: _Sheet, name: str) -> tuple[list[Element], int]:
    parts: list[Element] = []
    for place, one in enumerate(bars.items):
        top = place * _ROW
        parts += [
            sheet.text("label", one.label, 0, top + 16),
            sheet.text("value", one.value, 100, top + 16),
            sheet.bar("track", 0, 100, top + 24, 14),
            sheet.bar("full", 0, 100 * one.low, top + 24, 14),
        ]
        if one.high > one.low:
            parts.append(_hidden(sheet, name, (100 * one.low, 100 * one.high), top + 24, 14))
        if one.interval is not None:
            parts += sheet.range(100 * one.interval[0], 100 * one.interval[1], top + 31)
    return parts, max(len(bars.items) * _ROW - 8, 1)


def _stack(stack: Stack, sheet: _Sheet) -> tuple[list[Element], int]:
    parts: list[Element] = []
    start = 0.0
    for one in stack.items:
        parts.append(sheet.bar(f"slice {one.kind}", start, start + 100 * one.share, 2, 26))
        start += 100 * one.share
    for place, one in enumerate(stack.items):
        height = 56 + place * _LEGEND
        mark = sheet.dot(f"slice {one.kind}", 2, height - 5)
        parts += [
            mark,
            sheet.text("label", one.label, 6, height),
            sheet.text("value", one.value, 100, height),
        ]
    return parts, 46 + len(stack.items) * _LEGEND


def _curve(curve: Curve, sheet: _Sheet, name: str) -> tuple[list[Element], int]:
    def height(share: float) -> float:
        return 14 + (1 - share) * _CURVE

    def place(number: int) -> float:
        return 14 + 82 * number / max(len(curve.items) - 1, 1)

    parts: list[Element] = []
    for share in (0, 0.5, 1):
        parts.append(sheet.line("grid", (11, height(share)), (100, height(share))))
        parts.append(sheet.text("axis", str(round(100 * share)), 0, height(share) + 4))
    width = min(5.0, 50 / len(curve.items))
    known: tuple[float, float] | None = None
    above: list[Element] = []
    for number, one in enumerate(curve.items):
        at = place(number)
        parts += _spread(one, sheet, name, (at - width / 2, at + width / 2), height)
        if one.low == one.high:
            here = (at, height(one.low))
            if known is not None:
                above.append(sheet.line("path", known, here))
            above.append(sheet.dot("point", *here))
            known = here
        if number % -(-len(curve.items) // _LABELS) == 0:
            parts.append(sheet.text("axis middle", one.label, at, 14 + _CURVE + 20))
    return [*parts, *above], _CURVE + 42


def _spread(
    one: Bar, sheet: _Sheet, name: str, across: tuple[float, float], height: _Scale
) -> list[Element]:
    if one.low < one.high:
        top, bottom = height(one.high), height(one.low)
        return [_hidden(sheet, name, across, top, bottom - top)]
    if one.interval is None:
        return []
    top, bottom = height(one.interval[1]), height(one.interval[0])
    return [sheet.bar("spread", *across, int(top), int(bottom - top))]


def _shifts(shifts: Shifts, sheet: _Sheet) -> tuple[list[Element], int]:
    def across(points: float) -> float:
        return 50 + 48 * points / shifts.reach

    bottom = len(shifts.items) * _ROW
    parts = [
        sheet.bar("track", 0, 100, place * _ROW + 26, 12) for place in range(len(shifts.items))
    ]
    parts.append(sheet.line("zero", (50, 24), (50, bottom)))
    for place, one in enumerate(shifts.items):
        parts += _shift(one, sheet, place * _ROW, across)
    for points in (-shifts.reach, 0, shifts.reach):
        kind = "axis middle"
        if points:
            kind = "axis" if points < 0 else "axis end"
        said = f"{points:+g}".replace("-", "−") if points else "0"
        edge = across(points) if not points else (0 if points < 0 else 100)
        parts.append(sheet.text(kind, said, edge, bottom + 18))
    return parts, bottom + 26


def _shift(one: Shift, sheet: _Sheet, top: int, across: _Scale) -> list[Element]:
    parts = [
        sheet.text("label", one.label, 0, top + 16),
        sheet.text("value", one.value, 100, top + 16),
    ]
    if one.change is not None:
        low, middle, high = one.change
        parts += sheet.range(across(low), across(high), top + 32)
        parts.append(sheet.dot("point", across(middle), top + 32))
    return parts
