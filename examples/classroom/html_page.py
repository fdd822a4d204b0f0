"""An HTML page as the demo's browser sees it: elements, visible text, forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}
_INLINE = {"a", "b", "bdi", "code", "em", "small", "span", "strong", "time"}
_UNSEEN = {"script", "style", "title", "head", "noscript", "template"}


@dataclass(slots=True)
class Element:
    """An element of a page with what is inside it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """Go through this element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def find_all(self, tag: str, **attributes: str) -> list[Element]:
        """List the elements below with this tag and these attributes; ``class_`` is one class."""
        wanted_class = attributes.pop("class_", None)
        return [
            element
            for element in self.walk()
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in attributes.items())
            and (wanted_class is None or wanted_class in element.classes)
        ]

    @property
    def classes(self) -> list[str]:
        """The element's classes."""
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """The visible words, with single spaces between them."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag in _INLINE:
                yield from child._pieces()
            elif child.tag not in _UNSEEN:
                yield " "
                yield from child._pieces()
                yield " "


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(text: str) -> Element:
    """Read a page. The pages of both servers close what they open, except void elements."""
    builder = _TreeBuilder()
    builder.feed(text)
    builder.close()
    return builder.root


def form_fields(form: Element) -> list[tuple[str, str]]:
    """List what a browser would post when nobody touches the form, without its buttons."""
    fields = []
    for element in form.walk():
        name = element.attributes.get("name")
        if not name or "disabled" in element.attributes:
            continue
        if element.tag == "input":
            kind = element.attributes.get("type", "text")
            is_box = kind in {"checkbox", "radio"}
            if kind not in {"submit", "button", "file"} and (
                not is_box or "checked" in element.attributes
            ):
                fields.append((name, element.attributes.get("value", "on" if is_box else "")))
        elif element.tag == "textarea":
            text = "".join(child for child in element.children if isinstance(child, str))
            fields.append((name, text.removeprefix("\n")))
        elif element.tag == "select":
            options = element.find_all("option")
            chosen = [option for option in options if "selected" in option.attributes]
            fields += [
                (name, option.attributes.get("value", option.text))
                for option in chosen or options[:1]
            ]
    return fields
