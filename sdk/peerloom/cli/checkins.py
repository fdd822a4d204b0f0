"""``peerloom checkin``: the good, the bad and an idea, whether it fits, and how one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Call, Scene, call_options, group_option
from peerloom.cli.verbs import Verbs
from peerloom.formats.terminal import bullet
from peerloom.mentoring.checkins import (
    MOODS,
    CheckInView,
    Fit,
    Visibility,
    questions,
    readers,
    visible_to,
)
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moods import MoodTrend, mood_trend, support
from peerloom.programmes.feedback import check_in
from peerloom.programmes.programme import Programme

_HELP = """Check-ins: the good, the bad and an idea, whether it fits, and how one is.

Without a verb it shows them. What somebody writes is read by the others of their group or by staff,
as they choose; whether it fits only by staff; how they are by nobody but themself. Give --as MEMBER
to act as one of them.

Examples:

\b
  peerloom checkin
  peerloom checkin questions
  peerloom checkin write --as ada --session session-1 --good "You let me finish" --fit good --mood 4
  peerloom checkin write --as ada --bad "We start late" --to staff
  peerloom checkin --as bo

The exit code is 0 when all went well, 1 when the file or an answer cannot be used, 2 for a wrong
option.
"""

_FIT_NAMES = {Fit.GOOD: "good", Fit.UNSURE: "unsure", Fit.NOT_A_FIT: "not a fit"}


@click.group("checkin", cls=Verbs, help=_HELP)
def checkin_command() -> None:
    """Check-ins of members."""


@checkin_command.verb("show")
@group_option
@call_options
def show_command(call: Call, group_id: str | None) -> None:
    """Show check-ins, and to a member where their own mood goes."""
    scene = call.look()
    views = [
        view
        for group in _groups(scene, group_id)
        for one in scene.programme.check_ins.of_group(group.id)
        if (view := visible_to(scene.viewer, one, group)) is not None
    ]
    trend = None
    if scene.member is not None:
        own = scene.programme.check_ins.of_member(scene.member)
        trend = mood_trend(own, scene.member, now=scene.now)
    call.answer(_plain(scene, views, trend), lambda console: _show(scene, views, trend, console))


@checkin_command.verb("questions")
@click.option(
    "--to",
    "visibility",
    type=click.Choice([one.value for one in Visibility]),
    default=Visibility.PARTNER.value,
    show_default=True,
    help="Who is to read the words.",
)
@call_options
def questions_command(call: Call, visibility: str) -> None:
    """Show what is asked, and who will read which answer."""
    asked, told = questions(), readers(Visibility(visibility))

    def show(console: Console) -> None:
        for one in asked:
            console.print(Text(f"--{one.code}: ", style="dim") + Text(str(one)))
        for one in told:
            console.print(bullet(Text(str(one))))

    plain = {
        "questions": [one.to_dict() for one in asked],
        "readers": [one.to_dict() for one in told],
    }
    call.answer(plain, show)


@checkin_command.verb("write")
@click.option("--session", "session_id", metavar="SESSION", help="Which one it is about.")
@group_option
@click.option("--good", default="", help="What was good.")
@click.option("--bad", default="", help="What was not so good.")
@click.option("--idea", default="", help="An idea for the next time.")
@click.option("--fit", type=click.Choice([one.value for one in Fit]), help="Whether it fits.")
@click.option("--mood", type=click.IntRange(MOODS[0], MOODS[-1]), help="How one is.")
@click.option(
    "--to",
    "visibility",
    type=click.Choice([one.value for one in Visibility]),
    default=Visibility.PARTNER.value,
    show_default=True,
    help="Who reads the words: the others of the group, or staff.",
)
@call_options
def write_command(
    call: Call, session_id: str | None, group_id: str | None, visibility: str, **said: Any
) -> None:
    """Write a check-in, after a session or mid-week."""
    made: list[str] = []

    def change(scene: Scene) -> Programme:
        member = scene.actor
        named = group_id
        if session_id is not None and named is None:
            session = scene.programme.sessions.get(session_id)
            named = None if session is None else session.group
        programme, written = check_in(
            scene.programme,
            scene.group(named).id,
            member,
            now=scene.now,
            session=session_id,
            visibility=Visibility(visibility),
            **said,
        )
        made.append(written.id)
        return programme

    scene = call.act(change)
    written = scene.programme.check_ins[made[0]]
    view = visible_to(scene.viewer, written, scene.programme.groups[written.group])
    plain = {"check_in": None if view is None else _plain_view(view)}
    told = [str(one) for one in readers(written.visibility)]
    call.tell(
        scene,
        "The check-in was written down.",
        {**plain, "readers": told},
        show=lambda console: _show_lines(told, console),
    )


def _groups(scene: Scene, named: str | None) -> Iterable[PublishedGroup]:
    """Give the groups whose check-ins somebody may read; staff those that have ended, too."""
    if named is None and scene.member is None:
        return scene.programme.groups
    return scene.groups(named)


def _plain(scene: Scene, views: Sequence[CheckInView], trend: MoodTrend | None) -> dict[str, Any]:
    plain: dict[str, Any] = {"check_ins": [_plain_view(one) for one in views]}
    if trend is not None:
        words = support(trend, scene.programme.settings.help_link)
        plain["mood"] = {
            "state": trend.state.value,
            "answers": trend.answers,
            "support": [one.to_dict() for one in words],
        }
    return plain


def _plain_view(view: CheckInView) -> dict[str, Any]:
    return {
        "id": view.check_in,
        "group": view.group,
        "member": view.member,
        "at": view.at.isoformat(),
        "session": view.session,
        "good": view.good,
        "bad": view.bad,
        "idea": view.idea,
        "fit": None if view.fit is None else view.fit.value,
        "mood": view.mood,
    }


def _show(
    scene: Scene, views: Sequence[CheckInView], trend: MoodTrend | None, console: Console
) -> None:
    if not views:
        console.print("There is no check-in that you may read.")
    for view in sorted(views, key=lambda one: (one.at, one.check_in)):
        about = "" if view.session is None else f" · about {view.session}"
        console.print(
            Text(f"{scene.clock(view.at)}  ", style="dim")
            + Text(scene.people([view.member]), "bold")
            + Text(about, style="dim")
        )
        said = {"Good": view.good, "Bad": view.bad, "Idea": view.idea}
        if view.fit is not None:
            said["Fit"] = _FIT_NAMES[view.fit]
        if view.mood is not None:
            said["Mood"] = f"{view.mood} of {MOODS[-1]} (only you see this)"
        for name, value in said.items():
            if value:
                console.print(bullet(Text(f"{name}: {value}")))
    if trend is not None:
        for sentence in support(trend, scene.programme.settings.help_link):
            console.print(Text(str(sentence)))


def _show_lines(lines: Sequence[str], console: Console) -> None:
    for one in lines:
        console.print(bullet(Text(one)))
