"""HTML without a template: elements that hold text, which is escaped whenever they are written.

There is no way to put markup in as text, so no name can become a script. Writing and escaping are
those of the standard library.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import Element, tostring

Node = Element | str


def element(name: str, *content: Node, **attributes: str) -> Element:
    r"""Make an element.

    Parameters
    ----------
    name
        Of the element.
    content
        Elements, and text as people read it.
    **attributes
        An underscore at the end is left out, and others become hyphens: `class_`, `aria_label`.

    Examples
    --------
    >>> html(element("p", "1 < 2 ", element("b", "<script>"), class_="a\"b"))
    '<p class="a&quot;b">1 &lt; 2 <b>&lt;script&gt;</b></p>'
    """
    made = Element(name, _named(attributes))
    last: Element | None = None
    for node in content:
        if isinstance(node, Element):
            made.append(node)
            last = node
        elif last is None:
            made.text = (made.text or "") + node
        else:
            last.tail = (last.tail or "") + node
    return made


def html(root: Element) -> str:
    """Write an element as HTML."""
    return tostring(root, encoding="unicode", method="html")


def _named(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
