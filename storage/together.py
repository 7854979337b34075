"""一㈠3⑵: bookings that are one visit. Each matter has its row; `visit` names the one whose number is told."""

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from storage.hall import visit
from storage.reception import OPEN, booking

if TYPE_CHECKING:
    from storage.books import Books

_HEAD = sa.case((booking.c.visit == "", booking.c.no), else_=booking.c.visit)


class Together:
    """The clerk of visits with more than one matter (1-10)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    def number(self, no: str) -> str:
        """The one number to remember for this booking."""
        row = self._books.reception.get(no)
        return (row.visit or row.no) if row is not None else no

    def matters(self, no: str) -> list[Any]:
        """The open bookings of the visit that this one belongs to, earliest first."""
        row = self._books.reception.get(no)
        if row is None:
            return []
        same = (booking.c.person == row.person) & ((row.visit or row.no) == _HEAD) & booking.c.state.in_(OPEN)
        return list(self._books.execute(sa.select(booking).where(same).order_by(booking.c.start, booking.c.no)))

    def told_by(self, no: str) -> list[Any]:
        """Every booking this number is told for, whatever became of it, earliest first."""
        found = sa.select(booking).where((booking.c.no == no) | (booking.c.visit == no))
        return list(self._books.execute(found.order_by(booking.c.start, booking.c.no)))

    def by_phone(self, phone: str) -> list[Any]:
        """Open bookings under a telephone that are not over, earliest first, whoever made them."""
        mine = (booking.c.phone == phone) & booking.c.state.in_(OPEN)
        rows = self._books.execute(sa.select(booking).where(mine).order_by(booking.c.start, booking.c.no))
        return [row for row in rows if row.start is None or row.start >= self._books.now]

    def give_calendar(self, no: str) -> None:
        """The calendar file of this number was asked for: its changes are worth a word."""
        for row in self.told_by(no):
            self._books.execute(sa.update(booking).where(booking.c.no == row.no).values(in_calendar=True))
            self._books.record("calendar", booking, row.no)

    def part(self, row: Any) -> None:
        """This booking stands alone from now on; what it leaves behind is told by the number of its earliest."""
        rest = [one for one in self.matters(row.no) if one.no != row.no]
        if row.visit:
            self._set(row.no, "")
        elif rest:
            self._set(rest[0].no, "")
            for one in rest[1:]:
                self._set(one.no, rest[0].no)

    def _set(self, no: str, head: str) -> None:
        self._books.execute(sa.update(booking).where(booking.c.no == no).values(visit=head))
        self._books.record("visit", booking, no)

    def at_counters(self, day: date) -> set[str]:
        """The visits one matter of which is being served: nobody can stand at two windows."""
        here = (visit.c.day == day) & visit.c.called.is_not(None) & (visit.c.outcome == "")
        found = sa.select(_HEAD).select_from(booking.join(visit, visit.c.no == booking.c.no)).where(here)
        return set(self._books.execute(found).scalars())
