"""What is special about each learning platform, chosen once for each registration.

The rest of the tool asks a `Dialect` and never which product it talks to. What every platform may
do is handled in `lti_tool.lti`; here is only what one family does and others do not. A new family
is a new file with one `Dialect`, and a line in `_DIALECTS`.
"""

from __future__ import annotations

from lti_tool.platforms.blackboard import BLACKBOARD
from lti_tool.platforms.brightspace import BRIGHTSPACE
from lti_tool.platforms.canvas import CANVAS
from lti_tool.platforms.dialect import GROUPS, HISTORY, KIND, MOST_GROUPS, PLAIN, POINTS, Dialect
from lti_tool.platforms.moodle import MOODLE
from lti_tool.platforms.openedx import OPEN_EDX
from lti_tool.platforms.sakai import SAKAI

__all__ = ["GROUPS", "HISTORY", "KIND", "MOST_GROUPS", "POINTS", "Dialect", "find_dialect"]

_DIALECTS = (BLACKBOARD, BRIGHTSPACE, CANVAS, MOODLE, OPEN_EDX, SAKAI)


def find_dialect(product_family: str, token_endpoint: str = "") -> Dialect:
    """Give what is special about a platform.

    Parameters
    ----------
    product_family
        The `product_family_code` that it calls itself by; empty if it never said.
    token_endpoint
        Where its access tokens come from: those that do not name themselves are known by it.

    Examples
    --------
    >>> find_dialect("canvas").name, find_dialect("Some LMS").name
    ('Canvas', 'LTI')
    """
    family = product_family.strip().casefold()
    for dialect in _DIALECTS:
        if family in dialect.families:
            return dialect
    if not family:
        for dialect in _DIALECTS:
            if dialect.known_by and dialect.known_by in token_endpoint:
                return dialect
    return PLAIN
