"""Large books: how long a backup, a step and a restore take, and that what comes back is the same."""

import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "keeping"))
from keeping_desk import Keeper
from machine_desk import NOW
from promises import kept, scaled

from bot import clerk
from storage import machine
from storage.books import Books
from storage.first_contact import contact
from storage.reception import booking

PEOPLE = scaled(
    600, 50_000
)  # each with a booking, a contact, a delivery and a letter, and a line of the audit for three
AT_ONCE = 2000
RESTORED_IN = 600.0  # seconds


@pytest.fixture
def keeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    found = Keeper(tmp_path, monkeypatch)
    for first in range(0, PEOPLE, AT_ONCE):
        found.do(lambda books, first=first: fill(books, range(first, min(PEOPLE, first + AT_ONCE))))  # type: ignore[misc]
    return found


def fill(books: Books, numbers: range) -> None:
    rows: dict[sa.Table, list[dict[str, object]]] = {booking: [], contact: [], machine.inbox: [], machine.outbox: []}
    for n in numbers:
        at, who, no = NOW + timedelta(seconds=20 * n), f"telegram:{n // 3}", f"YY26{n:07d}"
        rows[booking].append(
            {"no": no, "person": who, "item": "pp_new", "window": "chujing", "start": at, "phone": f"139{n:08d}",
             "papers": ["身份证"], "form": "chat", "entered_by": who, "made": at, "state": "booked"})  # fmt: skip
        rows[contact].append(
            {"id": books.next_id(contact), "person": who, "channel": "telegram", "at": at,
             "matter": "普通护照首次申请",
             "duty": "",
             "owner": "BH022", "outcome": "booked", "ref": no})  # fmt: skip
        rows[machine.inbox].append({"id": f"telegram:{n}", "at": at})
        rows[machine.outbox].append(
            {"id": books.next_letter_id(), "key": f"telegram:{n}#1", "person": who, "channel": "telegram",
             "address": who[9:], "text": f"约好了,编号 {no}。要改要退,说“我的预约”。", "labels": "", "token": "",
             "file": "", "flags": "", "recheck": "", "subject": "", "posted": at, "state": "sent"})  # fmt: skip
        books.record("booked", booking, no)
        books.record("met", contact, rows[contact][-1]["id"])
    for table, values in rows.items():
        books.execute(sa.insert(table), values)


def timed(work: object, *given: object) -> Iterator[float]:
    began = time.perf_counter()
    assert work(*given) == 0  # type: ignore[operator]
    yield time.perf_counter() - began


@pytest.mark.sqlite_file("steps of a backup are pages of its file")
def test_large_books_come_back_in_time(keeper: Keeper) -> None:
    (whole,) = timed(keeper.backup)
    keeper.do(lambda books: books.first_contact.note("web:1", "one more", "answered"))
    (step,) = timed(keeper.backup)
    (restored,) = timed(keeper.restore)
    with clerk.looking(keeper.url) as (_, books):
        count = books.scalar(sa.select(sa.func.count()).select_from(booking))
        newest = books.scalar(sa.select(contact.c.matter).order_by(contact.c.id.desc()).limit(1))
    broken = [count != PEOPLE, newest != "one more"]
    note = (
        f"{keeper.file.stat().st_size / 1e6:.0f} MB: backup {whole:.0f} s, step {step:.1f} s, restore {restored:.0f} s"
    )
    kept("large books come back", tried=1, broken=sum(broken) + (restored > RESTORED_IN), note=note)
    assert not any(broken)
