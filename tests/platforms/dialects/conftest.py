"""A launch or a member as a platform sent it, read as the tool reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from lti_tool.lti.claims import LTI, read_launch_claims
from lti_tool.platforms import Dialect, find_dialect


class Recorded:
    """The claims of a launch with what every launch has, and the dialect that they lead to."""

    def __init__(self, claims: Mapping[str, Any], token_endpoint: str = "") -> None:
        self.values = read_launch_claims(
            {
                f"{LTI}version": "1.3.0",
                f"{LTI}message_type": "LtiResourceLinkRequest",
                f"{LTI}deployment_id": "1",
                f"{LTI}roles": [],
                f"{LTI}resource_link": {"id": "1"},
                **claims,
            }
        )
        self.dialect: Dialect = find_dialect(self.values["platform"]["family"], token_endpoint)

    @property
    def custom(self) -> Mapping[str, str]:
        custom: Mapping[str, str] = self.values["custom"]
        return custom


@pytest.fixture
def recorded() -> type[Recorded]:
    return Recorded
