"""The window's day on paper at 08:15: who comes, with what, room for marks by hand; it also serves without power."""

from datetime import date, datetime, timedelta
from typing import Any

from bot.talk import Talk
from handlers.reception.window_day import window_of
from rules.calendar import local
from rules.hall import unnoted_asked
from storage.books import Books
from storage.hall import Visitor
from storage.papers import link_to

NAME = "window_sheet"
BLANK = 8  # lines for who comes without a booking
ASKED = timedelta(days=30)  # so far back what nobody noted is asked for
KEPT = timedelta(days=1)  # a sheet is shown on its day, the evening before and the morning after


def post_sheets(books: Books) -> None:
    """To the head of each window somebody has booked today, everybody posted there where it has none; what of the days
    before nobody noted is asked again until it is."""
    today = local(books.now).date()
    if not books.calendar.is_working(today):
        return
    unnoted = books.hall.unnoted(today - ASKED, today)
    for window in books.centre.windows.values():
        booked = [one for one in books.hall.day(window.id, today) if one.due and one.expected]
        if booked:
            post_sheet(books, window.id, today, booked)
        if window.id in unnoted:
            ask_unnoted(books, window.id, today, sorted(unnoted[window.id].items()))


def post_sheet(books: Books, window: str, today: date, booked: list[Visitor]) -> None:
    """Who comes."""
    head = books.centre.head_of(window)
    for person in [head] if head else books.centre.colleagues_of(window):
        books.outbox.post(
            person.id, "reception/sheet", f"sheet:{window}:{today:%Y%m%d}:{person.id}", quiet=False, calls="",
            until=books.calendar.closing(today), count=len(booked), first=booked[0].due,
            link=link_to(books, NAME, about(window, today)),
        )  # fmt: skip


def ask_unnoted(books: Books, window: str, today: date, days: list[tuple[date, int]]) -> None:
    """What became of whom: everybody at the window each working morning, after some its head too (1-10)."""
    head = books.centre.head_of(window)
    mornings = len(books.calendar.working_days(days[0][0], today)) - 1
    asked = unnoted_asked(mornings, books.centre.readings)
    people = books.centre.colleagues_of(window)
    rank_and_file = [one for one in people if head is None or one.id != head.id] or people
    to = {one.id: one for one in (*rank_and_file, *([head] if head and "head" in asked else []))}
    for person in to.values():
        books.outbox.post(
            person.id, "reception/unnoted", f"unnoted:{window}:{today:%Y%m%d}:{person.id}", quiet=False, calls="",
            until=books.calendar.closing(today), days=days, again=mornings, head=bool(head and person.id == head.id),
            window=books.centre.window(window),
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
        talk.say("reception/sheet", count=count, first=None, link=link)


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
