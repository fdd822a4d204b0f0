"""The tool's processes are waited for, and they end whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from examples.classroom import guard, processes
from examples.classroom.browser import Deadline
from examples.classroom.processes import DemoError, free_port, is_taken, running_tool

STAND_IN = """
import http.server, os, pathlib, sys, threading

class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

name, *rest = sys.argv[1:]
folder = pathlib.Path(os.environ["PEERLOOM_DATA"])
(folder / f"{name}.pid").write_text(str(os.getpid()))
if name == "registration":
    print("Here it is:\\n" + os.environ["PEERLOOM_URL"] + "/lti/register/abc\\nGood luck.")
elif name == "worker":
    threading.Event().wait()
else:
    http.server.HTTPServer(("127.0.0.1", int(rest[-1])), Health).serve_forever()
"""


def stand_in(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(processes, "_command", lambda: [sys.executable, "-c", code])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_both_end_when_the_story_breaks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, STAND_IN)
    port = free_port()

    def story() -> None:
        with running_tool(port, tmp_path, Deadline(30)) as tool:
            assert tool.url == f"http://127.0.0.1:{port}"
            assert is_taken(port)
            assert tool.invitation() == f"{tool.url}/lti/register/abc"
            raise KeyError("the story breaks")

    with pytest.raises(KeyError, match="the story breaks"):
        story()
    assert not is_taken(port)
    assert not is_running(int((tmp_path / "serve.pid").read_text()))


def test_the_process_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """Even kill -9 closes the pipe."""
    code = "import os, sys, time; print(os.getpid(), flush=True); time.sleep(600)"
    guarded = subprocess.Popen(
        [sys.executable, guard.__file__, sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with guarded:
        assert guarded.stdin is not None
        assert guarded.stdout is not None
        pid = int(guarded.stdout.readline())
        assert is_running(pid)
        guarded.stdin.close()
        guarded.wait(timeout=30)
    assert not is_running(pid)


def test_a_guard_ends_with_its_process() -> None:
    command = [sys.executable, guard.__file__, sys.executable, "-c", "raise SystemExit(7)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as guarded:
        assert guarded.wait(timeout=30) == 7


def test_a_tool_that_does_not_start_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(monkeypatch, "raise SystemExit('the database is on fire')")
    with (
        pytest.raises(DemoError, match="did not start: the database is on fire"),
        running_tool(free_port(), tmp_path, Deadline(30)),
    ):
        pytest.fail("it was said to run")


def test_no_invitation_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stand_in(monkeypatch, STAND_IN.replace("/lti/register/abc", ""))
    with (
        running_tool(free_port(), tmp_path, Deadline(30)) as tool,
        pytest.raises(DemoError, match="gave no invitation"),
    ):
        tool.invitation()
