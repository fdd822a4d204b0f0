"""Job ``groups``: the groups of a course, and who is in which."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store.engine import writing
from lti_tool.store.groups import group_sets, section
from lti_tool.store.jobs import enqueue_groups, enqueue_roster
from lti_tool.store.models import Context, Membership, Role, State
from lti_tool.work import groups as work

ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@pytest.fixture
def service(course: Any) -> dict[str, list[str]]:
    """The groups service of a course: who is in which group."""
    people = {"ada": ["1", "3"], "ben": ["2"], "cem": []}
    catalogue = [
        {"id": "1", "name": "Lab A", "set_ids": ["labs"]},
        {"id": "2", "name": "Lab B", "set_ids": ["labs"]},
        {"id": "3", "name": "Choir"},
    ]

    def answer(seen: Any) -> tuple[int, dict[str, str], Any]:
        who = parse_qs(urlsplit(seen.path).query).get("user_id")
        if who is None:
            return 200, {}, {"groups": catalogue}
        return 200, {}, {"groups": [one for one in catalogue if one["id"] in people[who[0]]]}

    course.server.answers["GET /groups"] = answer
    course.server.answers["GET /sets"] = lambda _: (
        200,
        {},
        {"sets": [{"id": "labs", "name": "Labs"}]},
    )
    course.update(
        groups_url=f"{course.server.url}/groups?c=1", group_sets_url=f"{course.server.url}/sets"
    )
    return people


def told(course: Any) -> dict[str, Any]:
    with Session(course.engine) as session:
        return {one.user.subject: one.groups for one in session.scalars(select(Membership))}


def read_roster(course: Any, *people: dict[str, Any]) -> None:
    members = [{"roles": [f"{ROLE}Learner"], **one} for one in people]
    course.server.answers["GET /members"] = lambda _: (200, {}, {"members": members})
    with Session(course.engine) as session, writing(session):
        enqueue_roster(session, session.get_one(Context, course.context_id), course.clock())
    course.worker.run_due()


def ask(course: Any, **about: Any) -> None:
    with Session(course.engine) as session, writing(session):
        context = session.get_one(Context, course.context_id)
        enqueue_groups(session, context, course.clock(), **about)


def test_after_the_roster_each_person_is_asked_for(
    course: Any, service: dict[str, list[str]]
) -> None:
    read_roster(course, *({"user_id": who} for who in service))
    assert told(course) == service
    assert course.job("groups").outcome == "read"
    with Session(course.engine) as session:
        context = session.get_one(Context, course.context_id)
        assert [one.name for one in group_sets(context)] == ["Labs"]
        context.group_set = "labs"
        sections = {one.user.subject: section(one) for one in session.scalars(select(Membership))}
    assert sections == {"ada": "Lab A", "ben": "Lab B", "cem": ""}


def test_a_roster_that_tells_groups_spares_the_questions(
    course: Any, service: dict[str, list[str]]
) -> None:
    """As Blackboard adds them to its members."""
    read_roster(
        course,
        {"user_id": "ada", "group_enrollments": [{"group_id": "1"}]},
        {"user_id": "ben", "group_enrollments": []},
    )
    assert told(course) == {"ada": ["1"], "ben": []}
    assert not [seen for seen in course.server.seen if "user_id" in seen.path]
    assert course.row().groups["groups"]["1"]["name"] == "Lab A"


def test_a_big_course_is_asked_in_several_runs(
    course: Any, service: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "BATCH", 2)
    service["dan"] = ["3"]
    for who in service:
        course.enter(who)
    ask(course, asks_people=True)
    assert course.worker.run_due() == 3
    assert told(course) == service
    catalogue = [seen for seen in course.server.seen if seen.path == "/groups?c=1"]
    assert len(catalogue) == 1
    assert course.job().finished_at is not None


def test_only_learners_of_the_course_are_asked_for(
    course: Any, service: dict[str, list[str]]
) -> None:
    course.enter("ben", Role.STAFF)
    gone = course.enter("cem")
    with Session(course.engine) as session, writing(session):
        session.get_one(Membership, gone).is_active = False
    course.enter("ada")
    ask(course, asks_people=True)
    course.worker.run_due()
    assert told(course) == {"ada": ["1", "3"], "ben": None, "cem": None}


def test_a_service_that_is_busy_loses_nothing(course: Any, service: dict[str, list[str]]) -> None:
    course.enter("ada")
    calm = course.server.answers["GET /groups"]
    course.server.answers["GET /groups"] = lambda seen: (
        (503, {}, b"") if "user_id" in seen.path else calm(seen)
    )
    ask(course, asks_people=True)
    course.worker.run_due()
    assert course.job().last_error.startswith("service_busy")
    assert told(course) == {"ada": None}
    course.server.answers["GET /groups"] = calm
    course.clock.advance(course.job().run_at - course.clock())
    course.worker.run_due()
    assert told(course) == {"ada": ["1", "3"]}


def test_a_person_whom_the_platform_does_not_know_keeps_nobody_else_waiting(
    course: Any, service: dict[str, list[str]]
) -> None:
    calm = course.server.answers["GET /groups"]
    course.server.answers["GET /groups"] = lambda seen: (
        (404, {}, b"") if "user_id=ben" in seen.path else calm(seen)
    )
    for who in service:
        course.enter(who)
    ask(course, asks_people=True)
    course.worker.run_due()
    assert told(course) == service | {"ben": None}


def test_a_service_that_is_closed_is_given_up_at_once(
    course: Any, service: dict[str, list[str]]
) -> None:
    calm = course.server.answers["GET /groups"]
    course.server.answers["GET /groups"] = lambda seen: (
        (403, {}, b"") if "user_id" in seen.path else calm(seen)
    )
    for who in service:
        course.enter(who)
    ask(course, asks_people=True)
    course.worker.run_due()
    assert course.job().last_error.startswith("service_refused")
    assert len([seen for seen in course.server.seen if "user_id" in seen.path]) == 1


def test_nobody_is_in_more_groups_than_anybody_is(
    course: Any, service: dict[str, list[str]]
) -> None:
    many = [{"group_id": str(number)} for number in range(500)]
    read_roster(course, {"user_id": "ada", "group_enrollments": many})
    assert len(told(course)["ada"]) == 50


def test_a_course_without_groups_asks_nobody(course: Any) -> None:
    read_roster(course, {"user_id": "ada"})
    assert course.job().kind == "roster"
    ask(course, asks_people=True)
    course.worker.run_due()
    assert course.job("groups").last_error == "the platform offers no groups here"


def test_a_deployment_that_is_closed_asks_nobody(
    course: Any, service: dict[str, list[str]]
) -> None:
    with Session(course.engine) as session, writing(session):
        session.get_one(Context, course.context_id).deployment.state = State.PENDING
    ask(course, asks_people=True)
    course.worker.run_due()
    assert course.server.seen == []
    assert course.job("groups").last_error
