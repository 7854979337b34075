"""二㈢1: papers lacking, or a day that came to nothing — another date at once, nothing typed twice (2-04, 1-10)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import count

from bot.answers import Unread
from bot.talk import Talk
from handlers import reading, words, words_hall
from handlers.reception import arranging
from handlers.reception.booking import FINAL, enter, has_places, say_refused
from handlers.reception.choosing import choose_place
from handlers.reception.hall import may
from handlers.reception.reminders import promised
from handlers.reception.wishes import owner_of
from rules.calendar import local
from rules.clause import Refusal
from rules.hall import Outcome, lacking_refused
from rules.reception import Slot
from storage.books import Books
from storage.hall import Visitor

ALL, LEAVE = "all", "leave"
MOST = 3  # papers as buttons, and 都缺: five choices at most (ux 9)


# -- the window says what is missing -------------------------------------------------------------------------------
def ask_lacking(talk: Talk, books: Books, no: str) -> tuple[str, ...]:
    """Every paper that is missing, out of the matter's list or in the window's own words (2-04)."""
    listed = list(books.centre.item(one_of(books, no).item).materials)
    talk.know("reception/hall_lacking", lambda: known(talk.given("rest", ""), listed))
    said = talk.ask("reception/hall_lacking", reads=partial(papers_in, listed=listed), no=no, listed=listed,
                    shown=[words.short_label(paper) for paper in listed[:MOST]])  # fmt: skip
    if said == ALL:
        return tuple(listed)
    return (listed[int(said)],) if isinstance(said, str) else tuple(said)


def known(rest: str, listed: list[str]) -> list[str] | None:
    found = papers_in(rest, listed) if rest.strip() else Unread()
    return None if isinstance(found, Unread) else found


def papers_in(text: str, listed: list[str]) -> list[str] | Unread:
    """1、3 of the list, or names; at least one."""
    parts = [part for part in words_hall.PARTS.split(text) if part]
    found = [listed[int(p) - 1] if p.isdecimal() and 0 < int(p) <= len(listed) else p for p in parts]
    return Unread() if lacking_refused(found) else list(dict.fromkeys(found))


def note_lacking(books: Books, no: str, papers: Sequence[str], when: datetime) -> bool:
    """Written down, and the whole list with a second date on its way; False when the visit was over before."""
    one = one_of(books, no)
    if not books.hall.end(no, Outcome.LACKING, when, papers):
        return False
    if one.person:
        books.outbox.post(
            one.person, "reception/hall_papers", f"lacking:{no}:{local(books.now):%y%m%d%H%M}", card="reception/again",
            opens={"no": no}, quiet=False, calls="", no=no, papers=papers, item=books.centre.item(one.item),
        )  # fmt: skip
    return True


# -- the citizen takes another date --------------------------------------------------------------------------------
def again(talk: Talk, books: Books) -> None:
    """选时间 under such a word, or 另约 with the number at the counter."""
    no = "".join(talk.given("no").split()).upper()
    why = talk.look("why", lambda: why_not(talk, books, no))
    if why:
        talk.say(f"reception/{why}", no=no, booked=one_of(books, no).again if why == "hall_again_before" else "")
    elif talk.given("choice") == LEAVE:
        talk.say("reception/hall_later", item=books.centre.item(one_of(books, no).item))
    elif has_places(books.centre.window(one_of(books, no).window), books.centre.item(one_of(books, no).item)):
        choose_again(talk, books, no)
    else:
        wish_again(talk, books, no)


def one_of(books: Books, no: str) -> Visitor:
    one = books.hall.get(no)
    assert one is not None, "only what stands in the books is booked again"
    return one


def why_not(talk: Talk, books: Books, no: str) -> str:
    one = books.hall.get(no)
    if one is None or not (may(books, talk, no) or talk.person.unit == one.window):
        return "hall_unknown"
    if one.again:
        return "hall_again_before"
    return ""


def whose(talk: Talk, books: Books, no: str) -> dict[str, str]:
    """Who it is for, as the first booking knew them; who came without one leaves a phone now (1-08)."""
    one, row = one_of(books, no), books.reception.get(no)
    if row is not None:
        return {"person": one.person, "phone": one.phone, "form": row.form, "whom": one.whom}
    phone = talk.ask("reception/phone", reads=reading.phone_number, known="", last=False)
    return {"person": f"phone:{phone}", "phone": phone, "form": "phone", "whom": ""}


def choose_again(talk: Talk, books: Books, no: str) -> None:
    one, own = one_of(books, no), whose(talk, books, no)
    item, window = books.centre.item(one.item), books.centre.window(one.window)
    for attempt in count(1):
        turn = "" if attempt == 1 else f" {attempt}"
        slot = choose_place(talk, books, item, window, turn)
        done = talk.once(f"again{turn}", book_again, books, no, slot, own)
        if not isinstance(done, Refusal):
            talk.say("reception/booked", no=done, second="", whom=own["whom"], item=item, window=window, slot=slot,
                     **promised(books, slot))  # fmt: skip
            path = "reception/hall_bring" if one.lacking else "reception/papers"
            talk.say(path, papers=one.lacking, item=item)
            return
        say_refused(talk, books, done, window, turn)
        if done.why in FINAL:
            return


def book_again(books: Books, no: str, slot: Slot, own: dict[str, str]) -> str | Refusal:
    """The second date, once: whoever was quicker has made it."""
    one = one_of(books, no)
    if one.again:
        return one.again
    done = enter(books, own["person"], books.centre.item(one.item), slot, own["phone"], own["form"], own["whom"])
    if not isinstance(done, Refusal):
        books.hall.set_again(no, done)
    return done


def wish_again(talk: Talk, books: Books, no: str) -> None:
    """A window that publishes no times is asked for one, with the phone that is known (1-09)."""
    one, own = one_of(books, no), whose(talk, books, no)
    item, window = books.centre.item(one.item), books.centre.window(one.window)
    wish = talk.ask("reception/wish", reads=reading.some_text, item=item, window=window, steps=0)
    done = talk.once("wish", enter_wish, books, no, wish, own)
    talk.say("reception/wished", no=done, item=item, officer=books.centre.person(owner_of(books, done)))


def enter_wish(books: Books, no: str, wish: str, own: dict[str, str]) -> str:
    one = one_of(books, no)
    if one.again:
        return one.again
    booked = arranging.request(books, own["person"], books.centre.item(one.item), own["phone"], wish, own["form"])
    books.hall.set_again(no, booked)
    return booked
