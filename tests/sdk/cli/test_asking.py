"""Asks are private: only the asker and the asked see one, and nobody sees a no."""

from __future__ import annotations

import pytest

DAY = ("--at", "2026-11-23T10:00")


def test_two_who_ask_each_other_are_put_together(school, data):
    said = school("ask", "di", "--as", "ada", "--message", "I like your talks", *DAY)
    assert "It counts for three days." in " ".join(said.stdout.split())
    assert data("ask", "--as", "di", *DAY)["to"][0]["message"] == "I like your talks"
    assert data("ask", "--as", "ada", *DAY)["of"][0]["is_waiting"]
    assert "asked each other" in " ".join(school("ask", "ada", "--as", "di", *DAY).stdout.split())
    drawn = data("pair", *DAY)
    assert ["ada", "di"] in [group["members"] for group in drawn["groups"]]


def test_a_no_looks_like_silence_to_the_asker(school, data):
    school("ask", "di", "--as", "ada", *DAY)
    before = data("ask", "--as", "ada", *DAY)
    assert "Nobody learns of it." in school("ask", "ada", "--as", "di", "--decline", *DAY).stdout
    assert data("ask", "--as", "ada", *DAY) == before
    assert data("ask", "--as", "di", *DAY)["to"] == []


def test_taking_a_change_back_tells_nobody_that_there_was_an_ask(school, data):
    school("ask", "di", "--as", "ada", *DAY)
    undone = data("undo")
    assert undone["records"] == {}
    assert "ask" not in undone["sentences"][0]
    assert data("ask", "--as", "ada", *DAY)["of"] == []


def test_an_ask_is_taken_back(school, data):
    school("ask", "di", "--as", "ada", *DAY)
    school("ask", "di", "--as", "ada", "--withdraw", *DAY)
    assert data("ask", "--as", "di", *DAY)["to"] == []


def test_the_list_for_people(school):
    school("ask", "di", "--as", "ada", "--message", "[b]please[/b]", *DAY)
    shown = school("ask", "--as", "di", *DAY).stdout
    assert "[b]please[/b]" in shown
    assert "waits" in shown
    later = school("ask", "--as", "ada", "--at", "2026-11-27").stdout
    assert "silence" in later
    assert "nobody" in later


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["bo"], 2, "say with --as who acts"),
        ([], 2, "say with --as who acts"),
        (["--as", "ada", "--decline"], 2, "Say whom"),
        (["bo", "--as", "ada", "--decline", "--withdraw"], 2, "Choose one of"),
        (["ada", "--as", "ada"], 1, "Ask somebody else"),
        (["bo", "--as", "ada", "--decline"], 1, "no ask of this person"),
        (["bo", "--as", "ada", "--withdraw"], 1, "no such ask"),
        (["nobody", "--as", "ada"], 1, "Nobody in this programme"),
    ],
)
def test_what_cannot_be_asked(school, peerloom, arguments, code, said):
    result = peerloom("ask", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
