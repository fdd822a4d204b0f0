"""Open edX, by its LTI consumer block."""

from __future__ import annotations

from lti_tool.platforms.dialect import Dialect

# It never names its family: the tool_platform claim of its launches holds a guid and the name of
# the site only (lti_consumer/lti_1p3/consumer.py), so it is known by its addresses. It has no
# variables for history and groups. Its wish for whole points and for an own name of each column is
# kept everywhere (lti_tool.lti.line_items), and its way to say "I have a newer score" is read in
# lti_tool.lti.grades.
OPEN_EDX = Dialect(
    name="Open edX",
    known_by="/api/lti_consumer/v1/token/",
    variables={},
)
