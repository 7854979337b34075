"""一㈠3⑵: waiting for a half-day that is full; a freed place is offered to the first in line, then to the next."""

from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers.reception.booking import say_refused
from handlers.reception.reminders import promised, set_reminders
from rules.clause import Refusal
from rules.reception import Push, Slot
from storage.books import Books
from storage.waitlist import LAPSED, LEFT, LIVE, OFFERED, OVER, PASSED, WAITING


# -- clocks --------------------------------------------------------------------------------------------------------
def offer_place(books: Books, due: Due) -> None:
    """The place kept for the first in line, with what to say to it and until when."""
    row = books.waitlist.get(due.args["no"])
    if row is None or row.state != OFFERED:
        return
    books.timers.set(f"{due.key}:over", row.until, "reception/offer_over", no=row.no)
    books.outbox.post(
        row.person, "reception/offer", due.key, card="reception/answer_offer", opens={"no": row.no},
        push=Push.REST_DAY, until=row.until, recheck="reception/offer_stands", subject=row.no, until_when=row.until,
        **facts(row, books),
    )  # fmt: skip


def offer_over(books: Books, due: Due) -> None:
    """No word in time: said so without blame, and the place goes to the next."""
    row = books.waitlist.get(due.args["no"])
    if row is not None and row.state == OFFERED and row.until <= due.now and books.waitlist.leave(row.no, LAPSED):
        books.outbox.post(row.person, "reception/offer_lapsed", due.key, calls="", **facts(row, books))


def wait_over(books: Books, due: Due) -> None:
    """Nothing came free before it was too late for that half-day."""
    row = books.waitlist.get(due.args["no"])
    if row is not None and row.state == WAITING and books.waitlist.leave(row.no, OVER):
        books.outbox.post(row.person, "reception/wait_ended", due.key, **facts(row, books))


def serve_line(books: Books) -> None:
    """None idle while somebody waits for it: also a place that came free in no usual way."""
    for row in books.waitlist.line():
        books.waitlist.serve(row)


def offer_stands(books: Books, no: str) -> bool:
    """Is a place still kept under this number?"""
    row = books.waitlist.get(no)
    return row is not None and row.state == OFFERED


def facts(row: Any, books: Books) -> dict[str, Any]:
    item, window = books.centre.item(row.item), books.centre.window(row.window)
    return {"no": row.no, "item": item, "window": window, "start": row.start, "half": row.opens}


# -- what they say to it -------------------------------------------------------------------------------------------
def answer_offer(talk: Talk, books: Books) -> None:
    """要这个时间 / 不要了 under the offer; a colleague says it for a caller: 候补 HB2600001 要."""
    no = "".join(talk.given("no").split()).upper()
    may = talk.look("may", lambda: may_answer(talk, books, no))
    if not may:
        talk.say("reception/wait_unknown", no=no)
    elif talk.given("choice") == "take" or talk.given("take"):
        take(talk, books, no)
    else:
        state = talk.look("was", lambda: books.waitlist.get(no).state)
        done = talk.once("passed", books.waitlist.leave, no, PASSED if state == OFFERED else LEFT)
        talk.say("reception/wait_left" if done else "reception/offer_gone", no=no)


def may_answer(talk: Talk, books: Books, no: str) -> bool:
    """Its owner, whoever keyed it in, and the desk for who has no chat (1-08)."""
    row = books.waitlist.get(no)
    return row is not None and (
        talk.person.id in (row.person, row.entered_by) or talk.person.id in books.duty.on_desk()
    )


def take(talk: Talk, books: Books, no: str) -> None:
    """A booking like any other, with its papers."""
    done = talk.once("taken", take_offer, books, no)
    row = books.waitlist.get(no)
    item, window = books.centre.item(row.item), books.centre.window(row.window)
    if isinstance(done, Refusal):
        say_refused(talk, books, done, window, "", no)
        return
    start = talk.look("start", lambda: row.start)
    slot = Slot(start, start)
    talk.say(
        "reception/booked",
        no=done,
        second="",
        whom=row.for_whom,
        item=item,
        window=window,
        slot=slot,
        **promised(books, slot),
    )
    talk.say("reception/papers", item=item)


def take_offer(books: Books, no: str) -> str | Refusal:
    booked = books.waitlist.accept(no)
    if not isinstance(booked, Refusal):
        row = books.reception.get(booked)
        set_reminders(books, booked, row.start)
        books.first_contact.note(row.person, books.centre.item(row.item).name, "booked", booked)
    return booked


def show_status(talk: Talk, books: Books, no: str) -> bool:
    """查询 HB…: only to its owner, the desk, and the colleague who keyed it in."""
    row = books.waitlist.get(no)
    if row is None or not may_answer(talk, books, no):
        return False
    talk.say("reception/wait_status", state=row.state, live=row.state in LIVE, **facts(row, books))
    return True
