"""Fetches the files people sent, once their messages are stored: judged by their bytes, kept by digest."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot.desk import Desk
from bot.speech import Attachment, Channel, Refused
from bot.web.photos import MOST_BYTES, kind_of, names_place
from storage import attachments
from storage.audit import digest_of
from storage.books import Books

# After so many seconds since the message the next try is due; a platform keeps a file for three days at most.
TRIES = (0, 2, 10, 60, 300, 1800, 3 * 3600, 12 * 3600, 48 * 3600)
LOOK = 5.0
# The first bytes of what is taken beside photos: paper, office files, voice, film.
OTHER_HEADS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"#!AMR", b"#!SILK", b"OggS", b"\x02#!SILK", b"ID3")
log = structlog.get_logger()


class Fetching:
    """One file after the other; a channel that is away delays its files and loses none before their time."""

    def __init__(self, desk: Desk, channels: Mapping[str, Channel], folder: Path) -> None:
        self._desk, self._channels, self._folder = desk, channels, folder

    async def run(self) -> None:
        """Fetch until cancelled."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            try:
                await self.sweep()
                await asyncio.wait_for(self._desk.filed.wait(), LOOK)
            except TimeoutError:
                continue
            except Exception as trouble:
                log.error("files not fetched", cause=type(trouble).__name__)
                await asyncio.sleep(LOOK)

    async def sweep(self) -> None:
        """Try every file whose next try is due."""
        self._desk.filed.clear()
        now = self._desk.clock.now()
        for row in await self._desk.do(attachments.waiting):
            if row.at + timedelta(seconds=TRIES[min(row.tries, len(TRIES) - 1)]) <= now:
                await self._one(row)

    async def _one(self, row: Any) -> None:
        try:
            content = await self._channels[row.channel].fetch(Attachment(row.kind, row.source))
        except (Refused, FileNotFoundError) as trouble:
            await self._lose(row, type(trouble).__name__)
        except Exception as trouble:
            await self._miss(row, trouble)
        else:
            await self._take(row, content)

    async def _take(self, row: Any, content: bytes) -> None:
        if acceptable(row.kind, content):
            digest = await asyncio.to_thread(keep, content, self._folder)
            await self._desk.do(partial(_kept, row=row, digest=digest, with_place=names_place(content)))
            await self._forget(row)
        else:
            await self._lose(row, "not a kind of file that is taken")

    async def _miss(self, row: Any, trouble: Exception) -> None:
        if row.tries + 1 >= len(TRIES):
            await self._lose(row, type(trouble).__name__)
        else:
            await self._desk.do(lambda books: attachments.miss(books, row.id))

    async def _lose(self, row: Any, cause: str) -> None:
        log.warning("file lost", id=digest_of(row.id)[:12], cause=cause)  # an address of the web is a key to its page
        await self._desk.do(lambda books: attachments.lose(books, row.id))
        await self._forget(row)

    async def _forget(self, row: Any) -> None:
        """Nothing is kept twice: a channel that laid the file down itself takes it away again."""
        forget = getattr(self._channels.get(row.channel), "forget", None)
        if forget is not None:
            await forget(Attachment(row.kind, row.source))


def _kept(books: Books, row: Any, digest: str, with_place: bool) -> None:
    """The file is there; who sent one that tells where it was taken is told (it may be a home)."""
    attachments.keep(books, row.id, digest)
    if with_place:
        books.outbox.post(row.person, "machine/photo_place", f"photo_place:{digest}", calls="")


def acceptable(kind: str, content: bytes) -> bool:
    """By size and first bytes alone; nothing that came from outside is ever decoded."""
    if not 0 < len(content) <= MOST_BYTES:
        return False
    if kind == "photo":
        return kind_of(content[:16]) is not None
    film = content[4:8] == b"ftyp"
    return kind_of(content[:16]) is not None or film or content.startswith(OTHER_HEADS)


def keep(content: bytes, folder: Path) -> str:
    """Store the bytes durably under their SHA-256, once; returns it."""
    digest = hashlib.sha256(content).hexdigest()
    place = folder / digest
    if place.exists():
        return digest
    handle, part = tempfile.mkstemp(dir=folder, prefix="part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(part).replace(place)
    _sync(folder)
    return digest


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
