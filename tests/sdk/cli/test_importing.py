"""People and their answers come into the programme, again and again."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from peerloom.programmes.files import load_programme

SURVEY = """Number,Code for?,Teach,Mail
ada,3 years,Python,a@example.org
eve,< 1 year,,e@example.org
"""
MAPS = ("--map", "id=Number", "--map", "level=Code for?", "--map", "teach=Teach")
VALUES = ("--map-value", "level", "< 1 year=1", "--map-value", "level", "3 years=4")


@pytest.fixture
def survey(school, tmp_path):
    (tmp_path / "survey.csv").write_text(SURVEY)
    return school


def member_of(result):
    """Give the one person whom an import says to be new."""
    return result.stdout.partition("New: 1 (")[2].partition(").\n")[0]


def member(tmp_path, name):
    return load_programme(tmp_path / "programme.json").members[name]


def test_a_dry_run_says_what_would_change_and_changes_nothing(survey, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    said = survey("import", "survey.csv", *MAPS, *VALUES, "--dry-run").stdout
    assert said.startswith("Nothing was changed.")
    assert "New: 1 (eve)." in said
    assert "Ada Lovelace (ada): level 3 → 4, teach." in said
    assert 'Columns left out: "Mail".' in said
    assert "To undo" not in said
    assert (tmp_path / "programme.json").read_bytes() == before


def test_what_a_survey_does_not_ask_stays(survey, tmp_path):
    said = survey("import", "survey.csv", *MAPS, *VALUES).stdout
    ada = member(tmp_path, "ada").profile
    assert (ada.name, ada.level, ada.teach, ada.learn) == ("Ada Lovelace", 4, ("Python",), ("Git",))
    assert ada.availability.minutes == 600
    assert "To undo it: peerloom undo" in said
    # Who is new gets the clock of the programme, as the survey did not ask.
    assert member(tmp_path, "eve").profile.timezone == "Europe/Berlin"
    assert len(load_programme(tmp_path / "programme.json").members) == 5


def test_the_same_again_changes_nothing(survey, data):
    survey("import", "survey.csv", *MAPS, *VALUES)
    again = data("import", "survey.csv", *MAPS, *VALUES)
    assert (again["joined"], again["changed"]) == ([], [])
    assert again["missing"] == ["bo", "cy", "di"]
    assert "undo" not in again
    assert again["sentences"][0] == "Everything in the file is known already."


def test_a_late_joiner_is_told_to_be_without_a_group(survey, data):
    survey("pair", "--week", "2026-11-23")
    survey("publish")
    said = survey("import", "survey.csv", *MAPS, *VALUES).stdout
    assert "In no group yet: eve." in said
    assert "Next: peerloom repair" in said
    assert data("members", "--state", "without-group")["members"][0]["id"] == "eve"


def test_who_left_stays_away_until_they_are_brought_back(survey, data, tmp_path):
    survey("leave", "ada")
    before = member(tmp_path, "ada")
    said = data("import", "survey.csv", *MAPS, *VALUES)
    assert (said["away"], said["returned"], said["changed"]) == (["ada"], [], [])
    assert (
        "Had left, and stay away: 1 (Ada Lovelace (ada)). With --bring-back they take part again."
        in said["sentences"]
    )
    # Not even the answers of somebody who left are taken in.
    assert member(tmp_path, "ada") == before
    assert not any("known already" in one for one in said["sentences"])
    back = data("import", "survey.csv", *MAPS, *VALUES, "--bring-back")
    assert (back["away"], back["returned"]) == ([], ["ada"])
    assert member(tmp_path, "ada").takes_part
    assert member(tmp_path, "ada").profile.level == 4


def test_who_pauses_is_back_only_where_the_file_says_so(school, data, tmp_path):
    (tmp_path / "pauses.csv").write_text("id,paused\nada,no\nbo,\ncy,yes\n")
    school("pause", "ada")
    school("pause", "bo")
    assert data("import", "pauses.csv")["returned"] == ["ada"]
    states = {one["id"]: one["state"] for one in data("members")["members"]}
    assert states == {"ada": "active", "bo": "paused", "cy": "paused", "di": "active"}


def test_the_moment_is_a_parameter(survey, tmp_path):
    survey("import", "survey.csv", *MAPS, *VALUES, "--at", "2026-12-01T09:00")
    assert member(tmp_path, "eve").joined_at == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_ids_that_differ_in_capitals_are_asked_about(school, tmp_path):
    (tmp_path / "more.csv").write_text("id\nADA\n")
    said = school("import", "more.csv").stdout
    assert 'Is "ADA" the same person as "ada"? Here they are two.' in said


def test_a_dry_run_shows_which_column_was_read_as_what(survey, data):
    said = survey("import", "survey.csv", *MAPS, *VALUES, "--dry-run").stdout
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "Code for? level 2 4 (1), 1 (1)" in lines
    assert "Teach teach 1 Python (1)" in lines
    read = data("import", "survey.csv", *MAPS, *VALUES)["read"]
    assert {"field": "level", "heading": "Code for?"} in read


def test_choices_that_nothing_parts_are_asked_about(school, tmp_path):
    (tmp_path / "choices.csv").write_text('id,teach,learn\neve,"Go, C","Zig, SQL, C"\nflo,C,Go\n')
    said = school("import", "choices.csv", "--dry-run").stdout.replace("\n", " ")
    assert 'Many answers to "teach" hold ", ", and each counts as one choice: say ' in said
    assert "--separator ', '" in said
    parted = school("import", "choices.csv", "--dry-run", "--separator", ", ").stdout
    assert "Many answers" not in parted
    assert "C (2)" in parted


def test_an_id_with_another_name_is_asked_about(school, data, tmp_path):
    (tmp_path / "numbers.csv").write_text("id,name\nada,Zoe Quint\nbo,Bo Lind\ncy,Cyn\n")
    said = data("import", "numbers.csv", "--dry-run")
    assert said["renamed"] == ["ada"]
    asked = 'Is "ada" still the same person? The name was "Ada Lovelace" and is "Zoe Quint".'
    assert asked in said["sentences"]


def test_ids_that_are_addresses_are_spoken_of(school, tmp_path):
    (tmp_path / "mails.csv").write_text("id\nzoe@example.org\n")
    assert "Some ids are e-mail addresses" in school("import", "mails.csv").stdout
    assert "addresses" not in school("import", "mails.csv").stdout


@pytest.mark.parametrize(
    ("maps", "header", "answer", "hint"),
    [
        ("level=How long?", "How long?", "2 years", "--map-value level '2 years=MEANING'"),
        ("availability:Mon=M", "M", "Noon", "--map-value availability Noon=18:00-20:00"),
        ("availability=When?", "When?", "x", "--map-value availability 'x=Mon-Fri 18:00-20:00'"),
    ],
)
def test_an_answer_that_means_nothing_comes_with_the_option_that_helps(
    school, peerloom, tmp_path, maps, header, answer, hint
):
    (tmp_path / "words.csv").write_text(f"id,{header}\neve,{answer}\n")
    words = ("import", "words.csv", "--map", maps)
    expected = f"Say what such answers mean: {hint}"
    assert peerloom(*words).stderr.splitlines()[-1] == expected
    assert json.loads(peerloom(*words, "--json").stdout)["error"]["hints"] == [expected]


def test_a_file_of_a_spreadsheet_comes_with_the_option_that_helps(school, peerloom, tmp_path):
    (tmp_path / "cp.csv").write_bytes("id;name\neve;Ève\n".encode("windows-1252"))
    said = peerloom("import", "cp.csv").stderr.splitlines()
    assert said[-1].endswith("try --encoding windows-1252")
    assert member_of(school("import", "cp.csv", "--encoding", "windows-1252")) == "Ève (eve)"
    (tmp_path / "number.csv").write_text("Number,Name\n1,Eve\n")
    said = peerloom("import", "number.csv").stderr.splitlines()
    assert said[-1] == "Say which column tells people apart: --map id=HEADING"


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="there is no such file here")
def test_a_pipe_is_read_once(school):
    code = "from peerloom.cli import main; main(['import', '/dev/stdin', '--dry-run'])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="id,name\neve,Ève\n".encode("utf-16"),
        capture_output=True,
        check=False,
    )
    assert "New: 1 (Ève (eve))." in done.stdout.decode(), done.stderr.decode()


def test_a_mapping_file_and_options_on_top_of_it(survey, tmp_path):
    (tmp_path / "survey.toml").write_text(
        '[columns]\nid = "Number"\nlevel = "Code for?"\n[values.level]\n"< 1 year" = 2\n'
        '"3 years" = 4\n'
    )
    survey("import", "survey.csv", "--mapping", "survey.toml", "--map-value", "level", "< 1 year=1")
    assert member(tmp_path, "eve").profile.level == 1
    assert member(tmp_path, "ada").profile.level == 4


def test_columns_that_the_policy_counts_are_kept(school, tmp_path):
    (tmp_path / "own.toml").write_text('preset = "meetup"\nname = "ours"\nsame = ["track"]\n')
    school("settings", "--policy", "own.toml")
    (tmp_path / "tracks.csv").write_text("id,Track,Mail\nada,Web,a@example.org\n")
    school("import", "tracks.csv")
    assert member(tmp_path, "ada").profile.columns == {"Track": "Web"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["survey.csv"], "expected an id for each person"),
        (["survey.csv", *MAPS], 'found "3 years"'),
        (["none.csv"], "no such file"),
        (["."], "is a directory"),
        (["programme.json"], ""),
        (["survey.csv", "--map", "levle=Number"], 'did you mean "level"?'),
        (["survey.csv", "--mapping", "none.toml"], "no such file"),
        (["survey.csv", "--encoding", "klingon"], "There is no encoding"),
    ],
)
def test_when_anything_is_wrong_the_programme_stays(survey, peerloom, tmp_path, arguments, said):
    before = (tmp_path / "programme.json").read_bytes()
    result = peerloom("import", *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
    as_json = peerloom("import", *arguments, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["error"]["sentence"]
    assert (tmp_path / "programme.json").read_bytes() == before


def test_private_answers_are_named_and_never_shown(school, peerloom, tmp_path):
    (tmp_path / "more.csv").write_text("id,blocked,protected:background\nada,bo,a secret\n")
    for form in ([], ["--json"]):
        result = peerloom("import", "more.csv", "--dry-run", *form)
        assert "secret" not in result.output
        assert "blocked" in result.output
        assert form or "(private)" in result.output
