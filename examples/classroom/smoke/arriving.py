"""From registration to a course whose people the tool knows."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from examples.classroom.browser import Page, StepError
from examples.classroom.set_up import (
    Stage,
    activate_tool,
    fill_in_profiles,
    place_tool,
    register_tool,
)
from examples.classroom.smoke.steps import Steps, expect_equal


def register(stage: Stage, steps: Steps) -> str:
    """See the tool register itself, and the administrator's word count."""
    with steps.step("the tool registers itself by LTI Dynamic Registration") as step:
        client_id = register_tool(stage)
        step.saw(f"client {client_id}, pending")
    with steps.step("a pending tool is not opened"):
        page = stage.instructor.open(f"/course/add/{client_id}")
        expect_equal("status", 404, page.status)
    with steps.step("the administrator activates it"):
        activate_tool(stage, client_id)
    return client_id


def place(stage: Stage, steps: Steps, client_id: str) -> str:
    """See an activity and its column come from deep linking."""
    with steps.step("the instructor adds the tool by deep linking") as step:
        link_id, title = place_tool(stage, client_id)
        step.saw(f"the activity “{title}”")
    with steps.step("the activity has a column in the gradebook") as step:
        columns = stage.instructor.open("/course/grades").root.find_all("th", scope="col")
        expect_equal("columns beside the names", 1, len(columns) - 1)
        step.saw(columns[1].text)
    return link_id


def open_as_instructor(stage: Stage, steps: Steps, link_id: str) -> None:
    """See the launch end on the course page, with cookies that a frame keeps."""
    with steps.step("the instructor opens the tool in its frame") as step:
        page = stage.instructor.open_tool(link_id)
        page.expect("Your course is not paired yet", stage.course.instructor.name)
        step.saw(page.heading)
    with steps.step("the tool's cookies are such as a third-party frame keeps") as step:
        cookies = [
            cookie
            for cookie in stage.instructor.browser.cookies()
            if cookie.domain == urlsplit(stage.tool.url).hostname
        ]
        for cookie in cookies:
            missing = [
                name
                for name in ("Partitioned", "HttpOnly")
                if not cookie.has_nonstandard_attr(name)
            ]
            if missing or not cookie.secure or cookie.get_nonstandard_attr("SameSite") != "None":
                raise StepError(f"expected SameSite=None; Secure; Partitioned, found {cookie!r}")
        if not cookies:
            raise StepError("expected a cookie of the tool, found none")
        step.saw(f"{len(cookies)} with SameSite=None; Secure; HttpOnly; Partitioned")


def read_roster(stage: Stage, steps: Steps, link_id: str, calls: Sequence[str]) -> None:
    """See all the students by Names and Roles, before any of them came."""
    total = len(stage.course.students)
    with steps.step("the roster is read by Names and Roles, page by page") as step:
        first = stage.instructor.open_tool(link_id)
        page = steps.wait_for(
            lambda: stage.instructor.browser.open(first.url),
            lambda page: f"{total} learners, read from the course" in page.text,
            f"{total} learners, read from the course",
        )
        page.expect("0 have told us about themselves")
        asked = [call for call in calls if call.startswith("/services/members")]
        starts = {parse_qs(urlsplit(call).query).get("from", ["0"])[0] for call in asked}
        expect_equal("pages of the roster that were fetched", {"0", "10", "20"}, starts)
        step.saw(f"{total} learners in {len(starts)} pages")
    with steps.step("the instructor sees who is in the course, also those without a name") as step:
        people = stage.instructor.browser.open(first.url.rsplit("/", 1)[0] + "/people")
        shown = _names_in_table(people)
        expect_equal("people in the list", total, len(shown))
        known = {" ".join(student.name.split()) for student in stage.course.students} - {""}
        if not known <= set(shown):
            raise StepError(f"expected everybody, {sorted(known - set(shown))} not found")
        people.expect_not("@bootcamp.example")
        step.saw(f"{len(shown)} rows, among them {', '.join(sorted(set(shown) - known))}")


def fill_in(stage: Stage, steps: Steps, link_id: str) -> dict[str, str]:
    """See every student save a profile; give what the tool calls them, by id."""
    total = len(stage.course.students)
    with steps.step("every student opens the tool and saves a profile") as step:
        names = fill_in_profiles(stage, link_id)
        expect_equal("different names in the tool", total, len(set(names.values())))
        page = stage.instructor.open_tool(link_id)
        page.expect(f"{total} have told us about themselves")
        step.saw(f"{total} of {total}")
    return names


def _names_in_table(page: Page) -> list[str]:
    return [cell.text for cell in page.root.find_all("th", scope="row")]
