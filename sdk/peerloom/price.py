"""What worst-off first costs and brings, as data and in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from peerloom.reasons import N_, Reason, hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What worst-off first costs and brings, against the grouping with the highest total.

    Parameters
    ----------
    total_before, total_after
        The score without and with it.
    worst_before, worst_after
        The lowest score of any two people who are together.
    minutes_before, minutes_after
        The common weekly minutes of the two with that score; of several, the least.
    worst_bound
        Proven: no grouping with as few repeats lifts everybody above it.

    Examples
    --------
    >>> price = Price(
    ...     total_before=4000,
    ...     total_after=3820,
    ...     worst_before=300,
    ...     worst_after=900,
    ...     minutes_before=240,
    ...     minutes_after=660,
    ...     worst_bound=900,
    ... )
    >>> print(price.sentences()[0])
    Worst-off first lowers the total by 4.5 %, and brings the lowest pair score from 300 to 900, \
and the common time of that pair from 4 to 11 hours a week.
    """

    total_before: int
    total_after: int
    worst_before: int
    worst_after: int
    minutes_before: int
    minutes_after: int
    worst_bound: int

    @property
    def is_proven(self) -> bool:
        """Whether no grouping with as few repeats has a higher lowest pair score."""
        return self.worst_after == self.worst_bound

    @property
    def percent(self) -> float:
        """How much of the total it costs, in percent, rounded up to two decimals."""
        lost = max(0, self.total_before - self.total_after)
        return math.ceil(10_000 * lost / self.total_before) / 100 if self.total_before else 0.0

    def sentences(self) -> tuple[Reason, ...]:
        """Say it in plain words: the price, and whether more is possible."""
        return tuple(self._sentences())

    def to_dict(self) -> dict[str, int]:
        """Give everything as plain data for JSON."""
        return {
            "total_before": self.total_before,
            "total_after": self.total_after,
            "worst_before": self.worst_before,
            "worst_after": self.worst_after,
            "minutes_before": self.minutes_before,
            "minutes_after": self.minutes_after,
            "worst_bound": self.worst_bound,
        }

    def _sentences(self) -> Iterator[Reason]:
        if (self.worst_before, self.total_before) == (self.worst_after, self.total_after):
            yield Reason(
                code="fair_for_free",
                template=N_(
                    "Worst-off first costs nothing here: "
                    "the highest total already has the lowest pair score of {score}."
                ),
                values={"score": self.worst_after},
            )
        else:
            yield Reason(
                code="fair_price",
                template=N_(
                    "Worst-off first lowers the total by {percent} %, and brings the lowest pair "
                    "score from {before} to {after}, and the common time of that pair from "
                    "{hours_before} to {hours_after} hours a week."
                ),
                values={
                    "percent": self.percent,
                    "before": self.worst_before,
                    "after": self.worst_after,
                    "hours_before": hours(self.minutes_before),
                    "hours_after": hours(self.minutes_after),
                },
            )
        if self.is_proven:
            yield Reason(
                code="fair_proven",
                template=N_("It is proven that the lowest pair score cannot be higher."),
            )
        else:
            yield Reason(
                code="fair_not_proven",
                template=N_(
                    "No grouping with a higher lowest pair score was found. "
                    "It is proven that none is above {bound}."
                ),
                values={"bound": self.worst_bound},
            )
