"""The command line: ``peerloom pair members.csv``."""

from __future__ import annotations

from importlib.metadata import version

import click

from peerloom.cli.pairing import pair_command
from peerloom.cli.repairing import repair_command
from peerloom.cli.rotating import rotate_command
from peerloom.pairing import engine
from peerloom.pairing.errors import EngineError


def _engine() -> str:
    """Name the engine that runs, or refuse what the environment asks for."""
    try:
        return engine.current().name
    except EngineError as error:
        raise click.UsageError(f"PEERLOOM_ENGINE: {error}") from None


def _tell_version(context: click.Context, *, asked: bool) -> None:
    """Print the version and the engine that runs, and end."""
    if asked and not context.resilient_parsing:
        click.echo(f"peerloom, version {version('peerloom')}, {_engine()} engine")
        context.exit()


@click.group()
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda context, _, value: _tell_version(context, asked=value),
    help="Show the version, and which engine runs.",
)
def main() -> None:
    """Peer mentoring between equals: pair people fairly, and say why."""
    _engine()


main.add_command(pair_command)
main.add_command(rotate_command)
main.add_command(repair_command)
