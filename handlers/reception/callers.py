"""电话预约: the duty officer keys in a caller in one line; same number, same rights (1-08)."""

from typing import Any

from bot.answers import Unread, plain
from bot.talk import Talk
from handlers import reading
from handlers.reception import arranging, booking, together
from handlers.reception.phones import SPOKEN
from handlers.reception.slip import slip_link
from handlers.words import PHONE
from storage.books import Books
from storage.catalogue import Item, Window


def key_in_caller(talk: Talk, books: Books) -> None:
    """电话预约 事项 电话 时间 — what is missing is asked, then a summary, then the number to tell the caller."""
    desk = talk.look("desk", lambda: {"officer": books.duty.officer_now().id, "people": sorted(books.duty.on_desk())})
    if talk.person.id not in desk["people"]:
        talk.say("reception/not_duty", officer=books.centre.person(desk["officer"]))
        return
    line = talk.look("line", lambda: read_line(talk, books))
    talk.know("reception/matter", lambda: line["item"])
    item = books.centre.item(talk.ask("reception/matter", reads=lambda _: booking.read_item(talk, books)))
    talk.know("reception/phone", lambda: line["phone"])
    phone = talk.ask("reception/phone", reads=reading.phone_number, known="", last=False)
    second = talk.look("second", lambda: booking.second_in(talk, books, item))
    window = books.centre.window(item.window)
    no = enter(talk, books, item, window, phone, line["line"])
    if no:
        talk.say("reception/caller_done", no=no, slip=talk.look("slip", lambda: slip_link(books, no)))
        talk.say("reception/papers", item=item)
    if no and second and books.reception.get(no).start:
        together.add(talk, books, no, books.centre.item(second))


def enter(talk: Talk, books: Books, item: Item, window: Window, phone: str, said: str) -> str:
    """A published place, or the caller's wish in words; the number, "" when nothing was entered."""
    caller, check = f"phone:{phone}", "reception/caller_check"
    if booking.has_places(window, item):
        whom = talk.look("for whom", booking.whom_in, said)
        done = booking.book_place(talk, books, item, window, caller, said, lambda: phone, whom, check, "phone")
        return done[1] if done else ""
    if not talk.summary(check, item=item, slot=None, wish=said, phone=phone, provisional=False, whom=""):
        return ""
    no: str = talk.once("wish", arranging.request, books, caller, item, phone, said, "phone")
    return no


def read_line(talk: Talk, books: Books) -> dict[str, Any]:
    """Matter and phone out of one line."""
    line = plain(talk.given("line", ""))
    phone = SPOKEN.search(line) or PHONE.search(line)
    item = booking.read_item(talk, books)
    number = reading.phone_number(phone[0]) if phone else Unread()
    rest = line.replace(phone[0], " ") if phone else line
    return {
        "item": None if isinstance(item, Unread) else item,
        "phone": None if isinstance(number, Unread) else number,
        "line": rest,
    }
