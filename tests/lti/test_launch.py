"""What a launch becomes when it is accepted."""

from __future__ import annotations

from typing import Any

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


def test_a_launch_keeps_what_is_used(platform: Any) -> None:
    launch = platform.launch(platform.sign(platform.claims()))
    assert (launch.issuer, launch.client_id, launch.deployment_id) == (
        "https://lms.example",
        "client-1",
        "dep-1",
    )
    assert (launch.subject, launch.name, launch.roles.kind) == ("u-1", "Aiko Sato", "learner")
    assert (launch.context.id, launch.context.label, launch.context.title) == ("ctx-1", "B1", "Bio")
    assert (launch.resource_link.id, launch.resource_link.title) == ("rl-1", "Week 1")
    assert launch.target_link_uri == "https://tool.example/visit"
    assert launch.deep_linking is None
    assert launch.memberships_url is None
