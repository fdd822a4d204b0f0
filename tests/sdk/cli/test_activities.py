"""Scripts on the command line: whole enough to be followed, and for those who are there."""

from __future__ import annotations

import pytest

WIDE = {"env": {"COLUMNS": "160"}}


def test_a_script_is_told_with_its_words_once_and_with_every_turn(met, peerloom):
    told = peerloom("activities", "show", "mock_interview", "--people", 3, **WIDE).stdout
    assert told.count("Play it for real") == 1
    assert told.count("Let five seconds pass after each answer.") == 1
    for place in (1, 2, 3):
        assert told.count(f"Person {place} speaks") == 2
    assert (
        told.index("Whose turn it is:") < told.index("The next one:") < told.index("Anybody else:")
    )
    pair = peerloom("activities", "show", "show_me_how", **WIDE).stdout
    assert "Person 1:" in pair
    assert "The other one:" in pair
    trio = peerloom("activities", "show", "show_me_how", "--people", 3, **WIDE).stdout
    assert "The others:" in trio


def test_a_size_that_does_not_fit_is_told_and_never_changed(met, peerloom, data):
    refused = peerloom("activities", "show", "walk_a_mile", "--people", 5)
    assert refused.exit_code == 1
    assert "is for groups of 2, 3, 4, not 5" in refused.output
    assert len(data("activities", "show", "walk_a_mile")["schedule"]["members"]) == 2


@pytest.mark.parametrize("minutes", [30, 45])
def test_a_suggestion_is_for_those_who_are_still_there(school, data, minutes):
    school("leave", "di", "--at", "2026-11-23T09:00")
    school("pair", "--at", "2026-11-23T09:00")
    school("publish", "--at", "2026-11-23T09:00")
    before = data("activities", "suggest", "--as", "ada", "--minutes", minutes)
    assert before["schedule"]["members"] == ["ada", "bo", "cy"]
    school("leave", "cy", "--at", "2026-11-24T09:00")
    after = data("activities", "suggest", "--as", "ada", "--minutes", minutes)
    assert sorted(after["schedule"]["members"]) == ["ada", "bo"]
    assert after["reasons"][-1]["values"] == {"people": 2, "minutes": minutes}
    school("leave", "bo", "--at", "2026-11-24T10:00")
    assert data("activities", "suggest", "--as", "ada")["error"]["code"] == "group_invalid"


def test_each_begins_in_turn(met, data):
    firsts = []
    for day in (23, 24, 25):
        suggested = data("activities", "suggest", "--as", "ada", "--at", f"2026-11-{day}T20:00")
        firsts.append(suggested["schedule"]["members"][0])
        start = f"2026-11-{day}T18:00"
        at = ("--at", f"2026-11-{day}T19:30")
        met("session", "record", start, "--minutes", 60, "--as", "ada", *at)
        met("session", "held", f"session-{day - 22}", "--as", "bo", *at)
    assert firsts == ["ada", "bo", "ada"]
