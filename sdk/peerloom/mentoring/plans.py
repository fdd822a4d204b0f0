"""Plans: how much of a goal should be done when, as exact fractions of its way and its time.

The plan is a straight line: nothing at the start, everything at the end of the due day. A goal is
behind when the rest would have to go more than half as fast again as that line (`HURRY`): with
nothing done, that is when a third of the time has passed; at half time, when less than a quarter
is done. Close to the due day the rule becomes strict by itself, and early on it is patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from peerloom.mentoring.goals import Goal, Milestone
from peerloom.mentoring.measures import Measure, exact, written

HURRY = Fraction(3, 2)
"""So many times the planned speed is still no risk."""

TICK = timedelta(microseconds=1)


class Plan(Protocol):
    """How far a goal is, and how far it should be."""

    @property
    def share(self) -> Fraction:
        """How much of the way is done by now."""

    def steps(self) -> Iterator[tuple[datetime, Fraction]]:
        """Give moments, the newest first, each with how much was done from then on."""

    def planned(self, gone: Fraction) -> Fraction:
        """Give how much of the way should be done when a part of the time has gone."""

    def late_after(self, share: Fraction) -> Fraction:
        """Give after which part of the time so little is too little; from 1 up it never is."""


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A number that moves evenly from its start to its target.

    Parameters
    ----------
    measure
        What is counted.
    values
        Moments in order, each with the number that stood from then on; never empty.
    """

    measure: Measure
    values: tuple[tuple[datetime, Decimal], ...]

    @property
    def share(self) -> Fraction:
        """See `Plan`."""
        return self.measure.share(self.values[-1][1])

    def steps(self) -> Iterator[tuple[datetime, Fraction]]:
        """See `Plan`."""
        return ((at, self.measure.share(value)) for at, value in reversed(self.values))

    def planned(self, gone: Fraction) -> Fraction:
        """See `Plan`: it is the line itself."""
        return gone

    def late_after(self, share: Fraction) -> Fraction:
        """See `Plan`.

        Examples
        --------
        >>> plan = MeasurePlan(Measure(start=0, target=12), ())
        >>> print(plan.late_after(Fraction(0)), plan.late_after(Fraction(1, 4)))
        1/3 1/2
        """
        return 1 - (1 - share) / HURRY

    def planned_value(self, gone: Fraction) -> Decimal:
        """Give the number that the plan has, rounded towards the start.

        It has no more decimals than start and target have.

        Examples
        --------
        >>> MeasurePlan(Measure(start=10, target=2), ()).planned_value(Fraction(1, 3))
        Decimal('8')
        """
        start, target = Fraction(self.measure.start), Fraction(self.measure.target)
        decimals = max(_decimals(self.measure.start), _decimals(self.measure.target))
        unit = 10**decimals
        done = floor(abs(target - start) * gone * unit)
        parts = int(start * unit) + (done if target > start else -done)
        return exact(Decimal(f"{parts}E-{decimals}"))


@dataclass(frozen=True, slots=True)
class MilestonePlan:
    """Steps of equal weight, each planned for the end of its own part of the time.

    The first of four is planned when a quarter of the time has passed, so a single one never is
    before the due day ends.

    Parameters
    ----------
    starts_at
        When the time begins.
    count
        How many milestones there are, at least one.
    done
        When those that are done were done, in order.
    """

    starts_at: datetime
    count: int
    done: tuple[datetime, ...]

    @property
    def share(self) -> Fraction:
        """See `Plan`."""
        return Fraction(len(self.done), self.count)

    def steps(self) -> Iterator[tuple[datetime, Fraction]]:
        """See `Plan`."""
        for index in range(len(self.done) - 1, -1, -1):
            yield self.done[index], Fraction(index + 1, self.count)
        yield self.starts_at, Fraction(0)

    def planned(self, gone: Fraction) -> Fraction:
        """See `Plan`: those whose part of the time has passed."""
        return Fraction(max(ceil(gone * self.count) - 1, 0), self.count)

    def late_after(self, share: Fraction) -> Fraction:
        """See `Plan`.

        Examples
        --------
        >>> four = MilestonePlan(datetime.min, 4, ())
        >>> print(four.late_after(Fraction(0)), four.late_after(Fraction(1, 4)))
        1/2 3/4
        >>> one = MilestonePlan(datetime.min, 1, ())
        >>> print(one.late_after(Fraction(0)))
        1
        """
        left = (1 - share) * self.count
        planned = floor(self.count - left / HURRY) + 1
        return Fraction(planned, self.count)


def plan_of(goal: Goal, now: datetime) -> MeasurePlan | MilestonePlan | None:
    """Give the plan of a goal with what is known at a moment; None where nothing is counted.

    A measure counts where there is one, the milestones otherwise.
    """
    start = goal.counted_from
    if goal.measure is not None:
        values = {start: goal.measure.start}
        # Of two entries of one moment the one that was written last counts.
        values |= {max(one.at, start): one.value for one in goal.progress if one.at <= now}
        return MeasurePlan(goal.measure, tuple(values.items()))
    if goal.milestones:
        return MilestonePlan(start, len(goal.milestones), _done(goal.milestones, start, now))
    return None


def behind_since(plan: Plan, starts_at: datetime, ends_at: datetime, now: datetime) -> datetime:
    """Give since when, without a break, too little has been done; `now` if enough is.

    Parameters
    ----------
    plan
        The plan of the goal.
    starts_at, ends_at
        The time that it has; the start lies before the end.
    now
        The present moment, before the end.
    """
    whole = (ends_at - starts_at) // TICK
    since = now
    for at, share in plan.steps():
        # Somebody may be a million times past the target: no calendar has that day.
        late_after = min(max(plan.late_after(share), Fraction(0)), Fraction(1))
        late_at = starts_at + TICK * (floor(late_after * whole) + 1)
        if late_at > since:
            break
        since = max(at, late_at)
        if since > at:
            break
    return since


def short_since(plan: Plan | None, ends_at: datetime) -> datetime:
    """Give since when, without a break, a goal has been short of its target after its time.

    That is the end of its time, or later where it stood at the target for a while then.
    """
    since = ends_at
    for at, share in plan.steps() if plan else ():
        if share >= 1:
            break
        since = max(at, ends_at)
        if at <= ends_at:
            break
    return since


def _done(milestones: Sequence[Milestone], start: datetime, now: datetime) -> tuple[datetime, ...]:
    moments = [one.done_at for one in milestones if one.done_at is not None]
    return tuple(sorted(max(at, start) for at in moments if at <= now))


def _decimals(number: Decimal) -> int:
    return len(written(number).partition(".")[2])
