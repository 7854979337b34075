"""A desk on PostgreSQL, and all it said."""

from pathlib import Path

from bot.app import EXAMPLE
from bot.clock import StandingClock
from bot.rehearsal import Rehearsal, Said
from bot.transcripts import START


class Scene:
    """A desk on PostgreSQL, and all it said."""

    def __init__(self, url: str, centre: Path | None = EXAMPLE) -> None:
        self.url = url
        self.said: list[Said] = []
        self.rehearsal = Rehearsal(url, StandingClock(START), self.said.append, centre)

    async def say(self, person: str, text: str, key: str = "") -> list[str]:
        """What the person was told because of it."""
        self.said.clear()
        await self.rehearsal.hear(person, text=text, key=key)
        return [said.text for said in self.said if said.to == person]
