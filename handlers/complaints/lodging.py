"""三㈣: a complaint is lodged, asked after and withdrawn, by its complainant alone (3-02, 3-06, 3-09, 3-10, 3-D)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from handlers import words_complaints as words
from handlers.complaints import naming, reminding
from handlers.guessing import not_found, stopped
from rules.calendar import local
from rules.clause import Refusal
from rules.complaints import intake_refused
from rules.first_contact import Outcome, RouteKind
from storage.books import Books
from storage.complaints import MOST_FILES, REFERRED, WITHDRAWABLE, Filing

ANONYMOUS, UNKNOWN, SKIP = "anonymous", "unknown", "skip"
OUTSIDE_BODY = "discipline"  # the matter elsewhere that answers for the leadership
QUESTIONS = 4  # before the number exists (ux 12)


def lodge_complaint(talk: Talk, books: Books) -> None:
    """投诉 — what happened, whom, name and phone or neither; the number and the date at once (3-06, 3-09)."""
    began = talk.look("complaint began", lambda: books.now)
    content = ask_content(talk)
    subject, whom = ask_about(talk, books, content)
    name, phone = ask_who(talk, books)
    photos = books.complaints.evidence_since(talk.person.id, began)
    facts: dict[str, Any] = {"subject": subject, "content": content, "whom": whom, "who": name, "phone": phone}
    if talk.summary("complaints/check", **facts, photos=len(photos), most_photos=MOST_FILES):
        filed = talk.once("complaint", file, books, talk.person.id, began, facts)
        if tell_number(talk, books, filed):
            if subject == naming.UNSORTED:
                sort_out(talk, books, filed["no"])
            talk.say("complaints/received_next", no=filed["no"])


def ask_content(talk: Talk) -> str:
    """What happened: the words already said count (ux 14)."""
    talk.know("complaints/what", lambda: first_words(talk.given("text") or ""))
    answer: str = talk.ask("complaints/what", reads=written(talk, reading.some_text), left=QUESTIONS)
    return answer


def first_words(said: str) -> str | None:
    return None if not said.strip() or words.BARE.match(said.strip()) else said.strip()


def ask_about(talk: Talk, books: Books, content: str) -> tuple[str, str]:
    """Subject and accused: taken from the story where it says so, else asked, within the four questions."""
    opened = first_words(talk.given("text") or "") is not None
    told = naming.labels(books, talk.look("told", lambda text: naming.named_in(books, text), content)) or None
    sorted_ = naming.subject_of(content) or (None if opened or told else naming.UNSORTED)
    talk.know("complaints/subject", lambda: sorted_)
    talk.know("complaints/whom", lambda: told)
    subject: str = talk.ask("complaints/subject", reads=read_subject, left=QUESTIONS if told is None else 3)
    whom = talk.ask("complaints/whom", reads=written(talk, reading.some_text), left=3)
    return subject, whom


def read_subject(text: str) -> str | Unread:
    """Own words instead of a button."""
    return naming.subject_of(text) or Unread()


def read_subject_or_skip(text: str) -> str | Unread:
    return SKIP if text.strip() in words.SKIP else read_subject(text)


def ask_who(talk: Talk, books: Books) -> tuple[str, str]:
    """Name and phone, or neither (3-06); both "" for the anonymous."""
    name = talk.ask("complaints/name", reads=written(talk, read_name), left=2)
    if name in (ANONYMOUS, ""):  # "" where the channel may not carry it
        return "", ""
    known = talk.look("last phone", books.reception.last_phone, talk.person.id)
    phone = talk.ask(
        "complaints/phone", reads=written(talk, read_phone), known=known, left=1,
        among=lambda: [known] if known else [],
    )  # fmt: skip
    return ("", "") if phone in (ANONYMOUS, "") else (name, phone)


def read_phone(text: str) -> str | Unread:
    """A number, or the wish to stay anonymous after all."""
    return ANONYMOUS if stays_unnamed(text) else reading.phone_number(text)


def read_name(text: str) -> Any:
    """A name, or the wish to give none (3-06): that must never be written down as somebody's name."""
    return ANONYMOUS if stays_unnamed(text) else reading.some_text(text)


def stays_unnamed(text: str) -> bool:
    said = text.strip(words.FRINGE)
    return said in words.ANONYMOUS or bool(words.UNNAMED.search(said))


def written(talk: Talk, reads: Callable[[str], Any]) -> Callable[[str], Any]:
    """A picture without words is kept with the case and said to be kept; the question stays open."""

    def read(text: str) -> Any:
        return Unread("complaints/photo", miss=False) if talk.file is not None and not text else reads(text)

    return read


def file(books: Books, person: str, began: datetime, facts: dict[str, str]) -> dict[str, Any] | Refusal:
    """The row, its owner of record, the cards and the first reminder, in one transaction."""
    whom = "" if facts["whom"] == UNKNOWN else facts["whom"]
    anonymous = not facts["who"]
    named = whom or UNKNOWN
    refused = intake_refused(facts["content"], named, facts["who"], facts["phone"], anonymous=anonymous)
    if refused:
        return refused
    filing = Filing(
        facts["subject"], facts["content"], whom, naming.accused_in(books, facts["content"], whom),
        naming.perhaps_meant(books, facts["content"], whom), person, facts["who"], facts["phone"],
        books.complaints.evidence_since(person, began),
    )  # fmt: skip
    row = books.complaints.file(filing)
    tell_section(books, row, person)
    return {key: getattr(row, key) for key in ("no", "accepted", "due", "provisional", "state", "registered")}


def tell_section(books: Books, row: Any, person: str) -> None:
    """A card to everybody who may act on it; the contact is theirs, never the duty officer's (2-08, 3-C)."""
    handlers = books.complaints.handlers(row)
    if not handlers:
        return
    person = books.complaints.reach(row.no)[0]  # sealed when anonymous
    books.first_contact.note(person, words.MATTER, Outcome.TRANSFERRED, "", RouteKind.COMPLAINT, handlers[0])
    for handler in handlers:
        books.outbox.post(
            handler, "complaints/card", f"complaint:{row.no}:card:{handler}", card="complaints/decide",
            opens={"no": row.no}, recheck="complaints/open", subject=f"{row.no} {handler}", calls="", row=row,
        )  # fmt: skip
    reminding.set_next(books, row, books.now)


def tell_number(talk: Talk, books: Books, filed: Any) -> bool:
    """Number, from when, until when, who (3-09); or the body outside (3-C). True when it is ours."""
    if isinstance(filed, Refusal):
        talk.say("complaints/incomplete", why=filed.why)
        return False
    if filed["state"] == REFERRED:
        talk.say("complaints/referred", no=filed["no"], there=books.centre.elsewhere.get(OUTSIDE_BODY))
        return False
    later = filed["accepted"] > filed["registered"]
    year = local(filed["due"]).year
    talk.say("complaints/received", **filed, later=later, year=year, office=office_of(books, filed["no"]))
    return True


def sort_out(talk: Talk, books: Books, no: str) -> None:
    """Which of the five it is, where the story did not say: asked once the number is out (3-02, ux 12)."""
    subject = talk.ask("complaints/subject_after", reads=read_subject_or_skip)
    if subject != SKIP:
        talk.once("subject", books.complaints.sort, no, subject)


def office_of(books: Books, no: str) -> str:
    """The section or level that deals with it."""
    handlers = books.complaints.handlers(books.complaints.row(no))
    who = books.centre.person(handlers[0]) if handlers else None
    return who.unit if who else ""


# -- afterwards ------------------------------------------------------------------------------------------------------
def show_status(talk: Talk, books: Books, no: str) -> bool:
    """查询 TS… — to its complainant, to those who deal with it; to anybody else there is no such number (3-D)."""
    row = books.complaints.own(no, talk.person.id)
    if row is not None:
        talk.say("complaints/status", **progress(books, row))
        return True
    row = books.complaints.see(no, talk.person.id)
    if row is None:
        return False
    talk.say("complaints/file", row=row)
    return True


def full_text(talk: Talk, books: Books, no: str) -> str | None:
    """The whole story, to those who deal with it and to its complainant (3-C, 3-D)."""
    row = books.complaints.own(no, talk.person.id) or books.complaints.see(no, talk.person.id)
    return row.content if row is not None else None


def progress(books: Books, row: Any) -> dict[str, Any]:
    """State, office, due date, last step (ux 33)."""
    there = books.centre.elsewhere.get(OUTSIDE_BODY)
    return {"row": row, "office": office_of(books, row.no), "there": there, "year": local(row.due).year}


def my_complaints(talk: Talk, books: Books) -> None:
    """我的投诉 — the newest five, each with its state."""
    mine = talk.look("mine", lambda: [row.no for row in books.complaints.lodged_by(talk.person.id)][:5])
    if not mine:
        talk.say("complaints/mine_none")
    elif len(mine) == 1:
        show_status(talk, books, mine[0])
    else:
        talk.say("complaints/mine", numbers=mine)


def withdraw(talk: Talk, books: Books) -> None:
    """撤诉 TS… — asked once more; only by its complainant (3-A)."""
    no = talk.given("no").upper()
    if stopped(talk, books):
        return
    if not talk.look("own", lambda: books.complaints.own(no, talk.person.id) is not None):
        not_found(talk, books, no)
    elif not talk.look("open", lambda: books.complaints.row(no).state in WITHDRAWABLE):
        talk.say("complaints/withdraw_late", name="late", no=no)
    elif talk.ask("complaints/withdraw_sure", no=no) == "keep":
        talk.say("complaints/kept", no=no)
    else:
        done = talk.once("withdraw", take_back, books, no)
        talk.say("complaints/withdrawn" if done else "complaints/withdraw_late", no=no)


def take_back(books: Books, no: str) -> bool:
    if not books.complaints.withdraw(no):
        return False
    for handler in books.complaints.handlers(books.complaints.row(no)):
        books.outbox.post(handler, "complaints/withdrawn_told", f"complaint:{no}:withdrawn:{handler}", calls="", no=no)
    return True
