"""一㈠3⑴: a window without published places: the wish is registered, and whoever owns it answers (1-08)."""

from bot.talk import Talk
from handlers import reading
from handlers.contacts import NUDGE_MINUTES, post_wish_card
from handlers.reception.phones import ask_phone, asks_phone
from storage.books import Books
from storage.catalogue import Item, Window
from storage.reception import WISHED

SENT, CLOSED, NOT_YOURS = "answered", "closed", "not_yours"


def register_wish(talk: Talk, books: Books, item: Item, window: Window) -> None:
    """Mode (b): registered, passed to the duty officer, who answers (1-08)."""
    wish = talk.ask("reception/wish", reads=reading.some_text, item=item, window=window, steps=1 + asks_phone(books))
    phone = ask_phone(talk, books)
    if talk.summary("reception/check_wish", item=item, window=window, wish=wish, phone=phone):
        no = talk.once("wish", enter_wish, books, talk.person.id, item, phone, wish)
        owner = talk.look("owner", lambda: owner_of(books, no))
        talk.say("reception/wished", no=no, item=item, officer=books.centre.person(owner))
        talk.say("reception/papers", item=item)


def owner_of(books: Books, no: str) -> str:
    row = books.first_contact.about(no)
    return row.owner if row else books.duty.officer_now().id


def enter_wish(books: Books, person: str, item: Item, phone: str, wish: str, form: str = "chat") -> str:
    """The wish, its owner, the card by which he answers, and the reminder that he has not."""
    no = books.reception.wish(person, item, phone, wish, form)
    officer = books.first_contact.note(person, item.name, "open", no)
    post_wish_card(books, no, officer.id, f"wish:{no}")
    late = books.calendar.add_working_minutes(books.now, NUDGE_MINUTES)
    books.timers.set(f"wish:{no}:late", late, "first_contact/late", number=books.first_contact.about(no).id)
    return no


def waits(books: Books, no: str) -> bool:
    """Does this wish still wait for its answer?"""
    row = books.reception.get(no)
    return row is not None and row.state == WISHED


def answer_wish(talk: Talk, books: Books) -> None:
    """Its owner says what the window agreed to; the citizen is told."""
    no = talk.given("no")
    done = talk.look("stands", lambda: why_not(books, no))
    if not done:
        answer = talk.ask("reception/wish_answer", reads=reading.some_text, no=no)
        done = talk.once("answer", send_answer, books, no, answer)
    talk.say(f"reception/wish_{done}", no=no)


def why_not(books: Books, no: str) -> str:
    """What keeps who acts from answering: it is closed, or somebody else's (2-04); "" when nothing does."""
    if not waits(books, no):
        return CLOSED
    return "" if books.first_contact.may_answer(books.first_contact.about(no)) else NOT_YOURS


def send_answer(books: Books, no: str, answer: str) -> str:
    refused = why_not(books, no)
    if refused or not books.reception.answer_wish(no, answer):
        return refused or CLOSED
    row = books.reception.get(no)
    books.first_contact.settle(no, "answered")
    item = books.centre.item(row.item)
    books.outbox.post(
        row.person, "reception/wish_reply", f"wish:{no}:answer", quiet=False, no=no, answer=answer, item=item
    )
    return SENT
