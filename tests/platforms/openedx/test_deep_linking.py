"""Deep linking: staff choose in the tool, Open edX checks the signed answer and keeps it."""

from __future__ import annotations

import pytest


@pytest.fixture
def answer(platform, browser, read_form):
    """Choose as staff, up to the form that takes the answer to Open edX."""
    launch = platform.click(browser, platform.ready["staff"], choose="yes")
    choice = browser.submit(launch)
    assert choice.status_code == 200, choice.text
    assert choice.url.endswith("/place")
    form = read_form(choice)
    form.fields["title"] = "Meet your partner"
    page = browser.submit(form)
    assert page.status_code == 200, page.text
    return read_form(page)


def test_open_edx_keeps_what_staff_chose(platform, tool, browser, answer):
    assert set(answer.fields) == {"JWT"}
    saved = browser.submit(answer)
    assert saved.status_code == 200, saved.text
    (item,) = platform.state()["content_items"]
    assert item["content_type"] == "ltiResourceLink"
    assert item["attributes"]["title"] == "Meet your partner"
    assert item["attributes"]["url"].startswith(f"{tool.address}/")
    assert item["attributes"]["lineItem"]["scoreMaximum"] > 0


def test_open_edx_refuses_an_answer_that_was_changed(platform, browser, answer):
    before = platform.state()["content_items"]
    head, body, signature = answer.fields["JWT"].split(".")
    answer.fields["JWT"] = f"{head}.{body}.{signature[::-1]}"
    assert browser.submit(answer).status_code == 403
    assert platform.state()["content_items"] == before


def test_a_student_cannot_choose(platform, browser):
    page = browser.open(f"{platform.ready['issuer']}/start", user="3", choose="yes")
    assert page.status_code == 403
