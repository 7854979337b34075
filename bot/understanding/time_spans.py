"""From moments to the span meant: one moment, a range, a deadline, a start and a duration, a list of days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.understanding.time_days import Days, Fault, Vague, later
from bot.understanding.time_lengths import Lasting
from bot.understanding.time_moments import (
    DAY,
    DAYRANGE,
    DEADLINE,
    HALFDAY,
    MINUTE,
    RANGE,
    Moment,
    day_of,
    end_of,
    half_day,
    start_of,
)
from bot.understanding.time_pieces import Piece
from rules.calendar import Calendar


@dataclass(frozen=True, slots=True)
class Span:
    """Start, end, grain, and where in the text it stood."""

    start: datetime
    end: datetime | None
    grain: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """The time words of one text, ready to be read as a whole."""

    words: list[Moment | Piece]
    text: str
    ref: datetime
    context: str
    calendar: Calendar

    def span(self) -> Span:
        """Raises Vague when something must be asked, Fault when it cannot be."""
        span = self._widened(self._read())
        if span.end is not None and span.end < span.start:
            raise Fault("order")
        if span.start < self.ref and (span.end is None or span.end <= self.ref or span.start.date() < self.ref.date()):
            raise Fault("past")
        return span

    def _widened(self, span: Span) -> Span:
        """With the 从 before and the 起, 前 or 回来 behind, which say nothing without the time."""
        first, last = span.first, span.last
        for word in self.words:
            if isinstance(word, Piece) and word.kind in ("from", "to") and word.last == first:
                first = word.first
            elif isinstance(word, Piece) and word.kind in ("on", "before", "past", "back") and word.first == last:
                last = word.last
        return replace(span, first=first, last=last)

    def _read(self) -> Span:
        moments, lengths = self._moments(), self._of_kind("span")
        if self._of_kind("swap") and len(moments) > 1:
            raise Vague("two_dates")
        if self._of_kind("any") or (self._of_kind("or") and len(moments) > 1):
            raise Vague("which_day")
        if within := self._of_kind("within"):
            return self._within(within[0])
        if not moments:
            return self._without_moment(lengths)
        if lengths and not (len(moments) > 1 and all(m.days and not m.clock for m in moments)):
            return self._lasting(moments[0], lengths[0])
        return self._several(moments) if len(moments) > 1 else self._single(moments[0])

    def _moments(self) -> list[Moment]:
        return [word for word in self.words if isinstance(word, Moment)]

    def _of_kind(self, kind: str) -> list[Piece]:
        return [word for word in self.words if isinstance(word, Piece) and word.kind == kind]

    def _links(self, after: Moment) -> set[str]:
        """Kinds of the link words directly behind a moment."""
        return {w.kind for w in self.words if isinstance(w, Piece) and w.first == after.last}

    def _introduced(self, moment: Moment) -> set[str]:
        return {w.kind for w in self.words if isinstance(w, Piece) and w.last == moment.first}

    def _beginnings(self, kind: str) -> set[int]:
        """Where the words of a kind begin."""
        return {piece.first for piece in self._of_kind(kind)}

    def _start(self, moment: Moment) -> datetime:
        return start_of(moment, self.ref, self.calendar)

    def _end(self, moment: Moment) -> datetime:
        return end_of(moment, self.ref, self.calendar)

    def _without_moment(self, lengths: list[Piece]) -> Span:
        length = lengths[0].value if lengths else None
        if length and length.minutes and self.context == "outing":
            start = self.ref
            return Span(start, start + timedelta(minutes=length.minutes), RANGE, lengths[0].first, lengths[0].last)
        if length and length.minutes and self._of_kind("early"):
            closes = self.calendar.closing(self.ref.date())
            return Span(closes - timedelta(minutes=length.minutes), closes, RANGE, lengths[0].first, lengths[0].last)
        if length and length.halves == 1:
            raise Vague("which_half")
        if self._of_kind("close") and {"to", "before"} & self._kinds():
            piece = self._of_kind("close")[0]
            return Span(self.ref, self.calendar.closing(self.ref.date()), RANGE, piece.first, piece.last)
        if length:
            raise Vague("which_day")
        raise Vague("vague" if self._of_kind("vague") else "no_time")

    def _kinds(self) -> set[str]:
        return {word.kind for word in self.words if isinstance(word, Piece)}

    def _within(self, piece: Piece) -> Span:
        count, unit = piece.value
        today = self.ref.date()
        if unit == "工作日":
            last = self.calendar.next_working_day(today, max(1, min(count, 250)))
        else:
            last = later(today, count * (1 if unit in "天日" else 7))
        return Span(self.ref, self.calendar.closing(last), DEADLINE, piece.first, piece.last)

    def _single(self, moment: Moment) -> Span:
        links, intro = self._links(moment), self._introduced(moment)
        if "before" in links or "to" in intro:
            return self._until(moment)
        if {"to", "past"} & links and self._of_kind("close"):
            return replace(self._open(moment), last=self._of_kind("close")[0].last)
        if "past" in links and moment.timed:
            return self._open(moment)
        if moment.clock and self.context in ("leave", "outing"):
            return self._one_edge(moment)
        if not moment.clock and {"early", "late"} & self._kinds() and self.context in ("leave", "outing"):
            raise Vague("which_hour")
        if (
            self._of_kind("back")
            and moment.half
            and self.context == "outing"
            and moment.last in self._beginnings("back")
        ):
            return self._until(moment)
        if self._of_kind("any") or (self._of_kind("vague") and moment.days and moment.days.whole):
            raise Vague("which_day")
        return self._plain(moment)

    def _until(self, moment: Moment) -> Span:
        """到下周五, 中午前: from now, or from the named half's start where that is still ahead."""
        end = self._start(moment) if moment.half == "noon" else self._end(moment)
        start = self.ref
        if moment.half and moment.clock:
            start = max(self.ref, half_day(day_of(moment, self.ref).first, moment.half, self.calendar)[0])
            start = self.ref if moment.days is None else start
        grain = RANGE if moment.timed and end.date() == self.ref.date() else DEADLINE
        if end <= self.ref:
            raise Fault("past")
        return Span(start, end, grain, moment.first, self._past_link(moment, ("before",)))

    def _past_link(self, moment: Moment, kinds: tuple[str, ...]) -> int:
        return next(
            (w.last for w in self.words if isinstance(w, Piece) and w.first == moment.last and w.kind in kinds),
            moment.last,
        )

    def _open(self, moment: Moment) -> Span:
        """三点以后, 三点到下班: until the day closes."""
        start = self._start(moment)
        return Span(start, self.calendar.closing(start.date()), RANGE, moment.first, self._past_link(moment, ("past",)))

    def _one_edge(self, moment: Moment) -> Span:
        """One clock time of a leave or an outing: which edge it is must be said."""
        instant = self._start(moment)
        if self._of_kind("early"):
            return Span(instant, self.calendar.closing(instant.date()), RANGE, moment.first, moment.last)
        if self._of_kind("late"):
            return Span(self.calendar.opening(instant.date()), instant, RANGE, moment.first, moment.last)
        if self._of_kind("back"):
            return Span(self.ref, instant, RANGE, moment.first, moment.last)
        if instant <= self.ref and moment.days is not None:
            raise Fault("past")
        raise Vague("until_when")

    def _plain(self, moment: Moment) -> Span:
        start, end = self._start(moment), self._end(moment)
        where = (moment.first, moment.last)
        if moment.clock or moment.now or moment.instant:
            return Span(start, None, MINUTE, *where)
        days = day_of(moment, self.ref)
        if moment.half == "noon":
            return Span(start, end, RANGE, *where)
        if moment.half in ("am", "pm"):
            if days.first != days.last:
                raise Vague("which_day")
            return Span(start, end, HALFDAY, *where)
        if days.whole:
            start = self._rest(days, start)
            return Span(start, end, DAYRANGE, *where)
        return Span(start, end, DAYRANGE if self.context == "leave" else DAY, *where)

    def _rest(self, days: Days, start: datetime) -> datetime:
        """A stretch already begun counts from today on."""
        today = self.ref.date()
        return self.calendar.opening(today) if days.first < today <= days.last else start

    def _several(self, moments: list[Moment]) -> Span:
        if whole := self._day_named_after(moments):
            return self._single(whole)
        first, second = self._completed(moments[0], moments[1])
        between = [
            w for w in self.words if isinstance(w, Piece) and moments[0].last <= w.first <= w.last <= moments[1].first
        ]
        if "to" in {w.kind for w in between}:
            return self._range(first, second)
        if self._of_kind("back") and (second.clock or second.instant or moments[1].days):
            return self._range(first, second)
        if all(m.days and not m.clock for m in moments):
            return self._list(moments)
        return self._single(moments[0]) if self.context != "duty" else self._list(moments)

    def _day_named_after(self, moments: list[Moment]) -> Moment | None:
        """八点半，后天: an hour and then its day are one moment."""
        first, second = moments[:2]
        if len(moments) > 2 or first.days or not first.clock or second.timed or not second.days:
            return None
        return replace(first, days=second.days, last=second.last) if second.days.first == second.days.last else None

    def _completed(self, first: Moment, second: Moment) -> tuple[Moment, Moment]:
        """The second moment of a range takes the day and, where it reads on, the part of day of the first."""
        if second.days is None and not second.now and not second.instant:
            second = replace(second, days=first.days)
        if second.clock and first.clock and not second.half and first.half:
            second = replace(second, half=self._half_on(first, second))
        return first, second

    def _half_on(self, first: Moment, second: Moment) -> str:
        assert first.clock and second.clock
        if first.half == "am" and second.clock.hour <= 6:
            return "pm"
        return "" if first.half in ("am", "noon") or second.clock.hour >= 12 else first.half

    def _range(self, first: Moment, second: Moment) -> Span:
        where = (first.first, second.last)
        if first.half and not first.clock and second.clock:
            second = replace(
                second, half=second.half or ("pm" if first.half == "pm" and second.clock.hour < 12 else "")
            )
            return Span(max(self._start(first), self.ref), self._end(second), RANGE, *where)
        start, end = self._start(first), self._end(second)
        if end < start and not second.half and second.clock and end + timedelta(hours=12) > start:
            end += timedelta(hours=12)
        timed = first.timed or second.timed
        return Span(start, end, RANGE if timed else DAYRANGE, *where)

    def _list(self, moments: list[Moment]) -> Span:
        days = sorted({day for m in moments for day in self._each(day_of(m, self.ref))})
        if self.calendar.working_days(days[0], days[-1]) != tuple(d for d in days if self.calendar.is_working(d)):
            raise Vague("two_dates")
        if self.context == "appointment":
            raise Vague("which_day")
        halves = [m.half for m in moments]
        if set(halves) - {"", "day"} and len(days) > 1 and (len(days) > 2 or halves[-2:] != ["pm", "am"]):
            raise Vague("two_dates")
        grain = RANGE if any(halves) else DAYRANGE
        return Span(self._start(moments[0]), self._end(moments[-1]), grain, moments[0].first, moments[-1].last)

    @staticmethod
    def _each(days: Days) -> list[date]:
        return [later(days.first, n) for n in range((days.last - days.first).days + 1)]

    def _lasting(self, moment: Moment, piece: Piece) -> Span:
        """A start and a duration, in either order."""
        lasting = Lasting(moment, piece.value, frozenset(self._kinds()), self.text, self.ref, self.calendar)
        return Span(*lasting.reach(), min(moment.first, piece.first), max(moment.last, piece.last))
