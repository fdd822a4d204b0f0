"""Registration > deployment > context > membership: found and written by the platform's own keys.

Every function here takes the row above as its start, so no key of one platform can reach the rows
of another. What a platform leaves out is never taken as news: a stored name stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.store.models import (
    Base,
    Context,
    Deployment,
    Membership,
    Registration,
    ResourceLink,
    Role,
    State,
    User,
)

MOST_PENDING = 50
"""How many deployments of one registration may wait: each is a row that a launch can cause."""

Row = TypeVar("Row", bound=Base)


class AlreadyRegisteredError(ValueError):
    """A registration with this issuer and client id exists; it is never overwritten."""


def find_registrations(
    session: Session, issuer: str, client_id: str | None = None
) -> tuple[Registration, ...]:
    """Find the registrations of an issuer; many of Canvas's customers share one."""
    query = select(Registration).where(Registration.issuer == issuer)
    if client_id is not None:
        query = query.where(Registration.client_id == client_id)
    return tuple(session.scalars(query.limit(2)))


def add_registration(
    session: Session, *, deployment_id: str | None = None, now: datetime, **values: Any
) -> Registration:
    """Write a new registration, with its allowed deployment where one is known.

    Raises
    ------
    AlreadyRegisteredError
        If the issuer and client id are known. Nothing is changed.
    """
    row = Registration(created_at=now, **values)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise AlreadyRegisteredError(f"{row.issuer} {row.client_id}") from None
    if deployment_id:
        allow_deployment(session, row, deployment_id, now)
    return row


def find_deployment(
    session: Session, registration: Registration, deployment_id: str
) -> Deployment | None:
    """Find a deployment under its registration."""
    return session.scalar(
        select(Deployment).filter_by(registration_id=registration.id, deployment_id=deployment_id)
    )


def note_deployment(
    session: Session, registration: Registration, deployment_id: str, now: datetime
) -> None:
    """Remember a deployment that was launched and that nobody has allowed yet, up to a cap."""
    waiting = session.scalar(
        select(func.count())
        .select_from(Deployment)
        .filter_by(registration_id=registration.id, state=State.PENDING)
    )
    if (waiting or 0) < MOST_PENDING:
        find_or_add(
            session,
            Deployment,
            {"registration_id": registration.id, "deployment_id": deployment_id},
            state=State.PENDING,
            created_at=now,
        )


def allow_deployment(
    session: Session, registration: Registration, deployment_id: str, now: datetime
) -> Deployment:
    """Make a deployment active, known before or not."""
    deployment = find_or_add(
        session,
        Deployment,
        {"registration_id": registration.id, "deployment_id": deployment_id},
        created_at=now,
    )
    deployment.state = State.ACTIVE
    return deployment


def enter_context(
    session: Session,
    deployment: Deployment,
    *,
    context_id: str,
    label: str = "",
    title: str = "",
    memberships_url: str | None = None,
) -> Context:
    """Find or write a course, with the newest names and service address."""
    context = find_or_add(
        session, Context, {"deployment_id": deployment.id, "context_id": context_id}
    )
    keep_newest(context, label=label, title=title, memberships_url=memberships_url)
    return context


def enter_resource_link(
    session: Session,
    context: Context,
    *,
    resource_link_id: str,
    title: str = "",
    line_item_url: str | None = None,
) -> ResourceLink:
    """Find or write a placement of the tool in a course."""
    link = find_or_add(
        session,
        ResourceLink,
        {"context_id": context.id, "resource_link_id": resource_link_id},
    )
    keep_newest(link, title=title, line_item_url=line_item_url)
    return link


def enter_member(
    session: Session,
    context: Context,
    *,
    subject: str,
    role: Role,
    name: str = "",
    is_test_user: bool = False,
) -> Membership:
    """Find or write the person who launched, and their place in the course."""
    person = find_or_add(
        session,
        User,
        {"registration_id": context.deployment.registration_id, "subject": subject},
    )
    keep_newest(person, name=name)
    member = find_or_add(
        session, Membership, {"context_id": context.id, "user_id": person.id}, role=role
    )
    member.role = member.launched_as = role
    member.is_test_user = is_test_user
    member.is_active = True
    return member


def find_or_add(session: Session, table: type[Row], key: dict[str, Any], **values: Any) -> Row:
    """Give the row with this unique key, written with `values` where there is none."""
    query = select(table).filter_by(**key)
    found = session.scalar(query)
    if found is not None:
        return found
    row = table(**key, **values)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # PostgreSQL: another transaction wrote the same key since we looked.
        return session.scalars(query).one()
    return row


def keep_newest(row: Base, **values: str | None) -> None:
    """Take over what a platform told; what it left out or blank stays as it was."""
    for name, value in values.items():
        if value:
            setattr(row, name, value)
