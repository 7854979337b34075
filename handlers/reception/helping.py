"""一㈠2⑴: what the officer of the day and the window are told of who needs a hand (1-06)."""

from datetime import date, timedelta
from typing import Any

from handlers.reception.on_duty import officer
from rules.calendar import local
from rules.helping import told_at_once
from storage.books import Books
from storage.hall import Visitor
from storage.reception import BOOKED


def note(books: Books, no: str, needs: list[str]) -> None:
    """Kept; the officer of that day hears at once where the notice of the day before went out without it."""
    books.helping.note(no, needs)
    row, today = books.reception.get(no), local(books.now).date()
    day = local(row.start).date()
    notice = books.duty.notice(day)
    if not told_at_once(day, today, notice is not None and notice.told > 0):
        return
    to = officer(books, day).id
    if to != books.actor:
        books.outbox.post(
            to, "reception/help_told", f"help:{subject_of(books, no)}:{to}", quiet=day != today, until=row.start,
            recheck="reception/help_stands", subject=subject_of(books, no), **facts(books, row, needs),
        )  # fmt: skip


def subject_of(books: Books, no: str) -> str:
    """The need as it stands now: the booking, its time, what is needed."""
    return f"{no} {books.reception.get(no).start:%y%m%d%H%M} {'+'.join(books.helping.needs(no))}"


def stands(books: Books, subject: str) -> bool:
    """Is it still booked for that time, with that need?"""
    row = books.reception.get(subject.partition(" ")[0])
    return row is not None and row.state == BOOKED and subject == subject_of(books, row.no)


def facts(books: Books, row: Any, needs: list[str]) -> dict[str, Any]:
    return {"no": row.no, "start": row.start, "item": books.centre.item(row.item), "phone": row.phone, "needs": needs}


def on(books: Books, day: date) -> list[dict[str, Any]]:
    """Everybody of that day, for its officer's notice."""
    return [facts(books, row, row.needs) for row in books.helping.on(day)]


def tell_here(books: Books, one: Visitor) -> None:
    """Who needs a hand is at the desk: whoever has it now comes forward."""
    needs, to = books.helping.needs(one.no), books.duty.officer_now()
    if needs and to.id != books.actor:
        books.outbox.post(
            to.id, "reception/help_here", f"help here:{one.no}:{local(books.now):%y%m%d}:{to.id}", quiet=False,
            until=books.now + timedelta(minutes=30), recheck="reception/still_waits", subject=one.no, calls="",
            no=one.no, needs=needs, phone=one.phone, window=books.centre.window(one.window),
        )  # fmt: skip


def forget(books: Books) -> None:
    """Each night: no need outlives its day."""
    books.helping.forget_what_is_over()
