"""Services, notices and reviews that a launch tells of."""

from __future__ import annotations

from typing import Any

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
GROUP_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
NOTICES = f"{CLAIM}platformnotificationservice"
NOTICE_SCOPE = "https://purl.imsglobal.org/spec/lti/scope/noticehandlers"


@pytest.fixture
def launched(platform: Any) -> Any:
    return lambda claims: platform.launch(platform.sign({**platform.claims(), **claims}))


def test_the_groups_of_the_course(launched: Any) -> None:
    launch = launched(
        {
            GROUPS: {
                "scope": [GROUP_SCOPE],
                "context_groups_url": "https://lms.example/groups",
                "context_group_sets_url": "https://lms.example/sets",
                "service_versions": ["1.0"],
            }
        }
    )
    assert launch.groups_url == "https://lms.example/groups"
    assert launch.group_sets_url == "https://lms.example/sets"


def test_the_notices_of_canvas(launched: Any) -> None:
    launch = launched(
        {
            NOTICES: {
                "service_versions": ["1.0"],
                "platform_notification_service_url": "https://c.example/api/lti/notice-handlers/5",
                "scope": [NOTICE_SCOPE],
                "notice_types_supported": ["LtiHelloWorldNotice", "LtiContextCopyNotice"],
            }
        }
    )
    assert launch.notices_url == "https://c.example/api/lti/notice-handlers/5"
    assert launch.notice_types == ("LtiHelloWorldNotice", "LtiContextCopyNotice")


@pytest.mark.parametrize(
    "claim",
    [
        [],
        "x",
        None,
        {},
        {"scope": []},
        {"scope": [GROUP_SCOPE, NOTICE_SCOPE], "context_groups_url": "javascript:1"},
    ],
)
def test_a_broken_claim_of_a_service_stops_no_launch(launched: Any, claim: Any) -> None:
    launch = launched({GROUPS: claim, NOTICES: claim})
    assert (launch.groups_url, launch.group_sets_url) == (None, None)
    assert (launch.notices_url, launch.notice_types) == (None, ())


def test_services_that_we_may_not_use_are_left_out(launched: Any) -> None:
    url = "https://lms.example/service"
    launch = launched(
        {
            GROUPS: {"scope": [], "context_groups_url": url, "context_group_sets_url": url},
            NOTICES: {
                "scope": [],
                "platform_notification_service_url": url,
                "notice_types_supported": ["x"],
            },
        }
    )
    assert (launch.groups_url, launch.group_sets_url) == (None, None)
    assert (launch.notices_url, launch.notice_types) == (None, ())


def test_a_review_of_somebodys_work(launched: Any) -> None:
    """As Moodle sends it, with and without the link."""
    review = {
        f"{CLAIM}message_type": "LtiSubmissionReviewRequest",
        f"{CLAIM}for_user": {"user_id": "5"},
    }
    assert launched(review).reviewed_subject == "5"
    launch = launched(review | {f"{CLAIM}resource_link": None})
    assert (launch.reviewed_subject, launch.resource_link) == ("5", None)
    assert launch.message_type == "LtiSubmissionReviewRequest"


@pytest.mark.parametrize("for_user", [None, {}, [], "5", {"user_id": ""}, {"user_id": 5}])
def test_a_review_of_nobodys_work_is_refused(launched: Any, refusal: Any, for_user: Any) -> None:
    review = {
        f"{CLAIM}message_type": "LtiSubmissionReviewRequest",
        f"{CLAIM}for_user": for_user,
    }
    assert refusal(launched, review) == "reviewed_user_missing"


@pytest.mark.parametrize("for_user", [{"user_id": "5"}, {"user_id": 5}, "x"])
def test_for_whom_a_launch_is_counts_in_reviews_only(launched: Any, for_user: Any) -> None:
    assert launched({f"{CLAIM}for_user": for_user}).reviewed_subject is None
