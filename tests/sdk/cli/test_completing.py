"""Shells complete commands, options and members."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from click.shell_completion import BashComplete

from peerloom.cli import COMMANDS, main


def completed(words, incomplete):
    complete = BashComplete(main, {}, "peerloom", "_PEERLOOM_COMPLETE")
    return {one.value for one in complete.get_completions(words, incomplete)}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell(ok, shell):
    script = ok("completion", shell).stdout
    assert f"_PEERLOOM_COMPLETE={shell}_complete" in script
    program = shutil.which(shell)
    if program is not None:
        check = subprocess.run([program, "-n"], input=script, text=True, check=False)
        assert check.returncode == 0


def test_a_shell_that_is_not_known(peerloom):
    assert peerloom("completion", "cmd").exit_code == 2


def test_commands_options_and_members(school):
    assert completed([], "p") == {name for name in COMMANDS if name.startswith("p")}
    assert "--dry-run" in completed(["import"], "--d")
    assert completed(["pause"], "lov") == {"ada"}
    assert completed(["ask", "--as"], "") == {"ada", "bo", "cy", "di"}
    assert completed(["pause", "--programme", "none.json"], "") == set()


def test_verbs_and_the_options_of_the_verb_that_may_be_left_out(school):
    assert completed(["goals"], "s") == {"show", "set", "share"}
    assert "write" in completed(["checkin"], "")
    assert {"--all", "--as", "--help"} <= completed(["goals"], "--")
    assert completed(["goals", "--as"], "lov") == {"ada"}
    assert "--minutes" in completed(["session", "held", "session-1"], "--m")
    assert completed(["export"], "--") == {"--help"}
