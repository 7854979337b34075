"""Alembic's way into our database: the engine is handed over, SQLite alters by copying."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from storage.books import Books  # noqa: F401 - brings all tables
from storage.schema import Instant, Json, metadata


def plain_type(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """A migration names what the database keeps, not our classes, which may change."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.String(24)"
    return "sa.Text()" if kind == "type" and isinstance(thing, Json) else False


def migrate() -> None:
    engine: sa.Engine = context.config.attributes["engine"]
    isolation: Any = "AUTOCOMMIT" if engine.dialect.name == "sqlite" else "SERIALIZABLE"
    with engine.connect().execution_options(isolation_level=isolation) as connection:
        if engine.dialect.name == "sqlite":  # left to itself the driver begins nothing before a CREATE or ALTER
            sa.event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
        context.configure(connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True,
                          transactional_ddl=True, render_item=plain_type)  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


migrate()
