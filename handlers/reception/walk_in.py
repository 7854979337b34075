"""一㈠1⑴: who comes without a booking gets a number at the desk, after the booked of the session (1-10)."""

from bot.answers import Unread
from bot.talk import Talk
from handlers import words_hall as words
from handlers.reception import booking
from handlers.reception.hall import before, expected, today, wait_of
from handlers.reception.slip import slip_link
from rules.hall import walk_in_refused
from storage.books import Books
from storage.catalogue import Item, Window
from storage.hall import Visitor


def give_number(talk: Talk, books: Books) -> None:
    """现场取号 事项 姓 — by the desk, or by a window for itself; the number, who is before, about how long."""
    line = talk.look("line", lambda: talk.given("line", "").strip())
    talk.know("reception/matter", lambda: named_in(talk, books, line))
    item = books.centre.item(talk.ask("reception/matter", reads=lambda _: booking.read_item(talk, books)))
    window = books.centre.window(item.window)
    why = talk.look("refused", lambda: refused(talk, books, item, window))
    if why:
        talk.say(f"reception/walk_in_{why}", item=item, window=window)
        return
    no = talk.once("number", books.hall.walk_in, item.id, window.id, surname_in(line), books.now)
    ahead = talk.look("ahead", lambda: before(books, no))
    talk.say("reception/walk_in_number", no=no, item=item, window=window, ahead=ahead,
             minutes=wait_of(books, window, ahead), slip=talk.look("slip", lambda: slip_link(books, no)))  # fmt: skip


def named_in(talk: Talk, books: Books, line: str) -> str | None:
    """The matter: by its name as the line begins, else as it is understood."""
    exact = [item for item in books.centre.items.values() if line.startswith(item.name)]
    if exact:
        return max(exact, key=lambda item: len(item.name)).id
    found = booking.read_item(talk, books)
    return None if isinstance(found, Unread) else found


def surname_in(line: str) -> str:
    """王, out of 王女士 at the end; "" when none stands there."""
    found = words.CALLED.search(line)
    return found["surname"] if found else ""


def refused(talk: Talk, books: Books, item: Item, window: Window) -> str:
    """Why no number is given; "" when there is one."""
    if talk.person.unit != window.id and talk.person.id not in books.duty.on_desk():
        return "not_yours"
    found = walk_in_refused(wait_of(books, window, waiting(books, window)), wait_of(books, window, 1), books.now,
                            books.openings.calendar(window.id))  # fmt: skip
    return found.why if found else ""


def waiting(books: Books, window: Window) -> int:
    """Who is there already, and the booked who will come meanwhile: they go first."""
    people: list[Visitor] = today(books, window.id)
    return sum(one.waits or one.at_counter for one in people) + len(expected(books, people, window))
