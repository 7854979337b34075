"""一㈠2⑵: each paper of an errand — received against a receipt, handed to its window, given back (1-07)."""

from typing import Any

from bot.talk import Talk
from handlers import reading
from handlers import words_aid as words
from handlers.reception.errand_desk import receipt_link
from handlers.reception.errands import facts, has_chat, own, tell
from rules.errands import Place, State, ending_refused, moving_refused, receiving_refused
from storage.books import Books
from storage.errands import COPY, ORIGINAL
from storage.schema import stamp


def receive(talk: Talk, books: Books) -> None:
    """收材料 DB2600001 身份证原件、户口簿复印件2份 — each by name, original or copy, how many (1-07)."""
    no = own(talk, books)
    if not no:
        return
    papers, unread = read_papers(talk.given("papers"))
    refused = talk.look("refused", lambda: reason(receiving_refused(State(books.errands.get(no).state))))
    if refused:
        talk.say("reception/errand_not_open", no=no, why=refused)
    elif unread:
        talk.say("reception/errand_unread", no=no, unread=unread)
    else:
        talk.once("receive", take_in, books, no, papers)
        talk.say("reception/errand_received", no=no, count=len(papers), papers=books.errands.papers(no),
                 slip=receipt_link(books, no),
             told=has_chat(books, no))  # fmt: skip


def reason(refused: Any) -> str:
    return refused.why if refused else ""


def read_papers(line: str) -> tuple[list[list[Any]], str]:
    """Name, kind and count of each, and the first that does not say whether it is the original."""
    papers: list[list[Any]] = []
    for part in filter(None, words.PARTS.split(line.strip(" 。.!"))):
        found = words.PAPER.match(part)
        if found is None:
            return [], part
        kind = COPY if found["kind"] == words.COPIED else ORIGINAL
        papers.append([found["name"], kind, int(found["count"] or 1)])
    return papers, "" if papers else line


def take_in(books: Books, no: str, papers: list[list[Any]]) -> None:
    """Written down; the citizen has the receipt at once."""
    before = len(books.errands.papers(no))
    if books.errands.receive(no, papers):
        fresh = books.errands.papers(no)[before:]
        tell(books, no, "receipt", f"received:{fresh[0].id}", papers=fresh, now=books.now,
             by=books.centre.person(books.actor))  # fmt: skip


def move(talk: Talk, books: Books) -> None:
    """退材料 DB2600001 1、2 / 转材料 DB2600001 全部 — back to the citizen, or to the window it is for (1-07)."""
    no = own(talk, books)
    if not no:
        return
    to = Place.BACK if talk.given("back") else Place.WINDOW
    chosen = talk.look("chosen", lambda: chosen_of(books, no, talk.given("which"), to))
    if not chosen:
        talk.say("reception/errand_no_paper", no=no, papers=books.errands.papers(no))
        return
    talk.once("move", give, books, no, chosen, to)
    talk.say(
        "reception/errand_received",
        no=no,
        count=0,
        papers=books.errands.papers(no),
        slip=receipt_link(books, no),
        told=has_chat(books, no),
    )


def chosen_of(books: Books, no: str, said: str, to: Place) -> list[int]:
    """The papers meant, by their place in the list, by name, or all that can go there; empty when one is unknown."""
    papers = list(enumerate(books.errands.papers(no), 1))
    fit = [row.id for _, row in papers if moving_refused(Place(row.place), to) is None]
    if said.strip(" 。.!") in words.EVERY:
        return fit
    chosen: list[int] = []
    for part in filter(None, words.PARTS.split(said.strip(" 。.!"))):
        name = part.removesuffix(words.COPIED).removesuffix(words.ORIGINAL)
        found = [row.id for at, row in papers if part == str(at) or name == row.name]
        if not set(found) & set(fit):
            return []
        chosen += [number for number in found if number in fit]
    return chosen


def give(books: Books, no: str, numbers: list[int], to: Place) -> None:
    """They went; the citizen hears of each, the window of what comes to it."""
    gone = books.errands.move(numbers, to)
    rows = [row for row in books.errands.papers(no) if row.id in gone]
    if not rows:
        return
    key = f"{to}:{rows[0].id}:{stamp(books.now)}"
    values = {"papers": rows, "back": to == Place.BACK, "now": books.now, "by": books.centre.person(books.actor)}
    tell(books, no, "moved", key, **values)
    if to == Place.WINDOW:
        row = books.errands.get(no)
        head = books.centre.head_of(row.window)
        for one in [head] if head else books.centre.colleagues_of(row.window):
            if one.id != books.actor:
                books.outbox.post(one.id, "reception/errand_window", f"errand:{no}:{key}:{one.id}", quiet=False,
                                  **{**facts(books, no), **values})  # fmt: skip


def end(talk: Talk, books: Books) -> None:
    """办结代办 DB2600001 证办好了 — only with every paper returned or at its window; the result is told (1-07)."""
    no = own(talk, books)
    if not no:
        return
    papers = books.errands.papers(no)
    if talk.look("held", lambda: bool(ending_refused(Place(row.place) for row in papers))):
        talk.say("reception/errand_held", no=no, papers=papers)
        return
    talk.know("reception/errand_result", lambda: talk.given("result", "").strip() or None)
    result = talk.ask("reception/errand_result", reads=reading.some_text)
    done = talk.once("end", finish, books, no, result)
    talk.say("reception/errand_ended" if done else "reception/errand_closed", no=no, **facts(books, no))


def finish(books: Books, no: str, result: str) -> bool:
    if not books.errands.end(no, State.DONE, result):
        return False
    books.timers.cancel(f"errand:{no}:")
    tell(books, no, "done", "done")
    return True
