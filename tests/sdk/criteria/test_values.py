"""Sections, columns and the mix: the same or different, and never known means nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerloom import (
    COMPLEMENTARY,
    SIMILAR,
    ColumnCriterion,
    Member,
    Policy,
    PolicyError,
    pair,
    score_matrix,
)
from peerloom.criteria import alone_codes
from peerloom.criteria.bits import equality
from peerloom.criteria.values import number_of


@given(st.lists(st.integers(-1, 40), max_size=12))
def test_equality_knows_same_from_different_from_unknown(codes):
    term = equality(np.array(codes, dtype=np.int64), same=24, other=12)
    assert term.bits.shape == (len(codes), 1)
    rows = term.block(0, len(codes))
    for one, code in enumerate(codes):
        for two, other in enumerate(codes):
            known = code >= 0 and other >= 0
            assert rows[one, two] == (24 if code == other else 12) * known


def test_a_hundred_thousand_values_fit_into_a_word():
    term = equality(np.arange(-1, 99_999), same=12, other=0)
    assert term.bits.shape == (100_000, 1)
    assert len(np.unique(term.bits)) == 100_000


def sections(comparison):
    names = ("A", "a ", "B", "", " ")
    members = [Member(id=str(place), section=name) for place, name in enumerate(names)]
    policy = Policy(name="s", weights={"section": 1}, compare={"section": comparison})
    return score_matrix(members, policy)[0].tolist()


def test_sections():
    assert sections(SIMILAR) == [0, 12_000, 0, 0, 0]
    assert sections(COMPLEMENTARY) == [0, 0, 12_000, 0, 0]


def test_the_section_is_a_column_too():
    members = [Member(id=str(place), section=name) for place, name in enumerate("AAB")]
    policy = Policy(name="s", weights={}, columns=(ColumnCriterion("Section", 1),))
    assert score_matrix(members, policy)[0].tolist() == [0, 12_000, 0]


def cities(comparison):
    told = ({"City": "Oslo"}, {"City": " oslo"}, {"City": "Graz"}, {"City": ""}, {}, {"city": "x"})
    members = [Member(id=str(place), columns=columns) for place, columns in enumerate(told)]
    criterion = ColumnCriterion("City", 1, comparison)
    return score_matrix(members, Policy(name="c", weights={}, columns=(criterion,)))[0].tolist()


def test_columns_of_words_by_a_name_in_any_case():
    assert cities(SIMILAR) == [0, 12_000, 0, 0, 0, 0]
    assert cities(COMPLEMENTARY) == [0, 0, 12_000, 0, 0, 12_000]


def test_a_column_that_nobody_has_adds_nothing_and_pairing_says_so():
    policy = Policy(name="c", weights={"level": 1}, columns=(ColumnCriterion("city", 1),))
    members = [Member(id="a", level=1), Member(id="b", level=1)]
    assert score_matrix(members, policy)[0, 1] == 6000
    # A misspelt column would silently count nothing.
    with pytest.raises(PolicyError, match='"columns" that no member has: "city"'):
        pair(members, policy=policy)
    assert pair([], policy=policy).groups == ()
    told = [Member(id="a", level=1), Member(id="b", level=1, columns={"City ": ""})]
    assert pair(told, policy=policy).score == 6000


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [
        ("3", 300), (" 3.5 ", 350), ("3,05", 305), ("-0.5", -50), ("+12", 1200), ("007", 700),
        ("", None), ("3 years", None), ("1.234", None), ("1e3", None), (".5", None), ("٣", None),
        ("1" * 10, None), ("-", None), ("3.", None), ("1,000.5", None),
    ],
)  # fmt: skip
def test_what_is_a_number(text, hundredths):
    assert number_of(text) == hundredths


def test_mix_wants_different_answers_and_takes_nothing_from_the_silent():
    told = ({"field": "arts"}, {"Field": "Arts"}, {"field": "law"}, {"field": " "}, {})
    members = [Member(id=str(place), protected=own) for place, own in enumerate(told)]
    policy = Policy(name="m", weights={}, mix={"field": 1})
    assert score_matrix(members, policy)[0].tolist() == [0, 0, 12_000, 0, 0]


def test_codes_for_nobody_alone():
    told = ({"field": "arts"}, {"field": "ARTS "}, {}, {"field": "law", "origin": "x"})
    members = [Member(id=str(place), protected=own) for place, own in enumerate(told)]
    policy = Policy(name="n", weights={"level": 1}, nobody_alone=("field", "origin"))
    assert [codes.tolist() for codes in alone_codes(members, policy)] == [
        [0, 0, -1, 1], [-1, -1, -1, 0]
    ]  # fmt: skip
    assert alone_codes(members, Policy(name="n", weights={"level": 1})) == ()


def test_the_score_of_a_group_does_not_tell_protected_answers():
    """Whoever knows everything else about a pair could else work out the part of the mix."""
    policy = Policy(name="m", weights={"level": 1}, mix={"field": 1})
    found = []
    for answer in ("arts", "law", ""):
        told = Member(id="b", level=3, protected={"field": answer})
        pairing = pair([Member(id="a", level=3, protected={"field": "arts"}), told], policy=policy)
        (group,) = pairing.groups
        assert sum(reason.points for reason in pairing.explain(group)) == group.score == 6000
        found.append(pairing.score)
        assert "arts" not in pairing.to_json() + pairing.to_csv() + pairing.to_markdown()
    # The total counts it: it is what was made as large as possible.
    assert found == [6000, 12_000, 6000]
