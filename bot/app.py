"""Wires everything: the only place that knows all the parts."""

import asyncio
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.clock import Clock
from bot.courier import Courier
from bot.desk import Desk
from bot.directory import BookedDirectory, Directory
from bot.jobs import Bells
from bot.speech import Channel
from bot.templates import Words
from bot.writer import Writer
from handlers import CONTENTS
from storage import migrating
from storage.audit import Chain, load_key
from storage.books import Shelf
from storage.centre_rows import read_centre
from storage.database import Database, Occupied, take_writing
from storage.machine import Statements, outbox

EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "centre.example"


class House:
    """A running desk: opened with `await open()`, closed with `await close()`."""

    def __init__(self, database_url: str, clock: Clock, *, audit_key: str = "", centre: Path | None = None) -> None:
        self.database = Database(database_url)
        self.clock = clock
        self.channels: dict[str, Channel] = {}
        self._audit_key = audit_key
        self._folder = centre
        self._router: Any = None

    async def open(self, directory: Directory | None = None, one_lane: bool = False) -> None:
        """Migrate, take the writer's place, read the centre. Raises Occupied when another process has it."""
        self.database.hold()
        self.engine = self.database.engine()
        migrating.to_head(self.database, self.engine)
        self.connection = self.engine.connect()
        if not take_writing(self.connection):
            raise Occupied(self.database.url.render_as_string())
        shelf = self._shelf()
        self.directory = directory or BookedDirectory(shelf)
        self.writer = Writer(self.connection, shelf, self._deliver)
        self.desk = Desk(self.writer, CONTENTS, self.clock, self.directory, self.understand)
        self.courier = Courier(self.desk, self.channels, self.directory, self.clock, one_lane)
        self.bells = Bells(self.desk, self.courier, self.clock)
        self.writer.start()

    def _shelf(self) -> Shelf:
        beside = Path(self.database.path + ".key") if self.database.sqlite else Path("var/audit.key")
        chain = Chain.resume(load_key(self._audit_key, beside), self.connection)
        last = self.connection.scalar(sa.select(sa.func.max(outbox.c.id))) or 0
        statements = Statements(self.connection.dialect.name)
        return Shelf(statements, Words(), chain, next_letter=last + 1, centre=read_centre(self.connection),
                     load_centre=read_centre)  # fmt: skip

    def _deliver(self, letters: Any) -> None:
        self.courier.deliver(letters)

    async def close(self) -> None:
        self.bells.stop()
        await asyncio.to_thread(self.writer.stop)
        self.connection.close()
        self.engine.dispose()
        self.database.let_go()

    # -- understanding ---------------------------------------------------------------------------------------------
    @cached_property
    def router(self) -> Any:
        from bot.understanding.catalogue import Catalogue
        from bot.understanding.routing import Router

        return Router(Catalogue.load(self._folder or EXAMPLE))

    def understand(self, text: str) -> Any:
        """What a text is about; runs outside the writer."""
        return self.router.rank(text)

    def add(self, channels: Mapping[str, Channel]) -> None:
        self.channels.update(channels)
