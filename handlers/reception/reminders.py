"""ux 30: the reminders of a booking: which are set, which will come, what is said when they do."""

from datetime import datetime
from typing import Any

from bot.contents import Due
from rules.calendar import local
from rules.reception import Push, Slot, booking_reminders, quiet_until
from rules.together import papers_together
from storage.books import Books
from storage.reception import BOOKED


def set_reminders(books: Books, no: str, start: datetime) -> None:
    """ux 30: the afternoon before and the same morning; the keys name the time they are about."""
    for instant in booking_reminders(start, books.now, books.centre.readings):
        key = f"booking:{no}:{local(start):%y%m%d%H%M}:{local(instant):%m%d%H%M}"
        books.timers.set(key, instant, "reception/remind", no=no)


def promised(books: Books, slot: Slot) -> dict[str, Any]:
    """Which reminders will really come, and whether the day itself is certain."""
    day = local(slot.start).date()
    days = [local(instant).date() for instant in booking_reminders(slot.start, books.now, books.centre.readings)]
    return {
        "eve": any(one < day for one in days), "morning": day in days,
        "provisional": books.calendar.is_provisional(day), "calendar": bool(books.public_url),
    }  # fmt: skip


def remind(books: Books, due: Due) -> None:
    """The reminder of a booking, if it still stands; of two that were missed the later, too late a word (ux 30)."""
    row = books.reception.get(due.args["no"])
    if row is None or row.state != BOOKED or is_overtaken(books, row, due):
        return
    if not books.openings.calendar(row.window).is_working(local(row.start).date()):
        return  # said when it turned out (follow_calendar)
    matters = [one for one in books.together.matters(row.no) if one.state == BOOKED]
    if matters[0].no != row.no:
        return  # the earliest of a visit speaks for all of them
    window, item = books.centre.window(row.window), books.centre.item(row.item)
    if row.start <= due.now:
        books.timers.expire(due.key)
        key = f"remind:{row.no}:{row.start.isoformat()}:missed"
        books.outbox.post(row.person, "reception/reminder_missed", key, no=row.no, item=item, start=row.start)
        return
    books.outbox.post(
        row.person, "reception/reminder", f"remind:{due.key}", card="reception/answer_reminder", opens={"no": row.no},
        push=Push.REST_DAY, until=row.start, recheck="reception/stands", subject=f"{row.no} {row.start.isoformat()}",
        no=row.visit or row.no, window=window, item=item, start=row.start, whom=row.for_whom,
        visit=together(books, matters),
    )  # fmt: skip


def together(books: Books, matters: list[Any]) -> dict[str, Any]:
    """Each matter of a visit with its hour and place, and one list of papers; {} for a single one."""
    if len(matters) < 2:
        return {}
    rows = [{"row": m, "item": books.centre.item(m.item), "window": books.centre.window(m.window)} for m in matters]
    return {"rows": rows, "papers": papers_together([m.papers for m in matters])}


def follow_calendar(books: Books) -> None:
    """A booked day turned out to be closed: whoever booked hears it once, and may choose another."""
    for row in books.reception.ahead():
        if not books.openings.calendar(row.window).is_working(local(row.start).date()):
            books.outbox.post(
                row.person, "reception/day_closed", f"closed:{row.no}:{row.start:%Y%m%d%H%M}",
                card="reception/answer_reminder", opens={"no": row.no}, push=Push.REST_DAY, recheck="reception/stands",
                subject=f"{row.no} {row.start.isoformat()}", no=row.no, start=row.start,
            )  # fmt: skip


def is_overtaken(books: Books, row: Any, due: Due) -> bool:
    """Will the next reminder of the same booking have come before this one may go out?"""
    out = quiet_until(books.calendar, due.now, Push.REST_DAY, books.centre.readings)
    return any(instant <= out for instant in booking_reminders(row.start, due.at, books.centre.readings))


def stands(books: Books, subject: str) -> bool:
    """Is this booking still booked for this time?"""
    no, _, start = subject.partition(" ")
    row = books.reception.get(no)
    return row is not None and row.state == BOOKED and row.start.isoformat() == start
