"""A whole desk in a test's folder, with whatever conversations the test brings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from databases import NOW, on_postgresql, url_in

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from bot.talk import Conversation

__all__ = ["NOW", "Desk", "desk_in", "start_in"]


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


def start_in(folder: Path) -> Path:
    """The file of url_in, for what concerns SQLite's file."""
    assert not on_postgresql(), (
        "url_in(folder) is on either database; what concerns SQLite's file is marked sqlite_file"
    )
    return Path(url_in(folder).removeprefix("sqlite:///"))


@asynccontextmanager
async def desk_in(folder: Path, now: datetime = NOW) -> AsyncIterator[Desk]:
    """Open a desk on the books in `folder`; a second one on the same folder goes on where the first stopped."""
    said: list[Said] = []
    rehearsal = Rehearsal(url_in(folder), StandingClock(now), said.append, EXAMPLE)
    await rehearsal.open()
    conversations = rehearsal.house.desk.contents.conversations
    before = dict(conversations)
    try:
        yield Desk(rehearsal, said)
    finally:
        conversations.update(before)
        await rehearsal.close()
