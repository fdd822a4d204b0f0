"""The demo: the classroom on one address, the tool on another, and a course with both."""

from __future__ import annotations

import argparse
import tempfile
import threading
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, request

from examples.classroom.app import create_classroom
from examples.classroom.browser import Deadline, StepError
from examples.classroom.config import ClassroomConfig
from examples.classroom.course import read_course
from examples.classroom.processes import DemoError, free_port, is_taken, running_tool
from examples.classroom.server import listen, serving
from examples.classroom.set_up import (
    Stage,
    activate_tool,
    everybody,
    fill_in_profiles,
    place_tool,
    register_tool,
)
from examples.classroom.smoke.story import tell

CLASSROOM_PORT = 8000
TOOL_PORT = 5000
SMOKE_SECONDS = 120
SET_UP_SECONDS = 180


def main(arguments: Sequence[str]) -> int:
    """Run the demo, or the smoke run.

    Returns
    -------
    int
        0 when all went well; 1 otherwise, after a sentence that says what did not.
    """
    options = _parser().parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="peerloom-demo-") as folder:
            if options.smoke:
                return _smoke(options, Path(folder))
            return _demo(options, Path(folder))
    except (DemoError, StepError) as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 1 if options.smoke else 0


def _demo(options: argparse.Namespace, data: Path) -> int:
    print("Starting the classroom and the tool. This takes a few seconds …", flush=True)
    deadline = Deadline(SET_UP_SECONDS)
    classroom_port = options.classroom_port or CLASSROOM_PORT
    with _stage(classroom_port, options.tool_port or TOOL_PORT, data, deadline) as (stage, _):
        client_id = register_tool(stage)
        activate_tool(stage, client_id)
        link_id, _title = place_tool(stage, client_id)
        fill_in_profiles(stage, link_id)
        front = f"{stage.classroom_url}/?activity={link_id}"
        student = next(person for person in stage.course.students if person.name)
        print(
            f"\nOpen {front}\n"
            f"  Be {stage.course.instructor.label}, the instructor: press Pair, look, publish.\n"
            f"  Then be {student.label} or any other student: who is my partner, and why?\n"
            "Ctrl-C ends it.",
            flush=True,
        )
        _show(front)
        threading.Event().wait()
    return 0


TEXT_BROWSERS = {"www-browser", "links", "elinks", "lynx", "w3m"}
"""Browsers that would take this terminal away."""


def _show(url: str) -> None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return
    if Path(getattr(browser, "name", "")).name not in TEXT_BROWSERS:
        browser.open(url)


def _smoke(options: argparse.Namespace, data: Path) -> int:
    deadline = Deadline(SMOKE_SECONDS)
    ports = options.classroom_port or 0, options.tool_port or free_port()
    with _stage(*ports, data, deadline) as (stage, calls):
        try:
            count = tell(stage, calls)
        except StepError:
            # The failing step has said what was expected and what was found.
            print(stage.tool.last_words())
            return 1
    print(f"All {count} steps were seen.")
    return 0


@contextmanager
def _stage(
    classroom_port: int, tool_port: int, data: Path, deadline: Deadline
) -> Iterator[tuple[Stage, list[str]]]:
    """Run both servers; give the stage, and the list of calls of the classroom's services."""
    for name, port in (("classroom", classroom_port), ("tool", tool_port)):
        if port and is_taken(port):
            raise DemoError(
                f"Port {port} is in use, so the {name} cannot start there. "
                f"Choose another one: --{name}-port {free_port()}"
            )
    course = read_course(ClassroomConfig().course_file)
    try:
        listener = listen(classroom_port)
    except OSError as error:
        raise DemoError(f"The classroom cannot use port {classroom_port}: {error}") from error
    # localhost here and 127.0.0.1 there: two sites, so the tool sits in a third-party frame.
    url = f"http://localhost:{listener.getsockname()[1]}"
    app = create_classroom(ClassroomConfig(url=url))
    calls = _service_calls(app)
    with (
        serving(app, listener),
        running_tool(tool_port, data, deadline) as tool,
        everybody(url, tool, course, deadline) as stage,
    ):
        yield stage, calls


def _service_calls(app: Flask) -> list[str]:
    calls: list[str] = []

    def note(response: Response) -> Response:
        if request.path.startswith("/services/") and response.status_code < 300:
            calls.append(request.full_path)
        return response

    app.after_request(note)
    return calls


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m examples.classroom",
        description="A small LMS with the tool inside it, to click through or to watch.",
    )
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="go through the whole story over HTTP, print each step, and end",
    )
    parser.add_argument("--classroom-port", type=_port, help=f"default {CLASSROOM_PORT}")
    parser.add_argument("--tool-port", type=_port, help=f"default {TOOL_PORT}")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)
