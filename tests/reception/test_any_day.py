"""A window's day in any order of events, doubled ones among them: what may never be said of anybody is not."""

import random  # noqa: TID251 - with a fixed seed
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from reception_desk import Counter, day

from handlers.reception import again, hall, window_day
from rules.calendar import at
from rules.clause import Refusal
from storage.books import Books
from storage.hall import Visitor, visit
from tests.faults.promises import kept, scaled

DAYS = scaled(2, 100)
STATES = {"": "booked", "missed": "missed", "served": "done", "lacking": "done", "left": "done"}
ACTS = ("come", "come", "call", "next", "served", "absent", "absent", "lacking", "undo")


def begin(books: Books, chance: random.Random, morning: datetime) -> list[str]:
    """Five who booked, and one who did not."""
    item = books.centre.item("marry")
    starts = [morning + timedelta(minutes=30 * chance.randrange(1, 6)) for _ in range(5)]
    enter = books.reception._enter
    booked = [enter(f"citizen:{n}", item, "13800001111", "chat", start=start, state="booked")
              for n, start in enumerate(starts)]  # fmt: skip
    return [*booked, books.hall.walk_in(item.id, item.window, "", morning)]


def act(books: Books, what: str, no: str) -> object:
    """One event, as the conversations do it."""
    one = books.hall.get(no)
    assert one is not None
    if what == "come":
        return hall.arrive(books, no, "self") if not one.outcome or one.outcome == "missed" else None
    if what == "call":
        return window_day.call_one(books, no)
    if what == "next":
        return window_day.call_first(books, one.window)
    if what == "lacking":
        return again.note_lacking(books, no, ("照片",), books.now)
    return window_day.undo(books, no) if what == "undo" else window_day.end(books, no, what, books.now)


def faults(books: Books, people: list[Visitor]) -> list[str]:
    """What may not be: a state that does not fit, somebody missed who is here, a line with strangers or gaps."""
    found = [f"{one.no} {one.state} {one.outcome}" for one in people if one.due and one.state != STATES[one.outcome]]
    found += [f"{one.no} came and missed" for one in people if one.outcome == "missed" and one.came]
    line = [one.no for one in hall.line(books, "hunyin")]
    return found + (["the line"] if sorted(line) != sorted(one.no for one in people if one.waits) else [])


def play(books: Books, number: int) -> tuple[int, list[str]]:
    """One day of forty events; each ending said twice, the second time in vain."""
    chance = random.Random(number)
    morning = at(day(23, 9).date() + timedelta(days=7 * number), time(8, 30))
    books.now, wrong = morning, list[str]()
    numbers = begin(books, chance, morning)
    for _ in range(40):
        books.now += timedelta(minutes=chance.randrange(0, 12))
        what, no = chance.choice(ACTS), chance.choice(numbers)
        done = act(books, what, no)
        if what in ("served", "lacking", "absent") and done and not isinstance(done, Refusal):
            wrong += [f"{what} twice"] if repeated(books, what, no) else []
        wrong += faults(books, books.hall.day("hunyin", morning.date()))
    return len(numbers) + 40, wrong


def repeated(books: Books, what: str, no: str) -> bool:
    """Did saying it again change anything?"""
    row = sa.select(visit).where(visit.c.no == no)
    before: Any = books.execute(row).first()
    books.now += timedelta(minutes=1)
    return bool(act(books, what, no)) or books.execute(row).first() != before


async def test_any_day_ends_well(desk: Counter) -> None:
    tried, broken = 0, list[str]()
    for number in range(DAYS):
        events, wrong = await desk.do(lambda books, number=number: play(books, number))
        tried, broken = tried + events, broken + wrong
    kept("a window's day in any order", tried=tried, broken=len(broken), note=f"{DAYS} days")
    assert broken == []
