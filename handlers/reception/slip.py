"""Paper for the citizen's hand, and the hall's board: numbers and surnames, nothing else of anybody."""

from collections import Counter
from typing import Any
from urllib.parse import quote

from bot.talk import Talk
from handlers import words_hall as words
from handlers.reception.booking import facts
from handlers.reception.hall import before, code_of, wait_of
from handlers.reception.window_day import window_of
from rules.calendar import local
from rules.together import papers_together
from storage.books import Books
from storage.papers import link_to
from storage.reception import BOOKED

SLIP, BOARD = "visit_slip", "call_board"


def slip_link(books: Books, no: str) -> str:
    """Where the slip can be printed; "" for what has no time yet."""
    return link_to(books, SLIP, no) if books.hall.get(no) else ""


def slip(books: Books, no: str) -> dict[str, Any] | None:
    """What the citizen takes along; None once the visit is over."""
    one = books.hall.get(no)
    if one is None or one.outcome or one.state != "booked":
        return None
    told = one.told
    others = [row for row in books.together.matters(no) if row.no != no and row.state == BOOKED]
    line = words.CHECK_IN_LINE.format(no=told, code=code_of(books, told))
    where = f"{books.public_url}/#say={quote(line)}" if one.due else ""
    return {
        "one": one, "item": books.centre.item(one.item), "window": books.centre.window(one.window), "line": line,
        "where": where, "ahead": before(books, no) if one.due is None else None,
        "others": [facts(row, books) for row in others],
        "papers": papers_together([one.papers, *(row.papers for row in others)]),
    }  # fmt: skip


# -- the board -----------------------------------------------------------------------------------------------------
def send_board(talk: Talk, books: Books) -> None:
    """叫号屏 — the link for a screen in the hall, to the desk and to windows."""
    desk = talk.look("desk", lambda: talk.person.id in books.duty.on_desk())
    if desk or window_of(talk, books) is not None:
        talk.say("reception/board", link=talk.look("link", lambda: link_to(books, BOARD, "hall")))


def board(books: Books, about: str) -> dict[str, Any]:
    """Who is called where, the newest first, and how many wait for which window."""
    here = [(row, books.centre.window(row.window)) for row in books.hall.here(local(books.now).date())]
    counts = Counter(window.id for row, window in here if row.called is None)
    windows = [(books.centre.window(key), count) for key, count in sorted(counts.items())]
    waiting = [{"window": one, "count": count, "minutes": wait_of(books, one, count)} for one, count in windows]
    called = [{"one": row, "window": window} for row, window in reversed(here) if row.called]
    return {"called": called, "waiting": waiting}
