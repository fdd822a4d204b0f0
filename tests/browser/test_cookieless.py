"""Launches in a Chromium that lets the tool keep nothing at all: no cookie, no storage."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from examples.classroom.browser import Deadline
from examples.classroom.course import read_course
from examples.classroom.set_up import activate_tool, everybody, place_tool, register_tool

COURSE = Path(__file__).with_name("course.csv")
PERSON = "Jürgen Größmann"
HOME = "You will have a partner soon"


@pytest.fixture
def activity(servers: Any) -> str:
    """The address of an activity of the tool in the classroom."""
    course = read_course(COURSE)
    tool = SimpleNamespace(invitation=lambda: servers.command("registration", "invite").split()[0])
    with everybody(servers.classroom, tool, course, Deadline(60)) as stage:
        client_id = register_tool(stage)
        activate_tool(stage, client_id)
        link, _ = place_tool(stage, client_id)
    return f"{servers.classroom}/course/activities/{link}"


def enter(browser: BrowserContext, servers: Any, activity: str) -> tuple[Page, FrameLocator]:
    page = browser.new_page()
    page.goto(f"{servers.classroom}/")
    page.get_by_role("button", name=PERSON).click()
    return page, show(page, activity)


def show(page: Page, activity: str) -> FrameLocator:
    page.goto(activity)
    return page.frame_locator("iframe[title]:visible")


def heading(place: FrameLocator | Page, words: str) -> None:
    expect(place.get_by_role("heading", level=1)).to_have_text(words, timeout=60_000)


def tell(place: FrameLocator | Page) -> None:
    """Go from page to page, and send a form."""
    place.get_by_role("link", name="Tell us about yourself").click()
    heading(place, "About me")
    place.locator("[name=teach]").fill("SQL")
    place.get_by_role("button", name="Save").first.click()
    expect(place.get_by_role("status")).to_contain_text("Saved.")


@pytest.mark.parametrize("storage_target", ["_parent", "post_message_forwarding"])
def test_the_platform_keeps_the_secret(cookieless_browser, servers, activity):
    page, frame = enter(cookieless_browser, servers, activity)
    heading(frame, HOME)
    tell(frame)
    (inside,) = [one for one in page.frames if one.url.startswith(servers.tool)]
    inside.evaluate("location.reload()")
    heading(frame, "About me")
    expect(frame.locator("[name=teach]")).to_have_value("SQL")
    stranger = cookieless_browser.new_page()
    stranger.goto(inside.url)
    heading(stranger, "This address was opened in another browser.")


def test_without_storage_a_tab_goes_on_and_the_frame_keeps_the_secret(
    cookieless_browser, servers, activity
):
    _, frame = enter(cookieless_browser, servers, activity)
    heading(frame, "Opening Peerloom")
    with cookieless_browser.expect_page() as opened:
        frame.get_by_role("button", name="Open in a new tab").click()
    tab = opened.value
    heading(tab, HOME)
    assert tab.url.startswith(servers.tool)
    tell(tab)
    tab.reload()
    heading(tab, "About me")
    expect(frame.get_by_text("Peerloom is open in a new tab.")).to_be_visible()


def test_the_frame_of_a_browser_with_cookies_opens_at_once(browser, servers, activity):
    _, frame = enter(browser, servers, activity)
    heading(frame, HOME)
    tell(frame)


@pytest.mark.parametrize("storage_target", ["_parent", "post_message_forwarding"])
def test_a_platform_that_does_not_answer_is_not_waited_for(cookieless_browser, servers, activity):
    """It names a window and does not listen there: after two seconds the tab is offered."""
    cookieless_browser.route("**/storage.js", lambda route: route.abort())
    _, frame = enter(cookieless_browser, servers, activity)
    expect(frame.get_by_role("button", name="Open in a new tab")).to_be_visible(timeout=60_000)


def test_two_courses_in_two_tabs_stay_apart(cookieless_browser, servers, activity):
    _, first = enter(cookieless_browser, servers, activity)
    second = show(cookieless_browser.new_page(), activity)
    tabs = []
    for frame in (first, second):
        with cookieless_browser.expect_page() as opened:
            frame.get_by_role("button", name="Open in a new tab").click()
        tabs.append(opened.value)
    for tab in tabs:
        heading(tab, HOME)
    assert tabs[0].url != tabs[1].url
    for tab in tabs:
        tell(tab)
