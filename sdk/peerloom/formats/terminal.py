"""A pairing as people read it on a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from peerloom.pairings import Pairing
from peerloom.reasons import hours


def show(pairing: Pairing, console: Console, command: Sequence[str]) -> None:
    """Show the groups, who is in none, the certificate, and how to get the same again.

    Parameters
    ----------
    pairing
        What to show.
    console
        Where. Names are shown as they are, never read as markup.
    command
        The words that make the same result.
    """
    if pairing.groups:
        console.print(_groups(pairing))
    if pairing.relaxed:
        exceptions = [Text(str(relaxation.reason)) for relaxation in pairing.relaxed]
        console.print(panel("Exceptions from the rules", Group(*map(bullet, exceptions))))
    if pairing.not_paired:
        console.print(panel("Not in a group this time", _not_paired(pairing)))
    certificate = [Text(str(sentence)) for sentence in pairing.certificate().sentences()]
    console.print(panel("Certificate", Group(*map(bullet, certificate))))
    show_command(console, command)


def show_command(console: Console, command: Sequence[str]) -> None:
    """Say how to get the same again."""
    console.print(Text("The same result again:", style="dim"))
    # One unbroken line, so that it can be copied.
    console.print(Text(f"  {shlex.join(command)}"), soft_wrap=True)


def _groups(pairing: Pairing) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_lines=True, pad_edge=False, expand=True)
    table.add_column("", justify="right", style="dim", no_wrap=True)
    table.add_column("Together", ratio=3, overflow="fold")
    table.add_column("Common time", justify="right", no_wrap=True)
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("Why", ratio=7, overflow="fold")
    for number, group in enumerate(pairing.groups, start=1):
        names = Text("\n").join(Text(name, style="bold") for name in group.names)
        if pairing.is_locked(group):
            names.append("\nlocked", style="dim")
        why = Group(*(bullet(Text(str(reason))) for reason in pairing.explain(group)))
        common = Text(
            f"{hours(group.common_minutes)} h", style="" if group.common_minutes else "red"
        )
        table.add_row(str(number), names, common, str(group.score), why)
    return table


def _not_paired(pairing: Pairing) -> RenderableType:
    names = {member.id: member.display_name for member in pairing.members}
    return Group(
        *(
            bullet(Text(f"{names[member]}: {reason}"))
            for member, reason in pairing.not_paired.items()
        )
    )


def panel(title: str, content: RenderableType) -> Panel:
    """Frame something with a title."""
    return Panel(content, title=title, title_align="left", box=box.ROUNDED, border_style="dim")


def bullet(text: Text) -> RenderableType:
    """Set a text as one of a list."""
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True)
    row.add_column(overflow="fold")
    row.add_row(Text("·", style="dim"), text)
    return row
