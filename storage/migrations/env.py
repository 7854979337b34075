"""Alembic's way into our database: the engine is handed over, SQLite alters by copying."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

import sqlalchemy as sa
from alembic import context

from storage.books import Books  # noqa: F401 - brings all tables
from storage.schema import Instant, Json, metadata


def plain_type(kind: str, thing: Any, context: Any) -> str | Literal[False]:
    """A migration names what the database keeps, not our classes, which may change."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.String(24)"
    return "sa.Text()" if kind == "type" and isinstance(thing, Json) else False


@contextmanager
def altering(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection on which each migration is one transaction, its tables and its version together.

    SQLite's driver begins none before CREATE or ALTER, so a kill would leave half a migration that can never be
    finished; and a table altered by copying must not take the rows that point to it along.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
            yield connection
        return
    with engine.connect() as connection:
        sa.event.listen(connection, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            raw.rollback()
            raw.execute("PRAGMA foreign_keys=ON")


def nothing_dangles(*, ctx: Any, **_step: Any) -> None:
    """What a migration leaves must fit together; else it has not happened."""
    if ctx.dialect.name == "sqlite" and ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("the migration leaves rows that point nowhere")


def migrate() -> None:
    with altering(context.config.attributes["engine"]) as connection:
        context.configure(connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True,
                          transactional_ddl=True, render_item=plain_type,
                          on_version_apply=cast(Any, nothing_dangles))  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()


migrate()
