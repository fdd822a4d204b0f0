"""Nudges: gentle reminders and cheers, at most one a day for each person, never at night.

The rules are in `peerloom.mentoring.nudge_rules`; here one of their occasions becomes a nudge, or
none does. What followed is in `peerloom.mentoring.nudge_effects`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from peerloom.mentoring.moments import utc
from peerloom.mentoring.nudge_plan import (
    REMINDERS,
    NudgeError,
    NudgePlan,
    NudgeRule,
    Situation,
    rules_in_order,
)
from peerloom.mentoring.nudge_rules import Occasion, each_occasion
from peerloom.mentoring.quiet_hours import QuietHours, next_waking
from peerloom.mentoring.words import identifier
from peerloom.reasons import Reason
from peerloom.zones import zone

_PARTS_OF_THE_DRAW = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgePreferences:
    """How a member wants to be nudged, or not. Only the member may read and change it.

    Parameters
    ----------
    is_off
        No nudges at all.
    paused_until
        No nudges before this moment; aware, kept in UTC; None for no pause.
    muted
        Rules that are switched off one by one.
    quiet
        Hours on the member's own clock in which nothing is sent.

    Raises
    ------
    NudgeError
        For a rule that there is not.
    MomentError
        For a moment without a time zone.
    """

    is_off: bool = False
    paused_until: datetime | None = None
    muted: tuple[NudgeRule, ...] = ()
    quiet: QuietHours = field(default_factory=QuietHours)

    def __post_init__(self) -> None:
        if self.paused_until is not None:
            object.__setattr__(self, "paused_until", utc(self.paused_until, "paused_until"))
        object.__setattr__(self, "muted", rules_in_order(self.muted, "muted"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """One message to one member. Only that member may read it, or learn that there was one.

    Parameters
    ----------
    id
        The same for the same occasion, however often it is decided: a key against sending twice.
    member, group
        Ids of the receiver and of the group they are in; None without one that lasts.
    occasion
        Why, about what, and what to say.
    send_at
        When to send it; aware, in UTC, outside quiet hours.
    is_held_out
        Whether to record it and not to send it, so that one can tell what nudges change.
    """

    id: str
    member: str
    group: str | None
    occasion: Occasion
    send_at: datetime
    is_held_out: bool = False

    @property
    def rule(self) -> NudgeRule:
        """The rule behind it."""
        return self.occasion.rule

    @property
    def sentences(self) -> tuple[Reason, ...]:
        """All that it says."""
        return (self.occasion.reason, *self.occasion.more)


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgeRecord:
    """That a nudge was sent, or held out, and what followed. Only its receiver may read it.

    Others see what `peerloom.mentoring.nudge_effects` makes of many: a single record can tell how
    somebody is.

    Parameters
    ----------
    id, member, group, send_at, is_held_out
        As in `Nudge`.
    rule, key, about
        As in its occasion.
    acted_at
        When the receiver did what a reminder was about; aware, kept in UTC; None while they did
        not, and for other nudges.

    Raises
    ------
    NudgeError
        For a rule that there is not.
    TextError, MomentError
        For an empty id or a moment without a time zone.
    """

    id: str
    member: str
    group: str | None = None
    rule: NudgeRule = field(repr=False)
    key: str = field(repr=False)
    about: str = field(repr=False)
    send_at: datetime
    is_held_out: bool = False
    acted_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("id", "member", "key", "about"):
            identifier(getattr(self, name), name)
        if self.group is not None:
            identifier(self.group, "group")
        if self.rule not in list(NudgeRule):
            raise NudgeError.of_field("rule", f"one of {', '.join(NudgeRule)}")
        object.__setattr__(self, "rule", NudgeRule(self.rule))
        object.__setattr__(self, "send_at", utc(self.send_at, "send_at"))
        if self.acted_at is not None:
            object.__setattr__(self, "acted_at", utc(self.acted_at, "acted_at"))

    @classmethod
    def of(cls, nudge: Nudge) -> Self:
        """Record a nudge."""
        return cls(
            id=nudge.id,
            member=nudge.member,
            group=nudge.group,
            rule=nudge.rule,
            key=nudge.occasion.key,
            about=nudge.occasion.about,
            send_at=nudge.send_at,
            is_held_out=nudge.is_held_out,
        )


def next_nudge(
    situation: Situation,
    preferences: NudgePreferences | None = None,
    *,
    plan: NudgePlan | None = None,
    records: Iterable[NudgeRecord] = (),
) -> Nudge | None:
    """Decide whether a member is nudged, about what, and when.

    Parameters
    ----------
    situation
        Of the member, now.
    preferences
        Of the member; None for those that hold where nobody chose: all nudges, quiet from 21:00 to
        08:00.
    plan
        Of the programme; None for the plan of weekly groups.
    records
        Of the nudges that this member already had, held-out ones too: record each one when it is
        sent or would have been.

    Returns
    -------
    Nudge or None
        The most urgent occasion that did not come up before; None where there is none, where nudges
        are off or paused, or where there was one on that day on the member's own clock. A nudge
        that is held out takes the place of one that is sent: that day is without a nudge.

    Notes
    -----
    Deciding twice without a record between gives the same nudge, with the same id. So a nudge for
    tomorrow morning need not be kept: decide again then, and what was done meanwhile is no longer
    asked for. Complexity O(n) for n objects of the situation and records.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.mentoring.groups import PublishedGroup
    >>> pair = PublishedGroup(
    ...     id="g1", members=("ada", "bo"), round=1, published_at=datetime(2026, 11, 2, tzinfo=UTC)
    ... )
    >>> night = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    >>> nudge = next_nudge(Situation(member="ada", now=night, group=pair))
    >>> print(nudge.send_at, nudge.occasion.reason, sep="; ")
    2026-11-24 08:00:00+00:00; You have been a group for 21 days and have not met yet. Propose a \
first time: half an hour is fine.
    >>> next_nudge(Situation(member="ada", now=night, group=pair), NudgePreferences(is_off=True))
    """
    wishes = NudgePreferences() if preferences is None else preferences
    rules = NudgePlan() if plan is None else plan
    if wishes.is_off or (wishes.paused_until is not None and situation.now < wishes.paused_until):
        return None
    send_at = next_waking(situation.now, wishes.quiet, situation.timezone)
    place = zone(situation.timezone)
    day = send_at.astimezone(place).date()
    own = [record for record in records if record.member == situation.member]
    if any(record.send_at.astimezone(place).date() >= day for record in own):
        return None
    had = {record.id for record in own}
    group = situation.current_group
    for occasion in each_occasion(situation, rules):
        key = _digest(situation.member, occasion.rule, occasion.key)
        if occasion.rule not in wishes.muted and key not in had:
            return Nudge(
                id=key,
                member=situation.member,
                group=None if group is None else group.id,
                occasion=occasion,
                send_at=send_at,
                is_held_out=is_held_out(occasion, rules),
            )
    return None


def is_held_out(occasion: Occasion, plan: NudgePlan) -> bool:
    """Say whether the lot holds an occasion out.

    Reminders only: cheers, kind words and the way to a switch are never held out. The lot is a
    digest of the seed and the occasion, so an occasion of a whole group is held out for all of its
    members or for none, and anybody who knows the seed can check it.
    """
    if occasion.rule not in REMINDERS or not plan.held_out_percent:
        return False
    number = int(_digest(str(plan.seed), occasion.rule, occasion.key), 16) % _PARTS_OF_THE_DRAW
    return number * 100 < plan.held_out_percent * _PARTS_OF_THE_DRAW


def _digest(*parts: str) -> str:
    # The length before each part keeps "a", "bc" and "ab", "c" apart.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
