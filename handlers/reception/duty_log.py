"""一㈢2: the duty log under its four headings; what concerns a colleague's conduct few may read (1-20)."""

from datetime import timedelta
from typing import Any

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading
from handlers import words_duty as words
from handlers.reception.on_duty import book_day, officer, stand_by
from rules.people import supervision
from rules.reception import Heading
from storage.books import Books

TAKE_BACK = timedelta(minutes=10)  # ux 34


def keep_log(talk: Talk, books: Books) -> None:
    """值班记录 — one line, or a heading and then the text; today's officer or stand-by writes (1-20)."""
    day = talk.look("day", lambda: book_day(books, talk.now))
    writer = talk.look("writer", lambda: officer(books, day).id)
    if talk.person.id not in (writer, *talk.look("stand by", lambda: stand_by(books, day))):
        talk.say("reception/log_not_yours", officer=books.centre.person(writer), day=day)
        return
    line = talk.look("line", lambda: read_line(talk.given("line", "")))
    talk.know("reception/log_heading", lambda: line["heading"])
    heading = talk.ask("reception/log_heading")
    talk.know("reception/log_text", lambda: line["text"] or None)
    text = talk.ask("reception/log_text", reads=some_note, heading=heading)
    number = talk.once("write", books.duty.write, day, heading, text)
    talk.say("reception/log_kept", day=day, heading=heading, text=text, number=number)


def read_line(line: str) -> dict[str, Any]:
    """The heading and the text of one line; None and the whole line when no heading stands first."""
    for heading, pattern in words.HEADINGS:
        found = pattern.match(line.strip())
        if found:
            return {"heading": heading, "text": found["rest"].strip()}
    return {"heading": None, "text": line.strip()}


def some_note(text: str) -> str | Unread:
    """A note, or that there is nothing to note."""
    return words.NONE if text.strip() in words.NOTHING else reading.some_text(text)


def undo_log(talk: Talk, books: Books) -> None:
    """撤销记录 — one's newest line, or that number, within ten minutes; it stays, crossed out."""
    text = talk.once("strike", strike, books, talk.person.id, int(talk.given("number", 0)))
    if text is None:
        talk.say("reception/log_too_late", minutes=TAKE_BACK // timedelta(minutes=1))
    else:
        talk.say("reception/log_struck", text=text)


def strike(books: Books, person: str, number: int) -> str | None:
    row = books.duty.strike(person, books.now - TAKE_BACK, number)
    return row.text if row else None


def show_log(talk: Talk, books: Books) -> None:
    """看值班记录 — today's; lines about conduct only for the officer of the day and supervision (1-20)."""
    day = book_day(books, talk.now)
    found = books.duty.log(day)
    may_read = talk.person.id in (officer(books, day).id, *supervision(books.centre.house))
    talk.say(
        "reception/log_today", day=day, officer=officer(books, day), headings=list(Heading),
        log={heading: noted(found.get(heading, [])) for heading in Heading}, may_read=may_read,
    )  # fmt: skip


def noted(texts: list[str]) -> list[str]:
    """What was noted; "nothing" only where nothing else stands."""
    return [text for text in texts if text != words.NONE] or texts[:1]
