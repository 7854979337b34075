"""一、咨询台: published places, bookings, and the wishes a window must answer."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.templates import say_moment
from rules.calendar import at, local
from rules.clause import Refusal
from rules.reception import (
    BookingLimits,
    Slot,
    bookable_days,
    limits_refused,
    open_slots,
    registration_refused,
    slot_refused,
)
from storage.catalogue import Item, Window
from storage.schema import Instant, Json, added, metadata

if TYPE_CHECKING:
    from storage.books import Books

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("window", sa.Text, primary_key=True),
    sa.Column("start", Instant, primary_key=True),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("taken", sa.Integer, nullable=False),
    sa.CheckConstraint("taken >= 0 AND taken <= places", name="capacity"),
)

booking = sa.Table(
    "booking",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("start", Instant),  # None: a wish without a published place
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("wish", sa.Text, nullable=False, server_default=""),
    sa.Column("papers", Json, nullable=False),  # the list as it was sent
    sa.Column("form", sa.Text, nullable=False),  # chat | phone
    sa.Column("entered_by", sa.Text, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # booked | wished | offered | answered | cancelled | done | missed
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    added("for_whom", sa.Text, ""),  # 父亲, when somebody books for somebody else; "" for themselves
    added("moves", sa.Integer, 0),  # how often its time was changed
    added("in_calendar", sa.Boolean, False),  # the link to its calendar file was asked for
    added("visit", sa.Text, ""),  # the booking this one is a second matter of, on the same way to the centre
    sa.Index("ix_booking_person", "person"),
    sa.Index("ix_booking_window_start", "window", "start"),
)

BOOKED, WISHED, OFFERED, ANSWERED, CANCELLED = "booked", "wished", "offered", "answered", "cancelled"
DONE, MISSED = "done", "missed"  # what a visit ended with (storage.hall)
OPEN = (BOOKED, WISHED, OFFERED, ANSWERED)
WITHDRAWN = "withdrawn"  # how the contact of a cancelled wish ended


class Reception:
    """The clerk of the booking register (1-08, 1-10)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- places ----------------------------------------------------------------------------------------------------
    def free_slots(self, window: Window, day: date) -> list[Slot]:
        """Bookable slots of a day with at least one place left."""
        books = self._books
        if not self.offers(window.id):
            return []
        calendar = books.openings.calendar(window.id)
        candidates = open_slots(books.openings.slots(window, day), books.now, self.limits(), calendar)
        full = self._full(window.id, day) if candidates else set()
        return [found for found in candidates if found.start not in full]

    def offers(self, window: str) -> bool:
        """Whether the window still publishes places."""
        found = self._books.centre.windows.get(window)
        return found is not None and found.booking == "slots" and found.slot_minutes > 0

    def place_refused(self, window: str, chosen: Slot) -> Refusal | None:
        """Why this place is not to be had now, whatever was shown before; how many took it aside (1-10)."""
        books = self._books
        if not self.offers(window):
            return Refusal("1-10", "window_gone")
        refused = slot_refused(chosen, books.now, self.limits(), books.openings.calendar(window))
        day = books.openings.slots(books.centre.windows[window], local(chosen.start).date())
        return refused or (None if chosen in day else Refusal("1-10", "not_offered"))

    def start_refused(self, window: str, start: datetime) -> Refusal | None:
        """Why no place beginning then is to be had now (1-10)."""
        found = self._books.centre.windows.get(window)
        day = self._books.openings.slots(found, local(start).date()) if found and self.offers(window) else ()
        return self.place_refused(window, next((place for place in day if place.start == start), Slot(start, start)))

    def free_in(self, window: Window, stretch: Slot) -> list[Slot]:
        """Places left in a stretch of one day."""
        free = self.free_slots(window, local(stretch.start).date())
        return [found for found in free if stretch.start <= found.start and found.end <= stretch.end]

    def days(self, window: str) -> tuple[date, ...]:
        """The days that may be booked at that window now."""
        return bookable_days(self._books.now, self.limits(), self._books.openings.calendar(window))

    def limits(self) -> BookingLimits:
        return BookingLimits(**self._books.centre.booking)

    def _full(self, window: str, day: date) -> set[datetime]:
        midnight = at(day, datetime.min.time())
        mine = (slot.c.window == window) & (slot.c.taken >= slot.c.places)
        found = sa.select(slot.c.start).where(mine, slot.c.start >= midnight, slot.c.start < midnight + timedelta(1))
        return set(self._books.execute(found).scalars())

    def take_place(self, window: Window, start: datetime) -> bool:
        """One published place, if there is one."""
        return self._take(window.id, start, self._books.openings.places(window, start))

    def hold(self, window: str, session: datetime) -> bool:
        """A place in a session of a window that publishes none, while a time is talked over (1-10)."""
        return self._take(window, session, self._books.centre.readings.arranged_per_session)

    def _take(self, window: str, start: datetime, places: int) -> bool:
        """The database counts, so nobody is let in twice."""
        self._books.enter_once(slot, {"window": window, "start": start, "places": places, "taken": 0})
        here = (slot.c.window == window) & (slot.c.start == start) & (slot.c.taken < slot.c.places)
        return self._books.execute(sa.update(slot).where(here).values(taken=slot.c.taken + 1)).rowcount == 1

    def give_place_back(self, window: str, start: datetime) -> None:
        """One place less taken, unless somebody waits for it: then it is theirs to take or leave (1-10)."""
        if not self._books.waitlist.keep(window, start):
            self.release_place(window, start)

    def release_place(self, window: str, start: datetime) -> None:
        """One place less taken."""
        here = (slot.c.window == window) & (slot.c.start == start)
        self._books.execute(sa.update(slot).where(here).values(taken=slot.c.taken - 1))
        self._books.openings.keep_limit(window, start)

    # -- bookings --------------------------------------------------------------------------------------------------
    def book(
        self, person: str, item: Item, chosen: Slot, phone: str, form: str = "chat", whom: str = "", visit: str = ""
    ) -> str | Refusal:
        """Enter a booking; its number, or why not: everything is looked at again, however long ago it was shown."""
        refused = self.place_refused(item.window, chosen) or self.refused(person, item.id, chosen.start, whom=whom)
        if refused:
            return refused
        if not self.take_place(self._books.centre.windows[item.window], chosen.start):
            return Refusal("1-10", "full")
        own = {"for_whom": whom, "visit": visit}
        return self._enter(person, item, phone, form, start=chosen.start, state=BOOKED, **own)

    def enter_kept(self, row: Any) -> str:
        """The booking of a place kept for somebody in line: it is taken already."""
        item = self._books.centre.item(row.item)
        own = {"for_whom": row.for_whom, "start": row.start}
        return self._enter(row.person, item, row.phone, row.form, state=BOOKED, **own)

    def refused(self, person: str, item: str, start: datetime, moving: str = "", whom: str = "") -> Refusal | None:
        """Why this visitor may not hold one more booking at that time; the one being moved does not count."""
        rows = [row for row in self.booked(person, whom) if row.no != moving]
        if any(row.item == item and row.start == start for row in rows):
            return Refusal("1-10", "same_place")
        that_day = sum(local(row.start).date() == local(start).date() for row in rows)
        return limits_refused(that_day, len(rows), self._books.hall.limits(person))

    def no_place_at_all(self, person: str, window: str, whom: str = "") -> Refusal | None:
        """Why this visitor may not book there for now, whatever the time (1-10)."""
        if not self.offers(window):
            return Refusal("1-10", "window_gone")
        return limits_refused(0, len(self.booked(person, whom)), self._books.hall.limits(person))

    def booked(self, person: str, whom: str = "") -> list[Any]:
        """A visitor's bookings still ahead, earliest first: the person's own, or those for the one so called."""
        return [row for row in self.mine(person) if row.state == BOOKED and row.for_whom == whom]

    def wish(self, person: str, item: Item, phone: str, wish: str, form: str = "chat") -> str:
        """Register what a window without published places must answer; its number."""
        return self._enter(person, item, phone, form, wish=wish, state=WISHED)

    def _enter(self, person: str, item: Item, phone: str, form: str, **values: Any) -> str:
        books = self._books
        reached = phone or (person if books.reply and books.reply.channel in books.discreet else "")
        assert registration_refused(item.name, reached) is None, "a booking without its matter or a way to be reached"
        no = books.number("YY")
        row = {"no": no, "person": person, "item": item.id, "window": item.window, "phone": phone, "form": form,
               "papers": list(item.materials), "entered_by": books.actor, "made": books.now, **values}  # fmt: skip
        books.execute(sa.insert(booking).values(row))
        books.record("booked", booking, no)
        books.consulting.hand_out(item.version, person)
        return no

    def cancel(self, no: str) -> bool:
        """Give the place back; False when it was not open any more."""
        row = self.get(no)
        if row is None or row.state not in OPEN:
            return False
        self._books.arranging.end(no)
        self._books.timers.cancel(f"booking:{no}:")
        self._books.first_contact.settle(no, WITHDRAWN)
        if not row.visit:
            self._books.together.part(row)
        self._change(no, "cancelled", state=CANCELLED)
        self._free(row)
        return True

    def move(self, no: str, chosen: Slot) -> Refusal | None:
        """Another time for the same booking; the old place is let go only when the new one is taken."""
        row = self.get(no)
        if row is None or row.state != BOOKED:
            return Refusal("1-10", "not_open")
        if row.start == chosen.start:
            return Refusal("1-10", "same_place")
        refused = self.place_refused(row.window, chosen) or self.refused(
            row.person, row.item, chosen.start, no, row.for_whom
        )
        if refused or not self.take_place(self._books.centre.windows[row.window], chosen.start):
            return refused or Refusal("1-10", "full")
        self._books.timers.cancel(f"booking:{no}:")
        if local(row.start).date() != local(chosen.start).date():
            self._books.together.part(row)
        self._change(no, "moved", start=chosen.start, moves=row.moves + 1)
        self._free(row)
        return None

    def _free(self, row: Any) -> None:
        """The published place of a booking; an agreed time of a window that publishes none counted against nothing."""
        if row.state == BOOKED and row.start and self._books.arranging.get(row.no) is None:
            self.give_place_back(row.window, row.start)

    def displaced(self, window: Window, hole: Slot) -> list[Any]:
        """Bookings of a window whose time a closure touches, who booked first comes first."""
        first = max(hole.start - timedelta(minutes=window.slot_minutes), self._books.now)
        hit = (booking.c.window == window.id) & (booking.c.state == BOOKED)
        hit &= (booking.c.start > first) & (booking.c.start < hole.end)
        return list(self._books.execute(sa.select(booking).where(hit).order_by(booking.c.made, booking.c.no)))

    def displace(self, no: str, chosen: Slot | None) -> bool:
        """Moved by the centre, whatever the limits; None: its time is to be agreed anew. False when it was taken."""
        row = self.get(no)
        if chosen and not self.take_place(self._books.centre.windows[row.window], chosen.start):
            return False
        self._books.timers.cancel(f"booking:{no}:")
        if chosen is None or local(row.start).date() != local(chosen.start).date():
            self._books.together.part(row)
        if chosen:
            self._change(no, "displaced", start=chosen.start, moves=row.moves + 1)
        else:
            self._change(no, "displaced", start=None, state=WISHED, wish=say_moment(row.start), moves=row.moves + 1)
        if self._books.arranging.get(no) is None:
            self.release_place(row.window, row.start)
        return True

    def answer_wish(self, no: str, answer: str) -> bool:
        """What the window says to a wish; False when it was answered or withdrawn before."""
        row = self.get(no)
        if row is None or row.state != WISHED:
            return False
        return self._change(no, "answered", state=ANSWERED, answer=answer)

    def end(self, no: str, state: str) -> None:
        """What the visit made of it: done, missed, or booked again after a mistake."""
        self._books.timers.cancel(f"booking:{no}:")
        self._change(no, state, state=state)

    def _change(self, no: str, act: str, **values: Any) -> bool:
        self._books.execute(sa.update(booking).where(booking.c.no == no).values(**values))
        self._books.record(act, booking, no)
        return True

    def ahead(self) -> list[Any]:
        """Everybody's bookings still ahead, earliest first."""
        coming = (booking.c.state == BOOKED) & (booking.c.start > self._books.now)
        return list(self._books.execute(sa.select(booking).where(coming).order_by(booking.c.start, booking.c.no)))

    def get(self, no: str) -> Any:
        """The booking of that number, or None."""
        return self._books.execute(sa.select(booking).where(booking.c.no == no)).first()

    def mine(self, person: str) -> list[Any]:
        """A person's open bookings that are not over, earliest first."""
        own = (booking.c.person == person) & booking.c.state.in_(OPEN)
        rows = self._books.execute(sa.select(booking).where(own).order_by(booking.c.start, booking.c.no))
        return [row for row in rows if row.start is None or row.start >= self._books.now]

    def last_phone(self, person: str) -> str:
        """The number this person gave last; "" when they never did."""
        own = sa.select(booking.c.phone).where(booking.c.person == person).order_by(booking.c.made.desc()).limit(1)
        return self._books.execute(own).scalar() or ""

    def open_wishes(self) -> Iterable[Any]:
        """Wishes nobody has answered, oldest first."""
        return self._books.execute(sa.select(booking).where(booking.c.state == WISHED).order_by(booking.c.made))
