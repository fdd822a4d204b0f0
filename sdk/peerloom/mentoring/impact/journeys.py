"""How far each member came: paired, met, met again, a goal met, a match that fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from peerloom.mentoring.checkins import CheckIn, Fit
from peerloom.mentoring.goals import Goal, GoalState
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.session_outcomes import does_count
from peerloom.mentoring.sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """How far a member came. Private: only sums over at least five people are shown.

    Parameters
    ----------
    member
        The id.
    group
        The id of the first group they were in; None without one. Members of one group share their
        fate, which the intervals take into account. Where groups rotate, they share less of it,
        and the intervals may be a little wide or narrow.
    paired_at
        When that group was published, in UTC.
    met_at
        When the first session that counts began, in UTC; None if there was none.
    meetings
        How many sessions counted in which they took part.
    goals_met
        How many goals of their own or of their groups were met.
    fits
        Whether they said last that the match is good; None if they never said.
    """

    member: str
    group: str | None = None
    paired_at: datetime | None = None
    met_at: datetime | None = None
    meetings: int = 0
    goals_met: int = 0
    fits: bool | None = field(default=None, repr=False)


def journeys(
    members: Iterable[str],
    *,
    groups: Iterable[PublishedGroup] = (),
    sessions: Iterable[Session] = (),
    goals: Iterable[Goal] = (),
    check_ins: Iterable[CheckIn] = (),
    counting_minutes: int = 0,
) -> tuple[Journey, ...]:
    """Follow each member through the records of a programme.

    Parameters
    ----------
    members
        Ids of everybody who enrolled, also of those who left. Others are left out.
    groups, sessions, goals, check_ins
        Everything there is, in any order.
    counting_minutes
        From how many minutes a session counts: `Policy.counting_minutes`.

    Returns
    -------
    tuple of Journey
        One for each member, sorted by id.

    Notes
    -----
    O(n log n) for all records together.

    Examples
    --------
    >>> from datetime import UTC
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> pair = PublishedGroup(id="g1", members=("ada", "bo"), round=1, published_at=monday)
    >>> [(one.member, one.group) for one in journeys(["cy", "bo"], groups=[pair])]
    [('bo', 'g1'), ('cy', None)]
    """
    published = sorted(groups, key=lambda group: (group.published_at, group.id))
    first: dict[str, PublishedGroup] = {}
    for group in published:
        for member in group.members:
            first.setdefault(member, group)
    held: dict[str, list[datetime]] = {}
    for session in sessions:
        if does_count(session, counting_minutes=counting_minutes):
            for member in session.attended:
                held.setdefault(member, []).append(session.starts_at)
    met = _goals_met(goals, {group.id: group for group in published})
    fits: dict[str, CheckIn] = {}
    for check_in in check_ins:
        known = fits.get(check_in.member)
        is_newer = known is None or (check_in.at, check_in.id) > (known.at, known.id)
        if check_in.fit is not None and is_newer:
            fits[check_in.member] = check_in
    return tuple(
        Journey(
            member=member,
            group=first[member].id if member in first else None,
            paired_at=first[member].published_at if member in first else None,
            met_at=min(held[member]) if member in held else None,
            meetings=len(held.get(member, ())),
            goals_met=met.get(member, 0),
            fits=fits[member].fit is Fit.GOOD if member in fits else None,
        )
        for member in sorted(set(members))
    )


def _goals_met(goals: Iterable[Goal], groups: dict[str, PublishedGroup]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for goal in goals:
        if goal.state is GoalState.MET:
            if goal.member is not None:
                owners: tuple[str, ...] = (goal.member,)
            else:
                owners = groups[goal.group].members if goal.group in groups else ()
            for owner in owners:
                counts[owner] = counts.get(owner, 0) + 1
    return counts
