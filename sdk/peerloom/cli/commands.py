"""What all commands do alike: they say what is wrong in a sentence or as JSON, and how they end."""

from __future__ import annotations

import contextlib
import json
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.output import write
from peerloom.errors import FileError, InfeasibleError, PeerloomError, Problem, RepairError

INTERRUPTED = 130
"""How a command ends that was stopped by Ctrl-C, as in every shell."""

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Write plain data for programs, errors too."
)


class Command(click.Command):
    """A command that ends with 0, 1, 2 or 130, and never with a traceback.

    A `PeerloomError` is said in its sentence and ends with 1; a wrong option ends with 2; Ctrl-C
    ends with 130. With ``--json`` an error is written as ``{"error": {"code", "sentence", ...}}``
    to the output, where the answer would be.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options; what is wrong with them is said as JSON where that is asked for."""
        is_asked = parent is None or not parent.resilient_parsing
        with usage_said(as_json=is_asked and "--json" in args):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and say what cannot be done."""
        as_json = bool(ctx.params.get("as_json"))
        try:
            with usage_said(as_json=as_json):
                return super().invoke(ctx)
        except PeerloomError as error:
            if hint := _hint(error, ctx.params):
                error.add_note(hint)
            if as_json:
                _end(plain_error(error), 1)
            for line in (error.sentence, *hints_of(error)):
                click.echo(line, err=True)
            sys.exit(1)
        except KeyboardInterrupt:
            click.echo(
                "Stopped. Nothing is half done: a change is made whole or not at all.", err=True
            )
            sys.exit(INTERRUPTED)


def _hint(error: PeerloomError, given: Mapping[str, Any]) -> str:
    """Give the words that help after an error, or nothing."""
    if error.code == "file_missing" and "path" in given:
        words = ["peerloom", "init", "NAME", "--programme", str(given["path"])]
        return f"To begin a programme: {shlex.join(words)}"
    if isinstance(error, InfeasibleError) and "relax" in given:
        return "To accept these exceptions: --relax"
    if isinstance(error, RepairError) and error.smallest is not None:
        return f"To allow as many: --most-groups {error.smallest}"
    return ""


@contextlib.contextmanager
def usage_said(*, as_json: bool) -> Iterator[None]:
    """Say a wrong option as JSON, and end with 2, where that is asked for."""
    try:
        yield
    except click.UsageError as error:
        if not as_json:
            raise
        _end({"code": "option_wrong", "sentence": error.format_message()}, error.exit_code)


def answer(
    data: Any,
    show: Callable[[Console], None],
    *,
    as_json: bool,
) -> None:
    """Write what a command has to say: as plain data, or for people.

    Parameters
    ----------
    data
        What JSON holds; its keys stay the same.
    show
        Shows it on a console.
    as_json
        Whether the plain data is asked for.
    """
    write(json_text(data) if as_json else show, None)


def json_text(data: Any) -> str:
    """Give plain data as JSON for programs and people."""
    text = f"{json.dumps(data, ensure_ascii=False, indent=2)}\n"
    # Half a character, as in a word that is no UTF-8, becomes an escape, which JSON has, too.
    return text.encode("utf-8", "backslashreplace").decode()


def plain_error(error: PeerloomError) -> dict[str, Any]:
    """Give an error as plain data.

    Examples
    --------
    >>> plain_error(PeerloomError("Choose another name."))
    {'code': 'peerloom', 'sentence': 'Choose another name.'}
    """
    plain: dict[str, Any] = {"code": error.code, "sentence": error.sentence}
    if isinstance(error, FileError):
        plain["problems"] = [_plain_problem(problem) for problem in error.problems]
    if hints := hints_of(error):
        plain["hints"] = hints
    if isinstance(error, InfeasibleError):
        plain["relaxations"] = [one.to_dict() for one in error.relaxations]
    for name in ("field", "expected", "choices", "smallest"):
        if value := getattr(error, name, None):
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def hints_of(error: PeerloomError) -> list[str]:
    """Give what a command has noted on an error: words that help on the command line."""
    return list(getattr(error, "__notes__", ()))


def _plain_problem(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line,
        "column": problem.column,
        "expected": problem.expected,
        "found": problem.found,
    }


def _end(error: dict[str, Any], code: int) -> NoReturn:
    write(json_text({"error": error}), None)
    sys.exit(code)


def say(
    sentences: Sequence[str],
    data: Mapping[str, Any],
    *,
    as_json: bool,
    undo: Sequence[str] = (),
    then: Sequence[Sequence[str]] = (),
    body: Callable[[Console], None] | None = None,
) -> None:
    """Say what a command changed, how to take it back, and what may come next.

    Parameters
    ----------
    sentences
        What changed.
    data
        The same for programs; the sentences and `undo` are added to it.
    as_json
        Whether only programs read it.
    undo
        The words of the command that takes it back; none where nothing changed.
    then
        The words of commands that may come next.
    body
        Shows more below the sentences.
    """

    def show(console: Console) -> None:
        for sentence in sentences:
            console.print(Text(sentence))
        if body is not None:
            body(console)
        for label, commands in (("To undo it:", [undo] if undo else []), ("Next:", then)):
            for command in commands:
                # One unbroken line, so that it can be copied.
                words = Text.assemble((f"{label} ", "dim"), shlex.join(command))
                console.print(words, soft_wrap=True)

    plain = {**data, "sentences": list(sentences)}
    answer({**plain, "undo": shlex.join(undo)} if undo else plain, show, as_json=as_json)
