"""一㈠3⑵⑶: the window is asked for a time and chased, offers one with the papers; the citizen agrees or asks again."""

from datetime import datetime
from functools import partial
from typing import Any

from bot.answers import Unread
from bot.contents import Due
from bot.talk import Talk
from bot.understanding.times import Ok
from handlers import contacts, reading
from handlers.reception import wishes
from handlers.reception.reminders import set_reminders
from rules.arranging import Chase, chase, lapses, offer_refused, wished_session
from rules.clause import Refusal
from rules.reception import Slot
from storage.books import Books
from storage.catalogue import Item
from storage.reception import OFFERED


# -- asking the window -------------------------------------------------------------------------------------------------
def request(books: Books, person: str, item: Item, phone: str, wish: str, form: str = "chat") -> str:
    """Registered first (1-08); then everybody at the window gets the request and the clocks of 及时 begin (1-09)."""
    no = wishes.enter_wish(books, person, item, phone, wish, form)
    books.arranging.ask(no, session_in(books, wish))
    post_requests(books, no, 0)
    return no


def ask_window_again(books: Books, no: str, wish: str) -> None:
    """The time offered does not suit; what the citizen wishes now goes to the window (1-10)."""
    books.timers.cancel(f"wish:{no}:")
    books.arranging.ask_again(no, wish, session_in(books, wish))
    post_requests(books, no, books.arranging.get(no).round)


def agree_anew(books: Books, no: str) -> None:
    """What was agreed fell away and nothing is free: the window is asked for another time (1-09)."""
    row = books.reception.get(no)
    books.first_contact.note(row.person, books.centre.item(row.item).name, "open", no)
    if books.arranging.get(no) is not None:
        ask_window_again(books, no, row.wish)
        return
    books.arranging.ask(no, None)
    post_requests(books, no, 0)


def session_in(books: Books, wish: str) -> datetime | None:
    """The session these words wish for, if they name a day."""
    found = reading.when(books, "appointment")(wish)
    stretch = Slot(found.start, found.end or found.start) if isinstance(found, Ok) else None
    return wished_session(stretch, books.calendar)


def post_requests(books: Books, no: str, turn: int) -> None:
    row = books.reception.get(no)
    asked = books.centre.colleagues_of(row.window)
    for colleague in asked:
        post_request(books, no, colleague.id, f"wish:{no}:{turn}:{colleague.id}")
    for step in chase(books.now, books.calendar, books.centre.readings):
        books.timers.set(f"wish:{no}:{turn}:{step.rung}", step.at, "reception/chase", no=no, rung=step.rung.value)
    if not asked:  # nobody is posted there: the desk telephones at once
        contacts.post_wish_card(books, no, wishes.owner_of(books, no), f"wish:{no}:{turn}:desk")


def post_request(books: Books, no: str, to: str, key: str, late: bool = False) -> None:
    row = books.reception.get(no)
    books.outbox.post(
        to, "reception/request", key, card="reception/arrange", opens={"no": no}, recheck="reception/wish_waits",
        subject=no, late=late, phoned=row.person.startswith("phone:"),
        officer=books.centre.person(wishes.owner_of(books, no)), **wishes.facts_of(books, row),
    )  # fmt: skip


def chase_window(books: Books, due: Due) -> None:
    """Silence: the head hears of it, then the desk telephones, and what is open at closing is said (1-09, 1-11)."""
    no, rung = due.args["no"], due.args["rung"]
    row = books.reception.get(no)
    if not books.arranging.waits(no) or (rung == Chase.HEAD and books.arranging.get(no).seen_by):
        return
    head = books.centre.head_of(row.window)
    if rung == Chase.PHONE:
        contacts.post_wish_card(books, no, wishes.owner_of(books, no), due.key, late=True)
    elif head is not None:
        post_request(books, no, head.id, due.key, late=True)


# -- the window answers ------------------------------------------------------------------------------------------------
def arrange(talk: Talk, books: Books) -> None:
    """定时间、电话约好了、收到、另外答复 under the request."""
    no, choice = talk.given("no"), talk.given("choice")
    done = talk.look("stands", lambda: wishes.why_not(books, no))
    if done:
        talk.say(f"reception/wish_{done}", no=no)
    elif choice == "seen":
        talk.once("seen", books.arranging.see, no)
        talk.say("reception/request_seen", no=no)
        talk.leave_card_open()
    elif choice == "answer":
        wishes.answer_wish(talk, books, no)
    else:
        offer_time(talk, books, no, agreed=choice == "agreed")


def offer_time(talk: Talk, books: Books, no: str, agreed: bool) -> None:
    """A time and the papers (1-10); agreed by telephone already, or for the citizen to answer."""
    row = books.reception.get(no)
    known = talk.look("facts", lambda: {"wish": row.wish, "listed": list(books.centre.item(row.item).materials)})
    start = talk.ask("reception/offer_when", reads=partial(offered_time, books), no=no, wish=known["wish"])
    papers = talk.ask("reception/offer_papers", reads=papers_in, listed=known["listed"], no=no)
    papers = known["listed"] if papers == "listed" else papers
    item, window = books.centre.item(row.item), books.centre.window(row.window)
    facts = {"no": no, "start": start, "papers": papers, "item": item, "window": window, "agreed": agreed}
    if talk.summary("reception/offer_check", **facts):
        done = talk.once("offer", send_offer, books, no, start, papers, agreed)
        talk.say(f"reception/{done}", no=no)


def offered_time(books: Books, text: str) -> datetime | Unread:
    """One time to the minute at which the centre is open."""
    found = reading.when(books, "appointment")(text)
    if isinstance(found, Unread):
        return found
    if found.grain != "minute":
        return Unread("reading/time_which_hour")
    refused = offer_refused(found.start, ("-",), books.now, books.calendar)
    return Unread(f"reception/{refused.why}", {"start": found.start}) if refused else found.start


def papers_in(text: str) -> list[str] | Unread:
    """The papers, one a line or parted by commas."""
    found = [part.strip() for part in text.replace(",", "\n").replace("、", "\n").split("\n") if part.strip()]
    return found or Unread()


def send_offer(books: Books, no: str, start: datetime, papers: list[str], agreed: bool) -> str:
    """The offer on its way, or the booking made; nothing when somebody was quicker."""
    row = books.reception.get(no)
    turn = books.arranging.offer(no, start, papers)
    if turn is None:
        return "wish_closed"
    books.timers.cancel(f"wish:{no}:")
    if agreed:
        confirm_to_citizen(books, no, agree(books, no, turn))
        return "offer_agreed"
    until = lapses(start, books.centre.readings)
    books.timers.set(f"wish:{no}:{turn}:lapse", max(until, books.now), "reception/lapse", no=no, turn=turn)
    books.outbox.post(
        row.person, "reception/time_offer", f"wish:{no}:{turn}:offer", card="reception/answer_time", quiet=False,
        opens={"no": no, "turn": turn}, until=start, recheck="reception/time_stands", subject=f"{no} {turn}",
        start=start, papers=papers, **wishes.facts_of(books, row),
    )  # fmt: skip
    return "offer_sent"


def confirm_to_citizen(books: Books, no: str, refused: Refusal | None) -> None:
    row = books.reception.get(no)
    if refused is None:
        books.outbox.post(row.person, "reception/agreed_push", f"wish:{no}:agreed", quiet=False, start=row.start,
                          papers=row.papers, **wishes.facts_of(books, row))  # fmt: skip


# -- the citizen answers -----------------------------------------------------------------------------------------------
def answer_offer(talk: Talk, books: Books) -> None:
    """就这个时间、换个时间、取消预约; an old offer and a second yes change nothing (1-10)."""
    answer(talk, books, talk.given("no"), talk.given("turn"), talk.given("choice"))


def answer(talk: Talk, books: Books, no: str, turn: int, choice: str) -> None:
    refused = talk.look("refused", lambda: books.arranging.refused(no, turn))
    if refused:
        talk.say(f"reception/{refused.why}", no=no)
    elif choice == "accept":
        accept(talk, books, no, turn)
    else:
        wish = talk.ask("reception/wish_again", reads=reading.some_text, no=no)
        talk.once("again", ask_window_again, books, no, wish)
        talk.say("reception/asked_again", no=no)


def accept(talk: Talk, books: Books, no: str, turn: int) -> None:
    done = talk.once("accept", agree, books, no, turn)
    row = books.reception.get(no)
    if done is not None:
        talk.say(f"reception/{done.why}", no=no)
        return
    talk.say("reception/agreed", start=row.start, **wishes.facts_of(books, row))
    talk.say("reception/papers_told", papers=row.papers, **wishes.facts_of(books, row))


def agree(books: Books, no: str, turn: int) -> Refusal | None:
    """Booked, reminders set; the window and the desk hear of it, which closes the loop (1-11)."""
    refused = books.arranging.accept(no, turn)
    if refused is not None:
        return refused
    row, made = books.reception.get(no), books.arranging.get(no)
    books.timers.cancel(f"wish:{no}:")
    set_reminders(books, no, row.start)
    owner = wishes.owner_of(books, no)
    books.first_contact.settle(no, "answered")
    for person in dict.fromkeys((made.offered_by, owner)):
        if person != books.actor:
            books.outbox.post(person, "reception/feedback", f"wish:{no}:{turn}:feedback:{person}", start=row.start,
                              desk=person == owner, **wishes.facts_of(books, row))  # fmt: skip
    return None


def offer_stands(books: Books, subject: str) -> bool:
    """May this offer still be answered?"""
    no, _, turn = subject.partition(" ")
    return books.arranging.refused(no, int(turn)) is None


def lapse(books: Books, due: Due) -> None:
    """Nobody answered in time: the desk telephones the citizen; the booking waits for a time again (1-10)."""
    no, turn = due.args["no"], due.args["turn"]
    row = books.reception.get(no)
    if row.state != OFFERED or books.arranging.get(no).round != turn:
        return
    start = books.arranging.get(no).offered
    books.arranging.ask_again(no, row.wish, None)
    contacts.post_wish_card(books, no, wishes.owner_of(books, no), due.key, late=True)
    books.outbox.post(row.person, "reception/time_lapsed", f"{due.key}:told", start=start,
                      **wishes.facts_of(books, row))  # fmt: skip


def about(books: Books, no: str) -> Any:
    """What is offered, for whoever looks his bookings up; None when nothing is."""
    row = books.arranging.get(no)
    return row if row is not None and row.offered and books.reception.get(no).state == OFFERED else None
