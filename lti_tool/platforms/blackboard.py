"""Blackboard Learn by Anthology."""

from __future__ import annotations

from lti_tool.platforms.dialect import Dialect

# One issuer, https://blackboard.com, for every school; the tenant is the deployment. It offers the
# Course Groups Service and adds `group_enrollments` to each member of the roster, so it needs no
# variable for groups. Source: its recorded launches (docs.blackboard.com, lti/tutorials), and
# hypothesis/lms, product/blackboard.
BLACKBOARD = Dialect(
    name="Blackboard Learn",
    families=frozenset({"blackboardlearn"}),
    known_by="//developer.blackboard.com/",
)
