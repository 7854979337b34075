"""一㈠2⑴: who needs a hand on the day says so once; the officer of that day knows before and when they are here."""

from datetime import date, datetime
from enum import StrEnum

from rules.calendar import local
from rules.clause import Refusal, in_force


class Need(StrEnum):
    """What somebody needs on arrival, and no more than that: no words, no diagnosis."""

    WALKING = "walking"  # a wheelchair, an arm, stairs
    HEARING = "hearing"  # speak up, write it down, signs
    SEEING = "seeing"  # be led, be read to, have forms filled in
    CHILD = "child"
    OLD = "old"  # comes with an old person
    OTHER = "other"  # the officer asks by telephone


@in_force("1-06")
def help_refused(start: datetime | None, now: datetime) -> Refusal | None:
    """Refused where nothing is booked, or the visit's day is over (1-06)."""
    if start is None:
        return Refusal("1-06", "no_time")
    return Refusal("1-06", "over") if local(start).date() < local(now).date() else None


@in_force("1-06")
def told_at_once(day: date, today: date, notice_out: bool) -> bool:
    """Whether that day's officer hears of a need now: the notice of the day before can say it no more (1-06)."""
    return day <= today or notice_out


@in_force("1-06")
def forgotten(day: date | None, today: date) -> bool:
    """Whether a need is no longer kept: its day is over, or nothing is booked any more (1-06)."""
    return day is None or day < today
