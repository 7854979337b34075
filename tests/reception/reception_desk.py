"""Says lines to a desk, reads what came of them, and looks into its books."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.app import EXAMPLE
from bot.rehearsal import Rehearsal, Said
from rules.calendar import ZONE
from storage.books import Books
from storage.loading import load_folder, write_centre
from storage.machine import timer


def day(number: int, hour: int, minute: int = 0) -> datetime:
    """An instant in November 2026."""
    return datetime(2026, 11, number, hour, minute, tzinfo=ZONE)


class Counter:
    """One desk and all it said."""

    def __init__(self, rehearsal: Rehearsal, said: list[Said]) -> None:
        self.rehearsal = rehearsal
        self.said = said
        self.left_out: list[tuple[str, str]] = []

    async def say(self, person: str, *lines: str) -> Said:
        """What went back to the person last; a line in brackets is a button."""
        self.said.clear()
        for line in lines:
            what = {"tap": line[1:-1]} if line.startswith("[") else {"text": line}
            await self.rehearsal.hear(person, **what)
        return self.to(person)[-1]

    def to(self, person: str) -> list[Said]:
        """Everything said to a person (a colleague by id or name) since the last line."""
        who = self.rehearsal.identify(person).removeprefix("citizen:")
        return [one for one in self.said if one.to == who]

    async def at(self, instant: datetime) -> None:
        """Move the clock; what was said on the way can be read afterwards."""
        self.said.clear()
        await self.rehearsal.move_to(instant)

    async def do(self, work: Callable[[Books], Any]) -> Any:
        return await self.rehearsal.house.desk.do(work)

    async def waiting(self, prefix: str) -> list[datetime]:
        """When what waits under keys that begin so is due."""
        mine = (timer.c.state == "waiting") & timer.c.key.startswith(prefix)
        found = sa.select(timer.c.at).where(mine).order_by(timer.c.at)
        return list(await self.do(lambda books: list(books.execute(found).scalars())))

    async def reload(self, kind: str, without: str = "", change: Mapping[str, Any] | None = None) -> None:
        """Load the example centre again: without this fact and those left out before, or with fields changed."""
        loaded = load_folder(EXAMPLE)
        self.left_out += [(kind, without)] if without else []
        facts = {name: dict(rows) for name, rows in loaded.facts.items()}
        for name, key in self.left_out:
            del facts[name][key]
        for key, fields in (change or {}).items():
            facts[kind][key] = {**facts[kind][key], **fields}
        await self.do(lambda books: write_centre(books, replace(loaded, facts=facts)))
