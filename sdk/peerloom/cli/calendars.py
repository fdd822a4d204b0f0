"""``peerloom calendar``: the sessions of a member as an iCalendar file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import click

from peerloom.cli.commands import Command, answer
from peerloom.cli.options import out_option
from peerloom.cli.output import keep_inputs, write
from peerloom.cli.scenes import Call, call_options
from peerloom.cli.session_views import session_of
from peerloom.mentoring.calendars import calendar_feed, calendar_file
from peerloom.programmes.programme import Programme

_HELP = """Write the sessions of a member as an iCalendar file, for any calendar.

Import it, or put it where a calendar can subscribe to it. A session that moves or is called off
changes in the calendar too, when the new file is read. Nothing private is in it: no topics and no
notes, and of a listening session only its time. Sessions are for members: --as MEMBER says whose.

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
    programme = scene.programme
    sessions = programme.sessions.of_member(reader)
    if session_id is not None:
        sessions = (session_of(scene, session_id),)
    people = {one for session in sessions for one in session.members}
    names = {one: programme.members[one].profile.display_name for one in people}
    if session_id is not None:
        calendar = calendar_file(
            sessions[0], programme=_address(programme), reader=reader, names=names
        )
    else:
        calendar = calendar_feed(
            sessions,
            programme=_address(programme),
            reader=reader,
            title=programme.name,
            names=names,
        )
    text = calendar.decode()
    if out is None:
        plain = {"sessions": len(sessions), "calendar": text}
        if call.as_json:
            call.answer(plain, lambda _: None)
        else:
            write(text, None)
        return
    write(text, out)
    where = click.format_filename(out)
    answer(
        {"sessions": len(sessions), "path": where},
        lambda console: console.print(
            f"Sessions in {where}: {len(sessions)}.", markup=False, soft_wrap=True
        ),
        as_json=call.as_json,
    )


def _address(programme: Programme) -> str:
    """Give what tells the programme from every other one for ever.

    A file on a disk has no address and may be renamed. Its private seed stays, and a digest of it
    tells nobody the seed.
    """
    return hashlib.sha256(f"peerloom calendar {programme.private_seed}".encode()).hexdigest()
