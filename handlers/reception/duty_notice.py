"""一㈢3: today's officer tells tomorrow's, again and louder until it is acknowledged (1-21)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bot.contents import Due
from bot.talk import Talk
from handlers.reception import helping
from handlers.reception.on_duty import absent_on, next_day, officer, stand_by, supervision_head
from rules.calendar import local
from rules.people import Person
from rules.reception import Push, Rung, eve_notice, notice_ladder, uncovered_days
from storage.books import Books
from storage.duty import PHONED, RECEIVED

EARLY = timedelta(minutes=15)  # 1-18


def plan(books: Books, today: date) -> None:
    """The rungs of the day and the reminder on the eve of a long gap, as timers; again changes nothing."""
    for number, rung in enumerate(ladder(books, today)):
        books.timers.set(f"duty:{today}:{number}", rung.at, "duty/rung", today=today.isoformat(), number=number)
    eve = eve_notice(today, books.calendar, books.centre.readings)
    if eve:
        books.timers.set(f"duty:{today}:eve", eve.at, "duty/eve", today=today.isoformat())


def ladder(books: Books, today: date) -> tuple[Any, ...]:
    return notice_ladder(today, books.calendar, books.centre.readings)


# -- the rungs -----------------------------------------------------------------------------------------------------
def climb(books: Books, due: Due) -> None:
    """One rung, unless it was acknowledged, a later one is due as well, or the duty day has begun."""
    today, number = date.fromisoformat(due.args["today"]), due.args["number"]
    rungs, day = ladder(books, today), next_day(books, today)
    overtaken = any(rung.at <= due.now for rung in rungs[number + 1 :])
    if overtaken or is_acknowledged(books, day):
        return
    if due.now >= books.calendar.opening(day):
        miss(books, due, day)
        return
    giver, receiver = officer(books, today), officer(books, day)
    never_told = told(books, day, receiver) == 0
    if never_told or (rungs[number].rung == Rung.AGAIN and giver.id != receiver.id):
        tell(books, day, giver, receiver, due.key)
    if rungs[number].rung == Rung.PHONE and giver.id != receiver.id:
        ask_to_phone(books, day, giver, receiver)
    elif rungs[number].rung in (Rung.PHONE, Rung.STAND_BY):
        alarm(books, day, receiver)


def told(books: Books, day: date, receiver: Person) -> int:
    """How often this officer was told about that day."""
    row = books.duty.notice(day)
    return row.told if row and row.officer == receiver.id else 0


def is_acknowledged(books: Books, day: date) -> bool:
    """Whether the day's present officer has been reached."""
    row = books.duty.notice(day)
    return bool(row and row.acknowledged and row.officer == officer(books, day).id)


def tell(books: Books, day: date, giver: Person, receiver: Person, key: str) -> None:
    """The notice on behalf of today's officer; the first time also what is wrong with the rota."""
    times = books.duty.tell(day, receiver.id, giver.id)
    if times == 1:
        say_what_is_wrong(books, day, giver, receiver)
        path = "reception/duty_notice"
    else:
        path = "reception/duty_again"
    post(
        books,
        path,
        day,
        receiver.id,
        key,
        giver=giver,
        told=times,
        card="duty/received",
        **standing(books, day, receiver),
    )


def standing(books: Books, day: date, receiver: Person) -> dict[str, Any]:
    """Why this person: as the rota says, in place of a colleague on leave, or because nobody is entered."""
    line = books.centre.rota.get(day)
    entered = books.centre.person(line.officer) if line and line.officer else None
    stands_in = entered if entered and entered.id != receiver.id else None
    return {"stands_in": stands_in, "hole": entered is None, "same": receiver.id == giver_of(books, day)}


def giver_of(books: Books, day: date) -> str:
    row = books.duty.notice(day)
    return row.giver if row else ""


def say_what_is_wrong(books: Books, day: date, giver: Person, receiver: Person) -> None:
    """A hole in the rota is supervision's (1-01); an officer on leave is for today's officer to swap (1-21)."""
    if uncovered_days(books.centre.rota.values(), day, day, books.calendar):
        for person in supervision_head(books):
            if person != receiver.id:
                post(books, "reception/duty_hole", day, person, f"duty:{day}:hole", receiver=receiver)
        return
    away = books.centre.person(books.centre.rota[day].officer)
    if away and away.id in absent_on(books, day):
        post(books, "reception/duty_swap", day, giver.id, f"duty:{day}:swap", away=away, receiver=receiver)


def ask_to_phone(books: Books, day: date, giver: Person, receiver: Person) -> None:
    post(books, "reception/duty_phone", day, giver.id, f"duty:{day}:phone", receiver=receiver, card="duty/phoned")


def alarm(books: Books, day: date, receiver: Person) -> None:
    """Stand-by and supervision, once."""
    if not books.duty.escalate(day):
        return
    waiting = stand_by(books, day)
    for person in others([*waiting, *supervision_head(books)], receiver.id):
        path = "reception/duty_stand_by" if person in waiting else "reception/duty_alarm"
        post(books, path, day, person, f"duty:{day}:alarm:{person}", receiver=receiver,
             stand_by=books.centre.stand_by_on(day))  # fmt: skip


def others(people: Iterable[str], but: str) -> list[str]:
    """Each once, in order, without that one."""
    return [person for person in dict.fromkeys(people) if person != but]


def remind_on_eve(books: Books, due: Due) -> None:
    """After a long gap, once more on its last day, acknowledged or not (1-21)."""
    today = date.fromisoformat(due.args["today"])
    day = next_day(books, today)
    if due.now >= books.calendar.opening(day):
        miss(books, due, day)
        return
    receiver = officer(books, day)
    if not told(books, day, receiver):
        books.duty.tell(day, receiver.id, officer(books, today).id)
    known = is_acknowledged(books, day)
    card = "" if known else "duty/received"
    post(books, "reception/duty_eve", day, receiver.id, due.key, push=Push.REST_DAY, card=card, acknowledged=known)


def miss(books: Books, due: Due, day: date) -> None:
    """The duty day began before the desk was back: its officer hears so while it lasts, supervision in any case."""
    books.timers.expire(due.key)
    receiver, closing = officer(books, day), books.calendar.closing(day)
    facts: dict[str, Any] = {"day": day, "receiver": receiver}
    if due.now < closing:
        books.outbox.post(receiver.id, "reception/duty_missed", f"duty:{day}:missed", until=closing, **facts)
    for person in supervision_head(books) if not is_acknowledged(books, day) else ():
        if person != receiver.id or due.now >= closing:
            books.outbox.post(person, "reception/duty_missed_head", f"duty:{day}:missed:{person}", **facts)


def post(books: Books, path: str, day: date, to: str, key: str, **values: Any) -> None:
    """One letter of the ladder: never after the duty day began, nor once the notice is acknowledged."""
    opening = books.calendar.opening(day)
    waits: dict[str, Any] = {"recheck": "duty/unanswered", "subject": day.isoformat()} if values.get("card") else {}
    books.outbox.post(
        to, path, key, opens={"day": day.isoformat()} if values.get("card") else None, until=opening, day=day,
        opening=opening, arrival=opening - EARLY, made_up=day.weekday() >= 5,
        provisional=books.calendar.is_provisional(day), helps=helping.on(books, day), **waits, **values,
    )  # fmt: skip


def unanswered(books: Books, subject: str) -> bool:
    """Does the notice for this day still wait for an acknowledgement?"""
    return not is_acknowledged(books, date.fromisoformat(subject))


# -- acknowledging -------------------------------------------------------------------------------------------------
def acknowledge(talk: Talk, books: Books) -> None:
    """收到 — by the card or typed: the first one stops the ladder (1-21)."""
    day = notice_day(talk, books)
    if day is None:
        talk.say("reception/duty_nothing")
    elif books.duty.notice(day).officer != talk.person.id or officer(books, day).id != talk.person.id:
        talk.say("reception/duty_not_yours", day=day, officer=officer(books, day))
    else:
        settle(talk, books, day, RECEIVED)


def notice_day(talk: Talk, books: Books) -> date | None:
    """The card's day, else that of the notice this person was sent."""
    if talk.given("day"):
        return date.fromisoformat(talk.given("day"))
    row = books.duty.told_to(talk.person.id, local(talk.now).date())
    return row.day if row else None


def phoned(talk: Talk, books: Books) -> None:
    """已电话通知 — today's officer has reached tomorrow's by telephone (1-21)."""
    day = date.fromisoformat(talk.given("day", next_day(books, local(talk.now).date()).isoformat()))
    row = books.duty.notice(day)
    if row is None:
        talk.say("reception/duty_nothing")
    elif talk.person.id not in {row.giver, *supervision_head(books)} or talk.person.id == row.officer:
        talk.say("reception/duty_phone_not_yours", giver=books.centre.person(row.giver))
    else:
        settle(talk, books, day, PHONED)


def settle(talk: Talk, books: Books, day: date, how: str) -> None:
    """Acknowledged; whoever is waiting for it hears so."""
    first = talk.once("acknowledge", books.duty.acknowledge, day, how)
    row = books.duty.notice(day)
    facts = {"day": day, "how": row.how, "receiver": books.centre.person(row.officer),
             "arrival": books.calendar.opening(day) - EARLY, "opening": books.calendar.opening(day)}  # fmt: skip
    talk.say(f"reception/duty_{how}" if first else "reception/duty_before", **facts)
    if first:
        talk.once("tell", tell_waiting, books, row, facts)


def tell_waiting(books: Books, row: Any, facts: dict[str, Any]) -> None:
    """Today's officer, and those who were alarmed."""
    alarmed = [*stand_by(books, row.day), *supervision_head(books)] if row.escalated else []
    for person in others([row.giver, *alarmed], books.actor):
        if person != row.officer:
            books.outbox.post(
                person, "reception/duty_reached", f"duty:{row.day}:reached:{row.officer}:{person}",
                until=facts["opening"], **facts,
            )  # fmt: skip
