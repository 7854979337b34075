"""A keyed chain over everything the desk wrote: each line's mac covers the line before it."""

import hashlib
import hmac
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.values import writer
from storage.machine import audit
from storage.schema import metadata

SEED = "0" * 64
LOOKED = "opened"  # somebody read the row the line names, and left it as it was
SHORTEST_HEAD = 16  # hexadecimal digits of a mac that a person hands back
# What is no record: the machine's own rows, and what is counted from records.
UNCHAINED = {"inbox", "sitting", "shown", "outbox", "audit", "put_aside", "timer", "counter", "slot", "guess"}
_written = writer(str)


class Line(NamedTuple):
    """One act: who did what to which row, and the digest of what it left behind."""

    at: str
    actor: str
    act: str
    ref: str
    digest: str


@dataclass(frozen=True, slots=True)
class Head:
    seq: int = 0
    mac: str = SEED

    @classmethod
    def read(cls, text: str) -> "Head":
        """A head as the morning's message writes it, SEQ:MAC, the mac perhaps shortened. Raises ValueError."""
        seq, _, mac = text.strip().lower().partition(":")
        if len(mac) < SHORTEST_HEAD or not seq.isascii() or not seq.isdigit():
            raise ValueError(text)
        return cls(int(seq), f"{int(mac, 16):0{len(mac)}x}")


def digest_of(row: Any) -> str:
    """SHA-256 over a row's values in column order."""
    return hashlib.sha256(_written(row).encode()).hexdigest()


def digest_of_row(table: sa.Table, row: Sequence[Any]) -> str:
    """The digest of a row as it stands; columns added since count once they hold more than their default."""
    later = _later(table)
    if not later:
        return digest_of(list(row))
    fresh = {table.columns[n].name: row[n] for n, default in later.items() if row[n] != default}
    return digest_of([*(v for n, v in enumerate(row) if n not in later), *([fresh] if fresh else [])])


@cache
def _later(table: sa.Table) -> dict[int, Any]:
    """Where the columns stand that migrations brought, each with its default."""
    return {n: c.info["added"] for n, c in enumerate(table.columns) if "added" in c.info}


class Chain:
    """Adds lines; the head in memory moves on only when the group's commit did."""

    def __init__(self, key: bytes, head: Head) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")  # copied for each line: keying it anew costs as much again
        self.key = key
        self.head = head

    def key_for(self, purpose: bytes) -> bytes:
        """Another key, from which this one cannot be found."""
        keyed = self._keyed.copy()
        keyed.update(purpose)
        return keyed.digest()

    def extend(self, lines: Sequence[Line]) -> tuple[Head, list[tuple[Any, ...]]]:
        """Rows for the audit table and the head they lead to."""
        seq, mac, rows = self.head.seq, self.head.mac, []
        for line in lines:
            seq += 1
            mac = self._mac(mac, seq, line)
            rows.append((seq, line.at, line.actor, line.act, line.ref, line.digest, mac))
        return Head(seq, mac), rows

    def _mac(self, before: str, seq: int, line: Line) -> str:
        text = f"{before}\x1f{seq}\x1f{line.at}\x1f{line.actor}\x1f{line.act}\x1f{line.ref}\x1f{line.digest}"
        keyed = self._keyed.copy()
        keyed.update(text.encode())
        return keyed.hexdigest()

    @classmethod
    def resume(cls, key: bytes, connection: sa.Connection) -> "Chain":
        """The chain as the table left it."""
        return cls(key, cls.head_in(connection))

    @staticmethod
    def head_in(connection: sa.Connection) -> Head:
        """The newest line there is."""
        row = connection.execute(sa.select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)).first()
        return Head(row.seq, row.mac) if row else Head()

    def faults(self, connection: sa.Connection, heads: Sequence[Head] = ()) -> Iterator[str]:
        """What does not add up, first bad line first; nothing when all is well.

        `heads` are those that left the machine: against them a chain cut off, or made anew with the true key, is found.
        """
        sent = {head.seq: head.mac for head in heads}
        before, expected, last = SEED, 1, {}
        for row in connection.execute(sa.select(audit).order_by(audit.c.seq)):
            line = Line(row.at, row.actor, row.act, row.ref, row.digest)
            mac, known = self._mac(before, row.seq, line), sent.pop(row.seq, "")
            if row.seq != expected or row.mac != mac or not mac.startswith(known):
                yield f"audit {expected}"
                return
            before, expected = row.mac, row.seq + 1
            if row.act != LOOKED:
                last[row.ref] = row.digest
        if sent:
            yield f"audit {expected}"
            return
        yield from _rows_that_differ(connection, last)


def _rows_that_differ(connection: sa.Connection, last: dict[str, str]) -> Iterator[str]:
    """Rows changed, removed or added behind the desk's back."""
    for name in sorted(set(metadata.tables) - UNCHAINED):
        table = metadata.tables[name]
        there = dict(_as_they_stand(connection, table))
        noted = {ref: digest for ref, digest in last.items() if ref.startswith(name + "/")}
        for ref in sorted(there.keys() | noted.keys()):
            if there.get(ref, "") != noted.get(ref, ""):
                yield ref


def _as_they_stand(connection: sa.Connection, table: sa.Table) -> Iterator[tuple[str, str]]:
    """Each row's reference and digest; of a row somebody made unreadable, a digest that fits nothing."""
    dialect = connection.dialect
    readers = [(c, c.type.dialect_impl(dialect).result_processor(dialect, None)) for c in table.c]
    keys = [n for n, c in enumerate(table.c) if c.primary_key]
    for raw in connection.execute(sa.select(*(sa.type_coerce(c, sa.types.NullType()) for c in table.c))):
        try:
            row = [reads(value) if reads else value for value, (_, reads) in zip(raw, readers, strict=True)]
            digest = digest_of_row(table, row)
        except (ValueError, TypeError):
            row, digest = list(raw), "unreadable"
        yield f"{table.name}/" + "/".join(str(row[n]) for n in keys), digest


def ref_of(table: sa.Table, row: Any) -> str:
    return table.name + "/" + "/".join(str(row._mapping[c.name]) for c in table.primary_key)


def load_key(given: str, beside: Path) -> bytes:
    """The chain's key: as configured, else a file of mode 0600 made at first start. Raises PermissionError if open."""
    if given:
        return given.encode()
    beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not beside.exists():
        put_key(os.urandom(32).hex().encode(), beside)
    if beside.stat().st_mode & 0o077:
        raise PermissionError(f"{beside.name} must be readable by the desk alone (chmod 600)")
    return beside.read_bytes()


def put_key(key: bytes, place: Path) -> None:
    """Whole or not at all, and on the disk before the first line is drawn with it; the first of two processes wins."""
    handle, part = tempfile.mkstemp(dir=place.parent, prefix=f"{place.name}-")
    with os.fdopen(handle, "wb") as fresh:
        fresh.write(key)
        fresh.flush()
        os.fsync(fresh.fileno())
    with suppress(FileExistsError):
        os.link(part, place)
    Path(part).unlink()
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
