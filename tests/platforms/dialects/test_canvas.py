"""Canvas, as its variable expander and its names and roles write things."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.platforms.canvas import CANVAS, read_section_names

LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def test_a_launch_of_canvas(recorded: Any) -> None:
    launch = recorded(
        {
            f"{LTI}tool_platform": {
                "guid": "Kx4c:canvas-lms",
                "name": "A school",
                "version": "cloud",
                "product_family_code": "canvas",
                "validation_context": None,
                "errors": {"errors": {}},
            },
            f"{LTI}custom": {
                "peerloom_history": "8865aa05b4b79b64a91a86042e43af5ea8ae79eb,truncated",
                "peerloom_groups": '["BIO-101-01", "BIO-101, evening"]',
            },
        }
    )
    assert launch.dialect is CANVAS
    assert launch.dialect.read_groups(launch.custom) == ("BIO-101-01", "BIO-101, evening")
    assert launch.dialect.read_history(launch.custom) == (
        "8865aa05b4b79b64a91a86042e43af5ea8ae79eb",
    )


def test_a_school_that_tells_little_leaves_the_variables_as_they_are(recorded: Any) -> None:
    custom = {
        "peerloom_groups": "$com.instructure.User.sectionNames",
        "peerloom_history": "$Context.id.history",
    }
    launch = recorded(
        {f"{LTI}tool_platform": {"product_family_code": "canvas"}, f"{LTI}custom": custom}
    )
    assert launch.dialect.read_groups(launch.custom) is None
    assert launch.dialect.read_history(launch.custom) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[]", ()),
        ('["a","a", " b\\n c "]', ("a", "b c")),
        ('["", null, 5, "x"]', ("x",)),
        ('"a"', None),
        ("{}", None),
        ("a,b", None),
        ("", None),
        ("[" * 100_000, None),
        ('["' + "x" * 300 + '"]', ("x" * 255,)),
        ('["a\\u0000b", "\\ud800", "c\\u202ed"]', ("a b", "c d")),
    ],
)
def test_names_of_sections(text: str, names: Any) -> None:
    assert read_section_names(text) == names


def test_nobody_is_in_more_groups_than_anybody_is() -> None:
    text = "[" + ",".join(f'"{number}"' for number in range(1000)) + "]"
    assert len(CANVAS.read_groups({"peerloom_groups": text}) or ()) == 50
