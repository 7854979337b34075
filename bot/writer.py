"""The one writer: a thread that owns the connection, takes whatever is queued and commits it at once."""

import asyncio
import gc
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import structlog

from bot.clock import steady
from bot.logs import where
from bot.tally import Tally
from storage.books import Group, Shelf
from storage.database import is_damage, refusal, refuses
from storage.outbox import Letter, Mark

MOST = 128
GARBAGE = (20_000, 20, 20)
INTRANS = 2  # psycopg's TransactionStatus
log = structlog.get_logger()


@dataclass(slots=True)
class Work:
    """One piece: run inside the group, its result goes back to the event loop after the commit."""

    run: Callable[[Group], Any]
    future: "asyncio.Future[Any]"
    key: str = ""  # inbox id, read ahead
    person: str = ""  # whose sitting is read ahead


@dataclass(slots=True)
class Done:
    """What came of groups, for the event loop."""

    results: list[tuple[Work, Any]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def add(self, more: "Done") -> None:
        self.results += more.results
        self.letters += more.letters
        self.marks += more.marks


class NotStored(OSError):
    """The database would not take it: the platform must repeat."""


class Writer(threading.Thread):
    """Group commit without waiting: at most 128 pieces, each whole or not at all."""

    def __init__(
        self,
        connection: sa.Connection,
        shelf: Shelf,
        stored: Callable[[Done], None],
        reopen: Callable[[], sa.Connection] | None = None,
    ) -> None:
        """`stored` is called on the event loop after each commit, before the results are handed back.

        `reopen` gives another connection where the database is a server that may go away.
        """
        super().__init__(name="writer", daemon=True)
        self.loop = asyncio.get_running_loop()
        self.connection = connection
        self.shelf = shelf
        self.stored = stored
        self.reopen = reopen
        self.damaged: Callable[[str], None] = lambda why: None  # told on the event loop
        self.raw: Any = connection.connection.driver_connection
        self.marks: deque[Mark] = deque()  # what became of letters: rides with the next group
        self.queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self.refused: tuple[float, str] | None = None  # since when, and why, until the administrators know
        self.proved = 0.0  # steady seconds: when a commit last showed that this process is the writer
        self.tally = Tally()

    def submit(self, work: Work) -> None:
        self.queue.put(work)

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self.queue.put(None)
        self.join()

    def run(self) -> None:
        gc.set_threshold(*GARBAGE)  # a group makes thousands of short-lived values; Python would look every 700
        going = True
        while going:
            batch, going = self._take()
            if batch or self.marks:
                self.loop.call_soon_threadsafe(self._hand_back, self._together(batch))

    def _take(self) -> tuple[list[Work], bool]:
        first = self.queue.get()
        if first is None:
            return [], False
        batch = [first]
        while len(batch) < MOST:
            try:
                work = self.queue.get_nowait()
            except queue.Empty:
                break
            if work is None:
                return batch, False
            batch.append(work)
        return batch, True

    def _together(self, batch: list[Work]) -> Done:
        try:
            return self._commit(batch)
        except Exception as trouble:
            self._roll_back()
            if self.reopen is None and is_damage(trouble):
                self.loop.call_soon_threadsafe(self.damaged, type(trouble).__name__)
            if len(batch) <= 1 or self._lost() or refuses(trouble):
                self.tally.not_stored += 1
                self.refused = self.refused or (steady(), refusal(trouble))
                log.error("group not stored", pieces=len(batch), cause=type(trouble).__name__, where=where(trouble))
                return Done([(work, NotStored(type(trouble).__name__)) for work in batch])
        done = Done()
        for work in batch:  # one of them spoils the group: each by itself
            done.add(self._together([work]))
        return done

    def _commit(self, batch: list[Work]) -> Done:
        group = self._begun(batch)
        riding = [self.marks.popleft() for _ in range(len(self.marks))]
        try:
            return Done(self._run_in(group, batch, riding), group.letters, riding)
        except Exception:
            self.marks.extendleft(reversed(riding))
            raise

    def _run_in(self, group: Group, batch: list[Work], riding: list[Mark]) -> list[tuple[Work, Any]]:
        results = []
        for work in batch:
            try:
                results.append((work, work.run(group)))
            except Exception as trouble:
                if not self._in_transaction():  # a full disk rolls everything back, earlier pieces too
                    raise
                results.append((work, trouble))
        began = steady()
        self.shelf.chain.head = group.commit(riding)
        self.proved = steady()
        self.tally.commits.add(self.proved - began)
        self.tally.pieces.add(len(batch))
        return results

    def _begun(self, batch: list[Work]) -> Group:
        """A group begun, on a new connection when the old one turns out to be lost."""
        if self._lost():
            self._regain()
        try:
            return self._begin(batch)
        except Exception:
            if not self._lost():
                raise
        self._regain()
        return self._begin(batch)

    def _begin(self, batch: list[Work]) -> Group:
        group = Group(self.connection, self.shelf)
        group.begin([w.key for w in batch if w.key], [w.person for w in batch if w.person])
        return group

    def _in_transaction(self) -> bool:
        if self.shelf.statements.dialect.name == "sqlite":
            return bool(self.raw.in_transaction)
        return not self.raw.closed and self.raw.info.transaction_status == INTRANS

    def _lost(self) -> bool:
        return self.reopen is not None and self.raw.closed

    def _regain(self) -> None:
        """Read everything again: the last commit may be stored after all, others may have written."""
        assert self.reopen is not None
        before, self.connection = self.connection, self.reopen()
        self.raw = self.connection.connection.driver_connection
        self.shelf.version = -1
        before.invalidate()
        before.close()
        log.warning("connected to the database again")

    def _roll_back(self) -> None:
        try:
            self.raw.execute("ROLLBACK")
        except Exception as trouble:
            log.warning("nothing to roll back", cause=type(trouble).__name__)

    def _hand_back(self, done: Done) -> None:
        self.stored(done)
        self._count(done)
        for work, result in done.results:
            if work.future.done():
                continue
            if isinstance(result, BaseException):
                work.future.set_exception(result)
            else:
                work.future.set_result(result)

    def _count(self, done: Done) -> None:
        letters = self.tally.letters
        letters["posted"] += len(done.letters)
        for mark in done.marks:
            letters[mark[0]] += 1
