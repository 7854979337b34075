"""一㈠3: a citizen books a time; never confirmed without the papers to bring."""

from collections.abc import Callable
from itertools import count
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import words
from handlers.reception import arranging
from handlers.reception.choosing import choose_slot
from handlers.reception.phones import ask_phone, asks_phone
from handlers.reception.reminders import promised, set_reminders
from handlers.reception.waiting import wait_for
from handlers.reception.wishes import register_wish
from rules.calendar import local
from rules.clause import Refusal
from rules.reception import Slot, confirmation_refused
from rules.waitlist import Wait
from storage.books import Books
from storage.catalogue import Item, Window

ACTS_FROM = 0.5  # of the router's confidence


FINAL = ("too_many_open", "same_place", "window_gone", "not_open")  # another time would not help


def book(talk: Talk, books: Books) -> None:
    """预约 — own words, time, phone, summary, receipt with all papers (1-08, 1-10)."""
    item = choose_item(talk, books)
    window = books.centre.window(item.window)
    whom = talk.look(
        "for whom", lambda: whom_in(" ".join((talk.given("matter", ""), talk.given("text", ""), talk.text)))
    )
    if not has_places(window, item):
        register_wish(talk, books, item, window, arranging.request)
        return
    said = talk.given("matter") or talk.given("text") or ""
    done = book_place(talk, books, item, window, talk.person.id, said, lambda: ask_phone(talk, books), whom)
    if done:
        confirm(talk, books, item, window, *done, whom)


def has_places(window: Window, item: Item) -> bool:
    """Whether a booking may be confirmed at once: places are published, and the papers are known (1-10)."""
    return window.booking == "slots" and not confirmation_refused(item.materials)


def choose_item(talk: Talk, books: Books) -> Item:
    """The matter, from the citizen's own words; what was understood stands in the next question (ux 15)."""
    talk.know("reception/matter", lambda: spoken_item(talk, books))
    item = talk.ask("reception/matter", reads=lambda text: read_item(talk, books))
    return books.centre.item(item)


def spoken_item(talk: Talk, books: Books) -> str | None:
    """The matter the opening words named, if any."""
    named = talk.given("matter", "").strip()
    exact = next((item.id for item in books.centre.items.values() if named in (item.name, item.id)), None)
    if exact or not (named or talk.given("text")):
        return exact
    item = read_item(talk, books)
    return None if isinstance(item, Unread) else item


def read_item(talk: Talk, books: Books) -> str | Unread:
    """The item these words are surely about, the body outside, or that it was not understood."""
    found = talk.meaning
    if found.confidence < ACTS_FROM or words.ASKS_ONLY.fullmatch(found.matched):
        return Unread("reception/matter_unknown")
    for route in found.ranked:
        if route in books.centre.items:
            return route
        if route.startswith("window:"):
            return next((i.id for i in books.centre.items.values() if i.window == route[7:]), "") or Unread()
        if route.startswith("elsewhere:"):
            there = books.centre.elsewhere[route.partition(":")[2]]
            return Unread("first_contact/elsewhere", {"there": there, "matched": found.matched, "also": ""})
    return Unread("reception/matter_unknown")


def book_place(
    talk: Talk, books: Books, item: Item, window: Window, person: str, said: str, phone_of: Callable[[], str],
    whom: str = "", check: str = "reception/check", form: str = "chat",
) -> tuple[Slot, str] | None:  # fmt: skip
    """Mode (a): the window has published its places, so the booking is confirmed at once; None when it is not to be.

    Who may not book hears so before anything is asked; a time that is gone is asked again, the rest kept.
    """
    refused = talk.look("may book", books.reception.no_place_at_all, person, window.id, whom)
    if refused:
        say_refused(talk, books, refused, window, "")
        return None
    phone, asked = "", False
    for attempt in count(1):
        turn = "" if attempt == 1 else f" {attempt}"
        steps = (1 + asks_phone(books)) * (attempt == 1 and form == "chat")
        slot = choose_slot(talk, books, item, window, turn, said, steps, may_wait=True)
        if isinstance(slot, Wait):
            wait_for(talk, books, item, window, person, slot, phone if asked else phone_of(), form, whom)
            return None
        done = talk.look(
            f"may have{turn}", lambda s: books.reception.refused(person, item.id, s.start, whom=whom), slot
        )
        if not done:
            phone, asked = phone if asked else phone_of(), True
            facts = {"item": item, "window": window, "slot": slot, "phone": phone, "whom": whom}
            if not talk.summary(check, name=f"{check}{turn}", provisional=is_provisional(books, slot), **facts):
                return None
            done = talk.once(f"booking{turn}", enter, books, person, item, slot, phone, form, whom)
        if not isinstance(done, Refusal):
            return slot, done
        say_refused(talk, books, done, window, turn)
        if done.why in FINAL:
            return None
    return None


def say_refused(talk: Talk, books: Books, refused: Refusal, window: Window, turn: str, no: str = "") -> None:
    limits = books.hall.limits(talk.person.id)
    talk.say(f"reception/refused_{refused.why}", name=f"refused{turn}", window=window, limits=limits, no=no)


def is_provisional(books: Books, slot: Slot) -> bool:
    """Whether that day rests on a calendar not yet announced."""
    return books.calendar.is_provisional(local(slot.start).date())


def enter(
    books: Books, person: str, item: Item, slot: Slot, phone: str, form: str = "chat", whom: str = "", visit: str = ""
) -> str | Refusal:
    """The booking and its reminders, in one transaction."""
    no = books.reception.book(person, item, slot, phone, form, whom, visit)
    if not isinstance(no, Refusal):
        set_reminders(books, no, slot.start)
        books.first_contact.note(person, item.name, "booked", no)
    return no


def whom_in(said: str) -> str:
    """Whom it is for, in one word, when somebody books for somebody else; "" for themselves."""
    found = words.FOR_WHOM.search(said)
    called = found["whom"] or found["mine"] if found else ""
    return words.CALLED.get(called, called)


def confirm(talk: Talk, books: Books, item: Item, window: Window, slot: Slot, no: str, whom: str = "") -> None:
    talk.say("reception/booked", no=no, whom=whom, item=item, window=window, slot=slot, **promised(books, slot))
    talk.say("reception/papers", item=item)


def facts(row: Any, books: Books) -> dict[str, Any]:
    """What templates say of a booking."""
    return {"row": row, "item": books.centre.item(row.item), "window": books.centre.window(row.window)}
