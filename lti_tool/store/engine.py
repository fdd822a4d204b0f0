"""The database: one SQLite file by default, PostgreSQL for more than one host."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from lti_tool.config import ConfigError

WRITES = "peerloom_writes"
"""The execution option of a connection whose transactions write; see `writing`."""

_BUSY_MILLISECONDS = 15_000


def open_engine(address: str) -> Engine:
    """Open the database at a SQLAlchemy address; nothing is connected yet.

    Raises
    ------
    ConfigError
        For an address that is neither SQLite in a file nor PostgreSQL.
    """
    url = _read_url(address)
    if url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # pre_ping: a restart of PostgreSQL must not show as an error page on each old connection.
    # hide_parameters, above too: an error in the log must not hold names of people.
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=8)


@contextmanager
def writing(session: Session) -> Iterator[Session]:
    """Run one writing transaction: committed at the end, rolled back on an error.

    A read that the session began before ends here, so that the transaction decides on what is
    stored now. In SQLite it takes the write lock first (``BEGIN IMMEDIATE``): a transaction that
    reads and then writes would otherwise fail when another one wrote in between.

    Raises
    ------
    RuntimeError
        Inside another one of the same session: its writes would be rolled back unseen.
    """
    if session.info.get(WRITES):
        raise RuntimeError("this session is in a writing transaction already")
    session.rollback()
    session.info[WRITES] = True
    try:
        with session.begin():
            session.connection(execution_options={WRITES: True})
            yield session
    finally:
        del session.info[WRITES]


def _read_url(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        raise ConfigError("PEERLOOM_DATABASE is not a database address") from None
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in {"sqlite", "sqlite+pysqlite"} and url.database not in {
        None,
        "",
        ":memory:",
    }:
        return url
    raise ConfigError(
        "PEERLOOM_DATABASE must look like sqlite:////folder/file.sqlite3"
        " or postgresql://user:password@host/name"
    )


def _prepare_sqlite(connection: SQLiteConnection, _record: ConnectionPoolEntry) -> None:
    # Autocommit in the driver: `_begin_sqlite` says itself when a transaction begins, and how.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
