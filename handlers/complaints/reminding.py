"""三㈣3: day 3, 4, 5, then daily up the ladder, until it is answered; never to anybody barred (3-10, 3-C)."""

from datetime import datetime
from typing import Any

from bot.contents import Due
from rules.calendar import local
from rules.complaints import Level, Reminder, next_reminder
from storage.books import Books
from storage.complaints import UNANSWERED

YEARS_OF_DAYS = 4000  # a stop for the walk from an old reminder to today's


def set_next(books: Books, row: Any, after: datetime) -> None:
    """Enter the first reminder after an instant; the due date itself is read from the row, never moved."""
    coming = next_reminder(row.due, after, books.calendar, books.centre.readings)
    key = f"complaint:{row.no}:{coming.at:%Y%m%d%H%M}"
    books.timers.set(key, coming.at, "complaints/remind", no=row.no, level=coming.level, over=coming.days_over)


def keep_reminding(books: Books) -> None:
    """A clock for everything unanswered that has none: one that failed must not be the last (3-10)."""
    for row in books.complaints.unreminded():
        set_next(books, row, books.now)


def follow_calendar(books: Books) -> None:
    """The year's notice has come: dates that leaned on an expectation are made certain, and said where they moved."""
    for row in books.complaints.leaning():
        books.complaints.make_certain(row)
        sure = books.complaints.row(row.no)
        if sure.due == row.due:
            continue
        books.timers.cancel(f"complaint:{row.no}:")
        set_next(books, sure, books.now)
        person, _ = books.complaints.reach(row.no)
        books.outbox.post(
            person, "complaints/due_certain", f"complaint:{row.no}:due", calls="", no=row.no, due=sure.due
        )
        for handler in books.complaints.handlers(sure):
            books.outbox.post(
                handler, "complaints/due_moved", f"complaint:{row.no}:due:{handler}", recheck="complaints/open",
                subject=f"{row.no} {handler}", calls="", no=row.no, due=sure.due, before=row.due,
            )  # fmt: skip


def remind(books: Books, due: Due) -> None:
    """Tell whom it concerns today, and enter the next; after a standstill only the newest is said."""
    row = books.complaints.row(due.args["no"])
    if row is None or row.state not in UNANSWERED:
        return
    reminder = newest(books, row, Reminder(due.at, Level(due.args["level"]), due.args["over"]), due.now)
    day = local(due.now).date()
    until = books.calendar.closing(day) if books.calendar.is_working(day) else None
    for person in told(books, row, reminder):
        books.outbox.post(
            person, "complaints/reminder", f"complaint:{row.no}:{reminder.at:%Y%m%d}:{person}", until=until,
            card="complaints/decide", opens={"no": row.no}, recheck="complaints/open", subject=f"{row.no} {person}",
            calls="", row=row, level=reminder.level, over=reminder.days_over,
        )  # fmt: skip
    set_next(books, row, reminder.at)


def newest(books: Books, row: Any, reminder: Reminder, now: datetime) -> Reminder:
    """The last reminder whose instant has come."""
    for _ in range(YEARS_OF_DAYS):
        following = next_reminder(row.due, reminder.at, books.calendar, books.centre.readings)
        if following.at > now:
            return reminder
        reminder = following
    raise LookupError("a complaint stood still for years")


def told(books: Books, row: Any, reminder: Reminder) -> tuple[str, ...]:
    """Whoever took it in hand, else all who may; overdue the ladder too."""
    barred, handlers = books.complaints.barred(row), books.complaints.handlers(row)
    own = (row.handler,) if row.handler in handlers and reminder.level != Level.RED else handlers
    ladder = books.complaints.told_when_overdue(row, reminder.days_over)
    return tuple(person for person in dict.fromkeys([*own, *ladder]) if person not in barred)


def is_open(books: Books, subject: str) -> bool:
    """Does it still wait for an answer, and may this colleague still know of it?"""
    no, _, person = subject.partition(" ")
    row = books.complaints.row(no)
    return row is not None and row.state in UNANSWERED and books.complaints.may_open(row, person)
