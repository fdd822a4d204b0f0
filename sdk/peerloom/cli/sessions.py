"""``peerloom session``: find a time, meet, and say how long it was and who did what."""

from __future__ import annotations

from datetime import datetime

import click
from rich.console import Console

from peerloom.cli.programme_options import moment_argument, moment_in
from peerloom.cli.scenes import Call, Scene, call_options, group_option
from peerloom.cli.session_telling import (
    VERBS,
    activity_option,
    change_one,
    check_activity,
    place_option,
    session_argument,
    tell,
    topic_option,
)
from peerloom.cli.session_views import (
    plain_session,
    plain_times,
    session_of,
    show_counts,
    show_ledger,
    show_session,
    show_sessions,
    show_times,
    times_words,
)
from peerloom.cli.verbs import Verbs
from peerloom.mentoring.session_changes import move
from peerloom.mentoring.session_outcomes import session_counts
from peerloom.mentoring.sessions import Session, SessionKind
from peerloom.mentoring.topics import Topic
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import propose_session, record_session
from peerloom.programmes.views import ledger_of, next_times_of

_HELP = """Sessions: find a time, meet, and say how long it was and who did what.

Without a verb it shows sessions. Staff see how many there were in each group and when the last one
was; a session itself is for its members only, so give --as MEMBER to act as one of them. Moments
are on the clock of the programme unless they have a time zone.

Examples:

\b
  peerloom session
  peerloom session times --as ada
  peerloom session propose 2026-11-26T18:00 --as ada
  peerloom session accept session-1 --as bo
  peerloom session move session-1 2026-11-27T18:00 --as bo
  peerloom session decline session-1 --as ada
  peerloom session cancel session-1 --as ada
  peerloom session held session-1 --as ada --minutes 50
  peerloom session missed session-1 --as bo
  peerloom session record 2026-11-26T18:00 --minutes 50 --as ada
  peerloom session describe session-1 --as ada --leftover joins --part ada 30 20 0
  peerloom session share-notes session-1 --as ada
  peerloom session keep-notes session-2 --as ada
  peerloom session ledger --as ada

The exit code is 0 when all went well, 1 when the file or a change cannot be, 2 for a wrong option.
"""

_minutes_option = click.option(
    "--minutes", type=click.IntRange(min=1), help="How long.  [default: as agreed]"
)


@click.group("session", cls=Verbs, help=_HELP)
def session_command() -> None:
    """Sessions of groups."""


for _verb in VERBS:
    session_command.add_command(_verb)


@session_command.verb("show")
@click.argument("session_id", metavar="[SESSION]", required=False)
@group_option
@call_options
def show_command(call: Call, session_id: str | None, group_id: str | None) -> None:
    """Show sessions, or one of them."""
    scene = call.look()
    if session_id is not None:
        session = session_of(scene, session_id)
        call.answer(
            {"session": plain_session(session)},
            lambda console: show_session(scene, session, console),
        )
    elif scene.member is None:
        least = scene.programme.policy.counting_minutes
        counts = {
            one.id: session_counts(
                scene.programme.sessions.of_group(one.id), counting_minutes=least
            )
            for one in scene.groups(group_id)
        }
        plain = [
            {
                "group": name,
                "members": list(scene.programme.groups[name].members),
                **{kind: getattr(one, kind) for kind in _COUNTS},
                "last_held_at": None if one.last_held_at is None else one.last_held_at.isoformat(),
            }
            for name, one in counts.items()
        ]
        call.answer({"groups": plain}, lambda console: show_counts(scene, counts, console))
    else:
        found = [
            one
            for group in scene.groups(group_id)
            for one in scene.programme.sessions.of_group(group.id)
            if scene.member in one.members
        ]
        call.answer(
            {"sessions": [plain_session(one) for one in found]},
            lambda console: show_sessions(scene, found, console),
        )


_COUNTS = ("proposed", "planned", "held", "not_held", "cancelled", "counted")


@session_command.verb("times")
@group_option
@_minutes_option
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="How many.")
@call_options
def times_command(call: Call, group_id: str | None, minutes: int | None, limit: int) -> None:
    """Find times at which everybody of a group is free; for its members only."""
    scene = call.look()
    scene.check_actor()
    group = scene.group(group_id)
    found = next_times_of(scene.programme, group.id, now=scene.now, minutes=minutes, limit=limit)

    def show(console: Console) -> None:
        show_times(scene, group, found, console)
        if found.slots:
            times_words(
                call.words("session propose", _typed(scene, found.slots[0].starts_at)), console
            )

    call.answer({"group": group.id, **plain_times(found)}, show)


@session_command.verb("propose")
@moment_argument("when")
@group_option
@_minutes_option
@activity_option
@place_option
@topic_option
@click.option("--listening", is_flag=True, help="Only to be listened to; private in all ways.")
@call_options
def propose_command(
    call: Call,
    when: datetime,
    group_id: str | None,
    minutes: int | None,
    activity_id: str | None,
    place: str | None,
    topics: tuple[str, ...],
    listening: bool,
) -> None:
    """Propose a time to one's group."""
    made: list[Session] = []

    def change(scene: Scene) -> Programme:
        by = scene.actor
        check_activity(scene, activity_id)
        programme, session = propose_session(
            scene.programme,
            scene.group(group_id).id,
            by=by,
            starts_at=moment_in(when, scene.programme),
            now=scene.now,
            minutes=minutes,
            kind=SessionKind.LISTENING if listening else SessionKind.MEETING,
            activity=activity_id,
            place=place or "",
            topics=tuple(Topic(text=text) for text in topics),
        )
        made.append(session)
        return programme

    scene = call.act(change)
    tell(call, scene, made[0].id, "The time was proposed. It holds when everybody says yes.")


@session_command.verb("record")
@moment_argument("when")
@click.option("--minutes", type=click.IntRange(min=1), required=True, help="How long it was.")
@group_option
@activity_option
@click.option("--listening", is_flag=True, help="It was only to be listened to.")
@call_options
def record_command(
    call: Call,
    when: datetime,
    minutes: int,
    group_id: str | None,
    activity_id: str | None,
    listening: bool,
) -> None:
    """Tell of a session that took place without being planned here."""
    made: list[Session] = []

    def change(scene: Scene) -> Programme:
        by = scene.actor
        check_activity(scene, activity_id)
        programme, session = record_session(
            scene.programme,
            scene.group(group_id).id,
            by=by,
            starts_at=moment_in(when, scene.programme),
            minutes=minutes,
            now=scene.now,
            kind=SessionKind.LISTENING if listening else SessionKind.MEETING,
            activity=activity_id,
        )
        made.append(session)
        return programme

    scene = call.act(change)
    tell(call, scene, made[0].id, "The session was written down; the others confirm it.")


@session_command.verb("move")
@session_argument
@moment_argument("when")
@_minutes_option
@call_options
def move_command(call: Call, session_id: str, when: datetime, minutes: int | None) -> None:
    """Propose another time for the same session."""

    def change(session: Session, scene: Scene) -> Session:
        return move(
            session,
            scene.actor,
            starts_at=moment_in(when, scene.programme),
            minutes=minutes,
            now=scene.now,
            others=scene.programme.sessions.of_group(session.group),
        )

    change_one(call, session_id, change, "Another time was proposed.")


@session_command.verb("ledger")
@group_option
@call_options
def ledger_command(call: Call, group_id: str | None) -> None:
    """Show who taught, learned and listened, in minutes; for the group only."""
    scene = call.look()
    scene.check_actor()
    group = scene.group(group_id)
    book = ledger_of(scene.programme, group.id)
    plain = {
        "group": group.id,
        "sessions": book.sessions,
        "accounts": [
            {
                "member": one.member,
                "taught": one.taught,
                "learned": one.learned,
                "listened": one.listened,
            }
            for one in book.accounts
        ],
    }
    call.answer(plain, lambda console: show_ledger(scene, book, console))


def _typed(scene: Scene, moment: datetime) -> str:
    """Write a moment as the command line reads it."""
    return scene.local(moment).isoformat(timespec="minutes")
