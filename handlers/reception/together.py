"""一㈠3⑵: a second matter on the same way to the centre — one number, one list of papers, one reminder (1-10)."""

from datetime import time, timedelta
from functools import partial
from itertools import count
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from handlers.guessing import not_found, stopped
from handlers.reception import booking
from handlers.reception.choosing import stretch_of
from handlers.reception.hall import may
from rules.calendar import at, local
from rules.clause import Refusal
from rules.reception import Slot
from rules.together import papers_together, same_trip
from storage.books import Books
from storage.catalogue import Item, Window
from storage.reception import BOOKED

SHOWN, NONE = 3, "none"


# -- a matter more for a booking that stands -----------------------------------------------------------------------
def one_more(talk: Talk, books: Books) -> None:
    """再办一件 YY2600001 — by whoever may act for it; without a number for the next booking of theirs."""
    no = talk.look("no", lambda: "".join(talk.given("no", "").split()).upper() or next_of(books, talk.person.id))
    if not no:
        talk.say("reception/none")
    elif not (talk.given("no") and stopped(talk, books)):
        if not talk.look("may", lambda: may(books, talk, no)):
            not_found(talk, books, no)
        elif not talk.look("stands", lambda: stands(books, no)):
            talk.say("reception/gone", no=no)
        else:
            add(talk, books, no, booking.choose_item(talk, books))


def next_of(books: Books, person: str) -> str:
    return next((row.no for row in books.reception.mine(person) if row.state == BOOKED), "")


def stands(books: Books, no: str) -> bool:
    row = books.reception.get(no)
    return row.state == BOOKED and row.start is not None and row.start > books.now


# -- both in one breath --------------------------------------------------------------------------------------------
def book(talk: Talk, books: Books) -> None:
    """预约 — one matter; then the other, where two were named in one breath."""
    done = booking.book(talk, books)
    if done and done[1]:
        add(talk, books, done[0], books.centre.item(done[1]))


def add(talk: Talk, books: Books, no: str, item: Item) -> None:
    """A place beside the first matter's, in one tap: who, phone and way are known (ux 14)."""
    window = books.centre.window(item.window)
    if not booking.has_places(window, item):
        talk.say("reception/also_arranged", item=item)
        return
    for attempt in count(1):
        turn = "" if attempt == 1 else f" {attempt}"
        near = talk.look(f"near{turn}", partial(places_near, books, no, window))
        if not near:
            talk.say("reception/also_full", item=item)
            return
        slot = talk.ask("reception/also_when", name=f"reception/also_when{turn}", among=near[:SHOWN], item=item,
                        window=window, reads=partial(place_in, books=books, window=window, near=near))  # fmt: skip
        done = None if slot == NONE else talk.once(f"second{turn}", enter, books, no, item, slot)
        if isinstance(done, Refusal):
            booking.say_refused(talk, books, done, window, f" second{turn}")
        if not isinstance(done, Refusal) or done.why in (*booking.FINAL, "too_many_that_day"):
            break
    if done is None:
        talk.say("reception/kept", no=talk.look("told", books.together.number, no))
    elif not isinstance(done, Refusal):
        say_both(talk, books, no)


def places_near(books: Books, no: str, window: Window) -> list[Slot]:
    """Where the second matter fits beside the first, nearest first; those of the session alone, if there are any."""
    row = books.reception.get(no)
    minutes = books.centre.window(row.window).slot_minutes or books.centre.readings.minutes_per_visit
    first = Slot(row.start, row.start + timedelta(minutes=minutes))
    free = books.reception.free_slots(window, local(row.start).date())
    return list(same_trip(first, free, books.openings.calendar(window.id)))


def place_in(text: str, books: Books, window: Window, near: list[Slot]) -> Slot | Unread:
    """A time typed, of that same day."""
    midnight = at(local(near[0].start).date(), time.min)
    found = reading.when(books, "appointment", ref=midnight)(text)
    place = None if isinstance(found, Unread) else stretch_of(found, window, books)
    return place if place in near else Unread("reception/also_when_unread", {"window": window})


def enter(books: Books, no: str, item: Item, slot: Slot) -> str | Refusal:
    """Booked as the first was: its visitor, its phone, told by its number."""
    row = books.reception.get(no)
    if not stands(books, no):
        return Refusal("1-10", "not_open")
    return booking.enter(books, row.person, item, slot, row.phone, row.form, row.for_whom, books.together.number(no))


def say_both(talk: Talk, books: Books, no: str) -> None:
    """The one number, what is where and when, and one list of papers."""
    told = talk.look("told", books.together.number, no)
    rows = [booking.facts(row, books) for row in books.together.matters(no)]
    talk.say("reception/also_booked", no=told, rows=rows, calendar=bool(books.public_url))
    talk.say("reception/also_papers", **both_papers(rows))


def both_papers(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rows": rows, "papers": papers_together([one["row"].papers for one in rows])}


# -- looking, cancelling, moving -----------------------------------------------------------------------------------
def which(talk: Talk, books: Books, no: str, path: str) -> list[str]:
    """The matters of a visit that are meant: its only one, or as answered; none when nothing is to be done."""
    rows = talk.look("matters", lambda: [short(row, books) for row in books.together.matters(no)])
    if len(rows) < 2:
        return [no]
    answer = talk.ask(path, among=rows)
    if answer == "all":
        return [row["no"] for row in rows]
    return [] if answer == "keep" else [answer["no"]]


def short(row: Any, books: Books) -> dict[str, Any]:
    name = books.centre.item(row.item).name
    return {"no": row.no, "item": name, "start": row.start}
