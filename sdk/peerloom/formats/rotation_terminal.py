"""A calendar of rounds as people read it on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from peerloom.formats.terminal import bullet, panel, show_command
from peerloom.rotation.calendar import Rotation


def show_rotation(rotation: Rotation, console: Console, command: Sequence[str]) -> None:
    """Show the groups of all rounds, who is in none, the certificate, and how to get it again.

    Parameters
    ----------
    rotation
        What to show.
    console
        Where. Names are shown as they are, never read as markup.
    command
        The words that make the same result.
    """
    console.print(_rounds(rotation))
    first = rotation.rounds[0]
    if first.not_paired:
        names = {member.id: member.display_name for member in first.members}
        said = [f"{names[one]}: {reason}" for one, reason in first.not_paired.items()]
        console.print(panel("In no group", Group(*(bullet(Text(line)) for line in said))))
    sentences = [Text(str(sentence)) for sentence in rotation.certificate().sentences()]
    console.print(panel("Certificate", Group(*map(bullet, sentences))))
    show_command(console, command)


def _rounds(rotation: Rotation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False, expand=True)
    table.add_column("Round", justify="right", no_wrap=True)
    table.add_column("Together", ratio=1, overflow="fold")
    table.add_column("Repeats", justify="right", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("At most", justify="right", no_wrap=True)
    for number, pairing in enumerate(rotation.rounds, start=1):
        groups = Text("; ").join(Text(" + ").join(map(Text, one.names)) for one in pairing.groups)
        repeats = sum(group.repeats > 0 for group in pairing.groups)
        figures = str(repeats), str(pairing.score), str(pairing.upper_bound)
        table.add_row(str(number), groups, *figures)
    return table
