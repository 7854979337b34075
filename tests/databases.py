"""Which database a test's desk opens on is decided here and nowhere else.

A test asks `url_in(folder)` for the address of books with the example centre (or of emptier ones), and reads beside the
desk with `rows(url, query)`; then it runs on both. FRONTDESK_DATABASES says on which: `sqlite`, `postgresql`, `both`
(`make faults`), or `sample`, the usual: SQLite, and what is marked `on_both` on PostgreSQL as well. What concerns
SQLite's file says so with `@pytest.mark.sqlite_file("why")` and is skipped on PostgreSQL with that reason.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import EXAMPLE, shelf_of
from bot.clock import Clock
from rules.calendar import ZONE
from storage import migrating
from storage.books import Books, Group
from storage.database import Database
from storage.loading import load_folder, write_centre

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
SQLITE, POSTGRESQL = "sqlite", "postgresql"
ON_BOTH = (
    "attendance",
    "complaints",
    "faults",
    "reception",
    "storage",
    "transcripts",
)  # folders of tests that open desks
MODE = os.environ.get("FRONTDESK_DATABASES") or ("both" if os.environ.get("FRONTDESK_FAULTS") == "full" else "sample")
_LIVES: list[tempfile.TemporaryDirectory[str]] = []  # folders that last as long as the process


class Running:
    """The test that runs: on which database, what it made there, and what it opened although it may not."""

    kind = SQLITE
    made: dict[Path, str] = {}  # noqa: RUF012 - there is one test at a time
    strayed: list[str] = []  # noqa: RUF012


# -- what a test asks for ----------------------------------------------------------------------------------------------
def url_in(folder: Path) -> str:
    """Books that need not be migrated and loaded any more; those that are in the folder already are left alone."""
    return _made_in(folder, furnished)


def empty_url_in(folder: Path) -> str:
    """Books with all tables and no row."""
    return _made_in(folder, bare)


def blank_url_in(folder: Path) -> str:
    """A database without tables."""
    return _made_in(folder, blank)


def on_postgresql() -> bool:
    return Running.kind == POSTGRESQL


def settings_in(data: Path) -> dict[str, str]:
    """What a desk in a process of its own must be told about its database."""
    return {"FRONTDESK_DATABASE_URL": empty_url_in(data)} if on_postgresql() else {}


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """What somebody else sees in the database."""
    engine = Database(url).engine()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def rows(url: str, query: str) -> list[Any]:
    with reading(url) as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


# -- how it is made ----------------------------------------------------------------------------------------------------
def _made_in(folder: Path, like: Callable[[str], tuple[str, Path]]) -> str:
    folder = folder.resolve()
    if not on_postgresql():
        place = folder / "desk.db"
        if not place.exists():
            _copy(like(SQLITE), place, Path(f"{place}.key"))
        return f"sqlite:///{place}"
    os.environ["DATA"] = str(folder)  # the key and the receipts of the books opened next; the fixture puts it back
    if folder not in Running.made:
        from postgres import server

        model, key = like(POSTGRESQL)
        Running.made[folder] = server().create(sa.make_url(model).database or "")
        folder.mkdir(exist_ok=True)
        if not (folder / "audit.key").exists():
            shutil.copy(key, folder / "audit.key")
    return Running.made[folder]


def _copy(model: tuple[str, Path], place: Path, key: Path) -> None:
    place.parent.mkdir(exist_ok=True)
    shutil.copy(model[0], place)
    shutil.copy(model[1], key)


@cache
def blank(kind: str) -> tuple[str, Path]:
    """Nothing, and a key."""
    _LIVES.append(tempfile.TemporaryDirectory(prefix="blank"))
    for name in ("nothing", "key"):
        (Path(_LIVES[-1].name) / name).write_bytes(b"k" * 32 if name == "key" else b"")
    nothing = f"{_LIVES[-1].name}/nothing" if kind == SQLITE else "postgresql:///template0"
    return nothing, Path(_LIVES[-1].name) / "key"


@cache
def bare(kind: str) -> tuple[str, Path]:
    """A closed database with all tables, its file or address, and the chain's key; made once a process."""
    return _model(kind, lambda books: None)


@cache
def furnished(kind: str) -> tuple[str, Path]:
    """The same with the example centre."""
    return _model(kind, lambda books: write_centre(books, load_folder(EXAMPLE)))


@cache
def todays() -> tuple[str, Path]:
    """The same, loaded just now: for a desk that goes by the machine's clock."""
    return _model(SQLITE, lambda books: write_centre(books, load_folder(EXAMPLE)), Clock().now())


def furnish(data: Path) -> None:
    """A data folder as the first start leaves it."""
    data.mkdir(mode=0o700, exist_ok=True)
    _copy(todays(), data / "desk.db", data / "desk.db.key")


def _model(kind: str, work: Callable[[Books], Any], now: datetime = NOW) -> tuple[str, Path]:
    _LIVES.append(tempfile.TemporaryDirectory(prefix="books"))
    folder = Path(_LIVES[-1].name)
    database = Database(f"sqlite:///{folder}/desk.db" if kind == SQLITE else _empty())
    with _data(folder):
        fill(database, work, now)
        return database.path or str(database.url), database.key_file


def _empty() -> str:
    from postgres import server

    return server().create("template0")


@contextmanager
def _data(folder: Path) -> Iterator[None]:
    before, os.environ["DATA"] = os.environ.get("DATA"), str(folder)
    try:
        yield
    finally:
        os.environ.pop("DATA") if before is None else os.environ.update(DATA=before)


def fill(database: Database, work: Callable[[Books], Any], now: datetime = NOW) -> None:
    """Migrate, and do one piece of work."""
    engine = database.engine()
    migrating.to_head(database, engine)
    with engine.connect() as connection:
        group = Group(connection, shelf_of(database, connection, ""))
        group.begin([], [])
        books = Books(group, now)
        work(books)
        books.close()
        group.commit()
    engine.dispose()


# -- which tests run on which ------------------------------------------------------------------------------------------
def kinds(test: Any) -> list[Any]:
    """The databases a test is run on, as parameters; nothing when it has no choice."""
    folder = Path(test.path).parent
    if folder.name not in ON_BOTH or "postgres" in test.fixturenames:
        return []
    both = MODE == "both" or (MODE == "sample" and test.get_closest_marker("on_both"))
    if not both and MODE != POSTGRESQL:
        return []
    marks = [pytest.mark.xdist_group(POSTGRESQL)]  # one server for all of them
    if why := test.get_closest_marker("sqlite_file"):
        marks.append(pytest.mark.skip(reason=f"SQLite's file: {why.args[0]}"))
    return [*([SQLITE] if MODE != POSTGRESQL else []), pytest.param(POSTGRESQL, marks=marks)]


@contextmanager
def running_on(kind: str, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """One test's time; whatever it made on the server is gone afterwards. Fails one that opened SQLite all the same."""
    Running.kind, Running.made, Running.strayed = kind, {}, []
    if kind == POSTGRESQL:
        patch.setenv("DATA", os.environ.get("DATA", ""))
        _watch(patch)
    try:
        yield
    finally:
        Running.kind = SQLITE
        for url in Running.made.values():
            from postgres import server

            server().drop(url)
    assert Running.strayed == [], "this test opens SQLite by itself: ask url_in(), or mark it sqlite_file"


def _watch(patch: pytest.MonkeyPatch) -> None:
    usual = Database.__init__

    def opened(self: Database, url: str) -> None:
        usual(self, url)
        if self.sqlite and self.url.database not in (None, "", ":memory:"):
            Running.strayed.append(self.path)

    patch.setattr(Database, "__init__", opened)
