"""From Pair to published groups."""

from __future__ import annotations

import re
from dataclasses import dataclass

from examples.classroom.browser import Page, StepError
from examples.classroom.html_page import Element
from examples.classroom.set_up import Stage
from examples.classroom.smoke.steps import Steps, expect_equal

Group = frozenset[str]
"""The ids of the people in a group."""


@dataclass(frozen=True, slots=True)
class _Shown:
    people: Group
    is_trio: bool
    reasons: list[str]


def draft(stage: Stage, steps: Steps, link_id: str, names: dict[str, str]) -> list[Group]:
    """Pair, and see the draft with its reasons and its certificate."""
    with steps.step("the instructor presses Pair and sees the draft") as step:
        course = stage.instructor.open_tool(link_id)
        page = stage.instructor.browser.submit(course, "/rounds", preset="bootcamp")
        page.expect("the draft", "Nobody sees it before you publish.")
        shown = [_read_group(entry, names) for entry in _entries(page)]
        sizes = sorted(len(group.people) for group in shown)
        expect_equal("sizes of the groups", [2] * 11 + [3], sizes)
        expect_equal("marked as trio", 1, sum(group.is_trio for group in shown))
        step.saw(f"{len(shown)} groups, one of them a trio")
    with steps.step("everybody is in exactly one group") as step:
        seats = sorted(person for group in shown for person in group.people)
        expect_equal("people in the groups", sorted(names), seats)
        step.saw(f"{len(seats)} people")
    with steps.step("every group has its reasons"):
        for group in shown:
            if not group.reasons:
                raise StepError(f"expected reasons for {_called(group.people, names)}, found none")
    with steps.step("the certificate says total, limit and gap") as step:
        page.expect("The certificate", "The total score is", "Lowest score of a group")
        step.saw(f"certificate gap {_gap(page):.2f} %")
    return [group.people for group in shown]


def look_before(stage: Stage, steps: Steps, link_id: str, groups: list[Group]) -> None:
    """See that the draft is the instructor's alone."""
    with steps.step("no student sees the draft") as step:
        for student in stage.students:
            page = student.open_tool(link_id)
            page.expect("You will have a partner soon")
            page.expect_not("Your partner is", "Why you two")
        step.saw(f"{len(stage.students)} looked, before {len(groups)} groups are published")


def publish(stage: Stage, steps: Steps, link_id: str) -> None:
    """Publish the draft."""
    with steps.step("the instructor publishes") as step:
        course = stage.instructor.open_tool(link_id)
        course.expect("Your groups are ready to look at")
        links = [
            link.attributes["href"]
            for link in course.root.find_all("a")
            if link.attributes.get("href", "").endswith("/rounds/1")
        ]
        if not links:
            raise StepError("expected a link to the draft on the course page, found none")
        browser = stage.instructor.browser
        draft_page = browser.open(stage.tool.url + links[0])
        page = browser.submit(draft_page, "/publish")
        page.expect("How your pairs are doing", "0 of 12 groups have met at least once.")
        step.saw(page.heading)


def look_after(
    stage: Stage, steps: Steps, link_id: str, groups: list[Group], names: dict[str, str]
) -> dict[str, Page]:
    """See that each student sees the right partner, and why; give the pages by id."""
    pages = {}
    with steps.step("each student sees the right partner") as step:
        for student in stage.students:
            own = student.person.id
            mates = next(group for group in groups if own in group) - {own}
            page = student.open_tool(link_id)
            page.expect("Your partners are" if len(mates) > 1 else "Your partner is")
            found = _people_in(page.heading, names)
            if found != mates:
                raise StepError(
                    f"expected {names[own]} to see {_called(mates, names)}, found “{page.heading}”"
                )
            page.expect_not("@bootcamp.example")
            pages[own] = page
        step.saw(f"{len(pages)} of {len(stage.students)}")
    with steps.step("each student sees why") as step:
        reasons = [_reasons(page.root) for page in pages.values()]
        if not all(reasons):
            raise StepError("expected a reason on each page, found a page without one")
        step.saw(f"for example “{reasons[0][0]}”")
    return pages


def _entries(page: Page) -> list[Element]:
    lists = page.root.find_all("ul", class_="groups")
    return [child for one in lists for child in one.children if isinstance(child, Element)]


def _read_group(entry: Element, names: dict[str, str]) -> _Shown:
    headings = entry.find_all("h3")
    people = _people_in(headings[0].text if headings else "", names)
    badges = {badge.text for badge in entry.find_all("span", class_="badge")}
    return _Shown(people, "Trio" in badges, _reasons(entry))


def _reasons(root: Element) -> list[str]:
    lists = root.find_all("ul", class_="reasons")
    return [entry.text for one in lists for entry in one.find_all("li") if entry.text]


def _people_in(text: str, names: dict[str, str]) -> Group:
    return frozenset(person for person, name in names.items() if name in text)


def _called(people: Group, names: dict[str, str]) -> str:
    return " and ".join(sorted(names[person] for person in people))


def _gap(page: Page) -> float:
    """Read the gap in per cent: nothing is missing where the total is proven to be the best."""
    if "it is proven that none is higher" in page.text:
        return 0.0
    found = re.search(r"so at most ([\d.]+) % are missing", page.text)
    if found is None:
        raise StepError(f"expected a proven limit in the certificate, found “{page.text[:400]}”")
    return float(found[1])
