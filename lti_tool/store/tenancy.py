"""Registration > deployment > context > membership: found and written by the platform's own keys.

Every function here takes the row above as its start, so no key of one platform can reach the rows
of another. What a platform leaves out is never taken as news: a stored name stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lti_tool.store.base import Base
from lti_tool.store.keyed import Keyed
from lti_tool.store.models import (
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

# Made once: SQLAlchemy needs longer to make a statement than to run it; every launch runs these.
_BY_ISSUER = select(Registration).where(Registration.issuer == bindparam("issuer")).limit(2)
_BY_CLIENT = _BY_ISSUER.where(Registration.client_id == bindparam("client_id"))
_INSTALLED = (
    select(
        Deployment.id, Deployment.state, Registration.product_family, Registration.token_endpoint
    )
    .join(Registration, Registration.id == Deployment.registration_id)
    .where(
        Registration.id == bindparam("registration"),
        Deployment.deployment_id == bindparam("deployment"),
    )
)
_CONTEXTS = Keyed(
    Context,
    ("deployment_id", "context_id"),
    (
        "label",
        "title",
        "memberships_url",
        "line_items_url",
        "reads_results",
        "groups_url",
        "group_sets_url",
        "history",
    ),
)
_LINKS = Keyed(ResourceLink, ("context_id", "resource_link_id"), ("title", "line_item_url"))
_PEOPLE = Keyed(User, ("registration_id", "subject"), ("name",))
_MEMBERS = Keyed(
    Membership,
    ("context_id", "user_id"),
    ("role", "launched_as", "is_test_user", "is_active", "groups"),
)


@dataclass(frozen=True, slots=True)
class Installation:
    """A deployment that somebody has allowed, and what its platform is."""

    deployment: int
    registration: int
    product_family: str
    token_endpoint: str


class AlreadyRegisteredError(ValueError):
    """A registration with this issuer and client id exists; it is never overwritten."""


def find_registrations(
    session: Session, issuer: str, client_id: str | None = None
) -> tuple[Registration, ...]:
    """Find the registrations of an issuer; many of Canvas's customers share one."""
    if client_id is None:
        return tuple(session.scalars(_BY_ISSUER, {"issuer": issuer}))
    return tuple(session.scalars(_BY_CLIENT, {"issuer": issuer, "client_id": client_id}))


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


def find_installation(
    session: Session, registration: int, deployment_id: str
) -> Installation | None:
    """Find a deployment under its registration; None where nobody has allowed it."""
    found = (
        session.connection()
        .execute(_INSTALLED, {"registration": registration, "deployment": deployment_id})
        .one_or_none()
    )
    if found is None or found.state is not State.ACTIVE:
        return None
    return Installation(found.id, registration, found.product_family, found.token_endpoint)


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


def write_context(
    session: Session,
    deployment_id: int,
    *,
    context_id: str,
    label: str = "",
    title: str = "",
    **services: Any,
) -> int:
    """Find or write a course, with the newest names and service addresses; give its id.

    Parameters
    ----------
    services
        Columns of `Context`: its addresses, its `history` and what else a launch tells. What is
        left out or None stays as it was.
    """
    return _CONTEXTS.write(
        session,
        {"deployment_id": deployment_id, "context_id": context_id},
        label=label,
        title=title,
        **services,
    )


def enter_context(session: Session, deployment: Deployment, **values: Any) -> Context:
    """Find or write a course like `write_context`, and give its row."""
    return _row(session, Context, write_context(session, deployment.id, **values))


def write_resource_link(
    session: Session,
    context: int,
    *,
    resource_link_id: str,
    title: str = "",
    line_item_url: str | None = None,
) -> int:
    """Find or write a placement of the tool in a course; give its id."""
    return _LINKS.write(
        session,
        {"context_id": context, "resource_link_id": resource_link_id},
        title=title,
        line_item_url=line_item_url,
    )


def enter_resource_link(session: Session, context: Context, **values: Any) -> ResourceLink:
    """Find or write a placement like `write_resource_link`, and give its row."""
    return _row(session, ResourceLink, write_resource_link(session, context.id, **values))


def write_member(
    session: Session,
    registration: int,
    context: int,
    *,
    subject: str,
    role: Role,
    name: str = "",
    is_test_user: bool = False,
    groups: Sequence[str] | None = None,
) -> int:
    """Find or write the person who launched, and their place in the course; give its id.

    Groups that the launch does not tell stay as they were.
    """
    person = _PEOPLE.write(
        session, {"registration_id": registration, "subject": subject}, name=name
    )
    return _MEMBERS.write(
        session,
        {"context_id": context, "user_id": person},
        role=role,
        launched_as=role,
        is_test_user=is_test_user,
        is_active=True,
        groups=None if groups is None else list(groups),
    )


def enter_member(session: Session, context: Context, **values: Any) -> Membership:
    """Find or write a person and their place like `write_member`, and give the place's row."""
    registration = context.deployment.registration_id
    return _row(session, Membership, write_member(session, registration, context.id, **values))


def _row(session: Session, table: type[Row], found: int) -> Row:
    # It was written past the session, which may hold an older state of it.
    session.flush()
    row = session.get_one(table, found)
    session.refresh(row)
    return row


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
