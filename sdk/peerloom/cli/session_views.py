"""Sessions as their members see them, and as staff may count them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from peerloom.cli.scenes import Scene, row, table
from peerloom.formats.terminal import bullet
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.ledger import Ledger, flip
from peerloom.mentoring.rhythms import NextTimes
from peerloom.mentoring.schemas.sessions import SessionSchema
from peerloom.mentoring.session_outcomes import SessionCounts, awaits_word_of
from peerloom.mentoring.sessions import Session, SessionKind, SessionState
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.sessions import present
from peerloom.programmes.views import names_of
from peerloom.zones import zone


def session_of(scene: Scene, session: str) -> Session:
    """Give a session of the member who acts.

    Raises
    ------
    NobodyActsError
        For staff, who see no session.
    UnknownRecordError
        For one that is not there, or not this member's: which of the two is not told.
    """
    member = scene.actor
    found = scene.programme.sessions.get(session)
    if found is None or member not in found.members:
        raise UnknownRecordError("session")
    return found


def plain_session(session: Session) -> dict[str, Any]:
    """Give a session as plain data, for its members."""
    plain: dict[str, Any] = SessionSchema().dump(session)
    return plain


def plain_times(found: NextTimes) -> dict[str, Any]:
    """Give times for a session as plain data."""
    return {
        "times": [
            {"starts_at": one.starts_at.isoformat(), "minutes": one.minutes} for one in found.slots
        ],
        "is_usual": found.is_usual,
        "reason": found.reason.to_dict(),
    }


def show_counts(scene: Scene, counts: Mapping[str, SessionCounts], console: Console) -> None:
    """Show what staff may know of the sessions of groups."""
    if not counts:
        console.print("There are no groups yet. Draw them: peerloom pair")
        return
    made = table("Group", "People", "To come", "Held", "Long enough", "Last one")
    for name, one in counts.items():
        last = "" if one.last_held_at is None else scene.clock(one.last_held_at)
        people = scene.people(scene.programme.groups[name].members)
        row(made, name, people, one.proposed + one.planned, one.held, one.counted, last)
    console.print(made)


def show_sessions(scene: Scene, sessions: Sequence[Session], console: Console) -> None:
    """Show the sessions of a member, the oldest first."""
    if not sessions:
        console.print("There is no session yet. Find a time: peerloom session times --as MEMBER")
        return
    made = table("Session", "When", "Minutes", "State", "With")
    for one in sorted(sessions, key=lambda one: (one.starts_at, one.id)):
        others = [other for other in one.members if other != scene.member]
        waits = scene.member in awaits_word_of(one, now=scene.now)
        row(
            made,
            one.id,
            scene.clock(one.starts_at),
            _minutes(one),
            _state(scene, one) + (" (did you meet?)" if waits else ""),
            scene.people(others),
        )
    console.print(made)


def show_session(scene: Scene, session: Session, console: Console) -> None:
    """Show all of a session, to its members."""
    others = scene.people(one for one in session.members if one != scene.member)
    head = Text(f"{session.id}  ", style="dim") + Text(scene.clock(session.starts_at), "bold")
    console.print(head)
    console.print(Text(f"  {_minutes(session)} minutes with {others} · {_state(scene, session)}"))
    for member in session.members:
        clock = scene.programme.members[member].profile.timezone
        if (
            session.starts_at.astimezone(zone(clock)).utcoffset()
            != scene.local(session.starts_at).utcoffset()
        ):
            there = session.starts_at.astimezone(zone(clock)).strftime("%a %H:%M")
            console.print(bullet(Text(f"For {scene.people([member])} it is {there} ({clock}).")))
    said = {
        "Only listening": "private" if session.kind is SessionKind.LISTENING else "",
        "Activity": session.activity or "",
        "Place": session.place,
        "Topics": ", ".join(topic.text for topic in session.topics),
        "Left for next time": ", ".join(topic.text for topic in session.leftovers),
        "Notes": session.notes,
        "Said yes": scene.people(one.member for one in session.answers),
    }
    for name, value in said.items():
        if value:
            console.print(bullet(Text(f"{name}: {value}")))
    for part in session.parts:
        console.print(
            bullet(
                Text(
                    f"{scene.people([part.member])}: taught {part.taught}, learned "
                    f"{part.learned}, listened {part.listened} minutes"
                )
            )
        )


def show_times(scene: Scene, group: PublishedGroup, found: NextTimes, console: Console) -> None:
    """Show times at which everybody of a group is free, on everybody's clock."""
    console.print(Text(str(found.reason)))
    if not found.slots:
        return
    people = present(scene.programme, group)
    clocks = [scene.timezone]
    for one in people:
        clock = scene.programme.members[one].profile.timezone
        if clock not in clocks:
            clocks.append(clock)
    made = table(*clocks, "Minutes")
    for slot in found.slots:
        local = [slot.starts_at.astimezone(zone(clock)) for clock in clocks]
        row(made, *(one.strftime("%a %Y-%m-%d %H:%M") for one in local), slot.minutes)
    console.print(made)


def times_words(words: Sequence[str], console: Console) -> None:
    """Say how to propose a time."""
    console.print(Text("Next: ", style="dim") + Text(shlex.join(words)), soft_wrap=True)


def show_ledger(scene: Scene, book: Ledger, console: Console) -> None:
    """Show who taught, learned and listened, and whether the roles should flip."""
    made = table("Who", "Taught", "Learned", "Listened")
    for one in book.accounts:
        row(made, scene.people([one.member]), one.taught, one.learned, one.listened)
    console.print(made)
    names = names_of(scene.programme, [one.member for one in book.accounts])
    change = flip(book, names)
    if change is not None:
        console.print(Text(str(change.reason)))


def _minutes(session: Session) -> int:
    return session.minutes_held if session.state is SessionState.HELD else session.minutes


def _state(scene: Scene, session: Session) -> str:
    said = session.state.value.replace("_", " ")
    if session.is_presumed:
        said += " (nobody said otherwise)"
    least = scene.programme.policy.counting_minutes
    is_over = session.state in (SessionState.CANCELLED, SessionState.NOT_HELD)
    if not is_over and _minutes(session) < least:
        said += f" (too short to count: {least} minutes do)"
    return said
