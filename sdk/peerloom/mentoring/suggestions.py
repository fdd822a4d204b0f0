"""What to do in the next session: an activity, with the reasons for it.

A suggestion is for the members of the group, so it rests on what all of them may read: goals,
ledger, sessions. The one exception is a low mood, which makes a listening session more likely. Its
owner must not be found out by it, so a draw decides with it whether to listen: S. Warner's
"Randomized response: a survey technique for eliminating evasive answer bias" (Journal of the
American Statistical Association 60, 1965). With a low mood the answer is yes three times in four,
without one it is yes one time in four. Whoever sees it can make a low mood at most three times as
likely as before, and never certain; and the sentence is the same for both. A draw holds for some
sessions, and goes by the moods of the time when it was made: what somebody says of their mood while
it holds changes nothing, so nobody can look before and after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from peerloom.mentoring.activities import Activity
from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.cohort import CohortAnswers
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.ledger import Ledger, flip, ledger
from peerloom.mentoring.moments import utc
from peerloom.mentoring.moods import mood_trend
from peerloom.mentoring.session_outcomes import is_said_to_be_held
from peerloom.mentoring.sessions import Session, SessionKind, SessionState
from peerloom.mentoring.suggestion_rules import Situation, needs_of, weigh
from peerloom.mentoring.topics import Topic
from peerloom.reasons import Reason

SESSIONS_BETWEEN = 2
"""So many sessions at least lie between two for listening, and before the first."""

SESSIONS_OF_A_DRAW = 4
"""A draw holds for so many sessions: a new one each time would let people add up what they see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An activity for the next session, and why. For the members of the group only.

    Parameters
    ----------
    activity
        The script.
    reasons
        Why, the weightiest first; never empty, and never anything private.
    minutes
        How long it takes: the whole session, or as long as it can be stretched.
    lead
        Who begins: whose turn it is. Where only one teaches, or the roles should flip, it is the
        one who taught least so far.
    points
        What it was chosen by; higher is better, and only the order means anything.
    """

    activity: Activity
    minutes: int
    reasons: tuple[Reason, ...]
    lead: str
    points: int = field(default=0, repr=False)


def suggest_activity(
    activities: Iterable[Activity],
    group: PublishedGroup,
    *,
    minutes: int,
    now: datetime,
    kind: SessionKind | None = None,
    sessions: Iterable[Session] = (),
    goals: Iterable[Goal] = (),
    topics: Iterable[Topic] = (),
    timezones: Sequence[str] = (),
    check_ins: Iterable[CheckIn] = (),
    members: Sequence[str] | None = None,
    answers: CohortAnswers | None = None,
    names: Mapping[str, str] | None = None,
    seed: int,
) -> Suggestion | None:
    """Suggest one activity; see `suggest_activities`.

    Returns
    -------
    Suggestion or None
        None where no activity fits so many people and minutes.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.mentoring.activity_files import built_in_activities
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> found = suggest_activity(
    ...     built_in_activities().values(), pair, minutes=45, now=monday, seed=1
    ... )
    >>> found.activity.id, str(found.reasons[0])
    ('first_meeting', 'It is your first session together.')
    """
    found = suggest_activities(
        activities,
        group,
        minutes=minutes,
        now=now,
        kind=kind,
        sessions=sessions,
        goals=goals,
        topics=topics,
        timezones=timezones,
        check_ins=check_ins,
        members=members,
        answers=answers,
        names=names,
        seed=seed,
    )
    return found[0] if found else None


def suggest_activities(
    activities: Iterable[Activity],
    group: PublishedGroup,
    *,
    minutes: int,
    now: datetime,
    kind: SessionKind | None = None,
    sessions: Iterable[Session] = (),
    goals: Iterable[Goal] = (),
    topics: Iterable[Topic] = (),
    timezones: Sequence[str] = (),
    check_ins: Iterable[CheckIn] = (),
    members: Sequence[str] | None = None,
    answers: CohortAnswers | None = None,
    names: Mapping[str, str] | None = None,
    seed: int,
) -> tuple[Suggestion, ...]:
    """Give all activities that fit a group's next session, the best one first.

    What counts, from much to little: a first session; the draw for listening; roles that should
    flip; goals that are stuck; a change of gear; goals and topics of its families; that it is new
    to the group, or was done lately; what worked for others; how near the minutes are to usual.

    Parameters
    ----------
    activities
        The catalogue.
    group
        Who meets.
    minutes
        How long. What is shorter is suggested too, and leaves time for other things.
    now
        The present moment; aware.
    kind
        What the group has decided for; None for either. Who wants to listen gets only that.
    sessions
        Of this group, in any state and order.
    goals
        Of the members and of the group; only open ones of those who are there count.
    topics
        What the group wants to talk about.
    timezones
        Of the members, for goals that are due.
    check_ins
        Of the group's members, of any group. They count for moods alone, which never decide alone:
        see above.
    members
        Those of the group who are still there; None for all of them.
    answers
        What others said after their sessions; None where it is not known.
    names
        What to call the members in reasons; ids where it is missing.
    seed
        For the draw and between equals. Whoever knows it can undo the draw that hides moods: give
        one that is kept apart, and not that of the pairing, which everybody may see.

    Returns
    -------
    tuple of Suggestion
        Empty where none fits so many people and minutes.

    Raises
    ------
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(sessions * log(sessions) + goals + activities * log(activities)).
    """
    now = utc(now, "now")
    done = sorted(
        (
            one
            for one in sessions
            if one.group == group.id and one.starts_at <= now and is_said_to_be_held(one)
        ),
        key=lambda one: (one.starts_at, one.id),
    )
    # The draw for listening must not change when the last word comes in, so it waits for that.
    held = [one for one in done if one.state is SessionState.HELD]
    people = group.members if members is None else tuple(members)
    size = len(people)
    book = ledger(held, people)
    situation = Situation(
        group=group.id,
        size=size,
        minutes=minutes,
        done=done,
        flip=flip(book, names),
        listens=kind is SessionKind.LISTENING or _is_time_to_listen(held, group, check_ins, seed),
        needs=needs_of(
            (goal for goal in goals if goal.group == group.id or goal.member in people),
            topics,
            now,
            timezones,
        ),
        answers=answers or CohortAnswers(),
    )
    suggestions = []
    for activity in activities:
        if kind not in (None, activity.kind) or size not in activity.sizes:
            continue
        if activity.shortest(size) <= minutes:
            points, reasons = weigh(activity, situation)
            teaches = situation.flip is not None or activity.is_one_sided
            suggestions.append(
                Suggestion(
                    activity=activity,
                    minutes=min(minutes, activity.longest(size)),
                    reasons=reasons,
                    lead=_least_taught(book) if teaches else people[len(held) % size],
                    points=points,
                )
            )
    key = f"{seed}:{group.id}:{len(held)}"
    suggestions.sort(key=lambda one: (-one.points, _lot(key, one.activity.id)))
    return tuple(suggestions)


def _least_taught(book: Ledger) -> str:
    """Give who has taught least, as `flip` chooses."""
    return min(book.accounts, key=lambda account: account.taught).member


def _is_time_to_listen(
    held: Sequence[Session], group: PublishedGroup, check_ins: Iterable[CheckIn], seed: int
) -> bool:
    """Draw whether to listen; whether somebody was low makes it likelier, never certain."""
    kinds = [session.kind for session in reversed(held)]
    if SessionKind.LISTENING in kinds[:SESSIONS_BETWEEN] or len(kinds) < SESSIONS_BETWEEN:
        return False
    draw = (len(held) - SESSIONS_BETWEEN) // SESSIONS_OF_A_DRAW
    drawn_at = held[draw * SESSIONS_OF_A_DRAW + SESSIONS_BETWEEN - 1].starts_at
    answers = list(check_ins)
    # Also the moods of those who have left: else their leaving would tell how they were.
    trends = (mood_trend(answers, member, now=drawn_at) for member in group.members)
    quarter = _lot(f"{seed}:{group.id}", f"listen:{draw}")[0] % 4
    return quarter != 0 if any(trend.needs_support for trend in trends) else quarter == 0


def _lot(key: str, name: str) -> bytes:
    """Give bytes that look drawn, the same on every machine."""
    return hashlib.sha256(f"{key}:{name}".encode()).digest()
