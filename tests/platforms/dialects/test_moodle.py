"""Moodle, as measured on 4.5."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.platforms.moodle import MOODLE

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
PLATFORM = {
    "product_family_code": "moodle",
    "version": "2024100706",
    "guid": "d4edb48161c2a18b8bea9dbe17c10149",
    "name": "MTP",
    "description": "Moodle Test Platform",
}


@pytest.mark.parametrize(
    ("groups", "expected"), [("", ()), ("12", ("12",)), ("12,31", ("12", "31"))]
)
def test_a_launch_of_moodle(recorded: Any, groups: str, expected: tuple[str, ...]) -> None:
    launch = recorded(
        {
            f"{LTI}tool_platform": PLATFORM,
            f"{LTI}custom": {
                "peerloom_groups": groups,
                "peerloom_history": "7,5",
                "unknown": "$Foo.bar",
                "context_memberships_url": "http://127.0.0.1:8080/mod/lti/services.php/x",
            },
        }
    )
    assert launch.dialect is MOODLE
    assert launch.dialect.read_groups(launch.custom) == expected
    assert launch.dialect.read_history(launch.custom) == ("7", "5")


def test_a_course_that_is_no_copy(recorded: Any) -> None:
    launch = recorded({f"{LTI}tool_platform": PLATFORM, f"{LTI}custom": {"peerloom_history": ""}})
    assert launch.dialect.read_history(launch.custom) == ()


def test_names_of_parameters_are_such_as_moodle_does_not_double() -> None:
    """Of any name with other letters Moodle makes two."""
    for name in MOODLE.variables:
        assert name.replace("_", "").isalnum()
        assert name == name.lower()
