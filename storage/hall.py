"""一㈠3⑵: a window's day in the hall: who came, was called, how it ended. One row a visit, stamps instead of states."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rules.calendar import at, local
from rules.hall import Outcome, Turn, limits_after
from rules.reception import BookingLimits
from storage.reception import BOOKED, DONE, MISSED, booking
from storage.schema import Instant, Json, metadata

if TYPE_CHECKING:
    from storage.books import Books

# A booking is `booked` until its visit ends, then `done` (served, papers lacking, gone) or `missed`; what happened in
# between stands here as instants, so a person in the hall is never in two states at once.
visit = sa.Table(
    "visit",
    metadata,
    sa.Column("no", sa.Text, primary_key=True),  # the booking's, or PH… of who came without one
    sa.Column("window", sa.Text, nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("surname", sa.Text, nullable=False, server_default=""),  # all of a name that is ever kept here
    sa.Column("came", Instant),
    sa.Column(
        "came_by", sa.Text, nullable=False, server_default=""
    ),  # self | the colleague who noted it, the account that held the slip
    sa.Column("called", Instant),
    sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ended", Instant),
    sa.Column("outcome", sa.Text, nullable=False, server_default=""),  # served | lacking | missed | left
    sa.Column("lacking", Json, nullable=False),
    sa.Column("again", sa.Text, nullable=False, server_default=""),  # the booking of the second date
    sa.Column("noted", Instant),  # when the ending was written down, which on paper's days is later
    sa.Column("noted_by", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_visit_window_day", "window", "day"),
)

SELF = "self"
ENDED = {Outcome.MISSED: MISSED}  # the state of the booking; every other ending is `done`


@dataclass(frozen=True, slots=True)
class Visitor:
    """One of a window's day: booked, come, or both."""

    no: str
    window: str
    item: str
    due: datetime | None
    person: str = ""
    phone: str = ""
    whom: str = ""
    papers: tuple[str, ...] = ()
    state: str = ""
    surname: str = ""
    came: datetime | None = None
    came_by: str = ""
    called: datetime | None = None
    calls: int = 0
    ended: datetime | None = None
    outcome: str = ""
    lacking: tuple[str, ...] = ()
    again: str = ""
    noted: datetime | None = None
    visit: str = ""  # the booking it comes with, if not alone

    @property
    def accounts(self) -> tuple[str, ...]:
        """Who hears that the number is up: who booked, and whoever checked in with the slip."""
        held = (self.came_by,) if ":" in self.came_by else ()
        return tuple(dict.fromkeys(one for one in (self.person, *held) if one))

    @property
    def told(self) -> str:
        """The number in the visitor's hand."""
        return self.visit or self.no

    @property
    def waits(self) -> bool:
        return self.came is not None and self.called is None and not self.outcome

    @property
    def at_counter(self) -> bool:
        return self.called is not None and not self.outcome

    @property
    def expected(self) -> bool:
        return self.came is None and not self.outcome

    @property
    def turn(self) -> Turn:
        assert self.came is not None, "who did not come has no turn"
        return Turn(self.no, self.due, self.came)


class Hall:
    """The clerk of the hall."""

    def __init__(self, books: "Books") -> None:
        self._books = books

    # -- looking ---------------------------------------------------------------------------------------------------
    def day(self, window: str, day: date) -> list[Visitor]:
        """Everybody of a window's day, in order of time, who came without a booking by when they came."""
        rows = self._booked(booking.c.window == window, day)
        here = self._books.execute(sa.select(visit).where(visit.c.window == window, visit.c.day == day)).all()
        stamps = {row.no: row for row in here}
        booked = {row.no for row in rows}
        found = [self._visitor(row, stamps.get(row.no)) for row in rows]
        found += [self._walk_in(row) for row in here if row.no not in booked and row.no.startswith("PH")]
        return sorted(found, key=lambda one: (one.due or one.came or self._books.now, one.no))

    def unnoted(self, since: date, before: date) -> dict[str, Counter[date]]:
        """How many visits of the days from `since` until `before` nobody has said the end of, by window and day."""
        first, last = (at(day, time.min) for day in (since, before))
        past = (booking.c.start >= first) & (booking.c.start < last) & (booking.c.state == BOOKED)
        walked = (visit.c.day >= since) & (visit.c.day < before) & (visit.c.outcome == "") & visit.c.no.startswith("PH")
        found: dict[str, Counter[date]] = {}
        for row in self._books.execute(sa.select(booking.c.window, booking.c.start).where(past)):
            found.setdefault(row.window, Counter())[local(row.start).date()] += 1
        for row in self._books.execute(sa.select(visit.c.window, visit.c.day).where(walked)):
            found.setdefault(row.window, Counter())[row.day] += 1
        return found

    def of(self, person: str, day: date) -> list[Visitor]:
        """What a person has on that day, whatever became of it, earliest first."""
        found = [self.get(row.no) for row in self._booked(booking.c.person == person, day)]
        return [one for one in found if one is not None]

    def here(self, day: date) -> Sequence[Any]:
        """Everybody in the hall who is not done, in the order they were called."""
        in_hall = (visit.c.day == day) & visit.c.came.is_not(None) & (visit.c.outcome == "")
        stands = booking.c.state.is_(None) | (booking.c.state == BOOKED)
        joined = sa.select(visit).join(booking, booking.c.no == visit.c.no, isouter=True)
        return self._books.execute(joined.where(in_hall, stands).order_by(visit.c.called, visit.c.no)).all()

    def _booked(self, where: Any, day: date) -> Sequence[Any]:
        midnight = at(day, time.min)
        where &= booking.c.state.in_((BOOKED, DONE, MISSED))
        where &= (booking.c.start >= midnight) & (booking.c.start < midnight + timedelta(days=1))
        return self._books.execute(sa.select(booking).where(where).order_by(booking.c.start, booking.c.no)).all()

    def get(self, no: str) -> Visitor | None:
        """The visit of that number; None for a number nobody comes with."""
        row, here = self._books.reception.get(no), self._row(no)
        if row is not None and row.start is not None:
            return self._visitor(row, here if here and here.day == local(row.start).date() else None)
        return self._walk_in(here) if here is not None and row is None else None

    def _row(self, no: str) -> Any:
        return self._books.execute(sa.select(visit).where(visit.c.no == no)).first()

    def _visitor(self, row: Any, here: Any) -> Visitor:
        own = {
            "person": row.person,
            "phone": row.phone,
            "whom": row.for_whom,
            "papers": tuple(row.papers),
            "visit": row.visit,
        }
        return Visitor(
            row.no, row.window, row.item, row.start, state=row.state, **own, **(_stamps(here) if here else {})
        )

    def _walk_in(self, here: Any) -> Visitor:
        papers = self._books.centre.item(here.item).materials
        return Visitor(here.no, here.window, here.item, None, papers=papers, state=BOOKED, **_stamps(here))

    def limits(self, person: str) -> BookingLimits:
        """What a person may hold; a centre may count in what was missed."""
        limits, readings = self._books.reception.limits(), self._books.centre.readings
        if readings.missed_means == "nothing":
            return limits
        since = self._books.now - timedelta(days=readings.missed_days)
        return limits_after(self._missed(person, since), limits, readings)

    def _missed(self, person: str, since: datetime) -> int:
        own = (booking.c.person == person) & (booking.c.state == MISSED) & (booking.c.start >= since)
        return int(self._books.execute(sa.select(sa.func.count()).select_from(booking).where(own)).scalar() or 0)

    # -- writing ---------------------------------------------------------------------------------------------------
    def arrive(self, no: str, when: datetime, by: str = SELF) -> bool:
        """They are here; one noted as missed is here after all. False when that stood there already."""
        one = self.get(no)
        if one is None or one.came is not None:
            return False
        if one.state == MISSED:
            self._books.reception.end(no, BOOKED)
        fresh: dict[str, Any] = {
            "called": None,
            "calls": 0,
            "ended": None,
            "outcome": "",
            "lacking": [],
            "again": "",
            "noted": None,
        }
        self._enter(one, "came", came=when, came_by=by, **fresh)
        return True

    def walk_in(self, item: str, window: str, surname: str, when: datetime) -> str:
        """Somebody without a booking; their number."""
        no = self._books.number("PH")
        self._enter(Visitor(no, window, item, None), "came", came=when, came_by=self._books.actor, surname=surname)
        return no

    def call(self, no: str) -> int:
        """Called to the counter; the how-manieth time."""
        one = self.get(no)
        assert one is not None, "nobody comes with that number"
        self._enter(one, "called", called=one.called or self._books.now, calls=one.calls + 1)
        return one.calls + 1

    def end(self, no: str, outcome: Outcome, when: datetime, lacking: Sequence[str] = ()) -> bool:
        """How it ended; False when that stood there already: what was noted first stays."""
        one, books = self.get(no), self._books
        if one is None or one.outcome or one.state not in (BOOKED, MISSED):
            return False
        came = {} if one.came or outcome == Outcome.MISSED else {"came": when, "came_by": books.actor}
        self._enter(one, outcome.value, ended=when, outcome=outcome.value, lacking=list(lacking), noted=books.now,
                    noted_by=books.actor, **came)  # fmt: skip
        if one.due is not None:
            books.reception.end(no, ENDED.get(outcome, DONE))
        return True

    def reopen(self, no: str) -> None:
        """What was noted by mistake is taken back."""
        one = self.get(no)
        assert one is not None, "nobody comes with that number"
        self._enter(one, "taken back", ended=None, outcome="", lacking=[], noted=None)
        if one.due is not None:
            self._books.reception.end(no, BOOKED)

    def set_again(self, no: str, booked: str) -> None:
        """The second date of a visit."""
        one = self.get(no)
        assert one is not None, "nobody comes with that number"
        self._enter(one, "again", again=booked)

    def _enter(self, one: Visitor, act: str, **values: Any) -> None:
        day = local(one.due or one.came or self._books.now).date()
        row = {"no": one.no, "window": one.window, "item": one.item, "day": day, "lacking": [], **values}
        if not self._books.enter_once(visit, row):
            self._books.execute(sa.update(visit).where(visit.c.no == one.no).values(day=day, **values))
        self._books.record(act, visit, one.no)


def _stamps(here: Any) -> dict[str, Any]:
    names = ("surname", "came", "came_by", "called", "calls", "ended", "outcome", "again", "noted")
    return {"lacking": tuple(here.lacking), **{name: getattr(here, name) for name in names}}
