"""一㈢3: the record book passes from today's officer to tomorrow's; two confirmations, or it stays open (1-22)."""

from datetime import date, datetime, time, timedelta
from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers import reading
from handlers.complaints.naming import people_in
from handlers.contacts import pass_contacts
from handlers.reception import errands
from handlers.reception.duty_log import some_note
from handlers.reception.on_duty import book_day, next_day, officer, supervision_head
from handlers.words_duty import NONE
from rules.calendar import at, local
from rules.reception import Heading, handover_refused, log_refused
from storage.books import Books
from storage.duty import DONE, OBJECTED, RECEIVED, SAME_PERSON, WAITING

BEFORE_CLOSING, AFTER_CLOSING = timedelta(minutes=20), timedelta(minutes=10)
EARLIEST = timedelta(minutes=60)  # what happens after the book was given would stand in nobody's
BEFORE_OPENING = timedelta(minutes=15)
SHOWN = 20  # characters of a matter on one line
EVERYTHING = {heading.value: ("-",) for heading in Heading}


def plan(books: Books, day: date) -> None:
    """The day's reminders, and the look of the next working morning, as timers."""
    closing, morning = books.calendar.closing(day), books.calendar.opening(next_day(books, day))
    for name, instant in (("before", closing - BEFORE_CLOSING), ("after", closing + AFTER_CLOSING)):
        books.timers.set(f"handover:{day}:{name}", instant, "duty/handover_due", day=day.isoformat())
    books.timers.set(
        f"handover:{day}:open", morning - BEFORE_OPENING, "duty/handover_open", day=day.isoformat()
    )  # fmt: skip


# -- giving --------------------------------------------------------------------------------------------------------
def hand_over(talk: Talk, books: Books) -> None:
    """交接班 — what is open, what the log lacks, what is held; then the receiver's card (1-22)."""
    day = talk.look("day", lambda: day_to_give(books, talk.person.id, talk.now))
    if day is None:
        talk.say("reception/handover_not_yours", officer=officer(books, book_day(books, talk.now)))
    elif not is_settled(talk, books, day) and not is_early(talk, books, day):
        submit(talk, books, day)


def is_early(talk: Talk, books: Books, day: date) -> bool:
    """Begun more than an hour before closing: says from when on (1-22)."""
    earliest = books.calendar.closing(day) - EARLIEST
    if talk.look("early", lambda: books.now < earliest):
        talk.say("reception/handover_early", earliest=earliest)
        return True
    return False


def submit(talk: Talk, books: Books, day: date) -> None:
    """Everything once more, then the giver's side is confirmed."""
    receiver = talk.look("receiver", lambda: officer(books, next_day(books, day)).id)
    items = talk.look("items", lambda: open_items(books, (talk.person.id, receiver)))
    talk.say("reception/handover_items", items=items, receiver=books.centre.person(receiver), day=day)
    notes = {heading: ask_note(talk, heading) for heading in talk.look("missing", lambda: missing(books, day))}
    held = talk.ask("reception/handover_held", reads=some_note)
    check = {"day": day, "items": items, "notes": notes, "held": held, "receiver": books.centre.person(receiver)}
    if talk.summary("reception/handover_check", **check):
        done = talk.once("give", give, books, day, receiver, items, notes, held)
        talk.say(f"reception/handover_{done}", day=day, receiver=books.centre.person(receiver))


def day_to_give(books: Books, person: str, now: datetime) -> date | None:
    """The day this person hands over: today's, or the last one's while it is open; None when neither is his."""
    today = book_day(books, now)
    if officer(books, today).id == person:
        return today
    before = books.calendar.previous_working_day(today)
    return before if officer(books, before).id == person and is_open(books, before) else None


def is_open(books: Books, day: date) -> bool:
    row = books.duty.handover(day)
    return row is None or row.state != DONE


def is_settled(talk: Talk, books: Books, day: date) -> bool:
    """Submitted already: says how it stands."""
    state = talk.look("state", lambda: state_of(books, day))
    if state["state"] in (WAITING, DONE):
        talk.say(f"reception/handover_is_{state['state']}", day=day, receiver=books.centre.person(state["receiver"]))
        return True
    if state["state"] == OBJECTED:
        talk.say("reception/handover_objected", receiver=books.centre.person(state["receiver"]), why=state["why"])
    return False


def state_of(books: Books, day: date) -> dict[str, str]:
    row = books.duty.handover(day)
    if row is None:
        return {"state": "", "receiver": "", "why": ""}
    return {"state": row.state, "receiver": row.receiver, "why": row.objection}


def open_items(books: Books, sides: tuple[str, str]) -> list[dict[str, Any]]:
    """Wishes nobody answered and contacts not settled, whoever owns them; not what was said about either side (3-C)."""
    wished = [
        {"kind": "wish", "no": row.no, "what": books.centre.item(row.item).name}
        for row in books.reception.open_wishes()
    ]
    known = {wish["no"] for wish in wished}
    contacts = [
        {"kind": "contact", "no": row.ref or str(row.id), "what": row.matter[:SHOWN]}
        for row in books.first_contact.unsettled()
        if row.ref not in known and not set(sides) & set(people_in(books, row.matter))
    ]
    return wished + contacts + errands.open_items(books)


def pass_items(books: Books, items: list[Any], receiver: str) -> None:
    """What stands in the handover belongs to the receiver from now on (2-10)."""
    listed = {str(item["no"]) for item in items}
    numbers = [row.id for row in books.first_contact.unsettled() if (row.ref or str(row.id)) in listed]
    pass_contacts(books, numbers, receiver)
    books.errands.pass_on(listed, receiver)


def missing(books: Books, day: date) -> list[str]:
    """The headings under which nothing stands, not even that there is nothing (1-20)."""
    log = books.duty.log(day)
    return [heading.value for heading in Heading if log_refused({**EVERYTHING, heading: log.get(heading, ())})]


def ask_note(talk: Talk, heading: str) -> str:
    note: str = talk.ask(f"reception/log_missing_{heading}", reads=some_note)
    return note


def give(books: Books, day: date, receiver: str, items: list[Any], notes: dict[str, str], held: str) -> str:
    """The last lines of the log, the submission, and the receiver's card; what came of it."""
    if not is_open(books, day):
        return "is_done"
    for heading, text in notes.items():
        books.duty.write(day, heading, text)
    refused = handover_refused(books.actor, receiver, books.duty.log(day))
    if refused and refused.clause != "G11":
        return "not_whole"
    turn = books.duty.give(day, receiver, items, held, SAME_PERSON if refused else "")
    if refused:
        pass_items(books, items, receiver)
        return "alone"
    post_card(books, day, receiver, turn)
    return "given"


def post_card(books: Books, day: date, receiver: str, turn: int) -> None:
    row, log = books.duty.handover(day), books.duty.log(day)
    books.outbox.post(
        receiver, "reception/handover_card", f"handover:{day}:{turn}", card="duty/take_over",
        opens={"day": day.isoformat(), "turn": turn}, recheck="duty/handover_waits", subject=f"{day} {turn}",
        giver=books.centre.person(row.giver), day=day, items=row.items, held=row.held,
        counts={heading: lines_in(log.get(heading, [])) for heading in Heading},
    )  # fmt: skip


def lines_in(texts: list[str]) -> int:
    return sum(text != NONE for text in texts)


def waits(books: Books, subject: str) -> bool:
    """Does this submission still wait for its receiver?"""
    day, _, turn = subject.partition(" ")
    row = books.duty.handover(date.fromisoformat(day))
    return row is not None and row.state == WAITING and row.round == int(turn)


# -- taking --------------------------------------------------------------------------------------------------------
def take_over(talk: Talk, books: Books) -> None:
    """确认接班 or 有异议 — the second confirmation, or back to the giver (1-22)."""
    found = talk.look(
        "which", lambda: which_submission(books, talk.person.id, talk.given("day", ""), talk.given("turn", 0))
    )
    if not found["open"]:
        talk.say(f"reception/handover_{found['why']}")
        return
    day, giver = date.fromisoformat(found["day"]), books.centre.person(found["giver"])
    if talk.given("choice", "yes") == "yes":
        done = talk.once("take", take, books, day, found["turn"])
        talk.say("reception/handover_taken" if done else "reception/handover_changed", giver=giver, day=day)
    else:
        why = talk.ask("reception/handover_why", reads=reading.some_text, giver=giver)
        done = talk.once("object", object_to, books, day, found["turn"], why)
        talk.say("reception/handover_returned" if done else "reception/handover_changed", giver=giver, day=day, why=why)


def which_submission(books: Books, person: str, day: str, turn: int) -> dict[str, Any]:
    """The submission on the card, else the newest given to this person; whether it still waits for him."""
    row = books.duty.handover(date.fromisoformat(day)) if day else books.duty.given_to(person)
    if row is None or row.receiver != person:
        return {"open": False, "why": "none"}
    if row.state == DONE:
        return {"open": False, "why": "before"}
    waiting = row.state == WAITING and turn in (0, row.round)
    return {"open": waiting, "why": "changed", "day": row.day.isoformat(), "turn": row.round, "giver": row.giver}


def take(books: Books, day: date, turn: int) -> bool:
    """Done, and the giver hears it; who has taken the book over also knows that he is on duty (1-21)."""
    if not books.duty.take(day, turn):
        return False
    told = books.duty.notice(next_day(books, day))
    if told and told.officer == books.actor:
        books.duty.acknowledge(told.day, RECEIVED)
    row = books.duty.handover(day)
    pass_items(books, row.items, row.receiver)
    tell_giver(books, day, "reception/handover_done", f"handover:{day}:{turn}:done")
    return True


def object_to(books: Books, day: date, turn: int, why: str) -> bool:
    """Back to the giver, open as before."""
    if not books.duty.object(day, turn, why):
        return False
    tell_giver(books, day, "reception/handover_back", f"handover:{day}:{turn}:back", card="duty/hand_over")
    return True


def tell_giver(books: Books, day: date, path: str, key: str, card: str = "") -> None:
    row = books.duty.handover(day)
    books.outbox.post(
        row.giver,
        path,
        key,
        card=card,
        opens={},
        day=day,
        receiver=books.centre.person(row.receiver),
        why=row.objection,
    )


# -- what the clock does -------------------------------------------------------------------------------------------
def remind(books: Books, due: Due) -> None:
    """Before closing the giver, after closing whoever still owes his side; missed, as long as it can be made up for.

    Later than that supervision hears of it (`tell_supervision`, 1-22).
    """
    day = date.fromisoformat(due.args["day"])
    before = due.at < books.calendar.closing(day)
    overtaken = before and due.now >= books.calendar.closing(day) + AFTER_CLOSING
    if overtaken or not is_wanted(books, day):
        return
    late, until = local(due.now).date() != day, at(day + timedelta(days=1), time())
    if late:
        books.timers.expire(due.key)
        until = books.calendar.closing(next_day(books, day))
    if due.now < until:
        ask_for_it(books, due.key, day, until, before=before, late=late)


def ask_for_it(books: Books, key: str, day: date, until: datetime, *, before: bool, late: bool) -> None:
    """Whoever owes his side of the handover."""
    row, giver = books.duty.handover(day), officer(books, day)
    if row is None or row.state == OBJECTED:
        receiver = officer(books, next_day(books, day))
        books.outbox.post(giver.id, "reception/handover_due", key, card="duty/hand_over", opens={}, until=until,
                          day=day, receiver=receiver, before=before, late=late)  # fmt: skip
    elif not before:
        books.outbox.post(row.receiver, "reception/handover_confirm", key, card="duty/take_over", day=day,
                          opens={"day": day.isoformat(), "turn": row.round}, until=until,
                          giver=books.centre.person(row.giver))  # fmt: skip


def is_wanted(books: Books, day: date) -> bool:
    """Whether a handover between two people is still to be done."""
    return is_open(books, day) and officer(books, day).id != officer(books, next_day(books, day)).id


def tell_supervision(books: Books, due: Due) -> None:
    """The next working morning: a one-sided handover stays open, and supervision is told, late rather than never."""
    day = date.fromisoformat(due.args["day"])
    morning = next_day(books, day)
    if not is_wanted(books, day):
        return
    row = books.duty.handover(day)
    for person in supervision_head(books):
        books.outbox.post(
            person, "reception/handover_open", due.key, recheck="duty/handover_wanted", subject=str(day), day=day,
            giver=officer(books, day), receiver=officer(books, morning), state=row.state if row else "",
        )  # fmt: skip


def still_wanted(books: Books, subject: str) -> bool:
    """Is the handover of that day still to be done?"""
    return is_wanted(books, date.fromisoformat(subject))
