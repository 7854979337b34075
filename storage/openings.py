"""一㈠3⑵: a window's closures and openings for once, and what its hours are with them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import Calendar, local
from rules.openings import Opening, window_calendar, window_slots
from rules.reception import Slot
from storage.catalogue import Window
from storage.reception import slot
from storage.schema import Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

opening = sa.Table(
    "opening",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # closed | open | limited
    sa.Column("start", Instant, nullable=False),
    sa.Column("end", Instant, nullable=False),
    sa.Column("slot_minutes", sa.Integer, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Index("ix_opening_window_end", "window", "end"),
)

CLOSED, OPEN, LIMITED = "closed", "open", "limited"


class Openings:
    """The clerk of the windows' own hours."""

    def __init__(self, books: "Books") -> None:
        self._books = books
        self._seen: dict[str, list[sa.Row[Any]]] = {}

    def enter(self, window: str, kind: str, start: datetime, end: datetime, why: str, minutes: int, places: int) -> int:
        """One closure, opening or limit; its number. Slots have their places at once, nobody booked loses one."""
        number = self._books.next_id(opening)
        row = {"id": number, "window": window, "kind": kind, "start": start, "end": end, "slot_minutes": minutes,
               "places": places, "why": why, "set_by": self._books.actor, "made": self._books.now}  # fmt: skip
        self._books.execute(sa.insert(opening).values(row))
        self._books.record(kind, opening, number)
        self._seen.clear()
        if kind == OPEN:
            self._widen(window, start, end, places)
        elif kind == LIMITED:
            self._narrow(window, start, end, places)
        return number

    def _widen(self, window: str, start: datetime, end: datetime, places: int) -> None:
        """Slots within that stretch have at least so many places from now on."""
        here = (slot.c.window == window) & (slot.c.start >= start) & (slot.c.start < end) & (slot.c.places < places)
        self._books.execute(sa.update(slot).where(here).values(places=places))

    def _narrow(self, window: str, start: datetime, end: datetime, places: int) -> None:
        """Slots within that stretch have at most so many places from now on, and never fewer than are taken."""
        here = (slot.c.window == window) & (slot.c.start >= start) & (slot.c.start < end) & (slot.c.places > places)
        fewer = sa.case((slot.c.taken > places, slot.c.taken), else_=places)
        self._books.execute(sa.update(slot).where(here).values(places=fewer))

    def keep_limit(self, window: str, start: datetime) -> None:
        """A place given back above a limit set meanwhile is gone for good."""
        limits = [row for row in self._rows(window) if row.kind == LIMITED and row.start <= start < row.end]
        if limits and window in self._books.centre.windows:
            end = start + timedelta(minutes=1)
            self._narrow(window, start, end, self.places(self._books.centre.windows[window], start))

    def _of(self, window: str) -> tuple[list[Slot], list[Opening]]:
        """Closures and openings that may still matter."""
        rows = self._rows(window)
        closed = [Slot(row.start, row.end) for row in rows if row.kind == CLOSED]
        return closed, [Opening(r.start, r.end, r.slot_minutes, r.places) for r in rows if r.kind == OPEN]

    def _rows(self, window: str) -> list[Any]:
        """What was set for that window lately, in order, read once for each piece of work."""
        if window not in self._seen:
            lately = (opening.c.window == window) & (opening.c.end > self._books.now - timedelta(days=1))
            rows = self._books.execute(sa.select(opening).where(lately).order_by(opening.c.id)).all()
            self._seen[window] = list(rows)
        return self._seen[window]

    def calendar(self, window: str) -> Calendar:
        """When that window works, its closures and openings included."""
        return window_calendar(self._books.calendar, *self._of(window))

    def slots(self, window: Window, day: date) -> tuple[Slot, ...]:
        """All slots of that window's day, taken or not."""
        return window_slots(day, window.slot_minutes, self._books.calendar, *self._of(window.id))

    def places(self, window: Window, start: datetime) -> int:
        """How many may come at that time: the usual number, then what was opened or limited, one after the other."""
        usual = any(opens <= start < closes for opens, closes in self._books.calendar.sessions_on(local(start).date()))
        here = [row for row in self._rows(window.id) if row.kind != CLOSED and row.start <= start < row.end]
        found = window.places_per_slot if usual or not here else 0
        for row in here:
            found = max(found, row.places) if row.kind == OPEN else min(found, row.places)
        return found
