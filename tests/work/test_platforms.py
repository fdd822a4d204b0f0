"""A stored registration as the protocol knows it."""

from __future__ import annotations

from typing import Any

import pytest

from lti_tool.store.models import Registration
from lti_tool.work.platforms import as_registration

BRIGHTSPACE = "https://api.brightspace.com/auth/token"


def row(**values: Any) -> Registration:
    return Registration(
        **{
            "issuer": "https://lms.example",
            "client_id": "c",
            "authorization_endpoint": "https://lms.example/auth",
            "token_endpoint": "https://lms.example/token",
            "jwks_uri": "https://lms.example/keys",
            "product_family": "",
            "allows_anonymous": False,
            "trusted_audiences": [],
            **values,
        }
    )


@pytest.mark.parametrize(
    ("values", "audience"),
    [
        ({}, None),
        ({"product_family": "desire2learn"}, BRIGHTSPACE),
        ({"token_endpoint": "https://auth.brightspace.com/core/connect/token"}, BRIGHTSPACE),
        ({"product_family": "desire2learn", "token_audience": "https://x"}, "https://x"),
        ({"product_family": "canvas"}, None),
    ],
)
def test_whom_a_token_request_names(values: dict[str, Any], audience: str | None) -> None:
    assert as_registration(row(**values)).token_audience == audience
