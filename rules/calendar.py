"""Working days and working minutes of the centre (G4, G12): the notices' days, its own days, its sessions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain, dropwhile, islice, pairwise
from zoneinfo import ZoneInfo

from rules.holidays import FIXED, NOTICES, Notice

ZONE = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One unbroken stretch of a working day, e.g. the morning."""

    name: str
    start: time
    end: time


USUAL_SESSIONS = (Session("am", time(8, 30), time(12)), Session("pm", time(14), time(17, 30)))


def local(instant: datetime) -> datetime:
    """The instant on the centre's clock; ValueError for a naive one, which means nothing here."""
    if instant.tzinfo is None:
        raise ValueError(f"naive instant {instant}")
    return instant.astimezone(ZONE)


def at(day: date, moment: time) -> datetime:
    """That day and time on the centre's clock."""
    return datetime.combine(day, moment, ZONE)


def _orderly(sessions: tuple[Session, ...]) -> bool:
    edges = [edge for session in sessions for edge in (session.start, session.end)]
    return bool(edges) and all(earlier < later for earlier, later in pairwise(edges))


@dataclass(frozen=True, slots=True)
class Calendar:
    """When the centre works; `closures` and `extra_days` are the centre's own and outrank every notice."""

    sessions: tuple[Session, ...] = USUAL_SESSIONS
    closures: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    day_sessions: Mapping[date, tuple[Session, ...]] = field(default_factory=dict, hash=False)
    notices: Mapping[int, Notice] = field(default_factory=lambda: NOTICES, hash=False)

    def __post_init__(self) -> None:
        if not all(_orderly(sessions) for sessions in (self.sessions, *self.day_sessions.values())):
            raise ValueError("sessions must be given, in order and apart")

    def is_working(self, day: date) -> bool:
        """Whether the centre works that day (G4); Monday to Friday but for fixed festivals where no notice is known."""
        if day in self.closures:
            return False
        return day in self.extra_days or self._noticed(day)

    def _noticed(self, day: date) -> bool:
        notice = self.notices.get(day.year)
        if notice is None:
            return day.weekday() < 5 and (day.month, day.day) not in FIXED
        return day in notice.made_up or (day.weekday() < 5 and day not in notice.closed)

    def is_provisional(self, day: date) -> bool:
        """Whether the day rests on an expectation, the year's official notice not being known."""
        notice = self.notices.get(day.year)
        return notice is None or not notice.official

    @property
    def last_noticed_year(self) -> int:
        """The last year whose official notice is known; 0 when none is."""
        return max((year for year, notice in self.notices.items() if notice.official), default=0)

    def leans_on_provisional(self, first: date, last: date) -> bool:
        """Whether counting from first to last, both included, touches a year without an official notice."""
        return any(self.is_provisional(date(year, 1, 1)) for year in range(first.year, last.year + 1))

    def missing_years(self, today: date) -> tuple[int, ...]:
        """The years whose official notice ought to be known by now: this one, from 1 November on the next (G4)."""
        soon = (today.year, today.year + 1) if (today.month, today.day) >= (11, 1) else (today.year,)
        return tuple(year for year in soon if self.is_provisional(date(year, 1, 1)))

    def next_working_day(self, day: date, n: int = 1) -> date:
        """The n-th working day strictly after the day, n from 1."""
        return self._nth(day, n, _DAY)

    def previous_working_day(self, day: date, n: int = 1) -> date:
        """The n-th working day strictly before the day, n from 1."""
        return self._nth(day, n, -_DAY)

    def _nth(self, day: date, n: int, step: timedelta) -> date:
        return next(islice(self._working_from(day + step, step), n - 1, None))

    def _working_from(self, day: date, step: timedelta = _DAY) -> Iterator[date]:
        while True:
            if self.is_working(day):
                yield day
            day += step

    def working_days(self, first: date, last: date) -> tuple[date, ...]:
        """The working days from first to last, both included."""
        days = (first + _DAY * n for n in range((last - first).days + 1))
        return tuple(day for day in days if self.is_working(day))

    def sessions_on(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """That day's sessions as aware instants, in order; empty when closed."""
        return self._hours(day) if self.is_working(day) else ()

    def _hours(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        sessions = self.day_sessions.get(day, self.sessions)
        return tuple((at(day, session.start), at(day, session.end)) for session in sessions)

    def opening(self, day: date) -> datetime:
        """The day's first working instant; on a closed day, what it would have been."""
        return self._hours(day)[0][0]

    def closing(self, day: date) -> datetime:
        """The end of the day's last session; on a closed day, what it would have been."""
        return self._hours(day)[-1][1]

    def minutes_of(self, day: date) -> int:
        """The day's published working minutes (G12); 0 when closed."""
        return sum((end - start) // _MINUTE for start, end in self.sessions_on(day))

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """Whole working minutes between two instants, lunch never counted (G12); 0 when end is not after start."""
        days = self.working_days(local(start).date(), local(end).date())
        return sum((self._within(day, start, end) for day in days), timedelta()) // _MINUTE

    def _within(self, day: date, start: datetime, end: datetime) -> timedelta:
        overlaps = (min(end, closes) - max(start, opens) for opens, closes in self.sessions_on(day))
        return sum((max(overlap, timedelta()) for overlap in overlaps), timedelta())

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """The instant by which that many working minutes (0 or more) have passed since start."""
        begin, left = self.next_open(start), _MINUTE * minutes
        stretches = self._stretches_from(begin)
        opens, closes = next(stretches)
        while (room := closes - max(begin, opens)) < left:
            left -= room
            opens, closes = next(stretches)
        return max(begin, opens) + left

    def _stretches_from(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        stretches = chain.from_iterable(map(self.sessions_on, self._working_from(local(instant).date())))
        return dropwhile(lambda stretch: stretch[1] <= instant, stretches)

    def is_open(self, instant: datetime) -> bool:
        """Whether the centre works at that instant; the closing instant itself is closed."""
        return any(opens <= instant < closes for opens, closes in self.sessions_on(local(instant).date()))

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself when open, else the next session's start, on the centre's clock."""
        opens, _ = next(self._stretches_from(instant))
        return max(opens, local(instant))
