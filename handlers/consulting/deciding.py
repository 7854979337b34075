"""二㈢1、二㈢4: a draft becomes what citizens are told when its window says yes, and not before."""

from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers import reading
from handlers.consulting import entries
from rules.consulting import chase_check
from storage.books import Books
from storage.consulting import DRAFT, OFFICER


def ask_approval(books: Books, number: int, late: str = "") -> None:
    """The card to everybody who may approve, and a second one when nothing happens."""
    row = books.consulting.get(number)
    stands = books.consulting.get(row.base) if row.base else None
    before = stands.body if stands else {}
    path = "reception/entry_adopt" if row.source == OFFICER else "reception/entry_draft"
    facts = {**entries.shown(books, row.topic, row.body), "before": before, "after": row.body,
             "fields": entries.altered(before, row.body)}  # fmt: skip
    for person in entries.approve_for(books, row.window):
        books.outbox.post(
            person, path, f"entry:{number}:{late}{person}", card="consulting/decide", opens={"entry": number},
            recheck="consulting/draft_waits", subject=str(number), source=row.source, late=bool(late),
            by=books.centre.person(row.drafted_by), at=row.drafted, **facts,
        )  # fmt: skip
    if not late:
        again = chase_check(books.now, books.calendar, books.centre.readings)[0]
        books.timers.set(f"entry:{number}:late", again.at, "consulting/approve_late", entry=number)
        books.consulting.mark_asked(number)


def remind(books: Books, due: Due) -> None:
    """Nobody has decided: asked once more (2-03)."""
    if draft_waits(books, str(due.args["entry"])):
        ask_approval(books, due.args["entry"], late="late:")


def draft_waits(books: Books, number: str) -> bool:
    """Is this draft still undecided?"""
    row = books.consulting.get(int(number))
    return row is not None and row.state == DRAFT


def decide(talk: Talk, books: Books) -> None:
    """同意 or 不同意, 采用 or 不采用 under the card; the first decision counts."""
    number = talk.given("entry")
    row = books.consulting.get(number)
    if talk.person.id not in entries.approve_for(books, row.window):
        talk.say("machine/not_allowed")
        return
    called = entries.shown(books, row.topic, row.body)["called"]
    adopted = row.source == OFFICER
    if not talk.look("waits", lambda: row.state == DRAFT):
        talk.say("reception/entry_decided_before", called=called)
    elif talk.given("choice") == "approve":
        done = talk.once("approve", approve, books, number)
        talk.say("reception/entry_changed" if done else "reception/entry_late", called=called, adopted=adopted)
    else:
        why = "" if adopted else talk.ask("reception/entry_why", reads=reading.some_text)
        talk.once("refuse", refuse, books, number, why)
        talk.say("reception/entry_refused", called=called, adopted=adopted)


def approve(books: Books, number: int) -> bool:
    done = put_in_force(books, number)
    tell_drafter(books, number, "approved" if done else "late")
    return done


def refuse(books: Books, number: int, why: str) -> None:
    books.consulting.refuse(number)
    tell_drafter(books, number, "refused", why)


def tell_drafter(books: Books, number: int, how: str, why: str = "") -> None:
    """Who wrote it hears what became of it (2-04)."""
    row = books.consulting.get(number)
    if books.centre.person(row.drafted_by) and row.drafted_by != books.actor:
        called, by = entries.shown(books, row.topic, row.body)["called"], books.centre.person(books.actor)
        books.outbox.post(row.drafted_by, "reception/entry_told", f"entry:{number}:told", how=how, why=why, by=by,
                          called=called, adopted=row.source == OFFICER)  # fmt: skip


def put_in_force(books: Books, number: int) -> bool:
    """The version counts from now on; False when it came too late, and is then out of the way."""
    row: Any = books.consulting.approve(number)
    if row is None:
        books.consulting.refuse(number)
        return False
    before = books.consulting.get(row.base).body if row.base else {}
    if before.get("materials") != row.body.get("materials"):
        tell_booked(books, row, before["materials"])
    return True


def tell_booked(books: Books, row: Any, before: list[str]) -> None:
    """Who has booked with the old list hears of the new one, so that nobody comes in vain (2-03)."""
    item, after = books.centre.item(row.topic), row.body["materials"]
    for booked in books.consulting.change_papers(row.topic, before, after):
        books.consulting.note_given(row.id, booked.person)
        key = f"entry:{row.id}:{booked.no}"
        books.outbox.post(booked.person, "reception/entry_papers", key, no=booked.no, item=item, papers=after,
                          until=booked.start)  # fmt: skip
