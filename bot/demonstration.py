"""What only a demonstration may do: step in as any colleague, and turn the clock."""

import asyncio
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.app import House
from bot.directory import BookedDirectory
from storage import machine
from storage.books import Books

FARTHEST = timedelta(days=62)
PATIENCE = 0.3  # seconds a closed page may hold up the clock
KEPT_FOR = timedelta(days=1)


class Demonstration:
    """The two callables of the web channel."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turning = asyncio.Lock()

    async def step_in(self, address: str, person: str) -> str:
        """The tab at this address is that colleague from now on; the newest of several gets what is pushed."""
        desk = self._house.desk
        directory = self._house.directory
        assert isinstance(directory, BookedDirectory)
        label = await desk.do(lambda books: _seat(books, address, person), actor=person)
        directory.beside["web", address] = person
        await self._house.courier.sweep()
        return label

    async def set_clock(self, at: datetime) -> None:
        """Forward fires what falls due on the way; back only turns the hands. Raises ValueError when too far."""
        house = self._house
        if abs(at - house.clock.now()) > FARTHEST:
            raise ValueError("too far")
        async with self._turning:
            if at > house.clock.now():
                await house.bells.move_to(at, PATIENCE)
            else:
                house.clock.set(at)
            await house.bells.catch_up()


def _seat(books: Books, address: str, person: str) -> str:
    for channel, old in [("web", address), *books.roster.accounts_of(person)]:
        if channel == "web":
            books.roster.unbind(channel, old)
    books.roster.bind("web", address, person)
    _hand_over(books, person)
    return books.roster.label(person)


def _hand_over(books: Books, person: str) -> None:
    """What reached nobody because nobody played this colleague yet waits again."""
    table = machine.outbox
    lately = (table.c.person == person) & (table.c.channel == "") & (table.c.posted > books.now - KEPT_FOR)
    missed = lately & (table.c.state == machine.DEAD)
    books.execute(sa.update(table).where(missed).values(state=machine.WAITING, done=None, note=None))
