"""Help comes at once: no command is imported before it runs."""

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from peerloom.cli import COMMANDS, SECTIONS, main


def test_help_lists_all_commands_without_importing_them():
    code = (
        "import sys; from peerloom.cli import main, COMMANDS\n"
        "main(['--help'], standalone_mode=False)\n"
        "own = {f'peerloom.cli.{one.partition(\":\")[0]}' for one, _ in COMMANDS.values()}\n"
        "assert not own & set(sys.modules), own & set(sys.modules)\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert shown.returncode == 0, shown.stderr
    assert all(f"  {name} " in shown.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_there_and_says_what_it_is_for(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert "xit code" in command.help
    assert name in command.help or name in {"init", "members"}


def test_a_command_that_is_not_there(peerloom):
    result = peerloom("nonsense")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'There is no command "nonsense".' in result.stderr
    assert 'no command "pubish" (did you mean "publish"?)' in peerloom("pubish").stderr


@pytest.mark.parametrize("words", [["pubish", "--json"], ["--nonsense", "members", "--json"]])
def test_what_is_wrong_before_a_command_is_json_where_asked_for(peerloom, words):
    result = peerloom(*words)
    assert (result.exit_code, result.stderr) == (2, "")
    assert json.loads(result.stdout)["error"]["code"] == "option_wrong"


def test_each_command_stands_below_one_heading(peerloom):
    shown = peerloom("--help").stdout
    assert [shown.count(f"\n  {name} ") for name in COMMANDS] == [1] * len(COMMANDS)
    assert all(f"\n{heading}:\n" in shown for heading in SECTIONS)
