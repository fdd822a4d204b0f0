"""Commands that are imported only when they run: a page of help must come at once."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from peerloom.cli.commands import usage_said
from peerloom.cli.output import refuse_output
from peerloom.policy import meant


class LazyGroup(click.Group):
    """A group that knows the names of its commands, and what each is for, without importing any.

    Parameters
    ----------
    sections
        For each heading in the list of commands, the names of its commands: with the module below
        ``peerloom.cli`` and its function, such as ``"pairing:pair_command"``, and a few words.
    """

    def __init__(
        self,
        *arguments: Any,
        sections: Mapping[str, Mapping[str, tuple[str, str]]],
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.sections = sections
        self.lazy = {name: entry for own in sections.values() for name, entry in own.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names in the order in which an organizer meets them."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command, and only that one."""
        if cmd_name not in self.lazy:
            return None
        module, _, function = self.lazy[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"peerloom.cli.{module}"), function)
        return command

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run, and say in a sentence what even a page of help cannot be written to."""
        try:
            return super().main(*arguments, **options)
        except OSError as error:
            refuse_output(error)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options before the command; what is wrong is said as JSON if asked for."""
        with usage_said(as_json="--json" in args):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; one that there is not is said as JSON where that is asked for."""
        with usage_said(as_json="--json" in ctx.args):
            return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for one that there is not, say which was probably meant."""
        name = args[0]
        if name in self.lazy or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        raise click.UsageError(f'There is no command "{name}"{meant(name, self.lazy)}.', ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands with what they are for, below their headings."""
        width = max(map(len, self.lazy))
        for heading, own in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), words) for name, (_, words) in own.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the name of a command."""
        names = [name for name in self.lazy if name.startswith(incomplete)]
        return [
            *(CompletionItem(name, help=self.lazy[name][1]) for name in names),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]
