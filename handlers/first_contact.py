"""二、首问责任: the right window, the body outside with its address, three guesses, or a person. Never silence."""

from typing import Any

from bot import words as spoken
from bot.answers import Unread
from bot.contents import Entry, System
from bot.talk import Talk
from handlers import placing, wording, words
from handlers.complaints import call_section, lodge_complaint
from handlers.consulting.adopting import answered_before
from handlers.consulting.answering import MATTER, follow_up, tell_answer
from handlers.contacts import UNPLACED, hand_to_officer, remind_owner, waits
from handlers.places import ACTS_FROM, PLACES, kind_of, named, place_of
from handlers.reception.booking import has_places
from handlers.reception.together import book
from handlers.words_consulting import FOLLOW_UP
from rules.calendar import local
from rules.first_contact import Outcome, RouteKind, direction_refused, expected_wait, name_told
from rules.people import Role
from storage.books import Books


def hello(talk: Talk, books: Books) -> None:
    """Whatever no command names: understood, and led on (2-03, 2-05 to 2-08)."""
    said = talk.look("said", lambda: talk.text or talk.given("text", ""))
    if not said:
        talk.run(unreadable)
        return
    if follow_up(talk, books, said):
        return
    meaning = talk.look("meaning", lambda: read_meaning(talk, books))
    if meaning["danger"]:
        emergency(talk, books, str(meaning["danger"]))
    elif meaning["kind"] == RouteKind.SMALLTALK or is_only_rude(said):
        talk.say("first_contact/greeting")
    else:
        lead(talk, books, meaning)


def read_meaning(talk: Talk, books: Books) -> dict[str, Any]:
    """What the router found, as plain values for the log."""
    found = talk.meaning
    sure = found.ranked and (found.confidence >= ACTS_FROM or found.also)
    top = answered_before(books, talk.text) or (found.ranked[0] if sure else RouteKind.UNKNOWN.value)
    second = place_of(books, found.also)
    return {
        "top": top, "kind": kind_of(top), "ranked": list(found.ranked), "matched": found.matched,
        "booking": found.wants_booking or bool(words.VISIT.search(talk.text)), "danger": found.danger,
        "also": second["called"] if second else "", "bookable": found.also in books.centre.items,
    }  # fmt: skip


def is_only_rude(said: str) -> bool:
    """Nothing but swear words: let pass politely, and asked again what the matter is."""
    return bool(words.SWEARS.search(said)) and bool(words.RUDE.fullmatch(said))


def lead(talk: Talk, books: Books, meaning: dict[str, Any]) -> None:
    """One way for each kind of matter; a second one named in the same breath comes after the first."""
    kind, also = meaning["kind"], meaning["also"]
    if kind == RouteKind.COMPLAINT:
        talk.run(lodge_complaint)
    elif kind == RouteKind.APPOINTMENT or (meaning["booking"] and kind in (RouteKind.ITEM, RouteKind.WINDOW)):
        talk.run(book)
        if also and not meaning.get("bookable"):  # what can be booked was asked for along with the first
            talk.say("first_contact/also", also=also)
    elif kind == RouteKind.ANSWER:
        if not tell_answer(talk, books, meaning["top"]):
            talk.run(pass_on)
    elif kind in PLACES:
        show(talk, books, meaning["top"], meaning["matched"], also)
    else:
        guess(talk, books, meaning["ranked"], meaning["booking"])


def show(talk: Talk, books: Books, route: str, matched: str = "", also: str = "") -> None:
    """The right window with its floor and everything at once (2-03, 2-05), or the body outside (2-06)."""
    place = place_of(books, route)
    if place is None:
        talk.run(pass_on)
    elif place["there"]:
        send_elsewhere(talk, books, place["there"], matched, also)
    else:
        talk.once("contact", books.first_contact.note, talk.person.id, place["called"], Outcome.LED)
        talk.once("given", books.consulting.hand_out, place["item"] and place["item"].version, talk.person.id)
        path = "first_contact/item" if place["item"] else "first_contact/window"
        talk.say(f"{path}_place", matched=matched, also=also, **place)
        talk.say(f"{path}_next", also=also, both=both_booked(books, place["item"], also), **place)


def both_booked(books: Books, item: Any, also: str) -> bool:
    """Can the two matters be booked for one way here?"""
    pair = (item, next((one for one in books.centre.items.values() if one.name == also), None))
    return all(one is not None and has_places(books.centre.window(one.window), one) for one in pair)


def send_elsewhere(talk: Talk, books: Books, there: Any, matched: str, also: str) -> None:
    """Not ours: the body, its address, its phone (2-06); nothing is invented."""
    if direction_refused(there.organisation, there.place):
        talk.run(pass_on)
        return
    talk.once("contact", books.first_contact.note, talk.person.id, there.name, Outcome.LED, "", RouteKind.ELSEWHERE)
    talk.say("first_contact/elsewhere", there=there, matched=matched, also=also)


def show_second(talk: Talk, books: Books) -> None:
    """第二件 — the other matter of the same message, in its turn."""
    route = named(books, talk.given("name", ""))
    if route is None:
        talk.run(hello)
    else:
        show(talk, books, route)


def guess(talk: Talk, books: Books, ranked: list[str], booking: bool = False) -> None:
    """Not sure: three windows to choose from, or the duty officer (2-07); who asked for a place gets on with it."""
    options = talk.look("guesses", lambda: three(books, ranked))
    if not options:
        talk.run(pass_on)
        return
    choice = talk.ask("first_contact/guess", among=options, reads=lambda text: other_words(talk))
    if choice == "none":
        talk.run(pass_on)
    elif booking and choice["route"] in books.centre.items:
        talk.know(MATTER, lambda: choice["route"])
        talk.run(book)
    else:
        show(talk, books, choice["route"], choice.get("matched", ""))


def other_words(talk: Talk) -> dict[str, str] | Unread:
    """Said anew instead of choosing: understood or not, it is heard."""
    found = talk.meaning
    if found.confidence < ACTS_FROM or kind_of(found.ranked[0]) not in PLACES:
        return Unread()
    return {"route": found.ranked[0], "label": "", "matched": found.matched}


def three(books: Books, ranked: list[str]) -> list[dict[str, str]]:
    """The three likeliest places, each once."""
    found: dict[str, dict[str, str]] = {}
    for route in ranked:
        known = label_of(books, route)
        if known and known[0] not in found:
            found[known[0]] = {"route": route, "label": known[1]}
    return list(found.values())[:3]


def label_of(books: Books, route: str) -> tuple[str, str] | None:
    """The place a route leads to, and what to call it on a button."""
    centre = books.centre
    if route in centre.items:
        return centre.items[route].window, words.short_label(centre.items[route].name)
    key = route.partition(":")[2]
    if route.startswith("window:") and key in centre.windows:
        return key, words.short_label(centre.windows[key].name)
    if route.startswith("elsewhere:") and key in centre.elsewhere:
        return route, words.short_label(centre.elsewhere[key].name)
    return None


def find_window(talk: Talk, books: Books) -> None:
    """我找窗口 — which one, the matter says; nobody need know the windows' names (2-03)."""
    hear_matter(talk, books, "first_contact/which")


def ask_again(talk: Talk, books: Books) -> None:
    """不是这件事 — the citizen says no to what was understood: own words once more, else a person (ux 15)."""
    hear_matter(talk, books, "first_contact/again")


def at_window(talk: Talk, books: Books) -> None:
    """The code hung at a window was scanned: its matters to choose from, own words as well (2-03)."""
    said = talk.given("window", "")
    place = talk.look("place", lambda: said if said in books.centre.windows else "")
    if not place:
        greet(talk, books)
        return
    options = talk.look("matters", lambda: matters_of(books, place))
    if not options:
        show(talk, books, f"window:{place}")
        return
    window = books.centre.window(place)
    choice = talk.ask("first_contact/at_window", among=options, reads=lambda text: other_words(talk), window=window)
    if choice == "none":
        talk.run(find_window)
    else:
        show(talk, books, choice["route"], choice.get("matched", ""))


def matters_of(books: Books, window: str) -> list[dict[str, str]]:
    """A window's first matters as its catalogue has them, as many as fit beside 别的事."""
    ours = (item for item in books.centre.items.values() if item.window == window)
    return [{"route": item.id, "label": words.short_label(item.name)} for item in ours][:4]


def hear_matter(talk: Talk, books: Books, path: str) -> None:
    """Own words and where they lead; a person when nothing was understood again."""
    meaning = talk.ask(path, reads=lambda text: read_meaning(talk, books))
    if meaning["kind"] in (RouteKind.UNKNOWN, RouteKind.SMALLTALK):
        talk.run(pass_on)
    else:
        lead(talk, books, meaning)


def pass_on(talk: Talk, books: Books) -> None:
    """Nobody can tell whose it is: the information desk first (2-07)."""
    said = talk.given("text", "") or talk.text
    officer = talk.once("passed", hand_to_officer, books, talk.person.id, [said], UNPLACED)
    talk.say("first_contact/passed", officer=officer, now=books.now, open=books.calendar.is_open(books.now))


def call_person(talk: Talk, books: Books) -> None:
    """人工 — at the first word: a name and a wait, out of hours a call-back on record (ux 24)."""
    if any("complaints/" in step for step in talk.given("steps", ())):
        talk.run(call_section)
        return
    said, why = talk.given("said", []), talk.given("why", spoken.PERSON)
    called = talk.look("called before", lambda: None if said else called_before(books, talk.person.id))
    if called:
        opening = books.calendar.next_open(books.now)
        talk.say("first_contact/called", officer=books.centre.person(called), opening=opening,
                 open=opening == books.now)  # fmt: skip
        return
    officer = talk.once("called", hand_to_officer, books, talk.person.id, [*said] or [talk.text], why)
    wait = talk.look("wait", lambda: expected_wait(ahead(books, officer["id"]), minutes_each(books)))
    talk.say("first_contact/person", officer=officer, open=books.calendar.is_open(books.now), why=why, wait=wait,
             opening=books.calendar.next_open(books.now))  # fmt: skip


def ahead(books: Books, owner: str) -> int:
    """How many wait for that owner already, this one left out."""
    return max(0, len(books.first_contact.unsettled(owner)) - 1)


def minutes_each(books: Books) -> int:
    return books.centre.readings.minutes_per_contact


def called_before(books: Books, person: str) -> str | None:
    """The id of the officer of the moment when this person's last call still waits for that officer."""
    row = books.first_contact.open_of(person)
    return row.owner if row and row.owner == books.duty.officer_now(frozenset({person})).id else None


def who_handles(talk: Talk, books: Books) -> None:
    """谁在办我的事 — the owner's name, unit, since when (2-09)."""
    row = books.first_contact.last_of(talk.person.id)
    owner = (books.centre.person(row.owner) if row else None) or books.duty.officer_now()
    told = name_told(owner.name, books.centre.unit_name(owner.unit), row.at if row else books.now)
    talk.say("first_contact/owner", told=told, met=row is not None)


def unreadable(talk: Talk, books: Books) -> None:
    """A voice, a picture, a sticker: a person listens (ux 28)."""
    officer = talk.once("passed", hand_to_officer, books, talk.person.id, [spoken.EMPTY], "unreadable")
    talk.say("first_contact/unreadable", officer=officer)


def emergency(talk: Talk, books: Books, name: str) -> None:
    """Danger: the public number at once, and a person (ux 25)."""
    talk.once("passed", hand_to_officer, books, talk.person.id, [talk.text], "danger")
    talk.say("first_contact/emergency", service=name, told=True)


def greet(talk: Talk, books: Books) -> None:
    """您好 — and the help line (1-17)."""
    staff = talk.person.role is not Role.CITIZEN
    talk.say("first_contact/hello_staff" if staff else "first_contact/greeting", today=local(books.now).date())


SYSTEM = System(
    name="first_contact",
    conversations={
        "first_contact/hello": hello,
        "first_contact/aside": hello,  # by another name, for a booking may be open under the first
        "first_contact/person": call_person,
        "first_contact/answer": placing.settle_contact,
        "first_contact/second": show_second,
        "first_contact/wording": wording.decide,
        "first_contact/owner": who_handles,
        "first_contact/greet": greet,
        "first_contact/again": ask_again,
        "first_contact/find": find_window,
        "first_contact/at_window": at_window,
        "first_contact/bye": lambda talk, books: talk.say("first_contact/bye"),
    },
    timers={"first_contact/late": remind_owner},
    rechecks={"first_contact/waits": waits, "first_contact/wording_waits": wording.waits},
    entries=(
        Entry("first_contact/owner", words=words.WHO_HANDLES),
        Entry("first_contact/again", words=words.NOT_THIS),
        Entry("first_contact/find", words=words.FIND_WINDOW),
        Entry("first_contact/at_window", pattern=words.WINDOW_CODE),
        Entry("first_contact/second", pattern=words.SECOND),
        Entry("first_contact/aside", pattern=FOLLOW_UP, breaks_in=False),
        Entry("first_contact/bye", words=words.THANKS),
    ),
)
