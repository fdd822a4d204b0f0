"""What followed nudges, and whether it would have followed without them.

A reminder that somebody acts upon is no proof that it helped: they might have acted anyway. A
programme may hold out some reminders by a recorded lot; the difference between those that were
sent and those that were not is what reminders change (R. A. Fisher, "The Design of Experiments",
1935). Numbers that concern fewer than five people are hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.impact.cells import Count, size, split
from peerloom.mentoring.impact.intervals import Interval, share_interval
from peerloom.mentoring.moments import utc
from peerloom.mentoring.nudge_plan import REMINDERS, NudgeError, NudgeRule
from peerloom.mentoring.nudges import NudgeRecord
from peerloom.mentoring.sessions import Session, SessionState
from peerloom.reasons import N_, Reason

WITHIN_DAYS = 3
"""What is done later than so many days after a reminder does not count as following it."""

RULE_NAMES: Mapping[NudgeRule, str] = MappingProxyType(
    {
        NudgeRule.PROPOSAL_WAITING: N_("A proposed session waits for an answer"),
        NudgeRule.GOAL_DUE: N_("A goal is due"),
        NudgeRule.FEEDBACK_WAITING: N_("Feedback on a session is waiting"),
        NudgeRule.NO_SESSION: N_("No session for a while"),
    }
)
"""What people read for each rule that is measured."""


def follow_up(
    record: NudgeRecord,
    *,
    goals: Iterable[Goal] = (),
    sessions: Iterable[Session] = (),
    check_ins: Iterable[CheckIn] = (),
) -> NudgeRecord:
    """Write into a record when its receiver first did what the reminder was about.

    Progress on the goal, an answer to the proposal, word or feedback on the session, or any new
    session of the group. Whether somebody said no is not kept, so a proposal that was called off
    before its time counts as answered.

    Parameters
    ----------
    record
        Of one nudge, also of one that was held out.
    goals, sessions, check_ins
        Of the receiver and their group.

    Returns
    -------
    NudgeRecord
        The same one where nothing followed yet, where it is known already, and for nudges that
        remind of nothing. O(n) for n objects.
    """
    if record.acted_at is not None:
        return record
    deeds = {
        NudgeRule.GOAL_DUE: lambda: _on_the_goal(record, goals),
        NudgeRule.NO_SESSION: lambda: _new_sessions(record, sessions),
        NudgeRule.PROPOSAL_WAITING: lambda: _answers(record, sessions),
        NudgeRule.FEEDBACK_WAITING: lambda: _feedback(record, sessions, check_ins),
    }
    found = deeds.get(record.rule)
    if found is None:
        return record
    first = min((moment for moment in found() if moment >= record.send_at), default=None)
    return record if first is None else replace(record, acted_at=first)


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeEffect:
    """What followed the reminders of one rule. Anybody may read it.

    Parameters
    ----------
    rule
        Which one.
    within_days
        What was done later does not count.
    sent, held_out
        How many people got the reminder, and from how many the lot held it back.
    acted, acted_held_out
        How many of them acted.
    difference
        The share that acted after a reminder less the share that did so without one, from -1 to 1;
        None where a number is hidden, where nothing was held out, or for fewer than five groups.
    """

    rule: NudgeRule
    within_days: int
    sent: Count
    acted: Count
    held_out: Count
    acted_held_out: Count
    difference: Interval | None = None

    def sentence(self) -> Reason:
        """Say in plain words what reminders of this rule change."""
        days: dict[str, str | int | float] = {"days": self.within_days}
        if self.sent.value is None or self.acted.value is None:
            return Reason(
                code="nudge_effect_hidden",
                template=N_(
                    "Too few people got this reminder, or too many or too few of them acted "
                    "within {days} days, to give numbers without showing single people."
                ),
                values=days,
            )
        values = days | {"sent": self.sent.value, "acted": self.acted.value}
        if self.difference is None:
            if self.held_out.value == 0:
                code = "nudge_effect_unknown"
                template = N_(
                    "Of {sent} people who got this reminder, {acted} acted within {days} days. "
                    "How many would have done so anyway is not known: a lot that holds some "
                    "reminders back would show it."
                )
            else:
                code = "nudge_effect_not_yet"
                template = N_(
                    "Of {sent} people who got this reminder, {acted} acted within {days} days. "
                    "How many would have done so anyway is not known yet: the lot has held back "
                    "too few reminders to tell."
                )
            return Reason(code=code, template=template, values=values)
        values |= {"held_out": self.held_out.low, "acted_held_out": self.acted_held_out.low}
        low, high = (round(100 * end) for end in (self.difference.low, self.difference.high))
        if low > 0:
            return Reason(
                code="nudge_effect_more",
                template=N_(
                    "Of {sent} people who got this reminder, {acted} acted within {days} days; of "
                    "{held_out} people from whom a lot held it back, {acted_held_out} did. So of "
                    "100 people, between {low} and {high} more act because of the reminder."
                ),
                values=values | {"low": low, "high": high},
            )
        if high < 0:
            return Reason(
                code="nudge_effect_fewer",
                template=N_(
                    "Of {sent} people who got this reminder, {acted} acted within {days} days; of "
                    "{held_out} people from whom a lot held it back, {acted_held_out} did. So of "
                    "100 people, between {low} and {high} fewer act because of the reminder."
                ),
                values=values | {"low": -high, "high": -low},
            )
        return Reason(
            code="nudge_effect_unclear",
            template=N_(
                "Of {sent} people who got this reminder, {acted} acted within {days} days; of "
                "{held_out} people from whom a lot held it back, {acted_held_out} did. That can "
                "be chance: of 100 people, the reminder may lead up to {more} more to act, or up "
                "to {fewer} fewer."
            ),
            values=values | {"more": high, "fewer": -low},
        )

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain data for JSON, hidden numbers as their bounds."""
        return {
            "rule": self.rule.value,
            "within_days": self.within_days,
            "sent": self.sent.to_dict(),
            "acted": self.acted.to_dict(),
            "held_out": self.held_out.to_dict(),
            "acted_held_out": self.acted_held_out.to_dict(),
            "difference": None if self.difference is None else self.difference.to_dict(),
            "sentence": self.sentence().to_dict(),
        }


def nudge_effects(
    records: Iterable[NudgeRecord], *, now: datetime, within_days: int = WITHIN_DAYS
) -> tuple[NudgeEffect, ...]:
    """Measure for each rule what followed its reminders, against those that were held out.

    Parameters
    ----------
    records
        Of all members, after `follow_up`.
    now
        The present moment; aware. Only reminders whose days have passed count.
    within_days
        What is done later does not count.

    Returns
    -------
    tuple of NudgeEffect
        For the rules that remind of something and have any record, in the order of `NudgeRule`.

    Raises
    ------
    NudgeError
        For less than one day.

    Notes
    -----
    Of each person only the first reminder of a rule counts, so that nobody is in both numbers and
    each number counts people. Each share has an interval that takes a group as one observation
    (`share_interval`); that of their difference comes from the two (R. G. Newcombe, "Interval
    estimation for the difference between independent proportions: comparison of eleven methods",
    Statistics in Medicine 17, 1998, method 10). O(n log n) for n records.
    """
    if type(within_days) is not int or within_days < 1:
        raise NudgeError.of_field("within_days", "a whole number from 1 up")
    moment = utc(now, "now")
    window = timedelta(days=within_days)
    first: dict[NudgeRule, dict[str, NudgeRecord]] = {rule: {} for rule in REMINDERS}
    for record in sorted(records, key=lambda one: (one.send_at, one.id)):
        if record.rule in first and record.send_at + window <= moment:
            first[record.rule].setdefault(record.member, record)
    return tuple(
        _effect(rule, tuple(first[rule].values()), within_days) for rule in REMINDERS if first[rule]
    )


def _effect(rule: NudgeRule, records: Sequence[NudgeRecord], within_days: int) -> NudgeEffect:
    window = timedelta(days=within_days)
    numbers: list[Count] = []
    shares: list[Interval | None] = []
    for is_held_out in (False, True):
        arm = [one for one in records if one.is_held_out is is_held_out]
        hits = [one.acted_at is not None and one.acted_at < one.send_at + window for one in arm]
        acted = split(sum(hits), len(arm))
        numbers += [size(len(arm)), acted]
        # People without a group stand for themselves.
        groups = [(one.group or "", "" if one.group else one.member) for one in arm]
        shares.append(share_interval(hits, groups) if arm and acted.value is not None else None)
    sent, acted, held_out, acted_held_out = numbers
    return NudgeEffect(
        rule=rule,
        within_days=within_days,
        sent=sent,
        acted=acted,
        held_out=held_out,
        acted_held_out=acted_held_out,
        difference=_difference(*shares),
    )


def _difference(sent: Interval | None, held_out: Interval | None) -> Interval | None:
    if sent is None or held_out is None:
        return None
    estimate = sent.estimate - held_out.estimate
    down = math.hypot(sent.estimate - sent.low, held_out.high - held_out.estimate)
    up = math.hypot(sent.high - sent.estimate, held_out.estimate - held_out.low)
    return Interval(estimate=estimate, low=estimate - down, high=estimate + up)


def _on_the_goal(record: NudgeRecord, goals: Iterable[Goal]) -> Iterator[datetime]:
    for goal in goals:
        if goal.id == record.about:
            yield from (entry.at for entry in goal.progress)
            yield from (change.at for change in goal.history)
            yield from (one.done_at for one in goal.milestones if one.done_at is not None)


def _new_sessions(record: NudgeRecord, sessions: Iterable[Session]) -> Iterator[datetime]:
    yield from (one.proposed_at for one in sessions if one.group == record.group)


def _answers(record: NudgeRecord, sessions: Iterable[Session]) -> Iterator[datetime]:
    for session in sessions:
        if session.id == record.about:
            yield from (one.at for one in session.answers if one.member == record.member)
            was_called_off = session.state is SessionState.CANCELLED
            # A proposal that nobody answered ends by itself when its time has come.
            if was_called_off and session.changed_at < session.starts_at:
                yield session.changed_at


def _feedback(
    record: NudgeRecord, sessions: Iterable[Session], check_ins: Iterable[CheckIn]
) -> Iterator[datetime]:
    for check_in in check_ins:
        if check_in.member == record.member and check_in.session == record.about:
            yield check_in.at
    for session in sessions:
        if session.id == record.about:
            yield from (one.at for one in session.confirmations if one.member == record.member)
