"""一㈠3⑵, 二㈢1: a window's day in the hall — who is next, who came too late for what, who is nobody's no-show."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rules.calendar import Calendar, local
from rules.clause import Refusal, in_force
from rules.readings import Readings
from rules.reception import BookingLimits

READINGS = Readings()
_MINUTE = timedelta(minutes=1)


class Outcome(StrEnum):
    """How a visit ended."""

    SERVED = "served"
    LACKING = "lacking"  # papers were missing, all of them named at once (2-04)
    MISSED = "missed"  # did not come, though the window was there
    LEFT = "left"  # came, and went before it was done: never a no-show


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody who waits in the hall; `due` is None for who came without a booking."""

    no: str
    due: datetime | None
    came: datetime


@in_force("1-10")
def check_in_refused(start: datetime, now: datetime, calendar: Calendar) -> Refusal | None:
    """Refused on another day than the booked one, and once the window's day is over (1-10)."""
    day, today = local(start).date(), local(now).date()
    if day != today:
        return Refusal("1-10", "another_day" if day > today else "day_over")
    return None if calendar.is_working(today) and now < calendar.closing(today) else Refusal("1-10", "hall_closed")


def comes_for(due: datetime, came: datetime, readings: Readings = READINGS) -> datetime:
    """The time a booking counts for: its own, or that of coming for whoever is later than the grace."""
    return max(came, due) if came > due + readings.late_minutes * _MINUTE else due


@in_force("1-10")
def line_of(turns: Iterable[Turn], calendar: Calendar, readings: Readings = READINGS) -> tuple[Turn, ...]:
    """Who waits, in the order of being called: the booked by their time, then who came without, by session (1-10)."""

    def place(turn: Turn) -> tuple[datetime, bool, datetime, datetime, str]:
        counts = comes_for(turn.due, turn.came, readings) if turn.due else turn.came
        return _session(counts, calendar), turn.due is None, counts, turn.came, turn.no

    return tuple(sorted(turns, key=place))


def _session(instant: datetime, calendar: Calendar) -> datetime:
    sessions = calendar.sessions_on(local(instant).date())
    return next((opens for opens, closes in sessions if instant < closes), instant)


@in_force("1-10", "G6")
def minutes_to_wait(
    ahead: int, slot_minutes: int, places: int, readings: Readings = READINGS, counters: int = 1
) -> int:
    """What is told of the wait: so many before, each as long as a published place allows, or shared by counters (1-10).

    A window that publishes places has said what all its counters serve in that time.
    """
    if slot_minutes and places:
        return ahead * -(-slot_minutes // places)
    return -(-ahead * readings.minutes_per_visit // max(1, counters))


@in_force("1-10")
def unnoted_asked(mornings: int, readings: Readings = READINGS) -> tuple[str, ...]:
    """Whom the morning asks for a visit nobody has noted: the window, from some mornings on its head too (1-10)."""
    return ("window", "head") if mornings > readings.unnoted_window_mornings else ("window",)


@in_force("1-10")
def walk_in_refused(wait: int, each: int, now: datetime, calendar: Calendar) -> Refusal | None:
    """Refused when the window's working minutes of the day do not reach for one more after those before (1-10)."""
    today = local(now).date()
    if not calendar.is_working(today) or now >= calendar.closing(today):
        return Refusal("1-10", "hall_closed")
    left = calendar.working_minutes(now, calendar.closing(today))
    return Refusal("1-10", "no_time_left") if wait + each > left else None


@in_force("1-10")
def absence_of(
    due: datetime | None, came: datetime | None, now: datetime, was_open: bool, readings: Readings = READINGS
) -> Outcome | Refusal:
    """没来: who checked in has left; else missed, not before the grace and not where the window was closed (1-10)."""
    if came is not None or due is None:
        return Outcome.LEFT
    if now < due + readings.missed_after_minutes * _MINUTE:
        return Refusal("1-10", "not_yet_missed")
    return Outcome.MISSED if was_open else Refusal("1-10", "window_failed")


@in_force("1-10")
def limits_after(missed: int, limits: BookingLimits, readings: Readings = READINGS) -> BookingLimits:
    """What somebody may hold after so many missed bookings: the same, unless the centre reads it otherwise (1-10)."""
    few = readings.missed_means == "one_open" and missed >= readings.missed_counts_from
    return replace(limits, open_per_person=1) if few else limits


@in_force("2-04")
def lacking_refused(papers: Collection[str]) -> Refusal | None:
    """Refused without naming every paper that is missing: nobody is sent home with half a list (2-04)."""
    return None if any(paper.strip() for paper in papers) else Refusal("2-04", "lacking_unnamed")
