"""What asks for time on an agenda: beginnings, leftovers, goals, turns to teach, topics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from peerloom.mentoring.activities import Activity
from peerloom.mentoring.agenda_items import TOPIC_REASONS, Candidate, ItemKind, reason, title
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.ledger import FLIP_PERCENT, Flip, Ledger
from peerloom.mentoring.moments import end_of_day
from peerloom.mentoring.pace import PaceState, pace
from peerloom.mentoring.sessions import Session, SessionKind, SessionState
from peerloom.mentoring.topics import Family, Topic
from peerloom.reasons import Reason

DUE_SOON = timedelta(days=7)
"""A goal is due soon when its last day ends within this time."""

_MOST_OF_A_KIND = 3
_URGENT = {PaceState.OVERDUE: 0, PaceState.AT_RISK: 1, PaceState.REACHED: 3}
_DUE_SOON_URGENCY = 2


def arrival() -> Candidate:
    """Give the item with which a session begins."""
    return _edge(ItemKind.ARRIVE, "agenda_arrive")


def closing() -> Candidate:
    """Give the item with which a session ends."""
    return _edge(ItemKind.CLOSE, "agenda_close")


def closing_listening() -> Candidate:
    """Give the item with which a listening session ends: without a next step."""
    return _edge(ItemKind.REST, "agenda_rest")


def _edge(kind: ItemKind, code: str) -> Candidate:
    """Give a short item at the beginning or the end."""
    return Candidate(
        kind=kind, title=title(kind), reason=reason(code), rank=0, least=2, weight=30, most=10
    )


OPEN = Candidate(
    kind=ItemKind.OPEN,
    title=title(ItemKind.OPEN),
    reason=reason("agenda_open"),
    rank=9,
    least=5,
    weight=80,
)


def getting_to_know() -> Candidate:
    """Give the item with which a group begins that has not met yet."""
    return Candidate(
        kind=ItemKind.MEET,
        title=title(ItemKind.MEET),
        reason=reason("agenda_meet"),
        rank=1,
        least=5,
        weight=70,
    )


def beginnings(goals: Iterable[Goal], is_settled: bool) -> Iterator[Candidate]:
    """Give what a group does once, at its beginning or later: set goals, and agree."""
    if not any(goal.is_open for goal in goals):
        yield Candidate(
            kind=ItemKind.SET_GOALS,
            title=title(ItemKind.SET_GOALS),
            reason=reason("agenda_set_goals"),
            rank=2,
            least=4,
            weight=60,
            most=30,
        )
    if not is_settled:
        yield Candidate(
            kind=ItemKind.AGREE,
            title=title(ItemKind.AGREE),
            reason=reason("agenda_agree"),
            rank=2,
            least=4,
            weight=40,
            most=20,
        )


def last_held(held: Sequence[Session]) -> Session | None:
    """Give the newest session that could leave something over; None if none was held.

    A listening session of which nothing was kept does not hide what the meeting before it left.
    """
    could = [one for one in held if one.kind is SessionKind.MEETING or one.leftovers]
    return max(could, key=lambda session: (session.starts_at, session.id), default=None)


def leftovers(held: Sequence[Session]) -> Iterator[Candidate]:
    """Give what was left over from the last session that was held."""
    last = last_held(held)
    for number, topic in enumerate(last.leftovers[:_MOST_OF_A_KIND] if last else ()):
        yield Candidate(
            kind=ItemKind.LEFTOVER,
            title=title(ItemKind.LEFTOVER),
            reason=reason("agenda_leftover"),
            subject=topic.text,
            rank=3 if number == 0 else 6,
            least=4,
            weight=60,
        )


def urgent_goals(
    goals: Iterable[Goal], now: datetime, timezones: Sequence[str]
) -> Iterator[Candidate]:
    """Give the most urgent goals, the first of them with a place before other things."""
    urgent: list[tuple[int, date, str, Goal, Reason]] = []
    for goal in goals:
        if not goal.is_open:
            continue
        found = pace(goal, now, timezones)
        urgency, why = _URGENT.get(found.state), found.reason
        if urgency is None and goal.due and end_of_day(goal.due, timezones) - now <= DUE_SOON:
            urgency = _DUE_SOON_URGENCY
            why = reason("agenda_due_soon", due=goal.due.isoformat())
        if urgency is not None:
            # Without a due day a goal can be reached, but never late: it comes last of its kind.
            urgent.append((urgency, goal.due or date.max, goal.id, goal, why))
    urgent.sort(key=lambda one: one[:3])
    for number, (_, _, _, goal, why) in enumerate(urgent[:_MOST_OF_A_KIND]):
        yield Candidate(
            kind=ItemKind.GOAL,
            title=title(ItemKind.GOAL),
            reason=why,
            subject=goal.statement,
            lead=goal.member,
            goal=goal.id,
            rank=3 if number == 0 else 5,
            least=3,
            weight=50,
            most=20,
        )


def activity_item(activity: Activity, why: Reason | None, size: int, lead: str | None) -> Candidate:
    """Give the activity that was suggested, led by the one whose turn it is."""
    return Candidate(
        kind=ItemKind.ACTIVITY,
        title=title(ItemKind.ACTIVITY),
        reason=why or reason("agenda_activity"),
        subject=activity.title,
        lead=lead,
        activity=activity.id,
        rank=4,
        least=activity.shortest(size),
        most=activity.longest(size),
        weight=(activity.usual(size) - activity.shortest(size) + 10) * 10,
    )


def turns(book: Ledger, change: Flip | None, names: Mapping[str, str]) -> Iterator[Candidate]:
    """Give everybody a turn to teach, the one first who taught least.

    When the roles flip that one has 70 parts in 100 of the time, and the others share the rest; in
    a trio or circle the one who taught most only learns this time.
    """
    people = sorted(book.accounts, key=lambda account: (account.taught, account.member))
    size = len(people)
    if change is not None and size > 2:
        people = [account for account in people if account.member != change.learner]
    others = len(people) - 1
    for account in people:
        share, least, why = 80, 3, reason("agenda_teach")
        if change is not None and account.member == change.teacher:
            share, least, why = 80 * size * FLIP_PERCENT // 100, 7, change.reason
        elif change is not None:
            share, least = 80 * size * (100 - FLIP_PERCENT) // 100 // others, max(3 // others, 1)
        yield Candidate(
            kind=ItemKind.TEACH,
            title=title(ItemKind.TEACH, lead=names[account.member]),
            reason=why,
            lead=account.member,
            rank=4,
            least=least,
            weight=share,
        )


def listening(book: Ledger, names: Mapping[str, str], minutes: int) -> Iterator[Candidate]:
    """Give everybody a turn of the same length, the one first who has listened most."""
    length = max(minutes // len(book.accounts), 1)
    people = sorted(book.accounts, key=lambda account: (-account.listened, account.member))
    for account in people:
        is_due = account is people[0] and account.listened > people[1].listened
        name = names[account.member]
        yield Candidate(
            kind=ItemKind.LISTEN,
            title=title(ItemKind.LISTEN, lead=name),
            reason=reason("agenda_listen_first", lead=name, minutes=account.listened)
            if is_due
            else reason("agenda_listen"),
            lead=account.member,
            rank=1,
            least=length,
            weight=1,
        )


def topic_items(topics: Iterable[Topic], last: Session | None) -> Iterator[Candidate]:
    """Give one topic of each family before a second one.

    What was left over has its place; more than that comes before the other topics.
    """
    left = last.leftovers if last else ()
    taken = {topic.text.casefold() for topic in left[:_MOST_OF_A_KIND]}
    by_family: dict[Family | None, list[Topic]] = {}
    for topic in (*left[_MOST_OF_A_KIND:], *topics):
        if topic.text.casefold() not in taken:
            taken.add(topic.text.casefold())
            by_family.setdefault(topic.family, []).append(topic)
    rounds = [
        topic
        for turn in range(_MOST_OF_A_KIND)
        for wanted in by_family.values()
        for topic in wanted[turn : turn + 1]
    ]
    for number, topic in enumerate(rounds[:_MOST_OF_A_KIND]):
        yield Candidate(
            kind=ItemKind.TOPIC,
            title=title(ItemKind.TOPIC),
            reason=reason(TOPIC_REASONS[topic.family]),
            subject=topic.text,
            rank=7 + number,
            least=4,
            weight=60,
        )


def open_topics(topics: Iterable[Topic], sessions: Iterable[Session]) -> tuple[Topic, ...]:
    """Give the topics that a group has still to talk about, in their order.

    A topic is done when a session that was held was about it, unless it was left over there.

    Parameters
    ----------
    topics
        What the group wants to talk about, such as those of its agreement.
    sessions
        All sessions of the group.

    Examples
    --------
    >>> [topic.text for topic in open_topics([Topic(text="joins")], [])]
    ['joins']
    """
    done: set[str] = set()
    for session in sorted(sessions, key=lambda one: (one.starts_at, one.id)):
        if session.state is SessionState.HELD:
            done |= {topic.text.casefold() for topic in session.topics}
            done -= {topic.text.casefold() for topic in session.leftovers}
    return tuple(topic for topic in topics if topic.text.casefold() not in done)
