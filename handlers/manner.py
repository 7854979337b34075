"""How somebody wants to be spoken to: 长辈 for good, 普通版 back; a telephone call instead of forms (ux 26)."""

from bot.contents import Entry, System
from bot.talk import Talk
from handlers import words
from handlers.contacts import hand_to_officer
from handlers.reception.phones import ask_phone
from handlers.roles import COLLEAGUES
from storage.books import Books


def speak_plainly(talk: Talk, books: Books) -> None:
    """长辈、老人、大字 — short, three choices, the phone under everything, from now on."""
    talk.once("elder", books.manners.set, talk.person.id, True)
    talk.say("manner/elder")


def speak_usually(talk: Talk, books: Books) -> None:
    """普通版 — as before."""
    talk.once("usual", books.manners.set, talk.person.id, False)
    talk.say("manner/usual")


def set_for_visitor(talk: Talk, books: Books) -> None:
    """长辈模式 第4号 — a colleague of the desk sets it for whom he has on the phone or before him."""
    number = int(talk.given("number"))
    row = talk.look("visitor", lambda: visitor(books, number))
    if row is None:
        talk.say("manner/nobody", number=number)
        return
    elder = not talk.given("off")
    talk.once("set", books.manners.set, row, elder)
    talk.say("manner/set", number=number, on=elder)


def visitor(books: Books, number: int) -> str | None:
    """Who made the contact of that number, if who acts may answer it."""
    row = books.first_contact.get(number)
    return row.person if row is not None and books.first_contact.may_answer(row) else None


def ask_call(talk: Talk, books: Books) -> None:
    """打给我 — a colleague telephones and fills in what the forms would ask (1-08)."""
    phone = ask_phone(talk, books, last=False)
    officer = talk.once("called", hand_to_officer, books, talk.person.id, [f"{words.CALL_BACK[1]} {phone}"], "call")
    talk.say("manner/called", officer=officer, open=books.calendar.is_open(books.now),
             opening=books.calendar.next_open(books.now))  # fmt: skip


SYSTEM = System(
    name="manner",
    conversations={
        "manner/elder": speak_plainly,
        "manner/usual": speak_usually,
        "manner/set": set_for_visitor,
        "manner/call": ask_call,
    },
    entries=(
        Entry("manner/elder", words=words.ELDER),
        Entry("manner/usual", words=words.USUAL),
        Entry("manner/set", pattern=words.ELDER_OF, who=COLLEAGUES),
        Entry("manner/call", words=words.CALL_BACK),
    ),
)
