"""Erasure on request: a person goes, and what belongs to others stays whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from peerloom.mentoring.closing import erase_from_farewell
from peerloom.mentoring.erasure import erase_from_agreement, erase_from_goal
from peerloom.mentoring.groups import PublishedGroup
from peerloom.mentoring.moments import utc
from peerloom.mentoring.resource_changes import erase_from_resource
from peerloom.mentoring.resources import Resource
from peerloom.mentoring.session_changes import erase as erase_from_session
from peerloom.mentoring.sessions import Session
from peerloom.policy import Policy
from peerloom.programmes.kinds import KINDS
from peerloom.programmes.participants import ERASED
from peerloom.programmes.programme import Programme
from peerloom.programmes.records import Records, key_of
from peerloom.programmes.rounds import Draft, Drawing

_OWN = ("preferences", "asks", "check_ins", "switch_asks", "nudges", "responses")
_GROUPS = ("worst", "without_common_hour", "repeated")


def erase(programme: Programme, member: str, *, now: datetime) -> Programme:
    """Take a person out of a programme, with everything they said and wrote.

    Their profile, private answers, asks, goals, check-ins, switches, nudges, farewells and answers
    to questionnaires go, and so do their words in what belongs to others. What others wrote stays,
    and so do counts: that a group had so many people and held so many sessions. What a group wrote
    together goes when nobody of the group is left. A draft with the person in it goes too.

    Backups and exports are not in a programme: see `peerloom.programmes.files.erase_member`.

    Parameters
    ----------
    programme
        Any.
    member
        The id of the person.
    now
        The present moment; aware.

    Raises
    ------
    UnknownRecordError
        For somebody who is not in the programme.
    MomentError
        For a moment without a time zone.

    Notes
    -----
    O(n) for all records.

    Examples
    --------
    >>> from datetime import UTC
    >>> from peerloom.members import Member
    >>> from peerloom.programmes.membership import join
    >>> monday = datetime(2026, 11, 23, 9, tzinfo=UTC)
    >>> school = Programme(name="Evening school", private_seed=2026)
    >>> school, _ = join(school, [Member(id="ada")], now=monday)
    >>> school = erase(school, "ada", now=monday)
    >>> len(school.members), school.erased
    (0, 1)
    """
    person = programme.members[member].profile
    called = {person.id, person.name} - {""}
    moment = utc(now, "now")
    programme = _without_records_of_groups(programme, member, moment)
    changes: dict[str, Any] = {}
    for name in _OWN:
        kept: Records[Any] = getattr(programme, name)
        own = {key_of(KINDS[name], record) for record in kept.of_member(member)}
        changes[name] = kept.drop(own)
    others = programme.members.drop({member})
    changes["members"] = others.put(
        *(
            replace(one, profile=replace(one.profile, blocked=_but(one.profile.blocked, member)))
            for one in others
            if member in one.profile.blocked
        )
    )
    changes["rounds"] = programme.rounds.put(
        *(
            replace(one, drawing=_without_in_drawing(one.drawing, member, called))
            for one in programme.rounds
        )
    )
    goals = {goal.id: erase_from_goal(goal, member) for goal in programme.goals}
    changes["goals"] = _replaced(programme.goals, goals)
    farewells = {one.id: erase_from_farewell(one, member) for one in programme.farewells}
    changes["farewells"] = _replaced(programme.farewells, farewells)
    agreements = {one.group: erase_from_agreement(one, member) for one in programme.agreements}
    changes["agreements"] = _replaced(programme.agreements, agreements)
    return replace(
        programme,
        policy=_without_in_policy(programme.policy, member),
        draft=_without_in_draft(programme.draft, member, called),
        erased=programme.erased + 1,
        **changes,
    )


def _without_records_of_groups(programme: Programme, member: str, now: datetime) -> Programme:
    """Take a person out of groups, sessions and resources."""
    groups = programme.groups.of_member(member)
    sessions = {
        one.id: one for group in groups for one in programme.sessions.of_group(group.id)
    } | {one.id: one for one in programme.sessions.of_member(member)}
    after = [_without_in_group(group, member) for group in groups]
    empty = {group.id for group in after if all(one.startswith(ERASED) for one in group.members)}
    kept, removed = [], []
    for resource in programme.resources:
        changed = erase_from_resource(resource, member, now=now)
        if isinstance(changed, Resource):
            kept.append(changed)
        else:
            removed.append(changed)
    goals = [goal.id for name in empty for goal in programme.goals.of_group(name)]
    return replace(
        programme,
        groups=programme.groups.put(*after),
        sessions=programme.sessions.put(
            *(_without_in_session(one, member, now) for one in sessions.values())
        ),
        resources=programme.resources.drop({one.id for one in removed}).put(*kept),
        removed_resources=programme.removed_resources.put(*removed),
        goals=programme.goals.drop(set(goals)),
        agreements=programme.agreements.drop(empty),
    )


def _replaced(records: Records[Any], changed: Mapping[str, Any]) -> Records[Any]:
    """Give records with those that are None left out."""
    gone = {key for key, record in changed.items() if record is None}
    return records.drop(gone).put(*(record for record in changed.values() if record is not None))


def _without_in_group(group: PublishedGroup, member: str) -> PublishedGroup:
    """Put somebody nobody knows in the place of a person, so that the size of the group stays."""
    number = 1 + sum(one.startswith(ERASED) for one in group.members)
    return replace(group, members=(*_but(group.members, member), f"{ERASED} {number})"))


def _without_in_session(session: Session, member: str, now: datetime) -> Session:
    if member in session.members:
        return erase_from_session(session, member, now=now)
    # Somebody who left before it began may still have proposed it.
    return replace(session, proposed_by=None) if session.proposed_by == member else session


def _without_in_draft(draft: Draft | None, member: str, called: set[str]) -> Draft | None:
    if draft is None or any(member in group for group in draft.groups):
        return None
    return replace(draft, drawing=_without_in_drawing(draft.drawing, member, called))


def _without_in_drawing(drawing: Drawing, member: str, called: set[str]) -> Drawing:
    certificate = dict(drawing.certificate)
    for name in _GROUPS:
        if name in certificate:
            certificate[name] = _without_in_lists(certificate[name], member)
    if "sentences" in certificate:
        certificate["sentences"] = [
            one for one in certificate["sentences"] if not _names(one, called)
        ]
    return replace(
        drawing,
        policy=_without_in_policy(drawing.policy, member),
        locked=tuple(group for group in drawing.locked if member not in group),
        asked=tuple(pair for pair in drawing.asked if member not in pair),
        not_paired={one: why for one, why in drawing.not_paired.items() if one != member},
        certificate=certificate,
    )


def _without_in_policy(policy: Policy, member: str) -> Policy:
    never = tuple(pair for pair in policy.never if member not in pair)
    must = tuple(pair for pair in policy.must if member not in pair)
    return replace(policy, never=never, must=must)


def _without_in_lists(value: Any, member: str) -> Any:
    if isinstance(value, list):
        return [_without_in_lists(one, member) for one in value if one != member]
    return value


def _names(sentence: Any, called: set[str]) -> bool:
    """Whether one of these names may stand in a sentence; of two that are alike, both count."""
    values = sentence.get("values", {}).values() if isinstance(sentence, dict) else ()
    return any(name in one for one in values if isinstance(one, str) for name in called)


def _but(ids: Iterable[str], member: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one != member)
