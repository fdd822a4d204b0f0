"""Commands that are made of several, such as ``peerloom goals set``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import click
from click.shell_completion import CompletionItem

from peerloom.cli.commands import Command, usage_said

_EXAMPLE = re.compile(r"^  (peerloom (?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
_CODES = "The exit code is 0 when all went well, 1 when it cannot be done, 2 for a wrong option."


class Verbs(click.Group):
    """A command with verbs; without one it shows what there is.

    So ``peerloom goals --as ada`` is ``peerloom goals show --as ada``. The examples in the help of
    the command say in which order verbs are listed, and each stands in the help of its verb, too.

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
        # A shell that completes the first word may complete a verb.
        is_open = ctx.resilient_parsing and not args
        is_help = bool(args) and args[0] in ctx.help_option_names
        if self.default and not (is_verb or is_open or is_help):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb; one that there is not is said as JSON where that is asked for."""
        with usage_said(as_json="--json" in ctx.args):
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the verbs in the order of the examples."""
        shown = dict.fromkeys(verb for verb, _ in self._examples() if verb in self.commands)
        return [*shown, *(name for name in self.commands if name not in shown)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a verb, with its examples in its help."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and command.epilog is None:
            own = [example for verb, example in self._examples() if verb == cmd_name]
            title = "Example" if len(own) == 1 else "Examples"
            shown = f"{title}:\n\n\b\n" + "\n".join(f"  {one}" for one in own) if own else ""
            command.epilog = "\n\n".join(filter(None, (shown, _CODES)))
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a verb, or an option of the verb that may be left out."""
        found = super().shell_complete(ctx, incomplete)
        command = None if self.default is None else self.get_command(ctx, self.default)
        if command is not None and incomplete.startswith("-"):
            below = click.Context(command, info_name=command.name, parent=ctx)
            known = {one.value for one in found}
            found += [
                one for one in command.shell_complete(below, incomplete) if one.value not in known
            ]
        return found

    def verb(
        self, name: str, *, summary: str | None = None
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Add a verb; what it is for is in its docstring where no summary is given."""

        def added(function: Callable[..., Any]) -> click.Command:
            command = click.command(name, cls=Command, help=summary)(function)
            self.add_command(command)
            return command

        return added

    def _examples(self) -> Iterator[tuple[str, str]]:
        """Give each example of the help with its verb; one without a verb is of the default."""
        for example in _EXAMPLE.findall(self.help or ""):
            words = example.split()[2:]
            is_verb = bool(words) and words[0] in self.commands
            yield (words[0] if is_verb else self.default or ""), example
