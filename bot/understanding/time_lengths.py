"""A start and a duration: working days for leave, calendar days for weeks, months and maternity leave."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.understanding.time_days import Days, Fault, Vague, later
from bot.understanding.time_moments import DAYRANGE, HALFDAY, RANGE, Moment, day_of, half_day, start_of
from bot.understanding.time_months import months_on
from bot.understanding.time_pieces import Length
from rules.calendar import Calendar

Reach = tuple[datetime, datetime, str]
_CALENDAR_DAYS = (
    "产假",
    "陪产",
    "哺乳",
    "自然日",
    "日历",
    "含周末",
    "连周末",
    "包括周末",
    "算周末",
    "含双休",
    "连双休",
)


def fits(length: Length, start: datetime, end: datetime, calendar: Calendar) -> bool:
    """Whether a length said beside a range is its length, counted in working time or by the calendar."""
    days = (end.date() - start.date()).days + 1
    if length.minutes:
        return length.minutes in ((end - start) // timedelta(minutes=1), calendar.working_minutes(start, end))
    if length.halves:
        worked = sum(_sessions(day, start, end, calendar) for day in calendar.working_days(start.date(), end.date()))
        cut = int(start > calendar.opening(start.date())) + int(end < calendar.closing(end.date()))
        return length.halves in (worked, 2 * days - cut)
    if length.weeks:
        return days in (7 * length.weeks, 7 * length.weeks - 2)
    return bool(length.months) and months_on(start.date(), length.months) == later(end.date(), 1)


def _sessions(day: date, start: datetime, end: datetime, calendar: Calendar) -> int:
    return sum(opens < end and closes > start for opens, closes in calendar.sessions_on(day))


@dataclass(frozen=True, slots=True)
class Lasting:
    """From a moment on, for a length; `kinds` are the other words of the text, such as 早退."""

    moment: Moment
    length: Length
    kinds: frozenset[str]
    text: str
    ref: datetime
    calendar: Calendar

    def reach(self) -> Reach:
        """Start, end and grain; raises Vague when a part is missing, Fault when it cannot be."""
        if self.length.minutes:
            return *self._minutes(), RANGE
        if self.moment.clock:
            raise Vague("which_half")
        if self.length.weeks or self.length.months or self.length.days:
            if self.moment.half == "pm":
                raise Vague("until_when")
            return self._start(), self._calendar_end(), DAYRANGE
        if self.length.halves == 1:
            return self._half()
        half = self.moment.timed and (self.length.halves % 2 or self.moment.half == "pm")
        return *self._working(), RANGE if half else DAYRANGE

    def _start(self) -> datetime:
        return start_of(self.moment, self.ref, self.calendar)

    def _minutes(self) -> tuple[datetime, datetime]:
        length, moment = timedelta(minutes=self.length.minutes), self.moment
        days = day_of(moment, self.ref)
        if days.first != days.last or (moment.clock and {"early", "late"} & self.kinds):
            raise Vague("which_hour")
        day = days.first
        if "early" in self.kinds and not moment.clock:
            return self.calendar.closing(day) - length, self.calendar.closing(day)
        if "late" in self.kinds and not moment.clock:
            opens = half_day(day, moment.half, self.calendar)[0] if moment.half == "pm" else self.calendar.opening(day)
            return opens, opens + length
        if not moment.clock and not moment.now and not moment.instant:
            raise Vague("which_hour")
        return self._start(), self._start() + length

    def _calendar_end(self) -> datetime:
        first = day_of(self.moment, self.ref).first
        if self.length.months:
            return self.calendar.closing(later(months_on(first, self.length.months), -1))
        return self.calendar.closing(later(first, 7 * self.length.weeks + self.length.days - 1))

    def _half(self) -> Reach:
        moment = self.moment
        days = day_of(moment, self.ref)
        if moment.half not in ("am", "pm") or days.first != days.last:
            raise Vague("which_half")
        return *half_day(days.first, moment.half, self.calendar), HALFDAY

    def _working(self) -> tuple[datetime, datetime]:
        days, halves = day_of(self.moment, self.ref), self.length.halves
        if days.whole and not self._fills(days, halves):
            raise Vague("which_day")
        if days.whole and halves == 2 * ((days.last - days.first).days + 1):
            return self._start(), self.calendar.closing(days.last)
        if not 0 < halves < 800:
            raise Fault("invalid")
        if any(word in self.text for word in _CALENDAR_DAYS):
            return self._start(), self.calendar.closing(later(days.first, (halves + 1) // 2 - 1))
        return self._working_span(days.first, self.moment.half, halves)

    def _fills(self, days: Days, halves: int) -> bool:
        working = len(self.calendar.working_days(days.first, days.last))
        return halves == 2 * working or halves == 2 * ((days.last - days.first).days + 1)

    def _working_span(self, day: date, half: str, halves: int) -> tuple[datetime, datetime]:
        """Halves of working days counted from the start's own half."""
        first = day if self.calendar.is_working(day) else self.calendar.next_working_day(day)
        skip = 1 if half == "pm" and first == day else 0
        index = skip + halves - 1
        last = first if index < 2 else self.calendar.next_working_day(first, index // 2)
        start = half_day(day, "pm", self.calendar)[0] if skip else self.calendar.opening(day)
        return start, half_day(last, "pm" if index % 2 else "am", self.calendar)[1]
