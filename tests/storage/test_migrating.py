"""Migrations make the tables the desk means, and no row of an older desk looks changed behind its back."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from databases import blank_url_in

from storage import migrating
from storage.audit import digest_of, digest_of_row
from storage.database import Database
from storage.first_contact import contact
from storage.schema import metadata

VERSIONS = sorted(path.stem.split("_", 1)[0] for path in (migrating.FOLDER / "versions").glob("[0-9]*.py"))


USUAL = {"compare_server_default": False}


def upgraded(folder: Path, revision: str) -> sa.Engine:
    engine = Database(blank_url_in(folder)).engine()
    config = Config()
    config.set_main_option("script_location", str(migrating.FOLDER))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)
    return engine


@pytest.mark.on_both
def test_the_migrations_make_the_tables_the_desk_means(tmp_path: Path) -> None:
    with upgraded(tmp_path, "head").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts=USUAL), metadata) == []


def test_they_are_one_line() -> None:
    assert [str(number) for number in range(1, len(VERSIONS) + 1)] == [version.lstrip("0") for version in VERSIONS]


@pytest.mark.parametrize("revision", VERSIONS[:-1])
def test_a_column_brought_later_says_so(tmp_path: Path, revision: str) -> None:
    """Its default must not change the digest the audit chain holds of older rows."""
    there = sa.inspect(upgraded(tmp_path, revision))
    for table in metadata.tables.values():
        before = {column["name"] for column in there.get_columns(table.name)} if there.has_table(table.name) else None
        if before is not None:
            assert [c.name for c in table.columns if c.name not in before and "added" not in c.info] == [], table.name


def test_an_added_column_counts_once_it_holds_more_than_its_default() -> None:
    old = [1, "p", "web", None, "m", "", "o", "open", "", "", None]
    assert digest_of_row(contact, [*old, 0, ""]) == digest_of(old)
    assert digest_of_row(contact, [*old, 1, ""]) != digest_of(old)
