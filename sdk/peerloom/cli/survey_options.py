"""How commands are told to read the CSV file of a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from peerloom.formats.survey_mapping import Repeated

_OPTIONS = (
    click.option("--delimiter", help="Between cells.  [default: found out]"),
    click.option("--encoding", help="Of the file, such as windows-1252.  [default: UTF-8]"),
    click.option(
        "--skip", type=click.IntRange(min=0), help="So many lines below the header are no answers."
    ),
    click.option(
        "--repeated",
        type=click.Choice([one.value for one in Repeated]),
        help="Which answer counts of somebody who answered more than once.  [default: refuse]",
    ),
)


def survey_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how the file is written, and which answer of somebody counts."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
