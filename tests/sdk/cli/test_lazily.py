"""Help comes at once: no command is imported before it runs."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from peerloom.cli import COMMANDS, main


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
    assert result.exit_code == 2
    assert "No such command" in result.stderr
