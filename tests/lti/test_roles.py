"""Who may do what in a course."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.lti import CourseRoles

V2 = "http://purl.imsglobal.org/vocab/lis/v2"
COURSE = f"{V2}/membership"
INSTITUTION = f"{V2}/institution/person"
SYSTEM = f"{V2}/system/person"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"

KINDS: dict[str, tuple[list[Any], str]] = {
    "instructor": ([f"{COURSE}#Instructor"], "staff"),
    "instructor, short": (["Instructor"], "staff"),
    "learner, short": (["Learner"], "learner"),
    "mentor, short": (["Mentor"], "observer"),
    "Canvas assistant": (
        [f"{COURSE}/Instructor#TeachingAssistant", f"{COURSE}#Instructor"],
        "staff",
    ),
    "lone assistant": ([f"{COURSE}/Instructor#TeachingAssistant"], "staff"),
    "lone guest lecturer": ([f"{COURSE}/Instructor#GuestInstructor"], "staff"),
    "Open edX community helper": (
        [
            f"{COURSE}#Learner",
            f"{COURSE}/Instructor#TeachingAssistant",
            f"{SYSTEM}#None",
            f"{INSTITUTION}#None",
        ],
        "learner",
    ),
    "Open edX instructor": ([f"{COURSE}#Administrator", f"{COURSE}#Instructor"], "staff"),
    "course administrator": ([f"{COURSE}#Administrator"], "staff"),
    "lone outside support": ([f"{COURSE}/Administrator#ExternalSupport"], "none"),
    "teacher who also learns": ([f"{COURSE}#Learner", f"{COURSE}#Instructor"], "staff"),
    "learner's sub-role Instructor": ([f"{COURSE}/Learner#Instructor"], "learner"),
    "guest learner": ([f"{COURSE}/Learner#GuestLearner"], "learner"),
    "Canvas designer": ([f"{COURSE}#ContentDeveloper"], "none"),
    "leading student of a Canvas group": ([f"{COURSE}#Member", f"{COURSE}#Manager"], "none"),
    "officer": ([f"{COURSE}#Officer"], "none"),
    "parent": ([f"{COURSE}#Mentor", f"{INSTITUTION}#Observer"], "observer"),
    "advisor": ([f"{COURSE}/Mentor#Advisor"], "observer"),
    "mentor who learns": ([f"{COURSE}#Mentor", f"{COURSE}#Learner"], "learner"),
    "teaches elsewhere, learns here": (
        [f"{INSTITUTION}#Instructor", f"{COURSE}#Learner"],
        "learner",
    ),
    "institution's instructor": ([f"{INSTITUTION}#Instructor"], "none"),
    "institution's administrator": ([f"{INSTITUTION}#Administrator"], "none"),
    "system's administrator": ([f"{SYSTEM}#Administrator"], "none"),
    "institution's mentor": ([f"{INSTITUTION}#Mentor"], "none"),
    "deprecated person": ([f"{V2}/person#Instructor"], "none"),
    "Moodle site administrator": (
        [f"{INSTITUTION}#Administrator", f"{COURSE}#Instructor", f"{SYSTEM}#Administrator"],
        "staff",
    ),
    "unknown sub-role of instructor": ([f"{COURSE}/Instructor#Wizard"], "none"),
    "unknown role": ([f"{COURSE}#Wizard"], "none"),
    "another vocabulary": (["http://evil.example/membership#Instructor"], "none"),
    "longer path": ([f"{COURSE}s#Instructor"], "none"),
    "no hash": ([f"{COURSE}/Instructor"], "none"),
    "lower case": (["instructor", f"{COURSE}#instructor"], "none"),
    "blank": ([""], "none"),
    "nothing": ([], "none"),
    "junk": ([1, None, {}, []], "none"),
}


@pytest.mark.parametrize(("names", "kind"), KINDS.values(), ids=KINDS)
def test_the_rights_that_follow(names: list[Any], kind: str) -> None:
    assert CourseRoles.parse(names).kind == kind
    assert CourseRoles.parse(reversed(names)).kind == kind


def test_the_preview_student_is_marked() -> None:
    roles = CourseRoles.parse([f"{COURSE}#Learner", TEST_USER])
    assert (roles.kind, roles.is_test_user) == ("learner", True)
    assert CourseRoles.parse([f"{COURSE}#Learner"]).is_test_user is False


ANY_NAME = st.one_of(
    st.text(),
    st.builds(
        "{}{}#{}".format,
        st.sampled_from([COURSE, INSTITUTION, SYSTEM, V2, ""]),
        st.sampled_from(["", "/Learner", "/Instructor", "/Mentor", "//", "/Instructor/x"]),
        st.sampled_from(["Learner", "Instructor", "Mentor", "Staff", "", "#", "TeachingAssistant"]),
    ),
    st.none(),
    st.integers(),
)


@given(st.lists(ANY_NAME))
def test_any_names_give_at_most_one_kind_of_right(names: list[Any]) -> None:
    roles = CourseRoles.parse(names)
    assert [roles.is_staff, roles.is_learner, roles.is_observer].count(True) <= 1
    if roles.is_staff:
        assert any(
            isinstance(name, str)
            and (name in {"Instructor", "Administrator"} or name.startswith(COURSE))
            for name in names
        )


@given(st.lists(ANY_NAME.filter(lambda name: not str(name).startswith(COURSE))))
def test_no_role_from_outside_the_course_gives_a_right(names: list[Any]) -> None:
    short = {"Instructor", "Learner", "Mentor", "Administrator"}
    assert CourseRoles.parse(name for name in names if name not in short).kind == "none"
