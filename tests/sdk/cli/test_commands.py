"""How commands end: with 0, 1, 2 or 130, a sentence, whole files and never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerloom.cli import commands
from peerloom.cli.commands import Command, plain_error
from peerloom.errors import PeerloomError
from peerloom.programmes.files import load_programme

CHANGES = (
    ("settings", "--name", "New"),
    ("import", "members.csv"),
    ("pair",),
    ("rotate", "--rounds", "2", "--keep-first"),
    ("repair",),
    ("publish",),
    ("join", "eve"),
    ("pause", "ada"),
    ("come-back", "ada"),
    ("leave", "ada"),
    ("ask", "bo", "--as", "ada"),
    ("undo",),
)
READS = (("settings",), ("members",), ("explain",), ("ask", "--as", "ada"))
BAD = {
    "nothing": None,
    "empty": b"",
    "binary": bytes(range(256)) * 8,
    "no JSON": b'{"format": "peerloom.programme", "version": 1,',
    "another JSON": b'{"groups": []}',
    "a list": b"[1, 2]",
    "newer": b'{"format": "peerloom.programme", "version": 99, "data": {}}',
    "damaged": b'{"format": "peerloom.programme", "version": 1, "data": {"name": 3}}',
    "deep": b"[" * 100_000,
    "null": b"null",
}


@pytest.mark.parametrize("what", BAD)
@pytest.mark.parametrize("arguments", [*CHANGES, *READS], ids=" ".join)
def test_a_bad_programme_file_is_said_and_left_as_it_is(peerloom, tmp_path, what, arguments):
    (tmp_path / "members.csv").write_text("id\nada\nbo\n")
    path = tmp_path / "programme.json"
    if BAD[what] is not None:
        path.write_bytes(BAD[what])
    result = peerloom(*arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert "programme.json" in result.stderr
    as_json = json.loads(peerloom(*arguments, "--json").stdout)
    assert as_json["error"]["code"]
    assert "programme.json" in as_json["error"]["sentence"]
    assert path.exists() == (BAD[what] is not None)
    assert BAD[what] is None or path.read_bytes() == BAD[what]


def test_without_a_programme_it_is_said_how_to_begin(peerloom):
    said = peerloom("members", "--programme", "our club.json").stderr.splitlines()
    assert said[-1] == "To begin a programme: peerloom init NAME --programme 'our club.json'"
    error = json.loads(peerloom("members", "--json").stdout)["error"]
    assert error["code"] == "file_missing"
    assert error["hints"] == ["To begin a programme: peerloom init NAME --programme programme.json"]


@pytest.mark.parametrize(
    "words",
    [
        ("pair",),
        ("rotate", "--rounds", "2", "--keep-first"),
        ("repair",),
        ("nudges", "send", "--at", "2026-12-20T12:00"),
    ],
    ids=" ".join,
)
def test_where_the_answer_cannot_be_written_nothing_is_changed(met, peerloom, tmp_path, words):
    before = (tmp_path / "programme.json").read_bytes()
    for out, why in (("none/x", "no such file or directory"), ("members.csv/x", "not a directory")):
        result = peerloom(*words, "--out", out)
        assert (result.exit_code, result.stdout) == (1, "")
        assert f"{out}: expected a file that can be written, found {why}" in result.stderr
        assert (tmp_path / "programme.json").read_bytes() == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["--help"], ["pair", "--help"], ["completion", "bash"]])
def test_an_output_that_is_full_is_said(words, unbuffered):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "peerloom", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    assert done.returncode == 1
    said = b"the output: expected a file that can be written, found no space left on device\n"
    assert done.stderr == said


@pytest.mark.parametrize("arguments", [*CHANGES, *READS], ids=" ".join)
def test_a_folder_is_no_programme(peerloom, tmp_path, arguments):
    (tmp_path / "programme.json").mkdir()
    (tmp_path / "members.csv").write_text("id\nada\nbo\n")
    result = peerloom(*arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)


_words = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=10
) | st.sampled_from(["ada", "members.csv", "--json", "--at", "2026", "-p", ".", "3", "a=b", "--"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    name=st.sampled_from([words[0] for words in (*CHANGES, *READS)]),
    words=st.lists(_words, max_size=4),
)
def test_no_words_bring_a_traceback(school, unharmed, name, words):
    unharmed(name, *words)


def test_a_file_that_cannot_be_written_is_said(school, peerloom, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    before = (tmp_path / "programme.json").read_bytes()
    monkeypatch.setattr("peerloom.mentoring.storage.replace_file", refuse)
    result = peerloom("pause", "ada")
    assert result.exit_code == 1
    assert result.stderr == "programme.json cannot be written: permission denied.\n"
    assert (tmp_path / "programme.json").read_bytes() == before


def test_while_somebody_else_writes(school, peerloom, tmp_path, monkeypatch):
    monkeypatch.setattr("peerloom.mentoring.storage.JsonFile.update.__kwdefaults__", {"wait": 0.05})
    with FileLock(tmp_path / ".programme.json.lock"):
        result = peerloom("pause", "ada", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "file_busy"


# --- real processes -------------------------------------------------------------------------------


def start(folder: Path, *words: str, code: str = "") -> subprocess.Popen[str]:
    """Start the command line as a process, after some code."""
    script = f"import sys; {code or 'pass'}\nfrom peerloom.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )


@pytest.mark.skipif(os.name == "nt", reason="words are Unicode on Windows")
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_words_that_are_no_utf_8(school, tmp_path, form):
    process = start(tmp_path, "pause", "\udcff\udcfe", *form)
    out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert not form or json.loads(out)["error"]["code"] == "member_unknown"


def test_many_at_once_lose_nothing(school, tmp_path):
    people = [f"late{number}" for number in range(4)]
    running = [start(tmp_path, "join", name) for name in people]
    for process in running:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
    assert {*people} <= {one.id for one in load_programme(tmp_path / "programme.json").members}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")
def test_ctrl_c_ends_with_130_and_nothing_is_half_written(school, tmp_path):
    before = (tmp_path / "programme.json").read_bytes()
    # Whoever starts the tests in the background hands down that the signal is ignored.
    code = (
        "import signal, peerloom.programmes.membership as m\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def slow(*_, **__):\n"
        "    print('started', flush=True); signal.pause()\n"
        "m.pause = slow\n"
    )
    process = start(tmp_path, "pause", "ada", code=code)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped." in said
    assert "Traceback" not in said
    assert (tmp_path / "programme.json").read_bytes() == before
    school("pause", "ada")  # the lock is free


# --- the parts ------------------------------------------------------------------------------------


def test_an_interruption_in_any_command():
    @click.command(cls=Command)
    def stopped() -> None:
        raise KeyboardInterrupt

    result = CliRunner().invoke(stopped)
    assert result.exit_code == commands.INTERRUPTED == 130


def test_choices_and_fields_are_part_of_an_error():
    class ChoiceError(PeerloomError):
        code = "choice"
        choices = ("a", "b")

    assert plain_error(ChoiceError("Choose one.")) == {
        "code": "choice",
        "sentence": "Choose one.",
        "choices": ["a", "b"],
    }
