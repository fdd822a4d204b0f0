"""A database is brought to the tables of the models, once, by whoever starts first."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from lti_tool.store import models  # noqa: F401 - fills the metadata of the base
from lti_tool.store.base import Base
from lti_tool.store.engine import open_engine
from lti_tool.store.migrate import FOLDER, DatabaseTooNewError, migrate


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_a_second_start_changes_nothing(engine: Engine) -> None:
    assert migrate(engine) == migrate(engine)


def test_two_starts_at_once_both_succeed(address: str) -> None:
    engines = [open_engine(address) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        reached = list(pool.map(migrate, engines))
    assert len(set(reached)) == 1
    for engine in engines:
        engine.dispose()


def test_a_database_of_a_later_version_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNewError, match="later version"):
        migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_developer_can_go_back_and_forth(address: str, engine: Engine) -> None:
    """With Alembic's own command, as whoever writes the next migration does."""

    def alembic(*arguments: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "alembic", "-c", FOLDER / "alembic.ini", *arguments],
            env={**os.environ, "PEERLOOM_DEVELOPMENT": "yes", "PEERLOOM_DATABASE": address},
            check=True,
            capture_output=True,
            timeout=120,
        )

    alembic("check")
    alembic("downgrade", "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    alembic("upgrade", "head")
    assert set(Base.metadata.tables) < set(inspect(engine).get_table_names())
