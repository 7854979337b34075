"""Two moments or more as one span: a range with its ends completed, or days named one by one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.understanding.time_days import Days, Vague, later
from bot.understanding.time_moments import DAYRANGE, RANGE, Moment, day_of, end_of, start_of
from rules.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Span:
    """Start, end, grain, and where in the text it stood."""

    start: datetime
    end: datetime | None
    grain: str
    first: int
    last: int


def completed(first: Moment, second: Moment) -> tuple[Moment, Moment]:
    """The second moment of a range takes the day and, where it reads on, the part of day of the first."""
    if second.days is None and not second.now and not second.instant:
        second = replace(second, days=first.days)
    if (
        first.days is None
        and second.days
        and not first.now
        and not first.instant
        and not (first.clock and second.clock)
    ):
        raise Vague("which_day")
    if second.clock and first.clock and not second.half and first.half:
        second = replace(second, half=_half_on(first, second))
    return first, second


def _half_on(first: Moment, second: Moment) -> str:
    assert first.clock and second.clock
    if first.half == "am" and second.clock.hour <= 6:
        return "pm"
    return "" if first.half in ("am", "noon") or second.clock.hour >= 12 else first.half


def spanned(first: Moment, second: Moment, ref: datetime, calendar: Calendar) -> Span:
    """From the first moment's start to the second's end; a bare hour reads on past noon."""
    where = (first.first, second.last)
    if first.half and not first.clock and second.clock:
        second = replace(second, half=second.half or ("pm" if first.half == "pm" and second.clock.hour < 12 else ""))
        return Span(max(start_of(first, ref, calendar), ref), end_of(second, ref, calendar), RANGE, *where)
    start, end = start_of(first, ref, calendar), end_of(second, ref, calendar)
    if end < start and not second.half and second.clock and end + timedelta(hours=12) > start:
        end += timedelta(hours=12)
    return Span(start, end, RANGE if first.timed or second.timed else DAYRANGE, *where)


def listed(moments: list[Moment], ref: datetime, context: str, calendar: Calendar) -> Span:
    """周四周五, 明天下午和后天上午: one span where nothing worked lies between; Vague otherwise."""
    moments = _dated(moments)
    days = sorted({day for m in moments for day in _each(day_of(m, ref))})
    if calendar.working_days(days[0], days[-1]) != tuple(d for d in days if calendar.is_working(d)):
        raise Vague("two_dates")
    if context == "appointment":
        raise Vague("which_day")
    _unbroken([m.half for m in moments], days)
    grain = RANGE if any(m.half for m in moments) else DAYRANGE
    start, end = start_of(moments[0], ref, calendar), end_of(moments[-1], ref, calendar)
    return Span(start, end, grain, moments[0].first, moments[-1].last)


def _dated(moments: list[Moment]) -> list[Moment]:
    """明天上午和下午: a half without a day is of the day before it."""
    found = moments[:1]
    for moment in moments[1:]:
        found.append(moment if moment.days else replace(moment, days=found[-1].days))
    return found


def _unbroken(halves: list[str], days: list[date]) -> None:
    """Only the first day may begin at noon and only the last end there."""
    inner = halves[1:-1]
    parted = any(half not in ("", "day") for half in inner) or halves[0] == "am" or halves[-1] == "pm"
    parted = parted or (halves[-1] == "am" and halves[-2] != "pm")
    if (len(days) > 1 and parted) or {"noon", "night", "dawn"} & set(halves):
        raise Vague("two_dates")
    if len(days) == 1 and halves not in (["am", "pm"], [""] * len(halves)):
        raise Vague("two_dates")


def _each(days: Days) -> list[date]:
    return [later(days.first, n) for n in range((days.last - days.first).days + 1)]
