"""Rounds: how the groups were drawn, what is proven about them, and what was repaired since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from peerloom.mentoring.moments import utc, whole_day
from peerloom.policy import Policy
from peerloom.programmes.errors import ProgrammeError

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How groups were drawn, and what is proven about them. It holds ids, and no names.

    Parameters
    ----------
    policy, seed, week, size
        With the same members and history they give the same groups.
    score, upper_bound
        As in `Pairing`.
    locked
        Groups that were to stay as they are.
    asked
        Pairs of ids who asked each other and are together.
    not_paired
        For each id of somebody in no group, the code of the reason.
    certificate
        `Certificate.to_dict`, without sentences that name somebody.
    """

    policy: Policy
    seed: int
    week: date
    size: int
    score: int
    upper_bound: int
    locked: tuple[Ids, ...] = ()
    asked: tuple[Ids, ...] = ()
    not_paired: Mapping[str, str] = field(default_factory=dict, hash=False)
    certificate: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("seed", "size", "score", "upper_bound"):
            if type(getattr(self, name)) is not int:
                raise ProgrammeError.of_field(name, "a whole number")
        whole_day(self.week, "week")
        if not all(isinstance(code, str) for code in self.not_paired.values()):
            raise ProgrammeError.of_field("not_paired", "reasons by id")
        for name in ("locked", "asked"):
            object.__setattr__(self, name, tuple(map(tuple, getattr(self, name))))


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairNote:
    """That groups were changed within a round, because somebody came or left.

    Parameters
    ----------
    at
        When the changed groups were published; aware, kept in UTC.
    seed
        Chose among ways that were equally good.
    ended, started
        Ids of the groups that ended and of those that began.
    is_proven
        Whether no change of so few groups would have been better.
    """

    at: datetime
    seed: int
    ended: Ids
    started: Ids
    is_proven: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at, "at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One publication of groups.

    Parameters
    ----------
    number
        Counted from 1.
    published_at
        When its groups were told; aware, kept in UTC.
    drawing
        How they were drawn.
    repairs
        What was changed since, the oldest first.
    """

    number: int
    published_at: datetime
    drawing: Drawing
    repairs: tuple[RepairNote, ...] = ()

    def __post_init__(self) -> None:
        if type(self.number) is not int or self.number < 1:
            raise ProgrammeError.of_field("number", "a whole number from 1 up")
        object.__setattr__(self, "published_at", utc(self.published_at, "published_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Groups that were drawn and that nobody was told of yet. For staff only.

    Parameters
    ----------
    drawn_at
        When; aware, kept in UTC. Asks made until then count as considered.
    groups
        Ids, each group sorted.
    drawing
        How they were drawn.
    repairs
        The number of the round that it repairs; None for a new round.
    is_proven
        For a repair, whether no change of so few groups would be better.
    """

    drawn_at: datetime
    groups: tuple[Ids, ...]
    drawing: Drawing
    repairs: int | None = None
    is_proven: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "drawn_at", utc(self.drawn_at, "drawn_at"))
        people = [one for group in self.groups for one in group]
        if len(set(people)) < len(people) or any(len(group) < 2 for group in self.groups):
            raise ProgrammeError.of_field("groups", "groups of two or more, everybody in one only")
        in_order = tuple(tuple(sorted(group)) for group in self.groups)
        object.__setattr__(self, "groups", in_order)
