"""Deep linking: a right answer becomes an activity with its column, a wrong one nothing."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

URL = "http://localhost:8000"
TOOL = "https://tool.example"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ITEM = {
    "type": "ltiResourceLink",
    "title": "Find your peer",
    "custom": {"room": "a=b"},
    "lineItem": {"scoreMaximum": 10, "label": "Sessions held", "tag": "held"},
}


class Dialogue:
    """One deep linking request, and the answers to it."""

    def __init__(self, browser: FlaskClient, tool: Any, form_of: Any) -> None:
        login = form_of(browser.get(f"/lti/deep-link/{tool.client_id}"))
        posted = form_of(browser.post("/lti/authorize", data=tool.authentication(login)))
        self.browser, self.tool = browser, tool
        self.request = jwt.decode(posted.fields["id_token"], options={"verify_signature": False})
        self.settings = self.request[f"{DEEP_LINKING}deep_linking_settings"]
        self.path = self.settings["deep_link_return_url"].removeprefix(URL)

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(self.tool.clock().timestamp())
        claims = {
            "iss": self.tool.client_id,
            "aud": URL,
            "iat": now,
            "exp": now + 300,
            "nonce": "n-1",
            f"{CLAIM}message_type": "LtiDeepLinkingResponse",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": self.tool.deployment_id,
            f"{DEEP_LINKING}data": self.settings["data"],
            f"{DEEP_LINKING}content_items": [ITEM],
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def answer(self, message: str) -> int:
        return self.browser.post(self.path, data={"JWT": message}).status_code


@pytest.fixture
def dialogue(instructor: FlaskClient, tool: Any, form_of: Any) -> Dialogue:
    return Dialogue(instructor, tool, form_of)


def test_the_request_has_no_resource_link(dialogue: Dialogue) -> None:
    assert dialogue.request[f"{CLAIM}message_type"] == "LtiDeepLinkingRequest"
    assert dialogue.request[f"{CLAIM}target_link_uri"] == f"{TOOL}/choose"
    assert f"{CLAIM}resource_link" not in dialogue.request
    assert dialogue.settings["accept_types"] == ["ltiResourceLink"]


def test_an_answer_becomes_an_activity_with_a_column(
    dialogue: Dialogue, student: FlaskClient, classroom: Any, form_of: Any
) -> None:
    assert dialogue.answer(dialogue.tool.sign(dialogue.claims())) == 200
    (link,) = classroom.links.values()
    (item,) = classroom.line_items.values()
    assert (link.title, link.url, link.custom["room"]) == (ITEM["title"], f"{TOOL}/launch", "a=b")
    assert (item.resource_link_id, item.label, item.tag) == (link.id, "Sessions held", "held")

    login = form_of(student.get(f"/lti/launch/{link.id}"))
    asked = dialogue.tool.authentication(login)
    posted = form_of(student.post("/lti/authorize", data=asked))
    claims = jwt.decode(posted.fields["id_token"], options={"verify_signature": False})
    assert claims[AGS_CLAIM]["lineitem"] == f"{URL}/services/lineitems/{item.id}?course=7"


def test_an_empty_answer_means_nothing_was_chosen(dialogue: Dialogue, classroom: Any) -> None:
    claims = dialogue.claims(**{f"{DEEP_LINKING}content_items": []})
    assert dialogue.answer(dialogue.tool.sign(claims)) == 200
    assert not classroom.links


def test_an_answer_counts_once(dialogue: Dialogue, classroom: Any) -> None:
    message = dialogue.tool.sign(dialogue.claims())
    assert dialogue.answer(message) == 200
    assert dialogue.answer(message) == 400
    assert len(classroom.links) == 1


def test_a_nonce_counts_once(
    dialogue: Dialogue, instructor: FlaskClient, tool: Any, form_of: Any, classroom: Any
) -> None:
    second = Dialogue(instructor, tool, form_of)
    assert dialogue.answer(tool.sign(dialogue.claims())) == 200
    assert second.answer(tool.sign(second.claims())) == 400
    assert second.answer(tool.sign(second.claims(nonce="n-2"))) == 200
    assert len(classroom.links) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "another"},
        {"aud": f"{URL}/"},
        {"exp": 1795424400},
        {"exp": None},
        {"iat": None},
        {"nonce": None},
        {f"{CLAIM}message_type": "LtiResourceLinkRequest"},
        {f"{CLAIM}version": "1.1"},
        {f"{CLAIM}deployment_id": "99"},
        {f"{DEEP_LINKING}data": "other"},
        {f"{DEEP_LINKING}data": None},
        {f"{DEEP_LINKING}content_items": {}},
        {f"{DEEP_LINKING}content_items": [{"type": "html", "html": "<b>"}]},
        {f"{DEEP_LINKING}content_items": [{**ITEM, "url": "javascript:alert(1)"}]},
        {f"{DEEP_LINKING}content_items": [{**ITEM, "custom": {"n": 1}}]},
        {f"{DEEP_LINKING}content_items": [{**ITEM, "lineItem": {"scoreMaximum": 0}}]},
        {f"{DEEP_LINKING}content_items": [{**ITEM, "lineItem": {}}]},
    ],
)
def test_a_wrong_answer_adds_nothing_and_may_be_corrected(
    dialogue: Dialogue, classroom: Any, wrong: dict[str, Any]
) -> None:
    assert dialogue.answer(dialogue.tool.sign(dialogue.claims(**wrong))) == 400
    assert not classroom.links
    assert not classroom.line_items
    assert dialogue.answer(dialogue.tool.sign(dialogue.claims())) == 200


def test_a_forged_answer_adds_nothing(dialogue: Dialogue, classroom: Any) -> None:
    tool = dialogue.tool
    assert dialogue.answer(tool.sign(dialogue.claims(), key=tool.other_key)) == 400
    assert dialogue.answer("") == 400
    assert not classroom.links


def test_a_choice_belongs_to_the_person_who_makes_it(
    dialogue: Dialogue, student: FlaskClient, app: Flask, form_of: Any, classroom: Any
) -> None:
    message = dialogue.tool.sign(dialogue.claims())
    assert student.post(dialogue.path, data={"JWT": message}).status_code == 403
    again = form_of(app.test_client().post(dialogue.path, data={"JWT": message}))
    assert again.fields == {"JWT": message, "repost": "1"}
    assert not classroom.links
    assert dialogue.browser.post(again.action, data=again.fields).status_code == 200


def test_a_choice_expires(dialogue: Dialogue) -> None:
    dialogue.tool.clock.forward(hours=1)
    assert dialogue.answer(dialogue.tool.sign(dialogue.claims())) == 400


def test_only_the_instructor_chooses(student: FlaskClient, tool: Any) -> None:
    assert student.get(f"/lti/deep-link/{tool.client_id}").status_code == 403
