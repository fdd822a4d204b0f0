"""``peerloom agenda``: what a group does in its next session, minute by minute, and why."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.commands import Command
from peerloom.cli.scenes import Call, call_options, group_option, table
from peerloom.cli.session_views import session_of
from peerloom.mentoring.agenda import Agenda
from peerloom.programmes.views import agenda_of, sessions_to_come, suggestion_for

_HELP = """Plan what a group does in its next session, minute by minute, and why.

It is made of their goals, topics, what was left over, and who taught how long; only the members of
the group may see it, so give --as MEMBER. Without --session it is for the next one that is planned.

Examples:

\b
  peerloom agenda --as ada
  peerloom agenda --as ada --session session-1
  peerloom agenda --as ada --suggest

The exit code is 0 when all went well, 1 when the file cannot be used or there is no such session, 2
for a wrong option.
"""


@click.command("agenda", cls=Command, help=_HELP)
@click.option("--session", "session_id", metavar="SESSION", help="For this session.")
@group_option
@click.option("--suggest", is_flag=True, help="With an activity that would suit the group.")
@call_options
def agenda_command(call: Call, session_id: str | None, group_id: str | None, suggest: bool) -> None:
    """Plan what a group does in its next session."""
    scene = call.look()
    member = scene.actor
    if session_id is not None:
        session = session_of(scene, session_id)
        group = session.group
    else:
        group = scene.group(group_id).id
        coming = [
            one
            for one in sessions_to_come(scene.programme, member, now=scene.now)
            if one.group == group
        ]
        session_id = coming[0].id if coming else None
    suggestion = None
    if suggest:
        named = None if session_id is None else scene.programme.sessions[session_id]
        suggestion = suggestion_for(
            scene.programme,
            group,
            now=scene.now,
            minutes=None if named is None else named.minutes,
            kind=None if named is None else named.kind,
        )
    plan = agenda_of(
        scene.programme, group, now=scene.now, session=session_id, suggestion=suggestion
    )

    def show(console: Console) -> None:
        where = "" if session_id is None else f" of {session_id}"
        console.print(Text(f"The {plan.minutes} minutes{where}", style="bold"))
        made = table("From", "Min", "What", "Why")
        for item in plan.items:
            title = Text(str(item.title))
            if item.subject:
                title += Text(f"\n{item.subject}", style="italic")
            made.add_row(str(item.starts), str(item.minutes), title, Text(str(item.reason)))
        console.print(made)
        if plan.flip is not None:
            console.print(Text(str(plan.flip.reason)))

    call.answer({"group": group, "session": session_id, **_plain(plan)}, show)


def _plain(plan: Agenda) -> dict[str, Any]:
    return {
        "minutes": plan.minutes,
        "items": [
            {
                "starts": item.starts,
                "minutes": item.minutes,
                "kind": item.kind.value,
                "title": item.title.to_dict(),
                "reason": item.reason.to_dict(),
                "subject": item.subject,
                "lead": item.lead,
                "goal": item.goal,
                "activity": item.activity,
            }
            for item in plan.items
        ],
        "flip": None
        if plan.flip is None
        else {
            "teacher": plan.flip.teacher,
            "learner": plan.flip.learner,
            "reason": plan.flip.reason.to_dict(),
        },
    }
