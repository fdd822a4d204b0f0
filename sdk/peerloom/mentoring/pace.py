"""Pace: whether a goal is on track, by a rule that anybody can check by hand.

See `peerloom.mentoring.plans` for the rule.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.measures import distance, written
from peerloom.mentoring.moments import end_of_day, utc
from peerloom.mentoring.plans import (
    TICK,
    MeasurePlan,
    MilestonePlan,
    behind_since,
    plan_of,
    short_since,
)
from peerloom.reasons import N_, Reason, Value


class PaceState(enum.StrEnum):
    """How a goal stands against its plan.

    `REACHED` is a goal at its target that nobody has marked as met yet; `UNKNOWN` one without a
    due day, or with nothing to count.
    """

    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    REACHED = "reached"
    MET = "met"
    LET_GO = "let_go"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a goal stands against its plan, and why.

    For the owner of the goal and the members of their group: the sentence holds their numbers,
    though never their words. Staff may know the state.

    Parameters
    ----------
    state
        How it stands.
    reason
        The sentence that says why, with the numbers that count.
    share
        How much of the way is done: 0 at the start, 1 at the target; None where nothing is counted.
    planned
        How much of it the plan has for now, 0 to 1; None where there is no plan.
    since
        From when on the goal has been at risk or overdue, as it is now; None for other states.
    """

    state: PaceState
    reason: Reason
    share: Fraction | None = None
    planned: Fraction | None = None
    since: datetime | None = None


_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "goal_met": N_("This goal was met."),
        "goal_let_go": N_("This goal was let go, which is fine."),
        "goal_reached_measure": N_(
            "It stands at {value}, and the target is {target}: "
            "mark the goal as met, or set the next one."
        ),
        "goal_reached_milestones": N_(
            "Every milestone is done ({done} of {count}): "
            "mark the goal as met, or set the next one."
        ),
        "goal_without_due_day": N_(
            "It has no due day, so nobody can say whether it is on track: add one."
        ),
        "goal_without_measure": N_(
            "It has nothing to count, so nobody can say whether it is on track: "
            "add a number to reach, or milestones."
        ),
        "goal_on_track_measure": N_(
            "It stands at {value}, on the way from {start} to {target}; "
            "at an even pace it would stand at {planned} by now."
        ),
        "goal_on_track_milestones": N_(
            "Milestones done: {done} of {count}. Planned by now: {planned}."
        ),
        "goal_at_risk_measure": N_(
            "It stands at {value}, and at an even pace it would stand at {planned} by now. "
            "Still to go until {due}: {left}. Take a smaller next step, or revise the goal."
        ),
        "goal_at_risk_silent": N_(
            "No progress is written down yet, and at an even pace it would stand at {planned} "
            "by now. Write down where it stands, or revise the goal."
        ),
        "goal_at_risk_milestones": N_(
            "Milestones done: {done} of {count}. Planned by now: {planned}. "
            "Still to go until {due}: {left}. Choose the next one together, or revise the goal."
        ),
        "goal_overdue": N_("It was due on {due}: mark it as met, give it a new day, or let it go."),
        "goal_overdue_measure": N_(
            "It was due on {due} and stands at {value} of {target}: "
            "give it a new day or a new target, or let it go."
        ),
        "goal_overdue_milestones": N_(
            "It was due on {due}. Milestones done: {done} of {count}. "
            "Give it a new day or fewer milestones, or let it go."
        ),
    }
)


def pace(goal: Goal, now: datetime, timezones: Iterable[str] = ()) -> Pace:
    """Say how a goal stands against its plan.

    Parameters
    ----------
    goal
        As it is now. Progress and milestones later than `now` do not count yet.
    now
        The present moment; aware.
    timezones
        The IANA zones of the member, or of all members of the group. The due day ends when it has
        ended on all of their clocks; where no zone is given, when it has ended everywhere on Earth.

    Returns
    -------
    Pace
        In O(progress entries + milestones).

    Raises
    ------
    MomentError
        For a moment without a time zone.
    UnknownZoneError
        For a zone that is not in the IANA database.

    Examples
    --------
    >>> from datetime import UTC, date, timedelta
    >>> from peerloom.mentoring.goals import ProgressEntry
    >>> from peerloom.mentoring.measures import Measure
    >>> monday = datetime(2026, 11, 23, tzinfo=UTC)
    >>> first = ProgressEntry(at=monday + timedelta(days=2), by="ada", value=Decimal(1))
    >>> goal = Goal(
    ...     id="g1",
    ...     member="ada",
    ...     measure=Measure(start=0, target=12),
    ...     due=date(2026, 12, 4),
    ...     set_at=monday,
    ...     progress=(first,),
    ... )
    >>> found = pace(goal, monday + timedelta(days=6), ["UTC"])
    >>> print(found.state, found.share, found.planned)
    at_risk 1/12 1/2
    >>> print(found.reason)
    It stands at 1, and at an even pace it would stand at 6 by now. Still to go until 2026-12-04: \
11. Take a smaller next step, or revise the goal.
    """
    now = utc(now, "now")
    if goal.state is GoalState.MET:
        return Pace(state=PaceState.MET, reason=_reason("goal_met"))
    if goal.state is GoalState.LET_GO:
        return Pace(state=PaceState.LET_GO, reason=_reason("goal_let_go"))
    plan = plan_of(goal, now)
    kind = {MeasurePlan: "_measure", MilestonePlan: "_milestones"}.get(type(plan), "")
    share = plan.share if plan else None
    if plan and share is not None and share >= 1:
        reason = _reason(f"goal_reached{kind}", _numbers(plan))
        return Pace(state=PaceState.REACHED, reason=reason, share=share)
    if goal.due is None:
        reason = _reason("goal_without_due_day")
        return Pace(state=PaceState.UNKNOWN, reason=reason, share=share)
    ends_at = end_of_day(goal.due, timezones)
    due: dict[str, Value] = {"due": goal.due.isoformat()}
    if now >= ends_at:
        return Pace(
            state=PaceState.OVERDUE,
            reason=_reason(f"goal_overdue{kind}", due | _numbers(plan)),
            share=share,
            planned=Fraction(1) if plan else None,
            since=max(short_since(plan, ends_at), goal.changed_at),
        )
    if plan is None or share is None:
        return Pace(state=PaceState.UNKNOWN, reason=_reason("goal_without_measure"))
    starts_at = goal.counted_from
    gone = Fraction(max((now - starts_at) // TICK, 0), max((ends_at - starts_at) // TICK, 1))
    values = due | _numbers(plan, gone)
    if starts_at >= now or gone <= plan.late_after(share):
        return Pace(
            state=PaceState.ON_TRACK,
            reason=_reason(f"goal_on_track{kind}", values),
            share=share,
            planned=plan.planned(gone),
        )
    is_silent = goal.measure is not None and not any(entry.at <= now for entry in goal.progress)
    return Pace(
        state=PaceState.AT_RISK,
        reason=_reason("goal_at_risk_silent" if is_silent else f"goal_at_risk{kind}", values),
        share=share,
        planned=plan.planned(gone),
        since=max(behind_since(plan, starts_at, ends_at, now), goal.changed_at),
    )


def _reason(code: str, values: Mapping[str, Value] | None = None) -> Reason:
    return Reason(code=code, template=_SENTENCES[code], values=values or {})


def _numbers(
    plan: MeasurePlan | MilestonePlan | None, gone: Fraction = Fraction(1)
) -> dict[str, Value]:
    """Give what the sentences may name."""
    if isinstance(plan, MeasurePlan):
        value, target = plan.values[-1][1], plan.measure.target
        return {
            "value": _shown(value),
            "start": _shown(plan.measure.start),
            "target": _shown(target),
            "planned": _shown(plan.planned_value(gone)),
            "left": _shown(distance(target, value)),
        }
    if plan is not None:
        done = len(plan.done)
        planned = int(plan.planned(gone) * plan.count)
        return {"done": done, "count": plan.count, "planned": planned, "left": plan.count - done}
    return {}


def _shown(number: Decimal) -> Value:
    return int(number) if number == int(number) else written(number)
