"""What members say about a session, before it and after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from peerloom.cli.commands import Command
from peerloom.cli.people import member_named
from peerloom.cli.scenes import Call, Scene, call_options
from peerloom.cli.session_views import plain_session, session_of, show_session
from peerloom.mentoring.session_changes import accept, cancel, decline
from peerloom.mentoring.session_notes import Content, describe, share_notes, want_notes
from peerloom.mentoring.session_outcomes import confirm
from peerloom.mentoring.sessions import Part, Session, SessionError
from peerloom.mentoring.topics import Topic
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import change_session
from peerloom.programmes.views import activity

session_argument = click.argument("session_id", metavar="SESSION")
activity_option = click.option(
    "--activity", "activity_id", help="The id of an activity, see peerloom activities."
)
place_option = click.option("--place", help="A room or a link.")
topic_option = click.option(
    "--topic", "topics", multiple=True, help="What to talk about; repeat it."
)


class UnknownActivityError(SessionError):
    """An activity that there is not."""

    code = "activity_unknown"

    def __init__(self) -> None:
        super().__init__("There is no such activity: peerloom activities lists what there is.")


def change_one(
    call: Call, session_id: str, change: Callable[[Session, Scene], Session], sentence: str
) -> None:
    """Change one session of the member who acts, and say so."""

    def changes(scene: Scene) -> Programme:
        session = session_of(scene, session_id)
        return change_session(scene.programme, session.id, lambda one: change(one, scene))

    tell(call, call.act(changes), session_id, sentence)


def tell(call: Call, scene: Scene, session_id: str, sentence: str) -> None:
    """Say what became of a session, and show it."""
    session = scene.programme.sessions[session_id]
    call.tell(
        scene,
        sentence,
        {"session": plain_session(session)},
        show=lambda console: show_session(scene, session, console),
    )


def check_activity(scene: Scene, name: str | None) -> None:
    """Check that there is an activity of that id, where one is named.

    Raises
    ------
    UnknownActivityError
        Where there is none.
    """
    if name is not None and activity(scene.programme, name) is None:
        raise UnknownActivityError


def _part(scene: Scene, said: tuple[str, int, int, int]) -> Part:
    member, taught, learned, listened = said
    return Part(
        member=member_named(scene.programme, member),
        taught=taught,
        learned=learned,
        listened=listened,
    )


VERBS: list[click.Command] = []
"""What belongs to ``peerloom session``, in alphabetical order there."""


def _verb(name: str, summary: str | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    def added(function: Callable[..., Any]) -> click.Command:
        VERBS.append(click.command(name, cls=Command, help=summary)(function))
        return VERBS[-1]

    return added


def _saying(name: str, said: Callable[..., Session], summary: str, sentence: str) -> None:
    """Add a verb that says one thing about a session."""

    @_verb(name, summary)
    @session_argument
    @call_options
    def command(call: Call, session_id: str) -> None:
        def change(session: Session, scene: Scene) -> Session:
            return said(session, scene.actor, now=scene.now)

        change_one(call, session_id, change, sentence)


_saying("accept", accept, "Say yes to a time.", "You said yes.")
_saying(
    "decline", decline, "Say that a time does not work.", "This time is off; by whom, nobody sees."
)
_saying(
    "cancel", cancel, "Call a session off.", "The session was called off; by whom, nobody sees."
)


@_verb("held")
@session_argument
@click.option("--minutes", type=click.IntRange(min=1), help="How long.  [default: as planned]")
@call_options
def held_command(call: Call, session_id: str, minutes: int | None) -> None:
    """Say that one was in a session."""

    def change(session: Session, scene: Scene) -> Session:
        return confirm(session, scene.actor, minutes=minutes, now=scene.now)

    change_one(call, session_id, change, "Your word was written down.")


@_verb("missed")
@session_argument
@call_options
def missed_command(call: Call, session_id: str) -> None:
    """Say that a session did not take place with oneself."""

    def change(session: Session, scene: Scene) -> Session:
        return confirm(session, scene.actor, met=False, now=scene.now)

    change_one(call, session_id, change, "Your word was written down.")


@_verb("describe")
@session_argument
@activity_option
@place_option
@topic_option
@click.option(
    "--leftover", "leftovers", multiple=True, help="What is left for next time; repeat it."
)
@click.option("--notes", help="What you want to keep.")
@click.option(
    "--part",
    "parts",
    type=(str, click.IntRange(min=0), click.IntRange(min=0), click.IntRange(min=0)),
    multiple=True,
    metavar="MEMBER TAUGHT LEARNED LISTENED",
    help="Who did what, in minutes; once for each.",
)
@call_options
def describe_command(
    call: Call,
    session_id: str,
    activity_id: str | None,
    place: str | None,
    topics: tuple[str, ...],
    leftovers: tuple[str, ...],
    notes: str | None,
    parts: tuple[tuple[str, int, int, int], ...],
) -> None:
    """Write what a session is about, or what it left. Only what is named changes."""

    def change(session: Session, scene: Scene) -> Session:
        check_activity(scene, activity_id)
        said: dict[str, Any] = {"activity": activity_id, "place": place, "notes": notes}
        content: Content = {  # type: ignore[assignment] # the keys are those of Content
            name: value for name, value in said.items() if value is not None
        }
        if topics:
            content["topics"] = tuple(Topic(text=text) for text in topics)
        if leftovers:
            content["leftovers"] = tuple(Topic(text=text) for text in leftovers)
        if parts:
            news = [_part(scene, one) for one in parts]
            named = {one.member for one in news}
            kept = [one for one in session.parts if one.member not in named]
            content["parts"] = (*kept, *news)
        return describe(session, scene.actor, now=scene.now, **content)

    change_one(call, session_id, change, "The session was described.")


@_verb("share-notes")
@session_argument
@click.option("--not", "is_off", is_flag=True, help="Agree no more.")
@call_options
def share_notes_command(call: Call, session_id: str, is_off: bool) -> None:
    """Agree that staff read the notes; they may when all agree."""

    def change(session: Session, scene: Scene) -> Session:
        return share_notes(session, scene.actor, shares=not is_off, now=scene.now)

    change_one(call, session_id, change, "Your wish was written down.")


@_verb("keep-notes")
@session_argument
@click.option("--not", "is_off", is_flag=True, help="Delete what was written.")
@call_options
def keep_notes_command(call: Call, session_id: str, is_off: bool) -> None:
    """Want notes of a listening session kept; they are when all want it."""

    def change(session: Session, scene: Scene) -> Session:
        return want_notes(session, scene.actor, wants=not is_off, now=scene.now)

    change_one(call, session_id, change, "Your wish was written down.")
