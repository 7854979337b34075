"""一㈠3⑵: a window's closures and openings for once, and what its hours are with them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from rules.calendar import Calendar, local
from rules.openings import Opening, window_calendar, window_slots
from rules.reception import Slot
from storage.catalogue import Window
from storage.schema import Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

opening = sa.Table(
    "opening",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # closed | open
    sa.Column("start", Instant, nullable=False),
    sa.Column("end", Instant, nullable=False),
    sa.Column("slot_minutes", sa.Integer, nullable=False),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("made", Instant, nullable=False),
    sa.Index("ix_opening_window_end", "window", "end"),
)

CLOSED, OPEN = "closed", "open"


class Openings:
    """The clerk of the windows' own hours."""

    def __init__(self, books: "Books") -> None:
        self._books = books
        self._seen: dict[str, tuple[list[Slot], list[Opening]]] = {}

    def enter(self, window: str, kind: str, start: datetime, end: datetime, why: str, minutes: int, places: int) -> int:
        """One closure or opening; its number. A slot opened with more places than it has gets them at once."""
        number = self._books.next_id(opening)
        row = {"id": number, "window": window, "kind": kind, "start": start, "end": end, "slot_minutes": minutes,
               "places": places, "why": why, "set_by": self._books.actor, "made": self._books.now}  # fmt: skip
        self._books.execute(sa.insert(opening).values(row))
        self._books.record(kind, opening, number)
        self._seen.clear()
        if kind == OPEN:
            self._books.reception.widen(window, start, end, places)
        return number

    def _of(self, window: str) -> tuple[list[Slot], list[Opening]]:
        """Closures and openings that may still matter, read once for each piece of work."""
        if window not in self._seen:
            lately = (opening.c.window == window) & (opening.c.end > self._books.now - timedelta(days=1))
            rows = self._books.execute(sa.select(opening).where(lately).order_by(opening.c.id)).all()
            closed = [Slot(row.start, row.end) for row in rows if row.kind == CLOSED]
            opened = [Opening(r.start, r.end, r.slot_minutes, r.places) for r in rows if r.kind == OPEN]
            self._seen[window] = closed, opened
        return self._seen[window]

    def calendar(self, window: str) -> Calendar:
        """When that window works, its closures and openings included."""
        return window_calendar(self._books.calendar, *self._of(window))

    def slots(self, window: Window, day: date) -> tuple[Slot, ...]:
        """All slots of that window's day, taken or not."""
        return window_slots(day, window.slot_minutes, self._books.calendar, *self._of(window.id))

    def places(self, window: Window, start: datetime) -> int:
        """How many may come at that time."""
        own = [found.places for found in self._of(window.id)[1] if found.start <= start < found.end]
        usual = any(opens <= start < closes for opens, closes in self._books.calendar.sessions_on(local(start).date()))
        return max([*own, window.places_per_slot if usual or not own else 0])
