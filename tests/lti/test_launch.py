"""What a launch becomes when it is accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lti_tool.lti import DeepLinkingSettings, LtiError
from lti_tool.lti.errors import rules

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


@pytest.fixture
def launched(platform: Any) -> Any:
    def launched(changes: dict[str, Any], **arguments: Any) -> Any:
        claims = platform.claims() | changes
        return platform.launch(platform.sign_bytes(json.dumps(claims).encode()), **arguments)

    return launched


def test_a_launch_keeps_what_is_used(launched: Any) -> None:
    launch = launched({})
    assert (launch.issuer, launch.client_id, launch.deployment_id) == (
        "https://lms.example",
        "client-1",
        "dep-1",
    )
    assert (launch.subject, launch.name, launch.roles.kind) == ("u-1", "Aiko Sato", "learner")
    assert (launch.context.id, launch.context.label, launch.context.title) == ("ctx-1", "B1", "Bio")
    assert (launch.resource_link.id, launch.resource_link.title) == ("rl-1", "Week 1")
    assert launch.target_link_uri == "https://tool.example/visit"
    assert launch.message_type == "LtiResourceLinkRequest"
    assert launch.deep_linking is None
    assert launch.memberships_url is None
    assert launch.return_url is None


def test_a_launch_of_moodle(launched: Any) -> None:
    launch = launched(
        {
            f"{CLAIM}context": {
                "id": "2",
                "label": "LTI101",
                "title": "LTI Test Course (LTI101)",
                "type": ["CourseSection"],
            },
            f"{CLAIM}launch_presentation": {
                "locale": "de_kids",
                "document_target": "iframe",
                "return_url": "http://127.0.0.1:8080/mod/lti/return.php?course=2&sesskey=x",
            },
            f"{CLAIM}tool_platform": {
                "product_family_code": "moodle",
                "version": "2024100706",
                "guid": "d4edb48161c2a18b8bea9dbe17c10149",
                "name": "MTP",
            },
            f"{CLAIM}custom": {"exercise": "ex1", "groups": "", "unknown": "$Foo.bar"},
            GRADES: {
                "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
                "lineitems": "http://127.0.0.1:8080/services.php/2/lineitems?type_id=1",
                "lineitem": "http://127.0.0.1:8080/services.php/2/lineitems/2/lineitem?type_id=1",
            },
            ROSTER: {
                "context_memberships_url": "http://127.0.0.1:8080/services.php/memberships",
                "service_versions": ["1.0", "2.0"],
            },
        }
    )
    assert launch.locale == "de_kids"
    assert launch.return_url == "http://127.0.0.1:8080/mod/lti/return.php?course=2&sesskey=x"
    assert (launch.platform.family, launch.platform.name) == ("moodle", "MTP")
    assert launch.platform.guid == "d4edb48161c2a18b8bea9dbe17c10149"
    assert launch.custom == {"exercise": "ex1", "groups": ""}
    assert launch.line_items_url == "http://127.0.0.1:8080/services.php/2/lineitems?type_id=1"
    assert launch.line_item_url.endswith("/lineitem?type_id=1")
    assert launch.grade_scopes == ("https://purl.imsglobal.org/spec/lti-ags/scope/score",)
    assert launch.memberships_url == "http://127.0.0.1:8080/services.php/memberships"


def test_custom_values_become_texts(launched: Any) -> None:
    custom = {
        "number": 10000000000042,
        "half": 0.5,
        "yes": True,
        "null": None,
        "nested": {"a": 1},
        "unresolved": "$Canvas.course.id",
        "lines": "a\nb\0c",
        "": "no name",
        "huge": 10**400,
    }
    assert launched({f"{CLAIM}custom": custom}).custom == {
        "number": "10000000000042",
        "half": "0.5",
        "yes": "true",
        "lines": "a\nbc",
    }


NAMES = {
    "full name": ({"name": "Ada Lovelace"}, "Ada Lovelace"),
    "parts": ({"name": "", "given_name": "Ada", "family_name": "Lovelace"}, "Ada Lovelace"),
    "one part": ({"name": None, "family_name": "Suharto"}, "Suharto"),
    "none": ({"name": None}, ""),
    "not ASCII": ({"name": "佐藤 愛子"}, "佐藤 愛子"),
    "NUL and lines": ({"name": "Ada\0\r\nLove"}, "Ada Love"),
    "lone surrogate": ({"name": "Ada\ud800"}, "Ada"),
    "turned direction": ({"name": "Ada\u202egpj.exe"}, "Ada gpj.exe"),
    "joiners stay": ({"name": "می\u200cخواهم"}, "می\u200cخواهم"),
    "an object": ({"name": {"first": "Ada"}}, ""),
    "very long": ({"name": "x" * 10_000}, "x" * 512),
}


@pytest.mark.parametrize(("claims", "name"), NAMES.values(), ids=NAMES)
def test_a_name_is_cleaned_and_may_be_missing(
    launched: Any, claims: dict[str, Any], name: str
) -> None:
    assert launched(claims).name == name


@pytest.mark.parametrize(
    ("page", "person", "locale"),
    [
        ("pt-BR", "en", "pt-BR"),
        ("", "es", "es"),
        ("<script>", "fr-CA", "fr-CA"),
        (7, None, ""),
    ],
)
def test_the_locale_of_the_page_goes_before_that_of_the_person(
    launched: Any, page: Any, person: Any, locale: str
) -> None:
    claims = {f"{CLAIM}launch_presentation": {"locale": page}, "locale": person}
    assert launched(claims).locale == locale


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", 5, "//evil", None])
def test_a_return_address_that_is_none_is_left_out(launched: Any, url: Any) -> None:
    assert launched({f"{CLAIM}launch_presentation": {"return_url": url}}).return_url is None


@pytest.mark.parametrize(
    "claim", [[], "x", None, {"lineitems": "", "lineitem": None, "scope": "x"}]
)
def test_a_broken_service_claim_stops_no_launch(launched: Any, claim: Any) -> None:
    launch = launched({GRADES: claim, ROSTER: claim})
    assert (launch.line_items_url, launch.line_item_url, launch.grade_scopes) == (None, None, ())
    assert launch.memberships_url is None


def settings(**changes: Any) -> dict[str, Any]:
    return {
        f"{CLAIM}message_type": "LtiDeepLinkingRequest",
        f"{CLAIM}resource_link": None,
        f"{CLAIM}target_link_uri": None,
        SETTINGS: {
            "deep_link_return_url": "https://lms.example/return?course=2&sesskey=x",
            "accept_types": ["ltiResourceLink", "link"],
            "accept_presentation_document_targets": ["iframe"],
            "accept_multiple": True,
            "data": "",
            "title": "My title",
            **changes,
        },
    }


def test_a_deep_linking_request(launched: Any) -> None:
    launch = launched(settings())
    assert launch.deep_linking == DeepLinkingSettings(
        return_url="https://lms.example/return?course=2&sesskey=x",
        accept_types=("ltiResourceLink", "link"),
        accept_multiple=True,
        accept_line_item=None,
        data="",
        title="My title",
        text="",
    )
    assert launch.resource_link is None
    assert launch.target_link_uri is None
    stored = json.loads(json.dumps(launch.deep_linking.to_dict()))
    assert DeepLinkingSettings.from_dict(stored) == launch.deep_linking


DEEP_LINKING = {
    "no settings": ({SETTINGS: None}, "deep_linking_missing"),
    "settings are a list": ({SETTINGS: []}, "deep_linking_invalid"),
    "script as return address": (
        settings(deep_link_return_url="javascript:alert(1)"),
        "deep_linking_invalid",
    ),
    "http as return address": (
        settings(deep_link_return_url="http://lms.example/return"),
        "deep_linking_invalid",
    ),
    "no return address": (settings(deep_link_return_url=None), "deep_linking_invalid"),
    "no accepted types": (settings(accept_types=None), "deep_linking_invalid"),
    "accepted types are a text": (settings(accept_types="link"), "deep_linking_invalid"),
    "data is an object": (settings(data={}), "deep_linking_invalid"),
    "data is a number": (settings(data=5), "deep_linking_invalid"),
    "target on a foreign host": (
        settings() | {f"{CLAIM}target_link_uri": "https://evil.example/"},
        "target_foreign",
    ),
}


@pytest.mark.parametrize(("claims", "code"), DEEP_LINKING.values(), ids=DEEP_LINKING)
def test_a_bad_deep_linking_request_is_refused(
    launched: Any, refusal: Any, claims: dict[str, Any], code: str
) -> None:
    assert refusal(launched, settings() | claims) == code


def test_a_platform_of_development_may_take_the_answer_over_http(
    launched: Any, platform: Any
) -> None:
    registration = replace(
        platform.registration, authorization_endpoint="http://localhost:8080/auth"
    )
    url = "http://localhost:8080/return"
    launch = launched(settings(deep_link_return_url=url), registration=registration)
    assert launch.deep_linking.return_url == url


def test_a_launch_shows_no_person_in_logs(launched: Any) -> None:
    assert "Aiko" not in repr(launched({}))


def test_every_rule_has_a_code_a_status_and_a_sentence_of_its_own() -> None:
    table = rules()
    assert len(table) == len({rule.code for rule in table}) > 70
    for rule in table:
        assert rule.code == rule.code.lower()
        assert rule.code.replace("_", "").isalpha()
        assert 400 <= rule.status < 500
        assert rule.sentence.endswith(".")
        assert rule.__doc__
        assert issubclass(rule, LtiError)


def test_a_claim_of_the_other_kind_of_message_is_not_looked_at(launched: Any) -> None:
    assert launched({SETTINGS: "x"}).deep_linking is None
    assert launched(settings() | {f"{CLAIM}resource_link": {"id": None}}).resource_link is None
