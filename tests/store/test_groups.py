"""Sections: which groups of a person count, and that a policy pairs within them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.store import rounds, tenancy
from lti_tool.store.engine import writing
from lti_tool.store.groups import (
    CourseGroup,
    CourseGroupSet,
    group_sets,
    keep_groups,
    section,
)
from lti_tool.store.models import Context, Membership, Role
from peerloom import PRESETS, pair

LABS = (
    CourseGroup(id="10", name="Lab 10", sets=("labs",)),
    CourseGroup(id="2", name="Lab 2", sets=("labs",)),
    CourseGroup(id="7", name="Blue", sets=("projects",)),
    CourseGroup(id="8", name="", sets=("projects", "labs")),
)
SETS = (CourseGroupSet(id="projects", name="Projects"), CourseGroupSet(id="labs", name="Labs"))


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, writing(session):
        yield session


@pytest.fixture
def context(session: Session, clock: Any) -> Context:
    registration = tenancy.add_registration(
        session,
        now=clock(),
        issuer="https://lms.example",
        client_id="c",
        authorization_endpoint="https://lms.example/auth",
        token_endpoint="https://lms.example/token",
        jwks_uri="https://lms.example/keys",
        deployment_id="d",
    )
    return tenancy.enter_context(session, registration.deployments[0], context_id="course")


def member(context: Context, groups: Sequence[str] | None) -> Membership:
    return Membership(id=1, context=context, groups=None if groups is None else list(groups))


@pytest.mark.parametrize(
    ("groups", "chosen", "expected"),
    [
        (None, None, ""),
        ([], None, ""),
        (["7"], None, "Blue"),
        (["10", "2"], None, "Lab 2"),
        (["10", "7"], "labs", "Lab 10"),
        (["10", "7"], "projects", "Blue"),
        (["7"], "labs", ""),
        (["8"], "labs", "8"),
        (["unknown"], None, "unknown"),
        (["unknown"], "labs", ""),
        (["10", "7"], "gone", ""),
    ],
)
def test_the_section_of_a_person(groups: Any, chosen: str | None, expected: str) -> None:
    context = Context()
    keep_groups(context, LABS, SETS)
    context.group_set = chosen
    assert section(member(context, groups)) == expected


def test_sections_that_only_have_names() -> None:
    """Canvas tells names of sections, and no catalogue of them."""
    assert section(member(Context(), ["Tuesday", "Monday, early"])) == "Monday, early"


@given(groups=st.lists(st.text(min_size=1, max_size=8), max_size=6))
def test_the_order_in_which_a_platform_tells_groups_does_not_count(groups: list[str]) -> None:
    context = Context()
    found = section(member(context, groups))
    assert found == section(member(context, groups[::-1]))
    assert found in groups or (found, groups) == ("", [])


def test_the_sets_to_choose_from() -> None:
    context = Context()
    assert group_sets(context) == ()
    keep_groups(context, LABS, SETS)
    assert group_sets(context) == SETS
    context.group_set = "labs"
    keep_groups(context, LABS, SETS[:1])
    assert context.group_set is None
    keep_groups(context, LABS, SETS)
    context.group_set = "labs"
    keep_groups(context, (), SETS)
    assert context.group_set == "labs"


def test_a_policy_pairs_within_sections(session: Session, context: Context) -> None:
    for number in range(8):
        tenancy.enter_member(
            session,
            context,
            subject=f"s{number}",
            role=Role.LEARNER,
            groups=["Lab 1" if number % 2 else "Lab 2"],
        )
    people = [rounds.as_member(one) for one in rounds.learners(session, context.id)]
    assert {one.section for one in people} == {"Lab 1", "Lab 2"}
    policy = replace(PRESETS["bootcamp"], same=("section",))
    by_id = {one.id: one.section for one in people}
    for group in pair(people, policy=policy).groups:
        assert len({by_id[one] for one in group.members}) == 1


def test_a_section_is_what_the_platform_says(session: Session, context: Context) -> None:
    one = tenancy.enter_member(
        session, context, subject="ada", role=Role.LEARNER, groups=["x" * 255]
    )
    one.profile = {"section": "typed by somebody", "level": 2}
    assert rounds.as_member(one).section == "x" * 200
    one.groups = None
    assert rounds.as_member(one).section == ""
