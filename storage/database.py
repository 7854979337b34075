"""One database, two languages: the writer's own connection, and engines for readers who never write."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from storage import schema

WRITING, MIGRATING = 717401, 717402  # PostgreSQL's advisory locks
GHOST = 1.0  # seconds until PostgreSQL has noticed that the writer before was killed
SILENT = 15  # seconds without a word from a writer that speaks every five: its process stands still
LINE = {"connect_timeout": 5, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3,
        "tcp_user_timeout": 30_000}  # fmt: skip


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
        """The writer's engine: it leaves BEGIN and COMMIT to us. Raises RuntimeError unless a commit is on the disk."""
        if not self.sqlite:
            return self._postgres()
        engine = sa.create_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": 5},
        )
        sa.event.listen(engine, "connect", _settle)
        return engine

    def _postgres(self) -> sa.Engine:
        """Every connection is opened anew, and closing it lets its locks go."""
        url = self.url.set(drivername="postgresql+psycopg")
        line = {name: value for name, value in LINE.items() if name not in url.query}
        engine = sa.create_engine(
            url, isolation_level="AUTOCOMMIT", hide_parameters=True, poolclass=NullPool, connect_args=line
        )
        sa.event.listen(engine, "connect", _settle_postgres)
        return engine

    @property
    def snapshot(self) -> str:
        """Begins a transaction that sees one state of the books."""
        return "BEGIN" if self.sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    @property
    def key_file(self) -> Path:
        """Where the audit chain's key is kept when none is configured: beside the file, else in the data folder."""
        return Path(self.path + ".key") if self.sqlite else Path(os.environ.get("DATA") or "var") / "audit.key"

    @property
    def receipts_file(self) -> Path:
        """Where it is noted what went out before the books know: beside the file, else in the data folder."""
        return Path(self.path + ".said") if self.sqlite else Path(os.environ.get("DATA") or "var") / "said"

    def reading_url(self) -> sa.URL:
        """Address for SQLAlchemy's async engine."""
        return self.url.set(drivername="sqlite+aiosqlite" if self.sqlite else "postgresql+psycopg")

    @property
    def unfinished(self) -> str:
        """The file that stands while a restored database takes the place of another."""
        return self.path + ".restoring"

    @property
    def damaged_file(self) -> str:
        """The file that stands while the database is known to be damaged."""
        return self.path + ".damaged"

    def hold(self, restoring: bool = False) -> None:
        """Become the one writer of an SQLite file, or raise Occupied; while a restore stands half done nobody may."""
        if not self.sqlite or self._lock is not None:
            return
        self._lock = os.open(self.path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            self._lock = None
            raise Occupied(self.path) from None
        if not restoring and Path(self.unfinished).exists():
            self.let_go()
            raise Occupied(self.unfinished)

    def let_go(self) -> None:
        if self._lock is not None:
            with suppress(OSError):
                os.close(self._lock)
            self._lock = None


def _settle(raw: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000", "secure_delete=ON"):
        raw.execute(f"PRAGMA {pragma}")
    if raw.execute("PRAGMA synchronous").fetchone()[0] != 2:
        raise RuntimeError("the database does not sync fully")


def _settle_postgres(raw: Any, _record: Any) -> None:
    """A server may be told to commit before the disk has it, and to keep no Chinese: neither will do."""
    look = "SELECT current_setting('fsync'), current_setting('server_encoding'), current_setting('synchronous_commit')"
    fsync, encoding, waits = raw.execute(look).fetchone()
    if fsync != "on" or encoding != "UTF8":
        raise RuntimeError(f"the database has fsync {fsync} and encoding {encoding}, not on and UTF8")
    if waits == "off":
        raw.execute("SET synchronous_commit TO on")


def take_writing(connection: sa.Connection, patience: float = GHOST) -> bool:
    """On PostgreSQL: the session advisory lock that makes one process the writer; on SQLite always True."""
    if connection.dialect.name != "postgresql":
        return True
    until = time.monotonic() + patience
    while not connection.scalar(sa.text("SELECT pg_try_advisory_lock(:k)"), {"k": WRITING}):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def unseat_silent(connection: sa.Connection) -> bool:
    """On PostgreSQL: end the session of a writer that stands still (a stopped process keeps its connection, and with
    it the lock); whatever it had begun is rolled back, and should it go on, it has no way to the books."""
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.scalar(sa.text(_UNSEAT), {"k": WRITING, "silent": SILENT}))


_UNSEAT = """
SELECT pg_terminate_backend(holder.pid)
FROM pg_locks JOIN pg_stat_activity AS holder USING (pid)
WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = :k AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND wait_event_type = 'Client' AND state_change < clock_timestamp() - make_interval(secs => :silent)
"""


@contextmanager
def migrating_alone(engine: sa.Engine) -> Iterator[None]:
    """On PostgreSQL: two processes that find an old database migrate it one after the other."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect() as connection:  # a session's lock: a transaction would look at what was before the wait
        connection.execute(sa.text("SELECT pg_advisory_lock(:k)"), {"k": MIGRATING})
        yield


def create(database: Database) -> None:
    """All tables at once, for tests; a real desk migrates."""
    engine = database.engine()
    schema.metadata.create_all(engine)
    engine.dispose()


def refuses(trouble: BaseException) -> bool:
    """Is it the database that will not (full, locked, gone), rather than this piece of work that is wrong?"""
    return type(trouble).__name__ == "OperationalError" or is_damage(trouble)  # SQLAlchemy's, sqlite3's and psycopg's


def is_damage(trouble: BaseException) -> bool:
    """Does SQLite say that the file itself is broken? Its other errors are children of this one."""
    return type(trouble).__name__ == "DatabaseError"


def refusal(trouble: BaseException) -> str:
    """Why the database would not, in one word: full, locked, readonly, error, or away."""
    said = str(getattr(trouble, "orig", None) or trouble)
    signs = {"full": "full", "locked": "locked", "readonly": "readonly", "I/O error": "error"}
    return next((word for sign, word in signs.items() if sign in said), "away")
