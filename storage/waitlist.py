"""一㈠3⑵: who waits for a full half-day, in order; a place given back is kept for the first of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.clause import Refusal
from rules.reception import Slot
from rules.waitlist import Wait, offer_until, wait_refused
from storage.catalogue import Item
from storage.schema import Instant, added, metadata

if TYPE_CHECKING:
    from storage.books import Books

waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("opens", Instant, nullable=False),
    sa.Column("closes", Instant, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),  # chat | phone
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # waiting | offered | taken | passed | lapsed | left | over
    sa.Column("start", Instant),  # the place kept for them
    sa.Column("until", Instant),  # how long
    sa.Column("booking", sa.Text, nullable=False, server_default=""),
    added("for_whom", sa.Text, ""),
    sa.Index("ix_waiting_window_opens", "window", "opens"),
    sa.Index("ix_waiting_person", "person"),
)

WAITING, OFFERED, TAKEN, PASSED, LAPSED, LEFT, OVER = (
    "waiting", "offered", "taken", "passed", "lapsed", "left", "over",
)  # fmt: skip
LIVE = (WAITING, OFFERED)


class Waitlist:
    """The clerk of the line; a kept place counts as taken, so nobody else is shown it."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- standing in line --------------------------------------------------------------------------------------------
    def join(
        self, person: str, item: Item, wanted: Wait, phone: str, form: str = "chat", whom: str = ""
    ) -> str | Refusal:
        """The end of the line of a full half-day; the number, the one of before, or why not (1-10)."""
        books = self._books
        mine = self.of(person)
        before = [row.no for row in mine if (row.item, row.opens, row.for_whom) == (item.id, wanted.start, whom)]
        if before:
            return str(before[0])
        window = books.centre.windows.get(item.window)
        if window is None or not books.reception.offers(window.id):
            return Refusal("1-10", "window_gone")
        free = books.reception.free_in(window, Slot(wanted.start, wanted.end))
        refused = wait_refused(free, len(mine), books.reception.limits())
        return refused or self._enter(person, item, wanted, phone, form, whom)

    def _enter(self, person: str, item: Item, wanted: Wait, phone: str, form: str, whom: str) -> str:
        books = self._books
        no = books.number("HB")
        row = {"no": no, "person": person, "item": item.id, "window": item.window, "opens": wanted.start,
               "closes": wanted.end, "phone": phone, "form": form, "entered_by": books.actor, "made": books.now,
               "state": WAITING, "for_whom": whom}  # fmt: skip
        books.execute(sa.insert(waiting).values(row))
        books.record("waits", waiting, no)
        return no

    def leave(self, no: str, state: str = LEFT) -> bool:
        """Out of line; a place kept goes to the next. False when it was over before."""
        row = self.get(no)
        if row is None or row.state not in LIVE:
            return False
        self._change(no, state, state=state)
        if row.state == OFFERED:
            self._books.reception.give_place_back(row.window, row.start)
        return True

    # -- a place for the first ---------------------------------------------------------------------------------------
    def keep(self, window: str, start: datetime) -> bool:
        """A place given back stays taken for the first in line who may have it; False when nobody waits for it."""
        here = (waiting.c.window == window) & (waiting.c.state == WAITING)
        here &= (waiting.c.opens <= start) & (waiting.c.closes > start)
        line = self._books.execute(sa.select(waiting).where(here).order_by(waiting.c.made, waiting.c.no)).all()
        return bool(line) and self._keep_for(line, window, start)

    def _keep_for(self, line: Iterable[Any], window: str, start: datetime) -> bool:
        books = self._books
        until = offer_until(books.now, start, books.reception.limits(), books.calendar, books.centre.readings)
        if until is None or books.reception.start_refused(window, start):
            return False
        first = next((w for w in line if not books.reception.refused(w.person, w.item, start, whom=w.for_whom)), None)
        if first is None:
            return False
        self._change(first.no, "offered", state=OFFERED, start=start, until=until)
        books.timers.set(f"offer:{first.no}:{start:%Y%m%d%H%M}", books.now, "reception/offer_place", no=first.no)
        return True

    def serve(self, row: Any) -> bool:
        """A free place of the half-day somebody waits for, kept for them; False when there is none for them."""
        reception, window = self._books.reception, self._books.centre.windows.get(row.window)
        free = reception.free_in(window, Slot(row.opens, row.closes)) if window else []
        for slot in free:
            if window and reception.take_place(window, slot.start):
                if self._keep_for([row], window.id, slot.start):
                    return True
                reception.release_place(window.id, slot.start)
        return False

    def accept(self, no: str) -> str | Refusal:
        """The kept place becomes a booking; its number, or why not."""
        row, books = self.get(no), self._books
        if row is None or row.state != OFFERED or row.until < books.now:
            return Refusal("1-10", "offer_over")
        refused = books.reception.refused(row.person, row.item, row.start, whom=row.for_whom)
        if refused:
            return refused
        booked = books.reception.enter_kept(row)
        self._change(no, "took", state=TAKEN, booking=booked)
        return booked

    def _change(self, no: str, act: str, **values: Any) -> None:
        self._books.execute(sa.update(waiting).where(waiting.c.no == no).values(**values))
        self._books.record(act, waiting, no)

    def shut(self, window: str, hole: Slot) -> list[Any]:
        """A closure: places kept in it are let go, and whoever waits for nothing but it leaves the line."""
        for row in self.kept_in(window, hole):
            self._change(row.no, "shut", state=WAITING, start=None, until=None)
            self._books.reception.release_place(window, row.start)
        gone = [row for row in self.line(window) if hole.start <= row.opens and row.closes <= hole.end]
        for row in gone:
            self._change(row.no, OVER, state=OVER)
        return gone

    # -- looking ---------------------------------------------------------------------------------------------------
    def get(self, no: str) -> Any:
        """The place in line of that number, or None."""
        return self._books.execute(sa.select(waiting).where(waiting.c.no == no)).first()

    def of(self, person: str) -> list[Any]:
        """What a person waits for or is offered, the nearest first."""
        mine = (waiting.c.person == person) & waiting.c.state.in_(LIVE)
        return list(self._books.execute(sa.select(waiting).where(mine).order_by(waiting.c.opens, waiting.c.no)))

    def line(self, window: str = "") -> list[Any]:
        """Everybody who waits without an offer, in order; of one window or of all."""
        here = waiting.c.state == WAITING
        if window:
            here &= waiting.c.window == window
        return list(self._books.execute(sa.select(waiting).where(here).order_by(waiting.c.made, waiting.c.no)))

    def kept_in(self, window: str, stretch: Slot) -> list[Any]:
        """Places kept for somebody within a stretch."""
        here = (waiting.c.window == window) & (waiting.c.state == OFFERED)
        here &= (waiting.c.start >= stretch.start) & (waiting.c.start < stretch.end)
        return list(self._books.execute(sa.select(waiting).where(here).order_by(waiting.c.start, waiting.c.no)))
