"""Bring a database to the tables of this version, before the first request is answered."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from lti_tool.store.engine import WRITES

FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x7065_6572  # any number will do, so long as nobody else locks it in our database


class DatabaseTooNewError(RuntimeError):
    """The database was written by a later version of the tool; nothing was changed."""


def migrate(engine: Engine) -> str:
    """Run the missing migrations, all in one transaction, and give the revision reached.

    Processes that start at once wait for each other: the first one does the work.

    Raises
    ------
    DatabaseTooNewError
        If the database is at a revision that this version does not know.
    """
    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        _lock(connection)
        current = MigrationContext.configure(connection).get_current_revision()
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            raise DatabaseTooNewError(
                f"The database is at revision {current}, which this version does not know:"
                " it was written by a later version. Install that version, or use another database."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        reached = script.get_current_head()
        if reached is None:
            raise LookupError("no migrations are installed")
        return reached


def _lock(connection: Connection) -> None:
    # SQLite is locked already: its writing transactions begin with BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
