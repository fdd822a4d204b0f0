"""Canvas by Instructure."""

from __future__ import annotations

import json

from lti_tool.platforms.dialect import GROUPS, HISTORY, Dialect

_LONGEST_NAME = 255


def read_section_names(text: str) -> tuple[str, ...] | None:
    """Read the names of sections, a list in JSON; None if it is something else.

    Examples
    --------
    >>> read_section_names('["Monday, early", "Lab 2"]')
    ('Monday, early', 'Lab 2')
    """
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(names, list):
        return None
    lines = (_line(name) for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(name: str) -> str:
    """Give a name as one line; a text inside of a text may hide what was cleaned outside."""
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(seen.split())[:_LONGEST_NAME].rstrip()


CANVAS = Dialect(
    name="Canvas",
    families=frozenset({"canvas"}),
    variables={
        HISTORY: "$Context.id.history",
        # A list in JSON, as one text: doc/api/tools_variable_substitutions.
        GROUPS: "$com.instructure.User.sectionNames",
    },
    split_groups=read_section_names,
    # `rlid` with the course's own LTI id is the whole course; with the id of an assignment it would
    # be those only who have that assignment: app/controllers/lti/ims/names_and_roles_controller.rb.
    asks_roster_by_context=True,
    # Without it a new column is an assignment that opens a tool: doc/api/line_items.
    column_extension={"https://canvas.instructure.com/lti/submission_type": {"type": "none"}},
    # Otherwise each score is a new attempt of the student, and it covers what a teacher wrote:
    # app/controllers/lti/ims/scores_controller.rb, doc/api/score.
    score_extension={
        "https://canvas.instructure.com/lti/submission": {
            "new_submission": False,
            "prioritize_non_tool_grade": True,
        }
    },
)
