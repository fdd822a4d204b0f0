"""What staff see of a course: the roster, and how far each group of a round has come."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session as Database

from lti_tool.store import sessions
from lti_tool.store.jobs import find_roster_job
from lti_tool.store.models import (
    Context,
    Group,
    Membership,
    Round,
    Session,
    SessionState,
)
from lti_tool.store.rounds import learners
from lti_tool.web.display import zone_of

T = TypeVar("T")
PAGE = 50
"""Entries on one page of a long list."""
PATIENCE = timedelta(minutes=2)
"""How long reading a roster takes at most, when all is well."""
COMMON_HOUR = 60
FIRST_STEP = timedelta(days=3)
"""How long a new group may take to choose a time before staff are asked to look."""


class Progress(enum.StrEnum):
    """How far a group has come, the ones to look at first."""

    ALONE = "alone"
    NOT_STARTED = "not_started"
    PROPOSED = "proposed"
    TO_CONFIRM = "to_confirm"
    AGREED = "agreed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group with its state."""

    group: Group
    people: tuple[Membership, ...]
    progress: Progress
    next_session: Session | None
    held: int
    needs_a_look: bool


@dataclass(frozen=True, slots=True)
class RosterView:
    """What we know about the people of a course and about reading them."""

    learners: Sequence[Membership]
    told: int
    paused: frozenset[int]
    read_at: datetime | None
    is_reading: bool
    is_slow: bool
    error: str
    can_read: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a long list."""

    items: Sequence[T]
    number: int
    pages: int
    total: int


def page_of(items: Sequence[T], number: int, size: int = PAGE) -> Page[T]:
    """Return one page of a list; a number outside gives the nearest page."""
    pages = max(1, ceil(len(items) / size))
    number = min(max(number, 1), pages)
    return Page(items[(number - 1) * size : number * size], number, pages, len(items))


def roster_view(database: Database, context: Context, now: datetime) -> RosterView:
    """Look at the roster of a course."""
    people = learners(database, context.id)
    job = find_roster_job(database, context)
    is_open = job is not None and job.finished_at is None
    # A job that was asked for again keeps its last error until it has been tried.
    has_failed = job is not None and bool(job.last_error) and (job.attempts > 0 or not is_open)
    return RosterView(
        learners=people,
        told=sum(one.profile is not None for one in people),
        paused=frozenset(one.id for one in people if (one.profile or {}).get("is_paused")),
        read_at=context.roster_read_at,
        is_reading=is_open and not has_failed,
        is_slow=is_open and job is not None and job.run_at + PATIENCE < now,
        error=job.last_error if job is not None and has_failed else "",
        can_read=context.memberships_url is not None,
    )


def group_views(database: Database, one: Round, now: datetime) -> list[GroupView]:
    """Look at all groups of a round, the ones that need somebody first."""
    by_group: dict[int, list[Session]] = {group.id: [] for group in one.groups}
    for session in sessions.sessions_of_round(database, one.id):
        by_group[session.group_id].append(session)
    is_new = one.published_at is None or now < one.published_at + FIRST_STEP
    views = [_group_view(group, by_group[group.id], now, is_new=is_new) for group in one.groups]
    order = list(Progress)
    return sorted(views, key=lambda view: (order.index(view.progress), view.group.position))


def not_in_a_group(
    one: Round, roster: RosterView
) -> tuple[tuple[Membership, ...], tuple[Membership, ...]]:
    """Return who takes a break and who waits for the next round."""
    seated = {seat.membership_id for group in one.groups for seat in group.seats}
    outside = [person for person in roster.learners if person.id not in seated]
    paused = tuple(person for person in outside if person.id in roster.paused)
    return paused, tuple(person for person in outside if person.id not in roster.paused)


def zone_of_course(roster: RosterView) -> ZoneInfo:
    """Return the time zone of most learners: staff tell us none, and they teach these people."""
    zones = Counter(zone_of(one).key for one in roster.learners if one.profile)
    return ZoneInfo(min(zones, key=lambda name: (-zones[name], name), default="UTC"))


def deserves_a_look(group: Group) -> bool:
    """Whether staff should look at a drafted group before they publish it."""
    return group.common_minutes < COMMON_HOUR or has_met_before(group)


def to_look_at(groups: Sequence[Group]) -> list[Group]:
    """Sort the groups of a draft: without a common hour first, then those that met, the lowest."""
    return sorted(
        groups,
        key=lambda group: (
            group.common_minutes >= COMMON_HOUR,
            not has_met_before(group),
            group.score,
            group.position,
        ),
    )


def has_met_before(group: Group) -> bool:
    """Whether some of a group were together in an earlier round."""
    return any(reason["code"] == "met_before" for reason in group.reasons)


def score_bars(groups: Sequence[Group], full: int, bars: int = 10) -> list[int]:
    """Count the groups by tenths of a full score."""
    counts = [0] * bars
    for group in groups:
        counts[min(group.score * bars // full, bars - 1)] += 1
    return counts


def sentences(certificate: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the stored sentences of a certificate."""
    found: Sequence[Mapping[str, Any]] = certificate.get("sentences", ())
    return found


def _group_view(
    group: Group, found: Sequence[Session], now: datetime, *, is_new: bool
) -> GroupView:
    people = tuple(seat.membership for seat in group.seats)
    held = sum(session.state is SessionState.HELD for session in found)
    coming = next((one for one in found if sessions.is_coming(one, now)), None)
    unconfirmed = any(one.state is SessionState.AGREED for one in found)
    if sum(person.is_peer for person in people) < 2:
        progress = Progress.ALONE
    elif coming is not None and coming.state is SessionState.AGREED:
        progress = Progress.AGREED
    elif coming is not None:
        progress = Progress.PROPOSED
    elif unconfirmed:
        progress = Progress.TO_CONFIRM
    else:
        progress = Progress.HELD if held else Progress.NOT_STARTED
    needs_a_look = progress is Progress.ALONE or (progress is Progress.NOT_STARTED and not is_new)
    return GroupView(group, people, progress, coming, held, needs_a_look)
