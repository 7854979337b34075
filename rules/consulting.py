"""一㈠1⑴、二㈢1、二㈢4: what may be told about a matter, how long it holds, and who at the window answers for it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.calendar import Calendar
from rules.clause import Refusal, in_force
from rules.people import House, Person, UnitKind, heads_of, supervisors_of
from rules.readings import Readings

READINGS = Readings()
SPOKEN_OF = timedelta(hours=2)
SHORTEST = 4  # a question of fewer characters would answer for too much


class Rung(StrEnum):
    """What happens when a window says nothing about an entry to be checked: once more, then its head hears of it."""

    AGAIN = "again"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One rung and its instant."""

    rung: Rung
    at: datetime


@in_force("2-03", "G6")
def holds_until(checked: date, readings: Readings = READINGS) -> date:
    """The last day an entry checked then is told without a warning (2-03)."""
    return checked + timedelta(days=readings.entry_holds_days)


@in_force("1-03", "2-03")
def is_due(checked: date, today: date, readings: Readings = READINGS) -> bool:
    """Whether the entry has to be checked again: it is told with the phone first, never silently (1-03, 2-03)."""
    return today > holds_until(checked, readings)


@in_force("2-03", "G6")
def chase_check(asked: datetime, calendar: Calendar, readings: Readings = READINGS) -> tuple[CheckStep, ...]:
    """及时: the window once more after one stretch of working minutes, its head after the next."""
    again, head = readings.entry_check_minutes
    first = calendar.add_working_minutes(asked, again)
    return CheckStep(Rung.AGAIN, first), CheckStep(Rung.HEAD, calendar.add_working_minutes(asked, again + head))


@in_force("2-03")
def approvers(house: House, window: str, readings: Readings = READINGS) -> tuple[str, ...]:
    """The ids of those whose word makes a version of the window's entry count (2-03, G11).

    Its head, or as the centre reads it everybody posted there, or the head of the approval section; where nobody
    fills that office, the deputy who supervises the window.
    """
    approval = next((unit.id for unit in house.units if unit.kind == UnitKind.APPROVAL), "")
    found = heads_of(house, window)
    if readings.entry_approver == "window":
        found = tuple(person.id for person in house.staff if person.unit == window)
    elif readings.entry_approver == "approval":
        found = heads_of(house, approval)
    return found or supervisors_of(house, window)


@in_force("2-03")
def keeping_refused(person: Person, window: str, house: House, readings: Readings = READINGS) -> Refusal | None:
    """Refused to whoever is neither posted at the owning window nor approves for it (2-03)."""
    mine = person.unit == window or person.id in approvers(house, window, readings)
    return None if mine else Refusal("2-03", "not_your_window")


@in_force("2-03")
def days_refused(promised: int | None, legal: int | None) -> Refusal | None:
    """Refused when a window promises more days than the law gives it (2-03)."""
    return Refusal("2-03", "beyond_legal") if promised and legal and promised > legal else None


@in_force("1-03", "2-03")
def still_spoken_of(told: datetime, other: datetime | None, now: datetime) -> bool:
    """Whether a short question is about what was told last: within two hours, no other matter touched since (1-03)."""
    return now - told <= SPOKEN_OF and (other is None or other < told)


@in_force("2-07")
def adoption_refused(bounces: int, question: str, window: str) -> Refusal | None:
    """Refused where the question was no riddle, is too short to be known again, or no window owns it (2-07)."""
    if not bounces:
        return Refusal("2-07", "was_placed")
    if len(question) < SHORTEST:
        return Refusal("2-07", "too_short")
    return None if window else Refusal("2-07", "no_window")
