"""Empty books on a fresh SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from storage_desk import Desk

from storage.database import Database, create


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk nobody has loaded a centre into."""
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    create(database)
    engine = database.engine()
    with engine.connect() as connection:
        yield Desk(connection)
    engine.dispose()
