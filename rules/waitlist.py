"""一㈠3⑵: who waits for a half-day that is full, and how long a freed place is kept for the first in line."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.calendar import Calendar
from rules.clause import Refusal, in_force
from rules.readings import Readings
from rules.reception import BookingLimits, Push, Slot, quiet_until

READINGS = Readings()


@dataclass(frozen=True, slots=True)
class Wait:
    """The half-day somebody waits for."""

    start: datetime
    end: datetime
    waits: bool = True  # tells it from a stretch with places


@in_force("1-10", "G6")
def offer_until(
    now: datetime, start: datetime, limits: BookingLimits, calendar: Calendar, readings: Readings = READINGS
) -> datetime | None:
    """How long a place freed at `now` is kept: working minutes, never past its cut-off; None when too late to ask."""
    last = start - timedelta(minutes=limits.cutoff_minutes)
    heard = quiet_until(calendar, now, Push.REST_DAY, readings)
    until = min(calendar.add_working_minutes(now, readings.waitlist_offer_minutes), last)
    return until if until > heard else None


@in_force("1-10")
def wait_refused(free: Collection[Slot], waiting: int, limits: BookingLimits) -> Refusal | None:
    """Refused while the half-day still has a place, or when the person waits for as many as may be booked (1-10)."""
    if free:
        return Refusal("1-10", "place_free")
    return Refusal("1-10", "too_many_waits") if waiting >= limits.open_per_person else None
