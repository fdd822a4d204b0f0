"""The health of a group: a state with its reasons, shown to its members first.

Staff learn of a finding 48 hours after it came about, so the members can mend it before. Staff
never see anything written in private, whose goal or minutes a finding is about, or how anybody is.

A falling mood is a finding for the person alone. It changes no state that anybody else sees: in a
pair, "needs a look" without a reason would tell the partner whose mood it is, and staff that it is
one of two. What staff may know is how many people in the whole programme it is: see
`moods_in_programme`. Who wants staff to know writes a check-in to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from peerloom.equality import SMALLEST
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.goals import GoalState
from peerloom.mentoring.health_plan import (
    Finding,
    GroupRecords,
    HealthPlan,
    HealthRule,
    HealthState,
)
from peerloom.mentoring.health_rules import findings, moved_at
from peerloom.mentoring.impact.cells import split
from peerloom.mentoring.meetings import met_at
from peerloom.mentoring.moods import MoodState, MoodTrend
from peerloom.mentoring.sessions import SessionState
from peerloom.natural import natural_key
from peerloom.reasons import N_, Reason

_WORST_FIRST = (
    HealthState.STALLED,
    HealthState.NEEDS_A_LOOK,
    HealthState.NEW,
    HealthState.STEADY,
    HealthState.THRIVING,
    HealthState.ENDED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHealth:
    """Everything that the rules found. Show it to anybody only through `health_visible_to`.

    Parameters
    ----------
    records
        What it was decided from.
    plan
        From when on something counts.
    findings
        All of them, private ones too, in the order of `HealthRule`.
    """

    records: GroupRecords = field(repr=False)
    plan: HealthPlan
    findings: tuple[Finding, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A finding as one person may read it.

    Parameters
    ----------
    rule, since
        As in `Finding`.
    reason
        What it is, in words for this person.
    helps
        What would help, in words for this person too.
    is_private
        Whether nobody else sees it.
    """

    rule: HealthRule = field(repr=False)
    since: datetime
    reason: Reason = field(repr=False)
    helps: Reason = field(repr=False)
    is_private: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """The health of a group as one person may see it.

    Parameters
    ----------
    group
        The id of the group.
    state
        How it is doing, from what this person may know.
    findings
        Why, and what would help.
    strengths
        What goes well.
    """

    group: str
    state: HealthState
    findings: tuple[Shown, ...] = field(default=(), repr=False)
    strengths: tuple[Reason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON, for this person only."""
        return {
            "group": self.group,
            "state": self.state.value,
            "findings": [
                {
                    "rule": one.rule.value,
                    "since": one.since.isoformat(),
                    "reason": one.reason.to_dict(),
                    "helps": one.helps.to_dict(),
                    "is_private": one.is_private,
                }
                for one in self.findings
            ],
            "strengths": [one.to_dict() for one in self.strengths],
        }


def group_health(records: GroupRecords, plan: HealthPlan | None = None) -> GroupHealth:
    """Look at a group by all rules.

    Parameters
    ----------
    records
        Of one group, now.
    plan
        From when on something counts; None for that of weekly groups.

    Returns
    -------
    GroupHealth
        In O(n log n) for n records.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.mentoring.groups import PublishedGroup
    >>> pair = PublishedGroup(
    ...     id="g1", members=("ada", "bo"), round=1, published_at=datetime(2026, 11, 2, tzinfo=UTC)
    ... )
    >>> found = group_health(GroupRecords(group=pair, now=datetime(2026, 11, 14, tzinfo=UTC)))
    >>> for viewer in (Viewer(member="ada"), Viewer.staff()):
    ...     view = health_visible_to(viewer, found)
    ...     print(view.state, *(shown.reason for shown in view.findings))
    needs_a_look You have been a group for 12 days and have not met yet.
    steady
    """
    chosen = HealthPlan() if plan is None else plan
    return GroupHealth(records=records, plan=chosen, findings=findings(records, chosen))


def health_visible_to(viewer: Viewer, health: GroupHealth) -> HealthView | None:
    """Give the health of a group as somebody may see it.

    ===================  ==============================  ==================  ============
    viewer               findings                        words               own mood
    ===================  ==============================  ==================  ============
    a member             all of the group, at once       with numbers        yes
    staff                those older than 48 hours       without             no
    anybody else         none                            none                no
    ===================  ==============================  ==================  ============

    Staff who are in the group see it as its other members do. Who has left it sees nothing.

    Returns
    -------
    HealthView or None
        None for somebody who may not see anything of this group.
    """
    records = health.records
    is_member = viewer.member in records.group.members
    if viewer.member in records.left or not (is_member or viewer.is_staff):
        return None
    if is_member:
        shared = [one for one in health.findings if one.member is None]
        own = [one for one in health.findings if one.member == viewer.member]
    else:
        shared, own = _for_staff(health), []
    shown: dict[HealthRule, Shown] = {}
    for one in (*shared, *own):
        words = (one.reason, one.helps) if is_member else one.for_staff
        if words is not None:
            reason, helps = words
            is_private = one.member is not None
            # A stall comes before the look that it began as, and takes its place.
            shown.setdefault(
                one.rule,
                Shown(
                    rule=one.rule,
                    since=one.since,
                    reason=reason,
                    helps=helps,
                    is_private=is_private,
                ),
            )
    strengths = _strengths(health)
    return HealthView(
        group=records.group.id,
        state=_state(health, shared, strengths),
        findings=tuple(shown.values()),
        strengths=tuple(strengths.values()),
    )


def worst_first(views: Iterable[HealthView]) -> tuple[HealthView, ...]:
    """Sort groups so that those who need somebody come first, of these the longest waiting."""

    def order(view: HealthView) -> tuple[int, float, object]:
        since = min((one.since.timestamp() for one in view.findings), default=0.0)
        return _WORST_FIRST.index(view.state), since, natural_key(view.group)

    return tuple(sorted(views, key=order))


def moods_in_programme(trends: Iterable[MoodTrend]) -> Reason:
    """Say to staff how many people in the whole programme have a falling or low mood.

    Never for a single group, hidden unless it is at least five people and not nearly all (see
    `peerloom.mentoring.impact.cells.split`), and only in steps of five: one person more or less
    seldom changes what is said.

    Parameters
    ----------
    trends
        Of everybody, as of the beginning of the week.

    Examples
    --------
    >>> trends = [
    ...     MoodTrend(member=str(n), state=MoodState("falling" if n < 8 else "steady"), answers=8)
    ...     for n in range(40)
    ... ]
    >>> print(moods_in_programme(trends))
    At the beginning of this week, of 40 people whose mood has a trend, at least 5 were doing less \
well or badly. Remind everybody where they find help.
    """
    known = [trend for trend in trends if trend.state is not MoodState.UNKNOWN]
    count = split(sum(trend.needs_support for trend in known), len(known)).value
    if count is None or not known:
        return Reason(
            code="moods_hidden",
            template=N_(
                "How people are can only be told where at least five of them, and not nearly all, "
                "are doing less well. Remind everybody where they find help."
            ),
        )
    return Reason(
        code="moods",
        template=N_(
            "At the beginning of this week, of {known} people whose mood has a trend, at least "
            "{count} were doing less well or badly. Remind everybody where they find help."
        ),
        values={"known": len(known), "count": count - count % SMALLEST},
    )


def _for_staff(health: GroupHealth) -> list[Finding]:
    """Give what the members have known for long enough."""
    latest = health.records.now - timedelta(hours=health.plan.staff_after_hours)
    return [
        one
        for one in health.findings
        if one.for_staff is not None and (one.is_at_once or one.since <= latest)
    ]


def _strengths(health: GroupHealth) -> dict[str, Reason]:
    """Say what goes well lately; nobody has to wait to know that."""
    records, plan = health.records, health.plan
    held = [one.ends_at for one in records.sessions if one.state is SessionState.HELD]
    turn = timedelta(days=plan.days_without_session)
    lately = [moment for moment in held if records.now - turn * 2 < moment <= records.now]
    reasons = {}
    if len(lately) >= 2 and records.now - max(lately) < turn:
        reasons["sessions"] = Reason(
            code="health_good_sessions",
            template=N_("Sessions held in the last {days} days: {count}."),
            values={"days": 2 * plan.days_without_session, "count": len(lately)},
        )
    since = records.now - timedelta(days=plan.goal_days)
    moved = [
        goal
        for goal in records.goals
        if goal.state is not GoalState.LET_GO
        and since < (moment := moved_at(goal, records.now))
        and moment > goal.set_at
    ]
    if moved:
        reasons["goals"] = Reason(
            code="health_good_goals",
            template=N_("Goals that moved in the last {days} days: {count}."),
            values={"days": plan.goal_days, "count": len(moved)},
        )
    return reasons


def _state(
    health: GroupHealth, shared: Iterable[Finding], strengths: dict[str, Reason]
) -> HealthState:
    records = health.records
    stalls = [one.is_stall for one in shared]
    if records.group.ended_at is not None and records.group.ended_at <= records.now:
        return HealthState.ENDED
    if stalls:
        return HealthState.STALLED if any(stalls) else HealthState.NEEDS_A_LOOK
    if {"sessions", "goals"} <= strengths.keys():
        return HealthState.THRIVING
    days = health.plan.word_days
    has_met = any(met_at(one, records.now, word_days=days) for one in records.sessions)
    age = records.now - records.group.published_at
    is_young = age < timedelta(days=health.plan.days_without_session)
    return HealthState.NEW if is_young and not has_met else HealthState.STEADY
