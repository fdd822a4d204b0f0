"""Agendas, activities and calendars on the command line."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from peerloom.programmes.feeds import calendar_of
from peerloom.programmes.files import load_programme

OWN = """
id = "whiteboard"
title = "Our [b]whiteboard[/b]"
summary = "Draw it before you type it."

[[steps]]
title = "Draw"
text = "One of you draws how it works and explains."
minutes = 20
least = 8
"""


def test_the_agenda_of_the_next_session_fills_its_minutes(met, data):
    met("goals", "set", "Write tests for [b]logins[/b]", "--as", "bo", "--due", "2026-11-27")
    met("session", "propose", "2026-11-26T18:00", "--as", "ada", "--minutes", 50)
    plan = data("agenda", "--as", "bo")
    assert plan["session"] == "session-1"
    assert sum(item["minutes"] for item in plan["items"]) == plan["minutes"] == 50
    assert any(item["goal"] == "goal-1" for item in plan["items"])
    shown = met("agenda", "--as", "ada").stdout
    assert "The 50 minutes of session-1" in shown
    assert "[b]logins[/b]" in shown


def test_an_agenda_with_what_is_suggested(met, data):
    found = data("activities", "suggest", "--as", "ada")
    assert found["activity"] == "first_meeting"
    assert found["schedule"]["minutes"] == found["minutes"]
    items = data("agenda", "--as", "ada", "--suggest")["items"]
    assert [one["activity"] for one in items if one["activity"]] == ["first_meeting"]
    assert "It is your first session together." in met("activities", "suggest", "--as", "bo").stdout


def test_an_agenda_is_for_the_group_only(met, data):
    met("session", "propose", "2026-11-26T18:00", "--as", "ada")
    assert data("agenda")["error"]["code"] == "member_missing"
    assert data("agenda", "--group", "group-1")["error"]["code"] == "member_missing"
    hidden = data("agenda", "--as", "cy", "--session", "session-1")
    assert hidden["error"]["code"] == "record_unknown"
    assert data("activities", "suggest")["error"]["code"] == "member_missing"


def test_all_activities_and_one_script(met, data):
    listed = {one["id"]: one for one in data("activities")["activities"]}
    assert {"walk_a_mile", "teach_off", "listening"} <= listed.keys()
    assert "Teach-Off" in met("activities").stdout
    one = data("activities", "show", "teach_off", "--minutes", 45, "--people", 3)
    assert sum(step["minutes"] for step in one["schedule"]["steps"]) == 45
    assert len(one["schedule"]["members"]) == 3
    assert "45 minutes" in met("activities", "show", "teach_off", "--minutes", 45).stdout


def test_one_s_own_activities_come_and_go(met, data, peerloom, tmp_path):
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "board.toml").write_text(OWN, encoding="utf-8")
    assert data("activities", "add", "ours")["added"] == ["whiteboard"]
    assert "Our [b]whiteboard[/b] (own)" in met("activities").stdout
    met("session", "propose", "2026-11-26T18:00", "--as", "ada", "--activity", "whiteboard")
    met("activities", "remove", "whiteboard")
    assert peerloom("activities", "show", "whiteboard").exit_code == 1
    assert data("activities", "add", "ours/board.toml")["added"] == ["whiteboard"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("add", "nowhere.toml"), "nowhere.toml"),
        (("add", "members.csv"), "expected TOML"),
        (("show", "juggling"), "no such activity"),
        (("show", "teach_off", "--minutes", "3"), "minutes"),
        (("remove", "teach_off"), "no such activity"),
    ],
)
def test_an_activity_that_cannot_be(met, peerloom, arguments, expected):
    result = peerloom("activities", *arguments)
    assert result.exit_code == 1, result.output
    assert expected in result.stderr


# --- calendars ------------------------------------------------------------------------------------


@pytest.fixture
def meeting(met):
    """A session of Ada and Bo with a topic, and one in which they only listen."""
    met("session", "propose", "2026-11-26T18:00", "--as", "ada", "--topic", "salary")
    met("session", "propose", "2026-11-27T18:00", "--as", "bo", "--listening")
    return met


def test_a_calendar_holds_all_sessions_and_nothing_private(meeting, tmp_path, data):
    told = data("calendar", "--as", "ada", "--out", "ada.ics")
    assert told == {"sessions": 2, "path": "ada.ics"}
    raw = (tmp_path / "ada.ics").read_bytes()
    assert not any(word in raw for word in (b"salary", b"istening"))
    first, second = sorted(
        Calendar.from_ical(raw).walk("VEVENT"), key=lambda one: one["DTSTART"].dt
    )
    assert first["DTSTART"].dt.isoformat() == "2026-11-26T17:00:00+00:00"
    assert first["SUMMARY"] == second["SUMMARY"] == "Session with Bo Ek (proposed)"
    assert set(first) == set(second)
    programme = load_programme(tmp_path / "programme.json")
    assert raw == calendar_of(programme, "ada")


def test_a_session_keeps_its_uid_when_it_moves(meeting, tmp_path):
    def event():
        meeting("calendar", "--as", "bo", "--session", "session-1", "--out", "one.ics")
        (one,) = Calendar.from_ical((tmp_path / "one.ics").read_bytes()).walk("VEVENT")
        return one

    before = event()
    meeting("session", "move", "session-1", "2026-11-28T18:00", "--as", "bo")
    meeting("settings", "--name", "Another name")
    after = event()
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]


def test_the_same_file_twice_is_the_same_to_the_byte(meeting, peerloom):
    outputs = [peerloom("calendar", "--as", "ada").stdout_bytes for _ in range(2)]
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\r\n") == outputs[0].count(b"\n")


def test_a_calendar_that_cannot_be(meeting, peerloom, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    assert peerloom("calendar").exit_code == 1
    assert peerloom("calendar", "--as", "cy", "--session", "session-1").exit_code == 1
    assert peerloom("calendar", "--as", "ada", "--out", "programme.json").exit_code == 2
    assert peerloom("calendar", "--as", "ada", "--out", "no/such/folder.ics").exit_code == 1
    assert (tmp_path / "programme.json").read_bytes() == before
