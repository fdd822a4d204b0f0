"""What nudges there are, when each is due, and what they are decided from."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Self

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.errors import MentoringError
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.moods import HelpLink
from peerloom.mentoring.sessions import Session
from peerloom.mentoring.switches import SwitchAsk
from peerloom.mentoring.words import identifier
from peerloom.policy import Rhythm
from peerloom.zones import zone

MOST_HELD_OUT = 50
"""Half of the nudges at most are held out: who wants fewer nudges switches them off."""


class NudgeError(MentoringError):
    """A plan, a preference or a record of nudges that cannot be used."""

    code = "nudge_invalid"


class NudgeRule(enum.StrEnum):
    """Why somebody is nudged; where several apply on one day, the first one here goes first."""

    SUPPORT = "support"
    PROPOSAL_WAITING = "proposal_waiting"
    GOAL_DUE = "goal_due"
    GOAL_MET = "goal_met"
    PARTNER_MET_GOAL = "partner_met_goal"
    FEEDBACK_WAITING = "feedback_waiting"
    STREAK = "streak"
    NO_SESSION = "no_session"
    NOT_A_FIT = "not_a_fit"


REMINDERS = (
    NudgeRule.PROPOSAL_WAITING,
    NudgeRule.GOAL_DUE,
    NudgeRule.FEEDBACK_WAITING,
    NudgeRule.NO_SESSION,
)
"""Nudges that remind of something to do. Only of these is measured what followed.

Cheers ask for nothing, and what somebody does after support or a bad fit is private.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NudgePlan:
    """When nudges are due in a programme.

    Parameters
    ----------
    rules
        Those that are in use.
    days_without_session
        After so many days without a session, and none to come, a group is reminded; again after
        twice as many, and then no more.
    proposal_hours
        So long a proposed time may wait for an answer; less where it is near.
    due_days
        So many days before a goal is due its owner is reminded.
    overdue_days
        So long after the due day the owner may still be reminded, once.
    feedback_hours, feedback_days
        From when until when after a session people are asked how it was. For so long a planned
        session that is over counts as held, too, while nobody says whether it was.
    cheer_days
        So long after it happened a goal met or a streak is cheered for.
    streaks
        After so many sessions in a row there is a cheer.
    held_out_percent
        Of each hundred reminders, so many are recorded but not sent, so that it can be measured
        what would have happened without them. 0 to 50.
    seed
        Decides which ones, so that anybody can check it.

    Raises
    ------
    NudgeError
        For a number outside its bounds, or a rule that there is not.
    """

    rules: tuple[NudgeRule, ...] = tuple(NudgeRule)
    days_without_session: int = 11
    proposal_hours: int = 24
    due_days: int = 3
    overdue_days: int = 14
    feedback_hours: int = 12
    feedback_days: int = 7
    cheer_days: int = 3
    streaks: tuple[int, ...] = (3, 5, 10, 20, 50)
    held_out_percent: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", rules_in_order(self.rules, "rules"))
        for name, least, most in (
            ("days_without_session", 1, 366),
            ("proposal_hours", 1, 336),
            ("due_days", 0, 60),
            ("overdue_days", 0, 60),
            ("feedback_hours", 0, 72),
            ("feedback_days", 1, 30),
            ("cheer_days", 1, 30),
            ("held_out_percent", 0, MOST_HELD_OUT),
        ):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise NudgeError.of_field(name, f"a whole number from {least} to {most}")
        if any(type(count) is not int or count < 2 for count in self.streaks):
            raise NudgeError.of_field("streaks", "whole numbers from 2 up")
        object.__setattr__(self, "streaks", tuple(sorted(set(self.streaks))))
        if type(self.seed) is not int:
            raise NudgeError.of_field("seed", "a whole number")

    @classmethod
    def for_rhythm(cls, rhythm: Rhythm) -> Self:
        """Give the plan of groups that meet in this rhythm: one missed session is half a reason.

        Examples
        --------
        >>> NudgePlan.for_rhythm(Rhythm.TWICE_A_WEEK).days_without_session
        6
        """
        return cls(days_without_session=days_without_session(rhythm))


def days_without_session(rhythm: Rhythm) -> int:
    """Give after how many days without a session a group of this rhythm is late: half a turn more.

    Examples
    --------
    >>> [days_without_session(rhythm) for rhythm in Rhythm]
    [6, 11, 21, 42]
    """
    return ceil(rhythm.days_between * 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What nudges for one member are decided from. Only the member may read it.

    Parameters
    ----------
    member
        Their id.
    now
        The present moment; aware, kept in UTC.
    timezone
        The IANA name of the member's clock.
    group
        The group that they are in; None while they are in none.
    goals
        Goals of the member, of the group, and of its other members.
    sessions
        Sessions of the group; only those in which the member takes part are kept, and none of a
        group that has ended.
    check_ins
        The member's own, of any group; those of others do not count.
    switch_asks
        The member's own; those of others do not count.
    help_link
        Where the institution helps people who are not well.

    Raises
    ------
    GroupError
        For a group that the member is not in.
    UnknownZoneError, MomentError
        For an unknown zone or a moment without one.
    """

    member: str
    now: datetime
    timezone: str = "UTC"
    group: PublishedGroup | None = None
    goals: Sequence[Goal] = field(default=(), repr=False)
    sessions: Sequence[Session] = field(default=(), repr=False)
    check_ins: Sequence[CheckIn] = field(default=(), repr=False)
    switch_asks: Sequence[SwitchAsk] = field(default=(), repr=False)
    help_link: HelpLink | None = None

    def __post_init__(self) -> None:
        identifier(self.member, "member")
        object.__setattr__(self, "now", utc(self.now, "now"))
        zone(self.timezone)
        if self.group is not None:
            self.group.others(self.member)
        group = self.current_group
        own = (
            one
            for one in self.sessions
            if group is not None and one.group == group.id and self.member in one.members
        )
        object.__setattr__(self, "sessions", tuple(own))

    @property
    def current_group(self) -> PublishedGroup | None:
        """The group, unless it has ended."""
        if self.group is None or (
            self.group.ended_at is not None and self.group.ended_at <= self.now
        ):
            return None
        return self.group


def rules_in_order(rules: Sequence[str], field: str) -> tuple[NudgeRule, ...]:
    """Give rules by their names, each once, in the order of `NudgeRule`.

    Raises
    ------
    NudgeError
        For a name that is no rule.
    """
    if isinstance(rules, str) or not set(rules) <= set(NudgeRule):
        raise NudgeError.of_field(field, f"some of {', '.join(NudgeRule)}")
    return tuple(rule for rule in NudgeRule if rule in rules)
