"""Sessions on the command line: found, proposed, held, described; staff only count."""

from __future__ import annotations

import pytest

THURSDAY = "2026-11-26T18:00"
AFTER = ("--at", "2026-11-26T20:00")


@pytest.fixture
def planned(met):
    """A session of Ada and Bo on Thursday at six in Berlin."""
    met("session", "propose", THURSDAY, "--as", "ada", "--place", "Room [1]", "--topic", "joins")
    met("session", "accept", "session-1", "--as", "bo")
    return met


@pytest.fixture
def held(planned):
    """The same session, and both were there."""
    for member in ("ada", "bo"):
        planned("session", "held", "session-1", "--as", member, "--minutes", 50, *AFTER)
    return planned


def test_times_at_which_all_are_free_can_be_proposed_as_they_are_shown(met, data):
    found = data("session", "times", "--as", "ada")["times"]
    assert len(found) == 3
    shown = met("session", "times", "--as", "ada").stdout
    command = next(line for line in shown.splitlines() if "session propose" in line)
    met(*command.partition("peerloom ")[2].split())
    (one,) = data("session", "--as", "bo")["sessions"]
    assert one["starts_at"] == found[0]["starts_at"]


def test_a_moment_without_zone_is_on_the_clock_of_the_programme(planned, data):
    (one,) = data("session", "--as", "ada")["sessions"]
    assert one["starts_at"] == "2026-11-26T17:00:00+00:00"
    assert one["state"] == "planned"
    shown = planned("session", "show", "session-1", "--as", "bo").stdout
    assert "Thu 2026-11-26 18:00" in shown
    assert "Room [1]" in shown
    assert "joins" in shown


def test_staff_count_and_see_no_session(held, data, peerloom):
    counts = {one["group"]: one for one in data("session", *AFTER)["groups"]}
    (own,) = [one for one in counts.values() if one["members"] == ["ada", "bo"]]
    assert (own["held"], own["proposed"]) == (1, 0)
    assert own["last_held_at"] == "2026-11-26T17:00:00+00:00"
    shown = held("session", *AFTER).stdout
    assert "Room" not in shown
    assert "joins" not in shown
    assert data("session", "show", "session-1")["error"]["code"] == "member_missing"
    assert data("session", "ledger")["error"]["code"] == "member_missing"
    assert data("session", "times", "--group", own["group"])["error"]["code"] == "member_missing"


def test_another_group_sees_nothing(held, data):
    assert data("session", "--as", "cy")["sessions"] == []
    hidden = data("session", "show", "session-1", "--as", "cy")
    missing = data("session", "show", "session-9", "--as", "cy")
    assert hidden == missing
    assert hidden["error"]["code"] == "record_unknown"


def test_what_was_done_goes_into_the_ledger(held, data):
    held(
        *("session", "describe", "session-1", "--as", "ada", "--leftover", "indexes"),
        *("--part", "ada", 40, 10, 0, "--part", "Bo", 10, 40, 0, *AFTER),
    )
    book = data("session", "ledger", "--as", "bo", *AFTER)
    assert book["sessions"] == 1
    taught = {one["member"]: one["taught"] for one in book["accounts"]}
    assert taught == {"ada": 40, "bo": 10}
    held("session", "describe", "session-1", "--as", "ada", "--part", "ada", 30, 20, 0, *AFTER)
    book = data("session", "ledger", "--as", "bo", *AFTER)
    assert {one["member"]: one["taught"] for one in book["accounts"]} == {"ada": 30, "bo": 10}
    assert "Bo Ek" in held("session", "ledger", "--as", "bo", *AFTER).stdout
    assert "indexes" in held("agenda", "--as", "bo", *AFTER).stdout


def test_a_time_that_moves_or_goes(planned, data):
    planned("session", "move", "session-1", "2026-11-27T18:00", "--as", "bo")
    (one,) = data("session", "--as", "ada")["sessions"]
    assert (one["state"], one["starts_at"]) == ("proposed", "2026-11-27T17:00:00+00:00")
    told = planned("session", "decline", "session-1", "--as", "ada").stdout
    assert "nobody sees" in told
    (one,) = data("session", "--as", "bo")["sessions"]
    assert one["state"] == "cancelled"
    assert "ada" not in str(one.get("answers", ""))


def test_silence_is_decided_when_somebody_looks_and_kept_when_somebody_writes(planned, data):
    planned("session", "held", "session-1", "--as", "ada", *AFTER)
    later = ("--at", "2026-12-01T09:00")
    assert data("session", "--as", "bo", *AFTER)["sessions"][0]["state"] == "planned"
    assert data("session", "--as", "bo", *later)["sessions"][0]["is_presumed"]
    planned("goals", "set", "Anything at all", "--as", "cy", *later)
    assert data("session", "--as", "bo", *AFTER)["sessions"][0]["is_presumed"]


def test_a_session_that_was_not_planned_and_one_that_was_missed(met, data):
    met("session", "record", "2026-11-23T17:00", "--minutes", 45, "--as", "cy", "--listening")
    met("session", "missed", "session-1", "--as", "di")
    (one,) = data("session", "--as", "cy")["sessions"]
    assert one["kind"] == "listening"
    assert one["state"] == "planned"  # nobody decides it for them
    assert "did you meet" not in met("session", "--as", "cy").stdout


def test_notes_are_kept_and_shared_only_when_all_want_it(planned, data, peerloom):
    planned("session", "describe", "session-1", "--as", "ada", "--notes", "our notes")
    planned("session", "share-notes", "session-1", "--as", "ada")
    (one,) = data("session", "--as", "ada")["sessions"]
    assert one["notes_shared_by"] == ["ada"]
    planned("session", "propose", "2026-11-27T18:00", "--as", "ada", "--listening")
    refused = peerloom("session", "describe", "session-2", "--as", "ada", "--notes", "secret")
    assert refused.exit_code == 1
    assert "secret" not in refused.stderr
    for member in ("ada", "bo"):
        planned("session", "keep-notes", "session-2", "--as", member)
    planned("session", "describe", "session-2", "--as", "ada", "--notes", "for us")
    planned("session", "keep-notes", "session-2", "--as", "bo", "--not")
    assert not data("session", "show", "session-2", "--as", "ada")["session"].get("notes")


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("propose", THURSDAY), 1, "--as MEMBER"),
        (("propose", "tomorrow", "--as", "ada"), 2, "is no moment"),
        (("propose", "2026-11-20T18:00", "--as", "ada"), 1, "has passed"),
        (("propose", "0001-01-01T00:00+14:00", "--as", "ada"), 2, "outside the years"),
        (("propose", THURSDAY, "--as", "ada", "--activity", "juggling"), 1, "no such activity"),
        (("accept", "session-7", "--as", "ada"), 1, "no such session"),
        (("record", THURSDAY, "--minutes", "45", "--as", "ada"), 1, "not over yet"),
        (("propose", THURSDAY, "--as", "ada", "--group", "group-2"), 1, "no such group"),
    ],
)
def test_what_cannot_be_is_said(met, peerloom, tmp_path, arguments, code, expected):
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("session", *arguments)
    assert result.exit_code == code, result.output
    assert expected in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_somebody_without_a_group_is_told_so(school, data):
    assert data("session", "times", "--as", "ada")["error"]["code"] == "group_missing"
    assert "no groups yet" in school("session").stdout
    assert "no session yet" in school("session", "--as", "ada").stdout


def test_everybody_s_clock_is_shown(planned):
    planned("settings", "--timezone", "Asia/Kathmandu")
    shown = planned("session", "show", "session-1", "--as", "ada").stdout
    assert "Thu 2026-11-26 22:45" in shown
    assert "For Bo Ek (bo) it is Thu 18:00 (Europe/Berlin)." in " ".join(shown.split())


def test_a_proposal_ends_when_its_time_has_come(met, data):
    met("session", "propose", THURSDAY, "--as", "ada")
    assert data("session", "--as", "bo")["sessions"][0].get("state", "proposed") == "proposed"
    assert data("session", "--as", "bo", *AFTER)["sessions"][0]["state"] == "cancelled"


@pytest.mark.parametrize(("minutes", "says"), [(44, True), (45, False)])
def test_in_a_bootcamp_people_read_that_a_session_was_too_short(met, minutes, says):
    met("settings", "--policy", "bootcamp")
    met("session", "record", "2026-11-24T18:00", "--minutes", 60, "--as", "ada", *AFTER)
    shown = met("session", "held", "session-1", "--minutes", minutes, "--as", "bo", *AFTER).stdout
    assert f"{minutes} minutes with" in shown
    assert ("too short to count: 45 minutes do" in shown) is says
    assert ("too short" in met("session", "--as", "bo", *AFTER).stdout) is says


def test_in_a_bootcamp_people_read_before_that_a_session_will_be_too_short(met):
    met("settings", "--policy", "bootcamp")
    told = met("session", "propose", THURSDAY, "--minutes", 30, "--as", "ada").stdout
    assert "too short to count: 45 minutes do" in told
    assert (
        "too short"
        not in met("session", "move", "session-1", THURSDAY, "--minutes", 45, "--as", "bo").stdout
    )
    met("session", "move", "session-1", THURSDAY, "--minutes", 30, "--as", "bo")
    assert "too short" not in met("session", "cancel", "session-1", "--as", "ada").stdout


def test_a_time_that_the_clocks_skip_is_refused(met, peerloom):
    said = peerloom("session", "propose", "2027-03-28T02:30", "--as", "ada")
    assert said.exit_code == 2
    assert "does not exist in Europe/Berlin" in said.output
    met("session", "propose", "2027-03-28T03:30", "--as", "ada")
