"""Every command on the pages for organizers works, in the order in which they stand there."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from peerloom.cli import main
from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
from peerloom.programmes.files import create_programme, load_programme

ASKED = built_in_questionnaire()
ROOT = Path(__file__).parents[2]
MEETUP = ROOT / "examples" / "meetup"
PAGES = {
    "examples/meetup/README.md": 6,
    "examples/bootcamp/README.md": 4,
    "sdk/README.md": 9,
}


def commands(page):
    """Give the `peerloom` commands of the console blocks of a page."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith(("peerloom ", "grep "))]


@pytest.fixture
def folder(tmp_path, monkeypatch, course):
    """A folder with every file that the pages speak of."""
    shutil.copytree(MEETUP, tmp_path / "examples" / "meetup")
    for name in ("members.csv", "form.csv", "form.toml", "asks.csv"):
        shutil.copy(MEETUP / name, tmp_path)
    create_programme(tmp_path / "bootcamp.json", course[-1].programme)
    for wave, answer in (("before", 2), ("after", 4)):
        with (tmp_path / f"{wave}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["id", *(item.text for item in ASKED.items)])
            rows.writerows([f"m{one:02}", *[answer] * len(ASKED.items)] for one in range(6, 13))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PEERLOOM_PROGRAMME", raising=False)
    return tmp_path


def run(line):
    name, *arguments = shlex.split(line)
    if name == "grep":  # who has left is taken out of a copy of the members file
        rows = (MEETUP / "members.csv").read_text().splitlines(True)
        Path(arguments[-1]).write_text("".join(row for row in rows if not row.startswith("m05,")))
        return
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, f"{line}\n{result.output}"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_works(page):
    lines = commands(page)
    assert len(lines) >= PAGES[page]
    for line in lines:
        run(line)


def test_every_command_of_the_organizer_s_walk_works(folder):
    lines = commands("docs/organizers.md")
    assert len(lines) >= 25
    meeting = next(at for at, line in enumerate(lines) if line.startswith("peerloom session"))
    for line in lines[:meeting]:
        run(line)
    programme = load_programme("programme.json")
    seats = sorted(one for group in programme.current_groups for one in group.members)
    assert seats == sorted(one.id for one in programme.members if one.takes_part)
    assert programme.members["m05"].left_at is not None
    assert len(programme.rounds) == 2
    assert ("m25", "m07") in programme.asks
    for line in lines[meeting:]:
        run(line)
    programme = load_programme("programme.json")
    assert "m13" not in programme.members
    assert programme.goals["goal-1"].member == "m10"
    assert (folder / "report.html").stat().st_size > 5_000


def test_a_command_that_is_not_there_would_be_noticed():
    with pytest.raises(AssertionError, match="pear"):
        run("peerloom pear members.csv")


def test_the_report_of_the_bootcamp_is_from_when_its_answers_are_in(folder):
    for line in commands("examples/bootcamp/README.md"):
        run(line)
    page = (folder / "bootcamp.html").read_text(encoding="utf-8")
    assert "still come in" not in page
    assert "change-picture" in page
