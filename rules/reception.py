"""一、咨询台值日: who is on duty and hands over to whom; booking, its limits and reminders; the quiet hours."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from rules.calendar import Calendar, at, local
from rules.clause import Refusal, in_force
from rules.people import House, Post, supervision, two_sides_refused
from rules.readings import Readings

READINGS = Readings()
_DAY = timedelta(days=1)


class Heading(StrEnum):
    """The four headings of the duty log (1-20)."""

    CONSULTATIONS = "consultations"
    ERRANDS = "errands"
    GOOD_SERVICE = "good_service"
    DISCIPLINE = "discipline"


class Rung(StrEnum):
    """What the notice ladder does: tell tomorrow's officer, again, today's to telephone, stand-by and supervision."""

    TELL = "tell"
    AGAIN = "again"
    PHONE = "phone"
    STAND_BY = "stand_by"
    EVE = "eve"


@dataclass(frozen=True, slots=True)
class DutyDay:
    """One line of the rota, people by id."""

    day: date
    officer: str
    stand_by: str = ""


@dataclass(frozen=True, slots=True)
class DutyNotice:
    """One rung of the ladder and its instant."""

    rung: Rung
    at: datetime


class Push(StrEnum):
    """What a message is to the quiet hours."""

    ORDINARY = "ordinary"
    REST_DAY = "rest_day"  # a booking on the next working day, the duty officer's eve: rest days yes, nights no
    URGENT = "urgent"  # urgent reports: always


@dataclass(frozen=True, slots=True)
class Slot:
    """One bookable stretch of a window's day."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class BookingLimits:
    """The centre's own limits, as in centre.yaml under `booking`."""

    horizon_working_days: int = 10
    cutoff_minutes: int = 120
    per_person_per_day: int = 2
    open_per_person: int = 3


@in_force("1-08")
def registration_refused(matter: str, phone: str) -> Refusal | None:
    """Refused without the matter or the contact phone; nothing else is asked for (1-08)."""
    if not matter.strip():
        return Refusal("1-08", "matter_missing")
    return None if phone.strip() else Refusal("1-08", "phone_missing")


@in_force("1-10")
def confirmation_refused(papers: tuple[str, ...]) -> Refusal | None:
    """Refused without the list of papers to bring: no booking is confirmed without it (1-10)."""
    return None if papers else Refusal("1-10", "papers_missing")


@in_force("1-10")
def slots_on(day: date, slot_minutes: int, calendar: Calendar) -> tuple[Slot, ...]:
    """The whole slots of that length within the day's sessions; none across lunch, none on a closed day (1-10)."""
    length = timedelta(minutes=slot_minutes)
    starts = (
        (opens + length * n, opens + length * (n + 1))
        for opens, closes in calendar.sessions_on(day)
        for n in range((closes - opens) // length)
    )
    return tuple(Slot(start, end) for start, end in starts)


@in_force("1-10")
def bookable_days(now: datetime, limits: BookingLimits, calendar: Calendar) -> tuple[date, ...]:
    """Today, if worked, and the working days ahead up to the horizon (1-10)."""
    today = local(now).date()
    return calendar.working_days(today, calendar.next_working_day(today, limits.horizon_working_days))


@in_force("1-10")
def open_slots(slots: tuple[Slot, ...], now: datetime, limits: BookingLimits, calendar: Calendar) -> tuple[Slot, ...]:
    """Those of a window's slots that may still be booked at `now` by its calendar, capacity aside (1-10)."""
    days = bookable_days(now, limits, calendar)
    first = first_start(now, limits)
    return tuple(slot for slot in slots if slot.start >= first and local(slot.start).date() in days)


def first_start(now: datetime, limits: BookingLimits) -> datetime:
    """The earliest start that the cut-off still allows."""
    return now + timedelta(minutes=limits.cutoff_minutes)


@in_force("1-10")
def slot_refused(slot: Slot, now: datetime, limits: BookingLimits, calendar: Calendar) -> Refusal | None:
    """Refused when closed, beyond the horizon, or nearer than the cut-off in minutes of the clock (1-10)."""
    if not calendar.is_open(slot.start):
        return Refusal("1-10", "closed")
    if slot.start < first_start(now, limits):
        return Refusal("1-10", "past_cutoff")
    return (
        None if local(slot.start).date() in bookable_days(now, limits, calendar) else Refusal("1-10", "beyond_horizon")
    )


@in_force("1-10")
def limits_refused(on_that_day: int, still_open: int, limits: BookingLimits) -> Refusal | None:
    """Refused when the person already holds as many that day, or open, as allowed; counts exclude this one (1-10)."""
    if on_that_day >= limits.per_person_per_day:
        return Refusal("1-10", "too_many_that_day")
    return Refusal("1-10", "too_many_open") if still_open >= limits.open_per_person else None


@in_force("1-10")
def cancel_refused(
    start: datetime, made: datetime, now: datetime, calendar: Calendar, readings: Readings = READINGS
) -> Refusal | None:
    """Refused once the booked session has begun, or the booked time come; a slip may be taken back at once (1-10)."""
    sessions = calendar.sessions_on(local(start).date())
    begins = next((opens for opens, closes in sessions if opens <= start < closes), start)
    until = start if readings.cancel_until == "start" else begins
    last = min(start, max(until, made + timedelta(minutes=readings.cancel_slip_minutes)))
    return Refusal("1-10", "drop_too_late") if now >= last else None


@in_force("1-10")
def booking_reminders(start: datetime, booked: datetime, readings: Readings = READINGS) -> tuple[datetime, ...]:
    """The day before and the same morning, those still ahead when booked; sent as Push.REST_DAY (1-10)."""
    day = local(start).date()
    instants = (at(day - _DAY, readings.day_before), at(day, readings.same_morning))
    return tuple(instant for instant in instants if booked < instant < start)


@in_force("G6")
def quiet_until(
    calendar: Calendar, instant: datetime, push: str = Push.ORDINARY, readings: Readings = READINGS
) -> datetime:
    """The first instant from `instant` on at which the push may go out: by day, on working days, but for exemptions."""
    here = local(instant)
    if push == Push.URGENT:
        return here
    if here.time() >= readings.quiet_from:
        here = at(here.date() + _DAY, readings.quiet_to)
    here = max(here, at(here.date(), readings.quiet_to))
    if push == Push.REST_DAY or calendar.is_working(here.date()):
        return here
    return at(calendar.next_working_day(here.date()), readings.quiet_to)


@in_force("1-01")
def in_duty_pool(post: Post, readings: Readings = READINGS) -> bool:
    """Whether somebody may be put on the desk: windows posted with two or more, or every window (1-01)."""
    return post.is_window and (post.posted >= 2 or readings.duty_pool == "all_windows")


@in_force("1-01", "G4")
def uncovered_days(rota: Collection[DutyDay], first: date, last: date, calendar: Calendar) -> tuple[date, ...]:
    """The working days from first to last without an officer, make-up days included (1-01)."""
    covered = {row.day for row in rota if row.officer}
    return tuple(day for day in calendar.working_days(first, last) if day not in covered)


@in_force("1-01")
def officer_of(row: DutyDay | None, house: House, away: Collection[str] = ()) -> str | None:
    """The id of the day's officer: the rota's, else the stand-by, else supervision's head; the away passed over."""
    asked = (row.officer, row.stand_by) if row else ()
    fit = (person for person in (*asked, *supervision(house)) if person and person not in away)
    return next(fit, None)


@in_force("1-21")
def next_duty_day(day: date, calendar: Calendar) -> date:
    """The day whose officer is told: 第二天 is the next working day, make-up days included (1-21)."""
    return calendar.next_working_day(day)


@in_force("1-21")
def notice_ladder(day: date, calendar: Calendar, readings: Readings = READINGS) -> tuple[DutyNotice, ...]:
    """The rungs of one working day, counted back from closing; the first acknowledgement stops the rest (1-21)."""
    closing = calendar.closing(day)
    rungs = (Rung.TELL, Rung.AGAIN, Rung.AGAIN, Rung.PHONE, Rung.STAND_BY)
    minutes = (*readings.notice_minutes, 0)
    return tuple(DutyNotice(rung, closing - timedelta(minutes=n)) for rung, n in zip(rungs, minutes, strict=True))


@in_force("1-21")
def eve_notice(day: date, calendar: Calendar, readings: Readings = READINGS) -> DutyNotice | None:
    """The second reminder on the eve of the next duty day, after a long gap only (1-21)."""
    eve = next_duty_day(day, calendar) - timedelta(days=1)
    if (eve - day).days < readings.long_gap_days:
        return None
    return DutyNotice(Rung.EVE, calendar.closing(eve) - timedelta(minutes=readings.notice_minutes[0]))


@in_force("1-20")
def log_refused(entries: Mapping[str, Collection[str]]) -> Refusal | None:
    """Refused while one of the four headings is empty; nothing to note must be stated (1-20)."""
    gaps = (heading for heading in Heading if not any(text.strip() for text in entries.get(heading, ())))
    return next((Refusal("1-20", f"{heading}_empty") for heading in gaps), None)


@in_force("1-22")
def handover_refused(giver: str, receiver: str, entries: Mapping[str, Collection[str]]) -> Refusal | None:
    """Refused when one person is both sides, or the day's log is not whole (1-22, 1-20, G11)."""
    return two_sides_refused(giver, receiver) or log_refused(entries)


@in_force("1-22")
def handover_done(giver: str, receiver: str, confirmed: Collection[str]) -> bool:
    """Whether both sides have confirmed; one side leaves it open (1-22)."""
    return {giver, receiver} <= set(confirmed)
