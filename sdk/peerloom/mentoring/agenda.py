"""The agenda of a session: what to talk about, for how long, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from peerloom.availability import MINUTES_OF_DAY
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.agenda_candidates import (
    OPEN,
    activity_item,
    arrival,
    beginnings,
    closing,
    closing_listening,
    getting_to_know,
    last_held,
    leftovers,
    listening,
    topic_items,
    turns,
    urgent_goals,
)
from peerloom.mentoring.agenda_items import AgendaItem, Candidate, ItemKind
from peerloom.mentoring.agenda_time import chosen, shared_out
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.ledger import Flip, Ledger, flip, ledger
from peerloom.mentoring.moments import utc
from peerloom.mentoring.sessions import Session, SessionError, SessionKind, SessionState
from peerloom.mentoring.topics import Topic
from peerloom.mentoring.words import identifier
from peerloom.reasons import Reason

SHORT = 15
"""Shorter sessions have no items for arriving and closing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The plan of one session. Only the members of the group may read it.

    Parameters
    ----------
    minutes
        How long the session lasts: exactly what the items add up to.
    items
        What to do, in order, without gaps.
    flip
        The change of roles that it follows; None where they are about even.
    """

    minutes: int
    items: tuple[AgendaItem, ...]
    flip: Flip | None = None


def agenda(
    members: Sequence[str],
    *,
    minutes: int,
    now: datetime,
    kind: SessionKind = SessionKind.MEETING,
    sessions: Iterable[Session] = (),
    goals: Iterable[Goal] = (),
    topics: Iterable[Topic] = (),
    is_settled: bool | None = None,
    activity: Activity | None = None,
    activity_reason: Reason | None = None,
    timezones: Iterable[str] = (),
    names: Mapping[str, str] | None = None,
) -> Agenda:
    """Plan a session from what the group has: goals, topics, leftovers and the ledger.

    On it come, as far as the minutes go: what was left over from the last session that was held;
    goals that are overdue, at risk, due within seven days or reached; the activity, or a turn to
    teach for everybody; topics, one of each family before a second. The one who taught least leads,
    and at 70 to 30 the roles flip: that one teaches for most of the time. Without anything to build
    on, the agenda of a first session comes out: meet, set goals, agree, and a turn for everybody.

    A listening session only has turns of the same length in which one speaks and the others listen,
    or an activity made for it.

    Parameters
    ----------
    members
        The ids of those who meet, two or more.
    minutes
        How long the session lasts, 1 to 1440.
    now
        The present moment; aware.
    kind
        A meeting, or only listening.
    sessions
        All sessions of the group.
    goals
        The goals of the group and of its members.
    topics
        Open topics, what they want most first.
    is_settled
        Whether everybody has signed the agreement; None for a group that has if it has ever met.
    activity
        What they do, if something was suggested. It is left out where it does not fit.
    activity_reason
        Why it was suggested.
    timezones
        The IANA names of the zones of the members: when a due day ends.
    names
        What to call the members in titles and reasons; ids where it is missing.

    Returns
    -------
    Agenda
        In O(m + g) for m sessions and g goals.

    Raises
    ------
    SessionError
        For fewer than two members, minutes outside a day, or an unknown kind.

    Examples
    --------
    >>> from datetime import UTC
    >>> plan = agenda(["ada", "bo"], minutes=45, now=datetime(2026, 11, 23, tzinfo=UTC))
    >>> for item in plan.items:
    ...     print(item.starts, item.minutes, item.title)
    0 4 Arrive: how are you today?
    4 9 Get to know each other
    13 7 Set a goal each, one that others could check
    20 6 Settle and sign your agreement
    26 8 ada teaches
    34 7 bo teaches
    41 4 Close: one next step each, and the next date
    """
    if kind not in list(SessionKind):
        raise SessionError.of_field("kind", f"one of {', '.join(SessionKind)}")
    if type(minutes) is not int or not 1 <= minutes <= MINUTES_OF_DAY:
        raise SessionError.of_field("minutes", f"a whole number from 1 to {MINUTES_OF_DAY}")
    people = tuple(sorted({identifier(member, "members") for member in members}))
    if len(people) < 2:
        raise SessionError.of_field("members", "the ids of two or more different people")
    now, goals, topics, timezones = utc(now, "now"), tuple(goals), tuple(topics), tuple(timezones)
    held = [session for session in sessions if session.state is SessionState.HELD]
    book = ledger(held, people)
    names = {member: (names or {}).get(member, member) for member in people}
    size = len(people)
    if activity is not None and (
        activity.kind != kind or size not in activity.sizes or activity.shortest(size) > minutes
    ):
        activity = None
    if kind == SessionKind.LISTENING:
        first = next(listening(book, names, minutes)).lead
        if activity is not None and activity.fits(size, minutes):
            script = [activity_item(activity, activity_reason, size, first)]
            return Agenda(minutes=minutes, items=_timed(script, minutes))
        return Agenda(minutes=minutes, items=_timed(_around(book, names, minutes), minutes))
    change = flip(book, names)
    floor = tuple(turns(book, change, names))
    before = (
        *beginnings(goals, bool(held) if is_settled is None else is_settled),
        *leftovers(held),
        *urgent_goals(goals, now, timezones),
    )
    after = tuple(topic_items(topics, last_held(held)))
    kept: tuple[Candidate, ...] = ()
    if activity is not None:
        item = activity_item(activity, activity_reason, size, floor[0].lead)
        core = (*before, item, *after) if held else (item, *before, *after)
        kept = _kept(core, minutes)
    if activity is None or not any(one.kind is ItemKind.ACTIVITY for one in kept):
        meeting = () if held else (getting_to_know(),)
        kept = _kept((*meeting, *before, *floor, *after), minutes)
        if change is not None and not any(one.lead == change.teacher for one in _turns_in(kept)):
            # In a session this short only one can teach: whose turn it is.
            alone = replace(floor[0], least=1)
            kept = _kept((*meeting, *before, alone, *after), minutes)
    return Agenda(minutes=minutes, items=_timed(kept, minutes), flip=change)


def _turns_in(kept: Iterable[Candidate]) -> Iterator[Candidate]:
    return (one for one in kept if one.kind is ItemKind.TEACH)


def _kept(core: Sequence[Candidate], minutes: int) -> tuple[Candidate, ...]:
    """Give what finds a place, with room to talk where nothing else can use the time."""
    if minutes < SHORT:
        return chosen(core, minutes)
    kept = chosen((arrival(), *core, closing()), minutes)
    most = [candidate.most for candidate in kept]
    spare = minutes - sum(one for one in most if one is not None)
    if None in most or spare < OPEN.least:
        return kept
    return (*kept[:-1], OPEN, kept[-1])


def _around(book: Ledger, names: Mapping[str, str], minutes: int) -> list[Candidate]:
    """Give the turns of a listening session, all of one length, and what is left around them."""
    edge = 0 if minutes < SHORT else min(max(minutes // 10, 2), 5)
    turns_of_all = list(listening(book, names, minutes - 2 * edge))
    rest = minutes - edge - sum(one.least for one in turns_of_all)
    begin = [replace(arrival(), least=edge)] if edge else []
    end = [replace(closing_listening(), least=rest)] if rest > 0 else []
    return list(chosen([*begin, *turns_of_all, *end], minutes))


def _timed(kept: Sequence[Candidate], minutes: int) -> tuple[AgendaItem, ...]:
    items: list[AgendaItem] = []
    starts = 0
    for candidate, length in zip(kept, shared_out(kept, minutes), strict=True):
        item = AgendaItem(
            starts=starts,
            minutes=length,
            kind=candidate.kind,
            title=candidate.title,
            reason=candidate.reason,
            subject=candidate.subject,
            lead=candidate.lead,
            goal=candidate.goal,
            activity=candidate.activity,
        )
        items.append(item)
        starts += length
    return tuple(items)
