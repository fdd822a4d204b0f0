"""What the health of a group is made of: states, findings, and from when on each counts."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from peerloom.mentoring.checkins import CheckIn
from peerloom.mentoring.errors import GroupError, MentoringError
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.nudge_plan import days_without_session
from peerloom.mentoring.sessions import Session
from peerloom.policy import Rhythm
from peerloom.reasons import Reason


class HealthError(MentoringError):
    """A plan of health that cannot be used."""

    code = "health_invalid"


class HealthState(enum.StrEnum):
    """How a group is doing, from the best to the worst; `NEW` and `ENDED` say nothing of that."""

    NEW = "new"
    THRIVING = "thriving"
    STEADY = "steady"
    NEEDS_A_LOOK = "needs_a_look"
    STALLED = "stalled"
    ENDED = "ended"


class HealthRule(enum.StrEnum):
    """What a finding is about, in the order in which findings are shown."""

    TOO_FEW_LEFT = "too_few_left"
    NO_SESSION = "no_session"
    MISSED_SESSIONS = "missed_sessions"
    PROPOSAL_WAITING = "proposal_waiting"
    ONE_SIDED = "one_sided"
    STALE_GOALS = "stale_goals"
    NO_GOALS = "no_goals"
    FALLING_MOOD = "falling_mood"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPlan:
    """From when on something counts as a finding.

    Parameters
    ----------
    days_without_session
        So many days without a session need a look; twice as many are a stall.
    answer_days
        So long a proposed time may wait for an answer.
    word_days
        So long a planned session that is over counts as held while nobody says whether it was.
    goal_days
        So long an open goal may go without progress.
    overdue_days
        So long a goal may be overdue.
    no_goal_days
        So long after its start a group may be without any goal.
    staff_after_hours
        So long the members alone see a finding, before staff do.

    Raises
    ------
    HealthError
        For a number outside its bounds.
    """

    days_without_session: int = 11
    answer_days: int = 3
    word_days: int = 7
    goal_days: int = 21
    overdue_days: int = 7
    no_goal_days: int = 14
    staff_after_hours: int = 48

    def __post_init__(self) -> None:
        for name, least in (
            ("days_without_session", 1),
            ("answer_days", 1),
            ("word_days", 1),
            ("goal_days", 1),
            ("overdue_days", 0),
            ("no_goal_days", 1),
            ("staff_after_hours", 0),
        ):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= 366:
                raise HealthError.of_field(name, f"a whole number from {least} to 366")

    @classmethod
    def for_rhythm(cls, rhythm: Rhythm) -> Self:
        """Give the plan of groups that meet in this rhythm.

        Examples
        --------
        >>> HealthPlan.for_rhythm(Rhythm.MONTHLY).days_without_session
        42
        """
        return cls(days_without_session=days_without_session(rhythm))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecords:
    """What the health of one group is decided from. Nobody reads it as a whole.

    Parameters
    ----------
    group
        The group.
    now
        The present moment; aware, kept in UTC.
    goals
        Of the group and of its members.
    sessions
        Of the group.
    check_ins
        Of its members, also from earlier groups: only for the mood that each sees alone.
    left
        Who is no longer there, and since when; aware, kept in UTC.
    timezones
        IANA names of the members' clocks; a due day ends when it has ended on all of them.

    Raises
    ------
    GroupError
        For somebody who left and was never there.
    MomentError
        For a moment without a time zone.
    """

    group: PublishedGroup
    now: datetime
    goals: Sequence[Goal] = field(default=(), repr=False)
    sessions: Sequence[Session] = field(default=(), repr=False)
    check_ins: Sequence[CheckIn] = field(default=(), repr=False)
    left: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    timezones: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", utc(self.now, "now"))
        if not set(self.left) <= set(self.group.members):
            raise GroupError("Somebody is said to have left who was not in this group.")
        left = {member: utc(moment, "left") for member, moment in sorted(self.left.items())}
        object.__setattr__(self, "left", left)
        own = tuple(one for one in self.sessions if one.group == self.group.id)
        object.__setattr__(self, "sessions", own)
        members = set(self.group.members)
        pursued = (one for one in self.goals if one.group == self.group.id or one.member in members)
        object.__setattr__(self, "goals", tuple(pursued))

    @property
    def present(self) -> tuple[str, ...]:
        """The members who are still there."""
        return tuple(member for member in self.group.members if member not in self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that keeps a group from doing well, and what would help.

    Parameters
    ----------
    rule
        What it is about.
    is_stall
        Whether the group has come to a halt; otherwise it needs a look.
    since
        From when on it has been so; aware, in UTC. It follows from the records alone.
    reason, helps
        What it is, and what would help, for the members.
    for_staff
        Both in words for staff: nothing written in private, nobody's numbers, and not whose it is.
        None for what staff never see.
    member
        The only one who may read it; None for all members.
    is_at_once
        Whether staff see it without delay, because the members cannot mend it.
    """

    rule: HealthRule = field(repr=False)
    is_stall: bool = False
    since: datetime
    reason: Reason = field(repr=False)
    helps: Reason = field(repr=False)
    for_staff: tuple[Reason, Reason] | None = field(default=None, repr=False)
    member: str | None = field(default=None, repr=False)
    is_at_once: bool = False
