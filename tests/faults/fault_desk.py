"""A whole desk in this process, loaded with the example centre, saying what it says into a list."""

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from databases import url_in

from bot.app import House
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from bot.speech import Heard
from rules.calendar import ZONE
from storage.schema import metadata

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "centre.example"
CHANNEL = "terminal"


class Scene:
    """The desk, and all it said."""

    def __init__(self, folder: Path, centre: Path) -> None:
        self.said: list[Said] = []
        self.rehearsal = Rehearsal(url_in(folder), StandingClock(NOW), self.said.append, centre)

    @property
    def house(self) -> House:
        return self.rehearsal.house

    async def hear(self, key: str, person: str, text: str) -> None:
        """Deliver one message; many may be under way at once."""
        await self.house.desk.hear(Heard(CHANNEL, key, person, text))

    async def heard_by(self, person: str) -> list[str]:
        """What a person was told, once everything is out."""
        await self.rehearsal.settle()
        return [said.text for said in self.said if said.to == person.removeprefix("citizen:")]

    async def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Every table as it stands."""

        def read(books: object) -> dict[str, list[tuple[object, ...]]]:
            connection = self.house.connection
            tables = metadata.sorted_tables
            return {t.name: [tuple(row) for row in connection.execute(sa.select(t))] for t in tables}

        await self.rehearsal.settle()
        return await self.house.desk.do(read)
