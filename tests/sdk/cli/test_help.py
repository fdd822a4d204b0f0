"""Help helps: each command and verb has an example, and each example can be run as it stands."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from peerloom.cli import main

EXAMPLE = re.compile(r"^ +peerloom ((?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)


def walk(command, words=()):
    """Give each command and verb with the words that lead to it."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from walk(command.get_command(context, name), (*words, name))


ALL = {" ".join(words): command for words, command in walk(main)}


def help_of(name):
    context = click.Context(ALL[name], info_name=f"peerloom {name}".strip(), terminal_width=400)
    return context.get_help()


def examples(name):
    """Give the words of each example, without a shell's way to write into a file."""
    found = EXAMPLE.findall(help_of(name).partition("Options:")[0])
    lines = [*found, *EXAMPLE.findall(ALL[name].epilog or "")]
    return [shlex.split(one.replace("\\\n", " ").partition(" > ")[0]) for one in lines]


@pytest.mark.parametrize("name", ALL)
def test_each_command_has_an_example_that_is_its_own(name):
    own = [words for words in examples(name) if " ".join(words).startswith(name)]
    # A verb that may be left out is in no example: "peerloom goals" is "peerloom goals show".
    default = name.removesuffix(" show").removesuffix(" find")
    assert own or default != name
    assert examples(name)


@pytest.mark.parametrize("name", ALL)
def test_each_example_is_what_the_command_takes(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for words in examples(name):
        command, context = main, click.Context(main)
        while isinstance(command, click.Group):
            word = words[0] if words and words[0] in command.list_commands(context) else None
            words = words[1:] if word else words
            command = command.get_command(context, word or getattr(command, "default", None) or "")
            assert command is not None
            context = click.Context(command)
        command.make_context(command.name, list(words))


@pytest.mark.parametrize("name", ALL)
def test_what_may_be_left_out_stands_in_brackets(name):
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Argument):
            shown = parameter.make_metavar(click.Context(ALL[name]))
            assert shown.startswith("[") is not parameter.required


@pytest.mark.parametrize("name", ALL)
def test_each_option_says_what_it_does_and_each_command_how_it_ends(name):
    command = ALL[name]
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(one.help for one in options)
    if name:
        assert "exit code" in (command.help or "") + (command.epilog or "")
    if not isinstance(command, click.Group):
        assert any("--json" in one.opts for one in options)


def test_a_verb_is_listed_in_the_order_of_the_examples():
    shown = help_of("goals").partition("Commands:")[2]
    assert [line.split()[0] for line in shown.strip().splitlines()][:3] == [
        "show",
        "set",
        "progress",
    ]


def test_an_example_of_two_lines_is_whole():
    assert "--unit applications \\\n        --due 2026-12-18" in help_of("goals set")
