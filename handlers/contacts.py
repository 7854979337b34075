"""二㈢4、7: a contact with its owner: the card, the reminder, the answer, the handing on."""

from collections.abc import Iterable
from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers import reading, wording
from handlers.complaints import instead_of_officer
from handlers.consulting import adopting
from handlers.places import kind_of, understood
from rules.first_contact import Outcome, RouteKind
from storage.books import Books

UNPLACED = "unknown"  # why a contact is handed on: nobody could tell whose it is
NUDGE_MINUTES = 30  # working minutes without an answer, then its owner is told once more (2-10)


def hand_to_officer(books: Books, person: str, said: list[str], why: str) -> dict[str, str]:
    """The contact with its owner, and the card by which he answers."""
    other = instead_of_officer(books, said)
    officer = books.first_contact.note(
        person, " / ".join(said)[:500], Outcome.OPEN, "", RouteKind.UNKNOWN, other, bounces=int(why == UNPLACED)
    )
    row = books.first_contact.last_of(person)
    post_card(books, row, officer.id, f"contact:{row.id}")
    late = books.calendar.add_working_minutes(books.now, NUDGE_MINUTES)
    books.timers.set(f"contact:{row.id}:late", late, "first_contact/late", number=row.id)
    return {"id": officer.id, "name": officer.name}


def post_card(books: Books, row: Any, to: str, key: str, late: bool = False) -> None:
    """The card of a contact, as long as it waits for its answer."""
    books.outbox.post(
        to, "first_contact/card", key, card="first_contact/answer", opens={"number": row.id},
        recheck="first_contact/waits", subject=str(row.id), said=row.matter, late=late, number=row.id,
        who=books.roster.label(row.person), placeable=row.bounces > 0, decider=books.centre.person(row.decider),
        decides=to == row.decider,
    )  # fmt: skip


def post_wish_card(books: Books, no: str, to: str, key: str, late: bool = False) -> None:
    """The card of a wish, as long as it waits for its answer."""
    row = books.reception.get(no)
    books.outbox.post(
        to, "reception/wish_card", key, card="reception/arrange", opens={"no": no},
        recheck="reception/wish_waits", subject=no, no=no, item=books.centre.item(row.item), wish=row.wish,
        phone=row.phone, window=books.centre.window(row.window), late=late,
    )  # fmt: skip


def waits(books: Books, number: str) -> bool:
    """Does this contact still wait for its answer?"""
    row = books.first_contact.get(int(number))
    return row is not None and row.outcome == Outcome.OPEN


def remind_owner(books: Books, due: Due) -> None:
    """Half a working hour without an answer: its owner of that moment, once (2-10)."""
    if waits(books, str(due.args["number"])):
        row = books.first_contact.get(due.args["number"])
        send_card(books, row, row.decider or row.owner, due.key, late=True)


def send_card(books: Books, row: Any, to: str, key: str, late: bool = False) -> None:
    """The card by which this contact is answered: a wish's own, or that of a visit."""
    post, about = (post_wish_card, row.ref) if row.ref else (post_card, row)
    post(books, about, to, key, late)


def pass_contacts(books: Books, numbers: Iterable[int], receiver: str) -> None:
    """What was handed over belongs to the receiver, who can answer it (1-22, 2-10)."""
    for number in numbers:
        row = books.first_contact.pass_to(number, receiver)
        if row is not None:
            send_card(books, row, receiver, f"contact:{number}:to:{receiver}")


def answer_contact(talk: Talk, books: Books) -> None:
    """The duty officer answers; the citizen is told (2-04, 2-10)."""
    number = talk.given("number")
    done = talk.look("stands", lambda: why_not(books, number))
    if not done:
        answer = talk.ask("first_contact/answer", reads=reading.some_text, number=number)
        route = talk.look("route", lambda: matter_named(talk, books, number, answer))
        riddle = talk.look("riddle", lambda: adopting.is_riddle(books, number))
        window = talk.look("whose", lambda: adopting.window_named(books, answer) if riddle else "")
        done = talk.once("answer", send_answer, books, number, answer, route, window)
        if done == "answered":
            talk.say("first_contact/answered", number=number, adoptable=riddle and not window)
            return
    say_done(talk, books, number, done)


def matter_named(talk: Talk, books: Books, number: int, answer: str) -> str | None:
    """The matter an answer names to somebody nobody could place; a window alone says too little to be learnt from."""
    route = understood(talk, books, answer) if books.first_contact.get(number).bounces else None
    return None if route is None or kind_of(route) == RouteKind.WINDOW else route


def say_done(talk: Talk, books: Books, number: int, done: str) -> None:
    """What became of it, or whose it is by now."""
    row = books.first_contact.get(number)
    talk.say(f"first_contact/{done}", number=number, owner=books.centre.person(row.decider or row.owner))


def why_not(books: Books, number: int) -> str:
    """What keeps who acts from answering: it is settled, or somebody else's (2-04); "" when nothing does."""
    if not waits(books, str(number)):
        return "settled_before"
    return "" if books.first_contact.may_answer(books.first_contact.get(number)) else "not_yours"


def send_answer(books: Books, number: int, answer: str, route: str | None = None, window: str = "") -> str:
    """The answer goes out; a place it names is proposed as what such words mean, its window may adopt it (2-07)."""
    refused = why_not(books, number)
    row = None if refused else books.first_contact.answer(number, answer)
    if row is None:
        return refused or "settled_before"
    books.outbox.post(row.person, "first_contact/reply", f"contact:{number}:reply", quiet=False, answer=answer,
                      officer=books.centre.person(books.actor), matter=row.matter[:40])  # fmt: skip
    tell_owner(books, row, answer)
    if route:
        wording.propose(books, row.matter, route)
    adopting.propose(books, row, answer, window)
    return "answered"


def tell_owner(books: Books, row: Any, answer: str) -> None:
    """关注: whose contact it is hears what the section decided in his place (2-01, 2-07)."""
    if row.decider and row.owner != books.actor:
        books.outbox.post(row.owner, "first_contact/owner_told", f"contact:{row.id}:owner", number=row.id,
                          matter=row.matter[:40], decider=books.centre.person(books.actor), answer=answer)  # fmt: skip
