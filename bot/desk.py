"""The desk: hears messages and runs jobs, one transaction each, through the one writer."""

import asyncio
import traceback
from collections import deque
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import structlog

from bot.answers import clean, plain
from bot.clock import Clock
from bot.contents import Contents, Due
from bot.directory import Directory
from bot.endings import NeedsMeaning
from bot.logs import where
from bot.restraint import Restraint
from bot.sitting import Message
from bot.speech import Heard
from bot.turn import Turn
from bot.writer import NotStored, Work, Writer
from rules.people import Person, Role
from storage import attachments
from storage.audit import digest_of
from storage.books import Books, Group, Reply, Shelf
from storage.database import refuses

T = TypeVar("T")
NEEDS_MEANING = object()
PROVED = 10.0  # seconds, less than it takes until somebody takes a silent writer's place
log = structlog.get_logger()


class Desk:
    """Channels put messages in with `hear`; everything else is a piece of work done with `do`."""

    def __init__(
        self,
        writer: Writer,
        contents: Contents,
        clock: Clock,
        directory: Directory,
        understand: Callable[[str], Any],
    ) -> None:
        self.writer = writer
        self.directory = directory
        self.contents = contents
        self.clock = clock
        self.understand = understand
        self.restraint: Restraint | None = None
        self.filed = asyncio.Event()  # somebody sent a file, its bytes are still to be fetched
        self._lanes: dict[tuple[str, str], deque[asyncio.Future[None]]] = {}

    @property
    def shelf(self) -> Shelf:
        return self.writer.shelf

    # -- messages --------------------------------------------------------------------------------------------------
    async def hear(self, heard: Heard) -> None:
        """Return once the message and all it caused are stored; messages of one account keep their order."""
        tally, lane = self.writer.tally, (heard.channel, heard.address)
        tally.heard[heard.channel] += 1
        if self.restraint is not None and self.restraint.holds(heard):
            return await self.restraint.answer(heard)
        waiting = self._lanes.get(lane)
        if waiting is None:
            self._lanes[lane] = deque()
        else:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            waiting.append(turn)
            await turn
        try:
            if await self._submit(heard, None) is NEEDS_MEANING:
                meaning = await asyncio.to_thread(self.understand, plain(clean(heard.text)))
                await self._submit(heard, meaning)
            tally.stored[heard.channel] += 1
            if heard.file:
                self.filed.set()
        finally:
            self._next_in(lane)

    def _next_in(self, lane: tuple[str, str]) -> None:
        waiting = self._lanes[lane]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._lanes[lane]

    async def _submit(self, heard: Heard, meaning: Any) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        person = self.directory.person_of(heard.channel, heard.address)
        inbox_id = f"{heard.channel}:{heard.key}"
        self.writer.submit(Work(lambda group: self._message(group, heard, inbox_id, meaning), future, inbox_id, person))
        return await future

    def _message(self, group: Group, heard: Heard, inbox_id: str, meaning: Any) -> Any:
        person_id = self.directory.person_of(heard.channel, heard.address)
        person = self.shelf.centre.person(person_id) or Person(person_id, "", Role.CITIZEN, "")
        reply = Reply(person.id, heard.channel, heard.address)
        books = Books(group, self.clock.now(), person.id, reply)
        if books.heard_before(inbox_id):
            self.writer.tally.repeated[heard.channel] += 1
            return None
        text = clean(heard.text)
        message = Message(text, plain(text), file=heard.file, forwarded=heard.forwarded, meaning=meaning)
        try:
            turn = Turn(books, self.contents, person, inbox_id, message)
            turn.take(heard.tap)
            if heard.file:
                attachments.enter(books, inbox_id, heard.channel, heard.file.kind, heard.file.source)
            books.note_message(inbox_id, turn.private)
            books.close()
        except NeedsMeaning as unmet:
            books.undo()
            if meaning is None:
                return NEEDS_MEANING
            self._set_aside(group, heard, inbox_id, reply, unmet)
        except Exception as trouble:
            if refuses(trouble):
                raise
            books.undo()
            self._set_aside(group, heard, inbox_id, reply, trouble)
        return None

    def _set_aside(self, group: Group, heard: Heard, inbox_id: str, reply: Reply, trouble: BaseException) -> None:
        """A message that failed is kept with its cause, answered politely, and the administrator is told."""
        cause = "".join(traceback.format_exception(trouble)[-4:])
        log.error("message set aside", id=digest_of(inbox_id)[:12], cause=type(trouble).__name__, where=where(trouble))
        books = Books(group, self.clock.now(), reply.person, reply)
        books.heard_before(inbox_id)
        said = books.words.say("machine/sorry", {"centre": books.centre, "now": books.now})
        books.outbox.answer(f"{inbox_id}#sorry", said)
        books.put_aside(inbox_id, reply.person, heard.raw() or heard.text, cause)
        books.close()

    async def put_aside(self, channel: str, key: str, raw: str, cause: str) -> None:
        """Keep a delivery nobody could read; durable on return."""

        def keep(books: Books) -> None:
            inbox_id = f"{channel}:{key}"
            if not books.heard_before(inbox_id):
                books.put_aside(inbox_id, "", raw, cause)

        await self.do(keep, key=f"{channel}:{key}")

    # -- everything else -------------------------------------------------------------------------------------------
    async def do(
        self, what: Callable[[Books], T], actor: str = "desk", now: datetime | None = None, key: str = ""
    ) -> T:
        """Run a piece of work in a transaction of its own kind; raises what it raised, after undoing it."""

        def run(group: Group) -> T:
            books = Books(group, now or self.clock.now(), actor)
            try:
                result = what(books)
                books.close()
            except BaseException:
                books.undo()
                raise
            return result

        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.writer.submit(Work(run, future, key))
        return await future

    async def prove(self) -> None:
        """Raises OSError when another process may have become the writer meanwhile: this one stood still too long."""
        if self.clock.elapsed() - self.writer.proved > PROVED:
            await self.do(lambda books: None)

    async def fire(self, now: datetime) -> int:
        """Do what is due at `now`, each timer in a transaction of its own; returns how many there were."""
        rows = await self.do(lambda books: books.timers.due(now), now=now)
        for row in rows:
            due = Due(row.key, row.at, now, row.args)
            try:
                await self.do(partial(self._fire_one, due=due, name=row.name), now=now)
            except NotStored:
                raise
            except Exception as trouble:
                log.error("timer failed", timer=row.name, cause=type(trouble).__name__)
                await self.do(partial(self._timer_failed, due=due, trouble=trouble), now=now)
        return len(rows)

    def _fire_one(self, books: Books, due: Due, name: str) -> None:
        if books.timers.take(due.key):
            self.contents.timers[name](books, due)

    def _timer_failed(self, books: Books, due: Due, trouble: Exception) -> None:
        books.timers.take(due.key, "failed")
        cause = "".join(traceback.format_exception(trouble)[-4:])
        books.put_aside(f"timer:{due.key}", "", str(dict(due.args)), cause)
