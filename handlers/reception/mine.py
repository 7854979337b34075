"""我的预约: look, change the time, cancel; the reminder's buttons; a booking asked after by number."""

from itertools import count
from typing import Any

from bot.talk import Talk
from handlers.reception import arranging, together
from handlers.reception.booking import FINAL, facts, say_refused
from handlers.reception.choosing import choose_place
from handlers.reception.hall import may
from handlers.reception.reminders import promised, set_reminders
from handlers.words import short_label
from rules.calendar import local
from rules.clause import Refusal
from rules.people import Role
from rules.reception import Slot, cancel_refused
from storage.books import Books
from storage.reception import BOOKED, OPEN

GONE = Refusal("1-10", "window_gone")


def my_bookings(talk: Talk, books: Books) -> None:
    """我的预约 — the open ones; one of them can be moved or cancelled."""
    mine = talk.look("mine", lambda: listed(talk, books))
    if not mine:
        talk.say("reception/none")
        return
    show_one(talk, books, mine[0]["no"] if len(mine) == 1 else talk.ask("reception/mine", among=mine)["no"])


def show_one(talk: Talk, books: Books, no: str) -> None:
    """One booking, or the matters of one visit, and what can be done with it."""
    matters = books.together.matters(no)
    if len(matters) > 1:
        rows = [facts(row, books) for row in matters]
        act(talk, books, no, talk.ask("reception/one_visit", no=books.together.number(no), rows=rows))
        return
    row = books.reception.get(no)
    offered = arranging.about(books, no)
    choice = talk.ask("reception/one", offered=offered, movable=movable(books, row), **facts(row, books))
    if choice in ("accept", "other"):
        talk.run(lambda t, b: arranging.answer(t, b, no, offered.round, choice))
    else:
        act(talk, books, no, choice)


def movable(books: Books, row: Any) -> bool:
    """Whether another published place can be taken; an agreed time is talked over anew."""
    return row.start is not None and books.arranging.get(row.no) is None


def listed(talk: Talk, books: Books) -> list[dict[str, Any]]:
    """The five next ones, each with what tells it from the others; one visit is one of them."""
    mine = books.reception.mine(talk.person.id)
    here = {row.no for row in mine}
    found = [row for row in mine if row.visit not in here][:5]
    with_it = {row.no: [row, *(one for one in mine if one.visit == row.no)] for row in found}
    items = ["、".join(books.centre.item(one.item).name for one in with_it[row.no]) for row in found]
    starts = [row.start for row in found]
    return [
        {"no": row.no, "item": item, "short": short_label(item), "start": row.start, "wish": row.wish,
         "whom": row.for_whom, "alone": row.start is not None and starts.count(row.start) == 1}
        for row, item in zip(found, items, strict=True)
    ]  # fmt: skip


def act(talk: Talk, books: Books, no: str, choice: str) -> None:
    """What the citizen does with one booking."""
    if choice == "move":
        move(talk, books, no)
    elif choice == "drop":
        drop(talk, books, no)
    else:
        talk.say("reception/kept", no=no)


def drop(talk: Talk, books: Books, no: str) -> None:
    """取消预约 — asked once more, then the place goes to somebody else."""
    told = talk.look("told", books.together.number, no)
    numbers = talk.look("several", lambda: [row.no for row in books.together.matters(no)])
    meant = together.which(talk, books, no, "reception/drop_which")
    late = talk.look("late", lambda: [one for one in meant if too_late(talk, books, one)])
    if late:
        talk.say("reception/drop_too_late", **facts(books.reception.get(late[0]), books))
        return
    if not meant or (len(numbers) < 2 and talk.ask("reception/sure", no=no) != "drop"):
        talk.say("reception/kept", no=told)
        return
    placed = talk.look("placed", lambda: books.reception.get(no).start is not None)
    gone = talk.once("drop", lambda: [one for one in meant if books.reception.cancel(one)])
    left = talk.look("left", lambda: [one for one in numbers if one not in meant])
    still = [facts(books.reception.get(one), books) for one in left]
    number = books.together.number(left[0]) if left else ""
    kept = [one for one in gone if books.reception.get(one).in_calendar]
    talk.say("reception/dropped" if gone else "reception/gone", no=told, placed=placed, left=still, number=number,
             calendar=kept[0] if kept else "")  # fmt: skip


def too_late(talk: Talk, books: Books, no: str) -> bool:
    """Whether its session has begun; who is told on the telephone that they will not come may still note it (1-10)."""
    row = books.reception.get(no)
    if talk.person.role is not Role.CITIZEN or row.state != BOOKED:
        return False
    calendar, readings = books.openings.calendar(row.window), books.centre.readings
    return cancel_refused(row.start, row.made, books.now, calendar, readings) is not None


def move(talk: Talk, books: Books, no: str) -> None:
    """改时间 — only the time is asked; number, matter and phone stay. Of several matters one."""
    several = talk.look("several", lambda: [row.no for row in books.together.matters(no)])
    meant = together.which(talk, books, no, "reception/move_which")
    if meant:
        move_one(talk, books, meant[0], several)
    else:
        talk.say("reception/kept", no=talk.look("told", books.together.number, no))


def move_one(talk: Talk, books: Books, no: str, several: list[str]) -> None:
    row = books.reception.get(no)
    item, window = books.centre.item(row.item), books.centre.window(row.window)
    refused = talk.look("may move", lambda: None if books.reception.offers(window.id) else GONE)
    for attempt in count(1):
        turn = "" if attempt == 1 else f" {attempt}"
        if not refused:
            slot = choose_place(talk, books, item, window, turn)
            refused = talk.once(f"move{turn}", move_booking, books, no, slot)
        if refused is None:
            told = talk.look("told", books.together.number, no)
            parted = talk.look("parted", lambda: len(several) > 1 and len(books.together.matters(no)) == 1)
            talk.say("reception/moved", no=told, parted=parted, whom=row.for_whom, slot=slot, window=window,
                     **{**promised(books, slot), "calendar": row.in_calendar})  # fmt: skip
            if parted:
                rows = [facts(books.reception.get(one), books) for one in several]
                talk.say("reception/parted", rows=rows)
            return
        say_refused(talk, books, refused, window, turn, no)
        if refused.why in FINAL:
            return
        refused = None


def move_booking(books: Books, no: str, slot: Slot) -> Refusal | None:
    refused = books.reception.move(no, slot)
    if refused is None:
        set_reminders(books, no, slot.start)
    return refused


def answer_reminder(talk: Talk, books: Books) -> None:
    """我会来 / 改时间 / 取消预约 under a reminder."""
    no, choice = talk.given("no"), talk.given("choice")
    row = talk.look("open", lambda: (found := books.reception.get(no)) is not None and found.state in OPEN)
    if not row:
        talk.say("reception/gone", no=no)
    elif choice == "come":
        talk.say("reception/come", no=no)
    else:
        act(talk, books, no, choice)


def show_status(talk: Talk, books: Books, no: str) -> bool:
    """查询 YY…: only to its owner, the desk, its window, and the colleague who keyed it in."""
    row = books.reception.get(no)
    if row is None or not may(books, talk, no):
        return False
    here = row.state == BOOKED and row.start and local(row.start).date() == local(talk.now).date()
    others = [facts(one, books) for one in books.together.matters(no) if one.no != no]
    talk.say("reception/status", here=here, others=others, **facts(row, books))
    return True
