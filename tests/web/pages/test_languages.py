"""Every page in every language: nothing left in English, nothing left unfilled."""

from __future__ import annotations

import re

import pytest

from lti_tool.store.models import Role
from lti_tool.web.languages import LANGUAGES


@pytest.mark.parametrize("locale", [one for one in LANGUAGES if one != "en"])
def test_every_page_opens_in_every_language(visit, course, make, locale):
    teacher = visit(course.staff, locale=locale)
    draft = teacher.press(teacher.open("course"), "/rounds", preset="career")
    pages = [draft, teacher.press(draft, "/publish"), teacher.open("people")]
    ada, *_ = (visit(member, locale=locale) for member in course.learners)
    pages += [ada.press(ada.open("partner"), "/sessions", having="starts_at")]
    pages += [ada.open("profile")]
    pages += [visit(make.member(course.context), locale=locale).open("partner")]
    pages += [visit(make.member(course.context, role=Role.OBSERVER), locale=locale).open("")]
    for page in pages:
        assert page.status == 200
        assert f'<html lang="{locale}" dir="ltr">' in page.html
        assert not re.search(r"\b(the|your|you|with|and)\b", page.text, re.IGNORECASE)
        assert "%(" not in page.html
        assert not re.search(r"\{\w+\}", page.html)


@pytest.mark.parametrize("locale", [one for one in LANGUAGES if one != "en"])
def test_mistakes_are_explained_in_every_language(visit, course, locale):
    ada = visit(course.learners[0], locale=locale)
    page = ada.post("profile", level="9", teach="a" * 61, timezone="Mars", availability="soon")
    assert page.status == 422
    assert page.html.count('class="error"') == 4
    assert not re.search(r"\b(the|your|you|with|and)\b", page.text, re.IGNORECASE)
