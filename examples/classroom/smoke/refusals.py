"""What must not work."""

from __future__ import annotations

import jwt

from examples.classroom.browser import Browser, Page, StepError
from examples.classroom.keys import SigningKey
from examples.classroom.set_up import Stage, Visitor
from examples.classroom.smoke.pairing import Group
from examples.classroom.smoke.steps import Steps, expect_equal


def refuse_wrong_launches(stage: Stage, steps: Steps, link_id: str) -> None:
    """See replayed, forged and stolen launches refused, on a page that says so."""
    student = stage.students[0]
    browser = student.browser
    with steps.step("a launch that is sent twice is refused the second time") as step:
        ready = _ready_launch(student, link_id)
        expect_equal("status of the launch", 200, browser.post_once(ready, "/lti/launch").status)
        step.saw(_refused(browser.post_once(ready, "/lti/launch"), "state_unknown"))
    with steps.step("a used id_token is refused in a new launch, too") as step:
        used = _id_token(ready)
        ready = _ready_launch(student, link_id)
        page = browser.post_once(ready, "/lti/launch", id_token=used)
        step.saw(_refused(page, "nonce_mismatch"))
    with steps.step("a launch that somebody else signed is refused") as step:
        ready = _ready_launch(student, link_id)
        page = browser.post_once(ready, "/lti/launch", id_token=_forge(_id_token(ready)))
        step.saw(_refused(page, "signature_invalid"))
    with steps.step("a launch that another browser began is refused") as step:
        ready = _ready_launch(student, link_id)
        stranger = Browser(stage.deadline)
        try:
            step.saw(_refused(stranger.post_once(ready, "/lti/launch"), "browser_mismatch"))
        finally:
            stranger.close()


def refuse_wrong_people(stage: Stage, steps: Steps, link_id: str, groups: list[Group]) -> None:
    """See that nobody gets into a page that is not theirs."""
    student, other = (stage.visitors[sorted(group)[0]] for group in groups[:2])
    with steps.step("a student does not get into the instructor's page") as step:
        own = student.open_tool(link_id).url.rsplit("/", 1)[0]
        step.saw(_refused(student.browser.open(f"{own}/course"), "staff_only"))
    with steps.step("nobody gets in by somebody else's address") as step:
        step.saw(_refused(other.browser.open(f"{own}/partner"), "browser_unknown"))


def _ready_launch(visitor: Visitor, link_id: str) -> Page:
    """Go through a launch up to the page whose form holds the id_token."""
    browser = visitor.browser
    start = browser.open_once(f"{visitor.classroom_url}/lti/launch/{link_id}")
    ready = browser.post_once(start, "/lti/login")
    fields = {field.attributes.get("name") for field in ready.form("/lti/launch").find_all("input")}
    if not {"id_token", "state"} <= fields:
        raise StepError(f"expected an id_token and a state, found {sorted(map(str, fields))}")
    return ready


def _id_token(ready: Page) -> str:
    (field,) = ready.form("/lti/launch").find_all("input", name="id_token")
    return field.attributes["value"]


def _forge(token: str) -> str:
    """Sign the same claims under the same key id, but with a key of one's own."""
    key = SigningKey()
    key.kid = jwt.get_unverified_header(token)["kid"]
    return key.sign(jwt.decode(token, options={"verify_signature": False}))


def _refused(page: Page, code: str) -> str:
    """Hold that this is a refusal for this very reason."""
    if not 400 <= page.status < 500:
        raise StepError(f"expected a refusal, found {page.status} “{page.heading}”")
    page.expect(f"For support: {code},")
    return f"{page.status}, {code}"
