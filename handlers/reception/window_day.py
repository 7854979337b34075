"""The window's day: who comes with what, and one tap or one line for what became of each (1-10, 2-04)."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from bot.talk import Talk
from handlers import words_hall as words
from handlers.reception import again
from handlers.reception.hall import line, say_elsewhere, today
from rules.calendar import local
from rules.clause import Refusal
from rules.hall import Outcome, absence_of
from rules.reception import Push
from storage.books import Books
from storage.catalogue import Window
from storage.hall import Visitor
from storage.schema import instant, stamp

PAGE, BUTTONS = 8, 3
TAKE_BACK = timedelta(minutes=10)  # ux 34


def window_of(talk: Talk, books: Books) -> Window | None:
    """The window whoever speaks is posted to; told so where there is none."""
    found = books.centre.windows.get(talk.person.unit)
    if found is None:
        talk.say("reception/hall_no_window")
    return found


# -- who comes -----------------------------------------------------------------------------------------------------
def show_day(talk: Talk, books: Books) -> None:
    """本窗口 — today's visitors in order of time, those done left out; the first ones as buttons."""
    window = window_of(talk, books)
    if window is None:
        return
    if talk.given("no"):
        talk.run(show_one)
        return
    people = today(books, window.id)
    open_ = [one for one in people if not one.outcome]
    first = (int(talk.given("page", 1)) - 1) * PAGE
    talk.say(
        "reception/hall_day", window=window, total=len(people), done=Counter(one.outcome for one in people),
        waiting=sum(one.waits for one in open_), rows=[facts(books, one) for one in open_[first : first + PAGE]],
        buttons=BUTTONS, more=first // PAGE + 2 if len(open_) > first + PAGE else 0,
    )  # fmt: skip


def show_one(talk: Talk, books: Books) -> None:
    """One visitor: matter, papers, and what can be done now."""
    one = named(talk, books)
    if one is not None:
        talk.say("reception/hall_visitor", **facts(books, one))


def facts(books: Books, one: Visitor) -> dict[str, Any]:
    return {"one": one, "item": books.centre.item(one.item), "needs": books.helping.needs(one.no)}


def named(talk: Talk, books: Books) -> Visitor | None:
    """The visitor of one's own window under a number or its last digits; told so where there is none."""
    said = "".join(str(talk.given("no")).split()).upper()
    found = matching(today(books, talk.person.unit), said)
    if len(found) == 1:
        return found[0]
    if not found and say_elsewhere(talk, books, said):
        return None
    talk.say("reception/hall_not_here", no=said, several=[one.no for one in found])
    return None


def matching(people: list[Visitor], said: str) -> list[Visitor]:
    """Those a number means, whole or its last digits; without letters the booked come before the others."""
    letters = said[:2] if said[:1].isalpha() else ""
    last = said[len(letters) :][-5:].zfill(4)
    found = [one for one in people if one.no.startswith(letters) and one.no.endswith(last)]
    found = found or [one for one in people if one.visit and one.told.endswith(last)]
    return [one for one in found if one.due] or found


# -- calling -------------------------------------------------------------------------------------------------------
def call_next(talk: Talk, books: Books) -> None:
    """叫号 — the next in line; nobody there: when the next is expected."""
    window = window_of(talk, books)
    if window is None:
        return
    no = talk.once("next", call_first, books, window.id)
    if no:
        say_called(talk, books, no)
        return
    coming = [one.due for one in today(books, window.id) if one.expected and one.due and one.due > books.now]
    talk.say("reception/hall_nobody", coming=coming[0] if coming else None)


def call_first(books: Books, window: str) -> str:
    waiting = line(books, window)
    if waiting:
        call(books, waiting[0].no)
    return waiting[0].no if waiting else ""


def call(books: Books, no: str) -> None:
    """The number is up: told at once to whoever can be reached, the window's voice does the rest."""
    nth, one = books.hall.call(no), books.hall.get(no)
    assert one is not None, "it was called a moment ago"
    for account in one.accounts:
        books.outbox.post(
            account, "reception/hall_called", f"call:{no}:{local(books.now):%y%m%d}:{nth}:{account}", quiet=False,
            push=Push.URGENT, until=books.now + timedelta(minutes=30), recheck="reception/still_called", subject=no,
            calls="", no=one.told, window=books.centre.window(one.window),
        )  # fmt: skip


def still_called(books: Books, no: str) -> bool:
    one = books.hall.get(no)
    return one is not None and one.at_counter


def say_called(talk: Talk, books: Books, no: str) -> None:
    one = books.hall.get(no)
    assert one is not None, "it was called a moment ago"
    talk.say("reception/hall_visitor", **facts(books, one))


# -- what became of them -------------------------------------------------------------------------------------------
def mark(talk: Talk, books: Books) -> None:
    """办好 0001 / 没来 0001 / 叫号 0001 / 撤销 0001 — the button's words, or typed."""
    if window_of(talk, books) is None:
        return
    one = talk.look("named", lambda: named_no(talk, books))
    if not one:
        return
    act = words.MARKS[talk.given("mark")]
    if act == "call" and talk.look("elsewhere", lambda: at_another(books, one)):
        talk.say("reception/hall_at_another", no=books.together.number(one))
    elif act == "call":
        say = say_called if talk.once("call", call_one, books, one) else say_done
        say(talk, books, one)
    elif act == "undo":
        talk.say("reception/hall_undone" if talk.once("undo", undo, books, one) else "reception/hall_too_late", no=one)
    elif act == "lacking":
        lacking(talk, books, one)
    else:
        close(talk, books, one, act)


def lacking(talk: Talk, books: Books, no: str) -> None:
    """材料不齐 — all that is missing, told once and in writing, with a second date (2-04)."""
    if talk.look("over", lambda: bool(again.one_of(books, no).outcome)):
        say_done(talk, books, no)
        return
    papers = again.ask_lacking(talk, books, no)
    if talk.once("lacking", again.note_lacking, books, no, papers, books.now):
        person = again.one_of(books, no).person
        talk.say("reception/hall_lacking_told", no=no, papers=papers, reached=bool(books.centre.accounts_of(person)))
    else:
        say_done(talk, books, no)


def named_no(talk: Talk, books: Books) -> str:
    one = named(talk, books)
    return one.no if one else ""


def at_another(books: Books, no: str) -> bool:
    """Are they being served at another window, with the other matter of this visit?"""
    one = books.hall.get(no)
    busy = books.together.at_counters(local(books.now).date())
    return one is not None and one.waits and one.told in busy


def call_one(books: Books, no: str) -> bool:
    """Called, come first if nobody had noted it; False when it is over."""
    one = books.hall.get(no)
    if one is None or one.outcome:
        return False
    books.hall.arrive(no, books.now, books.actor)
    call(books, no)
    return True


def close(talk: Talk, books: Books, no: str, act: str) -> None:
    done = talk.once("end", end, books, no, act, books.now)
    if isinstance(done, Refusal):
        one = books.hall.get(no)
        talk.say(f"reception/hall_{done.why}", no=no, due=one.due if one else None)
    elif done:
        talk.say("reception/hall_marked", no=no, outcome=done, waiting=len(line(books, talk.person.unit)))
    else:
        say_done(talk, books, no)


def say_done(talk: Talk, books: Books, no: str) -> None:
    one = books.hall.get(no)
    assert one is not None, "it was named a moment ago"
    talk.say("reception/hall_done_before", one=one)


def end(books: Books, no: str, act: str, when: datetime) -> str | Refusal:
    """How it ended; "" when that was noted before."""
    one = books.hall.get(no)
    assert one is not None, "it was named a moment ago"
    outcome: Outcome | Refusal = Outcome.SERVED
    if act == "absent":
        was_open = one.due is None or books.openings.calendar(one.window).is_open(one.due)
        outcome = absence_of(one.due, one.came, when, was_open, books.centre.readings)
    if isinstance(outcome, Refusal):
        return outcome
    if not books.hall.end(no, outcome, when):
        return ""
    if outcome in (Outcome.MISSED, Outcome.LEFT) and one.person:
        post_missed(books, one, outcome)
    return outcome.value


def post_missed(books: Books, one: Visitor, outcome: Outcome) -> None:
    """No blame, and another time in one tap; ten minutes later, so that a slip of the finger reaches nobody."""
    subject = f"{one.no} {outcome} {stamp(books.now)}"
    books.outbox.post(
        one.person, "reception/hall_missed", f"over:{subject}", card="reception/again", opens={"no": one.no},
        not_before=books.now + TAKE_BACK, recheck="reception/still_over", subject=subject, calls="", no=one.no,
        due=one.due, item=books.centre.item(one.item), came=outcome == Outcome.LEFT,
    )  # fmt: skip


def still_over(books: Books, subject: str) -> bool:
    """Does it still stand as it was noted then, with no second date yet?"""
    no, outcome, noted = subject.split(" ")
    one = books.hall.get(no)
    return one is not None and one.outcome == outcome and one.noted == instant(noted) and not one.again


def undo(books: Books, no: str) -> bool:
    """撤销 — within ten minutes, unless a second date stands on it."""
    one = books.hall.get(no)
    if one is None or not one.outcome or one.again or one.noted is None or books.now - one.noted > TAKE_BACK:
        return False
    books.hall.reopen(no)
    return True
