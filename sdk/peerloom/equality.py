"""The equality audit: whether people fare alike, whatever their answer to a question.

Only aggregates are shown, and none of fewer than five people. Whether a difference is more than
chance is asked by shuffling the answers among the people: see `peerloom.shuffles`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from peerloom.criteria import key
from peerloom.reasons import N_, Reason
from peerloom.shuffles import compare

if TYPE_CHECKING:
    from peerloom.members import Member
    from peerloom.pairing.weights import IntArray
    from peerloom.pairings import Pairing

SMALLEST = 5
"""No group of fewer people is shown."""

SHUFFLES = 1999
_SENTENCES = {
    "score": N_(
        "Score of the group: {mean} on average for “{answer}” ({people} people), {others} for "
        "others. Chance alone would bring differences from {low} to {high}."
    ),
    "common_minutes": N_(
        "Common minutes a week: {mean} on average for “{answer}” ({people} people), {others} for "
        "others. Chance alone would bring differences from {low} to {high}."
    ),
    "trio": N_(
        "Seats in a trio: {mean} on average for “{answer}” ({people} people), {others} for others. "
        "Chance alone would bring differences from {low} to {high}."
    ),
    "repeats": N_(
        "Earlier partners met again: {mean} on average for “{answer}” ({people} people), {others} "
        "for others. Chance alone would bring differences from {low} to {high}."
    ),
}
MEASURES = tuple(_SENTENCES)
"""What is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How people with one answer fare, beside all others whose answers are shown.

    Parameters
    ----------
    measure
        One of `MEASURES`.
    answer
        The answer, as it was written first.
    people, others
        How many people are compared; each at least `SMALLEST`.
    mean, mean_of_others
        Means of the measure over the people.
    by_chance
        Where 95 of 100 shuffles put the difference of the means: the lowest and the highest.
    p_value
        The part of the shuffles with at least as large a difference, the real answers included.
    is_more_than_chance
        Whether it stands out among all differences of the audit: in 19 of 20 audits without any
        real difference, none does.
    """

    measure: str
    answer: str
    people: int
    others: int
    mean: Fraction
    mean_of_others: Fraction
    by_chance: tuple[Fraction, Fraction]
    p_value: Fraction
    is_more_than_chance: bool

    @property
    def difference(self) -> Fraction:
        """The mean less the mean of the others."""
        return self.mean - self.mean_of_others

    def sentence(self) -> Reason:
        """Say it in plain words."""
        return Reason(
            code=f"equality_{self.measure}",
            template=_SENTENCES[self.measure],
            values={
                "answer": self.answer,
                "people": self.people,
                "mean": _shown(self.mean),
                "others": _shown(self.mean_of_others),
                "low": _shown(self.by_chance[0]),
                "high": _shown(self.by_chance[1]),
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualityAudit:
    """How people fare by their answers to one question.

    Parameters
    ----------
    by
        The question: a protected attribute, "section" or a column.
    differences
        For every answer of at least `SMALLEST` people and every measure. Empty when fewer than two
        answers are so frequent.
    hides_answers
        Whether there are answers that are not shown because too few people gave them.
    shuffles, seed
        How chance was measured.
    """

    by: str
    differences: tuple[Difference, ...]
    hides_answers: bool
    shuffles: int
    seed: int

    def sentences(self) -> tuple[Reason, ...]:
        """Say the finding in plain words, with its caveat."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give the aggregates as plain data for JSON."""
        return {
            "by": self.by,
            "hides_answers": self.hides_answers,
            "shuffles": self.shuffles,
            "seed": self.seed,
            "differences": [
                {
                    "measure": one.measure,
                    "answer": one.answer,
                    "people": one.people,
                    "others": one.others,
                    "mean": _shown(one.mean),
                    "mean_of_others": _shown(one.mean_of_others),
                    "by_chance": [_shown(bound) for bound in one.by_chance],
                    "p_value": _shown(one.p_value, 4),
                    "is_more_than_chance": one.is_more_than_chance,
                }
                for one in self.differences
            ],
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if not self.differences:
            yield Reason(
                code="equality_few",
                template=N_(
                    "Fewer than two answers were given by at least {smallest} people each, so "
                    "nothing can be compared without telling about single people."
                ),
                values={"smallest": SMALLEST},
            )
            return
        found = [one for one in self.differences if one.is_more_than_chance]
        if found:
            yield Reason(
                code="equality_differs",
                template=N_("Differences that are more than chance: {count}."),
                values={"count": len(found)},
            )
        else:
            yield Reason(
                code="equality_alike",
                template=N_("No difference between the answers is more than chance."),
            )
        for one in found or self.differences:
            yield one.sentence()
        if self.hides_answers:
            yield Reason(
                code="equality_hidden",
                template=N_("Answers of fewer than {smallest} people are not shown."),
                values={"smallest": SMALLEST},
            )
        yield Reason(
            code="equality_caveat",
            template=N_(
                "People in one group share their figures, and a small programme can hide a real "
                "difference: this is a reason to look, and no proof of its cause or absence."
            ),
        )


def equality_audit(
    pairing: Pairing, by: str, *, shuffles: int = SHUFFLES, seed: int = 0
) -> EqualityAudit:
    """Compare how people with different answers to a question fare in a pairing.

    Parameters
    ----------
    pairing
        What is audited.
    by
        The name of a protected attribute, "section", or the name of a column. People without an
        answer are not compared.
    shuffles
        How often the answers are shuffled, at least 99.
    seed
        Of the shuffles; recorded.

    Raises
    ------
    ValueError
        Fewer than 99 shuffles: they could not tell what happens once in twenty times.

    Notes
    -----
    O(shuffles * n log n).

    Examples
    --------
    >>> from peerloom import Member, pair
    >>> people = [
    ...     Member(id=f"{number:02d}", section="north" if number < 8 else "south", level=1)
    ...     for number in range(16)
    ... ]
    >>> audit = equality_audit(pair(people), by="section", shuffles=99)
    >>> print(audit.sentences()[0])
    No difference between the answers is more than chance.
    """
    if shuffles < 99:
        raise ValueError("at least 99 shuffles are needed")
    answers, labels, hides_answers = _answers(pairing, by)
    differences: tuple[Difference, ...] = ()
    if len(labels) > 1:
        figures = _figures(pairing, list(answers))
        codes = np.array(list(answers.values()), dtype=np.int64)
        differences = tuple(_differences(figures, codes, labels, shuffles, seed))
    return EqualityAudit(
        by=by,
        differences=differences,
        hides_answers=hides_answers,
        shuffles=shuffles,
        seed=seed,
    )


def _answers(pairing: Pairing, by: str) -> tuple[dict[str, int], list[str], bool]:
    """Give the frequent answers: for each person a number, and the words for the numbers."""
    placed = {one for group in pairing.groups for one in group.members}
    said: dict[str, list[str]] = {}
    words: dict[str, str] = {}
    for member in pairing.members:
        answer = _answer(member, by)
        if key(answer) and member.id in placed:
            said.setdefault(key(answer), []).append(member.id)
            words.setdefault(key(answer), answer)
    shown = sorted(answer for answer, people in said.items() if len(people) >= SMALLEST)
    number = {person: place for place, answer in enumerate(shown) for person in said[answer]}
    return number, [words[answer] for answer in shown], len(shown) < len(said)


def _answer(member: Member, by: str) -> str:
    if by in member.protected:
        return member.protected[by]
    return member.section if by == "section" else member.columns.get(by, "")


def _figures(pairing: Pairing, people: Sequence[str]) -> dict[str, IntArray]:
    """Give each person's figures, shape ``(people,)`` each."""
    group_of = {one: group for group in pairing.groups for one in group.members}
    groups = [group_of[one] for one in people]
    table = {
        "score": [group.score for group in groups],
        "common_minutes": [group.common_minutes for group in groups],
        "trio": [int(len(group.members) == 3) for group in groups],
        "repeats": [
            sum(pairing.history.times_met(one, other) for other in group.members)
            for one, group in zip(people, groups, strict=True)
        ],
    }
    if pairing.size != 2:
        del table["trio"]
    return {name: np.array(values, dtype=np.int64) for name, values in table.items()}


def _differences(
    figures: Mapping[str, IntArray],
    codes: IntArray,
    labels: Sequence[str],
    shuffles: int,
    seed: int,
) -> Iterator[Difference]:
    """Compare every answer with all other ones."""
    table = np.stack(list(figures.values()))
    found = compare(table, codes, shuffles=shuffles, seed=seed)
    people = len(codes)
    for row, measure in enumerate(figures):
        for column, answer in enumerate(labels):
            size = int(found.sizes[column])
            scale = size * (people - size)
            here, everybody = int(found.sums[row, column]), int(table[row].sum())
            yield Difference(
                measure=measure,
                answer=answer,
                people=size,
                others=people - size,
                mean=Fraction(here, size),
                mean_of_others=Fraction(everybody - here, people - size),
                by_chance=(
                    Fraction(int(found.low[row, column]), scale),
                    Fraction(int(found.high[row, column]), scale),
                ),
                p_value=Fraction(int(found.as_extreme[row, column]), shuffles + 1),
                is_more_than_chance=bool(found.stands_out[row, column]),
            )


def _shown(value: Fraction, digits: int = 2) -> float:
    """Give a number to read, rounded."""
    return float(round(value, digits))
