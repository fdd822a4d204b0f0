"""The database under load and after mistakes."""

from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from lti_tool.config import ConfigError
from lti_tool.store.engine import open_engine, writing
from lti_tool.store.jobs import enqueue
from lti_tool.store.models import Deployment, Invitation, Job


def test_sqlite_is_set_up_for_many_threads(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new/folder/p.sqlite3")
    with engine.connect() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "busy_timeout": 15_000,
    }
    engine.dispose()


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/x", "postgresql+asyncpg://h/x"],
)
def test_an_address_that_cannot_serve_is_named(address: str) -> None:
    with pytest.raises(ConfigError, match="PEERLOOM_DATABASE"):
        open_engine(address)


@pytest.mark.parametrize("start", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg_3(start: str) -> None:
    engine = open_engine(f"{start}://someone:word@host/name")
    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.url.password == "word"


def test_transactions_that_read_and_then_write_do_not_lose_anything(
    engine: Engine, clock: Any
) -> None:
    """Each thread reads a number and writes it back one higher, fifteen times."""
    with Session(engine) as session, writing(session):
        enqueue(session, "count", "one", {"number": 0}, clock())
    start = threading.Barrier(4)

    def count(_: int) -> None:
        start.wait(timeout=60)
        for _ in range(15):
            with Session(engine) as session:
                session.scalars(select(Job)).one()  # an earlier read must not spoil the write
                with writing(session):
                    job = session.scalars(select(Job).with_for_update()).one()
                    job.payload = {"number": job.payload["number"] + 1}

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    with Session(engine) as session:
        assert session.scalars(select(Job)).one().payload == {"number": 60}


def test_a_transaction_that_fails_leaves_nothing(engine: Engine, clock: Any) -> None:
    def fail(session: Session) -> None:
        enqueue(session, "note", "a", {}, clock())
        session.flush()
        raise ZeroDivisionError

    with Session(engine) as session:
        with pytest.raises(ZeroDivisionError), writing(session):
            fail(session)
        assert session.scalars(select(Job)).all() == []


def test_a_row_without_its_parent_is_refused(engine: Engine, clock: Any) -> None:
    with Session(engine) as session, pytest.raises(IntegrityError), writing(session):
        session.add(Deployment(registration_id=99, deployment_id="d", created_at=clock()))


def test_moments_come_back_aware_and_the_same(engine: Engine) -> None:
    moment = datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with Session(engine) as session:
        with writing(session):
            session.add(Invitation(token_hash="t", created_at=moment, expires_at=moment))
        found = session.scalars(select(Invitation)).one().created_at
        assert (found, found.tzinfo) == (moment, UTC)
        with pytest.raises(StatementError, match="time zone"), writing(session):
            session.add(
                Invitation(token_hash="u", created_at=datetime(2026, 1, 1), expires_at=moment)  # noqa: DTZ001 - the mistake under test
            )


def test_a_transaction_inside_another_is_a_mistake(engine: Engine, clock: Any) -> None:
    with Session(engine) as session, writing(session):
        enqueue(session, "note", "a", {}, clock())
        with pytest.raises(RuntimeError, match="already"), writing(session):
            pass
    with Session(engine) as session:
        assert len(session.scalars(select(Job)).all()) == 1


def test_an_error_of_the_database_names_nobody(engine: Engine, clock: Any) -> None:
    with Session(engine) as session, pytest.raises(IntegrityError) as caught, writing(session):
        session.add(Deployment(registration_id=99, deployment_id="Ada", created_at=clock()))
    assert "Ada" not in str(caught.value)


def test_a_new_data_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/data/p.sqlite3").dispose()
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
