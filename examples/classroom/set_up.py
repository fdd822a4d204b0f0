"""Bring the tool into the course, and the students to their profiles, all over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from examples.classroom.browser import Browser, Deadline, Page, StepError
from examples.classroom.course import Course, Person
from examples.classroom.processes import ToolProcess


@dataclass(slots=True)
class Visitor:
    """A person of the course with a browser of their own."""

    person: Person
    browser: Browser
    classroom_url: str

    def sign_in(self) -> Page:
        """Say who you are on the front page."""
        front = self.browser.open(f"{self.classroom_url}/")
        return self.browser.submit(front, "/sign-in", self.person.id)

    def open(self, path: str) -> Page:
        """Open a page of the classroom."""
        return self.browser.open(f"{self.classroom_url}{path}")

    def open_tool(self, link_id: str) -> Page:
        """Open the activity's page, then the tool in its frame."""
        return self.browser.open_frame(self.open(f"/course/activities/{link_id}"))


@dataclass(frozen=True, slots=True)
class Stage:
    """Both servers and everybody in front of their browsers."""

    classroom_url: str
    tool: ToolProcess
    course: Course
    deadline: Deadline
    visitors: dict[str, Visitor]

    @property
    def instructor(self) -> Visitor:
        """The instructor."""
        return self.visitors[self.course.instructor.id]

    @property
    def students(self) -> list[Visitor]:
        """All the students."""
        return [self.visitors[student.id] for student in self.course.students]


@contextmanager
def everybody(
    classroom_url: str, tool: ToolProcess, course: Course, deadline: Deadline
) -> Iterator[Stage]:
    """Give each person of the course a browser while the block runs."""
    with ExitStack() as stack:
        visitors = {}
        for person in course.people.values():
            browser = Browser(deadline)
            stack.callback(browser.close)
            visitors[person.id] = Visitor(person, browser, classroom_url)
        yield Stage(classroom_url, tool, course, deadline, visitors)


def register_tool(stage: Stage) -> str:
    """Register the tool by LTI Dynamic Registration, as an administrator does.

    Returns
    -------
    str
        The tool's client id. It is pending.
    """
    admin = stage.instructor
    admin.sign_in()
    page = admin.open("/admin")
    frame = admin.browser.submit(page, "/admin/register", url=stage.tool.invitation())
    answer = admin.browser.open_frame(frame)
    if answer.status != 200:
        raise StepError(f"expected the tool to register, found “{answer.text[:300]}”")
    tools = admin.open("/admin")
    tools.expect("pending")
    form = tools.form("/activate")
    return form.attributes["action"].split("/")[-2]


def activate_tool(stage: Stage, client_id: str) -> None:
    """Allow the registered tool."""
    admin = stage.instructor
    page = admin.browser.submit(admin.open("/admin"), f"/{client_id}/activate")
    page.expect("active")
    page.expect_not("pending")


def place_tool(stage: Stage, client_id: str) -> tuple[str, str]:
    """Put the tool into the course by deep linking.

    Returns
    -------
    tuple
        The id of the new activity, and its title.
    """
    instructor = stage.instructor
    choose = instructor.open(f"/course/add/{client_id}")
    page = instructor.browser.open_frame(choose)
    sending = instructor.browser.submit(page, "/place")
    # The form with the tool's signed answer goes back to the classroom.
    done = instructor.browser.submit(sending, sending_form(sending))
    done.expect("Added to the course")
    course = instructor.open("/course")
    links = [
        link
        for link in course.root.find_all("a")
        if "/course/activities/" in link.attributes.get("href", "")
    ]
    if len(links) != 1:
        raise StepError(f"expected one activity in the course, found {len(links)}")
    return links[0].attributes["href"].rsplit("/", 1)[1], links[0].text


def sending_form(page: Page) -> str:
    """Find where the tool's answer to a deep linking request is posted to."""
    for form in page.root.find_all("form"):
        if form.find_all("input", name="JWT"):
            return form.attributes["action"]
    raise StepError(f"expected a form with the field JWT on {page.url}, found “{page.heading}”")


def fill_in_profiles(stage: Stage, link_id: str) -> dict[str, str]:
    """Let every student open the tool and fill in their profile.

    Returns
    -------
    dict
        What the tool calls each person, by their id in the course.
    """

    def tell(student: Visitor) -> tuple[str, str]:
        student.sign_in()
        first = student.open_tool(link_id)
        page = student.browser.open(first.url.rsplit("/", 1)[0] + "/profile")
        profile = {name: value for name, value in student.person.profile.items() if value}
        saved = student.browser.submit(page, "/profile", **profile)
        saved.expect("Saved.")
        return student.person.id, shown_name(saved)

    # A few at once, as in a lesson; the tool has eight threads.
    with ThreadPoolExecutor(4) as pool:
        return dict(pool.map(tell, stage.students))


def shown_name(page: Page) -> str:
    """Read what the tool calls the person: those without a name get a label from it."""
    found = re.search(r"You are here as (.+?)\.$", page.text)
    if found is None:
        raise StepError(f"expected “You are here as …” on {page.url}, found “{page.text[-200:]}”")
    return found[1]
