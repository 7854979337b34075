"""The desk itself: desk, writer, shelf and courier as `frontdesk run` wires them, on the bench's conversation.

Variants: typed (python-telegram-bot's typed updates, as the Telegram channel reads them), plain (the JSON alone).
"""

import asyncio
import json
import os
import sqlite3
from typing import Any

from conversation import OnSend, Store, answer_to_send
from desk_conversation import CONTENTS, WORDS

from bot.channels.telegram_speech import hear, parse
from bot.clock import Clock
from bot.courier import Courier
from bot.desk import Desk
from bot.directory import BookedDirectory
from bot.receipts import Receipts
from bot.speech import Ability, Attachment, Ear, Heard, Spoken
from bot.templates import Words
from bot.writer import Done, Writer
from storage.audit import Chain, Head
from storage.books import Shelf
from storage.database import Database, create
from storage.machine import Statements


class Stub:
    """The Telegram channel, its network answering as the platform would, at once."""

    name = "telegram"
    ability = Ability(buttons=100, label=32, text=4096)

    def __init__(self, on_send: OnSend) -> None:
        self.on_send = on_send
        self.said: dict[str, int] = {}

    async def run(self, ear: Ear) -> None: ...

    async def send(self, spoken: Spoken) -> None:
        person = int(spoken.address)
        self.on_send(person, spoken.text)
        json.loads(answer_to_send(person, spoken.text))
        self.said[spoken.address] = self.said.get(spoken.address, 0) + 1

    async def fetch(self, file: Attachment) -> bytes:
        raise NotImplementedError


class Peer:
    def __init__(self, variant: str, store: Store, workdir: str, on_send: OnSend) -> None:
        self.read = {"typed": typed, "plain": plain}[variant]
        self.path = os.path.join(workdir, "desk.db")
        self.channel = Stub(on_send)

    async def start(self) -> None:
        database, clock = Database(f"sqlite:///{self.path}"), Clock()
        create(database)
        self.engine = database.engine()
        self.connection = self.engine.connect()
        shelf = Shelf(Statements("sqlite"), Words(WORDS), Chain(os.urandom(32), Head()))
        directory = BookedDirectory(shelf)
        self.writer = Writer(self.connection, shelf, self._stored)
        self.desk = Desk(self.writer, CONTENTS, clock, directory, understand=lambda text: None)
        receipts = Receipts(database.receipts_file)
        self.courier = Courier(self.desk, {"telegram": self.channel}, directory, clock, receipts)
        self.writer.start()

    def _stored(self, done: Done) -> None:
        self.courier.settled(done.marks)
        self.courier.deliver(done.letters)

    async def feed(self, raw: bytes) -> None:
        heard = self.read(raw)
        before = self.channel.said.get(heard.address, 0)
        await self.desk.hear(heard)
        while self.channel.said.get(heard.address, 0) == before:
            await asyncio.sleep(0)

    async def stop(self) -> None:
        await self.courier.drain()
        await asyncio.to_thread(self.writer.stop)
        faults = list(self.writer.shelf.chain.faults(self.connection))
        assert not faults, f"the audit chain does not verify: {faults[:3]}"
        self.connection.close()
        self.engine.dispose()

    def count_bookings(self) -> int:
        assert self._one("SELECT count(*) FROM outbox WHERE state != 'sent'") == 0, "letters left in the outbox"
        return self._one("SELECT count(*) FROM bench_booking")

    def _one(self, question: str) -> int:
        connection = sqlite3.connect(self.path)
        try:
            return int(connection.execute(question).fetchone()[0])
        finally:
            connection.close()


def typed(raw: bytes) -> Heard:
    """As bot.channels.telegram does it."""
    heard = hear(parse(json.loads(raw)), raw.decode())
    assert heard is not None
    return heard


def plain(raw: bytes) -> Heard:
    """What the typed reading costs is the difference to this."""
    update: dict[str, Any] = json.loads(raw)
    message = update["message"]
    return Heard("telegram", str(update["update_id"]), str(message["chat"]["id"]), message["text"], raw=raw.decode())
