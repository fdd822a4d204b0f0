"""A questionnaire before and after on the command line: from a form's CSV file to the report."""

from __future__ import annotations

import csv

import pytest

from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire

ASKED = built_in_questionnaire()
OWN = """id = "own"
title = "Ours"
labels = ["no", "yes"]
[[scales]]
id = "calm"
title = "Calm"
[scales.source]
citation = "Our own"
[[scales.items]]
id = "calm_now"
text = "I am calm."
"""


@pytest.fixture
def form(tmp_path):
    """Write what a form exports: people, and for each a number for all statements."""

    def write(name, numbers):
        header = ["Timestamp", "Student number", *(f"Fits? [{one.text}]" for one in ASKED.items)]
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(header)
            for member, number in numbers.items():
                label = ASKED.labels[number - 1]
                rows.writerow(["2026-11-23 10:00", member, *[label] * len(ASKED.items)])
        return name, "--map", "id=Student number"

    return write


@pytest.fixture
def six(ok, tmp_path):
    """Six people in groups."""
    lines = ["id,name", *(f"p{number},Person {number}" for number in range(6))]
    (tmp_path / "six.csv").write_text("\n".join(lines))
    ok("init", "Six", "--private-seed", 1)
    ok("import", "six.csv", "--at", "2026-11-23")
    ok("pair", "--at", "2026-11-23", "--seed", 1)
    ok("publish", "--at", "2026-11-23")
    return ok


def test_from_two_files_to_what_changed(six, data, form):
    before = {f"p{number}": 1 + number % 3 for number in range(6)}
    after = {name: number + 1 + (name == "p0") for name, number in before.items()}
    told = six(
        "questionnaire", "answers", *form("b.csv", before), "--wave", "before", "--at", "2026-11-23"
    )
    assert "People with new answers: 6." in told.stdout
    assert "Columns left out: Timestamp." in told.stdout
    assert "To undo it: peerloom undo" in told.stdout
    six("questionnaire", "answers", *form("a.csv", after), "--wave", "after", "--at", "2026-12-01")
    found = data("report", "--at", "2026-12-05")["impact"]["changes"]
    assert [one["people"]["value"] for one in found] == [6] * 4
    assert data("questionnaire")["answered"]["after"]["value"] == 6
    assert "Answers before: 6." in six("questionnaire").stdout


def test_a_dry_run_changes_nothing_and_no_answer_is_said(six, data, form, tmp_path):
    kept = (tmp_path / "programme.json").read_bytes()
    words = ("questionnaire", "answers", *form("b.csv", {"p0": 5, "nobody": 1}), "--wave", "before")
    told = six(*words, "--dry-run")
    assert "Nothing was changed" in told.stdout
    assert "Not in the programme, and left out: 1 (nobody)." in told.stdout
    assert "undo" not in told.stdout
    assert (tmp_path / "programme.json").read_bytes() == kept
    found = data(*words)
    assert (found["new"], found["unknown"]) == (["p0"], ["nobody"])
    assert not any(label in str(found) for label in ASKED.labels)
    assert "Answers before: 1 to 4." in six("questionnaire").stdout


def test_other_answers_days_later_are_corrected_only_where_that_is_said(six, peerloom, form):
    words = ("questionnaire", "answers", *form("b.csv", {"p0": 5}), "--wave", "before")
    six(*words, "--at", "2026-11-23")
    assert "same answers as before: 1" in six(*words, "--at", "2026-12-24").stdout
    form("b.csv", {"p0": 4})
    refused = peerloom(*words, "--at", "2026-12-24")
    assert refused.exit_code == 1
    assert "--correct" in refused.stderr
    assert "other answers than before: 1 (p0)" in six(*words, "--correct").stdout


def test_a_questionnaire_of_one_s_own(six, data, tmp_path):
    (tmp_path / "own.toml").write_text(OWN)
    assert "own. Statements: 1." in six("questionnaire", "add", "own.toml").stdout
    assert "I am calm." in six("questionnaire").stdout
    assert data("questionnaire")["all"] == [ASKED.id, "own"]
    (tmp_path / "own.csv").write_text("id,I am calm\np0,YES\n")
    found = data("questionnaire", "answers", "own.csv", "--wave", "before")
    assert (found["questionnaire"], found["new"]) == ("own", ["p0"])


def test_the_help_shows_what_a_questionnaire_of_one_s_own_is(six, tmp_path):
    shown = six("questionnaire", "--help").stdout
    text = shown[shown.index('  id = "our_own"') : shown.index("  The exit code")]
    (tmp_path / "own.toml").write_text(text)
    assert "our_own. Statements: 2." in six("questionnaire", "add", "own.toml").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["answers", "b.csv"], 2, "--wave"),
        (["answers", "no.csv", "--wave", "before"], 1, "can be read"),
        (["answers", "b.csv", "--wave", "before"], 1, "Student number"),
        (["answers", "n.csv", "--wave", "before"], 1, "none of them"),
        (["answers", "b.csv", "--wave", "before", "--map", "id"], 1, "STATEMENT=HEADING"),
        (["answers", "b.csv", "--wave", "before", "--map", "x=y"], 1, "no statement"),
        (["answers", "b.csv", "--wave", "before", "--map-value", "a=b"], 1, "ANSWER=NUMBER"),
        (["answers", "b.csv", "--wave", "before", "--map-value", "a=9"], 1, "from 1 to 5"),
        (["answers", "b.csv", "--wave", "before", "--delimiter", "ab"], 1, "delimiter"),
        (["show", "--questionnaire", "x"], 1, "no such questionnaire"),
        (["add", "no.toml"], 1, "can be read"),
    ],
)
def test_what_cannot_be(six, peerloom, form, tmp_path, words, code, said):
    form("b.csv", {"p0": 5})
    texts = ",".join(f'"{one.text}"' for one in ASKED.items)
    (tmp_path / "n.csv").write_text(f"id,{texts}\nnobody,3\n")
    kept = (tmp_path / "programme.json").read_bytes()
    result = peerloom("questionnaire", *words)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr
    assert (tmp_path / "programme.json").read_bytes() == kept
