"""From a proposed time to a session that counts, and to the gradebook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from examples.classroom.browser import Page, StepError
from examples.classroom.set_up import Stage, Visitor
from examples.classroom.smoke.pairing import Group
from examples.classroom.smoke.steps import Steps, expect_equal


def agree_on_a_time(
    stage: Stage,
    steps: Steps,
    link_id: str,
    groups: list[Group],
    names: dict[str, str],
    pages: dict[str, Page],
) -> tuple[list[str], list[str]]:
    """See a pair agree on an offered slot, and the trio on a time of its own."""
    with_slots = [
        group
        for group in groups
        if len(group) == 2 and all(_slots(pages[person]) for person in group)
    ]
    with steps.step("slots are proposed from both calendars, the same for both") as step:
        if not with_slots:
            raise StepError("expected a pair with proposed slots, found none")
        pair = sorted(with_slots[0])
        # Again, because on the half hour the second page may already offer later slots.
        first, second = steps.wait_for(
            lambda: [_slots(stage.visitors[person].open_tool(link_id)) for person in pair],
            lambda slots: slots[0] == slots[1],
            "the same slots on both pages",
        )
        called = " and ".join(names[person] for person in pair)
        step.saw(f"{len(first)} slots for {called}")
    with steps.step("one proposes a slot"):
        _propose(stage.visitors[pair[0]], link_id, starts_at=second[0])
    _agree(stage, steps, link_id, pair, names)

    trio = sorted(next(group for group in groups if len(group) == 3))
    with steps.step("the trio's first member proposes a time of their own"):
        local = datetime.now(UTC) + timedelta(days=3)
        _propose(stage.visitors[trio[0]], link_id, local_time=f"{local:%Y-%m-%d}T12:00")
    _agree(stage, steps, link_id, trio, names)
    return pair, trio


def meet(stage: Stage, steps: Steps, link_id: str, group: list[str], held: int) -> None:
    """See that a session counts only when everybody has said "we met".

    Parameters
    ----------
    held
        How many sessions the course has held after this one.
    """
    kind = "trio" if len(group) == 3 else "pair"
    *first, last = (stage.visitors[person] for person in group)
    with steps.step(f"not everybody of the {kind} says “we met”: it does not count yet") as step:
        for visitor in first:
            page = visitor.browser.submit(visitor.open_tool(link_id), "/met")
            page.expect("You said that you met. Waiting for", "Held: 0 of")
        _expect_held(stage, link_id, held - 1)
        step.saw(f"{len(first)} of {len(group)} said it")
    with steps.step(f"everybody of the {kind} says it: the session is held"):
        last.browser.submit(last.open_tool(link_id), "/met").expect("Held: 1 of")
        for visitor in first:
            visitor.open_tool(link_id).expect("Held: 1 of")
    with steps.step("the instructor's page shows it") as step:
        page = _expect_held(stage, link_id, held)
        step.saw(next(p.text for p in page.root.find_all("p", class_="lead")))


def see_scores(stage: Stage, steps: Steps, people: list[str], calls: Sequence[str]) -> None:
    """See the points of those who met in the classroom's gradebook, and of nobody else."""
    with steps.step("the gradebook gets the scores of those who met") as step:
        page = steps.wait_for(
            lambda: stage.instructor.open("/course/grades"),
            lambda page: len(_points(page)) >= len(people),
            f"points for {len(people)} people",
        )
        points = _points(page)
        expect_equal("people with points", sorted(people), sorted(points))
        sent = [call for call in calls if "/scores" in call]
        if not sent or not all(float(value) > 0 for value in points.values()):
            raise StepError(f"expected points above 0 by the score service, found {points}")
        step.saw(f"{len(points)} students, {', '.join(sorted(set(points.values())))} points each")


def _propose(visitor: Visitor, link_id: str, **when: str) -> None:
    page = visitor.open_tool(link_id)
    ending = "/sessions"
    forms = [
        form
        for form in page.root.find_all("form")
        if form.attributes.get("action", "").endswith(ending)
        and any(e.attributes.get("name") in when for e in form.walk())
    ]
    if not forms:
        raise StepError(f"expected a form that takes {', '.join(when)}, found none on {page.url}")
    visitor.browser.submit_form(page, forms[0], **when).expect("A time is proposed.")


def _agree(
    stage: Stage, steps: Steps, link_id: str, group: list[str], names: dict[str, str]
) -> None:
    with steps.step("the others see the proposal and accept: the time is agreed") as step:
        for person in group[1:]:
            visitor = stage.visitors[person]
            page = visitor.open_tool(link_id)
            page.expect(f"{names[group[0]]} proposes a time.")
            visitor.browser.submit(page, "/accept")
        times = set()
        for person in group:
            page = stage.visitors[person].open_tool(link_id)
            page.expect("You meet on", "Agreed")
            times.add(_moment(page))
        expect_equal("different moments that the group was told", 1, len(times))
        step.saw(f"{len(group)} people, {times.pop()}")


def _moment(page: Page) -> str:
    """Read the moment of the next session, which is the same in every time zone."""
    moments = [
        element.attributes["datetime"]
        for section in page.root.find_all("section")
        if section.attributes.get("aria-labelledby") == "next-session"
        for element in section.find_all("time")
    ]
    if not moments:
        raise StepError(f"expected the time of the next session on {page.url}, found none")
    return datetime.fromisoformat(moments[0]).astimezone(UTC).isoformat()


def _slots(page: Page) -> list[str]:
    return [radio.attributes["value"] for radio in page.root.find_all("input", name="starts_at")]


def _expect_held(stage: Stage, link_id: str, held: int) -> Page:
    page = stage.instructor.open_tool(link_id)
    facts = {
        pair.find_all("dt")[0].text: pair.find_all("dd")[0].text
        for facts in page.root.find_all("dl", class_="facts")
        for pair in facts.find_all("div")
    }
    expect_equal("sessions held on the instructor's page", str(held), facts.get("sessions held"))
    return page


def _points(page: Page) -> dict[str, str]:
    """Read who has points, by id."""
    return {
        cell.attributes["data-student"]: cell.text
        for cell in page.root.find_all("td")
        if "data-student" in cell.attributes and cell.text != "–"
    }
