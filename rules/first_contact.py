"""二、首问责任: who owns a contact, which duty it brings, when it may rest."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.calendar import Calendar, local
from rules.clause import Refusal, in_force
from rules.readings import Readings

READINGS = Readings()


class RouteKind(StrEnum):
    """What a contact turned out to be about."""

    ITEM = "item"
    WINDOW = "window"
    ELSEWHERE = "elsewhere"
    ANSWER = "answer"
    COMPLAINT = "complaint"
    APPOINTMENT = "appointment"
    SMALLTALK = "smalltalk"
    UNKNOWN = "unknown"


class Stop(StrEnum):
    """Where a contact nobody can place is led."""

    DESK = "desk"
    APPROVAL = "approval"


class Outcome(StrEnum):
    """How a contact ended, or that it has not."""

    ANSWERED = "answered"
    LED = "led"
    BOOKED = "booked"
    TRANSFERRED = "transferred"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class OwnerName:
    """What a citizen who asks is told of the owner."""

    name: str
    unit: str
    since: datetime


_DUTIES = {
    RouteKind.ITEM: ("2-03", "2-05"),
    RouteKind.WINDOW: ("2-05",),
    RouteKind.ELSEWHERE: ("2-06",),
    RouteKind.ANSWER: ("2-03",),
    RouteKind.COMPLAINT: ("2-08",),
    RouteKind.APPOINTMENT: ("1-08",),
    RouteKind.SMALLTALK: (),
    RouteKind.UNKNOWN: ("2-07",),
}


@in_force("G10", "2-10")
def owner_duty_day(instant: datetime, calendar: Calendar) -> date:
    """The day whose officer owns a contact: today's until closing, else the next working day's (G10)."""
    return local(calendar.next_open(instant)).date()


@in_force("2-03", "2-05", "2-06", "2-07", "2-08")
def duties_of(kind: str) -> tuple[str, ...]:
    """The clauses a contact of that kind puts on its owner; an unheard-of kind is undetermined (2-07)."""
    return next((duties for known, duties in _DUTIES.items() if known == kind), _DUTIES[RouteKind.UNKNOWN])


@in_force("2-10", "G6")
def expected_wait(ahead: int, minutes_each: int = READINGS.minutes_per_contact) -> int:
    """The minutes somebody who calls a person is told to wait: one's turn after all that still wait (2-10)."""
    return (ahead + 1) * minutes_each


@in_force("2-06")
def direction_refused(body: str, place: str) -> Refusal | None:
    """Refused without the specific body and its address: a person answers, nothing is invented (2-06)."""
    if not body.strip():
        return Refusal("2-06", "body_missing")
    return None if place.strip() else Refusal("2-06", "address_missing")


@in_force("2-07")
def undetermined_goes_to(bounces: int) -> Stop:
    """The next stop: the desk first, from the second bounce on the approval section, whose word is final (2-07)."""
    return Stop.DESK if bounces < 2 else Stop.APPROVAL


@in_force("2-09")
def name_told(name: str, unit: str, since: datetime) -> OwnerName:
    """The owner's name, unit and since when, given truthfully to whoever asks (2-09)."""
    return OwnerName(name, unit, since)


@in_force("2-10")
def goes_to_handover(outcome: str) -> bool:
    """Whether a contact stays on the handover list at closing: whatever is not answered or passed on (2-10)."""
    return outcome == Outcome.OPEN
