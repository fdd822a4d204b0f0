"""Job ``roster``: from the platform's service to the memberships."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.jobs import enqueue_roster
from lti_tool.store.models import Context, Membership, Role, State

ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


def ask(course: Any) -> None:
    with Session(course.engine) as session, writing(session):
        enqueue_roster(session, session.get_one(Context, course.context_id), course.clock())


def members(course: Any) -> dict[str, tuple[Role, bool]]:
    with Session(course.engine) as session:
        return {
            member.user.subject: (member.role, member.is_active)
            for member in session.scalars(select(Membership))
        }


def test_the_course_gets_its_people(course: Any) -> None:
    course.offer_roster(("ada", f"{ROLE}Learner"), ("tom", f"{ROLE}Instructor"))
    ask(course)
    assert course.worker.run_due() == 1
    assert members(course) == {"ada": (Role.LEARNER, True), "tom": (Role.STAFF, True)}
    job = course.job()
    assert (job.finished_at, job.last_error, job.lease_until) == (course.clock(), "", None)
    with Session(course.engine) as session:
        assert session.get_one(Context, course.context_id).roster_read_at == course.clock()
    read = course.server.seen[-1]
    assert read.path == "/members?c=1"
    assert read.headers["Authorization"] == "Bearer access"


def test_a_page_that_is_missing_changes_nobody(course: Any) -> None:
    course.enter("ada")
    pages = {
        "/members?c=1": (
            200,
            {"Link": f'<{course.server.url}/members?p=2>; rel="next"'},
            {"members": [{"user_id": "tom", "roles": [f"{ROLE}Instructor"]}]},
        )
    }
    course.server.answers["GET /members"] = lambda seen: pages.get(seen.path, (503, {}, b""))
    ask(course)
    course.worker.run_due()
    assert members(course) == {"ada": (Role.LEARNER, True)}
    assert "service_busy" in course.job().last_error


def test_a_busy_platform_is_asked_again_when_it_says(course: Any) -> None:
    course.server.answers["GET /members"] = lambda _: (429, {"Retry-After": "120"}, b"")
    ask(course)
    course.worker.run_due()
    assert course.job().finished_at is None
    course.clock.advance(timedelta(seconds=119))
    assert course.worker.run_due() == 0
    course.offer_roster(("ada", f"{ROLE}Learner"))
    course.clock.advance(timedelta(seconds=1))
    assert course.worker.run_due() == 1
    assert members(course) == {"ada": (Role.LEARNER, True)}
    assert course.job().last_error == ""


def test_a_refusal_for_good_is_kept_and_not_repeated(course: Any) -> None:
    course.server.answers["GET /members"] = lambda _: (404, {}, b"")
    ask(course)
    course.worker.run_due()
    job = course.job()
    assert job.finished_at is not None
    assert job.last_error.startswith("service_refused")
    ask(course)
    course.offer_roster(("ada", f"{ROLE}Learner"))
    assert course.worker.run_due() == 1
    assert course.job().last_error == ""


def test_an_empty_roster_is_not_believed(course: Any) -> None:
    course.enter("ada")
    course.offer_roster()
    ask(course)
    course.worker.run_due()
    assert members(course) == {"ada": (Role.LEARNER, True)}
    assert course.job().last_error.startswith("roster_empty")


@pytest.mark.parametrize("state", ["pending", "no address"])
def test_where_nothing_may_be_read_nobody_is_asked(course: Any, state: str) -> None:
    ask(course)
    with Session(course.engine) as session, writing(session):
        context = session.get_one(Context, course.context_id)
        if state == "pending":
            context.deployment.state = State.PENDING
        else:
            context.memberships_url = None
    course.worker.run_due()
    assert course.server.seen == []
    assert course.job().finished_at is not None
