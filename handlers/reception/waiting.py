"""一㈠3⑵: standing in line for a half-day that is full."""

from datetime import timedelta

from bot.talk import Talk
from rules.clause import Refusal
from rules.waitlist import Wait
from storage.books import Books
from storage.catalogue import Item, Window


def wait_for(
    talk: Talk, books: Books, item: Item, window: Window, person: str, wanted: Wait, phone: str, form: str,
    whom: str = "",
) -> None:  # fmt: skip
    """候补 — once more what for, then a number in line."""
    if talk.summary("reception/check_wait", item=item, window=window, wanted=wanted, phone=phone, whom=whom):
        no = talk.once("wait", join, books, person, item, wanted, phone, form, whom)
        path = f"reception/refused_{no.why}" if isinstance(no, Refusal) else "reception/waiting"
        minutes = books.centre.readings.waitlist_offer_minutes
        talk.say(path, no=no, window=window, wanted=wanted, minutes=minutes, limits=books.reception.limits())


def join(books: Books, person: str, item: Item, wanted: Wait, phone: str, form: str, whom: str) -> str | Refusal:
    """In line, until no place of that half-day may be booked any more."""
    no = books.waitlist.join(person, item, wanted, phone, form, whom)
    if not isinstance(no, Refusal):
        last = wanted.end - timedelta(minutes=books.reception.limits().cutoff_minutes)
        books.timers.set(f"wait:{no}:over", max(last, books.now), "reception/wait_over", no=no)
    return no
