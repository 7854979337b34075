"""Is the file whole, does every record fit its audit line? Looked at beside the writer, at start and every night."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog

from bot.app import House
from rules.calendar import at
from storage import pages
from storage.audit import Chain
from storage.books import Books
from storage.database import Database

MOST_LINES = 600_000  # about 300 bytes of memory each; a longer chain is proved by `frontdesk audit verify` outside
NIGHTLY = time(3, 20)
log = structlog.get_logger()


def damage_at_start(database: Database) -> str:
    """What is wrong with the file, or "": in full where it was once found damaged, else its pages."""
    if not database.sqlite or not Path(database.path).exists():
        return ""
    marked = Path(database.damaged_file)
    why = pages.damage(Path(database.path), thorough=marked.exists())
    if why:
        marked.write_text(why, encoding="utf-8")
    else:
        marked.unlink(missing_ok=True)
    return why


def looks_damaged(trouble: sa.exc.SQLAlchemyError) -> bool:
    """Whether an SQLite file that is there cannot be opened because of what stands in it."""
    said = str(trouble)
    return any(word in said for word in ("malformed", "not a database", "no such table", "no such column", "corrupt"))


class Soundness:
    """Looks the books over; the desk goes on meanwhile."""

    def __init__(self, house: House, damaged: Callable[[str], None]) -> None:
        self._house, self._damaged = house, damaged

    async def run(self) -> None:
        """At once, then every night until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as trouble:
                log.error("not looked over", cause=type(trouble).__name__)
            await asyncio.sleep(_until(self._house.clock.now()))

    async def look(self) -> None:
        """A damaged file ends the desk; a record that was changed is told to the administrators."""
        why, changed = await asyncio.to_thread(self._find)
        if why:
            self._damaged(why)
            return
        self._house.changed = changed
        if changed:
            log.error("records changed")
            await self._house.desk.do(lambda books: tell(books, changed))

    def _find(self) -> tuple[str, str]:
        database = self._house.database
        if database.sqlite and (why := pages.damage(Path(database.path))):
            return why, ""
        engine = database.engine()
        try:
            with closing(engine.connect()) as books:
                books.exec_driver_sql(database.snapshot)
                chain = Chain.resume(self._house.writer.shelf.chain.key, books)
                small = chain.head.seq <= MOST_LINES
                return "", next(chain.faults(books), "") if small else ""
        finally:
            engine.dispose()


def tell(books: Books, changed: str) -> None:
    """The administrators hear which record it is, once a day."""
    for admin in books.centre.administrators():
        key = f"changed:{changed}:{books.now:%Y%m%d}:{admin.id}"
        books.outbox.post(admin.id, "machine/record_changed", key, where=changed)


def _until(now: datetime) -> float:
    tonight = at(now.date(), NIGHTLY)
    ahead = tonight if tonight > now else tonight + timedelta(days=1)
    return (ahead - now).total_seconds()
