"""Farewells on the command line: a kind end, thanks for one reader, and what stays."""

from __future__ import annotations

import pytest

TO_BO = "You let me finish"
ALONG = "Ask sooner"


@pytest.fixture
def said(met):
    """What Ada says at the end of her time with Bo, and a goal that both have."""
    met("goals", "set", "Ship [b]it[/b]", "--for-group", "--as", "ada")
    met("farewell", "write", "--as", "ada", "--thank", "Bo Ek", TO_BO, "--takes-along", ALONG)
    return met


def test_each_reads_what_is_for_them(said, data):
    (own,) = data("farewell", "--as", "ada")["farewells"]
    assert (own["thanks"], own["takes_along"]) == ([{"to": "bo", "words": TO_BO}], ALONG)
    (seen,) = data("farewell", "--as", "bo")["farewells"]
    assert (seen["member"], seen["thanks"], seen["takes_along"]) == ("ada", own["thanks"], "")
    assert ALONG in said("farewell", "--as", "ada").stdout
    shown = said("farewell", "--as", "bo").stdout
    assert TO_BO in shown
    assert ALONG not in shown


def test_nobody_else_reads_anything(said, peerloom):
    for words in ((), ("--as", "cy", "--group", "group-1"), ("--group", "group-1")):
        result = peerloom("farewell", *words)
        assert result.exit_code == 1
        assert TO_BO not in result.output
    assert peerloom("farewell", "--as", "cy").exit_code == 0
    assert TO_BO not in peerloom("farewell", "--as", "cy").output


def test_the_steps_fill_the_minutes_and_what_stays_is_told(said, data):
    told = data("farewell", "--as", "bo", "--minutes", 11)
    assert sum(step["minutes"] for step in told["ritual"]["steps"]) == 11
    assert told["luggage"]["offered"] == ["goal-1"]
    assert "goal-1: Ship [b]it[/b]" in said("farewell", "--as", "bo").stdout


def test_a_goal_of_the_group_becomes_ones_own(said, data, peerloom):
    assert data("farewell", "carry-on", "goal-1", "--as", "bo")["goal"] == "goal-2"
    assert data("farewell", "--as", "bo")["luggage"]["goals"] == ["goal-2"]
    assert data("farewell", "--as", "ada")["luggage"]["goals"] == []
    hidden = peerloom("farewell", "carry-on", "goal-1", "--as", "cy")
    missing = peerloom("farewell", "carry-on", "goal-9", "--as", "cy")
    assert hidden.exit_code == missing.exit_code == 1
    assert hidden.stderr == missing.stderr


def test_saying_it_again_replaces_it(said, data):
    said("farewell", "write", "--as", "ada", "--takes-along", "Rest")
    (own,) = data("farewell", "--as", "ada")["farewells"]
    assert (own["thanks"], own["takes_along"]) == ([], "Rest")


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ((), 2, "Say something"),
        (("--thank", "cy", "x"), 1, "others of the group"),
        (("--thank", "ada", "x"), 1, "others of the group"),
        (("--thank", "bo", "x", "--thank", "Bo Ek", "y"), 1, "in one --thank"),
        (("--thank", "nobody", "x"), 1, "Nobody in this programme"),
    ],
)
def test_what_cannot_be(said, peerloom, data, words, code, hint):
    result = peerloom("farewell", "write", "--as", "ada", *words)
    assert result.exit_code == code
    assert hint in result.stderr
    assert data("farewell", "--as", "ada")["farewells"][0]["takes_along"] == ALONG
