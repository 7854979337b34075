"""一㈠2⑴: what a visitor needs on arrival; kept under the booking until its day is over."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import at, local
from rules.helping import forgotten
from storage.reception import BOOKED, booking
from storage.schema import Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

help_wanted = sa.Table(
    "help_wanted",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),  # the booking's
    sa.Column("person", sa.Text, nullable=False),  # whose booking it is
    sa.Column("needs", Json, nullable=False),  # rules.helping.Need, nothing in words
    sa.Column("noted", Instant, nullable=False),
    sa.Column("noted_by", sa.Text, nullable=False),
)


class Helping:
    """The clerk who knows who needs a hand (1-06)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def note(self, no: str, needs: Sequence[str]) -> None:
        """What is needed with this booking; said again it takes the place of what was said before."""
        books = self._books
        row = {"no": no, "person": books.reception.get(no).person, "needs": list(needs), "noted": books.now,
               "noted_by": books.actor}  # fmt: skip
        if not books.enter_once(help_wanted, row):
            books.execute(sa.update(help_wanted).where(help_wanted.c.no == no).values(row))
        books.record("noted", help_wanted, no)

    def needs(self, no: str) -> list[str]:
        """What is needed with this booking; empty for most."""
        found = self._books.execute(sa.select(help_wanted.c.needs).where(help_wanted.c.no == no)).scalar()
        return list(found or ())

    def on(self, day: date) -> list[Any]:
        """Who needs a hand on that day, in order of time: bookings with `needs`."""
        midnight = at(day, time.min)
        that_day = (booking.c.start >= midnight) & (booking.c.start < midnight + timedelta(days=1))
        joined = sa.select(booking.c.no, booking.c.start, booking.c.item, booking.c.phone, help_wanted.c.needs)
        joined = joined.join(help_wanted, help_wanted.c.no == booking.c.no)
        return list(self._books.execute(joined.where(that_day, booking.c.state == BOOKED).order_by(booking.c.start)))

    def forget(self, no: str) -> bool:
        """Nothing is needed any more; False when nothing was noted."""
        gone = self._books.execute(sa.delete(help_wanted).where(help_wanted.c.no == no)).rowcount
        if gone:
            self._books.record("forgotten", help_wanted, no)
        return bool(gone)

    def forget_what_is_over(self) -> None:
        """No need is kept longer than its day (PIPL 19, 28)."""
        joined = sa.select(help_wanted.c.no, booking.c.start, booking.c.state)
        joined = joined.join(booking, booking.c.no == help_wanted.c.no, isouter=True)
        for row in self._books.execute(joined).all():
            day = local(row.start).date() if row.start and row.state == BOOKED else None
            if forgotten(day, local(self._books.now).date()):
                self.forget(row.no)
