"""What a group and its members see, each in one call: agenda, next times, ledger, health, more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from peerloom.members import labels
from peerloom.mentoring.activities import Activity
from peerloom.mentoring.activity_files import built_in_activities
from peerloom.mentoring.agenda import Agenda, agenda
from peerloom.mentoring.agenda_candidates import open_topics
from peerloom.mentoring.agreement_changes import rhythm_of, settled_terms
from peerloom.mentoring.checkins import Viewer
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.health import HealthView, group_health, health_visible_to, worst_first
from peerloom.mentoring.health_plan import GroupRecords, HealthPlan
from peerloom.mentoring.ledger import Ledger, ledger
from peerloom.mentoring.moments import utc
from peerloom.mentoring.rhythms import NextTimes, next_times
from peerloom.mentoring.session_changes import OPEN_STATES
from peerloom.mentoring.sessions import Session, SessionKind
from peerloom.mentoring.suggestions import Suggestion, suggest_activity
from peerloom.mentoring.topics import Topic
from peerloom.programmes.errors import UnknownRecordError
from peerloom.programmes.past import history
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import (
    check_enough,
    group_now,
    meeting_group,
    present,
    session_minutes,
)
from peerloom.reasons import Reason
from peerloom.slots import host_of
from peerloom.why import why
from peerloom.zones import zone


def agenda_of(
    programme: Programme,
    group: str,
    *,
    now: datetime,
    session: str | None = None,
    suggestion: Suggestion | None = None,
) -> Agenda:
    """Plan a session of a group. For its members only.

    Parameters
    ----------
    programme
        Any.
    group
        The id of the group.
    now
        The present moment; aware.
    session
        The id of the session; None for the next one, as long as the group usually meets.
    suggestion
        An activity for it, see `suggestion_for`. What the session names goes first.

    Returns
    -------
    Agenda
        It holds goals of members only while the group lasts, and only of who is still there.

    Raises
    ------
    UnknownRecordError
        For a group that is not there, or a session that is not there or another group's.
    GroupError
        Without a session, for a group in which fewer than two people are left.
    SessionError
        For a session of which fewer than two people are known any more.

    Notes
    -----
    O(own records).
    """
    folder = programme.of_group(group)
    found = None if session is None else programme.sessions[session]
    if found is not None and found.group != group:
        raise UnknownRecordError("session")
    before = _before(folder.sessions, found)
    chosen = None if suggestion is None else suggestion.activity
    reason = None if suggestion is None else suggestion.reasons[0]
    if found is not None and found.activity is not None:
        chosen, reason = activity(programme, found.activity), None
    people = present(programme, folder.group) if found is None else found.members
    if found is None:
        check_enough(people)
    agreement = folder.agreement
    return agenda(
        people,
        minutes=session_minutes(programme, folder.group) if found is None else found.minutes,
        now=now,
        kind=SessionKind.MEETING if found is None else found.kind,
        sessions=before,
        goals=_goals(programme, folder.group),
        topics=(
            *(() if found is None else found.topics),
            *_topics(programme, folder.group, before),
        ),
        is_settled=settled_terms(agreement, group_now(programme, folder.group)) is not None,
        activity=chosen,
        activity_reason=reason,
        timezones=timezones(programme, people),
        names=names_of(programme, people),
    )


def next_times_of(
    programme: Programme,
    group: str,
    *,
    now: datetime,
    minutes: int | None = None,
    limit: int = 3,
) -> NextTimes:
    """Find times for the next session that the rhythm of a group asks for.

    Parameters
    ----------
    programme, group, now
        As for `agenda_of`.
    minutes
        How long; None for as long as the group usually meets.
    limit
        How many times at most.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    SessionClosedError
        For a group that has ended.
    GroupError
        For a group in which fewer than two people are left.
    """
    found = meeting_group(programme, group)
    people = [programme.members[one].profile for one in present(programme, found)]
    agreement, here = programme.agreements.get(group), group_now(programme, found)
    return next_times(
        people,
        rhythm_of(programme.policy, agreement, here),
        programme.sessions.of_group(group),
        start=found.published_at.astimezone(zone(host_of(people).timezone)).date(),
        now=now,
        minutes=session_minutes(programme, found) if minutes is None else minutes,
        limit=limit,
        counting_minutes=programme.policy.counting_minutes,
    )


def ledger_of(programme: Programme, group: str) -> Ledger:
    """Add up who taught, learned and listened. For the members of the group only. O(own).

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    """
    found = programme.groups[group]
    return ledger(programme.sessions.of_group(group), present(programme, found))


def health_of(
    programme: Programme, group: str, viewer: Viewer, *, now: datetime
) -> HealthView | None:
    """Give how a group is doing, as somebody may see it; None for who may not. O(own).

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    """
    found = programme.groups[group]
    people = present(programme, found)
    records = GroupRecords(
        group=found,
        now=now,
        goals=(
            *programme.goals.of_group(group),
            *(goal for one in people for goal in programme.goals.of_member(one)),
        ),
        sessions=programme.sessions.of_group(group),
        check_ins=[one for member in people for one in programme.check_ins.of_member(member)],
        left=_left(programme, found),
        timezones=timezones(programme, people),
    )
    return health_visible_to(viewer, group_health(records, _health_plan(programme, found)))


def health_for_staff(programme: Programme, *, now: datetime) -> tuple[HealthView, ...]:
    """Give how all groups that last are doing, those who need somebody first. For staff."""
    staff = Viewer.staff()
    views = (health_of(programme, one.id, staff, now=now) for one in programme.current_groups)
    return worst_first(view for view in views if view is not None)


def suggestion_for(
    programme: Programme,
    group: str,
    *,
    now: datetime,
    minutes: int | None = None,
    kind: SessionKind | None = None,
) -> Suggestion | None:
    """Suggest an activity for the next session of a group. For its members only.

    Parameters
    ----------
    programme, group, now
        As for `agenda_of`.
    minutes
        How long; None for as long as the group usually meets.
    kind
        What the group decided for; None for either.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.
    GroupError
        For a group in which fewer than two people are left.

    Notes
    -----
    O(own records), after what worked for everybody was counted once for this programme: about
    30 ms for 20,000 sessions and 10,000 check-ins.
    """
    folder = programme.of_group(group)
    people = present(programme, folder.group)
    check_enough(people)
    members = folder.group.members
    return suggest_activity(
        activities(programme),
        folder.group,
        minutes=session_minutes(programme, folder.group) if minutes is None else minutes,
        now=now,
        kind=kind,
        sessions=folder.sessions,
        goals=_goals(programme, folder.group),
        topics=_topics(programme, folder.group, folder.sessions),
        timezones=timezones(programme, people),
        check_ins=[one for name in members for one in programme.check_ins.of_member(name)],
        members=people,
        answers=programme.cohort,
        names=names_of(programme, people),
        seed=programme.private_seed,
    )


def activities(programme: Programme) -> tuple[Activity, ...]:
    """Give all activities: those of the package, and the programme's own in their place."""
    own = {one.id: one for one in programme.activities}
    return tuple({**built_in_activities(), **own}.values())


def activity(programme: Programme, name: str) -> Activity | None:
    """Give an activity by its id; None for one that is no longer there."""
    return programme.activities.get(name) or built_in_activities().get(name)


def why_together(programme: Programme, group: str) -> tuple[Reason, ...]:
    """Say why the people of a group are together, from what everybody may know.

    Raises
    ------
    UnknownRecordError
        Where there is no such group.

    Notes
    -----
    O(own records): their earlier meetings are looked up.
    """
    found = programme.groups[group]
    drawing = programme.rounds[found.round].drawing
    people = [programme.members.get(one) for one in found.members]
    profiles = [one.profile for one in people if one is not None]
    if len(profiles) < 2:
        return ()
    past = history(programme, before=found.round, members=found.members)
    return why(profiles, drawing.policy, drawing.week, past)


def sessions_to_come(programme: Programme, member: str, *, now: datetime) -> tuple[Session, ...]:
    """Give the open sessions of a member that have not ended, the next one first. O(own)."""
    moment = utc(now, "now")
    coming = [
        one
        for one in programme.sessions.of_member(member)
        if one.state in OPEN_STATES and one.ends_at > moment
    ]
    return tuple(sorted(coming, key=lambda one: (one.starts_at, one.id)))


def timezones(programme: Programme, members: Iterable[str]) -> tuple[str, ...]:
    """Give the IANA names of the clocks of some members."""
    return tuple(programme.members[one].profile.timezone for one in members)


def names_of(programme: Programme, members: Iterable[str]) -> dict[str, str]:
    """Give what to call some members, so that two with one name are told apart."""
    people = [programme.members[one].profile for one in members]
    return dict(zip((one.id for one in people), labels(people), strict=True))


def _before(sessions: Sequence[Session], session: Session | None) -> tuple[Session, ...]:
    """Give the sessions before another one, which may be held by now; all where it is None."""
    return tuple(one for one in sessions if session is None or one.starts_at < session.starts_at)


def _goals(programme: Programme, group: PublishedGroup) -> tuple[Goal, ...]:
    """Give what a group pursues: its goals, and those of who is there while the group lasts.

    A group that has ended must not show what its people want since then.
    """
    people = present(programme, group) if group.ended_at is None else ()
    own = (goal for one in people for goal in programme.goals.of_member(one))
    return (*programme.goals.of_group(group.id), *own)


def _topics(
    programme: Programme, group: PublishedGroup, sessions: Iterable[Session]
) -> tuple[Topic, ...]:
    agreement = programme.agreements.get(group.id)
    return () if agreement is None else open_topics(agreement.topics, sessions)


def _left(programme: Programme, group: PublishedGroup) -> dict[str, datetime]:
    """Give who is no longer there; of somebody who was erased no day is kept."""
    left = {}
    for one in group.members:
        member = programme.members.get(one)
        if member is None:
            left[one] = group.published_at
        elif member.left_at is not None:
            left[one] = member.left_at
    return left


def _health_plan(programme: Programme, group: PublishedGroup) -> HealthPlan:
    if programme.settings.health is not None:
        return programme.settings.health
    agreement = programme.agreements.get(group.id)
    here = group_now(programme, group)
    return HealthPlan.for_rhythm(rhythm_of(programme.policy, agreement, here))
