"""Empty books, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import empty_url_in, reading, url_in
from storage_desk import Desk

from storage.audit import load_key
from storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """All tables and no row."""
    return Database(empty_url_in(tmp_path))


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A desk nobody has loaded a centre into."""
    with reading(str(database.url)) as connection:
        yield Desk(connection)


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Desk]:
    """A desk with the example centre."""
    url = url_in(tmp_path)
    with reading(url) as connection:
        yield Desk(connection, load_key("", Database(url).key_file))
