"""A row walking its chain of consents, each consent a card; whatever waits is the row, never a conversation."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers import reading
from rules.clause import Refusal
from rules.people import Approver, above, filled, supervision
from storage.books import Books
from storage.requests import ASKED, NO, YES

UNDECIDED_MINUTES = 30  # working minutes until the office above hears of it (ux 37)


@dataclass(frozen=True, slots=True)
class Shape:
    """What one kind of request adds to the walk."""

    card: str  # the consent's template
    decide: str  # the conversation its buttons open
    undecided: str  # the timer that minds it
    facts: Callable[[Books, str], dict[str, Any]]  # what every template about the row may say
    still_refused: Callable[[Books, str], Refusal | None]  # what must hold when somebody consents
    settled: Callable[[Books, str], None]  # tells whom it concerns what became of it


Shapes = Mapping[str, Shape]


def ask_consent(books: Books, shape: Shape, no: str, n: int) -> str:
    """The card of one step to everybody who may decide it by today's roster."""
    books.requests.refill(no)
    return send_cards(books, shape, no, n, books.requests.step(no, n).people, "")


def send_cards(books: Books, shape: Shape, no: str, n: int, people: Sequence[str], again: str) -> str:
    step, facts = books.requests.step(no, n), shape.facts(books, no)
    for person in people:
        key, opens = f"request:{no}:{n}:{person}{again}", {"no": no, "n": n}
        books.outbox.post(person, shape.card, key, card=shape.decide, opens=opens, step=named(books, step), **facts)
    minded = books.calendar.add_working_minutes(books.now, UNDECIDED_MINUTES)
    books.timers.set(f"request:{no}:{n}:undecided{again}", minded, shape.undecided, no=no, n=n)
    return ASKED


# -- the roster moves on ---------------------------------------------------------------------------------------------
def follow_roster(books: Books, shape: Shape, no: str) -> bool:
    """Whoever fills the waiting office now gets the card; what an applicant who left had asked ends (G11)."""
    row = books.requests.get(no)
    if books.requests.lapse(no):
        step, label = books.requests.step(no, row.step), books.roster.label(row.person)
        books.timers.cancel(f"request:{no}:")
        for person in step.people:
            path, key = "requests/left", f"request:{no}:left:{person}"
            books.outbox.post(person, path, key, no=no, who=label, kind=row.kind)
        return True
    fresh = books.requests.refill(no) if row.state == ASKED else ()
    if fresh:
        send_cards(books, shape, no, row.step, fresh, f":{books.now:%Y%m%d%H%M}")
    return bool(fresh)


def follow_all(books: Books, shapes: Shapes) -> None:
    """Every request that waits, by today's roster."""
    for no in books.requests.undecided():
        follow_roster(books, shapes[books.requests.get(no).kind], no)


# -- deciding --------------------------------------------------------------------------------------------------------
def decide(talk: Talk, books: Books, shapes: Shapes) -> None:
    """同意 / 不同意 under a card: the row is looked at again, the first decision counts."""
    no, n, choice = talk.given("no"), talk.given("n"), talk.given("choice")
    shape = shapes[books.requests.get(no).kind]
    talk.once("follow", follow_roster, books, shape, no)
    refused = talk.look("standing", books.requests.refused, no, n, talk.person.id)
    if refused:
        talk.run(lambda t, b: say_closed(t, b, shape, refused.why))
        return
    reason = "" if choice == YES else talk.ask("requests/why_not", reads=reading.some_text, no=no)
    done = talk.once("decision", take_decision, books, shape, no, n, talk.person.id, choice, reason)
    if isinstance(done, Refusal):
        talk.run(lambda t, b: say_closed(t, b, shape, done.why))
    else:
        talk.say("requests/decided", choice=choice, **following(books, shape, no))


def say_closed(talk: Talk, books: Books, shape: Shape, why: str) -> None:
    """Nothing was changed, and why."""
    no, n = talk.given("no"), talk.given("n")
    talk.say("requests/closed", why=why, step=named(books, books.requests.step(no, n)), **shape.facts(books, no))


def following(books: Books, shape: Shape, no: str) -> dict[str, Any]:
    """The request as it stands, and who decides next."""
    row = books.requests.get(no)
    step = books.requests.step(no, row.step)
    return {**shape.facts(books, no), "next": named(books, step) if row.state == ASKED else None}


def take_decision(books: Books, shape: Shape, no: str, n: int, person: str, choice: str, reason: str) -> Refusal | str:
    """The decision and all that follows from it, in one transaction."""
    broken = shape.still_refused(books, no) if choice == YES else None
    state = broken or books.requests.decide(no, n, person, choice, reason)
    if isinstance(state, Refusal):
        return state
    books.timers.cancel(f"request:{no}:{n}:")
    close_cards(books, no, n)
    if state == ASKED:
        return ask_consent(books, shape, no, n + 1)
    shape.settled(books, no)
    return state


def close_cards(books: Books, no: str, n: int) -> None:
    """The others' cards say from now on who decided, and how."""
    step = books.requests.step(no, n)
    at = 0 if step.decision == YES else 1
    for person in step.people:
        for card in books.open_cards(person):
            if person != step.decided_by and json.loads(card["opens"]) == {"no": no, "n": n}:
                label = json.loads(card["labels"])[0][at]
                books.answer_card(card["token"], f"{books.roster.label(step.decided_by)} {label}")


# -- withdrawing -----------------------------------------------------------------------------------------------------
def withdraw(books: Books, no: str, person: str) -> Refusal | None:
    """Take back what nobody has decided; who was asked hears of it."""
    refused = books.requests.withdraw(no, person)
    if refused is None:
        row = books.requests.get(no)
        books.timers.cancel(f"request:{no}:")
        for approver in books.requests.step(no, row.step).people:
            who = books.roster.label(person)
            books.outbox.post(approver, "requests/withdrawn_told", f"request:{no}:back:{approver}", no=no, who=who)
    return refused


# -- undecided -------------------------------------------------------------------------------------------------------
def undecided(books: Books, due: Due, shapes: Shapes) -> None:
    """ux 37: once, the office above hears that a request waits, and the applicant that it does."""
    no, n = due.args["no"], due.args["n"]
    row = books.requests.get(no)
    if row is None or row.state != ASKED or row.step != n or follow_roster(books, shapes[row.kind], no):
        return
    step = books.requests.step(no, n)
    told = {"no": no, "kind": row.kind, "who": books.roster.label(row.person), "step": named(books, step)}
    chief = next_above(books, row, step)
    if chief:
        books.outbox.post(chief, "requests/undecided", f"request:{no}:{n}:above", **told)
    books.outbox.post(row.person, "requests/undecided_own", f"request:{no}:{n}:own", **told)


def next_above(books: Books, row: Any, step: Any) -> str | None:
    """The first of the office above; never somebody whose turn comes only later (6-08)."""
    office = above(Approver(step.answers))
    barred = {row.person, *(person for one in books.requests.steps(row.no) for person in one.people)}
    unit = books.roster.person(row.person).unit
    steps = filled(books.centre.house, [office] if office else [], unit, barred=barred)
    return steps[0].people[0] if steps else None


# -- how steps are named ---------------------------------------------------------------------------------------------
def named(books: Books, step: Any) -> dict[str, Any]:
    """A step for a template: its office, its people by name, what became of it."""
    people = [books.roster.person(person).name for person in step.people]
    by = getattr(step, "decided_by", "")
    return {
        "answers": str(step.answers), "people": people, "climbed": step.answers != step.asked,
        "decision": getattr(step, "decision", ""), "by": books.roster.label(by) if by else "",
        "reason": getattr(step, "reason", ""), "yes": YES, "no": NO,
    }  # fmt: skip


def may_see(books: Books, no: str, person: str) -> bool:
    """The applicant, who was asked, supervision; but nobody before his turn (6-08)."""
    row, steps = books.requests.get(no), books.requests.steps(no)
    if row is None or row.person == person:
        return row is not None
    asked = {one for step in steps for one in step.people if step.opened}
    later = {one for step in steps for one in step.people if not step.opened}
    return person in asked or (person in supervision(books.centre.house) and person not in later)
