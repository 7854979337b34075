"""一㈠2⑵: 代办 — asked for in chat, taken on by the desk, followed by its number until everything is back (1-07)."""

from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers import reading
from handlers.guessing import not_found, stopped
from handlers.reception.booking import choose_item, whom_in
from handlers.reception.phones import ask_phone
from rules.errands import State, answer_due
from storage.books import Books
from storage.catalogue import Item
from storage.errands import OPEN

AT_HAND = ("receipt", "moved")


# -- asking ------------------------------------------------------------------------------------------------------------
def ask_errand(talk: Talk, books: Books) -> None:
    """代办 领社保卡 — which matter, for whom, a phone; then somebody at the desk answers for it (1-07)."""
    item = choose_item(talk, books)
    talk.know("reception/errand_whom", lambda: whom_in(" ".join((talk.given("matter", ""), talk.text))) or None)
    whom = talk.ask("reception/errand_whom", reads=reading.some_text)[:10]
    whom = "" if whom == "self" else whom
    phone = ask_phone(talk, books)
    if talk.summary("reception/errand_check", caller=False, item=item, whom=whom, phone=phone):
        no = talk.once("errand", enter, books, talk.person.id, item, phone, whom)
        talk.say("reception/errand_asked", no=no, officer=books.duty.officer_now())
        talk.say("reception/papers", item=item)


def enter(books: Books, person: str, item: Item, phone: str, whom: str) -> str:
    """Registered; the officer's card, and the clock of 及时."""
    no = books.errands.ask(person, item, phone, whom)
    post_card(books, no, books.duty.officer_now().id, f"errand:{no}", late=False)
    due = answer_due(books.now, books.calendar, books.centre.readings)
    books.timers.set(f"errand:{no}:answer", due, "reception/errand_late", no=no)
    return no


def post_card(books: Books, no: str, to: str, key: str, *, late: bool) -> None:
    books.outbox.post(to, "reception/errand_card", key, card="reception/errand_answer", opens={"no": no},
                      recheck="reception/errand_waits", subject=no, late=late, **facts(books, no))  # fmt: skip


def facts(books: Books, no: str) -> dict[str, Any]:
    """What templates say of an errand."""
    row = books.errands.get(no)
    return {"row": row, "item": books.centre.item(row.item), "window": books.centre.window(row.window),
            "papers": books.errands.papers(no), "officer": books.centre.person(row.officer)}  # fmt: skip


def waits(books: Books, no: str) -> bool:
    """Has nobody answered it yet?"""
    row = books.errands.get(no)
    return row is not None and row.state == State.ASKED


def chase(books: Books, due: Due) -> None:
    """Nobody took it on: everybody who may act for the desk gets the card (ux 37)."""
    no = due.args["no"]
    if waits(books, no):
        for to in sorted(books.duty.on_desk()):
            post_card(books, no, to, f"{due.key}:{to}", late=True)


def warn(books: Books, due: Due) -> None:
    """Not done in time: who answers for it, and the head of the window it is for (1-07)."""
    no = due.args["no"]
    row = books.errands.get(no)
    if row.state != State.ACCEPTED:
        return
    head = books.centre.head_of(row.window)
    for to in dict.fromkeys((row.officer, *([head.id] if head else ()))):
        books.outbox.post(to, "reception/errand_overdue", f"{due.key}:{to}", recheck="reception/errand_open",
                          subject=no, **facts(books, no))  # fmt: skip


def is_open(books: Books, no: str) -> bool:
    row = books.errands.get(no)
    return row is not None and row.state in OPEN


# -- answering ---------------------------------------------------------------------------------------------------------
def answer_errand(talk: Talk, books: Books) -> None:
    """接下 or 不能代办, by the card or typed; the first answer counts (1-07)."""
    no = own(talk, books)
    if not no:
        return
    if talk.given("choice", "yes" if talk.given("take") else "no") == "yes":
        done = talk.once("accept", accept, books, no)
        talk.say("reception/errand_taken" if done else "reception/errand_closed", no=no, **facts(books, no))
        return
    talk.know("reception/errand_why", lambda: talk.given("why", "").strip() or None)
    why = talk.ask("reception/errand_why", reads=reading.some_text)
    done = talk.once("refuse", refuse, books, no, why)
    talk.say("reception/errand_refused_told" if done else "reception/errand_closed", no=no, **facts(books, no))


def accept(books: Books, no: str) -> bool:
    if not books.errands.accept(no):
        return False
    books.timers.cancel(f"errand:{no}:")
    books.timers.set(f"errand:{no}:due", books.errands.get(no).due, "reception/errand_due", no=no)
    tell(books, no, "accepted", "accepted")
    return True


def refuse(books: Books, no: str, why: str) -> bool:
    if not books.errands.refuse(no, why):
        return False
    books.timers.cancel(f"errand:{no}:")
    tell(books, no, "refused", "refused")
    return True


def tell(books: Books, no: str, said: str, key: str, **values: Any) -> None:
    """The citizen hears it at once: they asked, and their papers lie here."""
    to = books.errands.get(no).person
    if to.startswith("phone:") and said in AT_HAND:
        return  # whoever brought papers has the printed receipt in hand
    books.outbox.post(
        to, f"reception/errand_{said}", f"errand:{no}:{key}", quiet=False, **{**facts(books, no), **values}
    )


def has_chat(books: Books, no: str) -> bool:
    return not books.errands.get(no).person.startswith("phone:")


def own(talk: Talk, books: Books) -> str:
    """The errand a colleague names, if he has the desk or answers for it; told so where not."""
    no = "".join(str(talk.given("no")).split()).upper()
    row = books.errands.get(no)
    may = row is not None and talk.person.id in (row.officer, *books.duty.on_desk())
    if not talk.look("may", lambda: may):
        talk.say("reception/errand_not_yours", no=no, officer=books.duty.officer_now())
        return ""
    return no


# -- looking -----------------------------------------------------------------------------------------------------------
def show_status(talk: Talk, books: Books, no: str) -> bool:
    """查询 DB2600001: to its citizen and the desk, with every paper and where it is."""
    row = books.errands.get(no)
    if row is None or talk.person.id not in (row.person, row.officer, *books.duty.on_desk()):
        return False
    talk.say("reception/errand_status", staff=talk.person.id != row.person, **facts(books, no))
    return True


def list_open(talk: Talk, books: Books) -> None:
    """代办清单 — what is open, the papers still here, and what is late."""
    if talk.person.id not in books.duty.on_desk():
        talk.say("reception/errand_not_yours", no="", officer=books.duty.officer_now())
        return
    talk.say("reception/errand_list", rows=open_items(books))


def open_items(books: Books) -> list[dict[str, Any]]:
    """Errands that are not over, as a handover shows them (1-22)."""
    return [
        {"kind": "errand", "no": row.no, "what": books.centre.item(row.item).name, "asked": row.state == State.ASKED,
         "late": bool(row.due and row.due < books.now),
         "held": sum(one.place == "desk" for one in books.errands.papers(row.no))}
        for row in books.errands.open()
    ]  # fmt: skip


def withdraw(talk: Talk, books: Books) -> None:
    """撤回代办 DB2600001 — while no paper of theirs lies at the desk."""
    no = "".join(str(talk.given("no")).split()).upper()
    if stopped(talk, books):
        return
    row = books.errands.get(no)
    if row is None or talk.person.id not in (row.person, *books.duty.on_desk()):
        not_found(talk, books, no)
        return
    done = talk.once("withdraw", books.errands.end, no, State.WITHDRAWN)
    talk.say("reception/errand_withdrawn", no=no, done=done, **facts(books, no))
