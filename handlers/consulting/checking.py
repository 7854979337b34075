"""二㈢1: what nobody has checked for too long: told with the phone first, and its window asked whether it holds."""

from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers.consulting import deciding, entries, keeping
from rules.calendar import local
from rules.consulting import Rung, chase_check, is_due
from storage.books import Books
from storage.catalogue import Answer, Item, Version
from storage.consulting import LOAD


def daily(books: Books) -> None:
    """On working days: versions for what was loaded before there were any, drafts a load brought, what is due."""
    if not books.calendar.is_working(local(books.now).date()):
        return
    missing = {key: item for key, item in books.centre.items.items() if item.version is None}
    if missing:
        books.consulting.take_over(missing)
        books.count("centre")
    for row in books.consulting.drafts(source=LOAD):
        if row.asked is None:
            deciding.ask_approval(books, row.id)
    for window in books.centre.windows:
        ask_window(books, window)


def due_of(books: Books, window: str) -> list[tuple[str, Version]]:
    """The window's entries that have to be checked, with their versions, checked longest ago first."""
    today, centre = local(books.now).date(), books.centre
    kept: list[tuple[str, Item | Answer]] = [*centre.items.items(), *centre.answers.items()]
    mine = [(key, one.version) for key, one in kept if one.window == window]
    due = [(key, version) for key, version in mine if version and is_due(version.checked, today, centre.readings)]
    return sorted(due, key=lambda pair: (pair[1].checked, pair[1].id))


def ask_window(books: Books, window: str) -> None:
    """One card to everybody posted there for all that is due, then the clocks of 及时 (G6)."""
    due = [version.id for _, version in due_of(books, window) if books.consulting.get(version.id).asked is None]
    if not due:
        return
    for number in due:
        books.consulting.mark_asked(number)
    key = f"entries:{window}:{local(books.now):%y%m%d}"
    post_cards(books, window, [p.id for p in books.centre.colleagues_of(window)], key)
    for step in chase_check(books.now, books.calendar, books.centre.readings):
        books.timers.set(f"{key}:{step.rung}", step.at, "consulting/chase", window=window, rung=step.rung.value)


def post_cards(books: Books, window: str, people: list[str], key: str, late: str = "") -> None:
    """The oldest of them on the card, how many more come after it."""
    due = due_of(books, window)
    topic, version = due[0]
    for person in people or entries.approve_for(books, window):
        books.outbox.post(
            person, "reception/entry_due", f"{key}:{person}", card="consulting/check", opens={"entry": version.id},
            recheck="consulting/due_waits", subject=window, late=late, more=len(due) - 1,
            **entries.shown(books, topic),
        )  # fmt: skip


def chase(books: Books, due: Due) -> None:
    """Silence: the window once more, then its head."""
    window, rung = due.args["window"], due.args["rung"]
    if not due_waits(books, window):
        return
    head = books.centre.head_of(window) or books.centre.supervisor_of(window)
    asked = [p.id for p in books.centre.colleagues_of(window)] if rung == Rung.AGAIN else [head.id] if head else []
    post_cards(books, window, asked, due.key, late=rung)


def due_waits(books: Books, window: str) -> bool:
    """Is anything of this window still to be checked?"""
    return bool(due_of(books, window))


def check(talk: Talk, books: Books) -> None:
    """仍然有效 or 有变化, one entry after the other; what is due of this colleague's windows and no other's."""
    windows = entries.kept_by(books, talk.person)
    todo = talk.look("todo", lambda: [(v.id, key) for window in windows for key, v in due_of(books, window)])
    first = talk.given("entry")
    if not todo or first not in (None, *(number for number, _ in todo)):
        talk.say("reception/entry_none_due")
        return
    todo = sorted(todo, key=lambda pair: (pair[0] != first, pair[0]))
    for done, (number, topic) in enumerate(todo):
        given = talk.given("choice") if number == first else ""
        choice = given or ask_one(talk, books, number, topic, len(todo) - done - 1)
        if choice == "changed":
            keeping.change_entry(talk, books, topic)
            return
        if choice == "later":
            talk.say("reception/entry_holds", left=len(todo) - done)
            return
        talk.once(f"holds {number}", books.consulting.confirm, number)
    talk.say("reception/entry_holds", left=0)


def ask_one(talk: Talk, books: Books, number: int, topic: str, more: int) -> Any:
    """The next one, with everything it says."""
    facts = entries.shown(books, topic)
    return talk.ask("reception/entry_due", name=f"reception/entry_due {number}", late="", more=more, **facts)
