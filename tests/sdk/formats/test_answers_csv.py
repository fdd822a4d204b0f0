"""Answers as survey tools export them: found by their words, private in every message."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom.formats.answers_csv import AnswersFileError, AnswersMapping, read_answers
from peerloom.formats.survey_mapping import MappingError, Repeated
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire

ASKED = built_in_questionnaire()
ITEMS = [item.id for item in ASKED.items]
TEXTS = [item.text for item in ASKED.items]
NUMBERS = [1 + place % 5 for place in range(len(ITEMS))]


@pytest.fixture
def read(tmp_path):
    """Write a file and read it."""

    def reading(header, *rows, delimiter=",", encoding="utf-8", asked=ASKED, **mapping):
        file = tmp_path / "answers.csv"
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows([header, *rows])
        file.write_text(text.getvalue(), encoding=encoding)
        return read_answers(file, asked, AnswersMapping(**mapping))

    return reading


@pytest.mark.parametrize(
    ("heading", "answer", "options"),
    [
        (lambda text: text, lambda number: ASKED.labels[number - 1], {}),
        (lambda text: f"What fits? [{text}]", lambda number: str(number), {"delimiter": ";"}),
        (
            lambda text: f"  {text.upper().rstrip('.')} ",
            lambda number: f"{number} - {ASKED.labels[number - 1].upper()}",
            {"delimiter": "\t", "encoding": "utf-16"},
        ),
        (
            lambda text: f"G1[SQ1]. {text}",
            lambda number: f"{number}.0",
            {"encoding": "utf-8-sig"},
        ),
        (lambda text: ITEMS[TEXTS.index(text)], lambda number: f"{number}: ", {}),
    ],
)
def test_each_tool_has_its_own_headings_and_answers(read, heading, answer, options):
    header = ["When", "ID", *map(heading, TEXTS)]
    found = read(header, ["noon", "ada", *map(answer, NUMBERS)], **options)
    assert found.answers == {"ada": dict(zip(ITEMS, NUMBERS, strict=True))}
    assert found.left_out == ("When",)


def test_what_was_not_answered_is_no_answer(read):
    header = ["id", *TEXTS]
    found = read(
        header, ["ada", "3"], ["bo"], ["cy", *["n/a"] * 15], ["", *[""] * 15], values={"N/A": None}
    )
    assert found.answers == {"ada": {ITEMS[0]: 3}}


def test_words_and_columns_of_one_s_own(read):
    found = read(
        ["Nr", "one", "two", *TEXTS[2:]],
        ["ada", "Yes!", "no", *["3"] * 13],
        columns={"id": "nr", ITEMS[0]: "#2", ITEMS[1]: "TWO"},
        values={"yes!": 5, "No": 1},
    )
    assert list(found.answers["ada"].values()) == [5, 1, *[3] * 13]


def test_a_statement_that_was_not_asked_is_said_to_be_so(read):
    header = ["id", *TEXTS[1:]]
    with pytest.raises(AnswersFileError, match=f'"{ITEMS[0]}=" where that was not asked'):
        read(header, ["ada", *["3"] * 14])
    assert len(read(header, ["ada", *["3"] * 14], columns={ITEMS[0]: ""}).answers["ada"]) == 14


def test_the_longest_statement_in_a_heading_is_meant(read, tmp_path):
    first, second = ASKED.scales[0].items[:2]
    shorter = "I trust that I will work it out"
    scale = type(ASKED.scales[0])(
        id="s",
        title="S",
        source=ASKED.scales[0].source,
        items=(first, type(second)(id="short", text=shorter)),
    )
    asked = type(ASKED)(id="own", title="Own", labels=("no", "yes"), scales=(scale,))
    found = read(["id", first.text, f"{shorter}."], ["ada", "yes", "no"], asked=asked)
    assert found.answers == {"ada": {first.id: 2, "short": 1}}


@pytest.mark.parametrize(
    ("which", "number"), [(Repeated.FIRST, 1), (Repeated.LAST, 2), (Repeated.REFUSE, None)]
)
def test_who_answered_twice(read, which, number):
    rows = [["id", *TEXTS], ["ada", *["1"] * 15], ["ada", *["2"] * 15]]
    if number is None:
        with pytest.raises(AnswersFileError, match=r"line 3.*line 2 has the same"):
            read(*rows)
        return
    found = read(*rows, repeated=which)
    assert set(found.answers["ada"].values()) == {number}
    assert found.repeated == ("ada",)


@pytest.mark.parametrize(
    "answer", ["6", "0", "maybe", "4 - fits a little", "-3", "3.5", "²", "1e0"]
)
def test_an_answer_that_is_none_is_named_by_place_and_never_repeated(read, answer):
    with pytest.raises(AnswersFileError) as caught:
        read(["id", *TEXTS], ["ada", *["3"] * 15], ["bo", "3", answer, *["3"] * 13])
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (3, TEXTS[1])
    assert answer not in problem.found
    assert "bo" not in str(caught.value).split()


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        (TEXTS, ["3"] * 15, "an id for each person"),
        (["id", *TEXTS, TEXTS[0]], ["ada"], "say which, as"),
        (["id", *TEXTS], ["", *["3"] * 15], "expected an id"),
        (["id", *TEXTS], ["ada"], "at least one answer"),
        (["id", "a"], ["ada", "3"], "a column for"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(read, header, row, said):
    with pytest.raises(AnswersFileError, match=said):
        read(header, row)


def test_a_mapping_of_what_there_is_not_is_refused(read, tmp_path):
    with pytest.raises(MappingError, match='did you mean "staying_stop"'):
        read(["id"], columns={"staying_stpo": "x"})
    with pytest.raises(MappingError, match="from 1 to 5"):
        read(["id"], values={"yes": 6})
    with pytest.raises(MappingError, match="encoding"):
        AnswersMapping(encoding="utf-99")
    with pytest.raises(AnswersFileError, match="can be read"):
        read_answers(tmp_path / "nowhere.csv", ASKED)


@given(st.text(max_size=200))
def test_no_file_is_more_than_an_error(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("any") / "any.csv"
    file.write_text(f"id,{content}", encoding="utf-8", errors="replace")
    with pytest.raises(AnswersFileError):
        read_answers(file, ASKED)


def test_answers_are_in_no_repr(read):
    assert "ada" not in repr(read(["id", *TEXTS], ["ada", *["3"] * 15]))
