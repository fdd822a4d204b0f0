"""Questionnaires of short scales, asked before and after, and what an answered one scores."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from peerloom.mentoring.impact.errors import QuestionnaireError
from peerloom.mentoring.moments import utc
from peerloom.mentoring.words import identifier, line, prose

MOST_SCALES = 20
MOST_ITEMS = 50
LARGEST_ANSWER = 100


class Wave(enum.StrEnum):
    """When a questionnaire is answered."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the idea of a scale comes from.

    Parameters
    ----------
    citation
        Authors, year, title, and where it appeared.
    url
        Where it can be read; may be empty.
    note
        How the scale relates to it: for instance, that only the construct was taken.
    """

    citation: str
    url: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "citation", _text(self.citation, "citation"))
        object.__setattr__(self, "url", line(self.url, "url", most=500))
        object.__setattr__(self, "note", prose(self.note, "note"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One statement to agree with, or not.

    Parameters
    ----------
    id
        What tells it from the other items of the questionnaire.
    text
        What people read.
    is_reversed
        Whether agreeing means less of what the scale measures.
    """

    id: str
    text: str
    is_reversed: bool = False

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        object.__setattr__(self, "text", _text(self.text, "text"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Items that measure one thing together.

    Parameters
    ----------
    id
        What tells it from the other scales of the questionnaire.
    title
        What people read.
    construct
        What it measures, in a sentence.
    source
        Where that idea comes from.
    items
        The statements, 1 to 50.
    fewest
        How many of them must be answered for a score; None for more than half.

    Raises
    ------
    QuestionnaireError
        For no items, too many, or a `fewest` that is not among them.
    """

    id: str
    title: str
    construct: str = ""
    source: Source
    items: tuple[Item, ...]
    fewest: int | None = None

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        object.__setattr__(self, "construct", prose(self.construct, "construct"))
        if not 1 <= len(self.items) <= MOST_ITEMS:
            raise QuestionnaireError.of_field("items", f"1 to {MOST_ITEMS} items")
        if self.fewest is not None and (
            type(self.fewest) is not int or not 1 <= self.fewest <= len(self.items)
        ):
            raise QuestionnaireError.of_field(
                "fewest", "a whole number from 1 to the number of items"
            )

    @property
    def needed(self) -> int:
        """How many items must be answered for a score."""
        return len(self.items) // 2 + 1 if self.fewest is None else self.fewest


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """Short scales with the same answers to choose from.

    Parameters
    ----------
    id
        What tells it from every other questionnaire. Another wording is another questionnaire:
        scores are only compared within one.
    title
        What people read.
    labels
        What the answers are called, the lowest first; their numbers are `low`, `low` + 1, ...
    low
        The number of the first answer.
    scales
        1 to 20 of them.

    Raises
    ------
    QuestionnaireError
        For fewer than two answers, no scale, or an id that is used twice.
    """

    id: str
    title: str
    labels: tuple[str, ...]
    low: int = 1
    scales: tuple[Scale, ...]

    def __post_init__(self) -> None:
        identifier(self.id, "id")
        object.__setattr__(self, "title", line(self.title, "title", is_required=True))
        labels = tuple(line(label, "labels", is_required=True) for label in self.labels)
        object.__setattr__(self, "labels", labels)
        if len(labels) < 2:
            raise QuestionnaireError.of_field("labels", "the words for two answers or more")
        if type(self.low) is not int or not 0 <= self.low <= LARGEST_ANSWER - len(labels):
            raise QuestionnaireError.of_field("low", "a whole number from 0 up, such as 1")
        if not 1 <= len(self.scales) <= MOST_SCALES:
            raise QuestionnaireError.of_field("scales", f"1 to {MOST_SCALES} scales")
        for ids in ([scale.id for scale in self.scales], [item.id for item in self.items]):
            if max(Counter(ids).values()) > 1:
                raise QuestionnaireError.of_field("scales", "an id of its own for each of them")

    @property
    def high(self) -> int:
        """The number of the last answer."""
        return self.low + len(self.labels) - 1

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of all scales, in their order."""
        return tuple(item for scale in self.scales for item in scale.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What somebody answered. Nobody but the member may read it; only aggregates are shown.

    Parameters
    ----------
    member
        Who answered.
    questionnaire
        The id of the questionnaire.
    wave
        Before or after.
    at
        When; aware, kept in UTC.
    answers
        The number of the answer for each item that was answered, by its id.

    Raises
    ------
    QuestionnaireError
        For answers that are no whole numbers, or a wave that there is not.
    MomentError
        For a moment without a time zone.
    """

    member: str
    questionnaire: str
    wave: Wave
    at: datetime
    answers: Mapping[str, int] = field(repr=False, hash=False)

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        identifier(self.questionnaire, "questionnaire")
        if self.wave not in list(Wave):
            raise QuestionnaireError.of_field("wave", f"one of {', '.join(Wave)}")
        object.__setattr__(self, "wave", Wave(self.wave))
        object.__setattr__(self, "at", utc(self.at, "at"))
        if any(
            type(answer) is not int or not 0 <= answer <= LARGEST_ANSWER
            for answer in self.answers.values()
        ):
            raise QuestionnaireError.of_field("answers", "the numbers of the answers, by item")
        object.__setattr__(self, "answers", dict(sorted(self.answers.items())))


def check_answers(questionnaire: Questionnaire, answers: Mapping[str, int]) -> None:
    """Refuse answers that a questionnaire does not allow. Leaving items out is always allowed.

    Raises
    ------
    QuestionnaireError
        For an item that it does not have, or a number that is none of its answers.
    """
    if not answers.keys() <= {item.id for item in questionnaire.items}:
        raise QuestionnaireError.of_field("answers", "items of this questionnaire only")
    allowed = range(questionnaire.low, questionnaire.high + 1)
    if any(answer not in allowed for answer in answers.values()):
        raise QuestionnaireError.of_field(
            "answers", f"whole numbers from {questionnaire.low} to {questionnaire.high}"
        )


def score(
    questionnaire: Questionnaire, scale: Scale, answers: Mapping[str, int]
) -> Fraction | None:
    """Give what somebody scores on a scale: the mean of their answers, reversed ones turned round.

    Parameters
    ----------
    questionnaire
        Tells which answers there are.
    scale
        One of its scales.
    answers
        By id of the item. Items of other scales do not matter.

    Returns
    -------
    Fraction or None
        From `questionnaire.low` to `questionnaire.high`; None where fewer than `Scale.needed`
        items were answered.

    Raises
    ------
    QuestionnaireError
        As for `check_answers`.

    Notes
    -----
    A missing answer counts as the mean of the person's own answers to the same scale, if more than
    half of it was answered: the usual half rule for short scales (D. Fairclough and D. Cella,
    "Functional Assessment of Cancer Therapy (FACT-G): non-response to individual questions",
    Quality of Life Research 5, 1996). O(items).

    Examples
    --------
    >>> from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
    >>> asked = built_in_questionnaire()
    >>> confidence = asked.scales[0]
    >>> [item.is_reversed for item in confidence.items]
    [False, False, False, True]
    >>> one, two, three, four = (item.id for item in confidence.items)
    >>> score(asked, confidence, {one: 4, two: 5, four: 1})
    Fraction(14, 3)
    >>> score(asked, confidence, {one: 4, two: 5}) is None
    True
    """
    check_answers(questionnaire, answers)
    turned = questionnaire.low + questionnaire.high
    values = [
        turned - answers[item.id] if item.is_reversed else answers[item.id]
        for item in scale.items
        if item.id in answers
    ]
    return Fraction(sum(values), len(values)) if len(values) >= scale.needed else None


def current(
    questionnaire: Questionnaire, responses: Iterable[Response], wave: Wave
) -> dict[str, Response]:
    """Give for each member the response that counts: the first one before, the last one after.

    Parameters
    ----------
    questionnaire
        Responses to others are left out.
    responses
        In any order.
    wave
        Which ones.

    Returns
    -------
    dict of str to Response
        By member, sorted by their ids.

    Notes
    -----
    Private: answers of single people. O(n log n).
    """
    found: dict[str, Response] = {}
    ordered = sorted(
        (one for one in responses if one.wave is wave and one.questionnaire == questionnaire.id),
        key=lambda one: (one.member, one.at),
    )
    for response in ordered:
        if wave is Wave.AFTER or response.member not in found:
            found[response.member] = response
    return found


def _text(text: str, name: str) -> str:
    return line(text, name, is_required=True, most=500)
