"""Wires everything: the only place that knows all the parts."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from bot.clock import Clock
from bot.courier import Courier
from bot.desk import Desk
from bot.directory import BookedDirectory, Directory
from bot.jobs import Bells
from bot.logs import where
from bot.receipts import Receipts
from bot.speech import Channel
from bot.templates import Words
from bot.writer import Done, Writer
from handlers import CONTENTS
from handlers.places import ACTS_FROM
from storage import machine, migrating
from storage.audit import Chain, load_key
from storage.catalogue import Centre
from storage.centre_rows import read_centre
from storage.database import Database, Occupied, take_writing, unseat_silent
from storage.group import Shelf, last_letter
from storage.machine import Statements
from storage.outbox import waiting_between
from storage.schema import stamp

log = structlog.get_logger()
EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "centre.example"


class House:
    """A running desk: opened with `await open()`, closed with `await close()`."""

    def __init__(self, database_url: str, clock: Clock, *, audit_key: str = "", centre: Path | None = None) -> None:
        self.database = Database(database_url)
        self.clock = clock
        self.channels: dict[str, Channel] = {}
        self.displaced: Callable[[], None] = lambda: None  # told when another process has become the writer
        self.damaged: Callable[[str], None] = lambda why: None  # told when the file turns out to be broken
        self.changed = ""  # the first record that does not fit its audit line, as last looked over
        self._audit_key = audit_key
        self._folder = centre
        self._routing = threading.Lock()
        self._router: Any = None
        self._routed: Any = None
        self.receipts: Receipts | None = None

    async def open(self, directory: Directory | None = None, one_lane: bool = False) -> None:
        """Migrate, take the writer's place, read the centre. Raises Occupied when another process has it."""
        self.database.hold()
        self.engine = self.database.engine()
        migrating.to_head(self.database, self.engine)
        self.connection = self.engine.connect()
        unseat_silent(self.connection)
        if not take_writing(self.connection):
            self._shut()
            raise Occupied(self.database.url.render_as_string())
        shelf = shelf_of(self.database, self.connection, self._audit_key)
        self.directory = directory or BookedDirectory(shelf)
        self.writer = Writer(self.connection, shelf, self._stored, None if self.database.sqlite else self._reopen)
        self.writer.damaged = lambda why: self.damaged(why)
        self.desk = Desk(self.writer, CONTENTS, self.clock, self.directory, self.understand)
        self.receipts = self._receipts()
        self.courier = Courier(self.desk, self.channels, self.directory, self.clock, self.receipts, one_lane)
        self.bells = Bells(self.desk, self.courier, self.clock)
        self.writer.start()

    def _receipts(self) -> Receipts:
        """What the process before managed to say, but not to write down, rides with the first group."""
        receipts, now = Receipts(self.database.receipts_file), stamp(self.clock.now())
        for letter in receipts.match(waiting_between(self.connection, *receipts.span())):
            self.writer.marks.append((machine.SENT, now, "receipt", letter.id))
        return receipts

    def _reopen(self) -> sa.Connection:
        """A connection in place of the one that broke. Raises Occupied when another process is the writer now."""
        connection = self.engine.connect()
        if not take_writing(connection):
            connection.close()
            self.writer.loop.call_soon_threadsafe(self.displaced)
            raise Occupied(self.database.url.render_as_string())
        self.connection = connection
        return connection

    def _stored(self, done: Done) -> None:
        self.courier.settled(done.marks)
        self.courier.deliver(done.letters)

    async def close(self) -> None:
        self.bells.stop()
        await asyncio.to_thread(self.writer.stop)
        self._shut()

    def _shut(self) -> None:
        if self.receipts is not None:
            self.receipts.close()
        with suppress(sa.exc.DBAPIError):  # the server has ended the session already
            self.connection.close()
        self.engine.dispose()
        self.database.let_go()

    # -- understanding ---------------------------------------------------------------------------------------------
    @property
    def router(self) -> Any:
        """Built for the centre as loaded, and again once another is loaded; until one is, for the given folder."""
        from bot.understanding.catalogue import Catalogue

        with self._routing:
            centre = self.writer.shelf.centre
            known = catalogue_of(centre) if centre.windows else Catalogue.load(self._folder or EXAMPLE)
            if known != self._routed:
                self._routed, self._router = known, router_of(known)
            return self._router

    @property
    def routing_loaded(self) -> bool:
        return self._router is not None

    def understand(self, text: str) -> Any:
        """What a text is about; runs outside the writer. Whatever goes wrong there, a person takes over."""
        from bot.understanding.routing import Ranking

        began = self.clock.elapsed()
        try:
            found = self.router.rank(text)
        except Exception as trouble:
            log.error("not understood", cause=type(trouble).__name__, where=where(trouble))
            found = Ranking(("unknown",), 0.0, "")
        with self._routing:  # several threads understand at once
            self.writer.tally.routed[outcome_of(found)] += 1
            self.writer.tally.routing.add(self.clock.elapsed() - began)
        return found

    def add(self, channels: Mapping[str, Channel]) -> None:
        self.channels.update(channels)


def outcome_of(found: Any) -> str:
    """What the desk makes of a ranking: it acts, asks whether that was meant, or does not know."""
    if found.ranked[0] == "unknown":
        return "unknown"
    return "acted" if found.confidence >= ACTS_FROM else "asked"


@lru_cache(maxsize=1)
def router_of(known: Any) -> Any:
    """The router of a catalogue; it holds no state, so all desks of a process share it."""
    from bot.understanding.routing import Router

    return Router(known)


@cache
def _words() -> Words:
    """Every template is compiled once a process."""
    return Words()


@cache
def _statements(dialect: str) -> Statements:
    return Statements(dialect)


def catalogue_of(centre: Centre) -> Any:
    """What the router knows of a centre, from the books instead of the files."""
    from bot.understanding.catalogue import Catalogue, Matter

    def matter(route: str, name: str, words: tuple[str, ...], window: str = "") -> Matter:
        return Matter(route, name, words + centre.wordings.get(route, ()), window)

    return Catalogue(
        tuple(matter(item.id, item.name, item.aliases, item.window) for item in centre.items.values()),
        tuple(matter(f"window:{w.id}", w.name, (), w.id) for w in centre.windows.values()),
        tuple(matter(f"elsewhere:{e.id}", e.name, e.keywords) for e in centre.elsewhere.values()),
        tuple(matter(one.id, one.question, (), one.window) for one in centre.answers.values()),
    )


def shelf_of(database: Database, connection: sa.Connection, audit_key: str) -> Shelf:
    """What a writer of these books needs beside the connection."""
    chain = Chain.resume(load_key(audit_key, database.key_file), connection)
    statements, newest = _statements(connection.dialect.name), last_letter(connection)
    return Shelf(statements, _words(), chain, next_letter=newest + 1, centre=read_centre(connection),
                 load_centre=read_centre)  # fmt: skip
