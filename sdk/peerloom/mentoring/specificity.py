"""Specificity: what a goal does not say yet. It is advice; every goal may stay as it is."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from peerloom.mentoring.goals import Goal
from peerloom.mentoring.measures import written
from peerloom.mentoring.moments import end_of_day
from peerloom.mentoring.topics import Family
from peerloom.reasons import N_, Reason

ENOUGH_LETTERS = 12
"""A statement with fewer letters and digits than this is a heading rather than a goal."""

# Scripts in which a character is about a syllable or a word, and most of which need no spaces.
_DENSE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "ETHIOPIC", "YI SYLL")
_LETTERS_OF_A_DENSE_ONE = 3


class Part(enum.StrEnum):
    """What makes a goal specific: who does what, measured how, until when."""

    WHO = "who"
    WHAT = "what"
    MEASURE = "measure"
    DATE = "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that a goal does not say yet.

    Parameters
    ----------
    part
        Which part of the goal.
    reason
        What is missing, with an example of how to add it. It repeats nothing that somebody wrote.
    """

    part: Part
    reason: Reason


_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "who_nobody": N_(
            "Who does what? Put a name to each milestone, "
            'for example: "Read chapter 1" for one of you, "Build the example" for the other.'
        ),
        "who_milestones": N_(
            "Milestones that nobody has taken yet: {count}. "
            "Put a name to each of them, for example by taking turns."
        ),
        "what_empty": N_(
            "What is to be different in the end? "
            "Write one sentence that begins with something you do: build, explain, send, finish."
        ),
        "what_short_technical": N_(
            "What exactly? One more detail makes it a goal, "
            'for example: instead of "Testing", "Write tests for the login of my project".'
        ),
        "what_short_soft_skills": N_(
            "What exactly? One more detail makes it a goal, "
            'for example: instead of "Speaking", "Present my project to the class".'
        ),
        "what_short_career": N_(
            "What exactly? One more detail makes it a goal, "
            'for example: instead of "New job", "Apply for junior roles in web development".'
        ),
        "measure_technical": N_(
            "How will you see that you get there? Add a number or milestones, "
            "for example: from 0 to 20 tests."
        ),
        "measure_soft_skills": N_(
            "How will you see that you get there? Add a number or milestones, "
            "for example: from 0 to 3 talks in front of others."
        ),
        "measure_career": N_(
            "How will you see that you get there? Add a number or milestones, "
            "for example: from 0 to 12 applications."
        ),
        "measure_in_words": N_(
            "There is a number in your sentence: make it the measure, and its pace can be shown."
        ),
        "measure_unit": N_(
            "What is counted from {start} to {target}? Add the unit, for example: applications."
        ),
        "date_none": N_(
            "Until when? Choose a day that is realistic with your rhythm of sessions, "
            "for example the day of the last one."
        ),
        "date_past": N_(
            "The due day {due} had passed when the goal was written: choose one that lies ahead."
        ),
    }
)


def specificity(goal: Goal, *, members: Collection[str] | None = None) -> tuple[Missing, ...]:
    """Say what a goal does not say yet: who, what, measure and date.

    What the goal has, counts. Its words are hardly judged, and by no list of words: an empty
    statement, or one with fewer than twelve letters and digits, gets a question. A character of a
    script in which one is about a syllable counts as three letters.

    Parameters
    ----------
    goal
        A goal in any state.
    members
        The ids of the group as it is now, for a goal of a group: a milestone of somebody who left
        is nobody's. None where they are not known.

    Returns
    -------
    tuple of Missing
        In the order who, what, measure, date, at most one of each; empty for a specific goal.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> vague = Goal(id="g1", member="ada", statement="Learn SQL", set_at=monday)
    >>> [str(missing.part) for missing in specificity(vague)]
    ['what', 'measure', 'date']
    >>> print(specificity(vague)[2].reason)
    Until when? Choose a day that is realistic with your rhythm of sessions, for example the day \
of the last one.
    """
    found = (_who(goal, members), _what(goal), _measure(goal), _date(goal))
    return tuple(missing for missing in found if missing is not None)


def _who(goal: Goal, members: Collection[str] | None) -> Missing | None:
    if goal.group is None:
        return None
    if not goal.milestones:
        # A number that all of them move together needs no names.
        return None if goal.measure is not None else _missing(Part.WHO, "nobody")
    untaken = sum(
        one.member is None or (members is not None and one.member not in members)
        for one in goal.milestones
        if one.done_at is None
    )
    return _missing(Part.WHO, "milestones", count=untaken) if untaken else None


def _what(goal: Goal) -> Missing | None:
    if not goal.statement:
        return _missing(Part.WHAT, "empty")
    if _letters(goal.statement) < ENOUGH_LETTERS:
        return _missing(Part.WHAT, f"short_{goal.family or Family.TECHNICAL}")
    return None


def _measure(goal: Goal) -> Missing | None:
    if goal.milestones:
        return None
    if goal.measure is None:
        if any(character.isdecimal() for character in goal.statement):
            return _missing(Part.MEASURE, "in_words")
        return _missing(Part.MEASURE, goal.family or Family.TECHNICAL)
    if not goal.measure.unit:
        start, target = written(goal.measure.start), written(goal.measure.target)
        return _missing(Part.MEASURE, "unit", start=start, target=target)
    return None


def _date(goal: Goal) -> Missing | None:
    if goal.due is None:
        return _missing(Part.DATE, "none")
    if end_of_day(goal.due) <= goal.written_at:
        return _missing(Part.DATE, "past", due=goal.due.isoformat())
    return None


def _letters(text: str) -> int:
    """Count letters with their marks and digits, those of dense scripts threefold."""
    return sum(
        _LETTERS_OF_A_DENSE_ONE if unicodedata.name(one, "").startswith(_DENSE) else 1
        for one in unicodedata.normalize("NFC", text)
        if unicodedata.category(one)[0] in "LMN"
    )


def _missing(part: Part, detail: str, **values: str | int) -> Missing:
    template = _SENTENCES[f"{part}_{detail}"]
    return Missing(
        part=part, reason=Reason(code=f"goal_{part}_{detail}", template=template, values=values)
    )
