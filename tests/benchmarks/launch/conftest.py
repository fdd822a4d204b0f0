"""Tools on one core, browsers and everything else on the other."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.orm import Session

from lti_tool.store import tenancy
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.migrate import migrate

HERE = Path(__file__).parent
PATIENCE = 60
"""Seconds after which a server that did not start has failed."""
GUNICORN = ("gunicorn", "--worker-class=gthread", "--limit-request-line=8190", "--log-level=error")
HOST, ISSUER, CLIENT, DEPLOYMENT = "tool.example.edu", "https://lms.example.edu", "7", "deployment"


def cores() -> tuple[set[int], set[int]]:
    """Give the core of the tools and the core of everybody else; the same one where it is alone."""
    found = sorted(os.sched_getaffinity(0))
    return {found[0]}, {found[-1]}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[Any]) -> None:
    for _ in range(20 * PATIENCE):
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(process.args)


@contextmanager
def running(command: list[str], core: set[int], **more: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program and its children in a group of its own, on one core."""
    with subprocess.Popen(command, text=True, start_new_session=True, **more) as process:
        try:
            os.sched_setaffinity(process.pid, core)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def cpu_seconds(group: int) -> float:
    """Give what all processes of a group have used of their core so far."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = file.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended since
            continue
        if int(words[2]) == group:
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass
class Tool:
    """A tool that serves, with its browsers."""

    server: subprocess.Popen[str]
    browsers: subprocess.Popen[str]
    launches: int = 0
    used: float = 0.0

    def launch(self, count: int) -> int:
        """Do so many launches, eight at a time; give how many ended on the right page."""
        assert self.browsers.stdin is not None
        assert self.browsers.stdout is not None
        before = cpu_seconds(self.server.pid)
        self.browsers.stdin.write(f"{count}\n")
        self.browsers.stdin.flush()
        good = int(self.browsers.stdout.readline() or -1)
        self.used += cpu_seconds(self.server.pid) - before
        self.launches += count
        return good


class Tools:
    """Starts tools for one platform; all of them end with the test."""

    def __init__(self, folder: Path, jwks_uri: str, key: Path, stack: ExitStack) -> None:
        self.folder, self.jwks_uri, self.key, self._stack = folder, jwks_uri, key, stack
        self.mine, self.others = cores()
        self.settings = {"issuer": ISSUER, "client_id": CLIENT, "deployment_id": DEPLOYMENT}
        self.settings |= {"host": HOST, "key": str(key)}

    def peerloom(self, workers: int, threads: int) -> Tool:
        """Start the tool as its operator does, behind a proxy, on a new SQLite file."""
        folder = self.folder / f"peerloom-{workers}-{threads}"
        database = f"sqlite:///{folder}/peerloom.sqlite3"
        engine = open_engine(database)
        migrate(engine)
        with Session(engine) as session, writing(session):
            tenancy.add_registration(
                session,
                deployment_id=DEPLOYMENT,
                now=datetime.now(UTC),
                issuer=ISSUER,
                client_id=CLIENT,
                authorization_endpoint=f"{ISSUER}/auth",
                token_endpoint=f"{ISSUER}/token",
                jwks_uri=self.jwks_uri,
            )
        engine.dispose()
        environment = {
            "PEERLOOM_URL": f"https://{HOST}",
            "PEERLOOM_DATA": str(folder),
            "PEERLOOM_DATABASE": database,
            "PEERLOOM_PROXIES": "1",
            # The key set of this platform is on this machine.
            "PEERLOOM_DEVELOPMENT": "yes",
        }
        port = free_port()
        program = "from lti_tool.cli import main; main()"
        options = [f"--port={port}", f"--workers={workers}", f"--threads={threads}"]
        return self._serve([sys.executable, "-c", program, "serve", *options], port, environment)

    def pylti1p3(self, workers: int, threads: int, cache: dict[str, Any]) -> Tool:
        """Start PyLTI1p3 with a cache of Flask-Caching."""
        settings = {**self.settings, "jwks_uri": self.jwks_uri, "cache": cache}
        return self._gunicorn("peer:app", workers, threads, {"PEER_SETTINGS": json.dumps(settings)})

    def pylti1p3_with_files(self, workers: int, threads: int) -> Tool:
        """Start it with a file for each value.

        A limit that is never reached: with Flask-Caching's 500 each write of more reads all files
        and drops the oldest launches; with none, nothing that has expired is ever removed.
        """
        folder = self.folder / f"cache-{workers}-{threads}"
        cache = {"CACHE_DIR": str(folder), "CACHE_THRESHOLD": 1_000_000}
        return self.pylti1p3(workers, threads, {"CACHE_TYPE": "FileSystemCache", **cache})

    def pylti1p3_with_redis(self, workers: int, threads: int, program: str) -> Tool:
        port = free_port()
        command = [program, "--port", str(port), "--save", "", "--dir", str(self.folder)]
        redis = self._stack.enter_context(
            running(command, self.others, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        wait_for(port, redis)
        url = f"redis://127.0.0.1:{port}/0"
        return self.pylti1p3(workers, threads, {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": url})

    def bare_flask(self, workers: int, threads: int) -> Tool:
        return self._gunicorn("bare:app", workers, threads, {}, is_bare=True)

    def _gunicorn(
        self, app: str, workers: int, threads: int, environment: dict[str, str], **more: Any
    ) -> Tool:
        port = free_port()
        options = [f"--bind=127.0.0.1:{port}", f"--workers={workers}", f"--threads={threads}"]
        command = [sys.executable, "-m", *GUNICORN, *options, f"--chdir={HERE}", app]
        return self._serve(command, port, environment, **more)

    def _serve(
        self, command: list[str], port: int, environment: dict[str, str], *, is_bare: bool = False
    ) -> Tool:
        log = self._stack.enter_context((self.folder / f"{port}.log").open("w"))
        server = self._stack.enter_context(
            running(command, self.mine, env=os.environ | environment, stdout=log, stderr=log)
        )
        wait_for(port, server)
        settings = json.dumps({**self.settings, "port": port, "is_bare": is_bare})
        browsers = self._stack.enter_context(
            running(
                [sys.executable, str(HERE / "browsers.py"), settings],
                self.others,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        )
        return Tool(server, browsers)


@pytest.fixture
def tools(tmp_path: Path, local_server: Any) -> Iterator[Tools]:
    if not hasattr(os, "sched_setaffinity"):
        pytest.skip("a tool is held to one core where the system can do so")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "platform.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    numbers = key.public_key().public_numbers()
    modulus = base64.urlsafe_b64encode(numbers.n.to_bytes(256)).rstrip(b"=").decode()
    jwk = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "key-1", "n": modulus, "e": "AQAB"}
    local_server.answers["GET /keys"] = lambda _: (200, {}, {"keys": [jwk]})
    with ExitStack() as stack:
        yield Tools(tmp_path, f"{local_server.url}/keys", path, stack)


@pytest.fixture(scope="session")
def redis_server() -> str | None:
    """Where Redis is; without it the races have one contestant less."""
    return os.environ.get("PEERLOOM_TEST_REDIS") or shutil.which("redis-server")
