"""Moodle."""

from __future__ import annotations

from lti_tool.platforms.dialect import GROUPS, HISTORY, Dialect

# Its other peculiarities are understood for every platform, because they harm nobody elsewhere:
# curly quotes in Link headers and all members in one page (lti_tool.lti.paging), 200 with `[]` for
# a score that was not stored (lti_tool.lti.grades), tokens as text/html (lti_tool.lti.tokens).
MOODLE = Dialect(
    name="Moodle",
    families=frozenset({"moodle"}),
    variables={
        # The ids of earlier courses with plain commas, the nearest first: mod/lti/locallib.php.
        HISTORY: "$Context.id.history",
        # Group ids of whoever launches, "" for none (measured on 4.5). There is no service of
        # groups, and the roster does not bring custom parameters, also not by `rlid`.
        GROUPS: "$Moodle.Person.userGroupIds",
    },
)
