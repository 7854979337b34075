"""六、出勤到岗: how long a leave is, who must consent, when a stand-in comes first, when an outing is filed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from math import ceil

from rules.calendar import Calendar, local
from rules.clause import Refusal, in_force
from rules.people import Approver, Post, Role
from rules.readings import Readings

READINGS = Readings()
HALF = Fraction(1, 2)


class LeaveKind(StrEnum):
    """What a leave is for."""

    PERSONAL = "personal"
    SICK = "sick"
    ANNUAL = "annual"
    OTHER = "other"


class Told(StrEnum):
    """Who hears of a leave without deciding it."""

    DESK = "desk"
    NEIGHBOUR_WINDOW = "neighbour_window"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Leave:
    """From start until end, both aware."""

    start: datetime
    end: datetime
    kind: str = LeaveKind.PERSONAL


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who takes the post meanwhile; usually from the home bureau and not on the roster, so `id` may be empty."""

    unit: str
    name: str
    phone: str
    confirmed_by: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """One step of a chain: the office that decides, and the clause that asks for it."""

    approver: Approver
    clause: str


@dataclass(frozen=True, slots=True)
class Outing:
    """Out in working time: from start, back by back_by, both aware."""

    start: datetime
    back_by: datetime
    reason: str
    place: str
    phone: str


def leave_minutes(leave: Leave, calendar: Calendar) -> int:
    """The leave's working minutes; lunch and rest days never count (G12)."""
    return calendar.working_minutes(leave.start, leave.end)


@in_force("G12", "G13")
def days_between(start: datetime, end: datetime, calendar: Calendar) -> Fraction:
    """Working days between two instants, each day's part measured by that day's published minutes (G12, G13)."""
    days = calendar.working_days(local(start).date(), local(end).date())
    return sum((_part(day, start, end, calendar) for day in days), Fraction())


def _part(day: date, start: datetime, end: datetime, calendar: Calendar) -> Fraction:
    first, last = max(start, calendar.opening(day)), min(end, calendar.closing(day))
    return Fraction(calendar.working_minutes(first, last), calendar.minutes_of(day))


def counted_days(leave: Leave, calendar: Calendar) -> float:
    """The leave in days for the slip, rounded up to half days (G12)."""
    return ceil(days_between(leave.start, leave.end, calendar) * 2) / 2


def made_up_days(leave: Leave, calendar: Calendar) -> tuple[date, ...]:
    """The worked weekend days (调休) inside the leave, to be named in the confirmation (G13)."""
    days = calendar.working_days(local(leave.start).date(), local(leave.end).date())
    return tuple(day for day in days if day.weekday() >= 5)


@in_force("6-05")
def touches_punch(leave: Leave, calendar: Calendar, readings: Readings = READINGS) -> bool:
    """Whether a fingerprint time falls into the leave: opening and closing, and around lunch where so read (6-05)."""
    days = calendar.working_days(local(leave.start).date(), local(leave.end).date())
    return any(_touched(leave, day, calendar, readings) for day in days)


def _touched(leave: Leave, day: date, calendar: Calendar, readings: Readings) -> bool:
    sessions = calendar.sessions_on(day)
    spans = sessions if readings.punch_at_noon else ((sessions[0][0], sessions[-1][1]),)
    return any(leave.start <= came < leave.end or leave.start < went <= leave.end for came, went in spans)


@in_force("G1", "G2", "6-05", "6-06", "6-07", "6-08")
def leave_clause(post: Post, leave: Leave, calendar: Calendar, readings: Readings = READINGS) -> str:
    """The clause a leave falls under: 6-05, 6-06, 6-07 or 6-08; limits include their number, one day by G2."""
    days = days_between(leave.start, leave.end, calendar)
    if days > 1 or (days == 1 and readings.one_day_exact == "above"):
        return "6-08"
    if not post.is_window or not _is_short(leave, calendar, readings):
        return "6-07"
    return "6-06" if min(post.posted, post.present) <= 1 else "6-05"


def _is_short(leave: Leave, calendar: Calendar, readings: Readings) -> bool:
    within = leave_minutes(leave, calendar) <= readings.short_leave_minutes
    return within and not touches_punch(leave, calendar, readings)


@in_force("6-05", "6-06", "6-07", "6-08", "G8")
def consents_needed(post: Post, leave: Leave, calendar: Calendar, readings: Readings = READINGS) -> tuple[Consent, ...]:
    """Who must consent, in order, by role, length and headcount; none for the director, who is only recorded."""
    clause = leave_clause(post, leave, calendar, readings)
    return tuple(Consent(approver, clause) for approver in _approvers(post, clause))


def _approvers(post: Post, clause: str) -> tuple[Approver, ...]:
    if clause == "6-06":
        return (Approver.SUPERVISION if post.on_duty else Approver.DUTY_OFFICER,)
    return _long_chain(post.role) if clause == "6-08" else _one_day_chain(post.role)


def _one_day_chain(role: str) -> tuple[Approver, ...]:
    match role:
        case Role.WINDOW_STAFF:
            return (Approver.WINDOW_HEAD,)
        case Role.WINDOW_HEAD:
            return (Approver.SUPERVISION,)
        case Role.SECTION_HEAD | Role.DEPUTY_DIRECTOR | Role.DIRECTOR:
            return _long_chain(role)
        case _:
            return (Approver.SECTION_HEAD,)


def _long_chain(role: str) -> tuple[Approver, ...]:
    match role:
        case Role.WINDOW_STAFF:
            return (Approver.WINDOW_HEAD, Approver.SUPERVISION)
        case Role.DEPUTY_DIRECTOR:
            return (Approver.DIRECTOR,)
        case Role.DIRECTOR:
            return ()
        case _:
            return (Approver.DEPUTY_DIRECTOR,)


@in_force("6-05", "6-06", "G2")
def told_of(post: Post, leave: Leave, calendar: Calendar, readings: Readings = READINGS) -> tuple[Told, ...]:
    """Who hears of the leave: the desk's form, the neighbour window's phone, the copy of exactly one day (G2)."""
    clause = leave_clause(post, leave, calendar, readings)
    if clause == "6-06":
        return (Told.NEIGHBOUR_WINDOW, Told.DESK)
    if clause == "6-05":
        return (Told.DESK,)
    exact = clause == "6-07" and days_between(leave.start, leave.end, calendar) == 1
    return (Told.SUPERVISION,) if exact and Approver.SUPERVISION not in _approvers(post, clause) else ()


@in_force("6-14", "G1")
def needs_stand_in(post: Post, leave: Leave, calendar: Calendar, readings: Readings = READINGS) -> bool:
    """Whether the stand-in must be named before leave may be granted: one person, half a day or more (6-14)."""
    strength = post.present if readings.one_person == "present" else post.posted
    return post.is_window and strength <= 1 and days_between(leave.start, leave.end, calendar) >= HALF


@in_force("6-14", "G11")
def leave_refused(
    post: Post, leave: Leave, cover: StandIn | None, calendar: Calendar, readings: Readings = READINGS
) -> Refusal | None:
    """Why the leave may not be asked or granted as it stands; None when it may (6-14)."""
    if leave_minutes(leave, calendar) == 0:
        return Refusal("G12", "no_working_time")
    if cover is None:
        return Refusal("6-14", "stand_in_missing") if needs_stand_in(post, leave, calendar, readings) else None
    return stand_in_refused(post, cover)


@in_force("6-14")
def stand_in_refused(post: Post, cover: StandIn) -> Refusal | None:
    """Refused when the stand-in lacks name, phone or who confirmed, or is the one who leaves (6-14, G11)."""
    if not (cover.name and cover.phone and cover.confirmed_by):
        return Refusal("6-14", "stand_in_incomplete")
    return Refusal("G11", "stand_in_is_applicant") if cover.id == post.person else None


@in_force("6-02")
def outing_refused(outing: Outing, calendar: Calendar) -> Refusal | None:
    """Refused when reason, place, phone or a return in working time is missing (6-02)."""
    for field in ("reason", "place", "phone"):
        if not getattr(outing, field):
            return Refusal("6-02", f"{field}_missing")
    return Refusal("6-02", "no_working_time") if calendar.working_minutes(outing.start, outing.back_by) == 0 else None


@in_force("6-02", "G8")
def outing_consents(post: Post) -> tuple[Consent, ...]:
    """Who must consent before going out: the window head; the head's own goes up a level (6-02, G8, G11)."""
    return tuple(Consent(approver, "6-02") for approver in _one_day_chain(post.role))


@in_force("6-03", "G1")
def outing_needs_filing(start: datetime, back: datetime, calendar: Calendar) -> bool:
    """Whether supervision must file it: strictly more than half a day, planned or actual (6-03)."""
    return days_between(start, back, calendar) > HALF


@in_force("6-03")
def filing_falls_due(start: datetime, calendar: Calendar) -> datetime:
    """The instant up to which an outing still open is half a day; one minute on, it is to be filed (6-03)."""
    day = local(calendar.next_open(start)).date()
    return calendar.add_working_minutes(start, calendar.minutes_of(day) // 2)
