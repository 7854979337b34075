"""二㈢2、4: the desk says whose matter it is, or leads it to the approval section, whose word is final."""

from bot.answers import Unread
from bot.talk import Talk
from handlers import contacts, wording
from handlers.places import place_of, understood
from rules.first_contact import Outcome, Stop, undetermined_goes_to
from storage.books import Books


def settle_contact(talk: Talk, books: Books) -> None:
    """答复、归哪个窗口、我也拿不准 under the card of a contact."""
    act = {"place": place_contact, "pass": pass_further}.get(talk.given("choice", ""), contacts.answer_contact)
    act(talk, books)


def place_contact(talk: Talk, books: Books) -> None:
    """归哪个窗口 — the visitor is led there with everything to bring (2-05, 2-06); the words may be learnt."""
    number = talk.given("number")
    done = talk.look("stands", lambda: contacts.why_not(books, number))
    if not done:
        route = talk.ask("first_contact/whose", reads=lambda text: read_place(talk, books, text), number=number)
        place = place_of(books, route)
        if not talk.summary("first_contact/whose_check", number=number, **place or {}):
            return
        done = talk.once("place", send_place, books, number, route)
    contacts.say_done(talk, books, number, done)


def read_place(talk: Talk, books: Books, text: str) -> str | Unread:
    """A matter, a window by name or number, or a body outside; exactly named or surely understood."""
    return understood(talk, books, text) or Unread("first_contact/whose_unknown")


def send_place(books: Books, number: int, route: str) -> str:
    """The visitor hears where it is, the administrator what could be learnt from it."""
    place = place_of(books, route)
    refused = contacts.why_not(books, number)
    if refused or place is None:
        return refused or "settled_before"
    row = books.first_contact.answer(number, place["called"], Outcome.LED)
    told = {"matter": row.matter[:40], "officer": books.centre.person(books.actor), **place}
    books.outbox.post(row.person, "first_contact/placed", f"contact:{number}:reply", quiet=False, **told)
    if place["item"]:
        books.consulting.hand_out(place["item"].version, row.person)
        books.outbox.post(row.person, "first_contact/item_next", f"contact:{number}:papers", quiet=False,
                          also="", both=False, **place)  # fmt: skip
    contacts.tell_owner(books, row, place["called"])
    wording.propose(books, row.matter, route)
    return "placed_done"


def pass_further(talk: Talk, books: Books) -> None:
    """我也拿不准 — the second who cannot tell: the approval section decides (2-07)."""
    number = talk.given("number")
    done = talk.look("stands", lambda: contacts.why_not(books, number))
    if not done:
        done = talk.once("pass", send_further, books, number)
    contacts.say_done(talk, books, number, done)


def send_further(books: Books, number: int) -> str:
    """On to the section whose word is final; the owner keeps the contact and hears the end of it (2-01, 2-07)."""
    row = books.first_contact.get(number)
    decider = books.centre.approval_head() if undetermined_goes_to(row.bounces + 1) == Stop.APPROVAL else None
    if decider is None or decider.id == row.decider:
        return "nobody_further"
    row = books.first_contact.bounce(number, decider.id)
    contacts.post_card(books, row, decider.id, f"contact:{number}:decides")
    late = books.calendar.add_working_minutes(books.now, contacts.NUDGE_MINUTES)
    books.timers.set(f"contact:{number}:decides:late", late, "first_contact/late", number=number)
    return "passed_further"
