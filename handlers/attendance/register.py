"""外出登记: the desk's register, the question when due, the reminders, the filing (6-02, 6-03)."""

from datetime import datetime, timedelta
from typing import Any

from bot.contents import Due
from handlers import requests
from rules.attendance import Outing, filing_falls_due, outing_needs_filing
from rules.people import supervision
from rules.register import REGISTER
from storage.books import Books
from storage.requests import GRANTED, YES

PATIENCE = timedelta(minutes=15)
STAGES = ("ask", "remind", "head")


def facts(books: Books, no: str) -> dict[str, Any]:
    """One line of the register, for templates."""
    row, request = books.attendance.outing_of(no), books.requests.get(no)
    steps = [requests.named(books, step) for step in books.requests.steps(no)]
    out = Outing(row.start, row.back_by, row.reason, row.place, row.phone)
    return {
        "no": no, "kind": request.kind, "number": row.id, "who": books.roster.label(row.person), "outing": out,
        "chain": steps, "state": request.state, "filed": row.filed is not None or too_long(books, out),
        "clause": REGISTER["6-02"].reference, **meanwhile(books, row),
    }  # fmt: skip


def meanwhile(books: Books, row: Any) -> dict[str, Any]:
    """What the outing collides with (ux 36)."""
    unit = books.roster.person(row.person).unit
    window = books.centre.is_window(unit)
    return {
        "duty_days": books.attendance.duty_days(row.person, row.start, row.back_by),
        "bookings": books.attendance.bookings_at(unit, row.start, row.back_by) if window else 0,
    }


def too_long(books: Books, out: Outing) -> bool:
    """Whether the plan itself is more than half a day (6-03)."""
    return outing_needs_filing(out.start, out.back_by, books.calendar)


# -- opening and closing a line --------------------------------------------------------------------------------------
def open_line(books: Books, no: str) -> None:
    """Today's officer gets the entry, the clocks are set, a long outing is filed at once."""
    known = facts(books, no)
    row = books.attendance.outing_of(no)
    officer = books.duty.officer_now(frozenset({row.person}))
    books.outbox.post(officer.id, "attendance/register_entry", f"outing:{row.id}:desk", **known)
    expect(books, row)
    if too_long(books, known["outing"]):
        file(books, row.id, planned=True)
    else:
        runs_over = filing_falls_due(row.start, books.calendar) + timedelta(minutes=1)
        books.timers.set(f"outing:{row.id}:filing", runs_over, "attendance/outing_filing", id=row.id)


def expect(books: Books, row: Any) -> None:
    """Ask at the promised instant, remind, then tell who consented."""
    for n, stage in enumerate(STAGES):
        key = f"outing:{row.id}:due:{row.back_by:%m%d%H%M}:{stage}"
        promised = row.back_by.isoformat()
        books.timers.set(key, row.back_by + n * PATIENCE, "attendance/outing_due", id=row.id, by=promised, stage=stage)


def close_line(books: Books, number: int) -> bool:
    """Back; what ran over unnoticed is filed now. False when the line was closed before."""
    row = books.attendance.outing(number)
    if not still_out(books, row):
        return False
    books.attendance.come_back(number)
    books.timers.cancel(f"outing:{number}:")
    if outing_needs_filing(row.start, books.now, books.calendar):
        file(books, number, planned=False)
    return True


def put_off(books: Books, number: int, back_by: datetime) -> bool:
    """A later return, with new clocks; filed when that makes it more than half a day."""
    row = books.attendance.outing(number)
    if not still_out(books, row):
        return False
    books.timers.cancel(f"outing:{number}:due:")
    books.attendance.put_off(number, back_by)
    expect(books, books.attendance.outing(number))
    if outing_needs_filing(row.start, back_by, books.calendar):
        file(books, number, planned=True)
    return True


def still_out(books: Books, row: Any) -> bool:
    return row is not None and row.back is None and books.requests.get(row.no).state == GRANTED


# -- clocks ----------------------------------------------------------------------------------------------------------
def fall_due(books: Books, due: Due) -> None:
    """Asked at the promised instant, reminded a quarter of an hour on, the head told after another."""
    row = books.attendance.outing(due.args["id"])
    if not still_out(books, row) or row.back_by.isoformat() != due.args["by"]:
        return
    known, stage = facts(books, row.no), due.args["stage"]
    if stage == "ask" and due.now >= due.at + PATIENCE:
        return  # the reminder has come as well
    if stage == "head":
        for person in chief_of(books, row):
            books.outbox.post(person, "attendance/overdue_head", f"{due.key}:{person}", **known)
    else:
        path = "attendance/back_ask" if stage == "ask" else "attendance/back_remind"
        books.outbox.post(row.person, path, due.key, card="attendance/back", opens={"id": row.id}, **known)


def chief_of(books: Books, row: Any) -> list[str]:
    """Who consented to the outing."""
    return [step.decided_by for step in books.requests.steps(row.no) if step.decision == YES]


def run_over(books: Books, due: Due) -> None:
    """6-03 at the moment it runs over."""
    row = books.attendance.outing(due.args["id"])
    if still_out(books, row) and outing_needs_filing(row.start, due.now, books.calendar):
        file(books, row.id, planned=False)


def file(books: Books, number: int, planned: bool) -> None:
    """Filed once; supervision's head hears of it, of his own outing the next in the section (6-03)."""
    if books.attendance.file(number):
        row = books.attendance.outing(number)
        heads = [person for person in supervision(books.centre.house) if person != row.person][:1]
        for person in heads:
            known = facts(books, row.no)
            books.outbox.post(person, "attendance/filing", f"outing:{number}:filed", planned=planned, **known)
