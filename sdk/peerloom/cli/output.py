"""Writing what a command made: to the screen, or all of it into a file."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

WIDTH_OF_A_FILE = 100


def keep_inputs(out: Path | None, inputs: list[Path]) -> None:
    """Refuse, before anything is done, a file that must not or cannot be written.

    A file that is being read may be the only copy. Where no file can be made, nothing is changed.
    """
    if out is None:
        return
    if out.exists():
        for path in inputs:
            if path.is_file() and path.samefile(out):
                raise click.BadParameter(
                    f'"{out}" is a file to read from; choose another name.', param_hint="'--out'"
                )
        if not out.is_file():
            return
    try:
        with tempfile.TemporaryFile(dir=out.resolve().parent):
            pass
    except OSError as error:
        refuse(click.format_filename(out), error)


def write(content: str | Callable[[Console], None], out: Path | None) -> None:
    """Write a text, or what is shown on a console; if that fails, say so and end with 1.

    Parameters
    ----------
    content
        The text, or a function that shows something on the console it is given.
    out
        Where to; None for the screen.
    """
    try:
        if isinstance(content, str):
            _write(content.encode(), out)
        elif out is None:
            if isinstance(sys.stdout, io.TextIOWrapper):
                # A terminal that knows only some letters shows the others as "?", and goes on.
                sys.stdout.reconfigure(errors="replace")
            content(Console(highlight=False))
        else:
            page = io.StringIO()
            content(Console(file=page, width=WIDTH_OF_A_FILE, highlight=False))
            _write(page.getvalue().encode(), out)
    except BrokenPipeError:
        raise  # whoever reads has seen enough: click ends quietly
    except OSError as error:
        if out is None:
            refuse_output(error)
        refuse(click.format_filename(out), error)


def refuse_output(error: OSError) -> NoReturn:
    """Say that nothing can be written to the screen or the pipe, and end with 1."""
    # What still waits in the buffer would fail once more at the end, in Python's own words.
    with contextlib.suppress(OSError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    refuse("the output", error)


def refuse(where: str, error: OSError) -> NoReturn:
    """Say that something cannot be written, and end with 1."""
    why = (error.strerror or "an error").lower()
    click.echo(f"{where}: expected a file that can be written, found {why}", err=True)
    sys.exit(1)


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(content, nl=False)
    else:
        _replace(out, content)


def _replace(out: Path, content: bytes) -> None:
    """Put all of the content into place at once, or leave everything as it was."""
    target = out.resolve()  # a link stays a link
    if target.exists() and not target.is_file():
        # A device or pipe such as /dev/null cannot be replaced, only written to.
        target.write_bytes(content)
        return
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:  # also Ctrl-C
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """Read the mask of new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
