"""一㈠3⑴: a window without published places: the wish is registered, and whoever owns it answers (1-08)."""

from collections.abc import Callable
from typing import Any

from bot.talk import Talk
from handlers import reading
from handlers.reception.phones import ask_phone, asks_phone
from storage.books import Books
from storage.catalogue import Item, Window
from storage.reception import WISHED

Enter = Callable[[Books, str, Item, str, str], str]
SENT, CLOSED, NOT_YOURS = "answered", "closed", "not_yours"


def register_wish(talk: Talk, books: Books, item: Item, window: Window, enter: Enter) -> None:
    """Mode (b): registered, passed to the duty officer, who answers (1-08)."""
    wish = talk.ask("reception/wish", reads=reading.some_text, item=item, window=window, steps=1 + asks_phone(books))
    phone = ask_phone(talk, books)
    if talk.summary("reception/check_wish", item=item, window=window, wish=wish, phone=phone):
        no = talk.once("wish", enter, books, talk.person.id, item, phone, wish)
        owner = talk.look("owner", lambda: owner_of(books, no))
        talk.say("reception/wished", no=no, item=item, officer=books.centre.person(owner))
        talk.say("reception/papers", item=item)


def owner_of(books: Books, no: str) -> str:
    row = books.first_contact.about(no)
    return row.owner if row else books.duty.officer_now().id


def enter_wish(books: Books, person: str, item: Item, phone: str, wish: str, form: str = "chat") -> str:
    """The wish and its owner; who asks the window for a time is `arranging`."""
    no = books.reception.wish(person, item, phone, wish, form)
    books.first_contact.note(person, item.name, "open", no)
    return no


def facts_of(books: Books, row: Any) -> dict[str, Any]:
    """What templates say of a wish."""
    return {"no": row.no, "item": books.centre.item(row.item), "window": books.centre.window(row.window),
            "wish": row.wish, "phone": row.phone}  # fmt: skip


def waits(books: Books, no: str) -> bool:
    """Does this wish still wait for its answer?"""
    row = books.reception.get(no)
    return row is not None and row.state == WISHED


def answer_wish(talk: Talk, books: Books, no: str) -> None:
    """Words instead of a time, such as that none is needed; the citizen is told."""
    answer = talk.ask("reception/wish_answer", reads=reading.some_text, no=no)
    done = talk.once("answer", send_answer, books, no, answer)
    talk.say(f"reception/wish_{done}", no=no)


def why_not(books: Books, no: str) -> str:
    """What keeps who acts from answering: it is closed, or somebody else's (2-04); "" when nothing does."""
    if not waits(books, no):
        return CLOSED
    mine = books.first_contact.may_answer(books.first_contact.about(no))
    at_window = books.actor in {one.id for one in books.centre.colleagues_of(books.reception.get(no).window)}
    return "" if mine or at_window else NOT_YOURS


def send_answer(books: Books, no: str, answer: str) -> str:
    refused = why_not(books, no)
    if refused or not books.reception.answer_wish(no, answer):
        return refused or CLOSED
    row = books.reception.get(no)
    books.timers.cancel(f"wish:{no}:")
    books.arranging.end(no)
    books.first_contact.settle(no, "answered")
    item = books.centre.item(row.item)
    books.outbox.post(
        row.person, "reception/wish_reply", f"wish:{no}:answer", quiet=False, no=no, answer=answer, item=item
    )
    return SENT
