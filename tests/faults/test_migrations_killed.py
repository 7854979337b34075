"""A migration killed at any statement, from any earlier migration on, is completed by the next start."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from postgres import Server, postgres  # noqa: F401 - a fixture
from promises import FULL, kept

from storage import migrating
from storage.database import Database

pytestmark = pytest.mark.sqlite_file("it makes its own, of either kind")
VERSIONS = sorted(path.stem.split("_", 1)[0] for path in (migrating.FOLDER / "versions").glob("[0-9]*.py"))
SPARSE = {"sqlite": 17, "postgresql": 61}  # `make test` kills at every n-th statement
Rows = dict[str, list[dict[str, Any]]]
Make = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Makes one empty database after the other."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return lambda: Database(server.create("template0"))
    names = (tmp_path / f"{n}.db" for n in range(1_000_000))
    return lambda: Database(f"sqlite:///{next(names)}")


def begin(database: Database, version: str) -> Rows:
    """A database as that version left it, with a row in every table; what its rows are."""
    if not version:
        return {}
    engine = database.engine()
    config = Config()
    config.set_main_option("script_location", str(migrating.FOLDER))
    config.attributes["engine"] = engine
    command.upgrade(config, version)
    there = sa.MetaData()
    there.reflect(engine)
    with engine.connect() as connection:
        for table in there.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(sa.insert(table).values({c.name: filling(c) for c in table.c}))
    engine.dispose()
    return rows(database)


def filling(column: sa.Column[Any]) -> Any:
    kind = column.type.python_type
    return "x" if kind is str else True if kind is bool else 1 if kind is int else kind(2026, 11, 23)


def rows(database: Database) -> Rows:
    engine, there = database.engine(), sa.MetaData()
    there.reflect(engine)
    with engine.connect() as connection:
        found = {t.name: [dict(row._mapping) for row in connection.execute(sa.select(t))] for t in there.sorted_tables}
    engine.dispose()
    found.pop("alembic_version", None)
    return found


def migrate(database: Database, killed_at: int = 0) -> int:
    """To the newest; how many statements and commits it takes. SIGKILL before the one of that number."""
    count, engine = 0, database.engine()

    def crossing(*_: Any, **__: Any) -> None:
        nonlocal count
        count += 1
        if count == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    for event in ("before_cursor_execute", "commit"):
        sa.event.listen(engine, event, crossing)
    migrating.to_head(database, engine)
    engine.dispose()
    return count


def killed(database: Database, at: int) -> bool:
    """Migrate in a process that dies there."""
    child = os.fork()
    if child == 0:
        try:
            migrate(database, at)
        finally:
            os._exit(1)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def unfinished(database: Database, before: Rows) -> Iterator[str]:
    """What is wrong after the next start: it fails, a table is missing, a row has changed."""
    try:
        migrate(database)
    except Exception as trouble:
        yield f"{type(trouble).__name__}: {str(trouble)[:120]}"
        return
    after = rows(database)
    for name, had in before.items():
        if name not in after:  # given up by a later migration
            continue
        has = [{column: row[column] for column in had[0]} for row in after.get(name, [])]
        if has != had:
            yield f"{name}: {had} became {has}"
    engine = database.engine()
    tables = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    yield from sorted(set(whole()) - tables)


def whole() -> list[str]:
    from storage.schema import metadata

    return list(metadata.tables)


def test_a_migration_killed_anywhere_is_completed_at_the_next_start(make: Make) -> None:
    tried, broken, kind = 0, [], make().url.get_backend_name()
    for version in ["", *VERSIONS[:-1]]:
        database = make()
        begin(database, version)
        crossings = migrate(database)
        for at in range(1, crossings + 1, 1 if FULL else SPARSE[kind]):
            database = make()
            before = begin(database, version)
            assert killed(database, at), f"from {version!r}: nothing happened at {at} of {crossings}"
            broken += [f"from {version!r} killed at {at}: {fault}" for fault in unfinished(database, before)]
            tried += 1
    kept(f"migration killed at each statement, {kind}", tried=tried, broken=len(broken))
    assert broken == []


def test_half_a_migration_would_be_seen(tmp_path: Path) -> None:
    """The harness is not blind: a table made outside the transaction stops the next start."""
    database = Database(f"sqlite:///{tmp_path}/half.db")
    with database.engine().connect() as connection:
        connection.execute(sa.text("CREATE TABLE account (half TEXT)"))
    assert list(unfinished(database, {})) != []
