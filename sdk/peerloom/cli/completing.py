"""``peerloom completion``: what makes a shell complete commands, options and members."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

from peerloom.cli.commands import Command, answer, json_option

_HELP = """Print the script that makes a shell complete commands, options and the ids of members.

Add one line to the file that your shell reads when it starts:

\b
  bash (~/.bashrc):                     eval "$(peerloom completion bash)"
  zsh (~/.zshrc):                       eval "$(peerloom completion zsh)"
  fish (~/.config/fish/config.fish):    peerloom completion fish | source

Example:

\b
  peerloom completion bash

The exit code is 0, or 2 for a shell that is not known.
"""


@click.command("completion", cls=Command, help=_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@json_option
@click.pass_context
def completion_command(context: click.Context, shell: str, as_json: bool) -> None:
    """Print what makes a shell complete commands."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.BadParameter("this shell is not known.", param_hint="'SHELL'")
    completion = kind(context.find_root().command, {}, "peerloom", "_PEERLOOM_COMPLETE")
    # The script alone: bash's own class would start a bash first, to look at its version.
    script = ShellComplete.source(completion)
    answer(
        {"shell": shell, "script": script},
        lambda _: click.echo(script, nl=False),
        as_json=as_json,
    )
