"""Goals on the command line: set, followed, closed, and read only by those who may."""

from __future__ import annotations

import pytest


@pytest.fixture
def goal(met):
    """Ada's goal to send twelve applications."""
    met(
        *("goals", "set", "Send [b]twelve[/b] applications", "--as", "ada", "--to", "12"),
        *("--unit", "applications", "--due", "2026-12-18", "--family", "career"),
    )
    return met


def test_a_goal_goes_on_until_it_is_met(goal, data):
    shown = goal("goals", "--as", "ada").stdout
    assert "Send [b]twelve[/b] applications" in shown  # words are never markup
    assert "0 of 12 applications" in shown
    goal("goals", "progress", "goal-1", "3.5", "--as", "ada", "--note", "Two answers")
    (one,) = data("goals", "--as", "ada")["goals"]
    assert one["progress"][0]["value"] == "3.5"
    assert one["pace"]["state"] == "on_track"
    told = goal("goals", "meet", "goal-1", "--as", "Ada Lovelace", "--why", "An offer!").stdout
    assert "To undo it: peerloom undo" in told
    assert data("goals", "--as", "ada")["goals"] == []
    (one,) = data("goals", "--as", "ada", "--all")["goals"]
    assert one["state"] == "met"
    assert one["history"][-1]["why"] == "An offer!"
    goal("goals", "take-up", "goal-1", "--as", "ada")
    goal("goals", "let-go", "goal-1", "--as", "ada")
    assert data("goals", "show", "goal-1", "--as", "ada")["goals"][0]["state"] == "let_go"


def test_staff_see_no_words_until_they_are_shared(goal, data):
    (seen,) = data("goals")["goals"]
    assert seen["statement"] is None
    assert (seen["member"], seen["due"], seen["pace"]) == ("ada", "2026-12-18", "on_track")
    assert "applications" not in goal("goals").stdout
    goal("goals", "share", "goal-1", "--as", "ada")
    assert data("goals")["goals"][0]["statement"] == "Send [b]twelve[/b] applications"
    goal("goals", "share", "goal-1", "--as", "ada", "--not")
    assert data("goals")["goals"][0]["statement"] is None


def test_the_partner_reads_and_counts_and_nobody_else_does(goal, peerloom, data):
    assert data("goals", "--as", "bo")["goals"][0]["id"] == "goal-1"
    goal("goals", "progress", "goal-1", "4", "--as", "bo")
    assert data("goals", "meet", "goal-1", "--as", "bo")["error"]["code"] == "goal_not_own"
    # To somebody else it looks as if there were no such goal.
    assert data("goals", "--as", "cy")["goals"] == []
    hidden = peerloom("goals", "show", "goal-1", "--as", "cy")
    missing = peerloom("goals", "show", "goal-9", "--as", "cy")
    assert hidden.exit_code == missing.exit_code == 1
    assert hidden.stderr == missing.stderr


def test_a_goal_of_the_group_with_milestones(met, data):
    met(
        *("goals", "set", "Build a page together", "--as", "cy", "--for-group"),
        *("--milestone", "Draw it", "--milestone", "Write it"),
    )
    met("goals", "milestone", "goal-1", "2", "--as", "di")
    shown = met("goals", "--as", "di").stdout
    assert "Milestone 1 (open): Draw it" in shown
    assert "Milestone 2 (done): Write it" in shown
    met("goals", "milestone", "goal-1", "2", "--as", "cy", "--undone")
    (one,) = data("goals", "--as", "cy")["goals"]
    assert [step.get("done_at") for step in one["milestones"]] == [None, None]
    assert data("goals", "--as", "ada")["goals"] == []


def test_milestones_of_a_group_are_taken_as_the_check_asks(met, data, peerloom):
    met(
        *("goals", "set", "Build a page together", "--as", "cy", "--for-group"),
        *("--milestone", "Draw it", "--milestone", "Write it"),
    )
    assert "Put a name to each of them" in met("goals", "--as", "di").stdout
    for number, who in ((1, "cy"), (2, "di")):
        met("goals", "milestone", "goal-1", number, "--who", who, "--as", "di")
    shown = met("goals", "--as", "cy").stdout
    assert "Put a name" not in shown
    (one,) = data("goals", "--as", "cy")["goals"]
    assert [step["member"] for step in one["milestones"]] == ["cy", "di"]
    assert all(step["done_at"] is None for step in one["milestones"])
    assert "Milestone 1 (open, cy): Draw it" in shown
    stranger = peerloom("goals", "milestone", "goal-1", "1", "--who", "ada", "--as", "di")
    assert (stranger.exit_code, "not in the group" in stranger.stderr) == (1, True)
    both = ("goals", "milestone", "goal-1", "1", "--who", "cy", "--undone", "--as", "di")
    assert peerloom(*both).exit_code == 2


def test_a_revision_changes_what_is_named_and_keeps_the_rest(goal, data):
    goal("goals", "revise", "goal-1", "--as", "ada", "--to", "8", "--why", "Less time")
    (one,) = data("goals", "--as", "ada")["goals"]
    assert one["measure"] == {"start": "0", "target": "8", "unit": "applications"}
    assert one["due"] == "2026-12-18"
    assert one["statement"] == "Send [b]twelve[/b] applications"
    assert one["history"][0]["before"]["measure"]["target"] == "12"


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("set", "Learn"), 1, "--as MEMBER"),
        (("set", "Learn", "--as", "ada", "--unit", "tests"), 2, "--to"),
        (("set", "Learn", "--as", "ada", "--to", "many"), 2, "is no number"),
        (("set", "Learn", "--as", "ada", "--to", "NaN"), 1, "target"),
        (("set", "Learn", "--as", "ada", "--due", "soon"), 2, "soon"),
        (("set", "Learn", "--as", "nobody"), 1, "nobody"),
        (("progress", "goal-1", "3"), 1, "--as MEMBER"),
        (("milestone", "goal-1", "1", "--as", "ada"), 1, "no such milestone"),
        (("set", "Learn", "--as", "ada", "--group", "group-2"), 1, "no such group"),
    ],
)
def test_what_cannot_be_is_said(goal, peerloom, tmp_path, arguments, code, expected):
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("goals", *arguments)
    assert result.exit_code == code, result.output
    assert expected in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_without_goals_it_says_how_to_set_one(met):
    assert "no open goal" in met("goals").stdout
    assert "goals set" in met("goals", "--as", "ada").stdout
