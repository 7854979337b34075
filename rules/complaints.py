"""三、投诉处理: when a complaint is accepted and due, who is reminded when, and who never sees it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.calendar import Calendar, local
from rules.clause import Refusal, in_force
from rules.people import Approver, House, Role, UnitKind, holders, supervision
from rules.readings import Readings

READINGS = Readings()
_LADDER = (Approver.SUPERVISION, Approver.DEPUTY_DIRECTOR, Approver.DIRECTOR)


@in_force("3-02")
class Subject(StrEnum):
    """What a complaint may be about: 依法行政, 服务质量, 办事效率, 业务能力, 工作作风 (3-02)."""

    LAWFULNESS = "lawfulness"
    QUALITY = "quality"
    EFFICIENCY = "efficiency"
    ABILITY = "ability"
    STYLE = "style"


class Level(StrEnum):
    """How pressing a reminder is."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of an open complaint; `days_over` counts working days past the due one, 0 before."""

    at: datetime
    level: Level
    days_over: int = 0


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a complaint names: colleagues by id, units as a whole."""

    people: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@in_force("3-06")
def intake_refused(content: str, accused: str, name: str, phone: str, *, anonymous: bool = False) -> Refusal | None:
    """Refused while a field of the complaint form is empty; the anonymous owe neither name nor phone (3-06)."""
    fields = {"content": content, "accused": accused}
    if not anonymous:
        fields |= {"name": name, "phone": phone}
    return next((Refusal("3-06", f"{field}_missing") for field, given in fields.items() if not given.strip()), None)


@in_force("G5")
def accepted_at(registered: datetime, calendar: Calendar, happened: datetime | None = None) -> datetime:
    """When the clock starts: in hours at once, else the next opening; what came in person, when it came (G5)."""
    return calendar.next_open(happened or registered)


@in_force("3-10", "G3", "G4")
def answer_due(accepted: datetime, calendar: Calendar, readings: Readings = READINGS) -> datetime:
    """Close of business on the fifth working day, the day of acceptance not counted (3-10, G3, G4)."""
    days = readings.reply_working_days - readings.acceptance_day_counts
    day = local(accepted).date()
    return calendar.closing(calendar.next_working_day(day, days) if days else day)


def due_is_provisional(accepted: datetime, due: datetime, calendar: Calendar) -> bool:
    """Whether the due date leans on a year without an official notice, which must be said beside it (G4)."""
    return calendar.leans_on_provisional(local(accepted).date(), local(due).date())


@in_force("3-10")
def next_reminder(due: datetime, after: datetime, calendar: Calendar, readings: Readings = READINGS) -> Reminder:
    """The first reminder strictly after `after`: day 3 yellow, 4 orange, 5 red, then every working day overdue."""
    coming = (reminder for reminder in _before_due(due, calendar, readings) if reminder.at > after)
    return next(coming, None) or _overdue(due, after, calendar, readings)


def _before_due(due: datetime, calendar: Calendar, readings: Readings) -> tuple[Reminder, ...]:
    last = local(due).date()
    days = (calendar.previous_working_day(last, 2), calendar.previous_working_day(last), last)
    levels = (Level.YELLOW, Level.ORANGE, Level.RED)
    return tuple(Reminder(_morning(day, calendar, readings), level) for day, level in zip(days, levels, strict=True))


def _overdue(due: datetime, after: datetime, calendar: Calendar, readings: Readings) -> Reminder:
    last, today = local(due).date(), local(after).date()
    day = calendar.next_working_day(max(last, today - timedelta(days=1)))
    if _morning(day, calendar, readings) <= after:
        day = calendar.next_working_day(day)
    over = len(calendar.working_days(last + timedelta(days=1), day))
    return Reminder(_morning(day, calendar, readings), Level.OVERDUE, over)


def _morning(day: date, calendar: Calendar, readings: Readings) -> datetime:
    return calendar.opening(day) + timedelta(minutes=readings.reminder_after_opening_minutes)


@in_force("3-C")
def barred_from(accused: Accused, house: House, stand_ins: Collection[tuple[str, str]] = ()) -> frozenset[str]:
    """Who must never learn of it: the accused, the accused units, and their stand-ins, as (stand-in, for) (3-C)."""
    units = {person.id for person in house.staff if person.unit in accused.units}
    named = units | set(accused.people)
    return frozenset(named | {cover for cover, absent in stand_ins if absent in named})


@in_force("3-C", "G11")
def handled_by(house: House, barred: Collection[str]) -> tuple[str, ...]:
    """The ids of the first level above everybody named; empty when the director is: it goes outside (3-C)."""
    levels = _levels_above(house, barred)
    return levels[0] if levels else ()


@in_force("3-10", "3-C")
def overdue_told(house: House, barred: Collection[str], days_over: int) -> tuple[str, ...]:
    """The ids told on that day overdue: first the section's head, then the deputy too, then the director too (3-10)."""
    levels = [_leading(house, level) for level in _levels_above(house, barred)]
    return tuple(dict.fromkeys(person for level in levels[:days_over] for person in level))


def _leading(house: House, level: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(person for person in level if person not in supervision(house)) or level[:1]


def _levels_above(house: House, barred: Collection[str]) -> tuple[tuple[str, ...], ...]:
    section = next((unit.id for unit in house.units if unit.kind == UnitKind.SUPERVISION), "")
    deputies = {person.id for person in house.staff if person.role == Role.DEPUTY_DIRECTOR}
    offices = [holders(house, office, section) for office in _LADDER]
    ranks = [set(people) for people in offices]
    ranks[1] |= deputies
    first = max((rung for rung, rank in enumerate(ranks, start=1) if rank & set(barred)), default=0)
    return tuple(people for people in offices[first:] if people)


@in_force("3-C", "3-D")
def may_see(viewer: str, circle: Collection[str], barred: Collection[str]) -> bool:
    """Whether a colleague may see, find or count the complaint: the circle, never the barred (3-C, 3-D)."""
    return viewer in circle and viewer not in barred


@in_force("3-D")
def may_ask(asker: str, complainant: str) -> bool:
    """Whether a citizen may hear how it stands: the complainant alone (3-D)."""
    return bool(complainant) and asker == complainant
