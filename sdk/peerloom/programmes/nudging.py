"""Nudges in a programme: who gets one now, that it was sent, and what followed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from peerloom.mentoring.agreement_changes import rhythm_of
from peerloom.mentoring.goals import Goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.nudge_effects import NudgeEffect, follow_up, nudge_effects
from peerloom.mentoring.nudge_plan import NudgePlan, Situation
from peerloom.mentoring.nudges import Nudge, NudgeRecord, next_nudge
from peerloom.programmes.participants import Participant
from peerloom.programmes.programme import Programme
from peerloom.programmes.sessions import group_now


def nudge_for(programme: Programme, member: str, *, now: datetime) -> Nudge | None:
    """Decide whether a member is nudged, about what, and when.

    Who pauses or has left is not nudged.

    Parameters
    ----------
    programme
        Settle its sessions first, see `settle_sessions`.
    member
        The id.
    now
        The present moment; aware.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.

    Notes
    -----
    O(own records).
    """
    participant = programme.members[member]
    if not participant.takes_part:
        return None
    group = programme.current_group(member)
    preferences = programme.preferences.get(member)
    return next_nudge(
        _situation(programme, participant, group, now),
        None if preferences is None else preferences.nudges,
        plan=nudge_plan(programme, group),
        records=programme.nudges.of_member(member),
    )


def nudges(programme: Programme, *, now: datetime) -> tuple[Nudge, ...]:
    """Decide for everybody, in the order of the members. O(members and what is theirs).

    Send those that are due and not held out, and record all of them: see `record_nudges`.
    """
    found = (nudge_for(programme, member.id, now=now) for member in programme.members)
    return tuple(nudge for nudge in found if nudge is not None)


def record_nudges(programme: Programme, nudges: Iterable[Nudge]) -> Programme:
    """Keep that nudges were sent or held out, so that none comes twice. O(nudges)."""
    return programme.put("nudges", *map(NudgeRecord.of, nudges))


def follow_up_nudges(programme: Programme) -> Programme:
    """Write down what followed the nudges that were sent. O(nudges and what is theirs)."""
    found = []
    for record in programme.nudges:
        if record.acted_at is None:
            after = follow_up(
                record,
                goals=_goals(programme, record.member, _group(programme, record)),
                sessions=() if record.group is None else programme.sessions.of_group(record.group),
                check_ins=programme.check_ins.of_member(record.member),
            )
            if after is not record:
                found.append(after)
    return programme.put("nudges", *found) if found else programme


def effects_of_nudges(programme: Programme, *, now: datetime) -> tuple[NudgeEffect, ...]:
    """Measure what followed nudges, with small numbers hidden; see `nudge_effects`."""
    return nudge_effects(follow_up_nudges(programme).nudges, now=now)


def nudge_plan(programme: Programme, group: PublishedGroup | None) -> NudgePlan:
    """Give when nudges are due: as the settings say, or else as suits the rhythm of the group."""
    if programme.settings.nudges is not None:
        return programme.settings.nudges
    if group is None:
        return NudgePlan.for_rhythm(programme.policy.rhythm)
    agreement = programme.agreements.get(group.id)
    here = group_now(programme, group)
    return NudgePlan.for_rhythm(rhythm_of(programme.policy, agreement, here))


def _situation(
    programme: Programme, member: Participant, group: PublishedGroup | None, now: datetime
) -> Situation:
    return Situation(
        member=member.id,
        now=now,
        timezone=member.profile.timezone,
        group=group,
        goals=_goals(programme, member.id, group),
        sessions=() if group is None else programme.sessions.of_group(group.id),
        check_ins=programme.check_ins.of_member(member.id),
        switch_asks=programme.switch_asks.of_member(member.id),
        help_link=programme.settings.help_link,
    )


def _goals(programme: Programme, member: str, group: PublishedGroup | None) -> tuple[Goal, ...]:
    """Give the goals of a member, of the group, and of its other members."""
    if group is None:
        return programme.goals.of_member(member)
    own = [goal for one in group.members for goal in programme.goals.of_member(one)]
    return (*own, *programme.goals.of_group(group.id))


def _group(programme: Programme, record: NudgeRecord) -> PublishedGroup | None:
    return None if record.group is None else programme.groups.get(record.group)
