"""The report in Chromium: on a phone and a desk, light and dark, without network."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from peerloom.formats.report_facts import report_facts
from peerloom.formats.report_page import to_html
from peerloom.formats.report_wording import Wording


@pytest.fixture(scope="module")
def browser(playwright, chromium):
    opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def pages(bootcamp, making, tmp_path_factory):
    """The page from left to right and from right to left, with names that attack and never end."""
    folder = tmp_path_factory.mktemp("report")
    endless = (f"{one} {'Wolfeschlegelsteinhausenbergerdorff' * 2}" for one in making.NAMES[1:])
    hostile = making.course(("<img src=x onerror=alert(1)>", *endless))
    facts = report_facts(hostile, now=making.END)
    found = {}
    for name, wording in {"ltr": Wording(), "rtl": Wording(language="ar", is_rtl=True)}.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(to_html(facts, wording), encoding="utf-8")
    return found


@pytest.mark.parametrize(
    ("width", "scheme", "direction"),
    [(320, "light", "ltr"), (320, "dark", "rtl"), (1280, "dark", "ltr"), (1280, "light", "rtl")],
)
def test_everybody_can_read_it_anywhere(browser, pages, width, scheme, direction):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(pages[direction].as_uri())
    for details in page.query_selector_all("details"):
        details.evaluate("one => one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert asked == [pages[direction].as_uri()]
    assert said == []
    context.close()


def test_labels_and_numbers_of_pictures_do_not_meet_on_a_phone(browser, pages):
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(pages["ltr"].as_uri())
    rows = page.evaluate(
        """() => [...document.querySelectorAll("svg")].flatMap(svg => {
            const boxes = kind =>
                [...svg.querySelectorAll(kind)].map(one => one.getBoundingClientRect());
            const values = boxes("text.value");
            return boxes("text.label").map((label, place) => [label.right, values[place].left]);
        })"""
    )
    assert len(rows) > 10
    assert [row for row in rows if row[0] >= row[1]] == []
    context.close()


def test_no_word_of_a_table_is_cut_up_on_a_phone(browser, pages):
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(pages["ltr"].as_uri())
    heights = page.evaluate(
        """() => [...document.querySelectorAll("table")]
            .filter(one => one.caption.textContent === "All rounds")
            .flatMap(one => [...one.tBodies[0].rows].map(row => row.offsetHeight))"""
    )
    assert len(heights) == 3
    assert max(heights) < 60
    context.close()


def test_paper_is_white_and_shows_what_folds_away(browser, pages):
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(pages["ltr"].as_uri())
    ground = page.evaluate("getComputedStyle(document.querySelector('section')).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.locator("figure table").first.is_visible()
    context.close()
