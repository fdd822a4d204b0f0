"""Launches from Open edX's platform code: good ones open the page, bad ones a refusal."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import func, select

from lti_tool.store.models import Membership, Role, User, Visit


def claims_of(token: str) -> dict:
    """Read a token without checking it, as somebody in the middle would."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def visits(tool) -> int:
    with tool.database() as database:
        return database.scalar(select(func.count()).select_from(Visit))


def role_of(tool, subject: str) -> Role:
    with tool.database() as database:
        query = select(Membership.role).join(User).where(User.subject == subject)
        return database.scalar(query)


def test_a_student_comes_in_as_a_learner(platform, tool, browser):
    page = browser.submit(platform.click(browser, 3))
    assert page.status_code == 200
    assert page.url.startswith(f"{tool.address}/visit/")
    assert page.url.endswith("/partner")
    assert role_of(tool, platform.subject(3)) is Role.LEARNER


def test_an_instructor_comes_in_as_staff(platform, tool, browser):
    page = browser.submit(platform.click(browser, platform.ready["staff"]))
    assert page.status_code == 200
    assert page.url.endswith("/course")
    assert "Peer mentoring for web developers" in page.text
    assert role_of(tool, platform.subject(platform.ready["staff"])) is Role.STAFF


def test_a_person_without_a_name_comes_in(platform, browser):
    page = browser.submit(platform.click(browser, platform.ready["nameless"]))
    assert page.status_code == 200
    assert page.url.endswith("/partner")


def test_the_tool_asks_open_edx_for_what_it_needs(platform, browser):
    form = platform.click(browser, 4)
    assert set(form.fields) == {"state", "id_token"}
    assert claims_of(form.fields["id_token"])["aud"] == platform.ready["client_id"]


def change_claims(form, other):
    head, _, signature = form.fields["id_token"].split(".")
    claims = claims_of(form.fields["id_token"])
    claims["https://purl.imsglobal.org/spec/lti/claim/roles"] = [
        "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
    ]
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    form.fields["id_token"] = f"{head}.{body}.{signature}"


def remove_signature(form, other):
    _, body, _ = form.fields["id_token"].split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    form.fields["id_token"] = f"{head}.{body}."


def borrow_signature(form, other):
    head, body, _ = form.fields["id_token"].split(".")
    form.fields["id_token"] = f"{head}.{body}.{other.fields['id_token'].split('.')[2]}"


def take_token_of_another_login(form, other):
    form.fields["id_token"] = other.fields["id_token"]


def take_state_of_another_login(form, other):
    form.fields["state"] = other.fields["state"]


def invent_state(form, other):
    form.fields["state"] = "x" * 43


def drop_state(form, other):
    del form.fields["state"]


def drop_token(form, other):
    del form.fields["id_token"]


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (change_claims, "signature_invalid"),
        (remove_signature, "algorithm_refused"),
        (borrow_signature, "signature_invalid"),
        (take_token_of_another_login, "nonce_mismatch"),
        (take_state_of_another_login, "nonce_mismatch"),
        (invent_state, "state_unknown"),
        (drop_state, "state_missing"),
        (drop_token, "id_token_missing"),
    ],
)
def test_a_tampered_launch_is_refused(platform, tool, browser, tamper, code):
    other = platform.click(browser, 6)
    form = platform.click(browser, 5)
    before = visits(tool)
    tamper(form, other)
    page = browser.submit(form)
    assert 400 <= page.status_code < 500
    assert code in page.text
    assert visits(tool) == before


def test_a_launch_counts_once(platform, tool, browser):
    form = platform.click(browser, 8)
    assert browser.submit(form).status_code == 200
    before = visits(tool)
    again = browser.submit(form)
    assert 400 <= again.status_code < 500
    assert visits(tool) == before


def test_a_launch_belongs_to_the_browser_that_began_it(platform, tool, browser, other_browser):
    form = platform.click(browser, 9)
    before = visits(tool)
    page = other_browser.submit(form)
    assert page.status_code == 401
    assert "browser_mismatch" in page.text
    assert visits(tool) == before
    assert browser.submit(form).status_code == 200


def test_the_page_of_a_visit_opens_in_its_own_browser_only(platform, browser, other_browser):
    page = browser.submit(platform.click(browser, 10))
    assert browser.open(page.url).status_code == 200
    assert other_browser.open(page.url).status_code == 403
