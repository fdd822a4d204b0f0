"""The operator's command line: what it writes, what it prints, and how it says no."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lti_tool import cli
from lti_tool.store import invitations
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.models import Deployment, Invitation, Registration, State
from lti_tool.store.tenancy import note_deployment

PLATFORM = [
    "--issuer=https://lms.example",
    "--client-id=client",
    "--authorization-endpoint=https://lms.example/auth",
    "--token-endpoint=https://lms.example/token",
    "--jwks-uri=https://lms.example/keys",
]
PATIENCE = 60


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PEERLOOM_URL": "https://peerloom.example.edu",
        "PEERLOOM_DATA": str(tmp_path / "data"),
    }


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Session]:
    engine = open_engine(f"sqlite:///{tmp_path}/data/peerloom.sqlite3")
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def run(environment: dict[str, str]) -> Callable[..., Result]:
    def run(*arguments: str, **more: str) -> Result:
        result = CliRunner(env={**environment, **more}).invoke(cli.main, arguments)
        assert "Traceback" not in result.output
        return result

    return run


def test_an_invitation_is_a_link_that_works(run: Any, store: Session, clock: Any) -> None:
    result = run("registration", "invite")
    assert result.exit_code == 0
    link = result.output.split()[0]
    start, _, token = link.rpartition("/")
    assert start == "https://peerloom.example.edu/lti/register"
    with writing(store):
        row = store.scalars(select(Invitation)).one()
        assert invitations.is_open(store, token, row.created_at)


def test_a_platform_is_added_by_hand_once(run: Any, store: Session) -> None:
    assert run("registration", "add", *PLATFORM, "--deployment-id=1").exit_code == 0
    row = store.scalars(select(Registration)).one()
    assert row.deployments[0].state is State.ACTIVE
    again = run("registration", "add", *PLATFORM)
    assert again.exit_code == 1
    assert "registered already" in again.output
    assert "https://lms.example\tclient" in run("registration", "list").output


def test_the_switches_of_a_registration_are_off_until_they_are_set(
    run: Any, store: Session
) -> None:
    run("registration", "add", *PLATFORM)
    row = store.scalars(select(Registration)).one()
    assert (row.allows_anonymous, row.allows_deployments, row.trusted_audiences) == (
        False,
        False,
        [],
    )
    shown = run("registration", "set", str(row.id)).output.splitlines()
    assert shown[1:] == [
        "anonymous launches: no",
        "new deployments without asking: no",
        "other audiences: none",
    ]
    shown = run(
        "registration", "set", str(row.id), "--anonymous", "--new-deployments", "--audience=a"
    ).output
    assert "other audiences: a" in shown
    store.rollback()
    assert (row.allows_anonymous, row.allows_deployments, row.trusted_audiences) == (
        True,
        True,
        ["a"],
    )
    run("registration", "set", str(row.id), "--no-anonymous", "--no-audiences")
    store.rollback()
    assert (row.allows_anonymous, row.allows_deployments, row.trusted_audiences) == (
        False,
        True,
        [],
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["99"], "no registration 99"), (["1", "--audience=a", "--no-audiences"], "not both")],
)
def test_a_switch_that_cannot_be_set_is_told(run: Any, arguments: list[str], words: str) -> None:
    run("registration", "add", *PLATFORM)
    result = run("registration", "set", *arguments)
    assert result.exit_code in {1, 2}
    assert words in result.output


def test_keys_are_listed_and_rotated(run: Any) -> None:
    (first,) = run("key", "list").output.splitlines()
    assert first.split("\t")[1] == "signs"
    new = run("key", "rotate").output.split("\t")[0]
    assert [line.split("\t")[:2] for line in run("key", "list").output.splitlines()] == [
        [new, "published"],
        [first.split("\t")[0], "signs"],
    ]
    last = run("key", "rotate", "--withdraw").output.split("\t")[0]
    (only,) = run("key", "list").output.splitlines()
    assert only.split("\t")[:2] == [last, "signs"]


def test_a_hosted_canvas_needs_only_its_client_id(run: Any, store: Session) -> None:
    assert run("registration", "add", "--canvas=beta", "--client-id=10000000000001").exit_code == 0
    row = store.scalars(select(Registration)).one()
    assert (row.issuer, row.jwks_uri) == (
        "https://canvas.beta.instructure.com",
        "https://sso.beta.canvaslms.com/api/lti/security/jwks",
    )
    assert row.product_family == "canvas"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--canvas=test", "--issuer=https://x.example"], "give no others"),
        (["--issuer=https://x.example"], "--authorization-endpoint, --token-endpoint, --jwks-uri"),
    ],
)
def test_half_a_platform_is_not_registered(
    run: Any, store: Session, arguments: list[str], words: str
) -> None:
    result = run("registration", "add", "--client-id=1", *arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert store.scalars(select(Registration)).all() == []


@pytest.mark.parametrize(
    "address", ["http://lms.example/keys", "lms", "https://", "https://[", "javascript:1"]
)
def test_only_safe_addresses_are_taken(run: Any, store: Session, address: str) -> None:
    result = run("registration", "add", *PLATFORM[:-1], f"--jwks-uri={address}")
    assert result.exit_code == 2
    assert "--jwks-uri" in result.output
    assert store.scalars(select(Registration)).all() == []


def test_a_waiting_deployment_is_allowed(run: Any, store: Session, clock: Any) -> None:
    run("registration", "add", *PLATFORM)
    with writing(store):
        note_deployment(store, store.scalars(select(Registration)).one(), "dep", clock())
    number, state, *_, name = run("deployment", "list").output.split()
    assert (state, name) == ("pending", "dep")
    assert run("deployment", "approve", number).exit_code == 0
    store.rollback()
    assert store.scalars(select(Deployment)).one().state is State.ACTIVE
    missing = run("deployment", "approve", "99")
    assert missing.exit_code == 1
    assert "no deployment 99" in missing.output


@pytest.mark.parametrize(
    ("name", "value"),
    [("PEERLOOM_PROXIES", "many"), ("PEERLOOM_DATABASE", "nonsense"), ("PEERLOOM_URL", "x")],
)
@pytest.mark.parametrize("command", [["migrate"], ["worker", "--once"], ["serve"]])
def test_a_wrong_setting_is_named(run: Any, command: list[str], name: str, value: str) -> None:
    result = run(*command, **{name: value})
    assert result.exit_code == 1
    assert name in result.output


def test_a_database_that_is_not_there_is_told_in_one_line(run: Any) -> None:
    result = run("migrate", PEERLOOM_DATABASE="postgresql://u:word@/x?host=/no/such/folder")
    assert result.exit_code == 1
    assert "cannot be used" in result.output
    assert "word" not in result.output


def test_a_database_of_a_later_version_is_left_alone(run: Any, store: Session) -> None:
    assert "revision" in run("migrate").output
    with writing(store):
        store.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    result = run("worker", "--once")
    assert result.exit_code == 1
    assert "later version" in result.output


@pytest.mark.parametrize("command", [["worker", "--once"], ["serve"]])
def test_another_secret_than_the_databases_is_told_at_the_start(
    run: Any, command: list[str]
) -> None:
    run("worker", "--once")
    result = run(*command, PEERLOOM_SECRET="another secret than the one before")
    assert result.exit_code == 1
    assert "PEERLOOM_SECRET" in result.output


def test_the_worker_does_what_is_due(run: Any) -> None:
    assert run("worker", "--once").output == "0 done\n"


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"{arguments[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", "from lti_tool.cli import main; main()", *arguments],
                env={**os.environ, **environment, **more},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(timeout=PATIENCE)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def serve(start: Any, tmp_path: Path) -> Callable[[], tuple[subprocess.Popen[bytes], int]]:
    """Start the server on a free port and wait until it is well."""

    def serve() -> tuple[subprocess.Popen[bytes], int]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        local = {"PEERLOOM_URL": f"http://127.0.0.1:{port}", "PEERLOOM_DEVELOPMENT": "yes"}
        server = start("serve", f"--port={port}", "--threads=2", **local)

        def is_well() -> bool:
            assert server.poll() is None, (tmp_path / "serve.log").read_text()
            try:
                return ask(port, f"GET /health HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n").endswith(
                    b"ok\n"
                )
            except (ConnectionError, TimeoutError):
                return False

        wait_for(is_well)
        return server, port

    return serve


def ask(port: int, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request.encode() + b"\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


def test_server_and_worker_start_together_and_end_in_order(
    start: Any, serve: Any, tmp_path: Path
) -> None:
    worker = start("worker", PEERLOOM_URL="http://127.0.0.1", PEERLOOM_DEVELOPMENT="yes")
    server, _ = serve()
    assert worker.poll() is None, (tmp_path / "worker.log").read_text()
    for process in (server, worker):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    logs = (tmp_path / "serve.log").read_text() + (tmp_path / "worker.log").read_text()
    assert "Traceback" not in logs


def test_a_client_cannot_move_the_tool_below_another_path(serve: Any) -> None:
    _, port = serve()
    request = f"GET /health HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nSCRIPT_NAME: /elsewhere\r\n"
    assert ask(port, request).endswith(b"ok\n")


def test_a_broken_request_leaves_no_secret_in_the_log(serve: Any, tmp_path: Path) -> None:
    server, port = serve()
    assert b" 400 " in ask(port, "GET /lti/register/very-secret\x00 HTTP/1.0\r\n")
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=PATIENCE) == 0
    log = (tmp_path / "serve.log").read_text()
    assert "Listening at" in log
    assert "very-secret" not in log
