"""Check-ins, switches and resources on the command line: each is read by those who may."""

from __future__ import annotations

import pytest


def test_who_reads_which_answer(met, data):
    written = met(
        *("checkin", "write", "--as", "ada", "--good", "You let [b]me[/b] finish"),
        *("--fit", "unsure", "--mood", 2),
    ).stdout
    assert "read by nobody but you" in " ".join(written.split())
    (own,) = data("checkin", "--as", "ada")["check_ins"]
    assert (own["good"], own["fit"], own["mood"]) == ("You let [b]me[/b] finish", "unsure", 2)
    (partner,) = data("checkin", "--as", "bo")["check_ins"]
    assert (partner["good"], partner["fit"], partner["mood"]) == (own["good"], None, None)
    (staff,) = data("checkin")["check_ins"]
    assert (staff["good"], staff["fit"], staff["mood"]) == ("", "unsure", None)
    assert data("checkin", "--as", "cy")["check_ins"] == []
    assert "You let [b]me[/b] finish" in met("checkin", "--as", "bo").stdout
    assert "finish" not in met("checkin").stdout


def test_words_for_staff_are_not_for_the_partner(met, data):
    met("checkin", "write", "--as", "ada", "--bad", "We start late", "--to", "staff")
    assert data("checkin", "--as", "bo")["check_ins"] == []
    assert data("checkin")["check_ins"][0]["bad"] == "We start late"
    # Also after the group has ended.
    met("pair", "--at", "2026-12-07T09:00")
    met("publish", "--at", "2026-12-07T09:00")
    assert data("checkin")["check_ins"][0]["bad"] == "We start late"


def test_a_falling_mood_is_supported_and_seen_by_nobody_else(met, data):
    met("settings", "--help-link", "Counselling", "https://example.org/help")
    for day, mood in enumerate((5, 4, 3, 2, 1), start=24):
        at = f"2026-11-{day}T12:00"
        met("checkin", "write", "--as", "ada", "--mood", mood, "--at", at)
    later = ("--at", "2026-11-29T12:00")
    assert data("checkin", "--as", "ada", *later)["mood"]["state"] == "low"
    assert "https://example.org/help" in met("checkin", "--as", "ada", *later).stdout
    assert data("checkin", "--as", "bo", *later)["mood"]["state"] == "unknown"
    assert data("checkin", *later) == {"check_ins": []}


def test_the_questions_and_who_reads_the_answers(met, data):
    asked = data("checkin", "questions", "--to", "staff")
    assert [one["code"] for one in asked["questions"]] == ["good", "bad", "idea", "fit", "mood"]
    assert "read by staff" in asked["readers"][0]["text"]
    assert "--mood" in met("checkin", "questions").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--good", "Fine"), 1),
        (("--as", "ada"), 1),
        (("--as", "ada", "--mood", "6"), 2),
        (("--as", "ada", "--fit", "perfect"), 2),
        (("--as", "ada", "--good", "Fine", "--session", "session-9"), 1),
        (("--as", "ada", "--good", "Fine", "--group", "group-9"), 1),
    ],
)
def test_a_check_in_that_cannot_be(met, peerloom, arguments, code):
    assert peerloom("checkin", "write", *arguments).exit_code == code


def test_a_check_in_about_a_session_of_another_group(met, data):
    met("session", "record", "2026-11-23T17:00", "--minutes", 30, "--as", "cy")
    refused = data("checkin", "write", "--as", "ada", "--good", "x", "--session", "session-1")
    assert refused["error"]["code"] == "record_unknown"
    met("checkin", "write", "--as", "di", "--good", "x", "--session", "session-1")


# --- the switch -----------------------------------------------------------------------------------


def test_a_switch_is_wanted_and_nobody_learns_by_whom(met, data):
    met("switch", "ask", "--as", "bo", "--words-for-staff", "no [red]time[/]")
    (wanted,) = data("switch")["wanted"]
    assert wanted["members"] == ["ada", "bo"]
    assert wanted["words"] == ["no [red]time[/]"]
    assert set(wanted) == {"group", "members", "since", "words", "sentence"}
    assert "[red]" in met("switch").stdout
    assert data("switch", "--as", "ada") == {"ask": None}
    assert data("switch", "--as", "bo")["ask"]["state"] == "asked"
    assert "switch is wanted" in " ".join(met("health").stdout.split())


def test_a_switch_that_is_withdrawn_never_was(met, data, peerloom):
    assert peerloom("switch", "withdraw", "--as", "bo").exit_code == 1
    met("switch", "ask", "--as", "bo")
    assert peerloom("switch", "ask", "--as", "bo").exit_code == 1
    met("switch", "withdraw", "--as", "bo")
    assert data("switch") == {"wanted": []}
    assert "Nobody asks" in met("switch").stdout
    assert "withdrawn" in met("switch", "--as", "bo").stdout
    assert data("switch", "ask")["error"]["code"] == "member_missing"


def test_the_next_round_keeps_apart_who_asked(met, data):
    met("switch", "ask", "--as", "bo")
    met("pair", "--at", "2026-12-07T09:00")
    met("publish", "--at", "2026-12-07T09:00")
    groups = [one["members"] for one in data("export", "groups")["groups"]]
    assert ["ada", "bo"] not in groups
    assert data("switch", "--as", "bo", "--group", "group-1")["ask"]["state"] == "done"


# --- resources ------------------------------------------------------------------------------------


def test_resources_of_a_group_and_of_all(met, data):
    link = ("resources", "add", "link", "Learn [b]Git[/b]", "--url", "https://example.org/git")
    met(*link, "--tag", "git")
    met("resources", "add", "note", "Our joins", "--text", "Left.", "--for-group", "--as", "ada")
    assert {one["id"] for one in data("resources", "--as", "bo")["resources"]} == {
        "resource-1",
        "resource-2",
    }
    assert [one["id"] for one in data("resources")["resources"]] == ["resource-1"]
    assert [one["id"] for one in data("resources", "--as", "cy")["resources"]] == ["resource-1"]
    assert "Learn [b]Git[/b]" in met("resources", "find", "GIT", "--kind", "link").stdout
    assert data("resources", "find", "--tag", "sql")["resources"] == []
    met("resources", "thank", "resource-2", "--as", "bo")
    assert data("resources", "--as", "ada")["resources"][0]["thanked_by"] == ["bo"]
    met("resources", "thank", "resource-2", "--as", "bo", "--not")
    assert data("resources", "find", "joins", "--as", "ada")["resources"][0]["thanks"] == 0


def test_a_resource_is_its_author_s_to_change_share_and_remove(met, data, peerloom):
    met("resources", "add", "note", "Joins", "--text", "Left.", "--for-group", "--as", "ada")
    assert peerloom("resources", "edit", "resource-1", "--title", "x", "--as", "bo").exit_code == 1
    met("resources", "edit", "resource-1", "--title", "All joins", "--as", "ada")
    assert peerloom("resources", "remove", "resource-1").exit_code == 1  # staff do not know of it
    met("resources", "share", "resource-1", "--as", "ada")
    assert data("resources")["resources"][0]["title"] == "All joins"
    assert data("resources")["resources"][0]["text"] == "Left."
    met("resources", "remove", "resource-1")
    assert "nothing yet" in met("resources").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "link", "No address"),
        ("add", "link", "Bad", "--url", "javascript:alert(1)"),
        ("add", "note", "For whom?", "--text", "x", "--for-group"),
        ("thank", "resource-9", "--as", "ada"),
    ],
)
def test_a_resource_that_cannot_be(met, peerloom, arguments):
    assert peerloom("resources", *arguments).exit_code == 1
