"""Alembic's entry: `lti_tool.store.migrate` hands over the connection.

To write a new migration, point PEERLOOM_DATABASE at a database of the last version and run
``alembic -c lti_tool/store/migrations/alembic.ini revision --autogenerate -m "Say what"``.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from lti_tool.config import Config
from lti_tool.store import models  # noqa: F401 - fills the metadata of the base
from lti_tool.store.base import Base, UtcDateTime
from lti_tool.store.engine import open_engine


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    # A migration stays what it was, so it must not import the models of today.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite cannot alter a column in place
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


handed_over = context.config.attributes.get("connection")
if handed_over is not None:
    _run(handed_over)
else:
    with open_engine(Config.from_environment().database).begin() as own:
        _run(own)
