"""What a terminal shows while something takes long."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from peerloom.progress import OnProgress, Progress


@contextlib.contextmanager
def progress_shown(words: str) -> Iterator[OnProgress | None]:
    """Show on a terminal how far a pairing has come; nothing where nobody looks.

    Parameters
    ----------
    words
        What is being done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Bar(*columns, console=console, transient=True) as bar:
        yield _teller(bar, words)


def _teller(bar: Bar, words: str) -> Callable[[Progress], None]:
    task = bar.add_task(words, total=None)

    def tell(state: Progress) -> None:
        so_far = "" if state.score is None else f": at most {100 * state.gap:.1f} % from the best"
        bar.update(task, description=f"{words}{so_far}")

    return tell
