"""Open edX's platform code and our tool as two servers, and a browser that walks between them."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from http.cookiejar import Cookie, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from lti_tool import create_app
from lti_tool.config import Config
from lti_tool.store import tenancy
from lti_tool.store.engine import writing
from lti_tool.store.migrate import migrate

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PATIENCE = 60
"""Seconds after which a platform that did not start has failed."""


class Form(HTMLParser):
    """The first form of a page: where it goes and its fields with their values."""

    def __init__(self, page: requests.Response) -> None:
        super().__init__()
        self.action = page.url
        self.fields: dict[str, str] = {}
        self._depth = 0
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._depth += 1
            if self._depth == 1:
                self.action = urljoin(self.action, values.get("action", ""))
        if self._depth == 1 and tag == "input" and values.get("name"):
            self.fields.setdefault(values["name"], values.get("value", ""))


class ThisMachineIsSecure(DefaultCookiePolicy):
    """Browsers send Secure cookies to this machine over http, too; requests would not."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        cookie.secure = False
        return super().set_ok(cookie, request)


@dataclass
class Browser:
    """One person's browser: it keeps cookies, follows redirects and sends forms."""

    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.cookies.set_policy(ThisMachineIsSecure())

    def open(self, address: str, **query: str) -> requests.Response:
        return self.session.get(address, params=query, timeout=PATIENCE)

    def submit(self, form: Form) -> requests.Response:
        return self.session.post(form.action, data=form.fields, timeout=PATIENCE)


@dataclass
class Tool:
    """Our tool behind a real server."""

    app: Flask
    address: str

    def database(self) -> Session:
        return Session(self.app.extensions["peerloom"].engine)


@dataclass
class Platform:
    """Open edX's platform code behind a server of its own."""

    ready: dict[str, Any]

    def click(self, browser: Browser, user: int, **query: str) -> Form:
        """Click on the activity and stop at the form that carries the launch to the tool."""
        start = browser.open(f"{self.ready['issuer']}/start", user=str(user), **query)
        assert start.status_code == 200, start.text
        return Form(start)

    def subject(self, user: int) -> str:
        subject: str = self.ready["subjects"][str(user)]
        return subject

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = requests.get(f"{self.ready['issuer']}/state", timeout=60).json()
        return state


class QuietHandler(WSGIRequestHandler):
    """A request handler that logs nothing."""

    def log(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def interpreter() -> Path:
    """The Python of Open edX's environment, which is made first where it is missing."""
    folder = Path(os.environ.get("PEERLOOM_TEST_OPENEDX", ROOT / ".tox" / "openedx"))
    subprocess.run([sys.executable, HERE / "environment.py", folder], check=True)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tool]:
    """The tool on a fresh database, served by threads because the platform calls back."""
    server = make_server(
        "127.0.0.1", 0, Flask(__name__), threaded=True, request_handler=QuietHandler
    )
    address = f"http://127.0.0.1:{server.server_port}"
    config = Config(url=address, data=tmp_path_factory.mktemp("tool"), development=True)
    server.app = app = create_app(config)
    engine = app.extensions["peerloom"].engine
    migrate(engine)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Tool(app, address)
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


@pytest.fixture(scope="module")
def platform(
    tool: Tool, interpreter: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """Open edX's platform code, with the tool in one of its courses, registered in the tool."""
    log = tmp_path_factory.mktemp("openedx") / "log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [interpreter, HERE / "serve.py", tool.address],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            platform = Platform(read_ready_line(process, log))
            register(tool, platform)
            yield platform
        finally:
            process.terminate()


def read_ready_line(process: subprocess.Popen[str], log: Path) -> dict[str, Any]:
    """Wait until the platform serves, and give what it says about itself."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        assert selector.select(PATIENCE), f"Open edX did not start: {log.read_text()}"
    line = process.stdout.readline()
    assert line.startswith("READY "), f"Open edX did not start: {log.read_text()}"
    ready: dict[str, Any] = json.loads(line.removeprefix("READY "))
    return ready


def register(tool: Tool, platform: Platform) -> None:
    """Register the platform in the tool, as `peerloom-lti registration add` does."""
    names = ("issuer", "client_id", "authorization_endpoint", "token_endpoint", "jwks_uri")
    with tool.database() as session, writing(session):
        tenancy.add_registration(
            session,
            deployment_id=platform.ready["deployment_id"],
            now=datetime.now(UTC),
            **{name: platform.ready[name] for name in names},
        )


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.session.close()


@pytest.fixture
def other_browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.session.close()


@pytest.fixture
def read_form() -> type[Form]:
    """Read the first form of a page."""
    return Form
