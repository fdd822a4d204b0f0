"""The report as Markdown, read by a Markdown reader that is not ours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from peerloom.formats.report_facts import report_facts
from peerloom.formats.report_markdown import to_markdown

ATTACKS = (
    "<script>alert(1)</script>",
    "[here](https://example.org)",
    "![x](https://example.org/x.png)",
    "a | b",
    "**Bo** _Ek_ `code`",
    "# Title",
    "- item",
    "1\\. one",
    "https://example.org",
    "&lt;b&gt;",
)


@pytest.fixture(scope="module")
def facts(bootcamp, making):
    return report_facts(bootcamp, now=making.END)


def tokens(page):
    """Give all tokens of a page, with raw HTML and bare addresses allowed as most readers do."""
    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table")
    found = []
    for token in reader.parse(page):
        found += [token, *(token.children or ())]
    return found


def text_of(page):
    return " ".join(token.content for token in tokens(page) if token.type == "text")


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_name_is_only_text(facts, attack):
    calm, attacked = (
        to_markdown(replace(facts, name=name, alone=(name,))) for name in ("Calm", attack)
    )
    assert not [one for one in tokens(attacked) if one.type.startswith(("html", "link", "image"))]

    def shape(page):
        return [one.type for one in tokens(page) if one.type not in ("text", "text_special")]

    assert shape(attacked) == shape(calm)


def test_it_says_what_the_page_says(facts):
    page = to_markdown(facts)
    headings = [
        tokens(page)[place + 1].content
        for place, one in enumerate(tokens(page))
        if one.type == "heading_open" and one.tag == "h2"
    ]
    assert headings == [
        "At a glance",
        "Who needs somebody",
        "Rounds and what is proven about them",
        "Who met",
        "How the groups are doing",
        "How far people came",
        "Who stayed",
        "What changed for people",
        "What followed reminders",
        "What these figures do not prove",
    ]
    text = text_of(page)
    for one in facts.impact.caveats():
        assert str(one) in text
    for one in facts.impact.funnel.sentences():
        assert str(one) in text
    for one in facts.rounds[-1].certificate:
        assert one["text"] in text


def test_each_table_is_one(facts):
    found = tokens(to_markdown(facts))
    assert sum(one.type == "table_open" for one in found) == 8
    for place, one in enumerate(found):
        if one.type == "table_open":
            end = next(at for at in range(place, len(found)) if found[at].type == "table_close")
            inside = found[place:end]
            heads = sum(one.type == "th_open" for one in inside)
            cells = sum(one.type == "td_open" for one in inside)
            assert heads
            assert cells % heads == 0


def test_the_caveats_are_never_left_out(facts):
    """Figures of impact and what they do not prove are in the same page."""
    page = to_markdown(facts)
    assert page.index("How far people came") < page.index("What these figures do not prove")
