"""Nudges and health on the command line."""

from __future__ import annotations

import json
import os
import stat
import sys

import pytest

LATER = ("--at", "2027-01-10T12:00")


def test_a_nudge_is_shown_to_its_receiver_only(met, data):
    assert data("nudges", *LATER)["due"] == 4
    assert data("nudges", "--as", "ada", *LATER)["nudge"]["rule"] == "no_session"
    assert "have not met yet" in met("nudges", "--as", "ada", *LATER).stdout
    assert "have not met yet" not in met("nudges", *LATER).stdout
    assert "no nudge for you" in met("nudges", "--as", "ada").stdout


def test_what_is_due_is_sent_once(met, data, tmp_path):
    assert data("nudges", "send", "--out", "nudges.json", *LATER)["sent"] == 4
    messages = json.loads((tmp_path / "nudges.json").read_text())["messages"]
    assert {one["member"] for one in messages} == {"ada", "bo", "cy", "di"}
    assert all(one["text"] and one["id"] for one in messages)
    assert data("nudges", "send", "--out", "nudges.json", *LATER)["sent"] == 0
    assert json.loads((tmp_path / "nudges.json").read_text()) == {"messages": []}
    assert data("nudges", *LATER)["due"] == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_only_who_runs_it_reads_the_file(met, tmp_path):
    before = os.umask(0)
    try:
        met("nudges", "send", "--out", "nudges.txt", "--format", "text", *LATER)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "nudges.txt").stat().st_mode) == 0o600
    assert "To: Ada Lovelace <>" in (tmp_path / "nudges.txt").read_text()


def test_what_cannot_be_written_was_not_sent(met, peerloom, data, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    for out in ("no/such/folder.json", "programme.json"):
        assert peerloom("nudges", "send", "--out", out, *LATER).exit_code in (1, 2)
    assert (tmp_path / "programme.json").read_bytes() == before
    assert data("nudges", *LATER)["due"] == 4


def test_nobody_is_woken(met, data, tmp_path):
    night = ("--at", "2027-01-10T23:30")
    assert data("nudges", *night)["due"] == 0
    assert data("nudges", "--as", "ada", *night)["nudge"]["send_at"].startswith("2027-01-11T07")
    assert data("nudges", "send", "--out", "nudges.json", *night)["sent"] == 0


def test_a_run_at_night_says_when_to_run_it_again(met, data, tmp_path):
    night = ("--at", "2027-01-10T23:30")
    shown = data("nudges", *night)
    assert (shown["due"], shown["waiting"]) == (0, 4)
    assert shown["next_at"] == "2027-01-11T07:00:00+00:00"
    told = met("nudges", "send", "--out", "n.json", *night).stdout
    assert "4 more wait for the end of quiet hours." in " ".join(told.split())
    assert "Mon 2027-01-11 08:00" in " ".join(told.split())
    by_day = data("nudges", "--at", shown["next_at"])
    assert (by_day["due"], by_day["waiting"], by_day["next_at"]) == (4, 0, None)


def test_wishes_hold(met, data):
    met("nudges", "prefer", "--as", "ada", "--off")
    assert data("nudges", *LATER)["due"] == 3
    met("nudges", "prefer", "--as", "ada", "--on", "--mute", "no_session")
    met("nudges", "prefer", "--as", "bo", "--quiet", "10:00-15:00")
    met("nudges", "prefer", "--as", "cy", "--pause-until", "2027-02-01T00:00")
    assert data("nudges", *LATER)["due"] == 1
    met("nudges", "prefer", "--as", "ada", "--unmute", "no_session")
    told = data("nudges", "--as", "bo", *LATER)["preferences"]
    assert told["quiet"] == {"start": "10:00", "end": "15:00"}
    assert data("nudges", *LATER)["due"] == 2
    assert "Quiet from 10:00 to 15:00." in met("nudges", "--as", "bo").stdout


def test_effects_hide_small_numbers(met, data):
    assert "nothing to measure" in met("nudges", "effects").stdout
    met("nudges", "send", "--out", "nudges.json", *LATER)
    (one,) = data("nudges", "effects", "--at", "2027-01-20T12:00")["effects"]
    assert (one["rule"], one["acted"]["value"]) == ("no_session", None)
    assert "Too few people" in met("nudges", "effects", "--at", "2027-01-20T12:00").stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("send",), 2),
        (("prefer", "--off"), 1),
        (("prefer", "--as", "ada", "--quiet", "at night"), 2),
        (("prefer", "--as", "ada", "--quiet", "21:00:30-08:00"), 1),
        (("prefer", "--as", "ada", "--mute", "all"), 2),
    ],
)
def test_a_nudge_that_cannot_be(met, peerloom, arguments, code):
    assert peerloom("nudges", *arguments).exit_code == code


# --- health ---------------------------------------------------------------------------------------


def test_a_group_sees_what_is_found_before_staff_do(met, data):
    soon = ("--at", "2027-01-05T15:00")
    (own,) = data("health", "--as", "ada", *soon)["groups"]
    assert own["members"] == ["ada", "bo"]
    assert "no_session" in {one["rule"] for one in own["findings"]}
    found = [one for group in data("health", *soon)["groups"] for one in group["findings"]]
    assert "no_session" not in {one["rule"] for one in found}
    late = data("health", *LATER)
    assert all(one["findings"] for one in late["groups"])
    assert set(late) == {"groups", "switches", "moods"}
    assert set(data("health", "--as", "ada", *LATER)) == {"groups"}
    shown = " ".join(met("health", *LATER).stdout.split())
    assert "→ Ask the whole group" in shown


def test_health_before_there_are_groups(school, data):
    assert "no groups to look at" in school("health").stdout
    assert data("health", "--as", "ada")["error"]["code"] == "group_missing"


def test_health_of_one_group(met, data):
    (one,) = data("health", "--group", "group-2")["groups"]
    assert one["group"] == "group-2"
    assert data("health", "--group", "group-2", "--as", "ada")["error"]["code"] == "record_unknown"
    assert data("health", "--group", "group-9")["error"]["code"] == "record_unknown"
