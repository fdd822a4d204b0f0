"""What changed between the answers before and those after, for the same people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.impact.cells import Count, size
from peerloom.mentoring.impact.intervals import Interval, mean_interval
from peerloom.mentoring.impact.questionnaires import (
    Questionnaire,
    Response,
    Scale,
    Wave,
    current,
    score,
)
from peerloom.mentoring.moments import utc
from peerloom.reasons import N_, Reason

REST_DAYS = 3
"""After so many days without a new answer, answers to a questionnaire count as complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleChange:
    """How the same people scored on a scale before and after.

    Parameters
    ----------
    scale, title
        Which one.
    low, high
        The least and the most that can be scored.
    people
        How many have a score both times.
    before, after
        Their mean scores; None where they are hidden: for fewer than five people, or where all of
        them scored or changed alike, or nearly all scored the most or the least, so that the mean
        would tell what they answered.
    change
        The mean of what changed for each of them, with its interval; None where it is hidden or
        they come from fewer than five groups.
    """

    scale: str
    title: str
    low: int
    high: int
    people: Count
    before: float | None = None
    after: float | None = None
    change: Interval | None = None

    def sentences(self) -> tuple[Reason, ...]:
        """Say it in plain words."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, Any]:
        """Give the aggregates as plain data for JSON."""
        return {
            "scale": self.scale,
            "title": self.title,
            "low": self.low,
            "high": self.high,
            "people": self.people.to_dict(),
            "before": None if self.before is None else round(self.before, 2),
            "after": None if self.after is None else round(self.after, 2),
            "change": None if self.change is None else self.change.to_dict(),
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }

    def _sentences(self) -> Iterator[Reason]:
        if not self.people.value:
            yield Reason(
                code="change_few",
                template=N_("{title}: fewer than {smallest} people answered both times."),
                values={"title": self.title, "smallest": SMALLEST},
            )
            return
        if self.before is None or self.after is None:
            yield Reason(
                code="change_alike",
                template=N_(
                    "{title}: {people} people answered both times, so much alike that a mean would "
                    "tell their answers."
                ),
                values={"title": self.title, "people": self.people.value},
            )
            return
        yield Reason(
            code="change_means",
            template=N_(
                "{title}: from {before} to {after} on average for {people} people, on a scale from "
                "{low} to {high}."
            ),
            values={
                "title": self.title,
                "before": round(self.before, 1),
                "after": round(self.after, 1),
                "people": self.people.value,
                "low": self.low,
                "high": self.high,
            },
        )
        if self.change is None:
            yield Reason(
                code="change_unsure",
                template=N_("They come from too few groups to tell what is chance."),
            )
            return
        yield Reason(code=f"change_{self._finding(self.change)}", **self._words(self.change))

    @staticmethod
    def _finding(change: Interval) -> str:
        if change.low > 0:
            return "up"
        return "down" if change.high < 0 else "open"

    def _words(self, change: Interval) -> dict[str, Any]:
        templates = {
            "up": N_(
                "That is a rise. With other people like these it might as well have been {least} "
                "to {most} points."
            ),
            "down": N_(
                "That is a fall. With other people like these it might as well have been {least} "
                "to {most} points."
            ),
            "open": N_(
                "That may be chance. With other people like these the change might as well have "
                "been anything from {least} to {most} points."
            ),
        }
        return {
            "template": templates[self._finding(change)],
            "values": {"least": round(change.low, 2), "most": round(change.high, 2)},
        }


def changes(
    questionnaire: Questionnaire,
    responses: Iterable[Response],
    *,
    groups: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> tuple[ScaleChange, ...]:
    """Compare before and after, scale by scale, for those who answered both times.

    Parameters
    ----------
    questionnaire
        What was asked.
    responses
        In any order. Of several by one member the first one before and the last one after count.
    groups
        For each member a name for whom they share their fate with, such as the id of their group.
        Members who are not in it are independent.
    now
        The present moment; aware. Then who answered last counts only when no answer has come for
        `REST_DAYS`, and who answers after that only together with at least four others. None where
        all answers are there, and the figures are shown once.

    Returns
    -------
    tuple of ScaleChange
        In the order of the scales.

    Raises
    ------
    QuestionnaireError
        For answers that the questionnaire does not allow.

    Notes
    -----
    See `mean_interval` for the method. Each interval stands for itself: of twenty, one misses the
    truth. O(responses * items).

    Who sees the figures before and after one more answer can subtract. With `now` there is no such
    moment: from one day to another at least five people are added, who did not all answer alike.
    That holds while nobody is erased and no answer is replaced.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from peerloom.mentoring.impact.questionnaire_files import built_in_questionnaire
    >>> asked = built_in_questionnaire()
    >>> responses = [
    ...     Response(
    ...         member=str(number),
    ...         questionnaire=asked.id,
    ...         wave=wave,
    ...         at=datetime(2026, 11, 23, tzinfo=UTC),
    ...         answers={item.id: 2 + (number + later) % 3 for item in asked.scales[0].items[:3]},
    ...     )
    ...     for number in range(12)
    ...     for later, wave in enumerate(Wave)
    ... ]
    >>> for sentence in changes(asked, responses)[0].sentences():
    ...     print(sentence)
    Confidence: from 3.0 to 3.0 on average for 12 people, on a scale from 1 to 5.
    That may be chance. With other people like these the change might as well have been anything \
from -0.94 to 0.94 points.
    """
    responses = tuple(responses)
    first = current(questionnaire, responses, Wave.BEFORE)
    last = current(questionnaire, responses, Wave.AFTER)
    found = []
    for scale in questionnaire.scales:
        pairs = []
        for member in (one for one in first if one in last):
            before = score(questionnaire, scale, first[member].answers)
            after = score(questionnaire, scale, last[member].answers)
            if before is not None and after is not None:
                at = max(first[member].at, last[member].at)
                pairs.append(_Pair(member=member, at=at, before=before, after=after))
        runs = [pairs] if now is None else _runs(pairs, utc(now, "now"))
        found.append(_change(questionnaire, scale, runs, groups or {}))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """How somebody scored both times, and since when that is known. Private."""

    member: str
    at: datetime
    before: Fraction
    after: Fraction


def _runs(pairs: Iterable[_Pair], now: datetime) -> list[list[_Pair]]:
    """Part answers where none came for some days; those that may still come in are left out."""
    rest = timedelta(days=REST_DAYS)
    runs: list[list[_Pair]] = []
    for pair in sorted(pairs, key=lambda one: (one.at, one.member)):
        if runs and pair.at - runs[-1][-1].at < rest:
            runs[-1].append(pair)
        else:
            runs.append([pair])
    if runs and now - runs[-1][-1].at < rest:
        runs.pop()
    return runs


def _may_be_told(questionnaire: Questionnaire, scale: Scale, pairs: Sequence[_Pair]) -> bool:
    """Whether means over these people tell what none of them answered."""
    before, after = [one.before for one in pairs], [one.after for one in pairs]
    steps = [one.after - one.before for one in pairs]
    if len(pairs) < SMALLEST or any(len(set(some)) < 2 for some in (before, after, steps)):
        return False
    # Who does not score the most, or the least, is off by one answer to one item or more: where
    # a mean leaves room for fewer than five such people, it tells what all others answered.
    ends = (questionnaire.low, questionnaire.high)
    return all(
        len(scale.items) * sum(abs(score - end) for score in scores) >= SMALLEST
        for scores in (before, after)
        for end in ends
    )


def _change(
    questionnaire: Questionnaire,
    scale: Scale,
    runs: Iterable[Sequence[_Pair]],
    groups: Mapping[str, str],
) -> ScaleChange:
    told: list[_Pair] = []
    waiting: list[_Pair] = []
    for run in runs:
        waiting += run
        if _may_be_told(questionnaire, scale, waiting):
            told += waiting
            waiting = []
    if not told:
        return ScaleChange(
            scale=scale.id,
            title=scale.title,
            low=questionnaire.low,
            high=questionnaire.high,
            people=size(len(waiting)),
        )
    told.sort(key=lambda one: one.member)
    names = [
        ("group", groups[one.member]) if one.member in groups else ("alone", one.member)
        for one in told
    ]
    return ScaleChange(
        scale=scale.id,
        title=scale.title,
        low=questionnaire.low,
        high=questionnaire.high,
        people=size(len(told)),
        before=float(sum(one.before for one in told) / len(told)),
        after=float(sum(one.after for one in told) / len(told)),
        change=mean_interval([float(one.after - one.before) for one in told], names),
    )
