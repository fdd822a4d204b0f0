"""The roster of a course, as its platform tells it, and what it does to the memberships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.store.models import Context, Membership, Role, User
from lti_tool.store.tenancy import find_or_add, keep_newest

_BATCH = 500
"""People in one statement: far below SQLite's limit of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One person as the platform's roster tells it."""

    subject: str
    role: Role
    name: str = ""
    is_active: bool = True
    is_test_user: bool = False


class RosterEmptyError(ValueError):
    """A roster without anybody: no course is like that, so it is not believed."""


def sync_roster(
    session: Session, context: Context, entries: Iterable[RosterEntry], now: datetime
) -> None:
    """Make the members of a course those of its roster.

    Who is missing becomes inactive and keeps their history; who comes back finds it again.
    Observers, people without a role and test users are never added.

    Raises
    ------
    RosterEmptyError
        For a roster without anybody. Nothing is changed.
    """
    roster = _merge(entries)
    if not roster:
        raise RosterEmptyError(context.context_id)
    session.execute(select(Context.id).filter_by(id=context.id).with_for_update())
    members = {
        member.user.subject: member
        for member in session.scalars(select(Membership).filter_by(context_id=context.id))
    }
    strangers = [
        entry
        for entry in roster.values()
        if entry.subject not in members and entry.is_active and _is_member(entry)
    ]
    people = _enter_people(session, context.deployment.registration_id, strangers)
    for entry in strangers:
        session.add(Membership(context=context, user=people[entry.subject], role=entry.role))
    for subject, member in members.items():
        _update_member(member, roster.get(subject))
    context.roster_read_at = now


def _is_member(entry: RosterEntry) -> bool:
    return entry.role in {Role.STAFF, Role.LEARNER} and not entry.is_test_user


def _merge(entries: Iterable[RosterEntry]) -> dict[str, RosterEntry]:
    # A platform may list a person once for each role; the one with more to say counts.
    roster: dict[str, RosterEntry] = {}
    ranks = list(Role)
    for entry in entries:
        known = roster.get(entry.subject)
        if known is None or (not entry.is_active, ranks.index(entry.role)) < (
            not known.is_active,
            ranks.index(known.role),
        ):
            roster[entry.subject] = entry
    return roster


def _update_member(member: Membership, entry: RosterEntry | None) -> None:
    if entry is None:
        member.is_active = False
        return
    keep_newest(member.user, name=entry.name)
    member.is_active = entry.is_active
    member.is_test_user = entry.is_test_user
    if not (member.launched_as is Role.STAFF and entry.role is Role.LEARNER):
        member.role = entry.role


def _enter_people(
    session: Session, registration_id: int, entries: list[RosterEntry]
) -> dict[str, User]:
    people: dict[str, User] = {}
    for start in range(0, len(entries), _BATCH):
        subjects = [entry.subject for entry in entries[start : start + _BATCH]]
        known = find_people(session, registration_id, subjects)
        new = [subject for subject in subjects if subject not in known]
        people |= known | _add_people(session, registration_id, new)
    for entry in entries:
        keep_newest(people[entry.subject], name=entry.name)
    return people


def find_people(session: Session, registration_id: int, subjects: list[str]) -> dict[str, User]:
    """Find people of a platform by their subjects."""
    query = select(User).where(User.registration_id == registration_id, User.subject.in_(subjects))
    return {person.subject: person for person in session.scalars(query)}


def _add_people(session: Session, registration_id: int, subjects: list[str]) -> dict[str, User]:
    keys = [{"registration_id": registration_id, "subject": subject} for subject in subjects]
    rows = [User(**key) for key in keys]
    try:
        # All at once: one by one, a big course would keep everybody else from writing for long.
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError:
        # PostgreSQL: somebody launched since we looked.
        rows = [find_or_add(session, User, key) for key in keys]
    return {row.subject: row for row in rows}
