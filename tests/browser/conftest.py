"""The classroom and the tool as servers on two sites, and Chromium that blocks foreign cookies."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, Playwright, expect

from examples.classroom.app import create_classroom
from examples.classroom.config import ClassroomConfig
from examples.classroom.server import listen, serving

HERE = Path(__file__).parent
COMMAND = Path(sys.executable).with_name("peerloom-lti")
PATIENCE = 60
expect.set_options(timeout=PATIENCE * 1000)


@dataclass(frozen=True)
class Servers:
    """Where the two servers are, and how to ask the tool's operator for something."""

    classroom: str
    tool: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """Run `peerloom-lti` as the operator does, and give what it prints."""
        answer = subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return answer.stdout


@contextmanager
def open_browser(
    playwright: Playwright,
    chromium: str,
    folder: Path,
    *,
    blocks_foreign_cookies: bool,
    blocks_tool: bool = False,
) -> Iterator[BrowserContext]:
    """Start Chromium on a fresh profile that blocks or allows third-party cookies.

    ``blocks_tool`` also blocks everything that the tool could keep, cookies of its own pages too.
    """
    profile = folder / "Default"
    profile.mkdir(parents=True)
    # Chromium's own settings page writes the same: 1 blocks third-party cookies, 0 allows them.
    cookies: dict[str, Any] = {
        "cookie_controls_mode": int(blocks_foreign_cookies),
        "block_third_party_cookies": blocks_foreign_cookies,
    }
    if blocks_tool:
        allowed = {"http://localhost:*,*": {"setting": 1}}
        cookies["default_content_setting_values"] = {"cookies": 2}
        cookies["content_settings"] = {"exceptions": {"cookies": allowed}}
    (profile / "Preferences").write_text(json.dumps({"profile": cookies}))
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=chromium,
        # Tests run as root in containers, where Chromium's sandbox cannot.
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(PATIENCE * 1000)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture
def browser(playwright: Playwright, chromium: str, tmp_path: Path) -> Iterator[BrowserContext]:
    with open_browser(
        playwright, chromium, tmp_path / "profile", blocks_foreign_cookies=True
    ) as context:
        yield context


@pytest.fixture
def permissive_browser(
    playwright: Playwright, chromium: str, tmp_path: Path
) -> Iterator[BrowserContext]:
    with open_browser(
        playwright, chromium, tmp_path / "permissive", blocks_foreign_cookies=False
    ) as context:
        yield context


@pytest.fixture
def cookieless_browser(
    playwright: Playwright, chromium: str, tmp_path: Path
) -> Iterator[BrowserContext]:
    with open_browser(
        playwright,
        chromium,
        tmp_path / "cookieless",
        blocks_foreign_cookies=True,
        blocks_tool=True,
    ) as context:
        yield context


@pytest.fixture
def storage_target() -> str:
    """Which window of the classroom keeps data for tools; a test may override it."""
    return ""


@pytest.fixture
def servers(tmp_path: Path, storage_target: str) -> Iterator[Servers]:
    """The classroom on http://localhost and the tool with its worker on http://127.0.0.1."""
    listener = listen()
    classroom = f"http://localhost:{listener.getsockname()[1]}"
    config = ClassroomConfig(
        url=classroom, course_file=HERE / "course.csv", storage_target=storage_target
    )
    port = free_port()
    tool = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "PEERLOOM_URL": tool,
        "PEERLOOM_DATA": str(tmp_path / "data"),
        "PEERLOOM_DEVELOPMENT": "yes",
    }
    servers = Servers(classroom, tool, environment)
    log = tmp_path / "tool.log"
    serve = ["serve", "--port", str(port)]
    with (
        serving(create_classroom(config), listener),
        running(serve, environment, log),
        running(["worker"], environment, log),
    ):
        wait_until_up(f"{tool}/health", log)
        yield servers


@contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Keep one process of the tool running while the block runs."""
    command = [COMMAND, *arguments]
    with (
        log.open("a") as output,
        subprocess.Popen(command, env=environment, stdout=output, stderr=output) as process,
    ):
        try:
            yield
        finally:
            process.terminate()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def wait_until_up(address: str, log: Path) -> None:
    """Ask until the server answers; give up with its log."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if requests.get(address, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    pytest.fail(f"The tool did not start:\n{log.read_text()}")
