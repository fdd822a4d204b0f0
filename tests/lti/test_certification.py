"""The launches of 1EdTech's certification suite: known bad, valid teacher, valid student."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
GONE = object()

PII = {
    "name": "Ms Jane Marie Doe",
    "given_name": "Jane",
    "family_name": "Doe",
    "email": "jane@school.example",
}


@pytest.fixture
def suite(platform: Any) -> Any:
    """The platform as the suite introduces itself."""
    platform.registration = replace(
        platform.registration,
        issuer="https://ltiadvantagevalidator.imsglobal.org",
        client_id="imstester_3dfad6d",
    )
    return platform


def payload(suite: Any, subject: str, **changes: Any) -> dict[str, Any]:
    claims = suite.claims() | {
        "sub": subject,
        f"{CLAIM}deployment_id": "testdeploy",
        f"{CLAIM}context": {
            "id": "8893483",
            "label": "Test Context Label",
            "title": "Test Context Title",
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
        },
        f"{CLAIM}launch_presentation": {
            "document_target": "iframe",
            "height": "320",
            "width": "240",
            "return_url": "https://ltiadvantagevalidator.imsglobal.org/ltitool/return.html",
        },
        **PII,
    }
    for key, value in changes.items():
        name = key if key in claims and not key.startswith("http") else f"{CLAIM}{key}"
        claims[name] = value
    return {key: value for key, value in claims.items() if value is not GONE}


BAD = {
    "no kid in the header": ({}, {"badtestonly": "12345", "alg": "RS256"}, "kid_missing"),
    "incorrect kid in the header": (
        {},
        {"alg": "RS256", "kid": "imstester_66067"},
        "key_unknown",
    ),
    "wrong LTI version": ({"version": "11.3"}, None, "version_unsupported"),
    "no LTI version": ({"version": GONE}, None, "version_missing"),
    "missing LTI claims": (
        {"message_type": GONE, "version": GONE, "roles": GONE},
        None,
        "version_missing",
    ),
    "missing LTI claims, as Hypothesis has it": (
        {"aud": GONE, "iss": GONE, "sub": GONE, "deployment_id": GONE, "roles": GONE},
        None,
        "issuer_missing",
    ),
    "timestamps incorrect": ({"iat": 11111, "exp": 22222}, None, "token_expired"),
    "message_type claim missing": ({"message_type": GONE}, None, "message_type_missing"),
    "role claim missing": ({"roles": GONE}, None, "roles_missing"),
    "deployment_id claim missing": ({"deployment_id": GONE}, None, "deployment_id_missing"),
    "resource_link_id claim missing": ({"resource_link": GONE}, None, "resource_link_missing"),
    "user claim missing": ({"sub": ""}, None, "subject_missing"),
    "user claim not there": ({"sub": GONE}, None, "subject_missing"),
}


@pytest.mark.parametrize(("changes", "header", "code"), BAD.values(), ids=BAD)
def test_a_known_bad_launch_is_refused(
    suite: Any, refusal: Any, changes: dict[str, Any], header: Any, code: str
) -> None:
    token = suite.sign_bytes(json.dumps(payload(suite, "39890", **changes)).encode(), header)
    assert refusal(suite.launch, token) == code


def test_an_invalid_lti_message_is_refused(suite: Any, refusal: Any) -> None:
    assert refusal(suite.launch, suite.sign({"name": "badltilaunch"})) == "issuer_missing"


NO_NAMES = dict.fromkeys(["name", "given_name", "family_name"], GONE)
NO_PII = dict.fromkeys(PII, GONE)

TEACHER = {
    "Valid Instructor Launch": ({}, "staff", "Ms Jane Marie Doe"),
    "with Roles": (
        {"roles": [f"{COURSE}Instructor", f"{INSTITUTION}Staff", f"{INSTITUTION}Other"]},
        "staff",
        "Ms Jane Marie Doe",
    ),
    "Short Role": ({"roles": ["Instructor"]}, "staff", "Ms Jane Marie Doe"),
    "Unknown Role": (
        {"roles": ["http://purl.imsglobal.org/vocab/lis/v2/unknown/unknown#Helper"]},
        "none",
        "Ms Jane Marie Doe",
    ),
    "No Role": ({"roles": [""]}, "none", "Ms Jane Marie Doe"),
    "empty roles": ({"roles": []}, "none", "Ms Jane Marie Doe"),
    "Email Only": (NO_NAMES, "staff", ""),
    "Names Only": ({"email": GONE}, "staff", "Ms Jane Marie Doe"),
    "No PII": (NO_PII, "staff", ""),
    "Email Without Context": (NO_NAMES | {"context": GONE}, "staff", ""),
}


@pytest.mark.parametrize(("changes", "kind", "name"), TEACHER.values(), ids=TEACHER)
def test_a_valid_teacher_launch_is_accepted(
    suite: Any, changes: dict[str, Any], kind: str, name: str
) -> None:
    changes = {"roles": [f"{COURSE}Instructor"]} | changes
    launch = suite.launch(suite.sign(payload(suite, "39890", **changes)))
    assert (launch.subject, launch.deployment_id) == ("39890", "testdeploy")
    assert (launch.roles.kind, launch.name) == (kind, name)
    assert (launch.context is None) == ("context" in changes)


STUDENT = {
    "Valid Student Launch": ({}, "learner", "Ms Jane Marie Doe"),
    "with Roles": (
        {"roles": [f"{COURSE}Learner", f"{INSTITUTION}Student", f"{INSTITUTION}Mentor"]},
        "learner",
        "Ms Jane Marie Doe",
    ),
    "Short Role": ({"roles": ["Learner"]}, "learner", "Ms Jane Marie Doe"),
    "Unknown Role": (
        {
            "roles": [
                f"{COURSE}Learner",
                "http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Unknown",
            ]
        },
        "learner",
        "Ms Jane Marie Doe",
    ),
    "No Role": ({"roles": [""]}, "none", "Ms Jane Marie Doe"),
    "Email Only": (NO_NAMES, "learner", ""),
    "Names Only": ({"email": GONE}, "learner", "Ms Jane Marie Doe"),
    "No PII": (NO_PII, "learner", ""),
    "Email Without Context": (NO_NAMES | {"context": GONE}, "learner", ""),
}


@pytest.mark.parametrize(("changes", "kind", "name"), STUDENT.values(), ids=STUDENT)
def test_a_valid_student_launch_is_accepted(
    suite: Any, changes: dict[str, Any], kind: str, name: str
) -> None:
    changes = {"roles": [f"{COURSE}Learner"]} | changes
    launch = suite.launch(suite.sign(payload(suite, "40899", **changes)))
    assert (launch.subject, launch.roles.kind, launch.name) == ("40899", kind, name)
    assert launch.roles.is_observer is False
