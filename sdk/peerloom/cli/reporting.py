"""``peerloom report``: the programme at a glance, on the screen, as a page or as Markdown."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click

from peerloom.cli.commands import Command, json_option, json_text
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.programme_options import at_option, now_of, programme_option
from peerloom.cli.waiting import progress_shown
from peerloom.formats.report_facts import report_facts
from peerloom.formats.report_markdown import to_markdown
from peerloom.formats.report_page import to_html
from peerloom.formats.report_terminal import show_report
from peerloom.programmes.files import load_programme

_HELP = """Show the programme at a glance: who needs somebody, rounds, who met, what changed.

It is for staff: it names people, and tells nothing that they keep among themselves. With
--without-names it names nobody and hides small numbers of groups, too, so that others may read it.
Numbers that would tell what single people answered are hidden in both.

Examples:

\b
  peerloom report
  peerloom report --out report.html
  peerloom report --without-names --out for-the-board.html
  peerloom report --format markdown --at 2026-12-18T18:00
  peerloom report --lots

The page needs no network and runs no script: open it, send it, print it. The exit code is 0 when
the report was made, 1 when the file cannot be read or the report not be written, 2 for a wrong
option.
"""

_DRAWS = 200
_FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


@click.command("report", cls=Command, help=_HELP)
@programme_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "html", "markdown"]),
    help="What to write.  [default: as the name of --out ends, or text]",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file instead of the screen; all of it or nothing.",
)
@click.option(
    "--without-names", is_flag=True, help="Name nobody, so that others than staff may read it."
)
@click.option(
    "--lots",
    "with_lots",
    is_flag=True,
    help="Also draw the lot of this round again, to compare people by it. It takes a while.",
)
@at_option
@json_option
def report_command(
    path: Path,
    format_: str | None,
    out: Path | None,
    without_names: bool,
    with_lots: bool,
    at: datetime | None,
    as_json: bool,
) -> None:
    """Show the programme at a glance."""
    if as_json and format_ is not None:
        raise click.UsageError("--json and --format exclude each other: give one of them.")
    keep_inputs(out, [path])
    programme = load_programme(path)
    with progress_shown("Drawing again") if with_lots else nullcontext():
        facts = report_facts(
            programme,
            now=now_of(at, programme),
            with_names=not without_names,
            draws=_DRAWS if with_lots else 0,
        )
    chosen = format_ or ("text" if out is None else _FORMATS.get(out.suffix.lower(), "text"))
    if as_json:
        write(json_text(facts.to_dict()), out)
    elif chosen == "html":
        write(to_html(facts), out)
    elif chosen == "markdown":
        write(to_markdown(facts), out)
    else:
        write(lambda console: show_report(facts, console), out)
    if out is not None and not as_json:
        click.echo(f"{click.format_filename(out)}: the report is written.")
