"""``peerloom calendar``: the sessions of a member as an iCalendar file."""

from __future__ import annotations

from pathlib import Path

import click

from peerloom.cli.commands import Command, answer
from peerloom.cli.options import out_option
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.scenes import Call, call_options
from peerloom.programmes.feeds import calendar_of, calendar_of_session

_HELP = """Write the sessions of a member as an iCalendar file, for any calendar.

Import it, or put it where a calendar can subscribe to it. A session that moves or is called off
changes in the calendar too, when the new file is read. Nothing private is in it: no topics and no
notes, and a listening session looks like every other one. Sessions are for members: --as MEMBER
says whose.

Examples:

\b
  peerloom calendar --as ada --out ada.ics
  peerloom calendar --as ada --session session-1 --out session.ics
  peerloom calendar --as ada > ada.ics

The exit code is 0 when all went well, 1 when a file cannot be used or there is no such session, 2
for a wrong option.
"""


@click.command("calendar", cls=Command, help=_HELP)
@click.option("--session", "session_id", metavar="SESSION", help="Only this session.")
@out_option
@call_options
def calendar_command(call: Call, session_id: str | None, out: Path | None) -> None:
    """Write the sessions of a member as an iCalendar file."""
    keep_inputs(out, [call.path])
    scene = call.look()
    reader = scene.actor
    if session_id is None:
        count = len(scene.programme.sessions.of_member(reader))
        calendar = calendar_of(scene.programme, reader)
    else:
        count = 1
        calendar = calendar_of_session(scene.programme, reader, session_id)
    text = calendar.decode()
    if out is None:
        plain = {"sessions": count, "calendar": text}
        if call.as_json:
            call.answer(plain, lambda _: None)
        else:
            write(text, None)
        return
    write(text, out)
    where = click.format_filename(out)
    answer(
        {"sessions": count, "path": where},
        lambda console: console.print(
            f"Sessions in {where}: {count}.", markup=False, soft_wrap=True
        ),
        as_json=call.as_json,
    )
