"""A byte that flips, in a backup or in the living file, is never answered from in silence."""

import random  # noqa: TID251 - with a fixed seed
import shutil
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from promises import kept, scaled

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "keeping"))
from keeping_desk import Keeper

from storage import pages
from storage.audit import UNCHAINED, Chain
from storage.books import Books
from storage.schema import metadata

pytestmark = pytest.mark.sqlite_file("the bytes are those of its file")
COPIES = scaled(12, 200)
CHAINED = sorted(set(metadata.tables) - UNCHAINED)
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """Books with a few hundred records, folded into one file, and a backup of them."""
    found = Keeper(tmp_path, monkeypatch)
    found.do(lambda books: [meet(books, n) for n in range(200)])
    assert found.backup() == 0
    found.do(lambda books: [meet(books, n) for n in range(200, 260)])
    assert found.backup() == 0
    return found


def meet(books: Books, n: int) -> None:
    books.first_contact.note(f"web:{n}", f"第{n}次问的事,写得长一些才占得满一页", "open")


def chained(file: Path) -> Rows:
    """What stands in every table under the chain, read as a query reads it: by table and by index."""
    found: Rows = {}
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as books:
        for name in CHAINED:
            found[name] = books.execute(f"SELECT * FROM {name}").fetchall()
        for person in ("web:7", "web:77", "web:207"):
            query = "SELECT * FROM contact INDEXED BY ix_contact_person WHERE person = ?"
            found[person] = books.execute(query, (person,)).fetchall()
    return found


def flip(file: Path, chance: random.Random) -> None:
    """One bit, or a whole stretch as a bad block leaves it."""
    content = bytearray(file.read_bytes())
    at = chance.randrange(len(content))
    if chance.random() < 0.7:
        content[at] ^= 1 << chance.randrange(8)
    else:
        content[at : at + 512] = chance.randbytes(len(content[at : at + 512]))
    file.write_bytes(content)


def complaint(file: Path, key: bytes) -> str:
    """What the desk finds at its start and in the night, or ""."""
    if why := pages.damage(file, thorough=False):
        return f"at start: {why}"
    if why := pages.damage(file):
        return f"looked over: {why}"
    try:
        with pages.reading(file).connect() as books:
            fault = next(Chain.resume(key, books).faults(books), "")
    except (sa.exc.SQLAlchemyError, ValueError) as trouble:
        return f"unreadable: {type(trouble).__name__}"
    return f"chain: {fault}" if fault else ""


def silent(file: Path, before: Rows, key: bytes) -> Iterator[str]:
    """Records that read otherwise than they were written while nothing is found wrong."""
    if complaint(file, key):
        return
    after: Rows = {}
    with suppress(sqlite3.DatabaseError):  # what raises is not silent
        after = chained(file)
    yield from (name for name in after if after[name] != before[name])


def test_a_flip_in_the_living_file_is_found_where_records_stand(keeper: Keeper, tmp_path: Path) -> None:
    with sqlite3.connect(keeper.file) as books:
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before, chance, broken, how = chained(keeper.file), random.Random(11), [], Counter[str]()
    for n in range(COPIES):
        copy = tmp_path / "flipped.db"
        shutil.copy(keeper.file, copy)
        flip(copy, chance)
        how[complaint(copy, keeper.key()).partition(":")[0] or "nothing that counts"] += 1
        broken += [f"copy {n}: {name}" for name in silent(copy, before, keeper.key())]
    kept("a byte flipped in the living file", tried=COPIES, broken=len(broken), note=str(dict(how)))
    assert broken == []
    assert how["nothing that counts"] < COPIES


def test_a_change_that_keeps_the_file_whole_is_found_by_the_chain(keeper: Keeper) -> None:
    """The check is not blind: a value changed with all pages in order."""
    with sqlite3.connect(keeper.file) as books:
        books.execute("UPDATE contact SET matter = 'x' WHERE id = 7")
    assert complaint(keeper.file, keeper.key()) == "chain: contact/7"


def test_a_flip_in_a_backup_brings_nothing_back(keeper: Keeper) -> None:
    chance, broken = random.Random(12), []
    living, sealed = keeper.file.read_bytes(), [keeper.backups / name for name in keeper.names()]
    for n in range(COPIES):
        file = chance.choice(sealed)
        whole = file.read_bytes()
        flip(file, chance)
        if keeper.restore() == 0:
            broken.append(f"copy {n}: {file.name}")
        file.write_bytes(whole)
    assert keeper.file.read_bytes() == living
    assert keeper.restore() == 0
    kept("a byte flipped in a backup", tried=COPIES, broken=len(broken))
    assert broken == []
