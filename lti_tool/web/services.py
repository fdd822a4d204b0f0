"""What every request may use: settings, database, clock and secret, made once for the app."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask, current_app, g
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lti_tool.config import Config
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.secret import read_secret
from lti_tool.work.platforms import Platforms


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that live as long as the application."""

    config: Config
    engine: Engine
    secret: str
    platforms: Platforms


def init_app(app: Flask, config: Config) -> None:
    """Open the database and read the secret; give every request a session that ends with it."""
    app.config.setdefault("CLOCK", lambda: datetime.now(UTC))
    engine, secret = open_engine(config.database), read_secret(config)
    platforms = Platforms(config, engine, secret, lambda: app.config["CLOCK"]())
    app.extensions["peerloom"] = Services(config, engine, secret, platforms)
    app.teardown_appcontext(_close_session)


def services() -> Services:
    """Give the parts of the running application."""
    found: Services = current_app.extensions["peerloom"]
    return found


def now() -> datetime:
    """Tell the time, aware and in UTC. A test sets ``app.config["CLOCK"]`` to its own clock."""
    clock: Callable[[], datetime] = current_app.config["CLOCK"]
    return clock()


def db() -> Session:
    """Give the request's database session, for reading. To write, use `transaction`."""
    if "session" not in g:
        g.session = Session(services().engine)
    session: Session = g.session
    return session


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: ``with transaction() as session: ...`` commits at the end, or nothing is kept.

    Objects that were read before are read again inside, so decide on their state inside.
    """
    with writing(db()) as session:
        yield session


def sign(purpose: str, *parts: str) -> str:
    """Give a signature of `parts` that only this installation can make (HMAC-SHA256, hex)."""
    message = "\n".join((purpose, *parts))
    return hmac.new(services().secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _close_session(_error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()
