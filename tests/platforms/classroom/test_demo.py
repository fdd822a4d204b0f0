"""The parts of the demo that judge what was seen must not be blind."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator

import pytest
from flask import Flask, redirect, request

from examples.classroom import demo
from examples.classroom.browser import Browser, Deadline, StepError
from examples.classroom.demo import main
from examples.classroom.html_page import form_fields, parse
from examples.classroom.server import listen, serving
from examples.classroom.smoke.steps import Steps, expect_equal

PAGE = """<!doctype html><title>T</title><main><h1>Your <bdi>partner</bdi></h1>
<script>unseen()</script><noscript>unseen</noscript><p>is<br>Zo&euml;</p>
<form method="post" action="/save?x=1">
<input type="hidden" name="token" value="a&amp;b"><input name="title">
<input type="checkbox" name="yes" checked><input type="checkbox" name="no" value="1">
<input type="radio" name="level" value="1"><input type="radio" name="level" value="2" checked>
<textarea name="text">
 one
two</textarea>
<select name="zone"><option value="">-</option><option selected>UTC</option></select>
<select name="first"><option value="a">A</option><option>B</option></select>
<input name="off" disabled value="1"><input type="submit" name="send">
<button>Save</button><button name="cancel" value="yes">Cancel</button></form></main>"""


def test_the_text_is_what_people_see() -> None:
    assert parse(PAGE).text.startswith("Your partner is Zoë ")
    assert "unseen" not in parse(PAGE).text


def test_forms_are_filled_in_as_browsers_do() -> None:
    (form,) = parse(PAGE).find_all("form")
    assert form_fields(form) == [
        ("token", "a&b"),
        ("title", ""),
        ("yes", "on"),
        ("level", "2"),
        ("text", " one\ntwo"),
        ("zone", "UTC"),
        ("first", "a"),
    ]


@pytest.fixture
def site() -> Iterator[str]:
    app = Flask("site")

    @app.get("/page")
    def page() -> str:
        return PAGE

    @app.post("/save")
    def save() -> tuple[str, int, dict[str, str]]:
        cookie = "seen=1; Secure; HttpOnly; SameSite=None; Partitioned; Path=/only/"
        return str(sorted(request.form.items())), 200, {"Set-Cookie": cookie}

    @app.get("/only/here")
    def here() -> str:
        return f"cookie {request.cookies.get('seen')}"

    @app.get("/elsewhere")
    def elsewhere() -> str:
        return f"cookie {request.cookies.get('seen')}"

    @app.get("/moved")
    def moved() -> object:
        return redirect("/page", 303)

    with serving(app, listen()) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser(Deadline(20))
    yield browser
    browser.close()


def test_a_form_is_posted_with_changes_and_the_first_button(site: str, browser: Browser) -> None:
    page = browser.open(f"{site}/moved")
    assert page.url == f"{site}/page"
    saved = browser.submit(page, "/save", level="1", title="ä")
    assert "('level', '1')" in saved.text
    assert "('title', 'ä')" in saved.text
    assert "cancel" not in saved.text
    assert "('cancel', 'yes')" in browser.submit(page, "/save", "yes").text


def test_secure_cookies_go_to_this_machine_and_only_to_their_path(
    site: str, browser: Browser
) -> None:
    browser.submit(browser.open(f"{site}/page"), "/save")
    assert browser.open(f"{site}/only/here").text == "cookie 1"
    assert browser.open(f"{site}/elsewhere").text == "cookie None"


def test_what_is_not_there_is_said(site: str, browser: Browser) -> None:
    page = browser.open(f"{site}/page")
    page.expect("Your partner", "is Zoë")
    page.expect_not("Ada")
    with pytest.raises(StepError, match=r"expected “Ada” on .*/page, found 200"):
        page.expect("Ada")
    with pytest.raises(StepError, match="expected nothing of “Zoë”"):
        page.expect_not("Zoë")
    with pytest.raises(StepError, match="expected a form to …/publish"):
        browser.submit(page, "/publish")
    with pytest.raises(StepError, match="expected a frame"):
        browser.open_frame(page)


def test_a_silent_server_is_a_failing_step(browser: Browser) -> None:
    with listen() as closed:
        port = closed.getsockname()[1]
    with pytest.raises(StepError, match="ConnectionError"):
        browser.open(f"http://127.0.0.1:{port}/")


def test_the_deadline_ends_everything(site: str) -> None:
    late = Browser(Deadline(0))
    with pytest.raises(StepError, match="time is up"):
        late.open(f"{site}/page")
    late.close()


def test_steps_are_counted_and_the_failing_one_says_what_was_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    steps = Steps(Deadline(20))
    with steps.step("it is there") as step:
        step.saw("12 groups")
    with pytest.raises(StepError), steps.step("it is right"):
        expect_equal("groups", 12, 11)
    with pytest.raises(StepError), steps.step("it does not break"):
        raise KeyError("draft")
    assert capsys.readouterr().out.splitlines() == [
        "ok   1  it is there: 12 groups",
        "FAILED   2  it is right: groups: expected 12, found 11",
        "FAILED   3  it does not break: found KeyError('draft')",
    ]


@pytest.mark.parametrize("which", ["classroom", "tool"])
def test_a_port_in_use_is_one_clear_sentence(
    which: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        assert main(["--smoke", f"--{which}-port", str(port)]) == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert said.startswith(f"Port {port} is in use, so the {which} cannot start there.")


@pytest.mark.parametrize(
    ("name", "opens"),
    [("firefox", True), ("/opt/editor/browser.sh", True), ("w3m", False), ("/usr/bin/lynx", False)],
)
def test_the_browser_opens_unless_it_would_take_the_terminal(
    monkeypatch: pytest.MonkeyPatch, name: str, opens: bool
) -> None:
    seen: list[str] = []
    browser = webbrowser.GenericBrowser(name)
    monkeypatch.setattr(browser, "open", seen.append)
    monkeypatch.setattr(webbrowser, "get", lambda: browser)
    demo._show("http://localhost:8000/")
    assert seen == ["http://localhost:8000/"] * opens


def test_without_a_browser_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise webbrowser.Error("no browser")

    monkeypatch.setattr(webbrowser, "get", none)
    demo._show("http://localhost:8000/")
