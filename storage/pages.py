"""An SQLite file as numbered pages: a copy made beside a running desk, and which pages differ from an earlier copy."""

import hashlib
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

MARK = 16  # bytes a page is remembered by
FAST = 1  # zlib's level: records are text, the quickest takes most of it away
QUICK, THOROUGH = "PRAGMA quick_check(1)", "PRAGMA integrity_check(1)"
_NUMBER = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Page:
    """One page by its number, from 1."""

    number: int
    content: bytes


def copy(source: Path, to: Path) -> None:
    """One state of the file, its log included, while others write. In one step: in several it would start over."""
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, timeout=30)) as live, closing(sqlite3.connect(to)) as fresh:
        fresh.execute("PRAGMA synchronous=OFF")
        live.backup(fresh, pages=-1)


def fold(file: Path) -> None:
    """The log becomes part of the file; nobody else may have it open."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def size_of(file: Path) -> int:
    """Bytes a page has."""
    with file.open("rb") as raw:
        given = int.from_bytes(raw.read(18)[16:18], "big")
    return 65536 if given == 1 else given


def pages_of(file: Path) -> Iterator[Page]:
    """All pages in order."""
    size = size_of(file)
    with file.open("rb") as raw:
        for number, content in enumerate(iter(lambda: raw.read(size), b""), 1):
            yield Page(number, content)


def mark(page: Page, key: bytes) -> bytes:
    """What a page is remembered by: without the key it tells nothing of what stood there."""
    return hashlib.blake2b(page.content, digest_size=MARK, key=key).digest()


def differing(pages: Iterable[Page], marks: bytes, key: bytes) -> Iterator[Page]:
    """The pages that are not as they were marked, and those that came since."""
    for page in pages:
        at = (page.number - 1) * MARK
        if mark(page, key) != marks[at : at + MARK]:
            yield page


def packed(pages: Iterable[Page]) -> Iterator[bytes]:
    """Pages with their numbers as a compressed stream."""
    pack = zlib.compressobj(FAST)
    for page in pages:
        yield pack.compress(_NUMBER.pack(page.number) + page.content)
    yield pack.flush()


def lay(stream: Iterable[bytes], file: Path, size: int, count: int) -> None:
    """Put the pages of a stream into the file, which ends with page `count`. Raises ValueError for a cut stream."""
    unpack, rest, whole = zlib.decompressobj(), bytearray(), _NUMBER.size + size
    file.touch()
    with file.open("r+b") as raw:
        for piece in stream:
            rest += unpack.decompress(piece)
            full = len(rest) // whole * whole
            for at in range(0, full, whole):
                raw.seek((_NUMBER.unpack_from(rest, at)[0] - 1) * size)
                raw.write(rest[at + _NUMBER.size : at + whole])
            del rest[:full]
        raw.truncate(count * size)
    if rest or not unpack.eof:
        raise ValueError("the stream was cut")


def reading(file: Path) -> sa.Engine:
    """An engine that can change nothing in the file, not even its way of keeping a log."""
    return sa.create_engine(f"sqlite:///file:{file}?mode=ro&uri=true", poolclass=NullPool, hide_parameters=True)


def damage(file: Path, thorough: bool = True) -> str:
    """What SQLite finds wrong with a file, or "": its pages, and when thorough its indexes and what points where."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30)) as connection:
            return _damage(connection, thorough)
    except sqlite3.DatabaseError as trouble:
        return type(trouble).__name__


def _damage(connection: sqlite3.Connection, thorough: bool) -> str:
    found = str(connection.execute(THOROUGH if thorough else QUICK).fetchone()[0])
    if found != "ok":
        return found
    astray = connection.execute("PRAGMA foreign_key_check").fetchone() if thorough else None
    return f"{astray[0]} {astray[1]}" if astray else ""
