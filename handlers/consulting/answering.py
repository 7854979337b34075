"""一㈠1⑴、二㈢1: a short question about what was just told is answered from the same entry, without all of it again."""

from typing import Any

from bot.answers import plain
from bot.sitting import answered, names
from bot.talk import Talk
from handlers.places import place_of, worth
from handlers.words_consulting import COPY, FOLLOW_UP
from rules.consulting import still_spoken_of
from rules.first_contact import Outcome, RouteKind
from storage.books import Books

MATTER, HELLO = "reception/matter", "first_contact/hello"


def follow_up(talk: Talk, books: Books, said: str) -> bool:
    """要复印件吗、多少钱、几天能办好、在哪 — answered from the entry of the matter just spoken of, if there is one."""
    kind = asked_for(said)
    route, amid = talk.look("spoken of", lambda: spoken_of(books, talk.person.id)) if kind else ("", False)
    place = place_of(books, route) if route else None
    if amid and place is None:
        talk.say("machine/miss_1", example="")
        return True
    if place is None or place["item"] is None:
        return False
    tell(talk, books, kind, place, amid)
    return True


def asked_for(said: str) -> str:
    """What a short question is about; "" for one that is none."""
    found = FOLLOW_UP.match(plain(said))
    return (found.lastgroup or "") if found else ""


def spoken_of(books: Books, person: str) -> tuple[str, bool]:
    """The matter of the booking that is open, else what was told last, unless something else came after it.

    And whether another talk is open, which goes on afterwards and whose question this is no answer to.
    """
    stack = books.sitting(person)
    booked, amid = answered(stack, MATTER) or "", bool(set(names(stack)) - {HELLO})
    told = books.consulting.last_given(person)
    if amid or told is None:
        return booked, amid
    route, at = told
    item, last = books.centre.items.get(route), books.first_contact.last_of(person)
    other = last.at if last is not None and item is not None and last.matter != item.name else None
    return route if still_spoken_of(at, other, books.now) else "", False


def tell(talk: Talk, books: Books, kind: str, place: dict[str, Any], amid: bool) -> None:
    """One fact of the entry, with what it is worth; who was told which version is on record."""
    item = place["item"]
    talk.once("contact", books.first_contact.note, talk.person.id, item.name, Outcome.LED)
    talk.once("given", books.consulting.hand_out, item.version, talk.person.id)
    copies = [paper for paper in item.materials if COPY in paper]
    talk.say("reception/entry_more", kind=kind, copies=copies, amid=amid, **place)


def tell_answer(talk: Talk, books: Books, route: str) -> bool:
    """A question its window has answered for good: at once, with owner and date (2-07); False when it is gone."""
    answer = books.centre.answers.get(route)
    if answer is None:
        return False
    talk.once("contact", books.first_contact.note, talk.person.id, answer.question, Outcome.ANSWERED, "",
              RouteKind.ANSWER)  # fmt: skip
    talk.once("given", books.consulting.hand_out, answer.version, talk.person.id)
    talk.say("reception/entry_answer", answer=answer, version=answer.version,
             window=books.centre.window(answer.window), **worth(books, answer))  # fmt: skip
    return True
