"""What citizens call a thing: an officer's answer becomes a proposal, the administrator takes it over or not (2-07)."""

import re

from bot.talk import Talk
from handlers.places import place_of
from handlers.roles import ADMINISTRATORS
from storage.books import Books
from storage.wording import PROPOSED

LONGEST = 40
NUMBERS = re.compile(r"[0-9A-Za-z]*\d{4,}[0-9A-Za-z]*")
PAUSES = re.compile(r"[,。!?;:、\s/]+")


def learnable(matter: str) -> str:
    """The words worth learning: without numbers that are somebody's, cut at a pause where they run on."""
    kept = ""
    for part in PAUSES.split(NUMBERS.sub("", matter)):
        if kept and len(kept) + len(part) > LONGEST:
            break
        kept = f"{kept} {part}".strip()
    return kept[:LONGEST]


def propose(books: Books, matter: str, route: str) -> None:
    """A card to every administrator, as long as nobody has decided."""
    text = learnable(matter)
    number = books.wordings.propose(route, text) if len(text) > 1 else None
    if number is None:
        return
    place = place_of(books, route) or {}
    for admin in books.centre.administrators():
        books.outbox.post(
            admin.id, "first_contact/wording_card", f"wording:{number}:{admin.id}", card="first_contact/wording",
            opens={"number": number}, recheck="first_contact/wording_waits", subject=str(number), number=number,
            text=text, place=place.get("called", ""), officer=books.centre.person(books.actor),
        )  # fmt: skip


def waits(books: Books, number: str) -> bool:
    """Is this wording still undecided?"""
    row = books.wordings.get(int(number))
    return row is not None and row.state == PROPOSED


def decide(talk: Talk, books: Books) -> None:
    """收下 or 不收 under the card; the first decision counts."""
    if talk.person.role not in ADMINISTRATORS:
        talk.say("machine/not_allowed")
        return
    number, accepted = talk.given("number"), talk.given("choice") == "accept"
    state = talk.once("decision", decided, books, number, accepted)
    talk.say("first_contact/wording_decided", state=state, text=books.wordings.get(number).text)


def decided(books: Books, number: int, accepted: bool) -> str:
    """The state after this decision, "" when it was decided before."""
    row = books.wordings.decide(number, accepted)
    return row.state if row is not None else ""
