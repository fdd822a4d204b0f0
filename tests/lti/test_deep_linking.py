"""The signed answer to a deep linking request, read as a platform reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jwt
import pytest

from lti_tool.lti import DeepLinkingSettings, ResourceLinkItem, key_set, response_token

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
SETTINGS = DeepLinkingSettings(
    return_url="https://lms.example/return", accept_types=("ltiResourceLink",), data="909708"
)
ITEM = ResourceLinkItem(
    url="https://tool.example/",
    title="Peer mentoring",
    text="Meet your partner",
    custom={"programme": "p-1", "zone": "$Person.address.timezone"},
    score_maximum=10,
    resource_id="programme-1",
    tag="sessions",
)


@pytest.fixture
def answer(tool_key: Any, registration: Any, now: Any) -> Any:
    """Sign an answer and read it with our published keys only."""

    def answer(**changes: Any) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "deployment_id": "dep-1",
            "settings": SETTINGS,
            "items": [ITEM],
            "nonce": "n2",
            "now": now,
        }
        token = response_token(tool_key, registration, **arguments | changes)
        keys = jwt.PyJWKSet.from_dict(key_set([tool_key]))
        kid = jwt.get_unverified_header(token)["kid"]
        return jwt.decode(
            token,
            keys[kid],
            algorithms=["RS256"],
            issuer="client-1",
            audience="https://lms.example",
            options={
                "require": ["exp", "iat", "iss", "aud", "nonce"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )

    return answer


def test_an_answer_with_one_link(answer: Any, now: Any) -> None:
    claims = answer()
    assert claims["iat"] == int(now.timestamp())
    assert claims["exp"] == claims["iat"] + 300
    assert type(claims["iat"]) is type(claims["exp"]) is int
    assert claims["nonce"] == "n2"
    assert claims[f"{CLAIM}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{CLAIM}version"] == "1.3.0"
    assert claims[f"{CLAIM}deployment_id"] == "dep-1"
    assert claims[f"{DEEP}data"] == "909708"
    assert f"{DEEP}msg" not in claims
    assert claims[f"{DEEP}content_items"] == [
        {
            "type": "ltiResourceLink",
            "url": "https://tool.example/",
            "title": "Peer mentoring",
            "text": "Meet your partner",
            "custom": {"programme": "p-1", "zone": "$Person.address.timezone"},
            "lineItem": {
                "scoreMaximum": 10,
                "label": "Peer mentoring",
                "resourceId": "programme-1",
                "tag": "sessions",
            },
        }
    ]


def test_a_link_without_column(answer: Any) -> None:
    plain = ResourceLinkItem(url="https://tool.example/", title="Peer mentoring")
    assert answer(items=[plain])[f"{DEEP}content_items"] == [
        {"type": "ltiResourceLink", "url": "https://tool.example/", "title": "Peer mentoring"}
    ]


@pytest.mark.parametrize("data", ["", "opaque", '{"a": "ü\u2028"}', "\ud800"])
def test_data_is_given_back_letter_by_letter(answer: Any, data: str) -> None:
    assert answer(settings=replace(SETTINGS, data=data))[f"{DEEP}data"] == data


def test_no_data_is_given_back_where_none_came(answer: Any) -> None:
    assert f"{DEEP}data" not in answer(settings=replace(SETTINGS, data=None))


def test_an_empty_answer_means_cancelled(answer: Any) -> None:
    claims = answer(items=[], message="Nothing was chosen.")
    assert claims[f"{DEEP}content_items"] == []
    assert claims[f"{DEEP}msg"] == "Nothing was chosen."


def test_a_column_is_left_out_where_the_platform_makes_none(answer: Any) -> None:
    claims = answer(settings=replace(SETTINGS, accept_line_item=False))
    assert "lineItem" not in claims[f"{DEEP}content_items"][0]
    claims = answer(settings=replace(SETTINGS, accept_line_item=True))
    assert "lineItem" in claims[f"{DEEP}content_items"][0]


def test_only_what_was_asked_for_is_answered(answer: Any, refusal: Any) -> None:
    assert refusal(answer, items=[ITEM, ITEM]) == "content_refused"
    assert refusal(answer, settings=replace(SETTINGS, accept_types=("link",))) == "content_refused"
    several = replace(SETTINGS, accept_multiple=True)
    assert len(answer(items=[ITEM, ITEM], settings=several)[f"{DEEP}content_items"]) == 2
