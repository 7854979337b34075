"""三㈣3: the supervision section takes in hand, answers, closes; the first to act counts (3-02, 3-05, 3-10, 3-12)."""

from collections.abc import Callable
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from handlers import words_complaints as words
from handlers.complaints import naming
from handlers.guessing import not_found
from rules.complaints import handled_by
from rules.first_contact import Outcome, RouteKind
from rules.people import Person
from storage.books import Books
from storage.complaints import ANSWERED, UNANSWERED

Enters = Callable[[str, str], bool]


def opened(talk: Talk, books: Books) -> Any:
    """The row this conversation is about, or nothing at all for whoever may not know of it (3-C)."""
    no = str(talk.given("no")).upper()
    row = books.complaints.row(no)
    if row is not None and books.complaints.may_open(row, talk.person.id):
        return row
    not_found(talk, books, no)
    return None


def decide(talk: Talk, books: Books) -> None:
    """受理, 答复, 不归我们管 under a card."""
    {"accept": accept, "reply": reply, "outside": put_outside}[talk.given("choice")](talk, books)


def accept(talk: Talk, books: Books) -> None:
    """受理 TS… — in scope and in hand."""
    row = opened(talk, books)
    if row is None:
        return
    done = talk.once("accept", books.complaints.acknowledge, row.no)
    after(talk, books, row.no, "complaints/accepted" if done else "")


def reply(talk: Talk, books: Books) -> None:
    """答复 TS… 内容 — sent to the complainant where he wrote from (3-10)."""
    write_back(talk, books, "reply", "complaints/replied", books.complaints.answer)


def put_outside(talk: Talk, books: Books) -> None:
    """不受理 TS… 理由 — out of scope, the complainant hears why and where to go (3-02, 2-06)."""
    write_back(talk, books, "outside", "complaints/outside_done", books.complaints.put_outside)


def write_back(talk: Talk, books: Books, act: str, said: str, enter: Enters) -> None:
    """Words for the complainant, entered and sent in one transaction."""
    if not ready(talk, books, UNANSWERED):
        return
    no = str(talk.given("no")).upper()
    talk.know(f"complaints/{act}", lambda: (talk.given("said") or "").strip() or None)
    text = talk.ask(f"complaints/{act}", reads=reading.some_text, no=no)
    done = talk.once(act, send_back, books, no, text, act, enter)
    after(talk, books, no, said if done else "")


def send_back(books: Books, no: str, text: str, act: str, enter: Enters) -> bool:
    return may_act(books, no) and enter(no, text) and tell(books, no, f"told_{act}", "reply", text)


def close(talk: Talk, books: Books) -> None:
    """办结 TS… — found true or not; what was put right; how the reply was told if it did not arrive (3-05, 3-12)."""
    if not ready(talk, books, (ANSWERED,)):
        return
    no = str(talk.given("no")).upper()
    finding = talk.ask("complaints/finding", no=no)
    correction = talk.ask("complaints/correction", reads=read_correction, no=no) if finding == "upheld" else ""
    arrived = talk.look("arrived", books.complaints.is_delivered, no)
    told = "" if arrived else talk.ask("complaints/told_how", reads=reading.some_text, no=no)
    done = talk.once("close", send_close, books, no, finding, correction, told)
    after(talk, books, no, "complaints/closed" if done else "")


def read_correction(text: str) -> str | Unread:
    """What was put right; an empty word is refused (3-05)."""
    empty = text.strip(words.FRINGE) in words.NOTHING
    return Unread("complaints/correction_empty") if empty else reading.some_text(text)


def send_close(books: Books, no: str, finding: str, correction: str, told: str) -> bool:
    if not (may_act(books, no) and books.complaints.close(no, finding, correction, told)):
        return False
    return tell(books, no, "told_closed", "closed", "")


def ready(talk: Talk, books: Books, states: tuple[str, ...]) -> bool:
    """Whether the next question makes sense; said why when it does not, once for the whole conversation."""
    row = opened(talk, books)
    if row is None:
        return False
    if talk.look("ready", lambda: row.state in states):
        return True
    after(talk, books, row.no, "", needs_reply=states == (ANSWERED,) and row.state in UNANSWERED)
    return False


def may_act(books: Books, no: str) -> bool:
    return books.complaints.see(no, books.actor) is not None


def tell(books: Books, no: str, path: str, key: str, text: str) -> bool:
    """A letter to the complainant; what cannot be delivered is telephoned by those who deal with it."""
    row = books.complaints.row(no)
    to, has_phone = books.complaints.reach(no)
    caller = next(iter(books.complaints.handlers(row)), "") if has_phone else ""
    return books.outbox.post(to, f"complaints/{path}", f"complaint:{no}:{key}", calls=caller, no=no, text=text)


def after(talk: Talk, books: Books, no: str, done: str, needs_reply: bool = False) -> None:
    """What was recorded and the next step; or who was first (ux 21, 34)."""
    row = books.complaints.row(no)
    if done:
        talk.say(done, no=no, row=row)
        return
    step = books.complaints.last_step(no)
    by = books.centre.person(step.by)
    talk.say("complaints/before", row=row, step=step, by=by.name if by else "", needs_reply=needs_reply)


def listed(talk: Talk, books: Books) -> None:
    """投诉列表 — what this colleague may know of; for all others there is nothing."""
    rows = books.complaints.listed(talk.person.id)
    talk.say("complaints/list" if rows else "complaints/list_empty", rows=rows)


def show_complainant(talk: Talk, books: Books) -> None:
    """联系人 TS… — name and phone, to those who deal with it; noted who looked (3-D)."""
    no = str(talk.given("no")).upper()
    side = books.complaints.complainant(no, talk.person.id)
    if side is None:
        not_found(talk, books, no)
    else:
        talk.say("complaints/contact", no=no, side=side)


# -- a person, in the middle of a complaint ---------------------------------------------------------------------------
def call_section(talk: Talk, books: Books) -> None:
    """人工 while complaining: those who would deal with it, never the duty officer, who may be meant (ux 25, 3-C)."""
    said = list(dict.fromkeys(str(one) for one in talk.given("said", [])))
    who = talk.once("called", hand_over, books, talk.person.id, said, talk.id)
    open_, opening = books.calendar.is_open(books.now), books.calendar.next_open(books.now)
    talk.say("complaints/person", who=who, open=open_, opening=opening)


def hand_over(books: Books, person: str, said: list[str], key: str) -> dict[str, str] | None:
    found = first_not_meant(books, said)
    if found is None:
        return None
    person = books.seal.close(person)
    books.first_contact.note(person, words.MATTER, Outcome.TRANSFERRED, "", RouteKind.COMPLAINT, found.id)
    books.outbox.post(found.id, "complaints/call", f"complaint-call:{key}", card="complaints/call_back", calls="",
                      opens={"person": person, "key": key}, said=said)  # fmt: skip
    return {"name": found.name, "unit": found.unit}


def first_not_meant(books: Books, said: list[str]) -> Person | None:
    """The first of the level above everybody the words may mean."""
    barred = books.complaints.kept_from(naming.perhaps_meant(books, "\n".join(said)))
    found = handled_by(books.centre.house, barred)
    return books.centre.person(found[0]) if found else None


def instead_of_officer(books: Books, said: list[str]) -> str:
    """Who hears it when the words may mean the officer on duty himself; "" when they do not (3-C)."""
    text = "\n".join(said)
    if books.duty.officer_now().id not in naming.perhaps_meant(books, text).people:
        return ""
    found = first_not_meant(books, [text])
    return found.id if found else ""


def call_back(talk: Talk, books: Books) -> None:
    """The section's word to somebody who asked for a person while complaining."""
    answer = talk.ask("complaints/call_answer", reads=reading.some_text)
    talk.once("answer", books.outbox.post, talk.given("person"), "complaints/call_reply",
              f"complaint-call:{talk.given('key')}:reply", calls="", answer=answer)  # fmt: skip
    talk.say("complaints/call_done")
