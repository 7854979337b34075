"""一㈠3⑵: a window closed for once, or open beyond its hours; and where those it hits may go instead."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from rules.calendar import Calendar, Session, local
from rules.clause import Refusal, in_force
from rules.people import Person, Role
from rules.reception import Slot, slots_on

OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of one day beyond the usual hours, with its own places."""

    start: datetime
    end: datetime
    slot_minutes: int
    places: int


@in_force("1-10")
def hours_refused(person: Person, window: str) -> Refusal | None:
    """Refused to all but the window's head, the office and the director (1-10)."""
    own = person.role == Role.WINDOW_HEAD and person.unit == window
    return None if own or person.unit == OFFICE or person.role == Role.DIRECTOR else Refusal("1-10", "not_your_window")


@in_force("1-10")
def window_calendar(calendar: Calendar, closed: Collection[Slot], opened: Collection[Opening]) -> Calendar:
    """When one window works: the centre's days, its own openings, less its closures (1-10)."""
    if not closed and not opened:
        return calendar
    touched = {day for hole in closed for day in _days(hole)} | {local(extra.start).date() for extra in opened}
    hours = {day: _hours_on(day, calendar, closed, opened) for day in touched}
    return replace(
        calendar,
        closures=(calendar.closures - touched) | {day for day, open_ in hours.items() if not open_},
        extra_days=calendar.extra_days | {day for day, open_ in hours.items() if open_},
        day_sessions={**calendar.day_sessions, **{day: _sessions(open_) for day, open_ in hours.items() if open_}},
    )


def _days(stretch: Slot) -> list[date]:
    first, last = local(stretch.start).date(), local(stretch.end).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _hours_on(
    day: date, calendar: Calendar, closed: Collection[Slot], opened: Collection[Opening]
) -> list[tuple[datetime, datetime]]:
    extra = [(found.start, found.end) for found in opened if local(found.start).date() == day]
    open_ = _joined([*calendar.sessions_on(day), *extra])
    for hole in closed:
        open_ = [piece for stretch in open_ for piece in _without(stretch, hole)]
    return open_


def _joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _without(stretch: tuple[datetime, datetime], hole: Slot) -> list[tuple[datetime, datetime]]:
    start, end = stretch
    pieces = [(start, min(end, hole.start)), (max(start, hole.end), end)]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _sessions(hours: list[tuple[datetime, datetime]]) -> tuple[Session, ...]:
    return tuple(Session("", local(start).time(), local(end).time()) for start, end in hours)


@in_force("1-10")
def window_slots(
    day: date, slot_minutes: int, calendar: Calendar, closed: Collection[Slot], opened: Collection[Opening]
) -> tuple[Slot, ...]:
    """The day's slots of one window: the usual ones and those of its openings, none touched by a closure (1-10)."""
    usual = slots_on(day, slot_minutes, calendar)
    own = [slot for extra in opened for slot in _slots_of(extra) if local(slot.start).date() == day]
    more = [slot for slot in own if not any(_touch(slot, other) for other in usual)]
    return tuple(slot for slot in sorted({*usual, *more}, key=_start) if not any(_touch(slot, hole) for hole in closed))


def _slots_of(extra: Opening) -> list[Slot]:
    length = timedelta(minutes=extra.slot_minutes)
    starts = [extra.start + length * n for n in range((extra.end - extra.start) // length)]
    return [Slot(start, start + length) for start in starts]


def _touch(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


def _start(slot: Slot) -> datetime:
    return slot.start


@in_force("1-10")
def place_instead(start: datetime, free: Collection[Slot]) -> Slot | None:
    """Where somebody goes whose time fell away: the nearest day, on it the nearest hour; None when all is full."""
    day, hour = local(start).date(), local(start).time()

    def away(slot: Slot) -> tuple[int, int, datetime]:
        there = local(slot.start)
        return abs((there.date() - day).days), abs(there.hour * 60 + there.minute - hour.hour * 60 - hour.minute), there

    return min(free, key=away, default=None)
