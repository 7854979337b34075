"""六㈢: a leave slip as a request: who must consent, what the approver sees, who hears of it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from bot.contents import Due
from handlers import requests
from rules.attendance import (
    Leave,
    StandIn,
    Told,
    consents_needed,
    counted_days,
    days_between,
    leave_clause,
    leave_minutes,
    leave_refused,
    made_up_days,
    told_of,
)
from rules.calendar import local
from rules.clause import Refusal
from rules.people import Filled, Post, filled, supervision
from rules.register import REGISTER
from storage.attendance import LEAVE
from storage.books import Books
from storage.requests import ASKED, GRANTED, YES


def chain_of(books: Books, post: Post, leave: Leave) -> tuple[Filled, ...]:
    """Who decides, in order; past the applicant it goes up a level (6-05 to 6-08, G8, G11)."""
    centre = books.centre
    needed = consents_needed(post, leave, centre.calendar, centre.readings)
    officer = books.attendance.officer_for(leave.start, leave.end).id
    offices = [consent.approver for consent in needed]
    return filled(centre.house, offices, post.unit, barred={post.person}, duty_officer=officer)


def counted(books: Books, leave: Leave) -> dict[str, Any]:
    """The length as people read it: days, or working minutes below one; make-up days by name (G12, G13)."""
    days = days_between(leave.start, leave.end, books.calendar)
    rounded = counted_days(leave, books.calendar)
    return {
        "days": f"{rounded:g}", "whole": days >= 1, "half": days == Fraction(1, 2), "exact": days == 1,
        "minutes": leave_minutes(leave, books.calendar), "made_up": list(made_up_days(leave, books.calendar)),
        "provisional": books.calendar.leans_on_provisional(local(leave.start).date(), local(leave.end).date()),
    }  # fmt: skip


def refused(books: Books, person: str, leave: Leave, cover: StandIn | None) -> Refusal | None:
    """Why this leave may not be asked as it stands (6-14, G12); one's own other leave is in the way."""
    if books.attendance.overlapping(person, leave.start, leave.end):
        return Refusal("6-07", "overlap")
    if leave.end <= books.now:
        return Refusal("6-07", "past")
    post = books.attendance.post_of(person, leave.start, leave.end)
    return leave_refused(post, leave, cover, books.calendar, books.centre.readings)


def open_slip(books: Books, person: str, leave: Leave, reason: str, cover: StandIn | None, phone: str) -> str | Refusal:
    """The slip, its number, and the first consent asked, in one transaction."""
    no_way = refused(books, person, leave, cover)
    if no_way:
        return no_way
    centre, post = books.centre, books.attendance.post_of(person, leave.start, leave.end)
    clause = leave_clause(post, leave, centre.calendar, centre.readings)
    told = [str(one) for one in told_of(post, leave, centre.calendar, centre.readings)]
    return enter(books, person, leave, cover, chain_of(books, post, leave), clause=clause, told=told,
                 reason=reason, phone=phone)  # fmt: skip


def enter(books: Books, person: str, leave: Leave, cover: StandIn | None, steps: Sequence[Filled], **facts: Any) -> str:
    """Request and slip; without anybody above, recorded and told at once (G8)."""
    no = books.number("QJ")
    state = books.requests.enter(no, LEAVE, person, steps, facts["clause"])
    books.attendance.enter_leave(no, person, leave, cover, **facts)
    if state == GRANTED:
        tell(books, no)
        return no
    requests.ask_consent(books, SHAPE, no, 1)
    if leave.start > books.now:
        books.timers.set(f"request:{no}:begins", leave.start, "attendance/begins", no=no)
    return no


def begins(books: Books, due: Due) -> None:
    """6-07: asked beforehand means decided beforehand; who waits and who is next above hear that it was not."""
    no = due.args["no"]
    row = books.requests.get(no)
    if row is None or row.state != ASKED or requests.follow_roster(books, SHAPE, no):
        return
    step, known = books.requests.step(no, row.step), facts(books, no)
    chief = requests.next_above(books, row, step)
    if chief:
        books.outbox.post(chief, "attendance/begins_above", f"request:{no}:begins:above", **known)
    books.outbox.post(row.person, "attendance/begins_own", f"request:{no}:begins:own", **known)


def late(books: Books, no: str) -> bool:
    """Whether it was granted only once the leave had begun (6-07)."""
    row = books.requests.get(no)
    return bool(row.state == GRANTED and row.step and row.settled > books.attendance.leave(no).start)


# -- what the templates say of a slip --------------------------------------------------------------------------------
def facts(books: Books, no: str) -> dict[str, Any]:
    """One slip, with what it collides with (ux 36)."""
    row = books.attendance.leave(no)
    leave, person = Leave(row.start, row.end, row.kind), books.roster.person(row.person)
    steps = books.requests.steps(no)
    return {
        "no": no, "kind": LEAVE, "who": books.roster.label(row.person), "leave": leave, "reason": row.reason,
        "cover": books.attendance.cover(row), "phone": row.phone, "clause": cite(row.clause),
        "state": books.requests.get(no).state, "chain": [requests.named(books, step) for step in steps],
        "waiting": waiting(books, no), "late": late(books, no),
        **counted(books, leave), **collisions(books, person.id, leave),
    }  # fmt: skip


def waiting(books: Books, no: str) -> dict[str, Any] | None:
    """The step that waits, if the slip is still on its way."""
    row = books.requests.get(no)
    step = books.requests.step(no, row.step)
    return requests.named(books, step) if step and row.state == ASKED else None


def collisions(books: Books, person: str, leave: Leave) -> dict[str, Any]:
    """Own duty days, bookings at the window, colleagues away in the span (ux 36)."""
    unit = books.roster.person(person).unit
    others = [one.id for one in books.centre.colleagues_of(unit) if one.id != person]
    window = books.centre.is_window(unit)
    return {
        "duty_days": books.attendance.duty_days(person, leave.start, leave.end),
        "bookings": books.attendance.bookings_at(unit, leave.start, leave.end) if window else 0,
        "away": len(books.attendance.away(others, leave.start, leave.end)),
        "window": window,
    }


def cite(clause: str) -> str:
    """The regulation's own number of a clause."""
    return REGISTER[clause].reference


def still_refused(books: Books, no: str) -> Refusal | None:
    """6-14 once more before a consent: without the stand-in the leave may not be granted."""
    row = books.attendance.leave(no)
    leave, cover = Leave(row.start, row.end, row.kind), books.attendance.cover(row)
    post = books.attendance.post_of(row.person, row.start, row.end)
    return leave_refused(post, leave, cover, books.calendar, books.centre.readings)


# -- what became of it -----------------------------------------------------------------------------------------------
def settled(books: Books, no: str) -> None:
    """The applicant hears it; a granted leave is told to whom it concerns."""
    row = books.requests.get(no)
    last = [step for step in books.requests.steps(no) if step.decision][-1]
    values = {**facts(books, no), "step": requests.named(books, last), "granted": row.state == GRANTED}
    path = "attendance/granted" if row.state == GRANTED else "attendance/refused"
    books.outbox.post(row.person, path, f"request:{no}:settled", **values)
    if row.state == GRANTED:
        tell(books, no)


def tell(books: Books, no: str) -> None:
    """The desk's form, the neighbour's phone, supervision's copy, the window's head (6-05, 6-06, G2)."""
    row, known = books.attendance.leave(no), facts(books, no)
    deciders = {step.decided_by for step in books.requests.steps(no) if step.decision == YES}
    for told, person in [*hearers(books, row), *head_to_tell(books, no, row)]:
        if person != row.person and (told == "head" or person not in deciders):
            books.outbox.post(person, f"attendance/told_{told}", f"request:{no}:told:{told}", **known)


def hearers(books: Books, row: Any) -> list[tuple[str, str]]:
    """Whom the rule names, as people."""
    centre, found = books.centre, []
    if Told.DESK in row.told:
        found.append(("desk", books.attendance.officer_for(row.start, row.end, frozenset({row.person})).id))
    if Told.SUPERVISION in row.told:
        found += [("copy", person) for person in supervision(centre.house) if person != row.person][:1]
    neighbour = neighbour_head(books, row.person) if Told.NEIGHBOUR_WINDOW in row.told else None
    return found + ([("neighbour", neighbour)] if neighbour else [])


def neighbour_head(books: Books, person: str) -> str | None:
    """Who takes calls next door: the head of the neighbouring window."""
    unit = books.roster.person(person).unit
    window = books.centre.neighbour_of(unit) if books.centre.is_window(unit) else None
    head = books.centre.head_of(window.id) if window else None
    return head.id if head else None


def head_to_tell(books: Books, no: str, row: Any) -> list[tuple[str, str]]:
    """The head of the applicant's own window or section, unless the last word was his (6-13)."""
    head = books.centre.head_of(books.roster.person(row.person).unit)
    steps = [step for step in books.requests.steps(no) if step.decision]
    knows = head is None or (steps and steps[-1].decided_by == head.id)
    return [] if knows or head is None else [("head", head.id)]


SHAPE = requests.Shape(
    card="attendance/consent",
    decide="attendance/decide",
    undecided="attendance/undecided",
    facts=facts,
    still_refused=still_refused,
    settled=settled,
)
