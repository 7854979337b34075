"""一㈠3⑵⑶: what passes between citizen and window until a time is agreed."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.arranging import answer_refused
from rules.clause import Refusal
from storage.reception import BOOKED, CANCELLED, OFFERED, WISHED, booking
from storage.schema import Instant, metadata

if TYPE_CHECKING:
    from storage.books import Books

arrangement = sa.Table(
    "arrangement",
    metadata,
    sa.Column("no", sa.Text, sa.ForeignKey("booking.no"), primary_key=True),
    sa.Column("held", Instant),  # the session in which a place is kept meanwhile
    sa.Column("asked", Instant, nullable=False),
    sa.Column("seen_by", sa.Text, nullable=False, server_default=""),
    sa.Column("round", sa.Integer, nullable=False, server_default="0"),  # how many times were offered
    sa.Column("offered", Instant),
    sa.Column("offered_by", sa.Text, nullable=False, server_default=""),
)


class Arranging:
    """The clerk of the times that are talked over (1-09 to 1-11)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def ask(self, no: str, session: datetime | None) -> None:
        """The window is asked; a place in the wished session is held, if there is one."""
        row = self._books.reception.get(no)
        held = session if session and self._books.reception.hold(row.window, session) else None
        values = {"no": no, "held": held, "asked": self._books.now}
        self._books.execute(sa.insert(arrangement).values(values))
        self._books.record("asked", arrangement, no)

    def ask_again(self, no: str, wish: str, session: datetime | None) -> None:
        """The offer does not suit: another wish, another place held."""
        row = self._books.reception.get(no)
        held = session if session and self._books.reception.hold(row.window, session) else None
        self._set_booking(no, "wished", state=WISHED, wish=wish)
        self._set(no, "asked", held=held, asked=self._books.now, seen_by="", offered=None)

    def see(self, no: str) -> bool:
        """A colleague of the window has it in hand; False when it is no longer wanted."""
        if not self.waits(no):
            return False
        return self._set(no, "seen", seen_by=self._books.actor)

    def offer(self, no: str, start: datetime, papers: Sequence[str]) -> int | None:
        """A time and the papers; the held place is let go. The round, or None when nobody waits for one any more."""
        row = self.get(no)
        if row is None or not self.waits(no):
            return None
        self.let_go(row)
        self._set_booking(no, "offered", state=OFFERED, papers=list(papers))
        values = {"held": None, "round": row.round + 1, "offered": start, "offered_by": self._books.actor}
        self._set(no, "offered", **values)
        return int(row.round) + 1

    def accept(self, no: str, which: int) -> Refusal | None:
        """The offered time is agreed; a second yes, an older offer, one that lapsed change nothing."""
        refused = self.refused(no, which)
        if refused is None:
            self._set_booking(no, "booked", state=BOOKED, start=self.get(no).offered)
        return refused

    def refused(self, no: str, which: int) -> Refusal | None:
        """Why that offer may not be answered now."""
        row, booked = self.get(no), self._books.reception.get(no)
        waits = row is not None and booked.state == OFFERED and row.offered > self._books.now
        return answer_refused(which, row.round if row else 0, waits)

    def end(self, no: str) -> None:
        """The booking was cancelled: whatever was held for it is free."""
        row = self.get(no)
        if row is not None and row.held:
            self.let_go(row)
            self._set(no, "let go", held=None)

    def let_go(self, row: Any) -> None:
        if row.held:
            self._books.reception.release_place(self._books.reception.get(row.no).window, row.held)

    def waits(self, no: str) -> bool:
        """Does the window still owe a time?"""
        row = self._books.reception.get(no)
        return row is not None and row.state == WISHED

    def get(self, no: str) -> Any:
        """What was arranged so far, or None."""
        return self._books.execute(sa.select(arrangement).where(arrangement.c.no == no)).first()

    def stands(self, no: str) -> bool:
        """Is there still something to arrange?"""
        row = self._books.reception.get(no)
        return row is not None and row.state != CANCELLED

    def _set(self, no: str, act: str, **values: Any) -> bool:
        self._books.execute(sa.update(arrangement).where(arrangement.c.no == no).values(**values))
        self._books.record(act, arrangement, no)
        return True

    def _set_booking(self, no: str, act: str, **values: Any) -> None:
        self._books.execute(sa.update(booking).where(booking.c.no == no).values(**values))
        self._books.record(act, booking, no)
