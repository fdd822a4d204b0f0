"""Rows found or written by their unique key without the ORM, for what every launch does."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_tool.store.base import Base


def table_of(entity: type[Base]) -> Table:
    """Give the table of an entity, for statements that need not make objects."""
    return cast(Table, entity.__table__)


class Keyed:
    """The rows of one table by their unique key.

    Its statements are made once: SQLAlchemy needs ten times as long to make one as to run it, and
    five times as long again to make objects of what it finds.

    Parameters
    ----------
    entity
        The table, with a primary key `id`.
    key
        The names of the columns of its unique key.
    values
        The names of the columns that are kept up to date.
    """

    def __init__(self, entity: type[Base], key: tuple[str, ...], values: tuple[str, ...]) -> None:
        table = table_of(entity)
        self._find = select(table.c.id, *(table.c[name] for name in values)).where(
            *(table.c[name] == bindparam(name) for name in key)
        )
        on_sqlite = sqlite.insert(table).on_conflict_do_nothing(index_elements=key)
        on_postgresql = postgresql.insert(table).on_conflict_do_nothing(index_elements=key)
        self._add = {
            "sqlite": on_sqlite.returning(table.c.id),
            "postgresql": on_postgresql.returning(table.c.id),
        }
        self._change = update(table).where(table.c.id == bindparam("found"))

    def write(self, session: Session, key: dict[str, Any], **values: Any) -> int:
        """Find or write the row with this key, take over what is news, and give its id.

        What is None or blank is never news: it stays as it was stored.
        """
        connection = session.connection()
        told = {name: value for name, value in values.items() if value not in (None, "")}
        found = connection.execute(self._find, key).one_or_none()
        if found is None:
            add = self._add[connection.dialect.name]
            written: int | None = connection.execute(add, key | told).scalar()
            if written is not None:
                return written
            # PostgreSQL: another transaction wrote the same key since we looked.
            found = connection.execute(self._find, key).one()
        stored = found._mapping
        news = {name: value for name, value in told.items() if value != stored[name]}
        if news:
            connection.execute(self._change, news | {"found": found.id})
        return int(found.id)
