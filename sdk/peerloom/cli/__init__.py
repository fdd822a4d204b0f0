"""The command line: ``peerloom pair members.csv``."""

from __future__ import annotations

from importlib.metadata import version

import click

from peerloom.cli.pairing import pair_command
from peerloom.cli.repairing import repair_command
from peerloom.cli.rotating import rotate_command
from peerloom.pairing import engine


@click.group()
@click.version_option(
    version("peerloom"),
    prog_name="peerloom",
    message=f"%(prog)s, version %(version)s, {engine.current().name} engine",
)
def main() -> None:
    """Peer mentoring between equals: pair people fairly, and say why."""


main.add_command(pair_command)
main.add_command(rotate_command)
main.add_command(repair_command)
