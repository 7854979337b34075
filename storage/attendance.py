"""六、出勤到岗: the slips, the outing register, and who is away from a window when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.attendance import Leave, Outing, StandIn
from rules.calendar import local
from rules.people import Person, Post
from storage.reception import BOOKED, booking
from storage.requests import ASKED, GRANTED, request
from storage.schema import Identity, Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

LEAVE, OUTING = "leave", "outing"

leave = sa.Table(
    "leave",
    metadata,
    sa.Column("no", sa.Text, sa.ForeignKey("request.no"), primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("start", Instant, nullable=False),
    sa.Column("end", Instant, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("clause", sa.Text, nullable=False),
    sa.Column("told", Json, nullable=False),  # who hears of it besides those who decide
    sa.Column("phone", sa.Text, nullable=False, server_default=""),  # left at the neighbouring window (6-06)
    sa.Column("cover_unit", sa.Text, nullable=False, server_default=""),
    sa.Column("cover_name", sa.Text, nullable=False, server_default=""),
    sa.Column("cover_phone", sa.Text, nullable=False, server_default=""),
    sa.Column("cover_confirmed_by", sa.Text, nullable=False, server_default=""),
    sa.Column("cover_id", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_leave_person", "person"),
)

outing = sa.Table(
    "outing",
    metadata,
    sa.Column("id", Identity, primary_key=True, autoincrement=False),
    sa.Column("no", sa.Text, sa.ForeignKey("request.no"), nullable=False, unique=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("start", Instant, nullable=False),
    sa.Column("back_by", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("back", Instant),
    sa.Column("filed", Instant),
    sa.Index("ix_outing_person", "person"),
)

Row = Any


class Attendance:
    """The clerk of leave slips and of the outing register (6-02 to 6-08, 6-14)."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- leave -----------------------------------------------------------------------------------------------------
    def enter_leave(self, no: str, person: str, span: Leave, cover: StandIn | None, **facts: Any) -> None:
        """The slip behind a request; `facts` are reason, clause, told, phone."""
        stand_in = {f"cover_{k}": getattr(cover, k, "") for k in ("unit", "name", "phone", "confirmed_by", "id")}
        row = {"no": no, "person": person, "start": span.start, "end": span.end, "kind": span.kind, **facts}
        self._books.execute(sa.insert(leave).values(**row, **stand_in))
        self._books.record("slip", leave, no)

    def cover(self, row: Row) -> StandIn | None:
        """The stand-in a slip names."""
        given = (row.cover_unit, row.cover_name, row.cover_phone, row.cover_confirmed_by, row.cover_id)
        return StandIn(*given) if row.cover_name else None

    def leave(self, no: str) -> Row:
        """The slip of that number, or None."""
        return self._books.execute(sa.select(leave).where(leave.c.no == no)).first()

    def overlapping(self, person: str, start: datetime, end: datetime) -> str:
        """The number of the person's own leave, asked or granted, that meets this span; "" when none does."""
        mine = (leave.c.person == person) & request.c.state.in_((ASKED, GRANTED))
        return self._books.execute(_meeting(sa.select(leave.c.no), start, end).where(mine)).scalar() or ""

    # -- who is where ----------------------------------------------------------------------------------------------
    def away(self, people: Iterable[str], start: datetime, end: datetime) -> frozenset[str]:
        """Those of the people who are on granted leave or out at some time from start to end."""
        theirs = leave.c.person.in_(list(people)) & (request.c.state == GRANTED)
        on_leave = self._books.execute(_meeting(sa.select(leave.c.person), start, end).where(theirs))
        return frozenset(on_leave.scalars()) | self._out(people, start, end)

    def _out(self, people: Iterable[str], start: datetime, end: datetime) -> frozenset[str]:
        granted = sa.select(request.c.no).where(request.c.state == GRANTED)
        theirs = outing.c.person.in_(list(people)) & outing.c.back.is_(None) & outing.c.no.in_(granted)
        here = (outing.c.start < end) & (outing.c.back_by > start)
        return frozenset(self._books.execute(sa.select(outing.c.person).where(theirs, here)).scalars())

    def post_of(self, person: str, start: datetime, end: datetime) -> Post:
        """The person's post for that span: who else is away makes a window smaller, the rota says who is on duty."""
        centre = self._books.centre
        who = self._books.roster.person(person)
        others = [one.id for one in centre.colleagues_of(who.unit) if one.id != person]
        posted = centre.posted(who.unit)
        present = posted - len(self.away(others, start, end))
        on_duty = self.officer_for(start, end).id == person
        return Post(person, who.role, who.unit, posted, centre.is_window(who.unit), present, on_duty)

    def officer_for(self, start: datetime, end: datetime, besides: frozenset[str] = frozenset()) -> Person:
        """The duty officer of a span's first day; one who is away then, or named in `besides`, is passed over."""
        day = local(start).date()
        line = self._books.centre.rota.get(day)
        absent = self.away([line.officer, line.stand_by], start, end) if line else frozenset[str]()
        return self._books.centre.officer_on(day, absent | besides)

    def officer_of(self, no: str) -> str | None:
        """Whoever is on duty for the leave of that number; None for what is no leave."""
        row = self.leave(no)
        return self.officer_for(row.start, row.end).id if row else None

    def duty_days(self, person: str, start: datetime, end: datetime) -> list[date]:
        """The days of a span on which the rota has the person at the desk."""
        centre = self._books.centre
        days = centre.calendar.working_days(local(start).date(), local(end).date())
        return [day for day in days if day in centre.rota and centre.officer_on(day).id == person]

    def bookings_at(self, window: str, start: datetime, end: datetime) -> int:
        """How many bookings stand at a window in a span (ux 36)."""
        there = (booking.c.window == window) & (booking.c.state == BOOKED)
        meets = (booking.c.start >= start) & (booking.c.start < end)
        return int(self._books.execute(sa.select(sa.func.count()).where(there, meets)).scalar_one())

    # -- outings ---------------------------------------------------------------------------------------------------
    def enter_outing(self, number: int, no: str, person: str, out: Outing) -> None:
        """A line of the register, before anybody has consented."""
        row = {"id": number, "no": no, "person": person, "start": out.start, "back_by": out.back_by,
               "reason": out.reason, "place": out.place, "phone": out.phone}  # fmt: skip
        self._books.execute(sa.insert(outing).values(row))
        self._books.record("outing", outing, number)

    def outing(self, number: int) -> Row:
        """The register's line, or None."""
        return self._books.execute(sa.select(outing).where(outing.c.id == number)).first()

    def outing_of(self, no: str) -> Row:
        """The register's line of a request."""
        return self._books.execute(sa.select(outing).where(outing.c.no == no)).first()

    def open_outing(self, person: str, *states: str) -> Row:
        """The outing the person has asked for or not come back from, or None."""
        mine = (outing.c.person == person) & outing.c.back.is_(None) & request.c.state.in_(states or (ASKED, GRANTED))
        rows = sa.select(outing).join(request, request.c.no == outing.c.no).where(mine)
        return self._books.execute(rows.order_by(outing.c.id.desc())).first()

    def put_off(self, number: int, back_by: datetime) -> None:
        """A later return."""
        self._change(number, "put_off", back_by=back_by)

    def come_back(self, number: int) -> None:
        """The actual return (6-02)."""
        self._change(number, "back", back=self._books.now)

    def file(self, number: int) -> bool:
        """Filed with supervision (6-03); False when it was filed before."""
        row = self.outing(number)
        if row is None or row.filed is not None:
            return False
        self._change(number, "filed", filed=self._books.now)
        return True

    def last_phone(self, person: str) -> str:
        """The number this person gave last for an outing or a leave; "" when they never did."""
        out = sa.select(outing.c.phone).where(outing.c.person == person).order_by(outing.c.id.desc()).limit(1)
        slip = sa.select(leave.c.phone).where(leave.c.person == person, leave.c.phone != "").order_by(leave.c.no.desc())
        return self._books.execute(out).scalar() or self._books.execute(slip.limit(1)).scalar() or ""

    def _change(self, number: int, act: str, **values: Any) -> None:
        self._books.execute(sa.update(outing).where(outing.c.id == number).values(**values))
        self._books.record(act, outing, number)


def _meeting(rows: Any, start: datetime, end: datetime) -> Any:
    """Those of the leaves that meet a span, with their requests."""
    return rows.join(request, request.c.no == leave.c.no).where(leave.c.start < end, leave.c.end > start)
