"""一㈠3⑵: choosing a published place, first the half-day and then the place in it (1-10)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import partial
from itertools import count
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from bot.understanding.times import Ok
from handlers import reading
from rules.calendar import at, local
from rules.reception import Slot, slot_refused
from rules.waitlist import Wait
from storage.books import Books
from storage.catalogue import Item, Window

SHOWN = 4  # and 更多: five choices at most (ux 9)
NO_PLACE = "reception/no_place"
EXACT, SOME, TAKEN = "exact", "some", "taken"


def choose_slot(
    talk: Talk, books: Books, item: Item, window: Window, turn: str = "", said: str = "", steps: int = 0,
    may_wait: bool = False,
) -> Slot | Wait:  # fmt: skip
    """A place; "明天下午三点" in the opening words answers both questions, or hears why not before they are asked.

    Who `may_wait` is offered to wait for a half-day that turned out to be full.
    """
    full = hear_opening_words(talk, books, item, window, said) if not turn else []
    for again in count():
        name = f"reception/when{turn}" + (f" {again}x" if again else "")
        talk.carry(name, item.id, lambda wanted: isinstance(wanted, Slot) and bool(free_in(books, window, wanted)))
        stretch = talk.ask(
            "reception/when", name=name, on=item.id, item=item, window=window, steps=steps if not again else 0,
            reads=partial(read_wish, books=books, window=window, full=full),
            among=lambda: half_days(books, window) + (full[-1:] if may_wait else []),
            matched=talk.given("matched", ""),
        )  # fmt: skip
        if isinstance(stretch, Wait):
            return stretch
        slot = choose_in(talk, books, item, window, stretch, f"{turn}{f' {again}x' if again else ''}")
        if slot is not None:
            return slot
    raise LookupError("no place chosen")


def choose_place(talk: Talk, books: Books, item: Item, window: Window, turn: str) -> Slot:
    """A place for a booking that stands already: there is nothing to wait for."""
    slot = choose_slot(talk, books, item, window, turn)
    assert isinstance(slot, Slot), "nobody was offered to wait"
    return slot


def hear_opening_words(talk: Talk, books: Books, item: Item, window: Window, said: str) -> list[Slot | Wait]:
    """The time they named, if there is a place then; where there is none they hear it at once (1-10).

    The half-day that was full, to be waited for.
    """
    heard = talk.look("spoken time", lambda *_: spoken_time(said, books, window), item.id)
    talk.know("reception/when", lambda: heard["stretch"], on=item.id)
    if heard["refused"]:
        talk.say(NO_PLACE, **heard["refused"])
    return full_half(books, window, heard["refused"] or {})


def read_wish(text: str, books: Books, window: Window, full: list[Slot | Wait]) -> Slot | Unread:
    """As `read_stretch`; a half-day found full joins those that may be waited for."""
    found = read_stretch(text, books, window)
    if isinstance(found, Unread):
        full += full_half(books, window, found.values)
    return found


def full_half(books: Books, window: Window, refused: Mapping[str, Any]) -> list[Slot | Wait]:
    """The half-day of a wish that was refused for being full, if the half-day is full too."""
    if refused.get("why") != "full":
        return []
    wanted = refused["wanted"].start
    half = half_of(books, window, wanted)
    return [Wait(half.start, half.end)] if half and not free_in(books, window, half) else []


def half_of(books: Books, window: Window, wanted: datetime) -> Slot | None:
    """The half-day of the window's that a time falls into."""
    halves = books.openings.calendar(window.id).sessions_on(local(wanted).date())
    return next((Slot(*half) for half in halves if half[0] <= wanted < half[1]), None)


def spoken_time(said: str, books: Books, window: Window) -> dict[str, Any]:
    found = read_stretch(said, books, window) if said else Unread()
    if not isinstance(found, Unread):
        return {"stretch": found, "refused": None}
    return {"stretch": None, "refused": dict(found.values) if found.path == NO_PLACE else None}


def choose_in(talk: Talk, books: Books, item: Item, window: Window, stretch: Slot, turn: str) -> Slot | None:
    """A place within a stretch; 更多 shows the next four, another time typed here is gone to; None when all went."""
    page = 0
    for step in count():
        tail = f"{turn} {step}" if step else turn
        here = [item.id, stretch]
        seen = talk.look(f"places{turn} {step}", lambda _, wanted: see(books, window, wanted), *here)
        if seen["places"] == EXACT:
            return stretch
        if seen["places"] == TAKEN:
            talk.say("reception/taken", name=f"taken{tail}", wanted=stretch)
            if seen["half"] is None:
                return None
            stretch, page = seen["half"], 0
        name = f"reception/slot{tail}"
        talk.carry(name, here, partial(is_free, books, window, stretch))
        answer = talk.ask(
            "reception/slot", name=name, on=here, item=item, stretch=stretch,
            reads=partial(read_stretch, books=books, window=window, within=stretch),
            among=partial(places_shown, books, window, stretch, page),
        )  # fmt: skip
        stretch, page = (stretch, page + 1) if answer == "more" else (answer, 0)
    return None


def is_free(books: Books, window: Window, stretch: Slot, place: Any) -> bool:
    return place != "more" and place in free_in(books, window, stretch)


def see(books: Books, window: Window, wanted: Slot) -> dict[str, Any]:
    """Whether the stretch is itself a free place, holds some, or none; then its half-day, if that still holds some."""
    free = free_in(books, window, wanted)
    if free:
        return {"places": EXACT if wanted in free else SOME, "half": None}
    half = half_of(books, window, wanted.start)
    return {"places": TAKEN, "half": half if half and free_in(books, window, half) else None}


def places_shown(books: Books, window: Window, stretch: Slot, page: int) -> list[Slot]:
    return page_of(free_in(books, window, stretch), page)


def page_of(slots: Sequence[Slot], page: int) -> list[Slot]:
    """Four at a time, from the start again after the last."""
    pages = max(1, -(-len(slots) // SHOWN))
    first = page % pages * SHOWN
    return list(slots[first : first + SHOWN])


def half_days(books: Books, window: Window) -> list[Slot]:
    """The next half-days with a place left, as stretches of time."""
    found: list[Slot] = []
    for day in books.reception.days(window.id):
        free = books.reception.free_slots(window, day)
        for opens, closes in books.openings.calendar(window.id).sessions_on(day):
            if any(opens <= slot.start < closes for slot in free):
                found.append(Slot(opens, closes))
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def free_in(books: Books, window: Window, stretch: Slot) -> list[Slot]:
    return books.reception.free_in(window, stretch)


def read_stretch(text: str, books: Books, window: Window, within: Slot | None = None) -> Slot | Unread:
    """What was typed as a place or a stretch with places; else why not, and the next open one (1-10)."""
    if within is not None:
        midnight = at(local(within.start).date(), time.min)
        same_day = reading.when(books, "appointment", ref=midnight)(text)
        there = stretch_of(same_day, window, books) if isinstance(same_day, Ok) else None
        if there and local(there.start).date() == midnight.date() and free_in(books, window, there):
            return there
    found = reading.when(books, "appointment")(text)
    if isinstance(found, Unread):
        return found
    slot = stretch_of(found, window, books)
    return slot if free_in(books, window, slot) else no_place(slot, books, window)


def no_place(wanted: Slot, books: Books, window: Window) -> Unread:
    refused = slot_refused(wanted, books.now, books.reception.limits(), books.openings.calendar(window.id))
    nearest = [place for half in half_days(books, window)[:1] for place in free_in(books, window, half)[:1]]
    provisional = books.calendar.is_provisional(local(wanted.start).date())
    shut = refused is not None and refused.why == "closed" and books.calendar.is_open(wanted.start)
    why = {
        "why": "shut" if shut else refused.why if refused else "full",
        "wanted": wanted,
        "nearest": nearest,
        "provisional": provisional,
    }
    return Unread(NO_PLACE, why, miss=False)


def stretch_of(found: Ok, window: Window, books: Books) -> Slot:
    """A minute means the slot it falls into; a half-day or a day is a stretch."""
    if found.end is not None and found.grain != "minute":
        return Slot(found.start, found.end)
    day = local(found.start).date()
    for slot in books.reception.free_slots(window, day):
        if slot.start <= found.start < slot.end:
            return slot
    return Slot(found.start, found.start)
