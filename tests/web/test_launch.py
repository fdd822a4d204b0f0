"""What a good launch writes, which cookies it sets, and what it keeps to itself."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.http import parse_cookie

from lti_tool.store import models
from lti_tool.store.base import Base
from lti_tool.store.jobs import find_roster_job
from lti_tool.store.models import Job, PendingLaunch, Role, State, Visit

CONTEXT_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ROSTER = {"context_memberships_url": "https://canvas.example.edu/members", "service_versions": []}


def count(database: Session, table: type[Base]) -> int:
    return database.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_login_sends_the_browser_to_the_platform(
    client: FlaskClient, platform: Any, method: str
) -> None:
    if method == "get":
        answer = client.get("/lti/login", query_string=platform.login_params())
    else:
        answer = client.post("/lti/login", data=platform.login_params())
    assert answer.status_code == 302
    where = urlsplit(answer.location)
    assert f"{where.scheme}://{where.netloc}{where.path}" == platform.row.authorization_endpoint
    query = {name: values[0] for name, values in parse_qs(where.query).items()}
    assert query | {"state": "", "nonce": ""} == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": "https://peerloom.example.edu/lti/launch",
        "login_hint": "hint-5",
        "lti_message_hint": '{"cmid":2,"launchid":"x"}',
        "state": "",
        "nonce": "",
    }


def test_the_cookies_work_in_a_frame_and_nowhere_else(client: FlaskClient, platform: Any) -> None:
    login = client.post("/lti/login", data=platform.login_params())
    (cookie,) = login.headers.getlist("Set-Cookie")
    assert cookie.startswith("peerloom-login-")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    frame = {"Secure", "HttpOnly", "SameSite=None", "Partitioned"}
    assert frame | {"Max-Age=600", "Path=/lti/launch"} <= parts
    answer = platform.launch(client)
    page = answer.location.removeprefix("https://peerloom.example.edu")
    visit, gone = sorted(answer.headers.getlist("Set-Cookie"), reverse=True)
    assert visit.startswith("peerloom-visit=")
    assert {part.strip() for part in visit.split(";")[1:]} == frame | {
        f"Path={page}",
        "Max-Age=43200",
        next(part.strip() for part in visit.split(";") if "Expires" in part),
    }
    assert "Max-Age=0" in gone
    assert frame <= {part.strip() for part in gone.split(";")}


def test_nothing_that_opens_a_door_is_stored(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    login = platform.login(client)
    stored = database.scalars(select(PendingLaunch)).one()
    assert login.state not in str(vars(stored))
    answer = platform.post(client, login, platform.sign(platform.claims(login)))
    key = answer.location.rstrip("/").rsplit("/", 1)[1]
    secret = parse_cookie(answer.headers.getlist("Set-Cookie")[0])["peerloom-visit"]
    visit = str(vars(database.scalars(select(Visit)).one()))
    assert key not in visit
    assert secret not in visit


def test_a_launch_writes_the_person_into_the_course(
    client: FlaskClient, platform: Any, database: Session, clock: Any
) -> None:
    answer = platform.launch(client, **{AGS: {"scope": [SCOPE], "lineitem": "https://c.example/1"}})
    assert answer.status_code == 303
    visit = database.scalars(select(Visit)).one()
    member = visit.membership
    assert (member.role, member.is_active, member.is_test_user) == (Role.LEARNER, True, False)
    assert (member.user.subject, member.user.name) == ("subject-1", "Ada Lovelace")
    assert member.user.registration_id == platform.row.id
    assert (member.context.context_id, member.context.title) == ("course-1", "Biology")
    assert visit.resource_link is not None
    assert visit.resource_link.line_item_url == "https://c.example/1"
    assert visit.expires_at > clock()
    assert count(database, PendingLaunch) == 0


def test_a_second_launch_writes_nobody_twice_and_blanks_no_name(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    platform.launch(client)
    platform.launch(client, name="", context={"id": "course-1"})
    assert [count(database, table) for table in (models.User, models.Membership)] == [1, 1]
    assert count(database, Visit) == 2
    member = database.scalars(select(models.Membership)).one()
    assert member.user.name == "Ada Lovelace"
    assert member.context.title == "Biology"


def test_two_schools_behind_one_issuer_never_meet(
    client: FlaskClient, platform: Any, other_platform: Any, database: Session
) -> None:
    platform.launch(client)
    other_platform.launch(client, deployment_id="deployment-2")
    people = database.scalars(select(models.Membership)).all()
    assert len({member.user_id for member in people}) == 2
    assert len({member.context_id for member in people}) == 2


def test_an_issuer_alone_is_not_enough_where_two_share_it(
    client: FlaskClient, platform: Any, other_platform: Any
) -> None:
    answer = client.post("/lti/login", data=platform.login_params(client_id=None))
    assert answer.status_code == 400
    assert "registration_unknown" in answer.text


def test_the_deployment_of_another_registration_is_not_ours(
    client: FlaskClient, platform: Any, other_platform: Any
) -> None:
    answer = platform.launch(client, deployment_id="deployment-2")
    assert answer.status_code == 403
    assert "deployment_pending" in answer.text


def test_an_unknown_deployment_waits_until_it_is_allowed(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    for _ in range(2):
        answer = platform.launch(client, deployment_id="deployment-9")
        assert answer.status_code == 403
        assert "administrator" in answer.text
    row = database.scalars(select(models.Deployment).filter_by(deployment_id="deployment-9")).one()
    assert row.state is State.PENDING
    assert count(database, Visit) == 0
    row.state = State.ACTIVE
    database.commit()
    assert platform.launch(client, deployment_id="deployment-9").status_code == 303


def test_strangers_cannot_fill_the_list_of_deployments(
    client: FlaskClient, platform: Any, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.store.tenancy.MOST_PENDING", 2)
    for number in range(4):
        platform.launch(client, deployment_id=f"new-{number}")
    assert count(database, models.Deployment) == 3


def test_a_login_is_good_for_ten_minutes(client: FlaskClient, platform: Any, clock: Any) -> None:
    login = platform.login(client)
    clock.advance(timedelta(minutes=10))
    answer = platform.post(client, login, platform.sign(platform.claims(login)))
    assert answer.status_code == 401
    assert "state_unknown" in answer.text


def test_expired_logins_are_swept_out(
    client: FlaskClient, platform: Any, clock: Any, database: Session
) -> None:
    platform.login(client)
    clock.advance(timedelta(minutes=11))
    platform.login(client)
    assert count(database, PendingLaunch) == 1


def test_logins_of_one_platform_are_capped(
    client: FlaskClient, platform: Any, other_platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_tool.store.launches.MOST_PENDING", 1)
    platform.login(client)
    answer = client.post("/lti/login", data=platform.login_params())
    assert answer.status_code == 429
    assert "logins_busy" in answer.text
    other_platform.login(client)


def test_one_address_cannot_flood_the_login(app: Flask, client: FlaskClient) -> None:
    answers = [client.get("/lti/login").status_code for _ in range(601)]
    assert answers.count(400) == 600
    assert answers[-1] == 429


def test_staff_asks_for_the_roster_once(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    for _ in range(2):
        platform.launch(client, roles=[f"{CONTEXT_ROLE}Instructor"], **{NRPS: ROSTER})
    context = database.scalars(select(models.Context)).one()
    assert context.memberships_url == "https://canvas.example.edu/members"
    job = find_roster_job(database, context)
    assert job is not None
    assert job.payload == {"context_id": context.id}
    assert count(database, Job) == 1


def test_a_learner_asks_for_no_roster(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    platform.launch(client, **{NRPS: ROSTER})
    assert count(database, Job) == 0


def test_a_launch_without_a_course_shows_a_plain_page(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    login = platform.login(client)
    claims = platform.claims(login)
    claims = {name: claims[name] for name in claims if not name.endswith("/context")}
    token = platform.sign(claims)
    answer = platform.post(client, login, token)
    assert answer.status_code == 200
    assert "from a course" in answer.text
    assert count(database, Visit) == 0
    assert platform.post(client, login, token).status_code == 401


@pytest.mark.parametrize(
    ("roles", "expected"),
    [(["Instructor"], "/place"), (["Learner"], "/partner")],
)
def test_only_staff_may_place_the_tool(
    client: FlaskClient, platform: Any, database: Session, roles: list[str], expected: str
) -> None:
    answer = platform.launch(
        client,
        message_type="LtiDeepLinkingRequest",
        roles=roles,
        **{
            DEEP_LINKING: {
                "deep_link_return_url": "https://canvas.example.edu/return",
                "accept_types": ["ltiResourceLink"],
                "accept_presentation_document_targets": ["iframe"],
                "data": "909708",
            }
        },
    )
    assert answer.status_code == 303, answer.text
    assert client.get(answer.location).location.endswith(expected)
    settings = database.scalars(select(Visit)).one().deep_linking
    assert (settings is not None) == (expected == "/place")


def test_an_observer_is_a_guest(client: FlaskClient, platform: Any, database: Session) -> None:
    answer = platform.launch(client, roles=[f"{CONTEXT_ROLE}Mentor"])
    assert "guest" in client.get(answer.location).text
    assert database.scalars(select(models.Membership)).one().role is Role.OBSERVER


def test_a_test_user_is_marked(client: FlaskClient, platform: Any, database: Session) -> None:
    test_user = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
    platform.launch(client, roles=[f"{CONTEXT_ROLE}Learner", test_user])
    assert database.scalars(select(models.Membership)).one().is_test_user


def test_a_role_is_never_remembered_from_another_course(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    platform.launch(client, roles=["Instructor"])
    platform.launch(client, context={"id": "course-2"})
    roles = database.execute(
        select(models.Context.context_id, models.Membership.role).join(models.Membership.context)
    ).all()
    assert {tuple(row) for row in roles} == {
        ("course-1", Role.STAFF),
        ("course-2", Role.LEARNER),
    }


def test_the_log_holds_no_secret(
    client: FlaskClient, platform: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login = platform.login(client)
    token = platform.sign(platform.claims(login))
    good = platform.post(client, login, token)
    key = good.location.rstrip("/").rsplit("/", 1)[1]
    platform.post(client, login, token)
    client.get(f"/visit/{key}/nowhere")
    client.get("/visit/made-up-key/")
    bad = platform.sign(platform.claims(platform.login(client), version="1.1"))
    platform.post(client, platform.login(client), bad)
    own = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith("lti_tool")
    )
    assert "launch accepted iss='https://canvas.example.edu' client_id='client-1'" in own
    assert "launch refused code=state_unknown" in own
    for secret in (login.state, login.nonce, token, bad, key, "made-up-key", "ada@private", "Ada"):
        assert secret not in own


def test_the_key_set_is_public_and_lasting(app: Flask, client: FlaskClient) -> None:
    first = client.get("/lti/jwks.json")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    (key,) = first.get_json()["keys"]
    assert key["kty"] == "RSA"
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)
    assert client.get("/lti/jwks.json").get_json() == first.get_json()
