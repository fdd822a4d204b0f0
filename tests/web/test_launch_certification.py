"""1EdTech's certification launches over HTTP, with the payloads that its suite really sends."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_tool.store.models import Membership, Role, Visit

ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
PERSON = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
NAMES = {"name": "Peter Parker", "given_name": "Peter", "family_name": "Parker"}
EMAIL = {"email": "peter@private.example"}


@pytest.fixture
def suite(make: Any, key_shelf: Any, clock: Any, rsa_keys: Any, platform: Any) -> Any:
    """The suite as a platform: its own issuer and client id."""
    row = make.registration(
        issuer="https://ltiadvantagevalidator.imsglobal.org", client_id="imstester_3dfad6d"
    )
    make.deployment(row, deployment_id="testdeploy")
    return type(platform)(row, rsa_keys[0], clock, key_shelf)


def claims_of(
    suite: Any, login: Any, *, sub: str, roles: list[str], drop: set[str], **more: Any
) -> dict[str, Any]:
    claims: dict[str, Any] = suite.claims(
        login,
        sub=sub,
        deployment_id="testdeploy",
        context={
            "id": "8893483",
            "label": "Test Course",
            "title": "Test Course 2",
            "type": ["CourseSection"],
        },
        roles=roles,
        **{"exp": int(suite.clock().timestamp()) + 300, **more},
    )
    return {name: claims[name] for name in claims if name.split("/")[-1] not in drop}


BAD = [
    ("No KID Sent in JWT header", set(), {}, None, 401, "kid_missing"),
    ("Incorrect KID in JWT header", set(), {}, "imstester_66067", 401, "key_unknown"),
    ("Wrong LTI Version", set(), {"version": "11.3"}, "key-1", 400, "version_unsupported"),
    ("No LTI Version", {"version"}, {}, "key-1", 400, "version_missing"),
    (
        "Missing LTI Claims",
        {"message_type", "version", "roles"},
        {},
        "key-1",
        400,
        "",
    ),
    ("Timestamps Incorrect", set(), {"iat": 11111, "exp": 22222}, "key-1", 401, "token_expired"),
    ("message_type Claim Missing", {"message_type"}, {}, "key-1", 400, "message_type_missing"),
    ("role Claim Missing", {"roles"}, {}, "key-1", 400, "roles_missing"),
    ("deployment_id Claim Missing", {"deployment_id"}, {}, "key-1", 400, "deployment_id_missing"),
    ("resource_link_id Claim Missing", {"resource_link"}, {}, "key-1", 400,
     "resource_link_missing"),
    ("user Claim Missing, as the suite sends it", set(), {"sub": ""}, "key-1", 400, "subject_"),
    ("user Claim Missing, as the guide says", {"sub"}, {}, "key-1", 400, "subject_missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "drop", "more", "kid", "status", "code"), BAD, ids=[case[0] for case in BAD]
)
def test_known_bad(
    client: FlaskClient,
    suite: Any,
    database: Session,
    name: str,
    drop: set[str],
    more: dict[str, Any],
    kid: str | None,
    status: int,
    code: str,
) -> None:
    login = suite.login(client)
    values = {"sub": "40899", "roles": [f"{ROLE}Instructor"], **more}
    claims = claims_of(suite, login, drop=drop, **values)
    headers = {"badtestonly": "12345"} if kid is None else {}
    answer = suite.post(client, login, suite.sign(claims, kid=kid, **headers))
    assert (answer.status_code, code in answer.text) == (status, True), answer.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0


def test_known_bad_invalid_lti_message(client: FlaskClient, suite: Any) -> None:
    answer = suite.post(client, suite.login(client), suite.sign({"name": "badltilaunch"}))
    assert 400 <= answer.status_code < 500


TEACHER = f"{ROLE}Instructor"
STUDENT = f"{ROLE}Learner"
VALID = [
    ("Instructor Launch", "39890", [TEACHER], {**NAMES, **EMAIL}, Role.STAFF),
    (
        "Instructor Launch with Roles",
        "39890",
        [TEACHER, f"{PERSON}Staff", f"{PERSON}Other"],
        {**NAMES, **EMAIL},
        Role.STAFF,
    ),
    ("Instructor Short Role", "39890", ["Instructor"], NAMES, Role.STAFF),
    (
        "Instructor Unknown Role",
        "39890",
        ["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"],
        NAMES,
        Role.NONE,
    ),
    ("Instructor No Role", "39890", [""], NAMES, Role.NONE),
    ("Instructor Email Only", "39890", [TEACHER], EMAIL, Role.STAFF),
    ("Instructor Names Only", "39890", [TEACHER], NAMES, Role.STAFF),
    ("Instructor No PII", "39890", [TEACHER], {}, Role.STAFF),
    ("Student Launch", "40899", [STUDENT], {**NAMES, **EMAIL}, Role.LEARNER),
    (
        "Student Launch with Roles",
        "40899",
        [STUDENT, f"{PERSON}Student", f"{PERSON}Mentor"],
        NAMES,
        Role.LEARNER,
    ),
    ("Student Short Role", "40899", ["Learner"], NAMES, Role.LEARNER),
    (
        "Student Unknown Role",
        "40899",
        [STUDENT, "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Unknown"],
        NAMES,
        Role.LEARNER,
    ),
    ("Student No Role", "40899", [""], NAMES, Role.NONE),
    ("Student Email Only", "40899", [STUDENT], EMAIL, Role.LEARNER),
    ("Student Names Only", "40899", [STUDENT], NAMES, Role.LEARNER),
    ("Student No PII", "40899", [STUDENT], {}, Role.LEARNER),
]


@pytest.mark.parametrize(
    ("name", "sub", "roles", "person", "expected"), VALID, ids=[case[0] for case in VALID]
)
def test_valid(
    client: FlaskClient,
    suite: Any,
    database: Session,
    name: str,
    sub: str,
    roles: list[str],
    person: dict[str, str],
    expected: Role,
) -> None:
    login = suite.login(client)
    claims = claims_of(suite, login, sub=sub, roles=roles, drop={"name", "email"})
    answer = suite.post(client, login, suite.sign(claims | person))
    assert answer.status_code == 303, answer.text
    home = client.get(answer.location)
    page = home if home.status_code == 200 else client.get(home.location)
    assert page.status_code == 200, page.text
    assert database.scalars(select(Membership)).one().role is expected
    assert "private.example" not in page.text


@pytest.mark.parametrize("role", [TEACHER, STUDENT])
def test_valid_email_without_context(
    client: FlaskClient, suite: Any, database: Session, role: str
) -> None:
    login = suite.login(client)
    claims = claims_of(suite, login, sub="40899", roles=[role], drop={"name", "context"})
    answer = suite.post(client, login, suite.sign(claims | EMAIL))
    assert answer.status_code == 200, answer.text
    assert database.scalar(select(func.count()).select_from(Visit)) == 0
