"""What the lot can tell: people whom a recorded lottery might as well have put with somebody else.

Where groupings are equally good, a seed decides with whom somebody is. So those who got one kind of
partner by lot and those who did not are alike in everything but chance, which is what makes an
honest comparison. It tells whether that kind of partner makes a difference; never whether mentoring
does, because everybody is paired.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.impact.cells import Count, size
from peerloom.mentoring.impact.errors import ImpactError
from peerloom.mentoring.impact.intervals import CONFIDENCE
from peerloom.reasons import N_, Reason

FEWEST_DRAWS = 100

Grouping = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotComparison:
    """People with one kind of partner beside people whom the lot denied one.

    Parameters
    ----------
    draws
        How many equally good groupings were drawn, the real one included.
    people
        For how many the lot decided whether they have such a partner, and how they fared is known.
    with_such, without
        How many of them have one, and how many do not.
    difference
        What having one changed on average, in the unit of what was measured; None where fewer than
        five people have one or do not, or where all of these or those fared alike.
    low, high
        Between which effects the draws cannot decide; None where they rule out none.
    p_value
        The part of the draws with at least as large a difference, the real one included; None
        where `difference` is.
    """

    draws: int
    people: Count
    with_such: Count
    without: Count
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None

    def sentences(self) -> tuple[Reason, ...]:
        """Say the finding in plain words, and what it can and cannot tell."""
        if self.difference is None:
            return (
                Reason(
                    code="lot_nothing",
                    template=N_(
                        "The lot decided for too few people whether they have such a partner, or "
                        "those with one or without one fared all alike: they cannot be compared "
                        "without telling about single people."
                    ),
                ),
            )
        found = Reason(
            code="lot_worse" if self.difference < 0 else "lot_better",
            template=_WORSE if self.difference < 0 else _BETTER,
            values={
                "people": self.people.low,
                "difference": abs(round(self.difference, 2)),
                # Rounded up: the real draw is one of them, so that 0 would be false.
                "often": math.ceil(100 * (self.p_value or 0)),
            },
        )
        bounds = Reason(
            code="lot_unbounded",
            template=N_("The draws are too few or too alike to say how large an effect may be."),
        )
        if self.low is not None and self.high is not None:
            bounds = Reason(
                code="lot_bounds",
                template=N_("The draws leave any effect from {low} to {high} possible."),
                values={"low": round(self.low, 2), "high": round(self.high, 2)},
            )
        return (found, bounds, *_CAVEATS)

    def to_dict(self) -> dict[str, Any]:
        """Give the aggregates as plain data for JSON."""
        return {
            "draws": self.draws,
            "people": self.people.to_dict(),
            "with_such": self.with_such.to_dict(),
            "without": self.without.to_dict(),
            "difference": _shown(self.difference),
            "low": _shown(self.low),
            "high": _shown(self.high),
            "p_value": _shown(self.p_value),
            "sentences": [sentence.to_dict() for sentence in self.sentences()],
        }


_BETTER = N_(
    "Among {people} people for whom a recorded lot decided, those with such a partner fared "
    "{difference} better on average. In {often} of 100 draws chance alone would bring at least as "
    "large a difference, up or down."
)
_WORSE = N_(
    "Among {people} people for whom a recorded lot decided, those with such a partner fared "
    "{difference} worse on average. In {often} of 100 draws chance alone would bring at least as "
    "large a difference, up or down."
)
_CAVEATS = (
    Reason(
        code="lot_can",
        template=N_(
            "This can tell whether such a partner makes a difference, for people with whom the lot "
            "could decide and under these rules."
        ),
    ),
    Reason(
        code="lot_cannot",
        template=N_(
            "It cannot tell whether peer mentoring itself helps: everybody here is paired, and "
            "nobody was left without a partner by lot."
        ),
    ),
    Reason(
        code="lot_seed",
        template=N_(
            "It holds if nobody chose the seed after seeing the groups. Of twenty such comparisons "
            "one looks like more than chance without being so."
        ),
    ),
)


def compare_by_lot(
    groupings: Sequence[Grouping],
    outcomes: Mapping[str, float],
    is_such: Callable[[str, str], bool],
) -> LotComparison:
    """Compare people who have a certain kind of partner by lot with people who have none.

    Parameters
    ----------
    groupings
        First the real one, then those that were drawn anew: ``list(equally_good(pairing,
        count=400))`` of `peerloom.lottery`. At least 100.
    outcomes
        How each person fared: the higher, the better. Private: only aggregates leave. People who
        are not in it are left out.
    is_such
        Whether the second person is such a partner for the first, from what was known before the
        groups were made.

    Raises
    ------
    ImpactError
        For fewer draws, or outcomes that are no finite numbers.

    Notes
    -----
    How a person fared counts by how much more often than in the mean of all draws they have such a
    partner, so that people who were likely to get one weigh no more than others (K. Borusyak and
    P. Hull, "Nonrandom exposure to exogenous shocks", Econometrica 91, 2023). The p-value and the
    interval come from the draws themselves (R. Fisher, "The Design of Experiments", 1935), so they
    hold for few people and for people in groups. The interval asks which effect, the same for all
    who have such a partner, would make the real draw no outlier. O(draws * people).

    Examples
    --------
    >>> from peerloom import Member, pair
    >>> from peerloom.lottery import equally_good
    >>> people = [Member(id=f"{number:02d}") for number in range(24)]
    >>> groupings = list(equally_good(pair(people, seed=1), count=200))
    >>> guides = {f"{number:02d}" for number in range(12)}
    >>> with_guide = {
    ...     one for group in groupings[0] for one in group if guides & set(group) - {one}
    ... }
    >>> fared = {one.id: 3.0 + (one.id in with_guide) + int(one.id) % 3 / 10 for one in people}
    >>> found = compare_by_lot(groupings, fared, lambda one, other: other in guides)
    >>> print(found.sentences()[1])
    The draws leave any effect from 0.92 to 1.06 possible.
    """
    if len(groupings) < FEWEST_DRAWS:
        raise ImpactError.of_field("groupings", f"at least {FEWEST_DRAWS} equally good groupings")
    if not all(math.isfinite(outcome) for outcome in outcomes.values()):
        raise ImpactError.of_field("outcomes", "finite numbers only")
    drawn = [_having(grouping, is_such) for grouping in groupings]
    shares = {
        person: sum(person in having for having in drawn) / len(drawn)
        for person in sorted(outcomes)
    }
    placed = {person for group in groupings[0] for person in group}
    people = [person for person in shares if 0 < shares[person] < 1 and person in placed]
    with_such = {person for person in people if person in drawn[0]}
    arms = (
        [one for one in people if one in with_such],
        [one for one in people if one not in with_such],
    )
    untold = Count(low=0, high=max(len(people), SMALLEST - 1))
    if any(len({outcomes[person] for person in arm}) < 2 or len(arm) < SMALLEST for arm in arms):
        return LotComparison(
            draws=len(groupings), people=size(len(people)), with_such=untold, without=untold
        )
    difference, low, high, p_value = _compared(drawn, shares, outcomes, people)
    return LotComparison(
        draws=len(groupings),
        people=size(len(people)),
        with_such=size(len(arms[0])),
        without=size(len(arms[1])),
        difference=difference,
        low=low,
        high=high,
        p_value=p_value,
    )


def _having(grouping: Grouping, is_such: Callable[[str, str], bool]) -> frozenset[str]:
    """Give everybody who has such a partner in a grouping."""
    found = set()
    for group in grouping:
        for one, other in combinations(group, 2):
            if is_such(one, other):
                found.add(one)
            if is_such(other, one):
                found.add(other)
    return frozenset(found)


def _compared(
    drawn: Sequence[frozenset[str]],
    shares: Mapping[str, float],
    outcomes: Mapping[str, float],
    people: Sequence[str],
) -> tuple[float, float | None, float | None, float]:
    """Give the effect, its bounds and its p-value."""
    # Both less their means, so that nothing depends on where the outcomes have their zero.
    mean = math.fsum(outcomes[person] for person in people) / len(people)
    part = sum(person in drawn[0] for person in people) / len(people)
    fared = {person: outcomes[person] - mean for person in people}
    has = {person: (person in drawn[0]) - part for person in people}
    # For each draw: what it makes of the outcomes, and what of a real effect of 1.
    sums, added = (
        [
            math.fsum(((person in having) - shares[person]) * values[person] for person in people)
            for having in drawn
        ]
        for values in (fared, has)
    )
    as_extreme = sum(abs(one) >= abs(sums[0]) * (1 - 1e-12) for one in sums)
    low, high = _bounds(sums, added)
    return sums[0] / added[0], low, high, as_extreme / len(drawn)


def _bounds(sums: Sequence[float], added: Sequence[float]) -> tuple[float | None, float | None]:
    """Give the effects at which the real draw becomes an outlier on either side.

    With an effect taken off, a draw has a sum no larger than the real one exactly for effects up to
    the difference of the sums over the difference of what was added. That is never negative, and 0
    only for a draw in which the same people have such a partner.
    """
    turning = [
        (sums[0] - one) / (added[0] - more) if added[0] - more > 1e-9 else None
        for one, more in zip(sums[1:], added[1:], strict=True)
    ]
    # Draws that do not turn count on both sides, which can only widen the interval.
    always = turning.count(None)
    known = sorted(one for one in turning if one is not None)
    place = math.floor(len(sums) * (1 - CONFIDENCE) / 2) - always
    if place < 1 or len(known) < 2 * place:
        return None, None
    return known[place - 1], known[-place]


def _shown(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
