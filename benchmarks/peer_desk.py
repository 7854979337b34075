"""The desk itself: desk, writer, shelf and courier as `frontdesk run` wires them, on the bench's conversation.

One variant, telegram: updates read as the Telegram channel reads them. Its database is new, and in the run's folder,
unless BENCH_DATABASE names another.
"""

import asyncio
import gc
import json
import os
from pathlib import Path

from conversation import OnSend, Store, answer_to_send
from desk_conversation import CONTENTS, WORDS

from bot.channels.telegram_speech import hear
from bot.clock import Clock
from bot.courier import Courier
from bot.desk import Desk
from bot.directory import BookedDirectory
from bot.receipts import Receipts
from bot.speech import Ability, Attachment, Ear, Heard, Spoken
from bot.templates import Words
from bot.writer import Done, Writer
from storage.audit import Chain
from storage.books import Shelf
from storage.catalogue import Centre
from storage.database import Database, create
from storage.group import last_letter
from storage.machine import Statements

KEY, BOOKINGS = b"bench", "SELECT count(*) FROM bench_booking"


class Stub:
    """The Telegram channel, its network answering as the platform would, at once."""

    name = "telegram"
    ability = Ability(buttons=100, label=32, text=4096)

    def __init__(self, on_send: OnSend) -> None:
        self.on_send = on_send
        self.awaited: dict[str, asyncio.Future[None]] = {}

    async def run(self, ear: Ear) -> None: ...

    async def send(self, spoken: Spoken) -> None:
        person = int(spoken.address)
        self.on_send(person, spoken.text)
        json.loads(answer_to_send(person, spoken.text))
        if (told := self.awaited.pop(spoken.address, None)) is not None:
            told.set_result(None)

    async def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError


class Peer:
    def __init__(
        self, variant: str, store: Store | None, workdir: str, on_send: OnSend, centre: Centre | None = None
    ) -> None:
        self.read = {"telegram": heard_in}[variant]
        self.given = os.environ.get("BENCH_DATABASE", "")
        self.database = Database(self.given or f"sqlite:///{workdir}/desk.db")
        self.workdir, self.channel = workdir, Stub(on_send)
        self.centre = centre or Centre.empty()

    async def start(self) -> None:
        create(self.database)
        self.engine = self.database.engine()
        self.connection = self.engine.connect()
        self.before = self._one(BOOKINGS)
        shelf = self._shelf()
        directory, clock = BookedDirectory(shelf), Clock()
        self.writer = Writer(self.connection, shelf, self._stored)
        self.desk = Desk(self.writer, CONTENTS, clock, directory, understand=lambda text: None)
        receipts = Receipts(Path(self.workdir, "said"))
        channels = {"telegram": self.channel, "wecom": self.channel}
        self.courier = Courier(self.desk, channels, directory, clock, receipts)
        self.writer.start()
        await self.courier.sweep()
        gc.freeze()

    def _shelf(self) -> Shelf:
        chain = Chain.resume(KEY, self.connection)
        return Shelf(Statements(self.connection.dialect.name), Words(WORDS), chain, last_letter(self.connection) + 1,
                     load_centre=lambda _: self.centre)  # fmt: skip

    def _stored(self, done: Done) -> None:
        self.courier.settled(done.marks)
        self.courier.deliver(done.letters)

    async def feed(self, raw: bytes) -> None:
        heard = self.read(raw)
        told = self.channel.awaited[heard.address] = asyncio.get_running_loop().create_future()
        await self.desk.hear(heard)
        await told

    async def stop(self) -> None:
        await self.courier.drain()
        await asyncio.to_thread(self.writer.stop)
        assert self._one("SELECT count(*) FROM outbox WHERE state <> 'sent'") == 0, "letters left in the outbox"
        self.bookings = self._one(BOOKINGS) - self.before
        faults = [] if self.before else list(self.writer.shelf.chain.faults(self.connection))  # not of a million lines
        assert not faults, f"the audit chain does not verify: {faults[:3]}"
        self.connection.close()
        self.engine.dispose()

    def count_bookings(self) -> int:
        return self.bookings

    def _one(self, question: str) -> int:
        return int(self.connection.exec_driver_sql(question).scalar_one())


def heard_in(raw: bytes) -> Heard:
    """As bot.channels.telegram does it."""
    heard = hear(json.loads(raw), raw.decode)
    assert heard is not None
    return heard
