"""Whoever changes the books behind the desk's back is found, and the first bad row is named.

The insider of these tests has the database; for a rebuild he has the chain's key as well. What he does not have is the
head that left the machine that morning.
"""

import random  # noqa: TID251 - with a fixed seed
import shutil
import sqlite3
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crash_people import booking_of
from fault_desk import Scene
from promises import kept, scaled

from storage.audit import UNCHAINED, Chain, Head, Line, digest_of_row, load_key, ref_of
from storage.database import Database
from storage.schema import metadata
from tests.channels.desk_process import command

TAMPERINGS = scaled(10, 200)  # of each of the five kinds
pytestmark = pytest.mark.sqlite_file("its copies are files")
STORY = ("投诉", "窗口的人爱理不理,我等了半天", "社保", "匿名", "提交")
Chance = random.Random


@dataclass
class Books:
    """A copy of the books in an insider's hands."""

    raw: sqlite3.Connection
    chain: Chain
    head: Head  # as it left the machine that morning

    def one(self, chance: Chance, query: str) -> Any:
        return chance.choice(self.raw.execute(query).fetchall())

    def line(self, chance: Chance, upto: int) -> int:
        return chance.randint(1, upto)


def records(books: Books) -> list[str]:
    """Tables of records that hold rows."""
    names = sorted(set(metadata.tables) - UNCHAINED)
    return [name for name in names if books.raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0]]


# -- what an insider does; each returns the row that must be named, or "" when any row will do ----------------------
def edit_record(books: Books, chance: Chance) -> str:
    table = metadata.tables[chance.choice(records(books))]
    row = books.one(chance, f"SELECT rowid, * FROM {table.name}")
    keys = {c.name for c in table.primary_key}
    spots = [c.name for c in table.c if c.name not in keys and not c.foreign_keys] or sorted(keys)
    spot = chance.choice(spots)
    other = "督" if chance.random() < 0.2 else _other(table.c[spot])  # or nothing that could ever stand there
    books.raw.execute(f"UPDATE {table.name} SET {spot} = ? WHERE rowid = ?", (other, row[0]))
    return "" if spot in keys else _ref(table, row)


def edit_line(books: Books, chance: Chance) -> str:
    seq = books.line(chance, books.head.seq)
    spot = chance.choice(("at", "actor", "act", "ref", "digest", "mac"))
    books.raw.execute(f"UPDATE audit SET {spot} = {spot} || '督' WHERE seq = ?", (seq,))
    return f"audit {seq}"


def delete_record(books: Books, chance: Chance) -> str:
    table = metadata.tables[chance.choice(records(books))]
    row = books.one(chance, f"SELECT rowid, * FROM {table.name}")
    books.raw.execute(f"DELETE FROM {table.name} WHERE rowid = ?", (row[0],))
    return _ref(table, row)


def delete_line(books: Books, chance: Chance) -> str:
    seq = books.line(chance, books.head.seq)
    books.raw.execute("DELETE FROM audit WHERE seq = ?", (seq,))
    if chance.random() < 0.5:  # and closes the gap
        for (later,) in books.raw.execute("SELECT seq FROM audit WHERE seq > ? ORDER BY seq", (seq,)).fetchall():
            books.raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (later - 1, later))
    return f"audit {seq}"


def swap_lines(books: Books, chance: Chance) -> str:
    one, other = sorted(chance.sample(range(1, books.head.seq + 1), 2))
    for old, new in ((one, -1), (other, one), (-1, other)):
        books.raw.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))
    return f"audit {one}"


def swap_records(books: Books, chance: Chance) -> str:
    rows = books.raw.execute("SELECT rowid, no, phone FROM booking").fetchall()
    one, other = chance.sample(rows, 2)
    books.raw.execute("UPDATE booking SET phone = ? WHERE rowid = ?", (other[2], one[0]))
    books.raw.execute("UPDATE booking SET phone = ? WHERE rowid = ?", (one[2], other[0]))
    return f"booking/{min(one[1], other[1])}"


def cut_tail(books: Books, chance: Chance) -> str:
    """The last lines and everything they noted: what is left is consistent in itself."""
    seq = books.line(chance, books.head.seq)
    gone = {ref for (ref,) in books.raw.execute("SELECT ref FROM audit WHERE seq >= ?", (seq,))}
    books.raw.execute("DELETE FROM audit WHERE seq >= ?", (seq,))
    for name in records(books):
        table = metadata.tables[name]
        for row in books.raw.execute(f"SELECT rowid, * FROM {name}").fetchall():
            if _ref(table, row) in gone:
                books.raw.execute(f"DELETE FROM {name} WHERE rowid = ?", (row[0],))
    return f"audit {seq}"


def rebuild(books: Books, chance: Chance) -> str:
    """With the stolen key: a record changed, its line made to fit, and every line after it made anew."""
    row = books.one(chance, "SELECT rowid, * FROM booking")
    table = metadata.tables["booking"]
    ref = _ref(table, row)
    books.raw.execute("UPDATE booking SET phone = '13900000000' WHERE rowid = ?", (row[0],))
    named = ", ".join(column.name for column in table.c)  # a column added later stands last in the file
    changed = books.raw.execute(f"SELECT {named} FROM booking WHERE rowid = ?", (row[0],)).fetchone()
    values = [_read(column, value) for column, value in zip(table.c, changed, strict=True)]
    lines = books.raw.execute("SELECT at, actor, act, ref, digest FROM audit ORDER BY seq").fetchall()
    last = max(n for n, line in enumerate(lines) if line[3] == ref)
    lines[last] = (*lines[last][:4], digest_of_row(table, values))
    forged = copy(books.chain)
    forged.head = Head()
    _, made = forged.extend([Line(*line) for line in lines])
    books.raw.execute("DELETE FROM audit")
    books.raw.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?)", made)
    return f"audit {books.head.seq}"  # the first line of which anything is known outside


def _other(column: Any) -> object:
    plain = {"TEXT": "x", "INTEGER": 999_999, "BIGINT": 999_999, "BOOLEAN": 7}
    kind = type(column.type).__name__
    return {"Instant": "1999-01-01T00:00:00.000Z", "Json": '["x"]', "Date": "1999-01-01"}.get(kind) or plain.get(
        str(column.type), "x"
    )


def _read(column: Any, value: object) -> object:
    reads = column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return reads(value) if reads else value


def _ref(table: Any, row: Any) -> str:
    at = {c.name: n for n, c in enumerate(table.c, start=1)}
    return f"{table.name}/" + "/".join(str(_read(c, row[at[c.name]])) for c in table.primary_key)


KINDS: dict[str, tuple[Callable[[Books, Chance], str], ...]] = {
    "edits": (edit_record, edit_line),
    "deletions": (delete_record, delete_line),
    "swaps": (swap_lines, swap_records),
    "tail cuts": (cut_tail,),
    "rebuilds": (rebuild,),
}
_DIALECT: Any = Database("sqlite:///x.db").engine().dialect


@pytest.fixture
async def books(tmp_path: Path, centre: Path) -> tuple[Path, Head]:
    """Books of a busy day, closed, and the head that left the machine when it ended."""
    scene = Scene(tmp_path, centre)
    await scene.rehearsal.open()
    for number in range(1, 13):
        for step, text in enumerate(booking_of(number)):
            await scene.hear(f"{number}.{step}", f"citizen:{number}", text)
    for step, text in enumerate(STORY):
        await scene.hear(f"c.{step}", "citizen:99", text)
    await scene.hear("slip", "BH023", "请假 明天 家里有事")
    await scene.rehearsal.close()
    engine = Database(f"sqlite:///{tmp_path}/desk.db").engine()
    with engine.connect() as connection:
        head = Chain.head_in(connection)
    engine.dispose()
    return tmp_path / "desk.db", head


def tampered(place: Path, head: Head, chance: Chance, how: Callable[[Books, Chance], str], copy: Path) -> str:
    """What the insider's act should be found by, done to a copy."""
    shutil.copy(place, copy)
    raw = sqlite3.connect(copy, isolation_level=None)
    raw.execute("PRAGMA synchronous=OFF")
    raw.execute("BEGIN")
    try:
        named = how(Books(raw, Chain(load_key("", Path(f"{place}.key")), Head()), head), chance)
        raw.execute("COMMIT")
        return named
    finally:
        raw.close()


def first_fault(copy: Path, key: bytes, heads: list[Head]) -> str:
    engine = Database(f"sqlite:///{copy}").engine()
    with engine.connect() as connection:
        found = next(Chain.resume(key, connection).faults(connection, heads), "")
    engine.dispose()
    return found


def test_a_thousand_tamperings_are_found_and_named(books: tuple[Path, Head], tmp_path: Path) -> None:
    place, head = books
    key, chance, copy, missed, tried = load_key("", Path(f"{place}.key")), random.Random(6), tmp_path / "c.db", [], 0
    sent = [Head.read(f"{head.seq}:{head.mac[:32]}")]
    assert first_fault(place, key, sent) == ""
    for name, acts in KINDS.items():
        for n in range(TAMPERINGS):
            act = acts[n % len(acts)]
            named = tampered(place, head, chance, act, copy)
            found = first_fault(copy, key, sent)
            tried += 1
            if not found or (named and found != named):
                missed.append(f"{name}: {act.__name__} of {named or 'some row'} was called {found or 'well'}")
    kept("tampering found, first bad row named", tried=tried, broken=len(missed), note="200 of each of five kinds")
    assert missed == []


@pytest.mark.parametrize("act", [cut_tail, rebuild])
def test_without_the_head_that_was_sent_out_these_look_whole(
    books: tuple[Path, Head], tmp_path: Path, act: Callable[[Books, Chance], str]
) -> None:
    """The planted fault: were the head not asked for, the harness would see nothing."""
    place, head = books
    tampered(place, head, random.Random(1), act, tmp_path / "c.db")
    key = load_key("", Path(f"{place}.key"))
    if act is rebuild:
        assert first_fault(tmp_path / "c.db", key, []) == ""
    assert first_fault(tmp_path / "c.db", key, [head]).startswith("audit ")


async def test_every_record_stands_in_the_chain(scene: Scene) -> None:
    """A table nobody notes would let a row be slipped in."""
    for step, text in enumerate(booking_of(1)):
        await scene.hear(f"1.{step}", "citizen:1", text)
    await scene.rehearsal.settle()
    rows = await scene.rows()
    noted = {str(row[4]) for row in rows["audit"]}
    for name in set(metadata.tables) - UNCHAINED:
        table = metadata.tables[name]
        found = scene.house.connection.execute(table.select()).all()
        assert {ref_of(table, row) for row in found} <= noted, name


def test_the_command_takes_the_head_as_the_morning_message_wrote_it(books: tuple[Path, Head], tmp_path: Path) -> None:
    place, head = books
    url, sent = f"sqlite:///{place}", f"{head.seq}:{head.mac[:32]}"
    whole = command("audit", "verify", "--database", url, "--head", sent, data=place.parent)
    assert (whole.returncode, whole.stdout) == (0, f"ok {head.seq} lines\n")
    other = command("audit", "verify", "--database", url, "--head", f"{head.seq}:{'0' * 32}", data=place.parent)
    assert (other.returncode, other.stdout) == (1, f"audit {head.seq}\n")
    gone = command("audit", "verify", "--database", url, "--head", f"{head.seq + 5}:{'0' * 32}", data=place.parent)
    assert (gone.returncode, gone.stdout) == (1, f"audit {head.seq + 1}\n")
    junk = command("audit", "verify", "--database", url, "--head", "12:xyz", data=place.parent)
    assert (junk.returncode, "SEQ:MAC" in junk.stderr) == (2, True)
