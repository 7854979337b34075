"""查询 with a number: the state of a thing, only to its owner; not yours and not there sound the same (ux 33)."""

from collections.abc import Callable

from bot.contents import Entry, System
from bot.talk import Talk
from handlers import attendance, complaints, words, words_complaints
from handlers.guessing import not_found, stopped
from handlers.reception import errands, freed, mine
from storage.attendance import LEAVE
from storage.books import Books
from storage.complaints import ANSWERED, UNANSWERED

KINDS: dict[str, Callable[[Talk, Books, str], bool]] = {
    "YY": mine.show_status,
    "HB": freed.show_status,
    "DB": errands.show_status,
    "TS": complaints.show_status,
    "QJ": attendance.show_status,
}


READS: dict[str, Callable[[Talk, Books, str], str | None]] = {
    "TS": complaints.full_text,
    "QJ": attendance.full_text,
}
PAGE, SHOWN = 1500, 5


def enquire(talk: Talk, books: Books) -> None:
    """查询 TS2600001."""
    show(talk, books, number_in(talk))


def number_in(talk: Talk) -> str:
    """The number as it stands in the books, however it was typed."""
    return "".join(talk.given("no").split()).upper()


def show(talk: Talk, books: Books, no: str) -> None:
    known = KINDS.get(no[:2])
    if not stopped(talk, books) and (known is None or not known(talk, books, no)):
        not_found(talk, books, no)


def which(talk: Talk, books: Books) -> None:
    """进度 without a number: the one open thing, or the several, or how to ask (ux 33)."""
    mine = talk.look("open", lambda: open_things(books, talk.person.id))
    if len(mine) == 1:
        show(talk, books, mine[0])
    else:
        talk.say("enquiry/which" if mine else "enquiry/how", numbers=mine[:SHOWN])


def open_things(books: Books, person: str) -> list[str]:
    """The numbers of a person's bookings, complaints and slips that are not over."""
    bookings = [row.no for row in books.reception.mine(person)]
    lodged = [row.no for row in books.complaints.lodged_by(person) if row.state in (*UNANSWERED, ANSWERED)]
    waits = [row.no for row in books.waitlist.of(person)]
    asked = [row.no for row in books.errands.open(person)]
    return [*bookings, *waits, *asked, *lodged, *books.requests.waiting(person, LEAVE)]


def read(talk: Talk, books: Books) -> None:
    """看 TS2600001 — what a card shortened, in full, a page at a time."""
    no = number_in(talk)
    if stopped(talk, books):
        return
    text = READS[no[:2]](talk, books, no)
    if text is None:
        not_found(talk, books, no)
        return
    pages = [text[at : at + PAGE] for at in range(0, len(text), PAGE)]
    page = min(max(int(talk.given("page", 1)), 1), len(pages))
    talk.say("enquiry/page", no=no, text=pages[page - 1], page=page, pages=len(pages))


SYSTEM = System(
    name="enquiry",
    conversations={"enquiry/number": enquire, "enquiry/which": which, "enquiry/read": read},
    entries=(
        Entry("enquiry/number", pattern=words.ENQUIRE),
        Entry("enquiry/which", words=words.ENQUIRE_BARE),
        Entry("enquiry/read", pattern=words_complaints.READ),
    ),
)
