"""The command line, as an organizer meets it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from peerloom import pair, read_history, read_members
from peerloom.cli import main

MEMBERS = "id,name,teach,learn\nada,Ada,SQL,Git\nbo,[bold]Bo[/],Git,SQL\ncy,Cy,,\ndi,Di,,\n"


@pytest.fixture
def run():
    def run_command(*arguments, **options):
        return CliRunner().invoke(main, ["pair", *map(str, arguments)], **options)

    return run_command


@pytest.fixture
def members(write):
    return write(MEMBERS)


def test_the_pairs_their_reasons_and_the_certificate(run, members):
    result = run(members, "--week", "2026-11-18")
    assert result.exit_code == 0
    assert result.stderr == ""
    shown = " ".join(result.stdout.replace("│", " ").split())
    assert "Ada" in shown
    assert "[bold]Bo[/]" in shown  # a name is never markup
    assert "Certificate" in shown
    assert "it is proven that none is higher" in shown
    assert f"peerloom pair {members} --policy meetup --seed 0 --week 2026-11-16" in result.stdout


def test_the_example_as_in_its_readme(run, example):
    result = run(example, "--week", "2026-11-16")
    assert result.exit_code == 0
    for member in read_members(example):
        assert member.display_name.split()[-1] in result.stdout


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_the_formats_are_those_of_the_library(run, example, form):
    result = run(example, "--week", "2026-11-16", "--format", form, "--seed", 4)
    week = date(2026, 11, 16)
    pairing = pair(read_members(example), seed=4, week=week)
    assert result.stdout_bytes.decode() == getattr(pairing, f"to_{form}")()


def test_the_week_of_today_is_recorded(run, members):
    week = json.loads(run(members, "--format", "json").stdout)["week"]
    assert date.fromisoformat(week).weekday() == 0


def test_last_month_is_next_month_s_history(run, members, tmp_path):
    files = []
    seen = set()
    for month, form in enumerate(["csv", "json", "csv"]):
        out = tmp_path / f"{month}.{form}"
        options = [word for file in files for word in ("--history", file)]
        assert run(members, "--format", form, "--out", out, *options).exit_code == 0
        (groups,) = read_history(out).rounds
        assert not seen & set(groups)
        seen |= set(groups)
        files.append(out)
    assert len(seen) == 6  # every pair there is among four people


def test_size_and_policy(run, members, write):
    circle = json.loads(run(members, "--format", "json", "--size", 4).stdout)
    assert [len(group["members"]) for group in circle["groups"]] == [4]
    own = write('preset = "career"\nname = "ours"\n', "policy.toml")
    assert json.loads(run(members, "--format", "json", "--policy", own).stdout)["policy"][
        "name"
    ] == ("ours")
    assert run(members, "--policy", "bootcamp").exit_code == 0


def test_the_printed_command_gives_the_same_again(run, members):
    first = run(members, "--week", "2026-11-18", "--seed", 3, "--size", 3)
    words = first.stdout.splitlines()[-1].split()
    assert words[:2] == ["peerloom", "pair"]
    assert run(*words[2:]).stdout == first.stdout


# --- what is wrong is said, and nothing is written ------------------------------------------------


def test_bad_data_is_exit_code_one_and_writes_nothing(run, write, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("last month")
    result = run(write("id,level\na,high\nb,9\n"), "--out", out, "--format", "csv")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        'members.csv: line 2, column "level": expected a whole number from 1 to 5, found "high"\n'
        'members.csv: line 3, column "level": expected a whole number from 1 to 5, found "9"\n'
    )
    assert out.read_text() == "last month"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.csv", "out.csv"]


def test_a_bad_history_or_policy_is_exit_code_one(run, members, write):
    history = run(members, "--history", write("a,b\n1,2\n", "history.csv"))
    assert (history.exit_code, history.stdout) == (1, "")
    assert history.stderr.startswith("history.csv: line 1: expected a column")
    policy = run(members, "--policy", write("= 1", "policy.toml"))
    assert (policy.exit_code, policy.stdout) == (1, "")
    assert policy.stderr.startswith("policy.toml: expected TOML")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "pdf"], "'pdf' is not one of"),
        (["--size", "1"], "2<=x<=5"),
        (["--size", "6"], "2<=x<=5"),
        (["--seed", "-1"], "x>=0"),
        (["--week", "tomorrow"], "tomorrow"),
        (["--policy", "book club"], "neither a preset"),
        (["--nonsense"], "No such option"),
    ],
)
def test_a_wrong_option_is_exit_code_two(run, members, options, said):
    result = run(members, *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_week_outside_the_calendar(run, members):
    result = run(members, "--week", "9999-12-31")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "1970" in result.stderr


def test_files_that_are_none(run, members, tmp_path):
    none = tmp_path / "none.csv"
    for words, said in (
        ([none], "found no such file"),
        ([tmp_path], "found is a directory"),
        ([members, "--history", none], "none.csv: expected a file that can be read"),
        ([members, "--locked", none], "found no such file"),
        ([members, "--asks", none], "found no such file"),
    ):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert said in result.stderr
    result = run(members, "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    below_a_file = run(members, "--out", members / "out.csv")
    assert below_a_file.exit_code == 1
    assert "not a directory" in below_a_file.stderr
    missing = run(members, "--out", tmp_path / "nowhere" / "out.csv")
    assert missing.exit_code == 1
    assert "expected a file that can be written, found no such file or directory" in missing.stderr


def test_a_file_without_permission(run, members, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    result = run(members)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "members.csv: expected a file that can be read, found permission denied\n"
    )


def test_a_file_that_is_read_is_never_written_over(run, members, write):
    policy = write('preset = "meetup"\n', "policy.toml")
    history = write("members\nada;bo\n", "history.csv")
    for path in (members, policy, history):
        before = path.read_bytes()
        result = run(members, "--policy", policy, "--history", history, "--out", path)
        assert result.exit_code == 2
        assert path.read_bytes() == before


# --- writing --------------------------------------------------------------------------------------


def test_out_is_replaced_at_once_and_keeps_its_mode(run, members, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("last month")
    out.chmod(0o640)
    result = run(members, "--format", "csv", "--out", out, "--week", "2026-11-16")
    assert (result.exit_code, result.stdout) == (0, "")
    assert out.read_text().startswith("group,id,")
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.csv", "out.csv"]


def test_a_write_that_fails_leaves_what_was_there(run, members, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    out.write_text("last month")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = run(members, "--format", "csv", "--out", out)
    assert result.exit_code == 1
    assert "no space left on device" in result.stderr
    assert out.read_text() == "last month"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["members.csv", "out.csv"]


def test_a_screen_that_cannot_be_written(run, members, monkeypatch):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("peerloom.cli.pairing.show", full)
    result = run(members)
    assert result.exit_code == 1
    assert result.stderr == (
        "the output: expected a file that can be written, found no space left on device\n"
    )


def test_a_reader_that_has_seen_enough(run, members, monkeypatch):
    def closed(*arguments):
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("peerloom.cli.pairing.show", closed)
    result = run(members)
    assert (result.exit_code, result.stderr) == (1, "")


def test_nobody_to_pair_is_said(run, write):
    result = run(write("id,paused\na,yes\nb,no\n"))
    assert result.exit_code == 0
    assert "Nobody is in a group." in result.stdout
    assert "a: Has paused" in result.stdout


def test_a_link_stays_a_link(run, members, tmp_path):
    target = tmp_path / "target.csv"
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    assert run(members, "--format", "csv", "--out", link).exit_code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("group,id,")


def test_a_device_is_written_to_and_not_replaced(run, members):
    assert run(members, "--out", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


def test_the_text_in_a_file_does_not_depend_on_the_terminal(run, members, tmp_path):
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    options = ["--week", "2026-11-16", "--out"]
    assert run(members, *options, one, env={"COLUMNS": "40"}).exit_code == 0
    assert run(members, *options, other, env={"COLUMNS": "200"}).exit_code == 0
    assert one.read_bytes() == other.read_bytes()
    assert "\x1b" not in one.read_text()


# --- as a program ---------------------------------------------------------------------------------


def program(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "peerloom", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
        timeout=120,
    )


def test_as_a_program(members, write, tmp_path):
    good = program("pair", members, "--week", "2026-11-16", "--format", "json")
    assert (good.returncode, good.stderr) == (0, b"")
    assert json.loads(good.stdout)["score"] > 0
    bad = program("pair", write("id\na\na\n", "bad.csv"))
    assert (bad.returncode, bad.stdout) == (1, b"")
    assert bad.stderr.startswith(b'bad.csv: line 3, column "id": expected an id that is used once')
    usage = program("pair", members, "--nonsense")
    assert (usage.returncode, usage.stdout) == (2, b"")
    for result in (good, bad, usage):
        assert b"Traceback" not in result.stderr


def test_a_terminal_with_few_letters(write):
    path = write("id,name\na,佐藤\nb,Bo\n")
    result = program("pair", path, PYTHONIOENCODING="latin-1", PYTHONUTF8="0")
    assert (result.returncode, result.stderr) == (0, b"")
    assert b"??" in result.stdout


def test_version_and_help(run):
    version = CliRunner().invoke(main, ["--version"])
    assert version.exit_code == 0
    assert re.fullmatch(r"peerloom, version [0-9.]+, (compiled|python) engine\n", version.stdout)
    help_page = run("--help")
    assert help_page.exit_code == 0
    for option in ("--format", "--out", "--seed", "--policy", "--history", "--size", "--week"):
        assert option in help_page.stdout
    assert "peerloom pair members.csv --policy bootcamp --seed 7" in help_page.stdout


def test_the_library_does_without_the_parts_of_the_command_line():
    code = (
        "import sys, peerloom; print([name for name in ('rich', 'click') if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, timeout=60
    )
    assert result.stdout == b"[]\n"


@pytest.mark.parametrize("words", [["--version"], ["pair", "members.csv"]])
def test_an_engine_that_does_not_exist_is_named(words, monkeypatch):
    monkeypatch.setenv("PEERLOOM_ENGINE", "steam")
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 2
    assert (
        'PEERLOOM_ENGINE: an engine is called "python" or "compiled", not "steam"' in answer.output
    )
