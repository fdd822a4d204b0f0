"""Job ``roster``: from the platform's service to the memberships."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
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


LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def groups(course: Any) -> dict[str, list[Any] | None]:
    with Session(course.engine) as session:
        return {one.user.subject: one.groups for one in session.scalars(select(Membership))}


def canvas_member(who: str, sections: str) -> dict[str, Any]:
    custom = {"peerloom_groups": sections, "peerloom_history": "$Context.id.history"}
    message = {f"{LTI}message_type": "LtiResourceLinkRequest", f"{LTI}custom": custom}
    return {"user_id": who, "roles": [f"{ROLE}Learner"], "message": [message]}


def test_canvas_tells_the_sections_of_everybody(course: Any) -> None:
    course.be("canvas")
    people = [
        canvas_member("ada", '["Monday, early", "Lab 2"]'),
        canvas_member("ben", "[]"),
        canvas_member("cem", "$com.instructure.User.sectionNames"),
        canvas_member("dan", "no list"),
    ]
    course.server.answers["GET /members"] = lambda _: (200, {}, {"members": people})
    ask(course)
    course.worker.run_due()
    # The course's own id as a link: with the link of an assignment it were its people only.
    assert course.server.seen[-1].path == "/members?c=1&rlid=c"
    told = {"ada": ["Monday, early", "Lab 2"], "ben": [], "cem": None, "dan": None}
    assert groups(course) == told
    # A later roster that does not tell is no news; one that tells is.
    people[:] = [canvas_member("ada", "$no"), canvas_member("ben", '["Lab 1"]'), *people[2:]]
    ask(course)
    course.worker.run_due()
    assert groups(course) == told | {"ben": ["Lab 1"]}


def test_canvas_that_refuses_the_link_still_tells_its_people(course: Any) -> None:
    course.be("canvas")
    people = {"members": [{"user_id": "ada", "roles": [f"{ROLE}Learner"]}]}
    course.server.answers["GET /members"] = lambda seen: (
        (400, {}, b"{}") if "rlid" in seen.path else (200, {}, people)
    )
    ask(course)
    course.worker.run_due()
    assert members(course) == {"ada": (Role.LEARNER, True)}
    assert course.job().last_error == ""


def test_a_busy_canvas_is_not_asked_another_way(course: Any) -> None:
    course.be("canvas")
    course.server.answers["GET /members"] = lambda _: (429, {}, b"")
    ask(course)
    course.worker.run_due()
    assert [seen.path for seen in course.server.seen[1:]] == ["/members?c=1&rlid=c"]


def test_who_comes_back_finds_everything_again(course: Any) -> None:
    ada = course.enter("ada", name="Ada")
    with Session(course.engine) as session, writing(session):
        session.get_one(Membership, ada).profile = {"level": 3}
        session.get_one(Membership, ada).groups = ["lab"]
    for people in (("ben",), ("ada", "ben")):
        course.server.answers["GET /members"] = lambda _, people=people: (
            200,
            {},
            {"members": [{"user_id": who, "roles": [f"{ROLE}Learner"]} for who in people]},
        )
        ask(course)
        course.worker.run_due()
        with Session(course.engine) as session:
            member = session.get_one(Membership, ada)
            assert member.is_active is ("ada" in people)
            assert (member.profile, member.groups, member.user.name) == (
                {"level": 3},
                ["lab"],
                "Ada",
            )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak")
def test_fifty_thousand_people_take_less_than_300_mb(course: Any) -> None:
    """All in one page, as Moodle gives them; the page alone has eleven million bytes."""
    if course.engine.dialect.name != "sqlite":
        pytest.skip("the memory is that of the tool, whatever the database")
    people = ",".join(
        f'{{"status":"Active","roles":["Learner"],"user_id":"{number}",'
        f'"lis_person_sourcedid":"S-{number:06}","name":"Oluwaseun Ádébayo {number}",'
        f'"given_name":"Oluwaseun","family_name":"Ádébayo","email":"s{number}@example.test",'
        f'"ext_user_username":"student{number}"}}'
        for number in range(50_000)
    )
    page = f'{{"id":"x","members":[{people}]}}'.encode()
    assert len(page) > 11_000_000
    course.server.answers["GET /members"] = lambda _: (200, {}, page)
    for reading in ("when all are new", "when all are known"):
        ask(course)
        process = subprocess.run(
            [
                sys.executable,
                Path(__file__).with_name("peak_of_roster.py"),
                course.engine.url.render_as_string(hide_password=False),
                course.clock().isoformat(),
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=110,
        )
        done, megabytes = map(int, process.stdout.split())
        assert done == 1, process.stderr
        assert megabytes < 300, reading
    with Session(course.engine) as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 50_000
