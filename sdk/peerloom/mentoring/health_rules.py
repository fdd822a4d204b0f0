"""The rules of health: each looks at the records of one group and says what it finds.

Each finding knows since when it has been so, computed from the records: nothing has to be stored
for the members to have their time before staff learn of it. Where the records do not tell exactly,
the later moment is taken, in favour of the members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from peerloom.mentoring.goals import Goal
from peerloom.mentoring.health_plan import Finding, GroupRecords, HealthPlan, HealthRule
from peerloom.mentoring.health_words import WORDS
from peerloom.mentoring.ledger import flip, ledger
from peerloom.mentoring.meetings import met_at
from peerloom.mentoring.moments import end_of_day
from peerloom.mentoring.moods import mood_trend, support
from peerloom.mentoring.pace import PaceState, pace
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.reasons import Value

_DECIDED = frozenset({SessionState.HELD, SessionState.NOT_HELD})


def findings(records: GroupRecords, plan: HealthPlan) -> tuple[Finding, ...]:
    """Find everything there is to say, in the order of `HealthRule`; a stall before a look.

    A stall does not take away the finding that the group needs a look: it may be older, and then
    staff may know of it already.
    """
    if records.group.ended_at is not None and records.group.ended_at <= records.now:
        return ()
    return tuple(finding for rule in _RULES for finding in rule(records, plan))


def moved_at(goal: Goal, now: datetime) -> datetime:
    """Give when somebody last worked on a goal: progress, a milestone, or a change of it."""
    moments = [goal.changed_at]
    moments += [entry.at for entry in goal.progress]
    moments += [one.done_at for one in goal.milestones if one.done_at is not None]
    return max((moment for moment in moments if moment <= now), default=goal.set_at)


def _too_few_left(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    if len(records.present) < 2:
        since = sorted(records.left.values())[len(records.group.members) - 2]
        yield _finding(
            HealthRule.TOO_FEW_LEFT, "too_few_left", since, is_stall=True, is_at_once=True
        )


def _no_session(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    now = records.now
    if any(one.starts_at > now and one.state in OPEN_STATES for one in records.sessions):
        return
    ends = (met_at(one, now, word_days=plan.word_days) for one in records.sessions)
    met = [ended for ended in ends if ended is not None]
    last = max([records.group.published_at, *met])
    # Until then there was something to wait for.
    hoped = max(
        (_hoped_until(one, plan) for one in records.sessions if one.state is not SessionState.HELD),
        default=last,
    )
    patience = timedelta(days=plan.days_without_session)
    days = (now - last).days
    names = {False: "no_session", True: "stall"}
    if not met:
        names = {False: "no_first_session", True: "never_met"}
    for is_stall in (True, False):
        since = max(last + patience * (2 if is_stall else 1), hoped)
        if since <= now:
            yield _finding(
                HealthRule.NO_SESSION, names[is_stall], since, {"days": days}, is_stall=is_stall
            )


def _hoped_until(session: Session, plan: HealthPlan) -> datetime:
    """Give until when a session that was not held gave reason to wait."""
    if session.state is SessionState.PROPOSED:
        return session.starts_at
    if session.state is SessionState.PLANNED and not any(one.met for one in session.confirmations):
        return session.ends_at + timedelta(days=plan.word_days)
    if session.state in (SessionState.CANCELLED, SessionState.NOT_HELD):
        return session.changed_at
    return session.ends_at


def _missed_sessions(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    decided = sorted(
        (one for one in records.sessions if one.state in _DECIDED),
        key=lambda one: (one.starts_at, one.id),
    )
    newest = decided[-3:]
    missed = [one for one in newest if one.state is SessionState.NOT_HELD]
    if len(missed) < 2:
        return
    # Somebody may have taken their word back, so that one which was held no longer is.
    open_again = [
        one
        for one in records.sessions
        if one.state is SessionState.PLANNED and newest[0].starts_at <= one.starts_at <= records.now
    ]
    since = max(one.changed_at for one in (*missed, *open_again))
    values = {"missed": len(missed), "count": len(newest)}
    yield _finding(HealthRule.MISSED_SESSIONS, "missed_sessions", since, values)


def _proposal_waiting(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    patience = timedelta(days=plan.answer_days)
    waiting = [
        one.proposed_at + patience
        for one in records.sessions
        if one.state is SessionState.PROPOSED
        and one.proposed_at + patience <= records.now < one.starts_at
    ]
    if waiting:
        values = {"days": plan.answer_days}
        yield _finding(HealthRule.PROPOSAL_WAITING, "proposal_waiting", min(waiting), values)


def _one_sided(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    if flip(ledger(records.sessions, records.present)) is None:
        return
    # Minutes may be told, and corrected, long after a session: nobody knows what was there before.
    told = [one.changed_at for one in records.sessions if one.starts_at <= records.now]
    since = max([records.group.published_at, *told, *records.left.values()])
    yield _finding(HealthRule.ONE_SIDED, "one_sided", since)


def _stale_goals(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    stale = [
        since
        for goal in records.goals
        if goal.is_open
        and goal.member not in records.left
        and (since := _stale_since(goal, records, plan)) <= records.now
    ]
    if stale:
        days: dict[str, Value] = {"days": plan.goal_days}
        yield _finding(
            HealthRule.STALE_GOALS,
            "stale_goals",
            min(stale),
            days | {"count": len(stale)},
            staff_values=days,
        )


def _stale_since(goal: Goal, records: GroupRecords, plan: HealthPlan) -> datetime:
    """Give the moment from which on a goal is stale, now or one day."""
    start = records.group.published_at
    silent = max(moved_at(goal, records.now), start) + timedelta(days=plan.goal_days)
    if goal.due is None or silent <= records.now:
        return silent
    overdue = timedelta(days=plan.overdue_days)
    if end_of_day(goal.due, records.timezones) + overdue > records.now:
        return silent
    found = pace(goal, records.now, records.timezones)
    if found.state is not PaceState.OVERDUE or found.since is None:
        return silent
    return min(silent, max(found.since, start) + overdue)


def _no_goals(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    late = records.group.published_at + timedelta(days=plan.no_goal_days)
    # Those who have left took their goals along.
    since = max([late, *records.left.values()])
    if not records.goals and since <= records.now:
        yield _finding(HealthRule.NO_GOALS, "no_goals", since, {"days": plan.no_goal_days})


def _falling_mood(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    for member in records.present:
        trend = mood_trend(records.check_ins, member, now=records.now)
        if trend.since is not None:
            reason, helps, *_rest = support(trend)
            yield Finding(
                rule=HealthRule.FALLING_MOOD,
                since=trend.since,
                reason=reason,
                helps=helps,
                member=member,
            )


def _finding(
    rule: HealthRule,
    name: str,
    since: datetime,
    values: Mapping[str, Value] | None = None,
    *,
    staff_values: Mapping[str, Value] | None = None,
    is_stall: bool = False,
    is_at_once: bool = False,
) -> Finding:
    """Give a finding in the words of that name; staff read the same values where no others are."""
    shared = values or {}
    reason, helps = WORDS[name].for_members(name, shared)
    return Finding(
        rule=rule,
        is_stall=is_stall,
        since=since,
        reason=reason,
        helps=helps,
        for_staff=WORDS[name].for_staff(name, shared if staff_values is None else staff_values),
        is_at_once=is_at_once,
    )


_RULES = (
    _too_few_left,
    _no_session,
    _missed_sessions,
    _proposal_waiting,
    _one_sided,
    _stale_goals,
    _no_goals,
    _falling_mood,
)
