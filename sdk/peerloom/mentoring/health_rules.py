"""The rules of health: each looks at the records of one group and says what it finds.

Each finding knows since when it has been so, computed from the records: nothing has to be stored
for the members to have their time before staff learn of it. Where the records do not tell exactly,
the later moment is taken, in favour of the members.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import starmap, takewhile

from peerloom.mentoring.goals import Goal
from peerloom.mentoring.health_plan import Finding, GroupRecords, HealthPlan, HealthRule
from peerloom.mentoring.ledger import Account, Ledger, flip
from peerloom.mentoring.moods import mood_trend, support
from peerloom.mentoring.pace import PaceState, pace
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.reasons import N_, Reason

_DECIDED = frozenset({SessionState.HELD, SessionState.NOT_HELD})
_LOOKED_BACK = 8


def findings(records: GroupRecords, plan: HealthPlan) -> tuple[Finding, ...]:
    """Find everything there is to say, in the order of `HealthRule`; a stall before a look.

    A stall does not take away the finding that the group needs a look: it may be older, and then
    staff may know of it already.
    """
    if records.group.ended_at is not None and records.group.ended_at <= records.now:
        return ()
    return tuple(finding for rule in _RULES for finding in rule(records, plan))


def met_at(session: Session, now: datetime, plan: HealthPlan) -> datetime | None:
    """Give when a group met in a session; None where it did not, or nobody said so in time."""
    if session.state is SessionState.HELD:
        return session.ends_at
    if session.state is SessionState.PLANNED and session.ends_at <= now:
        is_fresh = now < session.ends_at + timedelta(days=plan.word_days)
        if is_fresh or any(one.met for one in session.confirmations):
            return session.ends_at
    return None


def moved_at(goal: Goal, now: datetime) -> datetime:
    """Give when somebody last worked on a goal: progress, a milestone, or a change of it."""
    moments = [goal.changed_at]
    moments += [entry.at for entry in goal.progress]
    moments += [one.done_at for one in goal.milestones if one.done_at is not None]
    return max((moment for moment in moments if moment <= now), default=goal.set_at)


def _too_few_left(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    if len(records.present) >= 2:
        return
    yield Finding(
        rule=HealthRule.TOO_FEW_LEFT,
        is_stall=True,
        since=sorted(records.left.values())[len(records.group.members) - 2],
        reason=Reason(
            code="health_too_few_left",
            template=N_(
                "Somebody has left, and a group needs two people. It is not because of you."
            ),
        ),
        for_staff=Reason(
            code="health_too_few_left_staff",
            template=N_("Fewer than two people are left in this group."),
        ),
        helps=Reason(
            code="health_help_repair",
            template=N_("A repair finds a new group for whoever is left."),
        ),
        is_at_once=True,
    )


def _no_session(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    now = records.now
    if any(one.starts_at > now and one.state in OPEN_STATES for one in records.sessions):
        return
    met = [ended for one in records.sessions if (ended := met_at(one, now, plan)) is not None]
    last = max([records.group.published_at, *met])
    # Until then there was something to wait for.
    hoped = max(
        (_hoped_until(one, plan) for one in records.sessions if one.state is not SessionState.HELD),
        default=last,
    )
    patience = timedelta(days=plan.days_without_session)
    days = (now - last).days
    reasons = (
        (
            N_("Your last session was {days} days ago."),
            N_("The last session of this group was {days} days ago."),
        )
        if met
        else (
            N_("You have been a group for {days} days and have not met yet."),
            N_("This group has been one for {days} days and has not met yet."),
        )
    )
    helps = {
        False: N_("Propose a time: half an hour is enough to start again."),
        True: N_(
            "Propose a time today, or ask for a switch: ending kindly is better than silence, and "
            "nobody is at fault."
        ),
    }
    for is_stall in (True, False):
        since = max(last + patience * (2 if is_stall else 1), hoped)
        if since <= now:
            code = "health_stall" if is_stall else "health_no_session"
            yield Finding(
                rule=HealthRule.NO_SESSION,
                is_stall=is_stall,
                since=since,
                reason=Reason(code=code, template=reasons[0], values={"days": days}),
                for_staff=Reason(code=f"{code}_staff", template=reasons[1], values={"days": days}),
                helps=Reason(code=f"{code}_help", template=helps[is_stall]),
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
    values: dict[str, str | int | float] = {"missed": len(missed), "count": len(newest)}
    yield Finding(
        rule=HealthRule.MISSED_SESSIONS,
        since=max(one.changed_at for one in missed),
        reason=Reason(
            code="health_missed_sessions",
            template=N_("Of your last {count} sessions, {missed} did not take place."),
            values=values,
        ),
        for_staff=Reason(
            code="health_missed_sessions_staff",
            template=N_("Of the last {count} sessions of this group, {missed} did not take place."),
            values=values,
        ),
        helps=Reason(
            code="health_help_time",
            template=N_("Choose another day or hour, or shorter sessions that fit into your week."),
        ),
    )


def _proposal_waiting(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    patience = timedelta(days=plan.answer_days)
    waiting = [
        one.proposed_at + patience
        for one in records.sessions
        if one.state is SessionState.PROPOSED
        and one.proposed_at + patience <= records.now < one.starts_at
    ]
    if not waiting:
        return
    days = plan.answer_days
    yield Finding(
        rule=HealthRule.PROPOSAL_WAITING,
        since=min(waiting),
        reason=Reason(
            code="health_proposal_waiting",
            template=N_("A proposed time has waited for more than {days} days for an answer."),
            values={"days": days},
        ),
        for_staff=Reason(
            code="health_proposal_waiting_staff",
            template=N_(
                "In this group a proposed time has waited for more than {days} days for an answer."
            ),
            values={"days": days},
        ),
        helps=Reason(
            code="health_help_answer",
            template=N_("Say yes to it, or propose a time that is better."),
        ),
    )


def _one_sided(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    # In the order in which they were known: what was known at a moment is a beginning of this.
    told = sorted(
        (one for one in records.sessions if one.state is SessionState.HELD and one.parts),
        key=lambda one: (one.changed_at, one.id),
    )
    taught = dict.fromkeys(records.present, 0)
    books: list[tuple[datetime, Ledger]] = []
    for place, session in enumerate(told):
        for part in session.parts:
            if part.member in taught:
                taught[part.member] += part.taught
        if place >= len(told) - _LOOKED_BACK:
            accounts = tuple(starmap(_account, taught.items()))
            books.append((session.changed_at, Ledger(accounts=accounts)))
    run = list(takewhile(lambda known: flip(known[1]) is not None, reversed(books)))
    if not run:
        return
    yield Finding(
        rule=HealthRule.ONE_SIDED,
        since=run[-1][0],
        reason=Reason(
            code="health_one_sided",
            template=N_(
                "One of you taught much more than another so far: your ledger has the minutes."
            ),
        ),
        for_staff=Reason(
            code="health_one_sided_staff",
            template=N_("In this group teaching and learning are not shared evenly."),
        ),
        helps=Reason(
            code="health_help_flip",
            template=N_("Let whoever taught least choose the next topic and explain it."),
        ),
    )


def _account(member: str, taught: int) -> Account:
    return Account(member=member, taught=taught)


def _stale_goals(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    stale = [
        since
        for goal in records.goals
        if goal.is_open
        and goal.member not in records.left
        and (since := _stale_since(goal, records, plan)) <= records.now
    ]
    if not stale:
        return
    yield Finding(
        rule=HealthRule.STALE_GOALS,
        since=min(stale),
        reason=Reason(
            code="health_stale_goals",
            template=N_(
                "Open goals that are long overdue or have not moved for {days} days: {count}."
            ),
            values={"days": plan.goal_days, "count": len(stale)},
        ),
        for_staff=Reason(
            code="health_stale_goals_staff",
            template=N_("A goal in this group is long overdue or has not moved for {days} days."),
            values={"days": plan.goal_days},
        ),
        helps=Reason(
            code="health_help_goals",
            template=N_("Take one small step, revise the goal, or let it go: all three are fine."),
        ),
    )


def _stale_since(goal: Goal, records: GroupRecords, plan: HealthPlan) -> datetime:
    """Give the moment from which on a goal is stale, now or one day."""
    start = records.group.published_at
    silent = max(moved_at(goal, records.now), start) + timedelta(days=plan.goal_days)
    if goal.due is None or silent <= records.now:
        return silent
    found = pace(goal, records.now, records.timezones)
    if found.state is not PaceState.OVERDUE or found.since is None:
        return silent
    return min(silent, max(found.since, start) + timedelta(days=plan.overdue_days))


def _no_goals(records: GroupRecords, plan: HealthPlan) -> Iterator[Finding]:
    since = records.group.published_at + timedelta(days=plan.no_goal_days)
    if records.goals or since > records.now:
        return
    values: dict[str, str | int | float] = {"days": plan.no_goal_days}
    yield Finding(
        rule=HealthRule.NO_GOALS,
        since=since,
        reason=Reason(
            code="health_no_goals",
            template=N_("You have been a group for more than {days} days and have no goal yet."),
            values=values,
        ),
        for_staff=Reason(
            code="health_no_goals_staff",
            template=N_("After more than {days} days this group has no goal yet."),
            values=values,
        ),
        helps=Reason(
            code="health_help_first_goal",
            template=N_(
                "Ask each other what you want to be able to do in a month, and write it down."
            ),
        ),
    )


def _falling_mood(records: GroupRecords, _: HealthPlan) -> Iterator[Finding]:
    for member in records.present:
        trend = mood_trend(records.check_ins, member, now=records.now)
        if trend.since is not None:
            reason, helps, *_rest = support(trend)
            yield Finding(
                rule=HealthRule.FALLING_MOOD,
                since=trend.since,
                reason=reason,
                for_staff=None,
                helps=helps,
                member=member,
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
