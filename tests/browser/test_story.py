"""The whole story, as people live it: inside the LMS's frame, with third-party cookies blocked."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Frame,
    FrameLocator,
    Page,
    Request,
    Response,
    expect,
)

INSTRUCTOR = "Renate Vogel-Ümit"
JUERGEN, ZOE = "Jürgen Größmann", "Zoë Lindqvist"
ANSWERS = ("teach", "learn", "topics", "timezone", "availability")
with Path(__file__).with_name("course.csv").open(encoding="utf-8", newline="") as file:
    PROFILES = {
        row["name"]: {name: row[name] for name in ANSWERS}
        for row in csv.DictReader(file)
        if row["teach"]
    }
WIDE, NARROW = 1000, 320
PATIENCE = 30
# A frame of another site cannot be examined through the page around it; each is examined alone.
AXE_OPTIONS = {"resultTypes": ["violations"], "iframes": False}
# What would move, and so be between two colours when it is examined.
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
}).map((element) => element.outerHTML)"""
REPORT_REFUSALS = """
document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`refused by ${event.violatedDirective}: ${event.blockedURI}`));
"""


class Walk:
    """One browser window that walks through classroom and tool and looks closely at each page."""

    def __init__(self, context: BrowserContext, classroom: str, tool: str) -> None:
        self.page: Page = context.new_page()
        self.classroom = classroom
        self.tool = tool
        self.faults: list[str] = []
        context.add_init_script(REPORT_REFUSALS)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("response", self._receive)
        context.on("requestfailed", self._miss)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"console: {message.text}")

    def _receive(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _miss(self, request: Request) -> None:
        # Going on before a picture has come is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.url}")

    @property
    def tool_page(self) -> FrameLocator:
        """What is inside the frame."""
        return self.page.frame_locator("iframe")

    def heading(self, words: str) -> None:
        """Wait until the tool's page has this heading."""
        expect(self.tool_page.get_by_role("heading", level=1)).to_have_text(words)

    def press(self, button: str) -> None:
        """Press a button of the tool's page."""
        self.tool_page.get_by_role("button", name=button).first.click()

    def follow(self, link: str) -> None:
        """Follow a link of the tool's page."""
        self.tool_page.get_by_role("link", name=link).first.click()

    def become(self, person: str) -> None:
        """Be somebody else in the classroom."""
        self.page.goto(f"{self.classroom}/")
        self.page.get_by_role("button", name=person).click()

    def open_tool(self, person: str) -> None:
        """Open the activity as somebody."""
        self.become(person)
        self.page.get_by_role("main").get_by_role("link", name="Peer").click()

    def look(self, *, at_the_tool: bool = True) -> None:
        """Look at the page in both widths, light and dark: accessible, and nothing sticks out."""
        frames = [self.page.main_frame]
        if at_the_tool:
            # A page that waits for the roster loads itself again, and would do so in between.
            reloading = self.tool_page.locator("script[src*='waiting.js']")
            expect(reloading).to_have_count(0, timeout=PATIENCE * 1000)
            element = self.page.wait_for_selector("iframe")
            inside = element.content_frame() if element else None
            assert inside is not None
            frames.append(inside)
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for frame in frames:
                    self._examine(frame, f"{frame.url} at {width} px, {scheme}")
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        self.page.emulate_media(color_scheme="light")

    def _examine(self, frame: Frame, where: str) -> None:
        sticks_out = frame.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sticks_out <= 0, f"{where}: {sticks_out} px too wide"
        moving = frame.evaluate(MOVING)
        assert not moving, f"{where}: {moving} move, though less motion was asked for"
        results = Axe().run(frame, options=AXE_OPTIONS)
        assert results.violations_count == 0, f"{where}: {results.generate_report()}"


@pytest.fixture
def walk(browser, servers):
    walk = Walk(browser, servers.classroom, servers.tool)
    yield walk
    assert walk.faults == []


def test_from_an_empty_classroom_to_a_session_that_was_held(walk, servers):
    register(walk, servers)
    place(walk)
    for person, answers in PROFILES.items():
        tell(walk, person, answers)
    pair(walk)
    agree_and_meet(walk)
    see_it_counted(walk)


def register(walk: Walk, servers) -> None:
    """The administrator pastes one link, and the two register each other."""
    link = servers.command("registration", "invite").split()[0]
    walk.become(INSTRUCTOR)
    walk.page.get_by_role("link", name="Tools").click()
    walk.page.get_by_label("Registration address of the tool").fill(link)
    walk.page.get_by_role("button", name="Register").click()
    expect(walk.tool_page.get_by_role("heading", level=1)).to_be_visible()
    walk.look()
    walk.press("Close")
    walk.page.get_by_role("button", name="Activate").click()
    expect(walk.page.get_by_role("button", name="Stop")).to_be_visible()


def place(walk: Walk) -> None:
    """The instructor puts Peerloom into the course, with a column in the gradebook."""
    walk.page.get_by_role("link", name="Course", exact=True).click()
    walk.page.get_by_role("link", name="Add an activity").click()
    walk.page.get_by_role("link", name="Choose in").click()
    walk.heading("Add Peerloom to your course")
    walk.look()
    walk.tool_page.get_by_label("Title in the course").fill("Peer mentoring")
    walk.press("Continue")
    expect(walk.tool_page.get_by_text("Added to the course")).to_be_visible()
    walk.follow("Back to the course")
    expect(walk.page.get_by_role("link", name="Peer mentoring")).to_be_visible()


def tell(walk: Walk, person: str, answers: dict[str, str]) -> None:
    """A student says what they bring, look for, and when they are free."""
    walk.open_tool(person)
    walk.heading("You will have a partner soon")
    is_first = person == JUERGEN
    if is_first:
        walk.look()
    walk.follow("Tell us about yourself")
    walk.heading("About me")
    if is_first:
        walk.look()
    for name, value in answers.items():
        field = walk.tool_page.locator(f"[name={name}]")
        if name == "timezone":
            field.select_option(value)
        else:
            field.fill(value)
    walk.press("Save")
    expect(walk.tool_page.get_by_role("status")).to_contain_text("Saved.")
    if is_first:
        walk.look()


def pair(walk: Walk) -> None:
    """The instructor pairs the course, reads the reasons and the certificate, and publishes."""
    walk.open_tool(INSTRUCTOR)
    walk.heading("Your course is not paired yet")
    expect(walk.tool_page.get_by_role("button", name="Pair 5 learners")).to_be_visible()
    expect(walk.tool_page.get_by_text("4 have told us about themselves")).to_be_visible()
    walk.look()
    walk.follow("People")
    walk.heading("People")
    walk.look()
    walk.follow("Your pairs")
    walk.tool_page.get_by_role("radio", name="Bootcamp").check()
    walk.press("Pair 5 learners")
    walk.heading("Round 1: the draft")
    expect(walk.tool_page.get_by_role("heading", name="The certificate")).to_be_visible()
    expect(walk.tool_page.get_by_role("img", name="How well the groups fit")).to_be_visible()
    groups = walk.tool_page.locator(".groups > li")
    expect(groups).to_have_count(2)
    theirs = groups.filter(has_text=JUERGEN)
    expect(theirs).to_contain_text(ZOE)
    expect(theirs.locator(".reasons li").first).to_be_visible()
    expect(groups.filter(has_text="Łukasz Żuławski")).to_contain_text("Trio")
    walk.look()
    walk.press("Publish 2 groups")
    walk.heading("How your pairs are doing")
    walk.look()


def agree_and_meet(walk: Walk) -> None:
    """Two students find a time, and both say that they met."""
    walk.open_tool(JUERGEN)
    walk.heading(f"Your partner is {ZOE}")
    expect(walk.tool_page.get_by_role("heading", name="Why you two")).to_be_visible()
    expect(walk.tool_page.locator(".reasons li").first).to_be_visible()
    walk.look()
    walk.press("Propose this time")
    expect(walk.tool_page.get_by_text(f"Waiting for {ZOE}")).to_be_visible()
    walk.look()

    walk.open_tool(ZOE)
    walk.heading(f"Your partner is {JUERGEN}")
    expect(walk.tool_page.get_by_text(f"{JUERGEN} proposes a time")).to_be_visible()
    walk.look()
    walk.press("Accept this time")
    expect(walk.tool_page.get_by_text("Agreed", exact=True)).to_be_visible()
    walk.look()
    walk.press("We met")
    expect(walk.tool_page.get_by_text(f"Waiting for {JUERGEN} to say so too")).to_be_visible()
    walk.look()

    walk.open_tool(JUERGEN)
    expect(walk.tool_page.get_by_text("Held: 0 of")).to_be_visible()
    walk.press("We met")
    expect(walk.tool_page.get_by_text("Held: 1 of")).to_be_visible()
    walk.look()


def see_it_counted(walk: Walk) -> None:
    """The instructor sees the session, and the gradebook shows it."""
    walk.open_tool(INSTRUCTOR)
    walk.heading("How your pairs are doing")
    theirs = walk.tool_page.locator(".groups > li").filter(has_text=JUERGEN)
    expect(theirs).to_contain_text("Has met")
    walk.look()
    walk.page.get_by_role("link", name="Grades").click()
    row = walk.page.get_by_role("row").filter(has_text=JUERGEN)
    deadline = time.monotonic() + PATIENCE
    while "–" in row.inner_text() and time.monotonic() < deadline:
        # The worker sends it in its own time.
        walk.page.reload()
    expect(row.get_by_role("cell")).to_have_text(re.compile(r"^[1-9]"))
    walk.look(at_the_tool=False)
