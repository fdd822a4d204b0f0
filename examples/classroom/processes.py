"""Start the tool beside the classroom, as two processes, and end them whatever happens."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from examples.classroom.browser import Deadline

HOST = "127.0.0.1"
_GUARD = Path(__file__).with_name("guard.py")


class DemoError(Exception):
    """The demo cannot go on; the text is one sentence for the person."""


@dataclass(frozen=True, slots=True)
class ToolProcess:
    """The running tool."""

    url: str
    data: Path
    environment: dict[str, str]

    def last_words(self) -> str:
        """Give the last lines of the logs, for when something went wrong."""
        return "\n".join(
            f"The tool's {name} said last: {_last_lines(self.data / f'{name}.log')}"
            for name in ("serve", "worker")
        )

    def invitation(self) -> str:
        """Ask the tool's command line for a one-time registration address.

        Raises
        ------
        DemoError
            If there is none in its answer.
        """
        said = subprocess.run(
            [*_command(), "registration", "invite"],
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        found = re.search(rf"{re.escape(self.url)}/lti/register/\S+", said.stdout)
        if found is None:
            raise DemoError(f"The tool gave no invitation: {(said.stderr or said.stdout).strip()}")
        return found[0]


def free_port() -> int:
    """Find a port that nobody uses at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine, on IPv4 or IPv6."""
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def running_tool(port: int, data: Path, deadline: Deadline) -> Iterator[ToolProcess]:
    """Run the tool's server and its worker while the block runs.

    Parameters
    ----------
    port
        Where the server listens.
    data
        The folder for its database, its secret and the two logs.
    deadline
        When to give up waiting for it.

    Raises
    ------
    DemoError
        If the server ends by itself before it is ready.
    """
    url = f"http://{HOST}:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PEERLOOM_")},
        "PEERLOOM_URL": url,
        "PEERLOOM_DATA": str(data),
        # Both servers are on this machine and speak plain http.
        "PEERLOOM_DEVELOPMENT": "yes",
        "PYTHONUTF8": "1",
    }
    serve = [*_command(), "serve", "--host", HOST, "--port", str(port)]
    with (
        _process(serve, environment, data / "serve.log") as server,
        _process([*_command(), "worker"], environment, data / "worker.log"),
    ):
        try:
            _wait_for(f"{url}/health", server, data / "serve.log", deadline)
            yield ToolProcess(url, data, environment)
        finally:
            # Both get the word at once; then each has its time to end.
            _let_go(server)


def _command() -> list[str]:
    here = Path(sys.executable).parent
    program = shutil.which("peerloom-lti", path=str(here)) or shutil.which("peerloom-lti")
    if program is None:
        raise DemoError(
            "The program peerloom-lti is missing. Install the tool first: pip install ."
        )
    return [program]


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(_GUARD), *command],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the demo. It then ends the tool in order.
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _let_go(process)
        process.wait()


def _let_go(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe that keeps the process running; see guard.py."""
    if process.stdin is not None:
        process.stdin.close()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path, deadline: Deadline) -> None:
    while True:
        if process.poll() is not None:
            raise DemoError(f"The tool did not start: {_last_lines(log)}")
        try:
            if requests.get(url, timeout=deadline.left(5)).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)


def _last_lines(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " / ".join(lines[-3:]) or "it said nothing"
