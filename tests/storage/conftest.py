"""Empty books on a fresh SQLite file; with FRONTDESK_ALL_ON_POSTGRES=1 on PostgreSQL as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import everything, postgres  # noqa: F401 - a fixture
from storage_desk import Desk

from storage.database import Database, create


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=everything)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """All tables and no row."""
    if request.param == "postgresql":
        return Database(request.getfixturevalue("postgres").create())
    found = Database(f"sqlite:///{tmp_path}/desk.db")
    create(found)
    return found


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A desk nobody has loaded a centre into."""
    engine = database.engine()
    with engine.connect() as connection:
        yield Desk(connection)
    engine.dispose()
