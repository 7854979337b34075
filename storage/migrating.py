"""Brings a database to the newest migration; a database that is there already costs one look."""

from pathlib import Path

import sqlalchemy as sa

from storage.database import Database, migrating_alone

FOLDER = Path(__file__).parent / "migrations"


def newest() -> str:
    """The newest migration, by the name of its file."""
    return max(path.stem.split("_", 1)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def current(engine: sa.Engine) -> str:
    """Where the database stands; "" when it is empty."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or "")


def to_head(database: Database, engine: sa.Engine) -> None:
    """Run the migrations that are missing, each in a transaction of its own."""
    if current(engine) == newest():
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["engine"] = engine
    with migrating_alone(engine):
        command.upgrade(config, "head")
