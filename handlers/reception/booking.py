"""一㈠3: a citizen books a time; never confirmed without the papers to bring."""

from datetime import datetime, time
from functools import partial
from typing import Any

from bot.answers import Unread
from bot.contents import Due
from bot.talk import Talk
from bot.understanding.times import Ok
from handlers import reading
from rules.calendar import at, local
from rules.clause import Refusal
from rules.reception import Push, Slot, booking_reminders, confirmation_refused, slot_refused
from storage.books import Books
from storage.catalogue import Item, Window
from storage.reception import BOOKED

SHOWN = 4  # and 更多: five choices at most (ux 9)


def book(talk: Talk, books: Books) -> None:
    """预约 — own words, time, phone, summary, receipt with all papers (1-08, 1-10)."""
    item = choose_item(talk, books)
    window = books.centre.windows[item.window]
    if window.booking == "slots" and not confirmation_refused(item.materials):
        book_place(talk, books, item, window)
    else:
        register_wish(talk, books, item, window)


def choose_item(talk: Talk, books: Books) -> Item:
    """The matter, from the citizen's own words; what was understood stands in the next question (ux 15)."""
    talk.know("reception/matter", lambda: spoken_item(talk, books))
    item = talk.ask("reception/matter", reads=lambda text: read_item(talk, books))
    return books.centre.items[item]


def spoken_item(talk: Talk, books: Books) -> str | None:
    """The matter the opening words named, if any."""
    named = talk.given("matter", "").strip()
    exact = next((item.id for item in books.centre.items.values() if named in (item.name, item.id)), None)
    if exact or not (named or talk.given("text")):
        return exact
    item = read_item(talk, books)
    return None if isinstance(item, Unread) else item


def read_item(talk: Talk, books: Books) -> str | Unread:
    """The item these words are about, or the three likeliest to choose from."""
    for route in talk.meaning.ranked:
        if route in books.centre.items:
            return route
        if route.startswith("window:"):
            return next((i.id for i in books.centre.items.values() if i.window == route[7:]), "") or Unread()
        if route.startswith("elsewhere:"):
            there = books.centre.elsewhere[route.partition(":")[2]]
            return Unread("first_contact/elsewhere", {"there": there, "matched": talk.meaning.matched})
    return Unread("reception/matter_unknown")


def book_place(talk: Talk, books: Books, item: Item, window: Window) -> None:
    """Mode (a): the window has published its places, so the booking is confirmed at once."""
    phone = ""
    for attempt in range(1, 9):
        turn = "" if attempt == 1 else f" {attempt}"
        slot = choose_slot(talk, books, item, window, turn)
        phone = phone or ask_phone(talk, books)
        check = {"item": item, "window": window, "slot": slot, "phone": phone}
        if not talk.summary("reception/check", name=f"reception/check{turn}", **check):
            return
        done = talk.once(f"booking{turn}", enter, books, talk.person.id, item, slot, phone)
        if not isinstance(done, Refusal):
            confirm(talk, books, item, window, slot, done)
            return
        talk.say(f"reception/refused_{done.why}", name=f"refused{turn}", window=window)
        if done.why != "full":
            return


def enter(books: Books, person: str, item: Item, slot: Slot, phone: str, form: str = "chat") -> str | Refusal:
    """The booking and its reminders, in one transaction."""
    no = books.reception.book(person, item, slot, phone, form)
    if not isinstance(no, Refusal):
        set_reminders(books, no, slot.start)
        books.first_contact.note(person, item.name, "booked", no)
    return no


def set_reminders(books: Books, no: str, start: datetime) -> None:
    """ux 30: the afternoon before and the same morning."""
    for instant in booking_reminders(start, books.now, books.centre.readings):
        books.timers.set(f"booking:{no}:{instant:%m%d%H%M}", instant, "reception/remind", no=no)


def confirm(talk: Talk, books: Books, item: Item, window: Window, slot: Slot, no: str) -> None:
    talk.say("reception/booked", no=no, item=item, window=window, slot=slot)
    talk.say("reception/papers", item=item)


def ask_phone(talk: Talk, books: Books) -> str:
    """ux 14: the number given before is offered."""
    known = talk.look("phone", books.reception.last_phone, talk.person.id)
    answer: str = talk.ask(
        "reception/phone", reads=reading.phone_number, among=lambda: [known] if known else [], known=known
    )
    return answer


# -- choosing a time -----------------------------------------------------------------------------------------------
def choose_slot(talk: Talk, books: Books, item: Item, window: Window, turn: str = "") -> Slot:
    """First the half-day, then the place in it; "明天下午三点" answers both."""
    talk.know(f"reception/when{turn}", lambda: spoken_stretch(talk, books, window) if not turn else None, on=item.id)
    stretch = talk.ask(
        "reception/when", name=f"reception/when{turn}", on=item.id, item=item, window=window,
        reads=lambda text: read_stretch(text, books, window), among=lambda: half_days(books, window),
        matched=talk.given("matched", ""),
    )  # fmt: skip
    return choose_in(talk, books, item, window, stretch, turn)


def spoken_stretch(talk: Talk, books: Books, window: Window) -> Slot | None:
    """The time the opening words named, if there is a place then."""
    said = talk.given("matter") or talk.given("text") or ""
    found = read_stretch(said, books, window) if said else Unread()
    return None if isinstance(found, Unread) else found


def choose_in(talk: Talk, books: Books, item: Item, window: Window, stretch: Slot, turn: str) -> Slot:
    """A place within a stretch; 更多 shows the next four, another time typed here is gone to."""
    for page in range(30):
        if talk.look(f"exact{turn} {page}", lambda s=stretch: s in free_in(books, window, s)):
            return stretch
        answer = talk.ask(
            "reception/slot", name=f"reception/slot{turn} {page}" if page else f"reception/slot{turn}", on=stretch,
            item=item, stretch=stretch, reads=partial(read_stretch, books=books, window=window, within=stretch),
            among=partial(places_shown, books, window, stretch, page),
        )  # fmt: skip
        stretch = stretch if answer == "more" else answer
    raise LookupError("thirty pages and no place chosen")


def places_shown(books: Books, window: Window, stretch: Slot, page: int) -> list[Slot]:
    return page_of(free_in(books, window, stretch), page)


def page_of(slots: list[Slot], page: int) -> list[Slot]:
    """Four at a time, from the start again after the last."""
    pages = max(1, -(-len(slots) // SHOWN))
    first = page % pages * SHOWN
    return slots[first : first + SHOWN]


def half_days(books: Books, window: Window) -> list[Slot]:
    """The next half-days with a place left, as stretches of time."""
    found: list[Slot] = []
    for day in books.reception.days():
        free = books.reception.free_slots(window, day)
        for opens, closes in books.calendar.sessions_on(day):
            if any(opens <= slot.start < closes for slot in free):
                found.append(Slot(opens, closes))
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def free_in(books: Books, window: Window, stretch: Slot) -> list[Slot]:
    """Places left in a stretch of one day."""
    free = books.reception.free_slots(window, local(stretch.start).date())
    return [slot for slot in free if stretch.start <= slot.start and slot.end <= stretch.end]


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
    refused = slot_refused(wanted, books.now, books.reception.limits(), books.calendar)
    nearest = [place for half in half_days(books, window)[:1] for place in free_in(books, window, half)[:1]]
    why = {"why": refused.why if refused else "full", "wanted": wanted, "nearest": nearest}
    return Unread("reception/no_place", why, miss=False)


def stretch_of(found: Ok, window: Window, books: Books) -> Slot:
    """A minute means the slot it falls into; a half-day or a day is a stretch."""
    if found.end is not None and found.grain != "minute":
        return Slot(found.start, found.end)
    day = local(found.start).date()
    for slot in books.reception.free_slots(window, day):
        if slot.start <= found.start < slot.end:
            return slot
    return Slot(found.start, found.start)


# -- a window without published places --------------------------------------------------------------------------------
def register_wish(talk: Talk, books: Books, item: Item, window: Window) -> None:
    """Mode (b): registered, passed to the duty officer, who answers (1-08)."""
    wish = talk.ask("reception/wish", reads=reading.some_text, item=item, window=window)
    phone = ask_phone(talk, books)
    if talk.summary("reception/check_wish", item=item, window=window, wish=wish, phone=phone):
        no = talk.once("wish", enter_wish, books, talk.person.id, item, phone, wish)
        talk.say("reception/wished", no=no, item=item, officer=books.centre.officer_now(books.now))
        talk.say("reception/papers", item=item)


def enter_wish(books: Books, person: str, item: Item, phone: str, wish: str, form: str = "chat") -> str:
    """The wish, its owner, and the card by which he answers."""
    no = books.reception.wish(person, item, phone, wish, form)
    officer = books.first_contact.note(person, item.name, "open", no)
    books.outbox.post(
        officer.id, "reception/wish_card", f"wish:{no}", card="reception/answer_wish", opens={"no": no},
        no=no, item=item, wish=wish, phone=phone, window=books.centre.windows[item.window],
    )  # fmt: skip
    return no


def answer_wish(talk: Talk, books: Books) -> None:
    """The duty officer says what the window agreed to; the citizen is told."""
    no = talk.given("no")
    answer = talk.ask("reception/wish_answer", reads=reading.some_text, no=no)
    if talk.once("answer", send_answer, books, no, answer):
        talk.say("reception/wish_answered", no=no)
    else:
        talk.say("reception/wish_closed", no=no)


def send_answer(books: Books, no: str, answer: str) -> bool:
    if not books.reception.answer_wish(no, answer):
        return False
    row = books.reception.get(no)
    books.first_contact.settle(no, "answered")
    item = books.centre.items[row.item]
    books.outbox.post(
        row.person, "reception/wish_reply", f"wish:{no}:answer", quiet=False, no=no, answer=answer, item=item
    )
    return True


# -- reminders -----------------------------------------------------------------------------------------------------
def remind(books: Books, due: Due) -> None:
    """The reminder of a booking, if it still stands; what is late is not sent (ux 30, 31)."""
    row = books.reception.get(due.args["no"])
    if row is None or row.state != BOOKED or row.start <= due.now:
        return
    window, item = books.centre.windows[row.window], books.centre.items[row.item]
    books.outbox.post(
        row.person, "reception/reminder", f"remind:{due.key}", card="reception/answer_reminder", opens={"no": row.no},
        push=Push.REST_DAY, until=row.start, recheck="reception/stands", subject=f"{row.no} {row.start.isoformat()}",
        no=row.no, window=window, item=item, start=row.start,
    )  # fmt: skip


def stands(books: Books, subject: str) -> bool:
    """Is this booking still booked for this time?"""
    no, _, start = subject.partition(" ")
    row = books.reception.get(no)
    return row is not None and row.state == BOOKED and row.start.isoformat() == start


def facts(row: Any, books: Books) -> dict[str, Any]:
    """What templates say of a booking."""
    return {"row": row, "item": books.centre.items[row.item], "window": books.centre.windows[row.window]}
