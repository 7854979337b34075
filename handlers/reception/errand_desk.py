"""一㈠2⑵: an errand by telephone or at the counter: keyed in with one line, its receipt on paper (1-07, 1-08)."""

from datetime import timedelta
from typing import Any

from bot.talk import Talk
from handlers import reading
from handlers.reception import booking, callers
from handlers.reception.errands import facts
from storage.books import Books
from storage.catalogue import Item
from storage.errands import OPEN
from storage.papers import link_to

RECEIPT, KEPT = "errand_receipt", timedelta(days=7)


def key_in(talk: Talk, books: Books) -> None:
    """电话代办 事项 电话 — whoever has the desk keys it in and takes it on at once."""
    if not talk.look("desk", lambda: talk.person.id in books.duty.on_desk()):
        talk.say("reception/errand_not_yours", no="", officer=books.duty.officer_now())
        return
    line = talk.look("line", lambda: callers.read_line(talk, books))
    talk.know("reception/matter", lambda: line["item"])
    item = books.centre.item(talk.ask("reception/matter", reads=lambda _: booking.read_item(talk, books)))
    talk.know("reception/phone", lambda: line["phone"])
    phone = talk.ask("reception/phone", reads=reading.phone_number, known="", last=False)
    whom = talk.look("for whom", booking.whom_in, line["line"])
    if talk.summary("reception/errand_check", caller=True, item=item, whom=whom, phone=phone):
        no = talk.once("errand", enter, books, item, phone, whom)
        talk.say("reception/errand_keyed", no=no, **facts(books, no))
        talk.say("reception/papers", item=item)


def enter(books: Books, item: Item, phone: str, whom: str) -> str:
    """Registered and accepted in one: who keys it in answers for it."""
    no = books.errands.ask(f"phone:{phone}", item, phone, whom)
    books.errands.accept(no)
    books.timers.set(f"errand:{no}:due", books.errands.get(no).due, "reception/errand_due", no=no)
    return no


def receipt_link(books: Books, no: str) -> str:
    """Where the receipt can be printed."""
    return link_to(books, RECEIPT, no)


def receipt(books: Books, no: str) -> dict[str, Any] | None:
    """Every paper, from whose hand into whose; None a week after the end."""
    row = books.errands.get(no)
    if row is None or (row.state not in OPEN and row.ended and books.now > row.ended + KEPT):
        return None
    papers = [{"paper": one, "by": books.centre.person(one.received_by)} for one in books.errands.papers(no)]
    return {**facts(books, no), "papers": papers}
