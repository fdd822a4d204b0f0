"""Blackboard, Brightspace, Open edX and Sakai, and a platform that nobody knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.platforms import GROUPS, HISTORY, find_dialect
from lti_tool.platforms.blackboard import BLACKBOARD
from lti_tool.platforms.brightspace import BRIGHTSPACE
from lti_tool.platforms.canvas import CANVAS
from lti_tool.platforms.dialect import PLAIN
from lti_tool.platforms.moodle import MOODLE
from lti_tool.platforms.openedx import OPEN_EDX
from lti_tool.platforms.sakai import SAKAI
from peerloom.schemas import MemberSchema

LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def test_a_launch_of_blackboard(recorded: Any) -> None:
    launch = recorded(
        {
            f"{LTI}tool_platform": {
                "name": "Blackboard, Inc.",
                "description": "Blackboard, Inc.",
                "guid": "83656022865f4f47a898b986399a01a8",
                "product_family_code": "BlackboardLearn",
                "version": "3900.93.0-rel.59+7d3ba1c",
                "url": "https://learn.blackboard.com/",
                "contact_email": "dev@localhost",
            }
        }
    )
    assert launch.dialect is BLACKBOARD
    # It tells groups by its service and in its roster; there is no variable to ask for.
    assert launch.dialect.read_groups(launch.custom) is None


def test_the_audience_of_brightspace_is_its_own(recorded: Any) -> None:
    launch = recorded({f"{LTI}tool_platform": {"product_family_code": "desire2learn"}})
    assert launch.dialect is BRIGHTSPACE
    assert launch.dialect.audience == "https://api.brightspace.com/auth/token"


def test_open_edx_is_known_by_its_addresses(recorded: Any) -> None:
    """Its claim has a guid and a name, and no family."""
    launch = recorded(
        {f"{LTI}tool_platform": {"guid": "lms.example.edu", "name": "Your Platform Name Here"}},
        "https://lms.example.edu/api/lti_consumer/v1/token/5f1d6cbe-2b1b-4c0a-a3f1-0c5ea2f3d6aa",
    )
    assert launch.dialect is OPEN_EDX
    assert launch.dialect.variables == {}


@pytest.mark.parametrize("family", ["sakai", "sakailms.org", "Sakai"])
def test_sakai_in_launches_and_in_its_configuration(family: str) -> None:
    assert find_dialect(family) is SAKAI


@pytest.mark.parametrize(
    ("told", "ours", "is_same"),
    [
        ("https://sakai.example/user/5c2", "https://sakai.example/user/5c2", True),
        ("5c2", "https://sakai.example/user/5c2", True),
        ("https://sakai.example/user/5c2", "5c2", True),
        ("5c3", "https://sakai.example/user/5c2", False),
    ],
)
def test_people_of_sakai(told: str, ours: str, is_same: bool) -> None:
    assert SAKAI.is_same_user(told, ours) is is_same


@given(text=st.text(max_size=60) | st.text(alphabet='%0aDd8,"[]\\u', max_size=60))
def test_whatever_a_platform_tells_can_be_stored_and_paired(text: str) -> None:
    """Groups become sections of members, and ids of courses are looked up in the database."""
    for dialect in (PLAIN, CANVAS, MOODLE):
        found = (
            *(dialect.read_groups({GROUPS: text}) or ()),
            *dialect.read_history({HISTORY: text}),
        )
        for one in found:
            assert one.isprintable()
            assert one.encode()
            assert MemberSchema().load({"id": "x", "section": one}).section


def test_people_of_others_are_compared_letter_by_letter() -> None:
    assert not PLAIN.is_same_user("5c2", "https://lms.example/user/5c2")
    assert PLAIN.is_same_user("u/1", "u/1")


@pytest.mark.parametrize(
    ("family", "endpoint"),
    [
        ("", ""),
        ("schoology", "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken"),
        ("canvas2", ""),
        ("", "https://lms.example/token"),
    ],
)
def test_a_platform_of_which_nothing_special_is_known(family: str, endpoint: str) -> None:
    """One that names itself is never taken for another by its addresses."""
    dialect = find_dialect(family, endpoint)
    assert dialect is PLAIN
    assert (dialect.column_extension, dialect.score_extension, dialect.audience) == ({}, {}, None)


@pytest.mark.parametrize(
    ("endpoint", "dialect"),
    [
        ("https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken", BLACKBOARD),
        ("https://auth.brightspace.com/core/connect/token", BRIGHTSPACE),
    ],
)
def test_a_platform_that_was_written_down_by_hand(endpoint: str, dialect: Any) -> None:
    assert find_dialect("", endpoint) is dialect
