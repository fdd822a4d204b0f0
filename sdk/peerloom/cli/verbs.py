"""Commands that are made of several, such as ``peerloom goals set``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from peerloom.cli.commands import Command, json_text
from peerloom.cli.output import write


class Verbs(click.Group):
    """A command with verbs; without one it shows what there is.

    So ``peerloom goals --as ada`` is ``peerloom goals show --as ada``.

    Parameters
    ----------
    default
        The verb that may be left out; None where each must be said.
    """

    def __init__(self, *arguments: Any, default: str | None = "show", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb in where it was left out."""
        is_verb = bool(args) and not args[0].startswith("-")
        if self.default and not is_verb and not (args and args[0] in ctx.help_option_names):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; one that there is not is said as JSON where that is asked for."""
        is_json = "--json" in ctx.args
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if not is_json:
                raise
            plain = {"code": "option_wrong", "sentence": error.format_message()}
            write(json_text({"error": plain}), None)
            sys.exit(error.exit_code)

    def verb(
        self, name: str, *, summary: str | None = None
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Add a verb; what it is for is in its docstring where no summary is given."""

        def added(function: Callable[..., Any]) -> click.Command:
            command = click.command(name, cls=Command, help=summary)(function)
            self.add_command(command)
            return command

        return added
