"""The window's day on paper at 08:15: who comes, with what, room for marks by hand; it also serves without power."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.talk import Talk
from handlers.reception.window_day import window_of
from rules.calendar import local
from storage.books import Books
from storage.hall import Visitor
from storage.papers import link_to

NAME = "window_sheet"
BLANK = 8  # lines for who comes without a booking
KEPT = timedelta(days=1)  # a sheet is shown on its day, the evening before and the morning after


def post_sheets(books: Books) -> None:
    """To the head of each window somebody has booked today, everybody posted there where it has none."""
    today = local(books.now).date()
    if not books.calendar.is_working(today):
        return
    before = books.calendar.previous_working_day(today)
    for window in books.centre.windows.values():
        booked = [one for one in books.hall.day(window.id, today) if one.due and one.expected]
        unnoted = sum(not one.outcome for one in books.hall.day(window.id, before))
        if booked or unnoted:
            post_sheet(books, window.id, today, booked, unnoted)


def post_sheet(books: Books, window: str, today: date, booked: list[Visitor], unnoted: int) -> None:
    """Who comes, and of how many of the last day nobody said what became of them."""
    head = books.centre.head_of(window)
    for person in [head] if head else books.centre.colleagues_of(window):
        books.outbox.post(
            person.id, "reception/sheet", f"sheet:{window}:{today:%Y%m%d}:{person.id}", quiet=False, calls="",
            until=books.calendar.closing(today), count=len(booked), first=booked[0].due if booked else None,
            unnoted=unnoted, link=link_to(books, NAME, about(window, today)),
        )  # fmt: skip


def about(window: str, day: date) -> str:
    return f"{window}-{day:%Y%m%d}"


def send_sheet(talk: Talk, books: Books) -> None:
    """纸单 — the link again, whenever it is wanted."""
    window = window_of(talk, books)
    if window is not None:
        day = local(talk.now).date()
        count = talk.look("count", lambda: len(books.hall.day(window.id, day)))
        link = talk.look("link", lambda: link_to(books, NAME, about(window.id, day)))
        talk.say("reception/sheet", count=count, first=None, unnoted=0, link=link)


def sheet(books: Books, named: str) -> dict[str, Any] | None:
    """What is printed of a window's day; None for a day that is over or far away."""
    window, _, day = named.rpartition("-")
    try:
        when = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007 - a date without a time
    except ValueError:
        return None
    if window not in books.centre.windows or abs(when - local(books.now).date()) > KEPT:
        return None
    people = [{"one": one, "item": books.centre.item(one.item)} for one in books.hall.day(window, when)]
    return {"window": books.centre.window(window), "day": when, "people": people, "blank": BLANK}
