"""A desk's books on a fresh database, committed piece by piece as the writer does it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.templates import Words
from rules.calendar import ZONE
from storage.audit import Chain
from storage.books import Books, Group, Shelf
from storage.centre_rows import read_centre
from storage.machine import Statements

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "centre.example"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


class Desk:
    """One connection and its shelf; every `do` is a group of one piece."""

    def __init__(self, connection: sa.Connection, key: bytes = b"key") -> None:
        self.connection = connection
        chain = Chain.resume(key, connection)
        self.shelf = Shelf(Statements(connection.dialect.name), Words(), chain, load_centre=read_centre)

    def do(self, work: Callable[[Books], Any], now: datetime = NOW, actor: str = "desk") -> Any:
        """Run a piece of work and commit; an exception leaves nothing behind."""
        group = Group(self.connection, self.shelf)
        group.begin([], [])
        books = Books(group, now, actor)
        try:
            found = work(books)
        except BaseException:
            group.raw.execute("ROLLBACK")
            raise
        books.close()
        self.shelf.chain.head = group.commit()
        return found

    @property
    def centre(self) -> Any:
        """The centre as the next message will see it."""
        return self.do(lambda books: books.centre)

    def faults(self) -> list[str]:
        """What the audit chain finds wrong."""
        return list(self.shelf.chain.faults(self.connection))
