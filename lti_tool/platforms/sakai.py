"""Sakai."""

from __future__ import annotations

from lti_tool.platforms.dialect import Dialect

SAKAI = Dialect(
    name="Sakai",
    # The first in launches, the second in its configuration for dynamic registration.
    families=frozenset({"sakai", "sakailms.org"}),
    # A site may show the tool its whole gradebook. Such columns are marked, and writing to them
    # answers 403: lti/docs/LTI13_EXTENSIONS.md.
    foreign_column_mark="https://www.sakailms.org/spec/lti-ags/v2p0/readOnly",
    # A subject is an address, https://{platform}/user/{id}, where the gradebook may say the bare
    # id: the same document.
    splits_user_id=True,
)
