"""One database, two languages: the writer's own connection, and engines for readers who never write."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from storage import schema


class Occupied(Exception):
    """Another process is this centre's writer."""


class Database:
    """Addresses are `sqlite:///PATH` and `postgresql://…`."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._lock: int | None = None
        if self.sqlite:
            Path(self.path).parent.mkdir(parents=True, exist_ok=True)

    @property
    def path(self) -> str:
        """The file of an SQLite database; "" on PostgreSQL."""
        return self.url.database or "" if self.sqlite else ""

    def engine(self) -> sa.Engine:
        """The writer's engine: it leaves BEGIN and COMMIT to us. Raises RuntimeError unless SQLite syncs fully."""
        if not self.sqlite:
            return sa.create_engine(self.url.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
        engine = sa.create_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": 5},
        )
        sa.event.listen(engine, "connect", _settle)
        return engine

    def reading_url(self) -> sa.URL:
        """Address for SQLAlchemy's async engine."""
        return self.url.set(drivername="sqlite+aiosqlite" if self.sqlite else "postgresql+psycopg")

    def hold(self) -> None:
        """Become the one writer of an SQLite file, or raise Occupied."""
        if not self.sqlite or self._lock is not None:
            return
        self._lock = os.open(self.path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = None
            raise Occupied(self.path) from None

    def let_go(self) -> None:
        if self._lock is not None:
            with suppress(OSError):
                os.close(self._lock)
            self._lock = None


def _settle(raw: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        raw.execute(f"PRAGMA {pragma}")
    if raw.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise RuntimeError("the database does not sync fully")


def take_writing(connection: sa.Connection) -> bool:
    """On PostgreSQL: the session advisory lock that makes one process the writer."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(717401)")))


def create(database: Database) -> None:
    """All tables at once, for tests; a real desk migrates."""
    engine = database.engine()
    schema.metadata.create_all(engine)
    engine.dispose()
