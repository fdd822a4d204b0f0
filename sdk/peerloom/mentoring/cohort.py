"""What worked for others: how people were after each activity, counted over a whole programme.

Answers about fit and mood are private, so they only ever count here together with those of at
least four more people, never for the group that gave them, and no sentence says a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.sessions import Session, SessionState

FEWEST = 5
"""Answers of fewer people count nothing: a guess, and too close to single people."""

PRIOR = 5
"""So many average people are added to every activity: little is known of what few have done."""

_GOOD_MOOD = 4
_LOW_MOOD = 2


class Answer(NamedTuple):
    """As much of a `CheckIn` as counts here. Nobody may read it but its author."""

    id: str
    group: str
    member: str
    at: datetime
    session: str | None
    fit: str | None
    mood: int | None

    def __repr__(self) -> str:
        return f"<Answer {self.id}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortAnswers:
    """Who was well after which activity. Nobody may read it; it only serves `liking`.

    Parameters
    ----------
    by_activity
        For each activity and group, whether each member was well after it, as they said last. A
        person stands in one group at most for each activity.
    """

    by_activity: Mapping[str, Mapping[str, Mapping[str, bool]]] = field(
        default_factory=dict, repr=False, hash=False
    )
    _counts: Mapping[str, tuple[int, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        counts = {name: _count(groups.values()) for name, groups in self.by_activity.items()}
        object.__setattr__(self, "_counts", counts)

    def liking(self, activity: str, *, without: str) -> Fraction:
        """Give how much better or worse people were after an activity than after others.

        Parameters
        ----------
        activity
            The id of an activity.
        without
            The group that asks. Its own answers do not count: what comes out could tell one of
            them what the other has answered.

        Returns
        -------
        Fraction
            The share of people who were well, less the same share over all activities: from -1 to
            1, drawn towards 0 by `PRIOR` average people; 0 where fewer than `FEWEST` answered.
            In O(activities): how many others there are makes no difference.
        """
        good, people = self._others(activity, without)
        if people < FEWEST:
            return Fraction(0)
        counts = [self._others(name, without) for name in self.by_activity]
        average = Fraction(sum(one for one, _ in counts), sum(all_ for _, all_ in counts))
        return (good + PRIOR * average) / (people + PRIOR) - average

    def _others(self, activity: str, without: str) -> tuple[int, int]:
        """Count who was well after an activity, and all, outside one group."""
        good, people = self._counts.get(activity, (0, 0))
        own = self.by_activity.get(activity, {}).get(without, {})
        return good - sum(own.values()), people - len(own)


def cohort_answers(sessions: Iterable[Session], check_ins: Iterable[CheckIn]) -> CohortAnswers:
    """Collect who was well after which activity, over a whole programme.

    Parameters
    ----------
    sessions, check_ins
        All of the programme, in any order. Only check-ins about a session that was held and had an
        activity count.

    Notes
    -----
    See `count_answers`: collect once for many groups.
    """
    activities = {
        one.id: one.activity
        for one in sessions
        if one.state is SessionState.HELD and one.activity is not None
    }
    return count_answers(activities, check_ins)


def count_answers(
    activities: Mapping[str, str], answers: Iterable[CheckIn | Answer]
) -> CohortAnswers:
    """Collect who was well after which activity.

    Somebody was well if they called the match good and were not low, or said nothing of the match
    and were in a good mood (4 or 5). They were not if they were unsure about the match, or low (1
    or 2). Anything else tells nothing. Somebody who did an activity more than once counts once,
    with their last answer, also where they did it in several groups.

    Parameters
    ----------
    activities
        What was done in each session that was held, by the id of the session.
    answers
        In any order; those about other sessions do not count.

    Notes
    -----
    O(n log n) for n answers.
    """
    last: dict[tuple[str, str], tuple[str, bool]] = {}
    for one in sorted(answers, key=lambda one: (one.at, one.id)):
        was_well = _was_well(one)
        activity = None if one.session is None else activities.get(one.session)
        if activity is not None and was_well is not None:
            last[activity, one.member] = one.group, was_well
    found: dict[str, dict[str, dict[str, bool]]] = {}
    for (name, member), (group, was_well) in last.items():
        found.setdefault(name, {}).setdefault(group, {})[member] = was_well
    return CohortAnswers(by_activity=MappingProxyType(found))


def _was_well(check_in: CheckIn | Answer) -> bool | None:
    mood = check_in.mood
    is_low = mood is not None and mood <= _LOW_MOOD
    if is_low or check_in.fit in (Fit.UNSURE, Fit.NOT_A_FIT):
        return False
    if check_in.fit == Fit.GOOD or (mood is not None and mood >= _GOOD_MOOD):
        return True
    return None


def _count(groups: Iterable[Mapping[str, bool]]) -> tuple[int, int]:
    """Count who was well, and all."""
    answers = [was_well for members in groups for was_well in members.values()]
    return sum(answers), len(answers)
