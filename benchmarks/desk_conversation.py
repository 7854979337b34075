"""The peers' conversation as the desk holds conversations: one straight line, replayed for every message."""

import re
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from conversation import ITEMS, PLACES, SLOTS

from bot.answers import Unread
from bot.contents import Contents, Entry, System
from bot.talk import Talk
from storage.books import Books
from storage.schema import metadata

WORDS = Path(__file__).parent / "templates_bench"
DAY, PHONE = re.compile(r"\d{4}-\d{2}-\d{2}$"), re.compile(r"1\d{10}$")

booking = sa.Table(
    "bench_booking",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False),
    sa.Column("slot", sa.Text, nullable=False),
    sa.Column("applicant", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Index("ix_bench_booking_slot", "service", "date", "slot"),
)
_taken = sa.select(sa.func.count()).where(*(booking.c[k] == sa.bindparam(k) for k in ("service", "date", "slot")))
_row = sa.select(*(sa.bindparam(c.name, type_=sa.Text) for c in booking.c)).where(_taken.scalar_subquery() < PLACES)
BOOK = sa.insert(booking).from_select(list(booking.c), _row).execution_options(preserve_rowcount=True)

Reader = Callable[[str], str | Unread]


def among(known: Collection[str]) -> Reader:
    """Reads one of these words."""
    return lambda text: text if text in known else Unread()


def shaped(pattern: re.Pattern[str]) -> Reader:
    """Reads what the pattern matches."""
    return lambda text: text if pattern.match(text) else Unread()


def book(talk: Talk, books: Books) -> None:
    """Item, window confirmed, day, slot, name, phone, all confirmed: booked."""
    service = talk.ask("book/service", reads=among(ITEMS), items=ITEMS)
    window = ITEMS[service]
    talk.ask("book/window", reads=among(["是"]), window=window)
    date = talk.ask("book/date", reads=shaped(DAY))
    slot = talk.ask("book/slot", reads=among(SLOTS), slots=SLOTS)
    applicant = talk.ask("book/name")
    phone = talk.ask("book/phone", reads=shaped(PHONE))
    row = {"service": service, "date": date, "slot": slot, "applicant": applicant, "phone": phone}
    talk.ask("book/confirm", reads=among(["确认"]), **row)
    no = talk.once("booking", enter, books, {"person": talk.person.id, **row})
    if no is None:
        talk.say("book/full")
    else:
        talk.say("book/done", no=no, date=date, slot=slot, window=window)


def enter(books: Books, row: dict[str, Any]) -> str | None:
    """The booking's number, or None when the slot is full."""
    no = books.number("YY")
    if books.execute(BOOK, {"no": no, **row}).rowcount != 1:
        return None
    books.record("booked", booking, no)
    return no


CONTENTS = Contents(
    (System("book", {"book/book": book}, (Entry("book/book", words=("/book",)),)),),
    default="book/book",
    person="book/book",
    greeting="book/book",
)
