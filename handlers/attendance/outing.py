"""外出: consent, the register at the desk, the return; more than half a day is filed with supervision (六㈡)."""

from datetime import datetime
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from bot.understanding.times import stretches
from handlers import reading, requests
from handlers import words_attendance as words
from handlers.attendance import register
from handlers.words import PHONE
from rules.attendance import Outing, outing_consents, outing_refused
from rules.clause import Refusal
from rules.people import filled
from storage.attendance import OUTING, outing
from storage.books import Books
from storage.requests import GRANTED

Span = dict[str, datetime]
STEPS = ("why", "place", "back", "phone")


def go_out(talk: Talk, books: Books) -> None:
    """外出 — reason, place, phone, back by, summary; the head's consent is a card (6-02)."""
    standing = talk.look("standing", lambda: is_out(books, talk.person.id))
    if standing:
        talk.say("attendance/already_out", **standing)
        return
    said = talk.look("said", lambda: opening(books, talk.given("rest", "")))
    reason, place, span, phone = particulars(talk, books, said)
    out = Outing(span["start"], span["back_by"], reason, place, phone)
    chain = [requests.named(books, step) for step in chain_of(books, talk.person.id, out)]
    if talk.summary("attendance/outing_check", outing=out, chain=chain, filed=register.too_long(books, out)):
        done = talk.once("outing", enter, books, talk.person.id, out)
        confirm(talk, books, done)


def is_out(books: Books, person: str) -> dict[str, Any] | None:
    """The outing that is not over, for its template."""
    row = books.attendance.open_outing(person)
    state = books.requests.get(row.no).state if row else ""
    return {"place": row.place, "back_by": row.back_by, "state": state} if row else None


def particulars(talk: Talk, books: Books, said: dict[str, Any]) -> tuple[str, str, Span, str]:
    """The four things the register asks for; what the sentence said is not asked again."""
    left = [[said[later] for later in STEPS[n:]].count(None) for n in range(len(STEPS))]
    for step in STEPS:
        talk.know(f"attendance/outing_{step}", lambda step=step: said[step])  # type: ignore[misc]
    if said["unclear"]:
        talk.say(said["unclear"], name="unclear", example="")
    reason = talk.ask("attendance/outing_why", left=left[0], reads=reading.some_text)
    place = talk.ask("attendance/outing_place", left=left[1], reads=reading.some_text)
    span = talk.ask("attendance/outing_back", left=left[2], reads=lambda text: read_back(books, text))
    known = talk.look("phone", books.attendance.last_phone, talk.person.id)
    phone = talk.ask("attendance/outing_phone", reads=reading.phone_number, known=known,
                     among=lambda: [known] if known else [])  # fmt: skip
    return reason, place, span, phone


# -- reading ---------------------------------------------------------------------------------------------------------
def opening(books: Books, line: str) -> dict[str, Any]:
    """Phone, return, place and reason out of one sentence."""
    phone = PHONE.search(line)
    number = reading.phone_number(phone[0]) if phone else None
    rest = line.replace(phone[0], " ") if phone else line
    found, rest = timed(books, rest)
    unclear = found.path if isinstance(found, Unread) and rest else "reading/time_no_time"
    return {
        **place_in(rest),
        "back": None if isinstance(found, Unread) else found,
        "phone": None if isinstance(number, Unread) else number,
        "unclear": "" if unclear == "reading/time_no_time" else unclear,
    }


def timed(books: Books, text: str) -> tuple[Span | Unread, str]:
    """The span out, and the text without what it says of time; one bare instant is the return."""
    found = reading.when(books, "outing")(text)
    if isinstance(found, Unread) and found.path == "reading/time_until_when":
        found = reading.when(books, "appointment")(text)
    if isinstance(found, Unread):
        return found, untimed(text, stretches(text, books.now, books.calendar))
    first, last = found.matched
    return back_span(books, found.start, found.end), f"{text[:first]} {text[last:]}"


def untimed(text: str, spoken: list[tuple[int, int]]) -> str:
    """The text without these stretches: a time that was not understood is no part of the reason."""
    for first, last in reversed(spoken):
        text = text[:first] + text[last:]
    return text


def back_span(books: Books, start: datetime, end: datetime | None) -> Span | Unread:
    """One instant is the return; two are going and coming. What lies behind us cannot be."""
    now = books.now.replace(second=0, microsecond=0)
    span = {"start": max(start, now) if end else now, "back_by": end or start}
    if span["back_by"] <= books.now:
        return Unread("reading/time_past")
    outside = books.calendar.working_minutes(span["start"], span["back_by"]) == 0
    return Unread("attendance/outing_no_work") if outside else span


def read_back(books: Books, text: str) -> Span | Unread:
    """When back: 下午四点, 两小时, 两点到四点."""
    return timed(books, text)[0]


def place_in(text: str) -> dict[str, str | None]:
    """去 somewhere, and what for."""
    text = words.BACK_WORDS.sub(" ", text)
    found = words.PLACE.search(text) or words.GOING.search(text)
    if not found:
        return bare_place(text)
    own = found.groupdict().get("rest") or ""
    return {"place": found["place"], "why": tidy(f"{text[: found.start()]} {own} {text[found.end() :]}")}


def bare_place(text: str) -> dict[str, str | None]:
    """A part of the line that is the name of a body, without 去."""
    parts = [part for part in words.SPLIT.split(text) if part]
    place = next((part for part in parts if words.BARE_PLACE.match(part)), None)
    return {"place": place, "why": tidy(" ".join(part for part in parts if part != place))}


def tidy(text: str) -> str | None:
    left = " ".join(text.strip(words.FRINGE).split()).strip(words.FRINGE)
    return left if sum(char.isalnum() for char in left) >= 2 else None


# -- the request -----------------------------------------------------------------------------------------------------
def chain_of(books: Books, person: str, out: Outing) -> tuple[Any, ...]:
    """Who consents; the head's own goes up a level (6-02, G8, G11)."""
    post = books.attendance.post_of(person, out.start, out.back_by)
    offices = [consent.approver for consent in outing_consents(post)]
    return filled(books.centre.house, offices, post.unit, barred={person})


def enter(books: Books, person: str, out: Outing) -> str | Refusal:
    """The line of the register and its consent, in one transaction."""
    if books.attendance.open_outing(person):
        return Refusal("6-02", "already_out")
    refused = outing_refused(out, books.calendar)
    if refused:
        return refused
    number = books.next_id(outing)
    no, steps = f"W{number}", chain_of(books, person, out)
    state = books.requests.enter(no, OUTING, person, steps, "6-02")
    books.attendance.enter_outing(number, no, person, out)
    if state == GRANTED:
        register.open_line(books, no)
    else:
        requests.ask_consent(books, SHAPE, no, 1)
    return no


def confirm(talk: Talk, books: Books, done: str | Refusal) -> None:
    if isinstance(done, Refusal):
        talk.say("attendance/outing_not_taken", why=done.why)
    else:
        known = register.facts(books, done)
        talk.say("attendance/outing_asked" if known["chain"] else "attendance/outing_recorded", **known)


def withdraw(talk: Talk, books: Books) -> None:
    """撤回外出 — while nobody has decided it."""
    open_ = talk.look("open", books.requests.waiting, talk.person.id, OUTING)
    refused = talk.once("withdraw", requests.withdraw, books, open_[0], talk.person.id) if open_ else None
    talk.say("attendance/withdrawn" if open_ and not refused else "attendance/not_out", no=open_[0] if open_ else "")


def settled(books: Books, no: str) -> None:
    """The applicant hears it; a granted outing goes into the register."""
    row, known = books.requests.get(no), register.facts(books, no)
    step = requests.named(books, [step for step in books.requests.steps(no) if step.decision][-1])
    path = "attendance/outing_granted" if row.state == GRANTED else "attendance/outing_refused"
    books.outbox.post(row.person, path, f"request:{no}:settled", step=step, **known)
    if row.state == GRANTED:
        register.open_line(books, no)


SHAPE = requests.Shape(
    card="attendance/outing_consent",
    decide="attendance/decide",
    undecided="attendance/undecided",
    facts=register.facts,
    still_refused=lambda books, no: None,
    settled=settled,
)


# -- the return ------------------------------------------------------------------------------------------------------
def come_back(talk: Talk, books: Books) -> None:
    """回来了, said or pressed; or 还要一会 under the question (6-02)."""
    number = talk.look("number", lambda: talk.given("id") or number_of(books, talk.person.id))
    row = books.attendance.outing(number) if number else None
    if row is None or row.person != talk.person.id:
        talk.say("attendance/not_out")
    elif talk.given("choice") == "later":
        later(talk, books, number)
    else:
        done = talk.once("back", register.close_line, books, number)
        talk.say("attendance/back_noted" if done else "attendance/not_out")


def not_yet(talk: Talk, books: Books) -> None:
    """还没, said to the question whether one is back."""
    number = talk.look("number", lambda: number_of(books, talk.person.id))
    if number:
        later(talk, books, number)
    else:
        talk.say("attendance/not_out")


def number_of(books: Books, person: str) -> int:
    row = books.attendance.open_outing(person, GRANTED)
    return row.id if row else 0


def later(talk: Talk, books: Books, number: int) -> None:
    """还要一会 — a new time; the register and its clocks follow."""
    span = talk.ask("attendance/outing_later", reads=lambda text: read_back(books, text))
    if talk.once("later", register.put_off, books, number, span["back_by"]):
        talk.say("attendance/put_off", back_by=span["back_by"])
    else:
        talk.say("attendance/not_out")
