"""Each example runs with the one command that its page names, and runs the same everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from examples.telling import columns, file_named, keep, table, together
from peerloom.programmes.files import load_programme

ROOT = Path(__file__).parents[2]


def run(*arguments, **environment):
    command = [sys.executable, *map(str, arguments)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"} | environment
    return subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, encoding="utf-8", env=environment
    )


@pytest.mark.parametrize("example", ["bootcamp", "meetup"])
def test_the_one_command_of_its_page_tells_the_same_story_everywhere(
    example, tmp_path, course, season
):
    page = (ROOT / "examples" / example / "README.md").read_text()
    assert re.search(rf"^python -m examples\.{example}$", page, re.MULTILINE)
    file = tmp_path / "programme.json"
    answer = run("-m", f"examples.{example}", file, PYTHONHASHSEED="7")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"{file} now" in answer.stdout
    here = {"bootcamp": course[-1].programme, "meetup": season[-1].over}[example]
    there = load_programme(file)
    assert there.groups == here.groups
    assert there.check_ins == here.check_ins
    assert there.nudges == here.nudges


def test_a_file_that_is_there_is_left_alone(tmp_path, capsys):
    file = tmp_path / "mine.json"
    file.write_text("mine")
    with pytest.raises(SystemExit) as ending:
        file_named([str(file)], "tell", "A story.")
    assert ending.value.code == 2
    assert "is there already" in capsys.readouterr().err
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["taken.json", "no folder/new.json"])
def test_a_file_that_cannot_be_written_is_said(name, tmp_path, season, capsys):
    (tmp_path / "taken.json").write_text("mine")
    assert keep(season[-1].over, tmp_path / name) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()
    assert (tmp_path / "taken.json").read_text() == "mine"


def test_without_a_file_nothing_is_kept(season, capsys):
    assert file_named([], "tell", "A story.") is None
    assert keep(season[-1].over, None) == 0
    assert capsys.readouterr().out == ""


def test_nobody_has_to_read_to_the_end():
    story = "from examples.telling import run; run(lambda _: print('much ' * 100_000) or 0)"
    reader = subprocess.Popen(
        [sys.executable, "-c", story], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    reader.stdout.close()
    assert reader.stderr.read() == b""
    assert reader.wait() == 1
    reader.stderr.close()


def test_thirty_lines_are_thirty_lines_and_run():
    file = ROOT / "examples" / "thirty_lines.py"
    assert len(file.read_text().splitlines()) <= 30
    answer = run(file)
    assert (answer.returncode, answer.stderr) == (0, "")
    for words in ("it is proven that none is higher", "Why?", "When? Monday", "0 min: Arrive"):
        assert words in answer.stdout


def test_a_table_is_straight_whatever_the_script(capsys):
    table([("Name", "Month"), ("佐藤 陽子", "May"), ("Zoë", "June")])
    lines = capsys.readouterr().out.splitlines()
    assert [columns(line.rpartition("  ")[0]) for line in lines] == [9, 9, 9]


@pytest.mark.parametrize(
    ("names", "said"), [(["Ada"], "Ada"), (["Ada", "Bo", "Cy"], "Ada, Bo and Cy")]
)
def test_names_are_said_together(names, said):
    assert together(names) == said
