"""The roster of a course, as its platform tells it, and what it does to the memberships.

A big course has 50,000 people, so everything here goes in batches of plain rows: an ORM object for
each of them and for each membership would take more memory than the rest of the tool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_tool.store.base import Base
from lti_tool.store.models import Context, Membership, Role, User

_BATCH = 500
"""People in one statement: far below SQLite's limit of parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One person as the platform's roster tells it.

    Parameters
    ----------
    subject
        The `sub` of their launches.
    role
        What they are in this course.
    name
        May be empty; then the name that is stored stays.
    is_active, is_test_user
        Whether they are in the course, and whether they are the platform's preview student.
    groups
        The ids of their groups or sections, or None if the roster does not tell.
    """

    subject: str
    role: Role
    name: str = ""
    is_active: bool = True
    is_test_user: bool = False
    groups: tuple[str, ...] | None = None


class RosterEmptyError(ValueError):
    """A roster without anybody: no course is like that, so it is not believed."""


def sync_roster(
    session: Session, context: Context, entries: Iterable[RosterEntry], now: datetime
) -> None:
    """Make the members of a course those of its roster.

    Who is missing becomes inactive and keeps their history; who comes back finds it again.
    Observers, people without a role and test users are never added. Objects that the session
    holds are read again when they are used next.

    Raises
    ------
    RosterEmptyError
        For a roster without anybody. Nothing is changed.
    """
    roster = _merge(entries)
    if not roster:
        raise RosterEmptyError(context.context_id)
    context.roster_read_at = now
    session.flush()
    course, registration_id = context.id, context.deployment.registration_id
    session.execute(select(Context.id).filter_by(id=course).with_for_update())
    for members in _read_members(session, course):
        told = [(member, roster.pop(member.subject, None)) for member in members]
        _write(session, Membership, [_change(member, entry) for member, entry in told])
        _write(session, User, [_name(member.user_id, member.name, entry) for member, entry in told])
    strangers = [entry for entry in roster.values() if entry.is_active and _is_member(entry)]
    for start in range(0, len(strangers), _BATCH):
        _add_members(session, course, registration_id, strangers[start : start + _BATCH])
    session.expire_all()


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


def _read_members(session: Session, course: int) -> Iterator[Sequence[Row[Any]]]:
    """Give the memberships of a course with their people, batch by batch."""
    query = (
        select(
            Membership.id,
            Membership.user_id,
            Membership.role,
            Membership.launched_as,
            Membership.is_active,
            Membership.is_test_user,
            Membership.groups,
            User.subject,
            User.name,
        )
        .join(User, User.id == Membership.user_id)
        .where(Membership.context_id == course)
        .order_by(Membership.id)
        .limit(_BATCH)
    )
    last = 0
    while members := session.execute(query.where(Membership.id > last)).all():
        yield members
        last = members[-1].id


def _change(member: Row[Any], entry: RosterEntry | None) -> dict[str, Any] | None:
    """Give the membership as it is from now on, or None if nothing changes."""
    before = {
        "role": member.role,
        "is_active": member.is_active,
        "is_test_user": member.is_test_user,
        "groups": member.groups,
    }
    after = before | {"is_active": False}
    if entry is not None:
        is_known_staff = member.launched_as is Role.STAFF and entry.role is Role.LEARNER
        after = {
            "role": member.role if is_known_staff else entry.role,
            "is_active": entry.is_active,
            "is_test_user": entry.is_test_user,
            "groups": member.groups if entry.groups is None else list(entry.groups),
        }
    return None if after == before else {"id": member.id, **after}


def _name(user_id: int, name: str, entry: RosterEntry | None) -> dict[str, Any] | None:
    """Give the person with the name of today; a name that is left out is no news."""
    if entry is None or entry.name in {"", name}:
        return None
    return {"id": user_id, "name": entry.name}


def _write(session: Session, table: type[Base], changes: Iterable[dict[str, Any] | None]) -> None:
    rows = [change for change in changes if change is not None]
    if rows:
        session.execute(update(table), rows)


def _add_members(
    session: Session, course: int, registration_id: int, entries: Sequence[RosterEntry]
) -> None:
    subjects = [entry.subject for entry in entries]
    known = find_people(session, registration_id, subjects)
    missing = [
        {"registration_id": registration_id, "subject": entry.subject, "name": entry.name}
        for entry in entries
        if entry.subject not in known
    ]
    _insert(session, User, missing)
    people = find_people(session, registration_id, subjects)
    found = [(people[entry.subject], entry) for entry in entries]
    _write(session, User, [_name(person.id, person.name, entry) for person, entry in found])
    members = [
        {
            "context_id": course,
            "user_id": person.id,
            "role": entry.role,
            "groups": None if entry.groups is None else list(entry.groups),
        }
        for person, entry in found
    ]
    _insert(session, Membership, members)


def find_people(
    session: Session, registration_id: int, subjects: Sequence[str]
) -> dict[str, Row[int, str, str]]:
    """Find people of a platform by their subjects: each with `id`, `subject` and `name`."""
    query = select(User.id, User.subject, User.name).where(
        User.registration_id == registration_id, User.subject.in_(subjects)
    )
    return {person.subject: person for person in session.execute(query)}


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write rows; one that is there already is left as it is.

    On PostgreSQL somebody may have launched since we looked, in this course or in another.
    """
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
    else:
        session.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)
