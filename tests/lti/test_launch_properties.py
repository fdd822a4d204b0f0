"""Whatever is posted, read_launch accepts it or says what is wrong: it never falls over."""

from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.lti import Launch, LtiError
from lti_tool.lti.errors import rules

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
CODES = {rule.code for rule in rules()}

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [
            10**400,
            float("inf"),
            float("nan"),
            "$User.id",
            "\0",
            "\ud800",
            "LtiDeepLinkingRequest",
            "https://tool.example/visit",
            "https://[::1",
            "client-1",
        ]
    )
)
ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "title",
                    "scope",
                    "lineitem",
                    "locale",
                    "return_url",
                    "accept_types",
                    "deep_link_return_url",
                    "data",
                    "guid",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        *("iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "name", "locale"),
        *(
            f"{CLAIM}{name}"
            for name in (
                "version",
                "message_type",
                "deployment_id",
                "target_link_uri",
                "resource_link",
                "roles",
                "context",
                "custom",
                "tool_platform",
                "launch_presentation",
            )
        ),
        "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings",
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
    ]
)

CALM = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def outcome(platform: Any, token: str) -> Launch | None:
    refused_with = None
    launch = None
    try:
        launch = platform.launch(token)
    except LtiError as error:
        refused_with = error.code
    assert isinstance(launch, Launch) or refused_with in CODES
    return launch


@CALM
@given(changes=st.dictionaries(NAMES, ANY_JSON, max_size=4))
def test_any_change_of_claims(platform: Any, changes: dict[str, Any]) -> None:
    payload = json.dumps(platform.claims() | changes).encode()
    launch = outcome(platform, platform.sign_bytes(payload))
    if launch is not None:
        text = launch.name + launch.locale + "".join(launch.custom.values())
        text.encode()  # no lone surrogate, which no page could show
        assert "\0" not in text
        assert launch.subject is None or launch.subject.isascii()


@CALM
@given(document=ANY_JSON)
def test_any_payload(platform: Any, document: Any) -> None:
    assert outcome(platform, platform.sign_bytes(json.dumps(document).encode())) is None


@CALM
@given(payload=st.binary(max_size=60), header=st.binary(max_size=60))
def test_any_bytes(platform: Any, payload: bytes, header: bytes) -> None:
    assert outcome(platform, platform.sign_bytes(payload, header)) is None


@CALM
@given(header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64"]), ANY_JSON))
def test_any_header(platform: Any, header: dict[str, Any]) -> None:
    segment = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    assert outcome(platform, f"{segment}.e30.e30") is None


@CALM
@given(
    token=st.text()
    | st.text(alphabet="abcXYZ019-_.=", max_size=60)
    | st.lists(st.text(alphabet="eyJ0-_", max_size=9), min_size=3, max_size=3).map(".".join)
)
def test_any_text(platform: Any, token: str) -> None:
    assert outcome(platform, token) is None
