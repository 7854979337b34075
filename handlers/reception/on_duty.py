"""Who has the desk on a day: the rota, those on leave passed over (1-01, 1-21)."""

from datetime import date, datetime

from rules.calendar import local
from rules.people import Person
from rules.reception import next_duty_day
from storage.books import Books


def absent_on(books: Books, day: date) -> set[str]:
    """The ids of those on the desk's list who are on approved leave, or sent out, when that day opens."""
    return set(books.duty.absent_at(books.calendar.opening(day)))


def officer(books: Books, day: date) -> Person:
    """The day's officer, those on leave passed over (1-01)."""
    return books.duty.officer_at(books.calendar.opening(day))


def next_day(books: Books, day: date) -> date:
    """第二天, by the working-day calendar (1-21)."""
    return next_duty_day(day, books.calendar)


def book_day(books: Books, now: datetime) -> date:
    """The day whose book is open: today, on a rest day the last working day."""
    today = local(now).date()
    return today if books.calendar.is_working(today) else books.calendar.previous_working_day(today)


def supervision_head(books: Books) -> list[str]:
    """The head of supervision, by id; empty where there is none."""
    head = books.centre.supervision_head()
    return [head.id] if head else []


def stand_by(books: Books, day: date) -> list[str]:
    """The day's stand-by, by id; empty where there is none."""
    found = books.centre.stand_by_on(day)
    return [found.id] if found else []
