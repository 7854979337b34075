"""一㈠3⑵: in the hall — 到了 gives a place in the line of the booking's window, and the wait is told (1-10)."""

from datetime import timedelta
from hmac import compare_digest
from typing import Any

from bot.talk import Talk
from handlers.guessing import note_wrong, stopped
from handlers.reception import helping
from rules.calendar import local
from rules.hall import Turn, check_in_refused, comes_for, line_of, minutes_to_wait
from rules.people import Role
from storage.books import Books
from storage.catalogue import Window
from storage.hall import SELF, Visitor
from storage.reception import CANCELLED, DONE

MILLION = 10**6


def check_in(talk: Talk, books: Books) -> None:
    """到了 / 签到 YY2600001 — today's booking, or why it has no place now and what to do instead."""
    if talk.given("no") and stopped(talk, books):
        return
    mine = talk.look("mine", lambda: of_today(books, talk))
    if not mine:
        talk.run(not_today)
        return
    no = mine[0]["no"] if len(mine) == 1 else talk.ask("reception/hall_which", among=mine)["no"]
    numbers = talk.look("visit", lambda: whole_visit(books, no))
    found = talk.look("refused", lambda: refused(books, numbers[0]))
    if found:
        say_refused(talk, books, numbers[0], found)
        return
    for nth, one in enumerate(numbers):
        talk.once(f"here{nth or ''}", arrive, books, one, by_whom(talk, books, one))
    say_place(talk, books, numbers[0])
    for nth, one in enumerate(numbers[1:]):
        row = books.reception.get(one)
        talk.say("reception/hall_here_also", name=f"also{nth}", no=row.visit or row.no,
                 item=books.centre.item(row.item), window=books.centre.window(row.window))  # fmt: skip


def whole_visit(books: Books, no: str) -> list[str]:
    """Every matter of the visit that this number stands for which can be checked in now; else this one."""
    found = [row.no for row in books.together.matters(no) if not refused(books, row.no)]
    return found or [no]


def by_whom(talk: Talk, books: Books, no: str) -> str:
    one = books.hall.get(no)
    return SELF if one is not None and one.person == talk.person.id else talk.person.id


def of_today(books: Books, talk: Talk) -> list[dict[str, Any]]:
    """What the person may check in: the number named, or everything of theirs today that is not over."""
    if talk.given("no"):
        no = full_number(books, talk)
        return [{"no": no}] if no and (may(books, talk, no) or has_slip(books, talk, no)) else []
    found = books.hall.of(talk.person.id, local(books.now).date())
    ahead = [one for one in found if not one.outcome and one.state != DONE] or found[-1:]
    ahead = list({one.told: one for one in reversed(ahead)}.values())[::-1]  # one visit is checked in once
    return [{"no": one.no, "due": one.due, "item": books.centre.item(one.item).name, "whom": one.whom} for one in ahead]


def full_number(books: Books, talk: Talk) -> str:
    """The number as it stands in the books; short ones count among one's own of today."""
    no = "".join(str(talk.given("no")).split()).upper()
    if not no.isdecimal():
        return no
    own = books.hall.of(talk.person.id, local(books.now).date())
    return next((one.no for one in own if one.no.endswith(no[-5:].zfill(4))), "")


def may(books: Books, talk: Talk, no: str) -> bool:
    """Its owner, whoever keyed it in, the desk, and the window it is for."""
    row = books.reception.get(no)
    return row is not None and (
        talk.person.id in (row.person, row.entered_by, *books.duty.on_desk()) or talk.person.unit == row.window
    )


def has_slip(books: Books, talk: Talk, no: str) -> bool:
    """The code on the slip says that it is in their hand, whoever booked."""
    code = str(talk.given("code", ""))
    return bool(code) and books.reception.get(no) is not None and compare_digest(code, code_of(books, no))


def code_of(books: Books, no: str) -> str:
    """Six digits that stand on the slip: whoever has it in hand may check in, from any phone (ux 43)."""
    return f"{int(books.seal.mark(f'check in {no}')[:12], 16) % MILLION:06d}"


def not_today(talk: Talk, books: Books) -> None:
    """Nothing of theirs today under that number or at all; what they have another day is named."""
    if talk.given("no"):
        no = "".join(str(talk.given("no")).split()).upper()
        if say_elsewhere(talk, books, no):
            return
        talk.once("wrong number", note_wrong, books, talk.person.id, no)
        talk.say("reception/hall_unknown", no=no)
        return
    later = talk.look("later", lambda: [row.start for row in books.reception.mine(talk.person.id) if row.start][:1])
    talk.say("reception/hall_none", later=later[0] if later else None)


def say_elsewhere(talk: Talk, books: Books, no: str) -> bool:
    """A colleague whom somebody shows the number of another window leads them there, and learns nothing else (1-05)."""
    row = books.reception.get(no) if talk.person.role is not Role.CITIZEN else None
    if row is None:
        return False
    talk.say("reception/hall_elsewhere", no=no, window=books.centre.window(row.window))
    return True


# -- may they ------------------------------------------------------------------------------------------------------
def refused(books: Books, no: str) -> str:
    """Why there is no place in line for it now; "" when there is."""
    row = books.reception.get(no)
    if row.state == CANCELLED:
        return "cancelled"
    if row.start is None:
        return "no_time"
    if row.state == DONE:
        return "done"
    found = check_in_refused(row.start, books.now, books.openings.calendar(row.window))
    return found.why if found else ""


def say_refused(talk: Talk, books: Books, no: str, why: str) -> None:
    row = books.reception.get(no)
    talk.say(f"reception/hall_{why}", no=no, start=row.start, item=books.centre.item(row.item),
             window=books.centre.window(row.window))  # fmt: skip


# -- the line ------------------------------------------------------------------------------------------------------
def arrive(books: Books, no: str, by: str) -> None:
    """Here; a window with nobody at its counter hears of it, one that is busy only of who needs a hand."""
    one = books.hall.get(no)
    assert one is not None, "only what stands in the books is checked in"
    idle = not any(other.waits or other.at_counter for other in today(books, one.window))
    if not books.hall.arrive(no, books.now, by):
        return
    helping.tell_here(books, one)
    needs = books.helping.needs(no)
    if idle or needs:
        for colleague in books.centre.colleagues_of(one.window):
            if colleague.id != books.actor:
                books.outbox.post(
                    colleague.id, "reception/hall_came", f"came:{no}:{local(books.now):%y%m%d}:{colleague.id}",
                    quiet=False, until=books.now + timedelta(minutes=30), recheck="reception/still_waits", subject=no,
                    calls="", no=no, told=one.told, due=one.due, item=books.centre.item(one.item), needs=needs,
                )  # fmt: skip


def today(books: Books, window: str) -> list[Visitor]:
    return books.hall.day(window, local(books.now).date())


def line(books: Books, window: str) -> list[Visitor]:
    """Who waits at a window, in the order of being called."""
    elsewhere = books.together.at_counters(local(books.now).date())
    waiting = {one.no: one for one in today(books, window) if one.waits and one.told not in elsewhere}
    turns = line_of([one.turn for one in waiting.values()], books.calendar, books.centre.readings)
    return [waiting[turn.no] for turn in turns]


def ahead_of(books: Books, one: Visitor) -> int:
    """How many are called before: who waits before, and who is at the counter."""
    here = today(books, one.window)
    busy = sum(other.at_counter for other in here)
    turns: list[Turn] = [other.turn for other in here if other.waits]
    order = [turn.no for turn in line_of(turns, books.calendar, books.centre.readings)]
    return busy + (order.index(one.no) if one.no in order else 0)


def wait_of(books: Books, window: Window, ahead: int) -> int:
    counters = min(window.counters, books.centre.posted(window.id))  # no counter serves by itself
    return minutes_to_wait(ahead, window.slot_minutes, window.places_per_slot, books.centre.readings, counters)


def expected(books: Books, people: list[Visitor], window: Window) -> list[Visitor]:
    here = sum(one.waits or one.at_counter for one in people)
    minutes = wait_of(books, window, here)
    return [o for o in people if o.expected and o.due and 0 <= (o.due - books.now).total_seconds() <= minutes * 60]


def before(books: Books, no: str) -> int:
    """How many are called before this number."""
    one = books.hall.get(no)
    assert one is not None, "it was given a moment ago"
    window = books.centre.window(one.window)
    return ahead_of(books, one) + len(expected(books, today(books, window.id), window))


def still_waits(books: Books, no: str) -> bool:
    one = books.hall.get(no)
    return one is not None and one.waits


def say_place(talk: Talk, books: Books, no: str) -> None:
    """Where, how many before, about how long."""
    one = books.hall.get(no)
    assert one is not None, "it was there a moment ago"
    window = books.centre.window(one.window)
    ahead = talk.look("ahead", lambda: ahead_of(books, one))
    late = one.due and one.came and comes_for(one.due, one.came, books.centre.readings) > one.due
    talk.say("reception/hall_here", no=one.told, window=window, ahead=ahead, minutes=wait_of(books, window, ahead),
             called=one.at_counter, due=one.due, early=one.due and books.now < one.due, late=late)  # fmt: skip
