"""A centre carried from SQLite to PostgreSQL and back: every row the same, the chain whole, nothing overwritten."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from keeping_desk import SAID, Keeper, dump, ended
from postgres import Server, postgres  # noqa: F401 - a fixture

from bot import clerk
from bot.keeping.moving import move_database
from storage import moving
from storage.database import Database


@pytest.fixture
def empty(keeper: Keeper, postgres_url: str) -> str:
    """A PostgreSQL database with all tables and no row."""
    return postgres_url


def move(source: str, target: str) -> int:
    return ended(lambda: move_database(source, target))


def fill(keeper: Keeper) -> None:
    keeper.do(lambda books: [books.first_contact.note(f"web:{n}", f"{SAID}{n}", "open") for n in range(30)])
    keeper.send_in(b"\x89PNG one", "web:7", "1")


def test_there_and_back(keeper: Keeper, empty: str, tmp_path: Path) -> None:
    fill(keeper)
    assert move(keeper.url, empty) == 0
    with clerk.looking(empty) as (_, there):
        assert there.scalar(sa.text("SELECT count(*) FROM contact")) == 30
    home = tmp_path / "home" / "desk.db"
    assert move(empty, f"sqlite:///{home}") == 0
    assert sorted(dump(home)) == sorted(dump(keeper.file))
    assert Path(f"{home}.key").read_bytes() == keeper.key()


def test_a_backup_of_postgresql_comes_back_on_it(
    keeper: Keeper,
    empty: str,
    postgres: Server,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fill(keeper)
    assert move(keeper.url, empty) == 0
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", empty)
    keeper.url = empty
    assert [keeper.backup(), keeper.backup()] == [0, 0]
    assert len(keeper.names()) == 1, "nothing had changed"
    assert keeper.restore() == 1, "the database is not empty"
    again = postgres.create("template0")
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", again)
    keeper.url = again
    assert keeper.restore() == 0
    assert keeper.verify() == 0
    assert keeper.rows("SELECT count(*) FROM contact") == [(30,)]


def test_a_target_with_a_row_is_refused(keeper: Keeper, empty: str) -> None:
    fill(keeper)
    assert move(keeper.url, empty) == 0
    assert move(keeper.url, empty) == 1
    assert move(empty, keeper.url) == 1


def test_a_desk_that_runs_is_left_alone(keeper: Keeper, empty: str) -> None:
    desk = Database(keeper.url)
    desk.hold()
    assert move(keeper.url, empty) == 3
    desk.let_go()
    assert move(keeper.url, keeper.url) == 3
    with clerk.looking(empty) as (_, there):
        assert moving.filled(there) == []


def test_a_chain_that_is_broken_does_not_move(keeper: Keeper, empty: str) -> None:
    fill(keeper)
    with clerk.opened(keeper.url) as (_, here):
        here.exec_driver_sql("UPDATE contact SET matter = 'x' WHERE id = 7")
    assert move(keeper.url, empty) == 1
    with clerk.looking(empty) as (_, there):
        assert moving.filled(there) == []


def test_a_row_that_does_not_arrive_is_found(keeper: Keeper, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(keeper)
    pour = moving._pour

    def loses(table: sa.Table, source: sa.Connection, target: sa.Connection) -> int:
        count = pour(table, source, target)
        if table.name == "contact":
            target.execute(sa.text("UPDATE contact SET answer = ' ' WHERE id = 9"))
        return count

    monkeypatch.setattr(moving, "_pour", loses)
    assert move(keeper.url, empty) == 1
    with clerk.looking(empty) as (_, there):
        assert moving.filled(there) == []


@pytest.mark.parametrize(
    "words", [("nonsense", "sqlite:///x"), ("sqlite:///{folder}/none.db", "sqlite:///{folder}/x.db")]
)
def test_what_is_no_database_is_said(tmp_path: Path, words: tuple[str, str]) -> None:
    source, target = (word.format(folder=tmp_path) for word in words)
    assert move(source, target) in (1, 2)
