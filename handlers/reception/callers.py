"""电话预约: the duty officer keys in a caller in one line; same number, same rights (1-08)."""

import re
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from handlers.reception import booking
from rules.clause import Refusal
from rules.reception import Slot
from storage.books import Books

PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})(?!\d)")


def key_in_caller(talk: Talk, books: Books) -> None:
    """电话预约 事项 电话 时间 — what is missing is asked, then a summary, then the number to tell the caller."""
    officer = books.centre.officer_now(books.now)
    if talk.person.id not in books.centre.on_desk(books.now):
        talk.say("reception/not_duty", officer=officer)
        return
    line = talk.look("line", lambda: read_line(talk, books))
    talk.know("reception/matter", lambda: line["item"])
    item = books.centre.items[talk.ask("reception/matter", reads=lambda _: booking.read_item(talk, books))]
    talk.know("reception/phone", lambda: line["phone"])
    phone = talk.ask("reception/phone", reads=reading.phone_number, known="")
    window = books.centre.windows[item.window]
    slot, wish = choose(talk, books, item, window, line)
    if talk.summary("reception/caller_check", item=item, slot=slot, wish=wish, phone=phone):
        finish(talk, books, item, window, slot, wish, phone)


def choose(talk: Talk, books: Books, item: Any, window: Any, line: dict[str, Any]) -> tuple[Slot | None, str]:
    """A published place, or the caller's wish in words."""
    if window.booking == "slots":
        talk.know("reception/when", lambda: spoken(line["line"], books, window), on=item.id)
        return booking.choose_slot(talk, books, item, window), ""
    return None, line["line"]


def spoken(text: str, books: Books, window: Any) -> Slot | None:
    found = booking.read_stretch(text, books, window)
    return None if isinstance(found, Unread) else found


def finish(talk: Talk, books: Books, item: Any, window: Any, slot: Slot | None, wish: str, phone: str) -> None:
    caller = f"phone:{phone}"
    if slot is None:
        no = talk.once("wish", booking.enter_wish, books, caller, item, phone, wish, "phone")
    else:
        no = talk.once("booking", booking.enter, books, caller, item, slot, phone, "phone")
    if isinstance(no, Refusal):
        talk.say(f"reception/refused_{no.why}", window=window)
        return
    talk.say("reception/caller_done", no=no)
    talk.say("reception/papers", item=item)


def read_line(talk: Talk, books: Books) -> dict[str, Any]:
    """Matter and phone out of one line."""
    line = talk.given("line", "")
    phone = PHONE.search(line)
    item = booking.read_item(talk, books)
    number = reading.phone_number(phone[0]) if phone else Unread()
    rest = line.replace(phone[0], " ") if phone else line
    return {
        "item": None if isinstance(item, Unread) else item,
        "phone": None if isinstance(number, Unread) else number,
        "line": rest,
    }
