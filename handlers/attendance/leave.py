"""请假: one sentence or step by step; the slip then walks its chain by itself (六㈢, 六㈤)."""

from dataclasses import replace
from typing import Any

from bot.endings import Finish
from bot.talk import Talk
from handlers import reading, requests
from handlers.attendance import leave_reading as read
from handlers.attendance import slips
from rules.attendance import Leave, StandIn, leave_clause, needs_stand_in
from rules.clause import Refusal
from rules.people import Post
from storage.attendance import LEAVE
from storage.books import Books

SHOWN = 5


def ask_leave(talk: Talk, books: Books) -> None:
    """请假 — when, why, by whom the post is kept, summary, receipt with the chain (6-05 to 6-08, 6-14)."""
    said = talk.look("said", lambda: read.opening(books, talk.person.id, talk.given("rest", "")))
    leave = ask_span(talk, books, said)
    post = talk.look("post", books.attendance.post_of, talk.person.id, leave.start, leave.end)
    talk.know("attendance/why", lambda: said["reason"])
    reason = talk.ask("attendance/why", reads=reading.some_text, leave=leave, **slips.counted(books, leave))
    needed = needs_stand_in(post, leave, books.calendar, books.centre.readings)
    cover = name_stand_in(talk, books, said) if needed else None
    talk.know("attendance/neighbour_phone", lambda: said["phone"])
    phone = ask_phone(talk, books, post, leave)
    if talk.summary("attendance/check", **plan(talk, books, post, leave), reason=reason, cover=cover, phone=phone):
        done = talk.once("slip", slips.open_slip, books, talk.person.id, leave, reason, cover, phone)
        confirm(talk, books, done)


def ask_span(talk: Talk, books: Books, said: dict[str, Any]) -> Leave:
    """From when until when; echoed in the next question (ux 15)."""
    talk.know("attendance/when", lambda: said["leave"])
    if said["unclear"] and said["leave"] is None:
        talk.say(said["unclear"], name="unclear", example="", **said["values"])
    leave: Leave = talk.ask(
        "attendance/when",
        reads=lambda text: read.read_span(books, talk.person.id, text),
        left=1 if said["reason"] else 2,
    )
    return leave


def name_stand_in(talk: Talk, books: Books, said: dict[str, Any]) -> StandIn:
    """六㈤: who keeps the post, and who says so, before anything is asked of anybody."""
    talk.know("attendance/stand_in", lambda: said["cover"])
    cover: StandIn | str = talk.ask(
        "attendance/stand_in", reads=lambda text: read.read_stand_in(books, talk.person.id, text)
    )
    if not isinstance(cover, StandIn):
        talk.say("attendance/refused_stand_in_missing")
        raise Finish
    phone = cover.phone or talk.ask("attendance/stand_in_phone", reads=reading.phone_number, on=cover, cover=cover)
    agreed = talk.ask("attendance/stand_in_confirmed", reads=read.read_agreed(cover), on=cover, cover=cover)
    if agreed == "bureau":
        agreed = f"{cover.unit} " + talk.ask("attendance/stand_in_who", reads=read.read_who, on=cover, cover=cover)
    return replace(cover, phone=phone, confirmed_by=cover.name if agreed == "self" else agreed)


def ask_phone(talk: Talk, books: Books, post: Post, leave: Leave) -> str:
    """六㈢1: a one-person window leaves a phone next door; the number given before is offered."""
    if leave_clause(post, leave, books.calendar, books.centre.readings) != "6-06":
        return ""
    known = talk.look("phone", books.attendance.last_phone, talk.person.id)
    neighbour = books.centre.neighbour_of(post.unit)
    answer: str = talk.ask(
        "attendance/neighbour_phone", reads=reading.phone_number, among=lambda: [known] if known else [],
        known=known, neighbour=neighbour,
    )  # fmt: skip
    return answer


def plan(talk: Talk, books: Books, post: Post, leave: Leave) -> dict[str, Any]:
    """What the summary says besides the answers: length, chain, the applicant's own duty days."""
    chain = [requests.named(books, step) for step in slips.chain_of(books, post, leave)]
    days = books.attendance.duty_days(talk.person.id, leave.start, leave.end)
    return {"leave": leave, "chain": chain, "duty_days": days, **slips.counted(books, leave)}


def confirm(talk: Talk, books: Books, done: str | Refusal) -> None:
    """The receipt: number, chain, how to ask again; or why not, with the clause."""
    if isinstance(done, Refusal):
        talk.say("attendance/not_taken", why=done.why)
        return
    known = slips.facts(books, done)
    talk.say("attendance/asked" if known["chain"] else "attendance/recorded", **known)


# -- afterwards ------------------------------------------------------------------------------------------------------
def my_leave(talk: Talk, books: Books) -> None:
    """我的请假 — the latest; one that nobody has decided can be withdrawn."""
    mine = talk.look("mine", lambda: latest(books, talk.person.id))
    if not mine:
        talk.say("attendance/none")
        return
    no = mine[0]["no"] if len(mine) == 1 else talk.ask("attendance/mine", among=mine)["no"]
    if talk.ask("attendance/one", **slips.facts(books, no)) == "withdraw":
        take_back(talk, books, no)
    else:
        talk.say("attendance/kept", no=no)


def latest(books: Books, person: str) -> list[dict[str, Any]]:
    return [brief(books, row.no) for row in books.requests.mine(person, LEAVE)[:SHOWN]]


def brief(books: Books, no: str) -> dict[str, Any]:
    row = books.attendance.leave(no)
    return {"no": no, "start": row.start, "state": books.requests.get(no).state}


def withdraw(talk: Talk, books: Books) -> None:
    """撤回 QJ…, or 撤回 where only one thing waits."""
    no = talk.given("no", "").upper()
    if not no:
        open_ = talk.look("open", books.requests.waiting, talk.person.id, LEAVE)
        no = open_[0] if len(open_) == 1 else ""
    if no:
        take_back(talk, books, no)
    else:
        talk.say("attendance/withdraw_which", many=len(open_) > 1)


def take_back(talk: Talk, books: Books, no: str) -> None:
    """Said to whoever was asked; what is decided stays."""
    refused = talk.once("withdraw", requests.withdraw, books, no, talk.person.id)
    if refused is None:
        talk.say("attendance/withdrawn", no=no)
    else:
        talk.say("attendance/not_withdrawn", no=no, why=refused.why)


def show_status(talk: Talk, books: Books, no: str) -> bool:
    """查询 QJ…: the applicant, who was asked, supervision; to others it is not there (ux 33)."""
    row = books.requests.get(no)
    if row is None or row.kind != LEAVE or not requests.may_see(books, no, talk.person.id):
        return False
    talk.say("attendance/status", **slips.facts(books, no))
    return True


def full_text(talk: Talk, books: Books, no: str) -> str | None:
    """The whole reason of a slip, to whoever may ask how it stands."""
    row = books.attendance.leave(no)
    return row.reason if row is not None and requests.may_see(books, no, talk.person.id) else None
