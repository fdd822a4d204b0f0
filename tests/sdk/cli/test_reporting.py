"""The report on the command line: where it goes, in which form, and what cannot be."""

from __future__ import annotations

import json

import pytest

PAIRED_AT = "2026-11-23T09:00"


@pytest.fixture
def paired(school):
    """Four people in the groups of a first round."""
    school("pair", "--at", PAIRED_AT, "--seed", 1)
    school("publish", "--at", PAIRED_AT)
    return school


def test_the_programme_at_a_glance(paired):
    result = paired("report", "--at", "2026-11-24T09:00")
    assert "Evening school" in result.stdout
    assert "At a glance" in result.stdout
    assert "As of 2026-11-24 09:00 (Europe/Berlin)" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("report.html", "<!doctype html>"),
        ("REPORT.HTM", "<!doctype html>"),
        ("report.md", "# Evening school"),
        ("report.txt", "Evening school"),
    ],
)
def test_the_name_of_the_file_says_what_it_is(paired, tmp_path, name, start):
    result = paired("report", "--out", name)
    assert result.stdout == f"{name}: the report is written.\n"
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)


def test_what_is_asked_for_goes_before_the_name(paired, tmp_path):
    paired("report", "--format", "markdown", "--out", "report.html")
    assert (tmp_path / "report.html").read_text().startswith("# Evening school")
    assert paired("report", "--format", "html").stdout.startswith("<!doctype html>")


def test_json_holds_the_numbers(paired, data, tmp_path):
    found = data("report", "--at", "2026-11-24T09:00")
    assert found["people"]["taking_part"]["value"] == 4
    assert found["rounds"][0]["number"] == 1
    assert found["at"] == "2026-11-24T08:00:00+00:00"
    paired("report", "--json", "--out", "report.json", "--at", "2026-11-24T09:00")
    assert json.loads((tmp_path / "report.json").read_text()) == found


def test_the_lot_is_drawn_again_where_that_is_asked_for(paired, data, peerloom):
    assert data("report")["impact"]["lots"] == {}
    found = data("report", "--lots")["impact"]["lots"]
    assert [one["draws"] for one in found.values()] == [200] * 3
    assert "What the lot can tell" in paired("report", "--lots").stdout
    paired("init", "empty", "-p", "empty.json")
    refused = peerloom("report", "--lots", "-p", "empty.json")
    assert (refused.exit_code, "no groups yet" in refused.stderr) == (1, True)


def test_without_names_it_names_nobody(paired):
    late = ["report", "--at", "2027-02-01T09:00", "--format", "html"]
    assert "Ada Lovelace" in paired(*late).stdout
    assert "Ada Lovelace" not in paired(*late, "--without-names").stdout


def test_names_are_never_markup_of_the_terminal(paired):
    late = paired("report", "--at", "2027-02-01T09:00").stdout
    assert "[red]Di[/]" in late


def test_the_programme_is_never_written_over(paired, peerloom, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("report", "--out", "programme.json")
    assert result.exit_code == 2
    assert "choose another name" in result.stderr
    assert (tmp_path / "programme.json").read_bytes() == before


def test_a_report_changes_nothing(paired, tmp_path):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    paired("report", "--at", "2027-02-01T09:00")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_cannot_be(peerloom, school, data, tmp_path):
    missing = peerloom("report", "--programme", "nothing.json")
    assert missing.exit_code == 1
    assert "nothing.json" in missing.stderr
    assert data("report", "--programme", "nothing.json")["error"]["code"]
    (tmp_path / "damaged.json").write_bytes(b"\xff\x00{")
    assert peerloom("report", "--programme", "damaged.json").exit_code == 1
    assert peerloom("report", "--programme", tmp_path).exit_code == 1
    assert peerloom("report", "--out", tmp_path / "no" / "report.html").exit_code == 1
    assert peerloom("report", "--out", tmp_path).exit_code == 2
    assert peerloom("report", "--at", "soon").exit_code == 2
    both = peerloom("report", "--json", "--format", "html")
    assert both.exit_code == 2
    assert "exclude each other" in both.stdout


def test_help_has_an_example_and_the_exit_codes(peerloom):
    words = peerloom("report", "--help").stdout
    assert "peerloom report --out report.html" in words
    assert "exit code" in words
    assert "peerloom report" not in peerloom("--help").stdout
    assert "report" in peerloom("--help").stdout
