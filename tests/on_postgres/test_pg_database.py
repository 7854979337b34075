"""Migrations, the one writer's place, and what a failed statement does to a transaction."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from databases import rows
from on_postgres_scene import Scene
from postgres import Server

from bot.app import House
from bot.clock import Clock
from bot.writer import NotStored
from storage import machine, migrating
from storage.audit import Chain, load_key
from storage.books import Books
from storage.database import Database, Occupied
from storage.schema import metadata

MIGRATE = """
import sys
from storage import migrating
from storage.database import Database
database = Database(sys.argv[1])
engine = database.engine()
print("ready", flush=True)
sys.stdin.readline()
migrating.to_head(database, engine)
"""


def test_the_migrations_make_the_tables_the_desk_means(postgres_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = Database(postgres_url).engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": False})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_two_that_migrate_at_once_do_not_meet(postgres: Server, postgres_url: str) -> None:
    empty = postgres.create("template0")
    command = [sys.executable, "-c", MIGRATE, empty]
    root = Path(__file__).parents[2]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=root) for _ in range(2)]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write(b"\n")
        one.stdin.flush()
    outcomes = [one.communicate(timeout=60) for one in both]
    assert [one.returncode for one in both] == [0, 0], outcomes
    assert rows(empty, "SELECT version_num FROM alembic_version") == [(migrating.newest(),)]


async def test_a_second_process_finds_the_place_taken(scene: Scene) -> None:
    second = House(scene.url, Clock())
    with pytest.raises(Occupied):
        await second.open()
    assert await scene.say("甲", "帮助")


async def test_a_piece_that_fails_takes_nothing_with_it(scene: Scene) -> None:
    """After a failed statement PostgreSQL hears nothing but the way back to the savepoint."""
    desk = scene.rehearsal.house.desk

    def twice(books: Books) -> None:
        for _ in range(2):
            books.execute(sa.insert(machine.counter).values(name="twice", n=1))

    def swallows(books: Books) -> None:
        try:
            twice(books)
        except sa.exc.IntegrityError:
            books.count("after")

    for piece in (twice, swallows):
        with pytest.raises((sa.exc.DBAPIError, psycopg.Error)):
            await desk.do(piece)
    assert await desk.do(lambda books: books.count("after")) == 1
    assert rows(scene.url, "SELECT name FROM counter WHERE name = 'twice'") == []
    assert await scene.say("甲", "帮助")


async def test_what_postgresql_threw_away_is_not_called_stored(scene: Scene) -> None:
    """Told to commit a transaction in which a statement failed, it rolls back and calls that a success."""
    desk = scene.rehearsal.house.desk

    def spoil(books: Books) -> None:
        books.count("spoilt")
        books.execute(sa.text("RELEASE SAVEPOINT piece"))
        with suppress(psycopg.Error):
            scene.rehearsal.house.writer.raw.execute("SELECT 1 / 0")
        books._open = False

    with pytest.raises(NotStored):
        await desk.do(spoil)
    assert rows(scene.url, "SELECT * FROM counter WHERE name = 'spoilt'") == []
    assert await scene.say("甲", "帮助")


async def test_the_chain_holds(scene: Scene) -> None:
    await scene.say("甲", "预约居民身份证首次申领")
    engine = Database(scene.url).engine()
    key = load_key("", Database(scene.url).key_file)
    with engine.connect() as connection:
        assert list(Chain.resume(key, connection).faults(connection)) == []
        connection.execute(sa.text("UPDATE staff SET name = '乙' WHERE id = 'BH001'"))
        assert list(Chain.resume(key, connection).faults(connection)) == ["staff/BH001"]
    engine.dispose()
