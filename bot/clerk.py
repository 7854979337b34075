"""Work on the books from the command line, also while the desk runs: one short transaction that the desk notices."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.app import shelf_of
from bot.clock import Clock
from bot.console import OCCUPIED, leave
from storage import migrating
from storage.books import Books
from storage.database import Database, Occupied, take_writing
from storage.group import Group

ACTOR = "console"


@contextmanager
def opened(url: str) -> Iterator[tuple[Database, sa.Connection]]:
    """A connection that writes only what it is told to."""
    database = Database(url)
    engine = database.engine()
    try:
        with _connected(engine) as connection:
            yield database, connection
    finally:
        engine.dispose()


def _connected(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except (sa.exc.OperationalError, RuntimeError) as away:
        leave(1, "doctor/no_database", why=type(away).__name__)


@contextmanager
def alone(url: str) -> Iterator[tuple[Database, sa.Connection]]:
    """Books that nobody else writes meanwhile; ends the command with 3 while a desk runs on them."""
    database = Database(url)
    try:
        database.hold()
    except Occupied:
        leave(OCCUPIED, "doctor/occupied", where=Path(database.path).name)
    try:
        with opened(url) as (_, connection):
            if not take_writing(connection):
                leave(OCCUPIED, "doctor/occupied", where=database.url.database or "")
            yield database, connection
    finally:
        database.let_go()


@contextmanager
def looking(url: str) -> Iterator[tuple[Database, sa.Connection]]:
    """One snapshot of books that exist already; ends the command where there are none."""
    database = Database(url)
    if database.sqlite and not Path(database.path).exists():
        leave(1, "doctor/no_desk", where=Path(database.path).name)
    with opened(url) as (database, connection):
        if not migrating.current(connection.engine):
            leave(1, "doctor/no_desk", where=database.url.database or "")
        connection.exec_driver_sql(database.snapshot)
        yield database, connection
        connection.exec_driver_sql("ROLLBACK")


@contextmanager
def writing(url: str, audit_key: str, actor: str = ACTOR) -> Iterator[Books]:
    """Books for one transaction, whole or not at all.

    On SQLite the desk may run meanwhile: both take the write lock, and the centre's count tells it to read the chain's
    head again. On PostgreSQL the writer's place must be free.
    """
    with opened(url) as (database, connection):
        migrating.to_head(database, connection.engine)
        if not take_writing(connection):
            leave(OCCUPIED, "doctor/occupied", where=database.url.database or "")
        try:
            group = Group(connection, shelf_of(database, connection, audit_key))
        except PermissionError as open_key:
            leave(1, "doctor/no_database", why=open_key)
        try:
            group.begin([], [])
        except (sa.exc.OperationalError, sqlite3.OperationalError):
            leave(1, "doctor/busy")
        try:
            books = Books(group, Clock().now(), actor)
            yield books
            books.count("centre")
            books.close()
            group.commit()
        except BaseException:
            group.raw.execute("ROLLBACK")
            raise
