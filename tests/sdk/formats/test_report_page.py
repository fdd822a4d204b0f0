"""The report as a page: nothing runs, nothing is fetched, everybody can read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerloom.formats.report_document import Bar, Bars, Curve, Grid, Picture, Shift, Shifts
from peerloom.formats.report_elements import element, html
from peerloom.formats.report_facts import report_facts
from peerloom.formats.report_page import to_html
from peerloom.formats.report_pictures import draw
from peerloom.formats.report_wording import Wording
from peerloom.mentoring.errors import TextError

ATTACKS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "</svg></desc><svg onload=alert(1)>",
    '" onmouseover="alert(1)" x="',
    "' autofocus onfocus='alert(1)",
    "<!--",
    "]]><!DOCTYPE x [",
    "&lt;b&gt; &amp; &#60;",
    "{name} %s ${x} {{7*7}}",
    "\u202etxt.exe\u202c",
    "=1+1",
)


class Reader(HTMLParser):
    """Read a page as browsers do, and keep its tags, its text, and where they were."""

    VOID = frozenset({"meta", "br", "img", "link", "input"})

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags = []
        self.texts = []
        self.path = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.path.append(tag)

    def handle_endtag(self, tag):
        assert self.path.pop() == tag

    def handle_data(self, data):
        self.texts.append((tuple(self.path), data))

    def of(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]

    def skeleton(self):
        return [(tag, sorted(attributes)) for tag, attributes in self.tags]

    def words_in(self, name):
        return ["".join(text for path, text in self.texts if name in path)]


@pytest.fixture(scope="module")
def facts(bootcamp, making):
    return report_facts(bootcamp, now=making.END)


@pytest.fixture(scope="module")
def page(facts):
    return Reader(to_html(facts))


@pytest.fixture(scope="module")
def text(facts):
    return to_html(facts)


# --- text stays text ------------------------------------------------------------------------------


def named(making, programme, name):
    """A programme in which whatever can have a name is called so."""
    programme = replace(programme, name=name)
    asked = making.built_in_questionnaire()
    scales = tuple(replace(scale, title=name) for scale in asked.scales)
    members = [replace(one, profile=replace(one.profile, name=name)) for one in programme.members]
    rounds = [
        replace(one, drawing=replace(one.drawing, policy=replace(one.drawing.policy, name=name)))
        for one in programme.rounds
    ]
    programme = programme.put("members", *members)
    programme = programme.put("rounds", *rounds)
    return programme.put("questionnaires", replace(asked, scales=scales))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_name_becomes_markup(making, bootcamp, attack):
    calm, attacked = (
        to_html(report_facts(named(making, bootcamp, name), now=making.END))
        for name in ("Calm", attack)
    )
    assert Reader(attacked).skeleton() == Reader(calm).skeleton()
    assert attack in Reader(attacked).words_in("h1")[0]
    assert (
        any(attack in words for path, words in Reader(attacked).texts if "svg" in path)
        or len(attack) > 30
    )
    assert any(attack in words for path, words in Reader(attacked).texts if "table" in path)
    assert "<script" not in attacked.lower()


@settings(max_examples=40)
@given(name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_any_text_is_shown_as_it_is(facts, name):
    made = Reader(to_html(replace(facts, name=name)))
    assert made.words_in("h1") == [name]
    assert made.skeleton() == Reader(to_html(facts)).skeleton()


def test_half_a_character_does_not_break_the_page(facts):
    made = to_html(replace(facts, name="A\ud800b"))
    assert "A?b" in made
    made.encode()


def test_a_kept_sentence_is_data_and_no_template(facts):
    sentence = {"text": "Fine.", "template": "{x.__class__} {missing}", "values": {"x": "1"}}
    latest = replace(facts.rounds[-1], certificate=(sentence,))
    made = to_html(replace(facts, rounds=(*facts.rounds[:-1], latest)))
    assert "Fine." in made
    assert "__class__" not in made
    assert "class 'str'" not in made


def test_a_certificate_of_another_shape_is_left_out(making, bootcamp):
    rounds = [
        replace(one, drawing=replace(one.drawing, certificate={"sentences": shape}))
        for one, shape in zip(bootcamp.rounds, (None, 7, [{"text": 1}, "x"]), strict=True)
    ]
    found = report_facts(bootcamp.put("rounds", *rounds), now=making.END)
    assert [one.certificate for one in found.rounds] == [(), (), ()]
    assert to_html(found).count("Of this round no certificate was kept.") == 3


def test_names_of_any_script_are_set_apart(page, facts):
    names = {one.name for group in facts.groups for one in group.people if not one.has_left}
    apart = {text for path, text in page.texts if path[-1:] == ("bdi",)}
    assert names | {facts.name} <= apart


def test_control_characters_never_get_in(making):
    with pytest.raises(TextError):
        making.begun(("A\x00da", "Bo"))


# --- nothing runs, nothing is fetched -------------------------------------------------------------


def test_nothing_is_fetched_and_nothing_runs(page, text):
    tags = Counter(tag for tag, _ in page.tags)
    assert not tags.keys() & {"script", "img", "link", "iframe", "object", "form", "base", "image"}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "src" not in attributes
        assert attributes.get("href", "#").startswith("#")
        assert re.match(r"url\(#|$", attributes.get("fill", ""))
    (style,) = (words for path, words in page.texts if path[-1:] == ("style",))
    assert "url(" not in style
    assert "@import" not in style
    assert "<" not in style


def test_the_page_forbids_to_itself_what_it_does_not_need(page):
    (policy,) = (one["content"] for one in page.of("meta") if "http-equiv" in one)
    (style,) = (words for path, words in page.texts if path[-1:] == ("style",))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


# --- everybody can read it ------------------------------------------------------------------------


def test_each_id_is_there_once_and_each_link_leads_somewhere(page):
    ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert set(ids.values()) == {1}
    for _, attributes in page.tags:
        for name in ("aria-labelledby", "href", "fill"):
            for target in re.findall(r"[\w-]+", attributes.get(name, "").removeprefix("url")):
                assert target in ids


def test_each_picture_has_a_title_words_and_a_table(text):
    figures = re.findall(r"<figure>.*?</figure>", text, re.DOTALL)
    assert len(figures) == 5
    for figure in figures:
        read = Reader(figure)
        (picture,) = read.of("svg")
        assert picture["role"] == "img"
        title, words = picture["aria-labelledby"].split()
        assert [one["id"] for one in read.of("desc")] == [words]
        assert title in [one.get("id") for one in read.of("title")]
        assert len(read.of("table")) == 1
        assert len(read.of("caption")) == 1
        assert {one["scope"] for one in read.of("th")} == {"col", "row"}


def test_headings_go_down_step_by_step(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_keep_the_contrast_that_wcag_asks_for(page):
    """WCAG 2.2, 1.4.3 (text: 4.5) and 1.4.11 (graphics: 3)."""
    (style,) = (words for path, words in page.texts if path[-1:] == ("style",))
    palettes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{[^}]*\}", style)
    ]
    assert len(palettes) == 3
    states = ("thriving", "steady", "new", "needs-a-look", "stalled", "ended")
    for palette in palettes:
        assert palette.keys() == palettes[0].keys()
        for words in ("ink", "quiet", "accent", *states):
            for ground in ("page", "sheet"):
                assert contrast(palette[words], palette[ground]) >= 4.5, (words, palette)
        for graphic in ("accent", "range"):
            assert contrast(palette[graphic], palette["sheet"]) >= 3
            assert contrast(palette[graphic], palette["track"]) >= 3
        assert contrast(palette["sheet"], palette["accent"]) >= 3  # the edge of a line on a bar


def test_the_language_and_its_direction(facts):
    asked = []

    def translate(template):
        asked.append(template)
        return "«x»" if template == "At a glance" else template

    made = Reader(to_html(facts, Wording(translate=translate, language="ar", is_rtl=True)))
    assert made.of("html") == [{"lang": "ar", "dir": "rtl"}]
    assert "«x»" in "".join(words for path, words in made.texts if "h2" in path)
    assert "Who met" in asked
    assert Reader(to_html(facts)).of("html") == [{"lang": "en", "dir": "ltr"}]


def test_a_certificate_is_told_in_the_language_of_the_reader(facts):
    template = next(one["template"] for one in facts.rounds[-1].certificate if one["values"])

    def translate(text):
        return text if text != template else "¡{people}, {groups}!"

    made = to_html(facts, Wording(translate=translate))
    values = next(one["values"] for one in facts.rounds[-1].certificate if one["values"])
    assert f"¡{values['people']}, {values['groups']}!" in made


# --- the pictures ---------------------------------------------------------------------------------


def picture(drawing):
    table = Grid(caption="Numbers", columns=("a",), rows=())
    return Picture(id="p", title="Title", words="Words.", drawing=drawing, table=table)


def drawn(drawing, kind, **options):
    made = Reader(html(draw(picture(drawing), **options)))
    return [one for _, one in made.tags if one.get("class") == kind]


def percent(text):
    return float(text.removesuffix("%"))


share = st.floats(0, 1).map(lambda one: round(one, 3))


@given(low=share, more=share, is_rtl=st.booleans())
def test_a_bar_is_as_long_as_its_part(low, more, is_rtl):
    high = min(1, low + more)
    bars = Bars(items=(Bar(label="a", value="1", low=low, high=high),))
    (full,) = drawn(bars, "full", is_rtl=is_rtl)
    assert percent(full["width"]) == pytest.approx(100 * low, abs=0.01)
    start = percent(full["x"]) + (percent(full["width"]) if is_rtl else 0)
    assert start == pytest.approx(100 if is_rtl else 0, abs=0.02)
    hidden = drawn(bars, "hidden", is_rtl=is_rtl)
    assert len(hidden) == (high > low)
    for one in hidden:
        assert percent(one["width"]) == pytest.approx(100 * (high - low), abs=0.01)
        assert one["fill"] == "url(#p-hatch)"


def test_an_interval_is_drawn_where_it_is():
    bars = Bars(items=(Bar(label="a", value="1", low=0.5, high=0.5, interval=(0.25, 0.75)),))
    for is_rtl in (False, True):
        line = drawn(bars, "range", is_rtl=is_rtl)[0]
        ends = {percent(line["x1"]), percent(line["x2"])}
        assert ends == {25, 75}
    line = drawn(replace(bars, items=(replace(bars.items[0], interval=(0.1, 0.6)),)), "range")[0]
    assert (line["x1"], line["x2"]) == ("10.0%", "60.0%")


def test_nothing_is_a_matter_of_chance_that_the_organizer_decides(text):
    figure = re.search(r"<figure>(?:(?!</figure>).)*funnel-picture.*?</figure>", text)
    made = Reader(figure.group())
    rows = [words for path, words in made.texts if path[-1:] == ("td",)]
    assert rows[:3] == ["32", "32", "–"]
    ranges = [one for one in made.of("line") if one["class"] == "range"]
    assert len(ranges) == 3 * 3  # meeting again, a goal, and a match that fits


def test_that_everybody_is_there_at_the_start_is_no_chance(text):
    figure = re.search(r"<figure>(?:(?!</figure>).)*staying-round-picture.*?</figure>", text)
    cells = [words for path, words in Reader(figure.group()).texts if path[-1:] == ("td",)]
    assert cells[:3] == ["31", "31", "–"]
    assert cells[3:6] == ["31", "31", "100 (79 to 100)"]


def test_only_reminders_that_were_sent_are_told(text):
    assert "No session for a while" in text
    assert "A goal is due" not in text


def test_a_curve_joins_only_what_is_told():
    def point(number, low, high):
        return Bar(label=str(number), value="", low=low, high=high)

    curve = Curve(items=(point(0, 1, 1), point(1, 0.8, 0.9), point(2, 0.5, 0.5)))
    points = drawn(curve, "point")
    assert len(points) == 2
    assert float(points[0]["cy"]) < float(points[1]["cy"])
    assert len(drawn(curve, "path")) == 1
    assert len(drawn(curve, "hidden")) == 1
    assert len(drawn(Curve(items=(point(0, 1, 1),)), "point")) == 1


@given(middle=st.floats(-1, 1), is_rtl=st.booleans())
def test_a_rise_is_on_the_side_where_lines_end(middle, is_rtl):
    shifts = Shifts(items=(Shift(label="a", value="b", change=(-1, middle, 1)),), reach=1.0)
    (point,) = drawn(shifts, "point", is_rtl=is_rtl)
    place = percent(point["cx"])
    assert place == pytest.approx(50 + 48 * (-middle if is_rtl else middle), abs=0.01)


def test_a_change_that_cannot_be_shown_has_no_point():
    shifts = Shifts(items=(Shift(label="a", value="–", change=None),), reach=0.5)
    assert drawn(shifts, "point") == []


def test_what_changed_is_drawn_where_chance_can_be_told(facts):
    first, *others = facts.impact.changes
    unsure = replace(first, change=None)

    def figures(*changes):
        made = replace(facts, impact=replace(facts.impact, changes=changes))
        return re.findall(r"<figure>(?:(?!</figure>).)*change-picture.*?</figure>", to_html(made))

    (figure,) = figures(unsure, *others)
    assert [one["class"] for one in Reader(figure).of("circle")] == ["point"] * len(others)
    assert figures(unsure) == []


def test_long_labels_end_before_the_numbers():
    bars = Bars(items=(Bar(label="a" * 200, value="1 of 2", low=0.5, high=0.5),))
    made = Reader(html(draw(picture(bars))))
    assert max(len(text) for path, text in made.texts if path[-1:] == ("text",)) <= 32


def test_the_picture_says_the_numbers_of_its_table(text, facts):
    figure = re.search(r"<figure>(?:(?!</figure>).)*meetings-picture.*?</figure>", text, re.DOTALL)
    made = Reader(figure.group())
    widths = [percent(one["width"]) for one in made.of("rect") if one["class"] == "full"]
    expected = [100 * one.met.value / one.groups for one in facts.rounds]
    assert widths == pytest.approx(expected, abs=0.01)
    cells = [words for path, words in made.texts if path[-1:] == ("td",)]
    assert cells[1::3] == [str(one.met.value) for one in facts.rounds]


def test_text_may_stand_before_between_and_behind_elements():
    made = element("p", "a", "b", element("b", "c"), "d", "e", element("i"), class_="x", for_="y")
    assert html(made) == '<p class="x" for="y">ab<b>c</b>de<i></i></p>'
