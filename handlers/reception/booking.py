"""一㈠3: a citizen books a time; never confirmed without the papers to bring."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from bot.answers import Instead, Unread
from bot.talk import Talk
from handlers import reading, words
from handlers.reception import arranging
from handlers.reception.choosing import NO_PLACE, choose_slot, free_in, read_stretch
from handlers.reception.phones import ask_phone, asks_phone, spoken_phone
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
LONG_NUMBER = re.compile(r"\d{7}")


FINAL = ("too_many_open", "same_place", "window_gone", "not_open")  # another time would not help


def book(talk: Talk, books: Books) -> tuple[str, str] | None:
    """预约 — own words, time, phone, summary, receipt with all papers (1-08, 1-10); the number, the other matter."""
    item = choose_item(talk, books)
    window = books.centre.window(item.window)
    whom = talk.look(
        "for whom", lambda: whom_in(" ".join((talk.given("matter", ""), talk.given("text", ""), talk.text)))
    )
    second = talk.look("second", lambda: second_in(talk, books, item)) if has_places(window, item) else ""
    if not has_places(window, item):
        register_wish(talk, books, item, window, arranging.request)
        return None
    said = opening_words(talk, books)
    reads = partial(read_phone, talk=talk, books=books, window=window)
    ask = partial(ask_phone, talk, books, reads=reads)
    done = book_place(talk, books, item, window, talk.person.id, said, ask, whom)
    if done:
        confirm(talk, books, item, window, *done, whom, second)
    return (done[1], second) if done else None


def second_in(talk: Talk, books: Books, item: Item) -> str:
    """The other matter named along with the first, if it is one of ours; "" otherwise."""
    named = talk.given("second", "").strip()
    exact = [one.id for one in books.centre.items.values() if named in (one.name, one.id)]
    if exact or not (talk.text or talk.given("text")) or talk.given("matter", "").strip() in (item.name, item.id):
        return exact[0] if exact and exact[0] != item.id else ""
    also = talk.meaning.also
    return also if also in books.centre.items and also != item.id else ""


def opening_words(talk: Talk, books: Books) -> str:
    """What was said before a time was asked for: the words that named the matter, if they name a time too."""
    named = "".join(talk.typed("reception/matter")[:1])
    timed = not isinstance(reading.when(books, "appointment")(named), Unread) if named else False
    return named if timed else talk.given("matter") or talk.given("text") or ""


def read_phone(text: str, talk: Talk, books: Books, window: Window) -> str | Instead | Unread:
    """The number; or a time said now, which takes the place of the one said before."""
    number = reading.phone_number(text)
    if not isinstance(number, Unread):
        return number
    found = read_time_anew(text, number, talk, books, window)
    place = isinstance(found, Instead) and found.value in free_in(books, window, found.value)
    return replace(found, says="reception/time_anew") if isinstance(found, Instead) and place else found


def read_time_anew(text: str, else_: Unread, talk: Talk, books: Books, window: Window) -> Instead | Unread:
    if LONG_NUMBER.search(text) or not talk.answers("reception/when"):
        return else_
    found = read_stretch(text, books, window)
    if isinstance(found, Unread):
        return found if found.path == NO_PLACE else else_
    return Instead("reception/when", found)


def read_correction(text: str, talk: Talk, books: Books, item: Item, window: Window) -> Instead | Unread:
    """不对,是… under the summary: a number, a time, or another matter; the rest is kept (ux 17)."""
    number = reading.phone_number(text)
    if not isinstance(number, Unread) and talk.answers("reception/phone"):
        return Instead("reception/phone", number)
    found = read_time_anew(text, Unread(), talk, books, window)
    if isinstance(found, Instead) or found.path:
        return found
    matter = read_item(talk, books)
    other = not isinstance(matter, Unread) and matter != item.id and talk.answers("reception/matter")
    return Instead("reception/matter", matter) if other else Unread()


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
        asked_for = 1 + (asks_phone(books) and not spoken_phone(talk, books))
        steps = asked_for * (attempt == 1 and form == "chat")
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
            reads = partial(read_correction, talk=talk, books=books, item=item, window=window)
            if not talk.summary(
                check, name=f"{check}{turn}", reads=reads, provisional=is_provisional(books, slot), **facts
            ):
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


def confirm(talk: Talk, books: Books, item: Item, window: Window, slot: Slot, no: str, whom: str = "",
            second: str = "") -> None:  # fmt: skip
    talk.say(
        "reception/booked",
        no=no,
        whom=whom,
        second=second,
        item=item,
        window=window,
        slot=slot,
        **promised(books, slot),
    )
    talk.say("reception/papers", item=item)


def facts(row: Any, books: Books) -> dict[str, Any]:
    """What templates say of a booking."""
    return {"row": row, "item": books.centre.item(row.item), "window": books.centre.window(row.window)}
