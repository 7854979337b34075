"""查询 with a number: the state of a thing, only to its owner; not yours and not there sound the same (ux 33)."""

from collections.abc import Callable

from bot.contents import Entry, System
from bot.talk import Talk
from handlers import attendance, complaints, words
from handlers.reception import mine
from storage.books import Books

KINDS: dict[str, Callable[[Talk, Books, str], bool]] = {
    "YY": mine.show_status,
    "TS": complaints.show_status,
    "QJ": attendance.show_status,
}


def enquire(talk: Talk, books: Books) -> None:
    """查询 TS2600001."""
    no = talk.given("no").upper()
    show = KINDS.get(no[:2])
    if show is None or not show(talk, books, no):
        books.note_line("asked", no, "")
        talk.say("enquiry/none", no=no)


def which(talk: Talk, books: Books) -> None:
    """进度 without a number: the open things of this person, or how to ask."""
    no = talk.ask("enquiry/which", reads=lambda text: text.strip().upper())
    show = KINDS.get(no[:2])
    if show is None or not show(talk, books, no):
        talk.say("enquiry/none", no=no)


SYSTEM = System(
    name="enquiry",
    conversations={"enquiry/number": enquire, "enquiry/which": which},
    entries=(
        Entry("enquiry/number", pattern=words.ENQUIRE),
        Entry("enquiry/which", words=words.ENQUIRE_BARE),
    ),
)
