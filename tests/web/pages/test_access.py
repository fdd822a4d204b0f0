"""Who may see and do what; and that every form is ours."""

from __future__ import annotations

import pytest

from lti_tool.store.models import Role

STAFF_GETS = ("course", "people", "rounds/1", "place")
STAFF_POSTS = ("roster", "rounds", "rounds/1/publish", "rounds/1/discard", "place")
LEARNER_GETS = ("partner", "profile")
LEARNER_POSTS = (
    "profile",
    "sessions",
    "sessions/1/accept",
    "sessions/1/decline",
    "sessions/1/met",
    "sessions/1/not-met",
)


@pytest.mark.parametrize("role", [Role.LEARNER, Role.OBSERVER, Role.NONE])
def test_pages_of_staff_are_for_staff(visit, make, role):
    visitor = visit(make.member(make.context(), role=role))
    pages = [visitor.open(page) for page in STAFF_GETS]
    pages += [visitor.post(page, preset="meetup") for page in STAFF_POSTS]
    for page in pages:
        assert page.status == 403
        assert "staff_only" in page.text


@pytest.mark.parametrize("role", [Role.STAFF, Role.OBSERVER, Role.NONE])
def test_pages_of_learners_are_for_learners(visit, make, role):
    visitor = visit(make.member(make.context(), role=role))
    pages = [visitor.open(page) for page in LEARNER_GETS]
    pages += [visitor.post(page) for page in LEARNER_POSTS]
    for page in pages:
        assert page.status == 403
        assert "learner_only" in page.text


@pytest.mark.parametrize("page", [*STAFF_POSTS, *LEARNER_POSTS])
def test_a_form_without_its_token_is_refused(visit, course, page):
    visitor = visit(course.staff if page in STAFF_POSTS else course.learners[0])
    other = visit(course.staff)
    for token in ("", "wrong", other.token):
        answer = visitor.post(page, csrf_token=token)
        assert answer.status == 400
        assert "form_expired" in answer.text


def test_every_form_carries_the_token(visit, course, publish):
    teacher, learner = publish(course), visit(course.learners[0])
    teacher.post("rounds", preset="meetup")
    pages = [teacher.open(page) for page in ("course", "people", "rounds/1", "rounds/2")]
    pages += [learner.open(page) for page in LEARNER_GETS]
    forms = [form for page in pages for form in page.forms]
    assert len(forms) > 6
    for form in forms:
        assert len(form.value("csrf_token")) == 64


def test_no_page_needs_inline_style_or_script(visit, course, publish):
    teacher, learner = publish(course), visit(course.learners[0])
    pages = [teacher.open(page) for page in ("course", "people", "rounds/1")]
    pages += [learner.open(page) for page in LEARNER_GETS]
    for page in pages:
        assert page.status == 200
        assert " style=" not in page.html
        assert "<style" not in page.html
        assert " onclick" not in page.html
        assert page.html.count("<script") == page.html.count('<script type="module" src="')
        assert page.html.count("<h1") == 1
        assert 'name="viewport"' in page.html
