"""Erasing a person on the command line."""

from __future__ import annotations

import json


def test_nothing_of_a_person_stays_in_the_folder(met, data, tmp_path):
    met("goals", "set", "xyzzy-goal", "--as", "bo")
    met("checkin", "write", "--as", "bo", "--good", "xyzzy-good", "--to", "staff")
    told = data("erase", "Bo Ek", "--yes")
    assert told["erased"] == "bo"
    assert told["groups"] == ["group-1"]
    (tmp_path / "members.csv").unlink()
    for path in tmp_path.iterdir():
        text = path.read_text()
        assert "xyzzy" not in text, path
        assert "Bo Ek" not in text, path
        assert '"bo"' not in text, path
    assert "ada" in (tmp_path / "programme.json").read_text()


def test_it_asks_before_it_does_it(met, peerloom, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    refused = peerloom("erase", "ada", input="n\n")
    assert refused.exit_code == 1
    assert "Erase Ada Lovelace (ada) for good?" in refused.stderr
    assert (tmp_path / "programme.json").read_bytes() == before
    nobody = peerloom("erase", "ada", input="")
    assert nobody.exit_code == 1
    assert isinstance(nobody.exception, SystemExit)
    unsaid = peerloom("erase", "ada", "--json")
    assert unsaid.exit_code == 2
    assert "--yes" in json.loads(unsaid.stdout)["error"]["sentence"]
    assert (tmp_path / "programme.json").read_bytes() == before
    done = peerloom("erase", "ada", input="y\n")
    assert done.exit_code == 0
    assert "Next: peerloom repair" in done.stdout


def test_there_is_no_undo(met, peerloom, data):
    met("erase", "ada", "--yes")
    assert peerloom("undo").exit_code == 1
    assert data("erase", "ada", "--yes")["error"]["code"] == "member_unknown"


def test_the_others_go_on(met, data):
    met("session", "record", "2026-11-23T17:00", "--minutes", 30, "--as", "ada")
    met("erase", "ada", "--yes")
    for arguments in (
        ("session",),
        ("session", "--as", "bo"),
        ("session", "show", "session-1", "--as", "bo"),
        ("session", "ledger", "--as", "bo"),
        ("health",),
        ("health", "--as", "bo"),
        ("goals", "--as", "bo"),
        ("nudges", "--as", "bo"),
        ("calendar", "--as", "bo"),
        ("export", "groups", "--format", "mail"),
        ("export", "groups", "--format", "markdown"),
        ("checkin",),
        ("switch",),
    ):
        met(*arguments)
    assert data("export", "groups")["groups"][0]["members"] == ["bo"]
    assert data("agenda", "--as", "bo")["error"]["code"] == "group_invalid"
