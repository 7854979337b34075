"""A whole desk in a test's folder, with whatever conversations the test brings."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.app import EXAMPLE, shelf_of
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from bot.talk import Conversation
from rules.calendar import ZONE
from storage import migrating
from storage.books import Books, Group
from storage.database import Database
from storage.loading import load_folder, write_centre

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
_LIVES: list[tempfile.TemporaryDirectory[str]] = []  # folders that last as long as the process


class Desk:
    """Says lines, remembers what came of each."""

    def __init__(self, rehearsal: Rehearsal, said: list[Said]) -> None:
        self.rehearsal = rehearsal
        self.said = said

    @property
    def contents(self) -> dict[str, Conversation]:
        return self.rehearsal.house.desk.contents.conversations

    async def say(self, person: str, text: str = "", **what: str) -> list[str]:
        """The texts that went back to the person."""
        self.said.clear()
        await self.rehearsal.hear(person, **({"text": text} if text else {}), **what)
        return [s.text for s in self.said if s.to == person]


@cache
def prepared() -> Path:
    """A closed database with all tables and the example centre, its key beside it; made once a process."""
    _LIVES.append(tempfile.TemporaryDirectory(prefix="prepared"))
    database = Database(f"sqlite:///{_LIVES[-1].name}/desk.db")
    engine = database.engine()
    migrating.to_head(database, engine)
    with engine.connect() as connection:
        group = Group(connection, shelf_of(database, connection, ""))
        group.begin([], [])
        books = Books(group, NOW)
        write_centre(books, load_folder(EXAMPLE))
        books.close()
        group.commit()
    engine.dispose()
    return Path(database.path)


def start_in(folder: Path) -> Path:
    """A database in `folder` that need not be migrated and loaded any more; one that is there is left alone."""
    place = folder / "desk.db"
    for end in ("", ".key") if not place.exists() else ():
        shutil.copy(f"{prepared()}{end}", f"{place}{end}")
    return place


@asynccontextmanager
async def desk_in(folder: Path, now: datetime = NOW) -> AsyncIterator[Desk]:
    """Open a desk on `folder`/desk.db; a second one on the same folder goes on where the first stopped."""
    said: list[Said] = []
    rehearsal = Rehearsal(f"sqlite:///{start_in(folder)}", StandingClock(now), said.append, EXAMPLE)
    await rehearsal.open()
    conversations = rehearsal.house.desk.contents.conversations
    before = dict(conversations)
    try:
        yield Desk(rehearsal, said)
    finally:
        conversations.update(before)
        await rehearsal.close()
