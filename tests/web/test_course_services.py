"""What a launch tells of its course beside the names: kept where it is news, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_tool.store import models
from lti_tool.store.columns import forget_column

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
GROUP_SCOPE = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"


def test_a_launch_tells_the_services_of_its_course(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    items, groups = "https://c.example/items?t=1", "https://c.example/groups"
    results = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
    told = {
        AGS: {"scope": [ITEM_SCOPE, SCORE_SCOPE, results], "lineitems": items},
        GROUPS: {"scope": [GROUP_SCOPE], "context_groups_url": groups},
    }
    platform.launch(client, **told)
    context = database.scalars(select(models.Context)).one()
    assert (context.line_items_url, context.reads_results) == (items, True)
    assert (context.groups_url, context.group_sets_url) == (groups, None)
    # A placement that tells nothing changes nothing; less rights are news.
    platform.launch(client)
    platform.launch(
        client, **{AGS: {"scope": [ITEM_SCOPE, SCORE_SCOPE], "lineitems": f"{items}&u=2"}}
    )
    database.refresh(context)
    assert (context.line_items_url, context.reads_results) == (f"{items}&u=2", False)
    assert context.groups_url == groups


@pytest.mark.parametrize("scope", [SCORE_SCOPE, ITEM_SCOPE])
def test_services_that_we_may_not_use_are_not_kept(
    client: FlaskClient, platform: Any, database: Session, scope: str
) -> None:
    platform.launch(
        client,
        **{
            AGS: {"scope": [scope], "lineitems": "https://c.example/items"},
            GROUPS: {"scope": [], "context_groups_url": "https://c.example/groups"},
        },
    )
    context = database.scalars(select(models.Context)).one()
    assert (context.line_items_url, context.groups_url) == (None, None)


def test_a_launch_tells_copies_groups_and_the_family_of_its_platform(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    """As Moodle resolves our variables."""
    about = {
        f"{LTI}tool_platform": {"product_family_code": "moodle", "guid": "g"},
        f"{LTI}custom": {"peerloom_history": "course-1,7,5", "peerloom_groups": "12,31"},
    }
    platform.launch(client, **about)
    member = database.scalars(select(models.Membership)).one()
    assert member.context.deployment.registration.product_family == "moodle"
    assert member.context.history == ["7", "5"]
    assert member.groups == ["12", "31"]
    platform.launch(client, **{f"{LTI}tool_platform": {"product_family_code": "canvas"}})
    database.refresh(member)
    assert member.groups == ["12", "31"]
    assert member.context.deployment.registration.product_family == "moodle"
    assert member.context.history == ["7", "5"]
    platform.launch(client, **{f"{LTI}custom": {"peerloom_groups": ""}})
    database.refresh(member)
    assert member.groups == []


@pytest.mark.parametrize(
    ("told", "points"),
    [("20", 20), ("0", None), ("101", None), ("ten", None), ("-5", None), ("$x", None), (5, 5)],
)
def test_a_link_remembers_the_column_that_the_teacher_asked_for(
    client: FlaskClient, platform: Any, database: Session, told: Any, points: int | None
) -> None:
    platform.launch(client, **{f"{LTI}custom": {"peerloom_points": told}})
    assert database.scalars(select(models.Context)).one().column_points == points


def test_a_column_that_was_taken_out_is_not_asked_for_again_by_its_link(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    for points in (20, 0):
        platform.launch(client, **{f"{LTI}custom": {"peerloom_points": "20"}})
        context = database.scalars(select(models.Context)).one()
        assert context.column_points == points
        forget_column(database, context, "https://c.example/1")
        database.commit()


def test_a_submission_review_opens_for_whoever_may_come_in(
    client: FlaskClient, platform: Any, database: Session
) -> None:
    review = {f"{LTI}message_type": "LtiSubmissionReviewRequest", f"{LTI}for_user": {}}
    assert platform.launch(client, **review).status_code == 400
    review[f"{LTI}for_user"] = {"user_id": "subject-9"}
    assert platform.launch(client, **review).status_code == 303
    # Nobody is entered by being named.
    assert database.scalars(select(models.User.subject)).all() == ["subject-1"]
