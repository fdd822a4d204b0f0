"""That the browser of these tests really blocks third-party cookies, and what still works there."""

from __future__ import annotations

import pytest
from flask import Flask, Response, redirect, request

from examples.classroom.server import listen, serving


@pytest.fixture
def page_with_foreign_frame():
    """A page on http://localhost with a frame of http://127.0.0.1 that sets two cookies."""
    inner, outer = Flask("inner"), Flask("outer")
    inner_listener, outer_listener = listen(), listen()
    inner_port, outer_port = (one.getsockname()[1] for one in (inner_listener, outer_listener))

    @inner.get("/")
    def set_cookies() -> Response:
        answer = redirect("/read")
        answer.set_cookie("plain", "1", samesite="None", secure=True)
        answer.set_cookie("parted", "1", samesite="None", secure=True, partitioned=True)
        return answer

    @inner.get("/read")
    def read_cookies() -> str:
        return f"<p>{' '.join(sorted(request.cookies))}</p>"

    @outer.get("/")
    def frame() -> str:
        return f'<iframe title="inner" src="http://127.0.0.1:{inner_port}/"></iframe>'

    with serving(inner, inner_listener), serving(outer, outer_listener):
        yield f"http://localhost:{outer_port}/"


def cookies_in_the_frame(context, address):
    page = context.new_page()
    page.goto(address)
    return page.frame_locator("iframe").locator("p").text_content()


def test_a_plain_foreign_cookie_is_blocked(browser, page_with_foreign_frame):
    assert cookies_in_the_frame(browser, page_with_foreign_frame) == "parted"


def test_without_the_block_it_would_come_back(permissive_browser, page_with_foreign_frame):
    assert cookies_in_the_frame(permissive_browser, page_with_foreign_frame) == "parted plain"
