"""What a launch tells of its course beside the names: services, copies, and a column."""

from __future__ import annotations

from typing import Any

from lti_tool import lti
from lti_tool.lti.grades import SCORE_SCOPE
from lti_tool.lti.line_items import LINE_ITEM_SCOPE
from lti_tool.lti.results import RESULT_SCOPE
from lti_tool.platforms import POINTS, Dialect

MOST_POINTS = 100
"""Moodle takes no more for a column."""


def course_services(proven: lti.Launch, dialect: Dialect) -> dict[str, Any]:
    """Give the values of columns of `Context`; None for what this launch does not tell."""
    scopes = set(proven.grade_scopes)
    # A column of ours is of use only where we may also send scores.
    may_have_column = {LINE_ITEM_SCOPE, SCORE_SCOPE} <= scopes
    return {
        "memberships_url": proven.memberships_url,
        "line_items_url": proven.line_items_url if may_have_column else None,
        "reads_results": RESULT_SCOPE in scopes if scopes else None,
        "groups_url": proven.groups_url,
        "group_sets_url": proven.group_sets_url,
        "history": _history(proven, dialect),
    }


def _history(proven: lti.Launch, dialect: Dialect) -> list[str] | None:
    own = None if proven.context is None else proven.context.id
    return [one for one in dialect.read_history(proven.custom) if one != own] or None


def wished_points(proven: lti.Launch) -> int | None:
    """Give the points of the column that the teacher asked for when they placed this link."""
    text = proven.custom.get(POINTS, "")
    points = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return points if 1 <= points <= MOST_POINTS else None
