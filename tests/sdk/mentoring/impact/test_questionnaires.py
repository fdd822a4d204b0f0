"""Questionnaires: scores by hand, missing answers, files with every mistake named, nothing told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from peerloom.mentoring.errors import MentoringError, MomentError
from peerloom.mentoring.impact.errors import QuestionnaireError, QuestionnaireFileError
from peerloom.mentoring.impact.questionnaire_files import (
    built_in_questionnaire,
    read_questionnaire,
)
from peerloom.mentoring.impact.questionnaires import (
    Item,
    Questionnaire,
    Response,
    Scale,
    Source,
    Wave,
    check_answers,
    current,
    score,
)
from peerloom.mentoring.schemas.impact import QuestionnaireSchema, ResponseSchema

SOURCE = Source(citation="Nobody (2020), Nothing")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def scale(items=3, reverse=(), **more):
    made = tuple(Item(id=f"i{n}", text=f"text {n}", is_reversed=n in reverse) for n in range(items))
    return Scale(**({"id": "s", "title": "Scale", "source": SOURCE, "items": made} | more))


def asked(*scales, labels=5, low=1):
    words = tuple(f"label {number}" for number in range(labels))
    return Questionnaire(
        id="q", title="Q", labels=words, low=low, scales=scales or (scale(reverse={2}),)
    )


def response(**more):
    given_ = {"member": "ada", "questionnaire": "q", "wave": Wave.BEFORE, "at": NOON}
    return Response(**(given_ | {"answers": {"i0": 3}} | more))


# --- scores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"i0": 4, "i1": 5, "i2": 1}, Fraction(4 + 5 + 5, 3)),
        ({"i0": 1, "i1": 1, "i2": 5}, Fraction(1)),
        ({"i0": 4, "i2": 2}, Fraction(4)),
        ({"i0": 4}, None),
        ({}, None),
    ],
)
def test_scores_by_hand(answers, wanted):
    questionnaire = asked()
    assert score(questionnaire, questionnaire.scales[0], answers) == wanted


@pytest.mark.parametrize(
    ("items", "fewest", "needed"),
    [(1, None, 1), (2, None, 2), (3, None, 2), (4, None, 3), (4, 2, 2)],
)
def test_more_than_half_must_be_answered_unless_the_scale_says_otherwise(items, fewest, needed):
    assert scale(items, fewest=fewest).needed == needed


@given(st.lists(st.integers(0, 6), min_size=1, max_size=8), st.sets(st.integers(0, 7)))
def test_turning_every_item_and_every_answer_round_changes_nothing(values, reverse):
    plain = asked(scale(len(values), reverse), labels=7, low=0)
    turned = asked(scale(len(values), set(range(8)) - reverse), labels=7, low=0)
    answers = {f"i{n}": value for n, value in enumerate(values)}
    other = {item: 6 - value for item, value in answers.items()}
    found = score(plain, plain.scales[0], answers)
    assert found == score(turned, turned.scales[0], other)
    assert 0 <= found <= 6


def test_answers_to_other_scales_do_not_matter():
    one = scale(2)
    other = Scale(id="t", title="T", source=SOURCE, items=(Item(id="x", text="x"),))
    questionnaire = asked(one, other)
    assert score(questionnaire, one, {"i0": 2, "i1": 3, "x": 5}) == Fraction(5, 2)


@pytest.mark.parametrize("answers", [{"i0": 0}, {"i0": 6}, {"nothing": 3}])
def test_answers_that_are_not_allowed_are_refused_without_repeating_them(answers):
    with pytest.raises(QuestionnaireError) as caught:
        check_answers(asked(), answers)
    assert caught.value.field == "answers"
    assert "nothing" not in caught.value.sentence


# --- which response counts ------------------------------------------------------------------------


def test_the_first_response_before_and_the_last_after_count():
    days = [NOON.replace(day=day) for day in (3, 1, 2)]
    responses = [
        response(wave=wave, at=day, answers={"i0": day.day}) for wave in Wave for day in days
    ]
    responses.append(response(questionnaire="other", at=NOON.replace(year=2020)))
    responses.append(response(member="bo", wave="after"))
    first = current(asked(), responses, Wave.BEFORE)
    last = current(asked(), responses, Wave.AFTER)
    assert {name: one.at.day for name, one in first.items()} == {"ada": 1}
    assert {name: one.at.day for name, one in last.items()} == {"ada": 3, "bo": 23}


def test_a_response_shows_no_answer_when_it_is_printed():
    assert "i0" not in repr(response())


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("answers", {"i0": True}, QuestionnaireError),
        ("answers", {"i0": 2.5}, QuestionnaireError),
        ("answers", {"i0": -1}, QuestionnaireError),
        ("wave", "during", QuestionnaireError),
        ("at", datetime(2026, 1, 1), MomentError),  # noqa: DTZ001 a moment without zone is meant
        ("member", "", MentoringError),
    ],
)
def test_impossible_responses_are_refused(field, value, error):
    with pytest.raises(error) as caught:
        response(**{field: value})
    assert caught.value.field == field


# --- what a questionnaire may be ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: scale(0), "items"),
        (lambda: scale(51), "items"),
        (lambda: scale(3, fewest=4), "fewest"),
        (lambda: scale(3, fewest=0), "fewest"),
        (lambda: asked(labels=1), "labels"),
        (lambda: asked(low=-1), "low"),
        (lambda: asked(low=96), "low"),
        (lambda: asked(scale(), scale()), "scales"),
        (lambda: asked(scale(), scale(id="t")), "scales"),
        (lambda: Item(id="a", text=" "), "text"),
        (lambda: Source(citation=""), "citation"),
    ],
)
def test_impossible_questionnaires_are_refused(make, field):
    with pytest.raises(MentoringError) as caught:
        make()
    assert caught.value.field == field


def test_the_built_in_one_names_its_sources_and_turns_one_item_of_each_scale():
    questionnaire = built_in_questionnaire()
    assert (questionnaire.low, questionnaire.high) == (1, 5)
    for one in questionnaire.scales:
        assert one.source.url.startswith("https://doi.org/")
        assert "our own" in one.source.note
        assert sum(item.is_reversed for item in one.items) == 1
        assert 3 <= len(one.items) <= 4


# --- as plain data --------------------------------------------------------------------------------

_words = st.text("abcäß ", min_size=1, max_size=8).filter(str.strip)
_ids = st.text("abc", min_size=1, max_size=4)


@st.composite
def questionnaires(draw):
    names = draw(st.lists(_ids, min_size=2, max_size=8, unique=True))
    cut = draw(st.integers(1, len(names) - 1))
    scales = tuple(
        Scale(
            id=f"s{number}",
            title=draw(_words),
            construct=draw(_words),
            source=Source(citation=draw(_words), url=draw(_ids), note=draw(_words)),
            items=tuple(
                Item(id=name, text=draw(_words), is_reversed=draw(st.booleans())) for name in some
            ),
            fewest=draw(st.none() | st.integers(1, len(some))),
        )
        for number, some in enumerate((names[:cut], names[cut:]))
    )
    labels = tuple(draw(st.lists(_words, min_size=2, max_size=7)))
    return Questionnaire(
        id="q", title=draw(_words), labels=labels, low=draw(st.integers(0, 3)), scales=scales
    )


@given(questionnaires())
def test_a_questionnaire_comes_back_equal(questionnaire):
    data = json.loads(json.dumps(QuestionnaireSchema().dump(questionnaire)))
    assert QuestionnaireSchema().load(data) == questionnaire


@given(
    st.dictionaries(_ids, st.integers(0, 100), max_size=5),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()),  # noqa: DTZ001 hypothesis adds the zones
    st.sampled_from(Wave),
)
def test_a_response_comes_back_equal(answers, at, wave):
    one = response(answers=answers, at=at, wave=wave)
    data = json.loads(json.dumps(ResponseSchema().dump(one)))
    assert ResponseSchema().load(data) == one


def test_an_unknown_key_is_refused():
    data = ResponseSchema().dump(response()) | {"mood": 3}
    with pytest.raises(ValidationError, match="expected a key that is known here"):
        ResponseSchema().load(data)


# --- files ----------------------------------------------------------------------------------------

FILE = """
id = "own"
title = "My own"
labels = ["no", "yes"]
low = 0
[[scales]]
id = "luck"
title = "Luck"
source = {citation = "me"}
items = [{id = "a", text = "I am lucky."}, {id = "b", text = "I am not.", is_reversed = true}]
"""


def test_one_s_own_questionnaire_loads(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(FILE, encoding="utf-8")
    own = read_questionnaire(file)
    assert (own.id, own.high, own.scales[0].needed) == ("own", 1, 2)
    assert score(own, own.scales[0], {"a": 1, "b": 0}) == 1


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"luck"', '""', 'key "scales[1].id": expected an id, found ""'),
        ("true", '"yes"', 'key "scales[1].items[2].is_reversed": expected true or false'),
        ('text = "I am lucky."', "txt = 1", 'key "scales[1].items[1].txt": expected a key that is'),
        ("low = 0", 'low = "1"', 'key "low": expected a whole number, found "1"'),
        ('["no", "yes"]', '["no"]', 'key "labels": expected the words for two answers or more'),
        ("[[scales]]", "[scales]", 'key "scales": expected scales, each with its id'),
        ("low = 0", "low = ", "expected TOML, found"),
        ('id = "b"', 'id = "a"', 'key "scales": expected an id of its own for each of them'),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, old, new, problem):
    file = tmp_path / "own.toml"
    file.write_text(FILE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(QuestionnaireFileError) as caught:
        read_questionnaire(file)
    assert f"own.toml: {problem}" in caught.value.sentence


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(QuestionnaireFileError, match=r"none\.toml: expected"):
        read_questionnaire(tmp_path / "none.toml")
