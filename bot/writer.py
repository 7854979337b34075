"""The one writer: a thread that owns the connection, takes whatever is queued and commits it at once."""

import asyncio
import queue
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from storage.books import Group, Shelf
from storage.outbox import Letter

MOST = 128
log = structlog.get_logger()


@dataclass(slots=True)
class Work:
    """One piece: run inside the group, its result goes back to the event loop after the commit."""

    run: Callable[[Group], Any]
    future: "asyncio.Future[Any]"
    key: str = ""  # inbox id, read ahead
    person: str = ""  # whose sitting is read ahead


class NotStored(OSError):
    """The database would not take it: the platform must repeat."""


class Writer(threading.Thread):
    """Group commit without waiting: at most 128 pieces, each whole or not at all."""

    def __init__(self, connection: sa.Connection, shelf: Shelf, deliver: Callable[[list[Letter]], None]) -> None:
        super().__init__(name="writer", daemon=True)
        self.loop = asyncio.get_running_loop()
        self.connection = connection
        self.shelf = shelf
        self.deliver = deliver
        self.queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()

    def submit(self, work: Work) -> None:
        self.queue.put(work)

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self.queue.put(None)
        self.join()

    def run(self) -> None:
        going = True
        while going:
            batch, going = self._take()
            if batch:
                results, letters = self._together(batch)
                self.loop.call_soon_threadsafe(self._hand_back, results, letters)

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

    def _together(self, batch: list[Work]) -> tuple[list[tuple[Work, Any]], list[Letter]]:
        try:
            return self._commit(batch)
        except Exception as trouble:
            self._roll_back()
            if len(batch) == 1 or isinstance(trouble, sa.exc.OperationalError):
                log.error("group not stored", pieces=len(batch), cause=type(trouble).__name__, where=_where(trouble))
                return [(work, NotStored(type(trouble).__name__)) for work in batch], []
        results, letters = [], []
        for work in batch:  # one of them spoils the group: each by itself
            one, posted = self._together([work])
            results += one
            letters += posted
        return results, letters

    def _commit(self, batch: list[Work]) -> tuple[list[tuple[Work, Any]], list[Letter]]:
        group = Group(self.connection, self.shelf)
        group.begin([w.key for w in batch if w.key], [w.person for w in batch if w.person])
        results = []
        for work in batch:
            try:
                results.append((work, work.run(group)))
            except Exception as trouble:
                results.append((work, trouble))
        self.shelf.chain.head = group.commit()
        return results, group.letters

    def _roll_back(self) -> None:
        try:
            self.connection.connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]
        except Exception as trouble:
            log.warning("nothing to roll back", cause=type(trouble).__name__)

    def _hand_back(self, results: list[tuple[Work, Any]], letters: list[Letter]) -> None:
        if letters:
            self.deliver(letters)
        for work, result in results:
            if work.future.done():
                continue
            if isinstance(result, BaseException):
                work.future.set_exception(result)
            else:
                work.future.set_result(result)


def _where(trouble: BaseException) -> str:
    """File and line of a failure: what a log may say of it."""
    frames = traceback.extract_tb(trouble.__traceback__)
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
