"""Back to the programme before the last change, and forth again."""

from __future__ import annotations

from datetime import UTC, datetime

from peerloom.programmes.files import erase_member, load_programme


def test_back_and_forth(school, tmp_path):
    path = tmp_path / "programme.json"
    before = load_programme(path)
    school("join", "eve")
    after = load_programme(path)
    assert "members -1" in school("undo").stdout
    assert load_programme(path) == before
    assert "members +1" in school("undo").stdout
    assert load_programme(path) == after


def test_a_new_programme_has_nothing_to_go_back_to(ok, peerloom, tmp_path):
    ok("init", "School")
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("undo")
    assert result.exit_code == 1
    assert "There is no change to take back." in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_a_damaged_backup_takes_the_place_of_nothing(school, peerloom, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    (tmp_path / "programme.json.backup").write_text('{"format": "peerloom.programme", ')
    result = peerloom("undo")
    assert result.exit_code == 1
    assert "programme.json.backup is damaged" in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_nobody_who_was_erased_comes_back(school, peerloom, tmp_path):
    path = tmp_path / "programme.json"
    erase_member(path, "ada", now=datetime(2026, 11, 24, tzinfo=UTC))
    assert peerloom("undo").exit_code == 1
    assert "Lovelace" not in "".join(
        one.read_text() for one in tmp_path.iterdir() if one.name != "members.csv"
    )
