"""ux 27: what a citizen can do with a booking a colleague does for them, at the counter or on the telephone (1-08)."""

from typing import Any

from bot.talk import Talk
from handlers import reading
from handlers.guessing import not_found, stopped
from handlers.reception import mine
from handlers.reception.booking import facts
from handlers.reception.hall import may
from storage.books import Books
from storage.reception import CANCELLED, OPEN


def act_for(talk: Talk, books: Books) -> None:
    """看预约、改约、取消预约 YY2600001 — by its owner, the desk, its window, or whoever keyed it in."""
    if stopped(talk, books):
        return
    no = "".join(str(talk.given("no")).split()).upper()
    if not talk.look("may", lambda: may(books, talk, no)):
        not_found(talk, books, no)
    elif talk.look("over", lambda: books.reception.get(no).state not in OPEN):
        talk.say("reception/gone", no=no)
    else:
        before = talk.look("before", lambda: times(books, no))
        if talk.given("drop") or talk.given("move"):
            mine.act(talk, books, no, "drop" if talk.given("drop") else "move")
        else:
            mine.show_one(talk, books, no)
        talk.once("told", tell_owner, books, before)


def times(books: Books, no: str) -> dict[str, str]:
    """Each matter of the visit with its time."""
    return {row.no: row.start.isoformat() if row.start else "" for row in books.together.matters(no)}


def tell_owner(books: Books, before: dict[str, str]) -> None:
    """Whoever has a chat reads there what a colleague did for them; on the telephone they have heard it."""
    rows: list[Any] = [books.reception.get(no) for no in before]
    changed = [
        row for row in rows if (row.state == CANCELLED) or (row.start and row.start.isoformat() != before[row.no])
    ]
    for row in changed:
        if row.person != books.actor and not row.person.startswith("phone:"):
            books.outbox.post(
                row.person, "reception/changed_for_you", f"for:{row.no}:{row.state}:{row.moves}", quiet=False,
                by=books.centre.person(books.actor), told=books.together.number(row.no),
                dropped=row.state == CANCELLED, **facts(row, books),
            )  # fmt: skip


def find(talk: Talk, books: Books) -> None:
    """查预约 13800000000 — the open bookings under a telephone, for the desk alone."""
    if talk.person.id not in books.duty.on_desk():
        talk.say("reception/not_duty", officer=books.duty.officer_now())
        return
    number = reading.phone_number(talk.given("phone", ""))
    found = [facts(row, books) for row in books.together.by_phone(str(number))]
    talk.say("reception/found", rows=found[:3], more=len(found) > 3, phone=str(number)[-4:])
