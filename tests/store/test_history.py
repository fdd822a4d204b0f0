"""Earlier courses are offered to their own tenant only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.store import tenancy
from lti_tool.store.engine import writing
from lti_tool.store.history import earlier_courses
from lti_tool.store.models import Context, Registration


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, writing(session):
        yield session


@pytest.fixture
def registration(session: Session, clock: Any) -> Registration:
    return tenancy.add_registration(
        session,
        now=clock(),
        issuer="https://blackboard.com",
        client_id="c",
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/keys",
        deployment_id="one school",
    )


def enter(session: Session, registration: Registration, context_id: str, **values: Any) -> Context:
    return tenancy.enter_context(
        session, registration.deployments[0], context_id=context_id, **values
    )


def test_earlier_courses_come_in_the_order_of_the_copies(
    session: Session, registration: Registration
) -> None:
    for one in ("2024", "2026", "2025", "other"):
        enter(session, registration, one)
    copy = enter(session, registration, "2027", history=["2026", "never used", "2025", "2024"])
    assert [one.context_id for one in earlier_courses(session, copy)] == ["2026", "2025", "2024"]


def test_a_course_without_a_history_has_no_earlier_courses(
    session: Session, registration: Registration
) -> None:
    enter(session, registration, "2026")
    assert earlier_courses(session, enter(session, registration, "2027")) == ()


def test_a_course_is_not_its_own_past(session: Session, registration: Registration) -> None:
    copy = enter(session, registration, "2027", history=["2027", "2026"])
    assert earlier_courses(session, copy) == ()


def test_a_course_of_another_tenant_is_never_offered(
    session: Session, registration: Registration, clock: Any
) -> None:
    """Behind one client id, all schools of Blackboard are deployments; ids may be alike."""
    enter(session, registration, "2026", title="Of one school")
    other = tenancy.allow_deployment(session, registration, "another school", clock())
    copy = tenancy.enter_context(session, other, context_id="2027", history=["2026"])
    assert earlier_courses(session, copy) == ()
    own = tenancy.enter_context(session, other, context_id="2026", title="Of another school")
    assert [one.title for one in earlier_courses(session, copy)] == [own.title]


def test_a_long_history_is_looked_up_in_parts(session: Session, registration: Registration) -> None:
    enter(session, registration, "c1199")
    copy = enter(session, registration, "now", history=[f"c{number}" for number in range(1200)])
    assert [one.context_id for one in earlier_courses(session, copy)] == ["c1199"]


def test_what_a_later_launch_leaves_out_stays(session: Session, registration: Registration) -> None:
    enter(session, registration, "2027", history=["2026"], groups_url="https://lms.example/g")
    again = enter(session, registration, "2027", history=None, groups_url=None)
    assert (again.history, again.groups_url) == (["2026"], "https://lms.example/g")
